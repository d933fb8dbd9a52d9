// SPDX-License-Identifier: MIT
/// @file
/// A matrix in a named place: it tells a matrix that does not fit there in one sentence.
#pragma once

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/refused.hpp"
#include "incontext/support/message.hpp"

namespace incontext {

/// Test of all four: tests/compile_fail/wrong_shape_*.cpp, wrong_numbers_*.cpp, not_a_matrix.cpp.
template <class Place, class GivenShape, class RequiredShape>
struct a_matrix_has_the_wrong_shape {
    static_assert(never<Place>,
                  "a matrix has another shape than its place requires: compare Given<rows, cols> with Required<rows, "
                  "cols> in this message (-1: a dynamic size; use a fixed-size matrix)");
};

template <class Place, class GivenType, class RequiredShape>
struct this_is_not_a_matrix {
    static_assert(never<Place>,
                  "a matrix of Required<rows, cols> belongs here, but the argument is not a matrix; a triangular or "
                  "selfadjoint view of Eigen's is made one first: Matrix<Number, rows, cols>(view)");
};

/// Does not compile, with one sentence, unless this is a matrix of that shape and number.
template <class Place, class Number, int Rows, int Cols, class Other>
constexpr auto require_place() {
    if constexpr (!AnyMatrix<Other>) {
        static_cast<void>(this_is_not_a_matrix<Place, Other, Required<Rows, Cols>>{});
    } else if constexpr (rows_of<Other> != Rows || cols_of<Other> != Cols) {
        static_cast<void>(
            a_matrix_has_the_wrong_shape<Place, Given<rows_of<Other>, cols_of<Other>>, Required<Rows, Cols>>{});
    } else {
        require_numbers<Place, NumberOf<Other>, Number>();
    }
}

/// The argument, if it fits. As require_place.
template <class Place, class Number, int Rows, int Cols, class Other>
constexpr auto const& fitting(Other const& matrix) {
    require_place<Place, Number, Rows, Cols, Other>();
    return matrix;
}

/// Begins a matrix without writing it, for who writes every entry next: Task task{.prompt = {.context = unwritten, ...}}.
struct Unwritten {};
/// The one value of Unwritten.
inline constexpr Unwritten unwritten{};

/// A function whose result is made in the place that begins with it: {.context = made_by([&] { return product(A, B); })}.
///
/// A matrix that is made first and then put in its place is copied, and a copy of a small prompt of lanes costs as much as a
/// product. g++ makes it in place; clang 14 still copies. Exact. Errors: as of the matrix itself. Test: tests/unit/matrix.cpp.
template <class Make>
struct MadeBy {
    Make make;
};
/// made_by(make): make() is called where the place begins.
template <class Make>
[[nodiscard]] constexpr MadeBy<Make> made_by(Make const& make) {
    return {make};
}

namespace trusted {

/// Whether bytes of 0 are the number 0: of float, double and lanes, and of no class of numbers of which nothing is known.
template <class Number>
inline constexpr bool is_zero_in_bytes = std::floating_point<Number>;
template <class Number>
    requires requires {
        Number::lane_count;
    }
inline constexpr bool is_zero_in_bytes<Number> = true;

}  // namespace trusted

/// A matrix in a named place of a struct (a layer's query projection, a prompt's context): a Matrix<Number, Rows, Cols>
/// that can be filled from any matrix of that shape and number, and tells a wrong one in one sentence.
///
/// It is the matrix of its family (derived from it) and adds no data. One that is not given is zero, also where its family
/// would leave it unwritten, as Eigen does: a member that was forgotten is never read from memory that nobody wrote. Of a matrix of
/// one's own (docs/extending.md) every entry is set to Number(0).
/// Exactness: copies. Errors: another shape, a dynamic shape, other numbers do not compile. Test: tests/unit/matrix.cpp, tests/unit/own_numbers.cpp.
template <class Place, class Number, int Rows, int Cols>
struct Placed : Matrix<Number, Rows, Cols> {
    using Base = Matrix<Number, Rows, Cols>;

    constexpr Placed() {
        if constexpr (trusted::is_zero_in_bytes<Number> && requires(Base & base) { base.data(); }) {  // Eigen's
            std::memset(static_cast<void*>(this->data()), 0, sizeof(Number) * Rows * Cols);
        } else if constexpr (std::is_base_of_v<HasNoMembersOfEigen, Base>) {
            if constexpr (trusted::begins_unwritten<Number>) {
                for (Number& entry : this->entries) {
                    entry = Number(0);
                }
            }
        } else {  // of one's own
            static_cast<Base&>(*this) = zero<Number, Rows, Cols>();
        }
    }
    constexpr Placed(Unwritten) {}
    constexpr Placed(Base const& matrix) : Base(matrix) {}
    template <class Make>
        requires std::same_as<decltype(std::declval<Make const&>()()), Base>
    constexpr Placed(MadeBy<Make> const& by) : Base(by.make()) {}
    template <class Make>
    constexpr Placed(MadeBy<Make> const& by) : Base(fitting<Place, Number, Rows, Cols>(by.make())) {}

    template <class Other>
        requires(!std::derived_from<Other, Base>)
    constexpr Placed(Other const& matrix) : Base(fitting<Place, Number, Rows, Cols>(matrix)) {}

    template <class Other>
    constexpr Placed& operator=(Other const& matrix) {
        static_cast<Base&>(*this) = fitting<Place, Number, Rows, Cols>(matrix);
        return *this;
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// ExactMatrix: a fixed-size matrix of any number class, usable in constant expressions (Eigen 3.4 is not).
///
/// Its sum, product and transpose are the trusted base of the exact family, so they are the textbook definitions.
/// Products leave out the terms that are 0, and of dual numbers are made of three products.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/matrix/refused.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

namespace algebra {
class Polynomial;
}
using algebra::Polynomial;

/// Test: tests/compile_fail/count_of_entries.cpp, entries_in_rows.cpp.
template <class RequiredShape, int Count>
struct an_exact_matrix_is_made_from_all_its_entries {
    static_assert(never<RequiredShape>,
                  "an exact matrix is made from rows * cols entries, one list, column by column: compare "
                  "Required<rows, cols> with the number of entries in this message; each is an integer or a number of "
                  "the matrix. zero<Number, rows, cols>() has no entries to write");
};

struct an_exact_matrix;

namespace algebra {

/// A matrix [Rows x Cols] with entries in column-major order. Names as in Eigen, so that one source serves both.
///
/// Exactness: that of Number. Cost: the definitions' (Rows * Inner * Cols multiplications for a product).
/// Errors: an entry out of range throws std::out_of_range, and does not compile in a constant expression.
/// Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols>
struct ExactMatrix : HasNoMembersOfEigen {
    using Scalar = Number;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;

    /// What lies at (row, col) is entries[col * Rows + row], and may be read and written there. A matrix of one's own, which does not
    /// say so, is asked by its operator() alone. Test: tests/unit/own_numbers.cpp.
    static constexpr bool has_columns_in_entries = true;
    Number entries[Rows * Cols];

    /// Zero; of Degree and ErrorBound unwritten, as Eigen's, and marked as such. Every entry is written: g++ 12 forgets, in
    /// constant expressions, elements that have their initialisers only. Number() is not asked: of numbers of one's own it may be
    /// another one than 0, or no value.
    constexpr ExactMatrix() {
        if constexpr (!trusted::begins_unwritten<Number>) {
            Number const number_zero(0);
            for (Number& entry : entries) {
                entry = number_zero;
            }
        } else {
            for (Number& entry : entries) {
                entry = Number::unwritten(trusted::Key{});
            }
        }
    }

    /// From its entries, column by column.
    template <class... Entries>
        requires(static_cast<int>(sizeof...(Entries)) == Rows * Cols && (std::convertible_to<Entries, Number> && ...))
    constexpr explicit(Rows* Cols == 1) ExactMatrix(Entries const&... columns) : entries{Number(columns)...} {}

    /// These do not compile, with one sentence: another count of entries, entries of another kind, and another matrix.
    template <class... Entries>
        requires(sizeof...(Entries) > 1 && (static_cast<int>(sizeof...(Entries)) != Rows * Cols ||
                                            !(std::convertible_to<Entries, Number> && ...)))
    constexpr ExactMatrix(Entries const&...) {
        static_cast<void>(an_exact_matrix_is_made_from_all_its_entries<Required<Rows, Cols>, sizeof...(Entries)>{});
    }
    template <class Entry>
    constexpr ExactMatrix(std::initializer_list<std::initializer_list<Entry>>) {
        static_cast<void>(an_exact_matrix_is_made_from_all_its_entries<Required<Rows, Cols>, 0>{});
    }
    template <class Entry>
        requires(Rows* Cols != 1 && !AnyMatrix<Entry> && std::convertible_to<Entry, Number>)
    constexpr ExactMatrix(Entry const&) {
        static_cast<void>(an_exact_matrix_is_made_from_all_its_entries<Required<Rows, Cols>, 1>{});
    }
    template <AnyMatrix Other>
        requires(rows_of<Other> != Rows || cols_of<Other> != Cols || !std::same_as<NumberOf<Other>, Number>)
    constexpr ExactMatrix(Other const&) { require_place<an_exact_matrix, Number, Rows, Cols, Other>(); }

    // The place is asked without a call, which compilers count.
    [[nodiscard]] constexpr Number& operator()(std::ptrdiff_t row, std::ptrdiff_t col) {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[col * Rows + row];
    }
    [[nodiscard]] constexpr Number const& operator()(std::ptrdiff_t row, std::ptrdiff_t col) const {
        if (row < 0 || row >= Rows || col < 0 || col >= Cols) {
            an_entry_is_asked_for_that_lies_outside_of_its_matrix();
        }
        return entries[col * Rows + row];
    }

    /// Does not compile: every matrix has A(row, col), Eigen's vectors alone have A(i).
    template <class... Index>
        requires(sizeof...(Index) != 2)
    constexpr auto const& operator()(Index const&...) const { return refused<Index...>(*this); }

    // Plain loops over the entries: compilers count every call of a constant evaluation.
    friend constexpr ExactMatrix operator+(ExactMatrix a, ExactMatrix const& b) {
        for (int i = 0; i < Rows * Cols; ++i) {
            a.entries[i] = a.entries[i] + b.entries[i];
        }
        return a;
    }
    friend constexpr ExactMatrix operator-(ExactMatrix a, ExactMatrix const& b) {
        for (int i = 0; i < Rows * Cols; ++i) {
            a.entries[i] = a.entries[i] - b.entries[i];
        }
        return a;
    }
    friend constexpr ExactMatrix operator-(ExactMatrix a) {
        for (Number& entry : a.entries) {
            entry = -entry;
        }
        return a;
    }
    friend constexpr ExactMatrix operator*(Number const& factor, ExactMatrix a) {
        for (Number& entry : a.entries) {
            entry = factor * entry;
        }
        return a;
    }
    friend constexpr ExactMatrix operator*(ExactMatrix a, Number const& factor) {
        for (Number& entry : a.entries) {
            entry = entry * factor;
        }
        return a;
    }
    friend constexpr ExactMatrix operator/(ExactMatrix a, Number const& divisor) {
        for (Number& entry : a.entries) {
            entry = entry / divisor;
        }
        return a;
    }
    constexpr ExactMatrix& operator+=(ExactMatrix const& b) { return *this = *this + b; }
    constexpr ExactMatrix& operator-=(ExactMatrix const& b) { return *this = *this - b; }
    constexpr ExactMatrix& operator*=(Number const& factor) { return *this = *this * factor; }
    constexpr ExactMatrix& operator/=(Number const& divisor) { return *this = *this / divisor; }
    friend constexpr bool operator==(ExactMatrix const& a, ExactMatrix const& b) {
        for (int i = 0; i < Rows * Cols; ++i) {
            if (!(a.entries[i] == b.entries[i])) {
                return false;
            }
        }
        return true;
    }
};

}  // namespace algebra
using algebra::ExactMatrix;

/// Two matrices, one of which is not Eigen's, that have no sum: of unlike shapes or numbers.
template <class A, class B>
concept HaveNoSum = AnyMatrix<A> && AnyMatrix<B> &&
    (rows_of<A> != rows_of<B> || cols_of<A> != cols_of<B> ||
     !std::same_as<NumberOf<A>, NumberOf<B>>)&&(std::derived_from<A, HasNoMembersOfEigen> ||
                                                std::derived_from<B, HasNoMembersOfEigen>);

namespace algebra {

/// Do not compile, with one sentence. Test: tests/compile_fail/wrong_shape_sum_of_exact.cpp.
template <class A, class B>
    requires HaveNoSum<A, B>
constexpr auto operator+(A const& a, B const&) {
    return require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>(), a;
}
/// Of matrices that have no difference: one sentence.
template <class A, class B>
    requires HaveNoSum<A, B>
constexpr auto operator-(A const& a, B const&) {
    return require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>(), a;
}
/// The same.
template <class A, class B>
    requires HaveNoSum<A, B>
constexpr auto operator+=(A& a, B const&) {
    return require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>(), a;
}
/// The same.
template <class A, class B>
    requires HaveNoSum<A, B>
constexpr auto operator-=(A& a, B const&) {
    return require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>(), a;
}

}  // namespace algebra

/// Test: tests/compile_fail/comparison_of_unlike_matrices.cpp.
template <class GivenShape, class GivenNumber, class OtherShape, class OtherNumber>
struct only_matrices_of_one_shape_and_number_are_compared {
    static_assert(never<GivenShape>,
                  "== and != compare two matrices of one shape and one type of numbers: compare the two Given<rows, "
                  "cols>, and the numbers after each, in this message");
    static constexpr bool value = false;
};

/// Such matrices, neither of symbolic blocks, which have a sentence of their own.
template <class A, class B>
concept AreNotCompared =
    HaveNoSum<A, B> && !std::same_as<NumberOf<A>, Polynomial> && !std::same_as<NumberOf<B>, Polynomial>;

namespace algebra {

/// Does not compile, with one sentence; != is made of ==.
template <class A, class B>
    requires AreNotCompared<A, B>
constexpr bool operator==(A const&, B const&) {
    return only_matrices_of_one_shape_and_number_are_compared<Given<rows_of<A>, cols_of<A>>, NumberOf<A>,
                                                              Given<rows_of<B>, cols_of<B>>, NumberOf<B>>::value;
}

/// Of matrices that have no product: one sentence.
template <AnyMatrix A, AnyMatrix B>
    requires(std::derived_from<A, HasNoMembersOfEigen>&& std::derived_from<B, HasNoMembersOfEigen> &&
             (cols_of<A> != rows_of<B> || !std::same_as<NumberOf<A>, NumberOf<B>>))
constexpr auto operator*(A const& a, B const& b) {
    return product(a, b);
}

/// A product as Eigen writes it. Exactness, cost, errors: as product(a, b). Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Inner, int Cols>
[[nodiscard]] constexpr ExactMatrix<Number, Rows, Cols> operator*(ExactMatrix<Number, Rows, Inner> const& a,
                                                                  ExactMatrix<Number, Inner, Cols> const& b) {
    return product(a, b);
}

}  // namespace algebra

/// A number class (Modular, Rational, Dual, ...) has ExactMatrix; float, double and Lanes have Eigen's.
template <class Number>
concept NumberClass = std::is_class_v<Number> && !requires {
    Number::lane_count;
};

template <NumberClass Number, int Rows, int Cols>
    requires FixedSizes<Rows, Cols>
struct MatrixOf<Number, Rows, Cols> {
    using type = ExactMatrix<Number, Rows, Cols>;
};

/// Whether a number is made of symbols: Dual<Polynomial>, PowerSeries<Polynomial, 3>.
template <class Number>
inline constexpr bool is_made_of_symbols = false;
template <template <class> class Of, class Number>
inline constexpr bool is_made_of_symbols<Of<Number>> = std::same_as<Number, Polynomial> || is_made_of_symbols<Number>;
template <template <class, int> class Of, class Number, int Terms>
inline constexpr bool is_made_of_symbols<Of<Number, Terms>> =
    std::same_as<Number, Polynomial> || is_made_of_symbols<Number>;

/// There is no matrix of these: it would hold blocks as entries, and its transpose would leave each as it is.
/// Test: tests/compile_fail/matrix_of_dual_symbols.cpp.
template <NumberClass Number, int Rows, int Cols>
    requires FixedSizes<Rows, Cols> && is_made_of_symbols<Number>
struct MatrixOf<Number, Rows, Cols> {
    static_assert(nobody_looks_into_a_symbolic_block<Number>::value, "see the first error");
    using type = ExactMatrix<Number, Rows, Cols>;
};

namespace trusted {

/// (A^T)_rc = A_cr.
template <class Number, int Rows, int Cols>
[[nodiscard]] constexpr ExactMatrix<Number, Cols, Rows> transposed(ExactMatrix<Number, Rows, Cols> const& a) {
    ExactMatrix<Number, Cols, Rows> result;
    for (int col = 0; col < Cols; ++col) {
        for (int row = 0; row < Rows; ++row) {
            result.entries[row * Cols + col] = a.entries[col * Rows + row];
        }
    }
    return result;
}

/// Bit i is 1 where numbers[i * stride] is not known to be zero, for i < count <= 64. A number class may have a static member
/// of this name, and of the next: compilers count every call of a constant evaluation.
template <class Number>
[[nodiscard]] constexpr std::uint64_t which_are_not_zero(Number const* numbers, std::ptrdiff_t stride, int count) {
    if constexpr (requires { Number::which_are_not_zero(Key{}, numbers, stride, count); }) {
        return Number::which_are_not_zero(Key{}, numbers, stride, count);
    } else {
        std::uint64_t which = 0;
        for (int i = 0; i < count; ++i) {
            if (!is_zero(numbers[i * stride])) {
                which |= std::uint64_t{1} << i;
            }
        }
        return which;
    }
}

/// sum + a_0 b_0 + a_1 b_1 + ..., from left to right, of the terms whose bit is 1; a_i = a[i * stride]. A sum `is_empty` before
/// its first term: 0 + a_0 b_0 would be an addition more where numbers count.
template <class Number>
constexpr void add_products(Number& sum, bool is_empty, Number const* a, std::ptrdiff_t stride, Number const* b,
                            std::uint64_t which) {
    if constexpr (requires { Number::add_products(Key{}, sum, a, stride, b, which); }) {
        Number::add_products(Key{}, sum, a, stride, b, which);
    } else {
        for (int i = 0; which != 0; ++i, which >>= 1) {
            if (which & 1) {
                Number const term = a[i * stride] * b[i];
                sum = is_empty && i == 0 ? term : sum + term;
            }
        }
    }
}

/// The product of matrices whose entries stand column by column, added to zero. One function for all sizes: `of_columns` is
/// room for `cols` words.
template <class Number>
constexpr void multiply(Number const* a, Number const* b, Number* result, std::uint64_t* of_columns, int rows,
                        int inner, int cols) {
    for (int first = 0; first < inner; first += 64) {
        int const count = inner - first < 64 ? inner - first : 64;
        for (int col = 0; col < cols; ++col) {
            of_columns[col] = which_are_not_zero(b + col * inner + first, 1, count);
        }
        for (int row = 0; row < rows; ++row) {
            Number const* const left = a + first * rows + row;
            std::uint64_t const of_row = which_are_not_zero(left, rows, count);
            for (int col = 0; col < cols; ++col) {
                std::uint64_t const of_both = of_row & of_columns[col];
                if (of_both != 0) {
                    add_products(result[col * rows + row], first == 0, left, rows, b + col * inner + first, of_both);
                }
            }
        }
    }
}

}  // namespace trusted

/// The textbook definitions.
template <NumberClass Number>
struct MatrixArithmetic<Number> {
    template <int Rows, int Cols>
    static constexpr ExactMatrix<Number, Cols, Rows> transpose(ExactMatrix<Number, Rows, Cols> const& a) {
        return trusted::transposed(a);
    }

    /// (A B)_rc = sum over i of A_ri B_ic, in the order of i, without the terms where A_ri or B_ic is 0: most entries of a
    /// construction are, and compilers limit the steps of a constant evaluation.
    template <int Rows, int Inner, int Cols>
    static constexpr ExactMatrix<Number, Rows, Cols> product(ExactMatrix<Number, Rows, Inner> const& a,
                                                             ExactMatrix<Number, Inner, Cols> const& b) {
        auto result = zero<Number, Rows, Cols>();
        std::uint64_t of_columns[Cols]{};
        trusted::multiply(a.entries, b.entries, result.entries, of_columns, Rows, Inner, Cols);
        return result;
    }
};

/// (A + A' e)(B + B' e) = A B + (A B' + A' B) e, by products of numbers: most entries of A' or B' are zero where one parameter
/// moves. Of numbers that have a matrix of their own, which may hold its entries in another order, the textbook definition.
/// Test: tests/unit/own_numbers.cpp.
template <NumberClass Number>
    requires std::same_as<Matrix<Number, 1, 1>, ExactMatrix<Number, 1, 1>>
struct MatrixArithmetic<Dual<Number>> {
    template <int Rows, int Cols>
    static constexpr ExactMatrix<Dual<Number>, Cols, Rows> transpose(ExactMatrix<Dual<Number>, Rows, Cols> const& a) {
        return trusted::transposed(a);
    }

    template <int Rows, int Inner, int Cols>
    static constexpr ExactMatrix<Dual<Number>, Rows, Cols> product(ExactMatrix<Dual<Number>, Rows, Inner> const& a,
                                                                   ExactMatrix<Dual<Number>, Inner, Cols> const& b) {
        ExactMatrix<Number, Rows, Inner> a_value;
        ExactMatrix<Number, Rows, Inner> a_slope;
        ExactMatrix<Number, Inner, Cols> b_value;
        ExactMatrix<Number, Inner, Cols> b_slope;
        for (int i = 0; i < Rows * Inner; ++i) {
            a_value.entries[i] = a.entries[i].value;
            a_slope.entries[i] = a.entries[i].derivative;
        }
        for (int i = 0; i < Inner * Cols; ++i) {
            b_value.entries[i] = b.entries[i].value;
            b_slope.entries[i] = b.entries[i].derivative;
        }
        using Parts = MatrixArithmetic<Number>;
        auto const value = Parts::product(a_value, b_value);
        auto const slope = Parts::product(a_value, b_slope) + Parts::product(a_slope, b_value);
        ExactMatrix<Dual<Number>, Rows, Cols> result;
        for (int i = 0; i < Rows * Cols; ++i) {
            result.entries[i].value = value.entries[i];
            result.entries[i].derivative = slope.entries[i];
        }
        return result;
    }
};

}  // namespace incontext

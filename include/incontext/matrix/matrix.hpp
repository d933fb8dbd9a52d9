// SPDX-License-Identifier: MIT
/// @file
/// Matrix<Number, Rows, Cols>: one name for the matrix of every family.
///
///     Matrix<Modular, 2, 3>            ExactMatrix<Modular, 2, 3>, usable at compile time    (matrix/exact.hpp)
///     Matrix<Polynomial, 2, 2>         the same, of symbolic blocks                          (matrix/exact.hpp)
///     Matrix<float, 5, 7>              Eigen::Matrix<float, 5, 7>, the user's own type       (matrix/eigen.hpp)
///     Matrix<Lanes<float, 16>, 5, 7>   Eigen::Matrix of packs, one task per lane             (matrix/eigen.hpp)
///
/// The operators are written over these with product, transpose, +, -, and multiplication by a number.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/support/message.hpp"

namespace incontext {

/// A sentence for `Matrix<float, 5, 7>` where only incontext/theorem.hpp was included. There must be one type, Eigen's.
/// Test: tests/compile_fail/matrix_without_eigen.cpp.
template <class Number, int Rows, int Cols>
struct there_is_no_matrix_of_these_numbers {
    static_assert(never<Number>,
                  "a matrix of float, double or Lanes is an Eigen matrix: include incontext/incontext.hpp (or "
                  "incontext/matrix/eigen.hpp) before it is named");
    using type = void;
};

/// Which matrix a number has. Specialised for number classes (matrix/exact.hpp) and for Eigen's (matrix/eigen.hpp).
template <class Number, int Rows, int Cols>
struct MatrixOf : there_is_no_matrix_of_these_numbers<Number, Rows, Cols> {};

/// The matrix [Rows x Cols] of the family that Number belongs to.
/// Errors: for float, double and Lanes without matrix/eigen.hpp it does not compile.
template <class Number, int Rows, int Cols>
using Matrix = typename MatrixOf<Number, Rows, Cols>::type;

/// The number type of a matrix, also of an Eigen expression.
template <class M>
using NumberOf = typename std::remove_cvref_t<M>::Scalar;

/// Anything with a number type and sizes (under Eigen's names): an ExactMatrix, an Eigen matrix or an Eigen expression.
template <class M>
concept AnyMatrix = requires {
    typename NumberOf<M>;
    std::remove_cvref_t<M>::RowsAtCompileTime;
    std::remove_cvref_t<M>::ColsAtCompileTime;
};

/// Sizes known at compile time; -1 is Eigen's "known at run time only", 0 stands for something that is no matrix.
template <class M>
inline constexpr int rows_of = 0;
template <AnyMatrix M>
inline constexpr int rows_of<M> = static_cast<int>(std::remove_cvref_t<M>::RowsAtCompileTime);
template <class M>
inline constexpr int cols_of = 0;
template <AnyMatrix M>
inline constexpr int cols_of<M> = static_cast<int>(std::remove_cvref_t<M>::ColsAtCompileTime);

/// The number of a product or sum of two: float weights act on Lanes<float, n>.
template <class A, class B>
using Promoted = decltype(std::declval<A>() * std::declval<B>());

// ---------------------------------------------------------------------------------------------- product, transpose ----

/// How a family multiplies and transposes: static functions product(a, b) and transpose(a). Exact number classes have
/// theirs in matrix/exact.hpp, float, double and Lanes in matrix/eigen.hpp.
template <class Number>
struct MatrixArithmetic;

/// Test: tests/compile_fail/wrong_shape_product.cpp.
template <class Left, class Right>
struct the_inner_sizes_of_a_product_differ {
    static_assert(never<Left>, "a product needs as many columns on its left as rows on its right: compare the two "
                               "Given<rows, cols> in this line");
};

/// A B [rows of A x cols of B]. Float weights multiply lanes; the result is of the family of the entries' product.
///
/// Exactness: exact in the exact and symbolic families; one rounding per operation, in any order, in floating point.
/// Cost: rows(A) cols(A) cols(B) multiplications. Errors: inner sizes that differ do not compile.
/// Test: tests/unit/matrix.cpp (every family against the definition).
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto product(A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, rows_of<A>, cols_of<B>> {
    if constexpr (cols_of<A> != rows_of<B>) {
        static_cast<void>(the_inner_sizes_of_a_product_differ<Given<rows_of<A>, cols_of<A>>,
                                                              Given<rows_of<B>, cols_of<B>>>{});
    }
    return MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>::product(a, b);
}

/// A B C ... = ((A B) C) ..., associated from the left, so that a formula is read as it is computed.
template <AnyMatrix A, AnyMatrix B, AnyMatrix C, AnyMatrix... More>
[[nodiscard]] constexpr auto product(A const& a, B const& b, C const& c, More const&... more) {
    return product(product(a, b), c, more...);
}

/// A^T [cols x rows], as a matrix of its own (never a view of a temporary). Exact. Test: tests/unit/matrix.cpp.
template <AnyMatrix A>
[[nodiscard]] constexpr auto transpose(A const& a) -> Matrix<NumberOf<A>, cols_of<A>, rows_of<A>> {
    return MatrixArithmetic<NumberOf<A>>::transpose(a);
}

/// A^T B, read in place where the family can.
///
/// Exactness, errors: as `product`. Cost: cols(A) rows(A) cols(B) multiplications. Test: tests/unit/matrix.cpp.
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto product_of_transpose(A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, cols_of<A>, cols_of<B>> {
    using Arithmetic = MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>;
    if constexpr (rows_of<A> == rows_of<B> && requires { Arithmetic::product_of_transpose(a, b); }) {
        return Arithmetic::product_of_transpose(a, b);
    } else {
        return product(transpose(a), b);
    }
}

/// A B^T, read in place where the family can.
///
/// Exactness, errors: as `product`. Cost: rows(A) cols(A) rows(B) multiplications. Test: tests/unit/matrix.cpp.
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto product_with_transpose(A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, rows_of<A>, rows_of<B>> {
    using Arithmetic = MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>;
    if constexpr (cols_of<A> == cols_of<B> && requires { Arithmetic::product_with_transpose(a, b); }) {
        return Arithmetic::product_with_transpose(a, b);
    } else {
        return product(a, transpose(b));
    }
}

/// Test: tests/compile_fail/wrong_shape_sum.cpp.
template <class First, class Second>
struct the_terms_of_a_sum_differ_in_shape {
    static_assert(never<First>, "a sum needs terms of one shape: compare the two Given<rows, cols> in this line");
};

/// C + A B in one pass, where the family can.
///
/// Exactness, cost: as `product`, and the sum. Errors: shapes that do not fit do not compile. Test: tests/unit/matrix.cpp.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto plus_product(C const& c, A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, rows_of<A>, cols_of<B>> {
    using Arithmetic = MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>;
    if constexpr (rows_of<C> != rows_of<A> || cols_of<C> != cols_of<B>) {
        static_cast<void>(
            the_terms_of_a_sum_differ_in_shape<Given<rows_of<C>, cols_of<C>>, Given<rows_of<A>, cols_of<B>>>{});
    }
    if constexpr (cols_of<A> == rows_of<B> && std::same_as<NumberOf<C>, Promoted<NumberOf<A>, NumberOf<B>>> &&
                  requires { Arithmetic::plus_product(c, a, b); }) {
        return Arithmetic::plus_product(c, a, b);
    } else {
        return c + product(a, b);
    }
}

/// C += A B.
///
/// C is a matrix of its own, not A or B. Exactness, cost, errors: as plus_product. Test: tests/unit/matrix.cpp.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product(C& c, A const& a, B const& b) {
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product(c, a, b); }) {
        MatrixArithmetic<NumberOf<C>>::add_product(c, a, b);
    } else {
        c += product(a, b);
    }
}

/// C += A^T B. As add_product.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product_of_transpose(C& c, A const& a, B const& b) {
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product_of_transpose(c, a, b); }) {
        MatrixArithmetic<NumberOf<C>>::add_product_of_transpose(c, a, b);
    } else {
        c += product_of_transpose(a, b);
    }
}

/// C += A B^T. As add_product.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product_with_transpose(C& c, A const& a, B const& b) {
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product_with_transpose(c, a, b); }) {
        MatrixArithmetic<NumberOf<C>>::add_product_with_transpose(c, a, b);
    } else {
        c += product_with_transpose(a, b);
    }
}

/// <A, B> = sum of A_rc B_rc over all entries of two matrices of one shape.
///
/// Exactness: one rounding per operation. Cost: rows cols multiplications. Errors: shapes that differ do not compile.
/// Test: tests/static/backpropagation.cpp (the derivative with respect to a damping).
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr NumberOf<A> inner_product(A const& a, B const& b) {
    if constexpr (rows_of<A> != rows_of<B> || cols_of<A> != cols_of<B>) {
        static_cast<void>(
            the_terms_of_a_sum_differ_in_shape<Given<rows_of<A>, cols_of<A>>, Given<rows_of<B>, cols_of<B>>>{});
    }
    if constexpr (requires { MatrixArithmetic<NumberOf<A>>::inner_product(a, b); }) {
        return MatrixArithmetic<NumberOf<A>>::inner_product(a, b);
    } else {
        NumberOf<A> sum(0);
        for (int col = 0; col < cols_of<A>; ++col) {
            for (int row = 0; row < rows_of<A>; ++row) {
                sum += a(row, col) * b(row, col);
            }
        }
        return sum;
    }
}

// --------------------------------------------------------------------------------------- a matrix in a named place ----

/// Test of all four: tests/compile_fail/wrong_shape_*.cpp.
template <class Place, class GivenShape, class RequiredShape>
struct a_matrix_has_the_wrong_shape {
    static_assert(never<Place>,
                  "a matrix has another shape than its place requires: compare Given<rows, cols> with Required<rows, "
                  "cols> in this line (-1: a dynamic size; use a fixed-size matrix)");
};

template <class Place, class GivenNumber, class RequiredNumber>
struct a_matrix_has_the_wrong_numbers {
    static_assert(never<Place>,
                  "a matrix holds another number type than its place requires (given, then required, in this line): "
                  "convert it first, e.g. with .cast<float>()");
};

template <class Place, class GivenType, class RequiredShape>
struct this_is_not_a_matrix {
    static_assert(never<Place>, "a matrix of Required<rows, cols> belongs here, but the argument is not a matrix");
};

/// A matrix in a named place of a struct (a layer's query projection, a prompt's context): a Matrix<Number, Rows, Cols>
/// that can be filled from any matrix of that shape and number, and tells a wrong one in one sentence.
///
/// It is the matrix of its family (derived from it) and adds no data.
/// Exactness: copies. Errors: another shape, a dynamic shape, other numbers do not compile.
template <class Place, class Number, int Rows, int Cols>
struct Placed : Matrix<Number, Rows, Cols> {
    using Base = Matrix<Number, Rows, Cols>;

    constexpr Placed() = default;
    constexpr Placed(Base const& matrix) : Base(matrix) {}

    template <class Other>
        requires(!std::derived_from<Other, Base>)
    constexpr Placed(Other const& matrix) : Base(checked(matrix)) {}

    template <class Other>
    constexpr Placed& operator=(Other const& matrix) {
        static_cast<Base&>(*this) = checked(matrix);
        return *this;
    }

  private:
    template <class Other>
    static constexpr Other const& checked(Other const& matrix) {
        if constexpr (!AnyMatrix<Other>) {
            static_cast<void>(this_is_not_a_matrix<Place, Other, Required<Rows, Cols>>{});
        } else if constexpr (rows_of<Other> != Rows || cols_of<Other> != Cols) {
            static_cast<void>(
                a_matrix_has_the_wrong_shape<Place, Given<rows_of<Other>, cols_of<Other>>, Required<Rows, Cols>>{});
        } else if constexpr (!std::same_as<NumberOf<Other>, Number>) {
            static_cast<void>(a_matrix_has_the_wrong_numbers<Place, NumberOf<Other>, Number>{});
        }
        return matrix;
    }
};

// ------------------------------------------------------------------------------------------- made entry by entry ----

/// The matrix with entry(row, col) at each place. The result is of the family of Number.
/// Cost: Rows * Cols calls. Test: tests/unit/matrix.cpp.
template <class Number, int Rows, int Cols, class Entry>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> generate(Entry&& entry) {
    if constexpr (requires { Matrix<Number, Rows, Cols>::generated(entry); }) {
        return Matrix<Number, Rows, Cols>::generated(entry);
    } else {
        Matrix<Number, Rows, Cols> matrix;
        for (int col = 0; col < Cols; ++col) {
            for (int row = 0; row < Rows; ++row) {
                matrix(row, col) = entry(row, col);
            }
        }
        return matrix;
    }
}

/// 0 [Rows x Cols]. Exact.
template <class Number, int Rows, int Cols = Rows>
[[nodiscard]] constexpr Matrix<Number, Rows, Cols> zero() {
    return generate<Number, Rows, Cols>([](int, int) { return Number(0); });
}

/// factor * I [Size x Size]. Exact.
template <class Number, int Size>
[[nodiscard]] constexpr Matrix<Number, Size, Size> identity(Number const& factor = Number(1)) {
    return generate<Number, Size, Size>([&](int row, int col) { return row == col ? factor : Number(0); });
}

/// [[upper_left, upper_right], [lower_left, lower_right]], as the paper writes its projections.
///
/// Exactness: copies. Errors: blocks that do not fit do not compile. Test: tests/unit/matrix.cpp.
template <AnyMatrix UL, AnyMatrix UR, AnyMatrix LL, AnyMatrix LR>
[[nodiscard]] constexpr auto blocks(UL const& upper_left, UR const& upper_right, LL const& lower_left,
                                    LR const& lower_right)
    -> Matrix<NumberOf<UL>, rows_of<UL> + rows_of<LL>, cols_of<UL> + cols_of<UR>> {
    constexpr int upper = rows_of<UL>;
    constexpr int left = cols_of<UL>;
    static_assert(rows_of<UR> == upper && cols_of<LL> == left && rows_of<LR> == rows_of<LL> && cols_of<LR> == cols_of<UR>,
                  "blocks: the four blocks do not form a rectangle");
    return generate<NumberOf<UL>, upper + rows_of<LL>, left + cols_of<UR>>([&](int row, int col) -> NumberOf<UL> {
        return row < upper ? (col < left ? upper_left(row, col) : upper_right(row, col - left))
                           : (col < left ? lower_left(row - upper, col) : lower_right(row - upper, col - left));
    });
}

/// [upper; lower]: one matrix above another of the same width. Exactness: copies. Test: tests/unit/matrix.cpp.
template <AnyMatrix Upper, AnyMatrix Lower>
[[nodiscard]] constexpr auto above(Upper const& upper, Lower const& lower)
    -> Matrix<NumberOf<Upper>, rows_of<Upper> + rows_of<Lower>, cols_of<Upper>> {
    static_assert(cols_of<Upper> == cols_of<Lower>, "above: the two matrices have different widths");
    constexpr int split = rows_of<Upper>;
    return generate<NumberOf<Upper>, split + rows_of<Lower>, cols_of<Upper>>(
        [&](int row, int col) -> NumberOf<Upper> { return row < split ? upper(row, col) : lower(row - split, col); });
}

/// The Count rows from First on [Count x cols]. Exactness: copies. Errors: out of range does not compile.
template <int First, int Count, AnyMatrix M>
[[nodiscard]] constexpr Matrix<NumberOf<M>, Count, cols_of<M>> rows(M const& matrix) {
    static_assert(First >= 0 && Count >= 0 && First + Count <= rows_of<M>, "rows: the matrix has fewer rows");
    return generate<NumberOf<M>, Count, cols_of<M>>([&](int row, int col) { return matrix(First + row, col); });
}

}  // namespace incontext

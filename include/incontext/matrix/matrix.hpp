// SPDX-License-Identifier: MIT
/// @file
/// Matrix<Number, Rows, Cols>: one name for the matrix of every family.
///
///     Matrix<Modular, 2, 3>            ExactMatrix<Modular, 2, 3>, usable at compile time    (matrix/exact.hpp)
///     Matrix<Polynomial, 2, 2>         BlockMatrix<2, 2>, of symbolic blocks                 (matrix/block_matrix.hpp)
///     Matrix<float, 5, 7>              Eigen::Matrix<float, 5, 7>, the user's own type       (matrix/eigen.hpp)
///     Matrix<Lanes<float, 16>, 5, 7>   Eigen::Matrix of packs, one task per lane             (matrix/eigen.hpp)
///
/// The operators are written over these with product, transpose, +, -, and multiplication by a number.
#pragma once

#include <concepts>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "incontext/number/constant.hpp"
#include "incontext/number/number.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/message.hpp"
#include "incontext/matrix/wrong_calls.hpp"

namespace incontext {

/// A sentence for `Matrix<float, 5, 7>` where only incontext/theorem.hpp was included. There must be one type, Eigen's.
/// Test: tests/compile_fail/matrix_without_eigen.cpp.
template <class Number, int Rows, int Cols>
struct there_is_no_matrix_of_these_numbers {
    static_assert(never<Number>,
                  "a matrix of float, double or Lanes is an Eigen matrix: include incontext/incontext.hpp (or "
                  "incontext/matrix/eigen.hpp) before it is named; in a statement write typename Any::Scalar in their "
                  "place");
    using type = void;
};

/// Test: tests/compile_fail/matrix_of_integers.cpp.
template <class Number>
struct integers_are_no_numbers_of_a_matrix {
    static_assert(never<Number>,
                  "an integer has no 1/N and no learning rate below 1: use float or double, or Rational or Modular for "
                  "exact numbers");
    using type = void;
};

/// Test: tests/compile_fail/matrix_of_dynamic_size.cpp.
template <class GivenShape>
struct a_matrix_has_fixed_sizes {
    static_assert(never<GivenShape>,
                  "the sizes of a matrix are known while compiling: see Given<rows, cols> in this message (below 0: a "
                  "dynamic size); use a matrix of fixed size, or a block such as X.topLeftCorner<3, 7>()");
    using type = void;
    static constexpr int value = 0;
};

template <int Rows, int Cols>
concept FixedSizes = Rows >= 0 && Cols >= 0;

/// Which matrix a number has. Specialised for number classes (matrix/exact.hpp) and for Eigen's (matrix/eigen.hpp).
template <class Number, int Rows, int Cols>
struct MatrixOf : there_is_no_matrix_of_these_numbers<Number, Rows, Cols> {};
template <class Number, int Rows, int Cols>
    requires(!FixedSizes<Rows, Cols>)
struct MatrixOf<Number, Rows, Cols> : a_matrix_has_fixed_sizes<Given<Rows, Cols>> {};
template <std::integral Number, int Rows, int Cols>
    requires FixedSizes<Rows, Cols>
struct MatrixOf<Number, Rows, Cols> : integers_are_no_numbers_of_a_matrix<Number> {
};

/// The matrix [Rows x Cols] of the family that Number belongs to.
/// Errors: for float, double and Lanes without matrix/eigen.hpp, and of a size below 0, it does not compile.
template <class Number, int Rows, int Cols>
using Matrix = typename MatrixOf<Number, Rows, Cols>::type;

/// The number type of a matrix, also of an Eigen expression.
template <class M>
using NumberOf = typename std::remove_cvref_t<M>::Scalar;

/// A triangular or selfadjoint view of Eigen's, known by its `Mode`. Asked for an entry of its other half, it gives what stands
/// there in the matrix behind it, or an assertion where NDEBUG is not defined.
template <class M>
concept ViewOfOneHalf = requires(std::remove_cvref_t<M> const& view) {
    std::remove_cvref_t<M>::Mode;
    view.toDenseMatrix();
};

/// Anything with a number type and sizes (under Eigen's names): an ExactMatrix, an Eigen matrix or an Eigen expression, but no view
/// of one half of a matrix. Test: tests/unit/matrix.cpp, tests/compile_fail/gram_of_a_triangular_view.cpp, view_in_a_place.cpp.
template <class M>
concept AnyMatrix = requires {
    typename NumberOf<M>;
    std::remove_cvref_t<M>::RowsAtCompileTime;
    std::remove_cvref_t<M>::ColsAtCompileTime;
    requires !ViewOfOneHalf<M>;
};

/// Sizes known at compile time; -1 is Eigen's "known at run time only", 0 stands for something that is no matrix.
template <class M>
inline constexpr int rows_of = 0;
template <AnyMatrix M>
inline constexpr int rows_of<M> = static_cast<int>(std::remove_cvref_t<M>::RowsAtCompileTime);
/// The columns of a matrix type; 0 of what is none.
template <class M>
inline constexpr int cols_of = 0;
template <AnyMatrix M>
inline constexpr int cols_of<M> = static_cast<int>(std::remove_cvref_t<M>::ColsAtCompileTime);

template <class Place, class GivenNumber, class RequiredNumber>
struct a_matrix_has_the_wrong_numbers {
    static_assert(never<Place>,
                  "a matrix holds another number type than its place requires (given, then required, in this message): "
                  "convert it first, e.g. with .cast<float>()");
};

// Places of matrices that are given to a function, for that sentence.
struct a_term_of_a_sum;
struct a_factor_of_a_product;
struct a_block_of_a_matrix;

/// Does not compile, with one sentence, unless the numbers are the same. A deduced type, as of every function of this
/// kind: g++ looks into it before it looks at what follows.
template <class Place, class GivenNumber, class RequiredNumber>
constexpr auto require_numbers() {
    if constexpr (!std::same_as<GivenNumber, RequiredNumber>) {
        static_cast<void>(a_matrix_has_the_wrong_numbers<Place, GivenNumber, RequiredNumber>{});
    }
}

/// True where weights of one number type act on tokens of another: the same, or lanes of it.
template <class LayerNumber, class PromptNumber>
inline constexpr bool acts_on = false;
template <class Number>
inline constexpr bool acts_on<Number, Number> = true;
template <class LayerNumber, class PromptNumber>
    requires requires {
        typename PromptNumber::Lane;
    }
inline constexpr bool acts_on<LayerNumber, PromptNumber> = acts_on<LayerNumber, typename PromptNumber::Lane>;

/// Test: tests/compile_fail/wrong_numbers_in_product.cpp.
template <class A, class B>
struct PromotedNumber : a_matrix_has_the_wrong_numbers<a_factor_of_a_product, B, A> {
    using type = A;
};
template <class A, class B>
    requires acts_on<A, B>
struct PromotedNumber<A, B> {
    using type = B;
};
template <class A, class B>
    requires(acts_on<B, A> && !std::same_as<A, B>)
struct PromotedNumber<A, B> {
    using type = A;
};

/// The number of a product or sum of two: float weights act on Lanes<float, n>.
/// Errors: numbers that do not mix do not compile. Test: tests/unit/matrix.cpp.
template <class A, class B>
using Promoted = typename PromotedNumber<A, B>::type;

/// Every entry times an exact constant: half * M. Exactness: as Ratio, then one rounding. Test: tests/unit/constant.cpp.
template <long long Numerator, long long Denominator, AnyMatrix M>
[[nodiscard]] constexpr auto operator*(Ratio<Numerator, Denominator> constant, M const& matrix)
    -> Matrix<NumberOf<M>, rows_of<M>, cols_of<M>> {
    return NumberOf<M>(constant) * matrix;
}
/// The same, from the right.
template <long long Numerator, long long Denominator, AnyMatrix M>
[[nodiscard]] constexpr auto operator*(M const& matrix, Ratio<Numerator, Denominator> constant)
    -> Matrix<NumberOf<M>, rows_of<M>, cols_of<M>> {
    return NumberOf<M>(constant) * matrix;
}

// ---------------------------------------------------------------------------------------------- product, transpose ----

/// How a family multiplies and transposes: static functions product(a, b) and transpose(a). Exact number classes have
/// theirs in matrix/exact.hpp, float, double and Lanes in matrix/eigen.hpp.
template <class Number>
struct MatrixArithmetic;

/// Test: tests/compile_fail/wrong_shape_product.cpp.
template <class Left, class Right>
struct the_inner_sizes_of_a_product_differ {
    static_assert(never<Left>,
                  "a product needs as many columns on its left as rows on its right: compare the two "
                  "Given<rows, cols> in this message");
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
        static_cast<void>(
            the_inner_sizes_of_a_product_differ<Given<rows_of<A>, cols_of<A>>, Given<rows_of<B>, cols_of<B>>>{});
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
    static_assert(never<First>, "a sum needs terms of one shape: compare the two Given<rows, cols> in this message");
};

/// Does not compile, with one sentence, unless a term of this shape and number can be added to the sum.
template <AnyMatrix Sum, class Number, int Rows, int Cols>
constexpr auto require_term() {
    if constexpr (rows_of<Sum> != Rows || cols_of<Sum> != Cols) {
        static_cast<void>(the_terms_of_a_sum_differ_in_shape<Given<rows_of<Sum>, cols_of<Sum>>, Given<Rows, Cols>>{});
    } else {
        require_numbers<a_term_of_a_sum, Number, NumberOf<Sum>>();
    }
}

/// The same of a sum that is changed.
template <class Sum, AnyMatrix A, AnyMatrix B, int Rows, int Cols>
constexpr auto require_changed_sum() {
    require_changeable<Sum>();
    require_term<Sum, Promoted<NumberOf<A>, NumberOf<B>>, Rows, Cols>();
}

/// C + A B in one pass, where the family can.
///
/// Exactness, cost: as `product`, and the sum. Errors: shapes that do not fit do not compile. Test: tests/unit/matrix.cpp.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto plus_product(C const& c, A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, rows_of<A>, cols_of<B>> {
    using Arithmetic = MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>;
    require_term<C, Promoted<NumberOf<A>, NumberOf<B>>, rows_of<A>, cols_of<B>>();
    if constexpr (cols_of<A> == rows_of<B> && std::same_as<NumberOf<C>, Promoted<NumberOf<A>, NumberOf<B>>> &&
                  requires { Arithmetic::plus_product(c, a, b); }) {
        return Arithmetic::plus_product(c, a, b);
    } else {
        return c + product(a, b);
    }
}

/// C + A^T B. As plus_product.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto plus_product_of_transpose(C const& c, A const& a, B const& b)
    -> Matrix<Promoted<NumberOf<A>, NumberOf<B>>, cols_of<A>, cols_of<B>> {
    using Arithmetic = MatrixArithmetic<Promoted<NumberOf<A>, NumberOf<B>>>;
    require_term<C, Promoted<NumberOf<A>, NumberOf<B>>, cols_of<A>, cols_of<B>>();
    if constexpr (rows_of<A> == rows_of<B> && std::same_as<NumberOf<C>, Promoted<NumberOf<A>, NumberOf<B>>> &&
                  requires { Arithmetic::plus_product_of_transpose(c, a, b); }) {
        return Arithmetic::plus_product_of_transpose(c, a, b);
    } else {
        return c + product_of_transpose(a, b);
    }
}

/// At run time this throws; in a constant expression both compilers print its name.
/// Test: tests/unit/matrix.cpp, tests/compile_fail/sum_that_is_a_factor.cpp.
[[noreturn]] inline void the_sum_of_a_product_is_a_matrix_of_its_own() {
    fail<std::invalid_argument>(
        "incontext: the sum to which a product is added is one of its factors; write C = C + A B");
}
/// Those that run write C while they read A and B.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void require_sum_of_its_own(C const& c, A const& a, B const& b) {
    void const* const sum = &c;
    if (sum == static_cast<void const*>(&a) || sum == static_cast<void const*>(&b)) {
        the_sum_of_a_product_is_a_matrix_of_its_own();
    }
}

/// Of kernels that run: as Eigen's assertions, asked where NDEBUG is not defined. Asked always, it made programs 4 % larger.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void require_sum_of_its_own_where_asserted([[maybe_unused]] C const& c, [[maybe_unused]] A const& a,
                                                     [[maybe_unused]] B const& b) {
#ifndef NDEBUG
    require_sum_of_its_own(c, a, b);
#endif
}

/// C += A B.
///
/// C is a matrix of its own, not A or B: another one throws std::invalid_argument, or does not compile; of lanes and of large
/// matrices of float and double only where NDEBUG is not defined. Exactness, cost, errors: as plus_product. Test: tests/unit/matrix.cpp.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product(C& c, A const& a, B const& b) {
    require_changed_sum<C, A, B, rows_of<A>, cols_of<B>>();
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product(c, a, b); }) {
        require_sum_of_its_own_where_asserted(c, a, b);
        MatrixArithmetic<NumberOf<C>>::add_product(c, a, b);
    } else {
        require_sum_of_its_own(c, a, b);
        c += product(a, b);
    }
}

/// C += A^T B. As add_product.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product_of_transpose(C& c, A const& a, B const& b) {
    require_changed_sum<C, A, B, cols_of<A>, cols_of<B>>();
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product_of_transpose(c, a, b); }) {
        require_sum_of_its_own_where_asserted(c, a, b);
        MatrixArithmetic<NumberOf<C>>::add_product_of_transpose(c, a, b);
    } else {
        require_sum_of_its_own(c, a, b);
        c += product_of_transpose(a, b);
    }
}

/// C += A B^T. As add_product.
template <AnyMatrix C, AnyMatrix A, AnyMatrix B>
constexpr void add_product_with_transpose(C& c, A const& a, B const& b) {
    require_changed_sum<C, A, B, rows_of<A>, rows_of<B>>();
    if constexpr (requires { MatrixArithmetic<NumberOf<C>>::add_product_with_transpose(c, a, b); }) {
        require_sum_of_its_own_where_asserted(c, a, b);
        MatrixArithmetic<NumberOf<C>>::add_product_with_transpose(c, a, b);
    } else {
        require_sum_of_its_own(c, a, b);
        c += product_with_transpose(a, b);
    }
}

/// <A, B> = sum of A_rc B_rc over all entries of two matrices of one shape.
///
/// Exactness: one rounding per operation. Cost: rows cols multiplications. Errors: shapes that differ, and dynamic ones, do not
/// compile.
/// Test: tests/static/backpropagation.cpp (the derivative with respect to a damping).
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr NumberOf<A> inner_product(A const& a, B const& b) {
    require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>();
    if constexpr (!FixedSizes<rows_of<A>, cols_of<A>>) {
        return a_matrix_has_fixed_sizes<Given<rows_of<A>, cols_of<A>>>::value;
    } else if constexpr (requires { MatrixArithmetic<NumberOf<A>>::inner_product(a, b); }) {
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

}  // namespace incontext

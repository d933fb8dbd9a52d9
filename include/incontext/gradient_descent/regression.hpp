// SPDX-License-Identifier: MIT
/// @file
/// Linear regression on the examples of a prompt: the loss and its gradient.
///
///     L(W)      = 1/(2N) sum over i of |W x_i - y_i|^2
///     dL/dW (W) = 1/N (W X - Y) X^T
#pragma once

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/number.hpp"
#include "incontext/support/wrong_calls.hpp"

namespace incontext {

/// Does not compile, with one sentence, unless W X - Y exists.
template <AnyMatrix Weights, AnyMatrix Inputs, AnyMatrix Targets>
constexpr auto require_residual() {
    if constexpr (cols_of<Weights> == rows_of<Inputs>) {  // else the product tells
        require_term<Targets, Promoted<NumberOf<Weights>, NumberOf<Inputs>>, rows_of<Weights>, cols_of<Inputs>>();
    }
}

/// 2 N L(W) = sum over i of |W x_i - y_i|^2: the residuals' sum of squares, free of division.
///
/// Shapes: W [output x input], X [input x context], Y [output x context]. Exactness: that of the numbers.
/// Cost: output (input + 1) context multiplications. Errors: shapes that do not fit do not compile.
/// Test: tests/static/regression.cpp (through regression_loss, whose derivative by dual numbers is regression_gradient).
template <AnyMatrix Weights, AnyMatrix Inputs, AnyMatrix Targets>
[[nodiscard]] constexpr NumberOf<Targets> sum_of_squares(Weights const& W, Inputs const& X, Targets const& Y) {
    require_residual<Weights, Inputs, Targets>();
    Matrix<NumberOf<Targets>, rows_of<Targets>, cols_of<Targets>> const residual = product(W, X) - Y;
    NumberOf<Targets> sum(0);
    for (int col = 0; col < cols_of<Targets>; ++col) {
        for (int row = 0; row < rows_of<Targets>; ++row) {
            sum += residual(row, col) * residual(row, col);
        }
    }
    return sum;
}

/// L(W) = 1/(2N) sum over i of |W x_i - y_i|^2.
///
/// Source: [vonOswald2023] eq. (3). Shapes, exactness, cost, errors: as sum_of_squares.
/// Test: tests/static/regression.cpp.
template <AnyMatrix Weights, AnyMatrix Inputs, AnyMatrix Targets>
[[nodiscard]] constexpr NumberOf<Targets> regression_loss(Weights const& W, Inputs const& X, Targets const& Y) {
    using Number = NumberOf<Targets>;
    return Number(1) / Number(2) * one_over_context<Number>(cols_of<Inputs>) * sum_of_squares(W, X, Y);
}

/// dL/dW = 1/N (W X - Y) X^T [output x input].
///
/// Source: [vonOswald2023] eq. (4). Shapes: as the loss. Exactness: exact in the exact and symbolic families.
/// Cost: 2 output input context multiplications. Errors: shapes that do not fit do not compile.
/// Test: tests/static/regression.cpp.
template <AnyMatrix Weights, AnyMatrix Inputs, AnyMatrix Targets>
[[nodiscard]] constexpr auto regression_gradient(Weights const& W, Inputs const& X, Targets const& Y)
    -> Matrix<NumberOf<Targets>, rows_of<Targets>, rows_of<Inputs>> {
    require_residual<Weights, Inputs, Targets>();
    using Residual = Matrix<NumberOf<Targets>, rows_of<Targets>, cols_of<Targets>>;
    Residual const residual = product(W, X) - Y;
    return one_over_context<NumberOf<Targets>>(cols_of<Inputs>) * product(residual, transpose(X));
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

// What is no matrix is told in one sentence, as of product (matrix/matrix.hpp).
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto sum_of_squares(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto regression_loss(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto regression_gradient(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}

}  // namespace incontext

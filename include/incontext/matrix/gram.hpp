// SPDX-License-Identifier: MIT
/// @file
/// The gram matrix G = C C^T: all that linear attention keeps of its context.
///
///     P (W_V C)(W_K C)^T W_Q  =  P W_V (C C^T) W_K^T W_Q
#pragma once

#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/wrong_calls.hpp"
#include "incontext/number/number.hpp"

namespace incontext {

/// G = C C^T [token_dim x token_dim].
///
/// Only the upper half is computed and mirrored; lanes compute it in square blocks, those on the diagonal whole.
/// Exactness: one rounding per operation, in any order. Cost: token_dim (token_dim + 1) / 2 * context multiplications, of
/// lanes more: by 60 % at token_dim 4 with 32 registers, by 23 % at 11; of symbols the whole product. Errors: none. Test:
/// tests/static/plan.cpp, tests/unit/lane_kernel.cpp (lanes), tests/unit/matrix.cpp (symbols).
template <AnyMatrix Context>
[[nodiscard]] constexpr auto gram(Context const& C) -> Matrix<NumberOf<Context>, rows_of<Context>, rows_of<Context>> {
    constexpr int size = rows_of<Context>;
    if constexpr (requires { MatrixArithmetic<NumberOf<Context>>::product_with_own_transpose(C); }) {
        return MatrixArithmetic<NumberOf<Context>>::product_with_own_transpose(C);
    } else {
        Matrix<NumberOf<Context>, size, size> G;
        for (int col = 0; col < size; ++col) {
            for (int row = 0; row <= col; ++row) {
                NumberOf<Context> sum = C(row, 0) * C(col, 0);
                for (int token = 1; token < cols_of<Context>; ++token) {
                    sum += C(row, token) * C(col, token);
                }
                G(row, col) = sum;
                if (row != col) {
                    G(col, row) = sum;
                }
            }
        }
        return G;
    }
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
// The weights that softmax attention shows: of one head and of several, against exp in double.
#include <cmath>

#include "catch.hpp"
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/incontext.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4, .query = 2};
using Head = LinearSelfAttention<shape, float>;

/// Entries that differ and are not small, so that no weight is near 1/4.
template <AnyMatrix M>
M filled(double from) {
    return generate<float, rows_of<M>, cols_of<M>>(
        [&](int row, int col) { return static_cast<float>(std::sin(from + 3 * row + 7 * col)); });
}

Head head_from(double from) {
    using Projection = Matrix<float, 3, 3>;
    return {.query = filled<Projection>(from),
            .key = filled<Projection>(from + 1),
            .value = filled<Projection>(from + 2),
            .output = filled<Projection>(from + 3)};
}

template <AnyMatrix Weights, AnyMatrix Context, AnyMatrix Tokens>
void require_softmax(Weights const& weights, Head const& head, Context const& C, Tokens const& T) {
    auto const scores = (head.key * C).template cast<double>().transpose() * (head.query * T).template cast<double>();
    Eigen::MatrixXd const expected = (scores / std::sqrt(3.0)).array().exp();
    for (int token = 0; token < cols_of<Tokens>; ++token) {
        for (int i = 0; i < cols_of<Context>; ++i) {
            REQUIRE(std::abs(static_cast<double>(weights(i, token)) - expected(i, token) / expected.col(token).sum()) <
                    1e-6);
        }
    }
}

TEST_CASE("the weights of one softmax head, and of each of two") {
    auto const C = filled<Matrix<float, 3, 4>>(.5);
    auto const T = filled<Matrix<float, 3, 2>>(.9);
    Head const one = head_from(.1);
    Head const other = head_from(.7);

    require_softmax(softmax_attention(one).weights(C, T), one, C, T);

    auto const two = softmax_attention(heads(one, other));
    require_softmax(two.weights<0>(C, T), one, C, T);
    require_softmax(two.weights<1>(C, T), other, C, T);
}

}  // namespace

// SPDX-License-Identifier: MIT
// The sensitivity of a layer that is not affine in its query, with the two headers that a user needs for it and no other.
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/experiment/alignment.hpp"
//
#include "catch.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

// One head reads the first input, and tells the target: out = sum of w_i y_i, w = softmax(x_i q) of that input.
TEST_CASE("the sensitivity of softmax attention is the covariance of values and keys under its weights", "[unit]") {
    SoftmaxAttention<LinearSelfAttention<sizes.tokens(), double, 1, 1>> layer{};
    layer.layer.query(0, 0) = 1;
    layer.layer.key(0, 0) = 1;
    layer.layer.value(0, 2) = 1;
    layer.layer.output(2, 0) = 1;
    Matrix<double, 2, 3> X;
    X << 1, -1, 1, 5, 7, 9;
    Matrix<double, 1, 3> Y;
    Y << 3, 1, 3;
    auto const prompt = embed(X, Y, Matrix<double, 2, 1>(0, 4));  // the weights are 1/3 each

    auto const s = sensitivity<sizes>(layer, prompt);

    double const covariance = (3.0 - 1.0 + 3.0) / 3 - (1.0 / 3) * (7.0 / 3);
    REQUIRE(std::abs(s(0, 0) - covariance) <= 1e-14);
    REQUIRE(s(0, 1) == 0);
}

}  // namespace

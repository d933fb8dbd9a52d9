// SPDX-License-Identifier: MIT
// Agreement within rounding of layers with functions in them: softmax, activations, norms; and the bounds of the functions.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/equivalence/agree.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/normalised.hpp"
#include "incontext/theorem_nonlinear.hpp"
#include "support/drawn.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;
using Bound = ErrorBound<float>;

constexpr TokenShape shape{.token_dim = 4, .context = 5, .query = 2};
using Head = LinearSelfAttention<shape, float>;

template <class Layer>
Layer drawn_layer(unsigned stream) {
    Layer layer = test::drawn_parameters<Layer>(stream, 7);
    for_each_parameter([](char const*, auto& parameter) { parameter = parameter / 8.0f; }, layer);
    return layer;
}
Prompt<shape, float> drawn_tokens() {
    auto prompt = test::drawn_prompt<shape, float>(100, 15);
    prompt.context = prompt.context / 16.0f;
    prompt.query = prompt.query / 16.0f;
    return prompt;
}

TEST_CASE("a softmax layer agrees with its merged form, and differs from one of another scale") {
    auto const layer = drawn_layer<SoftmaxAttention<MultiHeadAttention<Head, Head>>>(1);
    auto const prompt = drawn_tokens();
    REQUIRE(agree(layer, fast_form(layer), prompt).verdict == Verdict::agree);
    SoftmaxAttention<MultiHeadAttention<Head, Head>, Exponential, 5> const other{.layer = layer.layer};
    REQUIRE(agree(layer, other, prompt).verdict == Verdict::differ);
}

TEST_CASE("an MLP behind a norm agrees with itself, and differs from one with another activation") {
    using Norm = LayerNorm<float, 4>;
    auto const layer = drawn_layer<TokenWise<MLP<float, 4, 6, 4>>>(1);
    auto const norm = drawn_layer<TokenWise<Norm>>(9);
    auto const prompt = drawn_tokens();
    REQUIRE(agree(stacked(norm, layer), stacked(norm, layer), prompt).verdict == Verdict::agree);
    TokenWise<MLP<float, 4, 6, 4, ReLU>> const other{.map = {.first = layer.map.first, .second = layer.map.second}};
    REQUIRE(agree(stacked(norm, other), stacked(norm, other), prompt).verdict == Verdict::agree);
    REQUIRE(agree(stacked(norm, layer), stacked(norm, other), prompt).verdict == Verdict::differ);
}

/// f in float of an argument that is off by at most the bound's error is within the bound of f in double.
template <class Function>
void check(double (*f)(double), double lowest, double highest) {
    int wrong = 0;
    double widest = 0;
    for (int k = 0; k < 2000; ++k) {
        float const x = static_cast<float>(lowest + (highest - lowest) * k / 2000);
        // A sum of three terms, whose computed value may be off by two roundings.
        Bound const sum = Bound::of(static_cast<double>(x)) + Bound::of(0.3f) + Bound::of(0.04f);
        double const exact = static_cast<double>(x) + static_cast<double>(0.3f) + static_cast<double>(0.04f);
        Bound const bound = value_of<Function>(sum);
        for (float const argument :
             {(x + 0.3f) + 0.04f, x + (0.3f + 0.04f), std::nextafter((x + 0.3f) + 0.04f, 100.0f)}) {
            if (std::abs(static_cast<double>(argument) - exact) > sum.error()) {
                continue;
            }
            wrong += !(std::abs(static_cast<double>(value_of<Function>(argument)) - f(exact)) <= bound.error());
            wrong += !(std::abs(static_cast<double>(value_of<Function>(Lanes<float, 4>(argument))[1]) - f(exact)) <=
                       bound.error());
        }
        wrong += std::abs(bound.value() - f(exact)) > 1e-12 * (1 + std::abs(f(exact)));
        widest = test::larger_or_nan(widest, bound.error() / (std::abs(f(exact)) + 0.1));
    }
    REQUIRE(wrong == 0);
    REQUIRE(widest < 1e-5);  // it is not empty: some ten roundings
}
/// f of an argument that is off by far more than its own rounding, after 100 was added and taken away again, and of one that is
/// exact, where nothing is left but the rounding of f.
template <class Function>
void check_far_and_exact(double (*f)(double), double lowest, double highest) {
    int wrong = 0;
    for (int k = 0; k < 2000; ++k) {
        float const x = static_cast<float>(lowest + (highest - lowest) * k / 2000);
        double const exact = f(static_cast<double>(x));
        Bound const of_far = value_of<Function>(Bound::of(static_cast<double>(x)) + Bound::of(100) - Bound::of(100));
        float const far = value_of<Function>((x + 100.0f) - 100.0f);
        wrong += !(std::abs(static_cast<double>(far) - exact) <= of_far.error());
        Bound const of_exact = value_of<Function>(Bound::of(static_cast<double>(x)));
        wrong += !(std::abs(static_cast<double>(value_of<Function>(x)) - exact) <= of_exact.error());
        wrong += !(of_exact.error() <= 6e-7 * (std::abs(exact) + 0.1));
    }
    REQUIRE(wrong == 0);
}
TEST_CASE("bounds of functions hold what is computed from what is far off, and from what is exact") {
    check_far_and_exact<HyperbolicTangent>([](double x) { return std::tanh(x); }, -3, 3);
    check_far_and_exact<ReciprocalRoot>([](double x) { return 1 / std::sqrt(x); }, 0.5, 50);
    check_far_and_exact<Exponential>([](double x) { return std::exp(x); }, -6, 6);
}
TEST_CASE("bounds of functions hold what is computed") {
    check<HyperbolicTangent>([](double x) { return std::tanh(x); }, -6, 6);
    check<ReciprocalRoot>([](double x) { return 1 / std::sqrt(x); }, 0.5, 50);
    check<Exponential>([](double x) { return std::exp(x); }, -6, 6);
    REQUIRE(std::isinf(value_of<ReciprocalRoot>(Bound::of(0)).error()));
    REQUIRE(std::isinf(value_of<ReciprocalRoot>(Bound::of(-1)).error()));
    // Above 0, and within its error of it.
    Bound const nearly_zero = Bound::of(1) + Bound::of(1e-9) - Bound::of(1);
    REQUIRE((nearly_zero.value() > 0 && nearly_zero.error() > nearly_zero.value()));
    REQUIRE(std::isinf(value_of<ReciprocalRoot>(nearly_zero).error()));
    // A kink within the error: nothing is known of the derivative there.
    REQUIRE(std::isinf(ReLU::at(Bound::of(1) + Bound::of(-1)).derivative.error()));
    REQUIRE(ReLU::at(Bound::of(2)).derivative.value() == 1);
    REQUIRE(ReLU::at(Bound::of(-2)).value.value() == 0);
}

}  // namespace

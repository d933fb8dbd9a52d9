// SPDX-License-Identifier: MIT
// The pullbacks that run, in double and in lanes, against central differences in double: exp, tanh, roots and kinks included.
//
// That each formula is the transpose of its derivative is proved in tests/static, for any function in the place of exp. What is
// left to be tested is that the functions that run have the derivatives that they say, and what rounding does to them.
#include <cmath>
#include <cstdint>

#include "catch.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/stack/normalised.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/token/converted.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5, .query = 2};
constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Head = LinearSelfAttention<shape, Number, 2, 2>;
template <class Number, class Activation>
using FeedForward = Residual<TokenWise<MLPWithBiases<Number, 3, 4, 3, Activation>>>;

/// Parameters in multiples of 1/8 below 1 in magnitude, times a factor.
template <class Layer>
Layer drawn_layer(unsigned stream, double factor) {
    using Number = typename Layer::Scalar;
    Layer layer{};
    for_each_parameter(
        [&](char const*, auto& parameter) {
            unsigned entry = 0;
            for (auto& number : parameter.reshaped()) {
                number = Number(static_cast<float>(factor * test::whole(stream, entry++, 0, 1023) / 1024));
            }
            ++stream;
        },
        layer);
    return layer;
}
template <TokenShape Shape, class Number>
Prompt<Shape, Number> drawn_tokens(unsigned stream, double factor) {
    auto const matrix = [&]<class M>(M& tokens) {
        unsigned entry = 0;
        for (auto& number : tokens.reshaped()) {
            number = Number(static_cast<float>(factor * test::whole(stream, entry++, 0, 15) / 16));
        }
        ++stream;
    };
    Prompt<Shape, Number> prompt{};
    matrix(prompt.context);
    matrix(prompt.query);
    return prompt;
}

template <class A>
double inner(A const& a, A const& b) {
    return (a.context.array() * b.context.array()).sum() + (a.query.array() * b.query.array()).sum();
}

/// layer + step * direction, and prompt + step * direction.
template <class Layer>
Layer moved(Layer layer, Layer const& direction, double step) {
    for_each_parameter([&](char const*, auto& at, auto const& along) { at += step * along; }, layer, direction);
    return layer;
}
template <TokenShape Shape>
Prompt<Shape, double> moved(Prompt<Shape, double> prompt, Prompt<Shape, double> const& direction, double step) {
    prompt.context += step * direction.context;
    prompt.query += step * direction.query;
    return prompt;
}

double of_lane(double number) {
    return number;
}
template <int Count>
double of_lane(Lanes<float, Count> const& lanes) {
    return static_cast<double>(lanes[Count - 1]);
}

/// <gradient, direction> of what the pullback in Number says, and the sum of its terms' magnitudes.
struct Along {
    double derivative = 0;
    double magnitude = 0;

    template <AnyMatrix G, AnyMatrix D>
    void add(G const& gradient, D const& direction) {
        for (int col = 0; col < cols_of<G>; ++col) {
            for (int row = 0; row < rows_of<G>; ++row) {
                double const term = of_lane(gradient(row, col)) * direction(row, col);
                derivative += term;
                magnitude += std::abs(term);
            }
        }
    }
};

template <class Number, template <class> class Kind>
Along along(Kind<double> const& layer, Prompt<shape, double> const& prompt, auto const& cotangent,
            Kind<double> const& direction, Prompt<shape, double> const& prompt_direction) {
    using Weight = std::conditional_t<is_lanes<Number>, float, Number>;
    auto const to = [](double number) { return Weight(static_cast<float>(number)); };
    auto const to_number = [](double number) { return Number(static_cast<float>(number)); };
    auto const small = converted<Weight>(layer, to);
    typename Kind<Weight>::template with_number<Number> gradient{};
    auto const by_prompt =
        pull_back(small, converted<Number>(prompt, to_number), converted<Number>(cotangent, to_number), gradient);
    Along result;
    for_each_parameter([&](char const*, auto const& g, auto const& d) { result.add(g, d); }, gradient, direction);
    result.add(by_prompt.context, prompt_direction.context);
    result.add(by_prompt.query, prompt_direction.query);
    return result;
}

template <template <class> class Kind>
[[gnu::noinline]] void check(double weights, double tokens, double h = 1e-3) {
    CAPTURE(weights, tokens);
    auto const layer = drawn_layer<Kind<double>>(1, weights);
    auto const direction = drawn_layer<Kind<double>>(50, weights);
    auto const prompt = drawn_tokens<shape, double>(100, tokens);
    auto const prompt_direction = drawn_tokens<shape, double>(110, tokens);
    using After = PromptAfter<Kind<double>, Prompt<shape, double>>;
    auto const cotangent = drawn_tokens<After::shape, double>(120, 1);

    auto const loss = [&](double step) {
        return inner(After(moved(layer, direction, step)(moved(prompt, prompt_direction, step))), cotangent);
    };
    // The fourth-order difference: its error is h^4 f^(5) / 30, and that of rounding 2^-52 f / h.
    double const difference = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h);
    auto const in_lanes = along<Lanes<float, 4>, Kind>(layer, prompt, cotangent, direction, prompt_direction);
    auto const in_double = along<double, Kind>(layer, prompt, cotangent, direction, prompt_direction);
    double const values = std::abs(loss(0)) + in_double.magnitude;
    CAPTURE(difference, in_double.derivative, in_lanes.derivative, values);
    REQUIRE(std::isfinite(difference));
    REQUIRE(std::abs(in_double.derivative - difference) <= 1e-7 * values);
    REQUIRE(std::abs(in_lanes.derivative - in_double.derivative) <= 200 * 0x1p-24 * values);
}

template <class Number>
using Softmax = SoftmaxAttention<MultiHeadAttention<Head<Number>, Head<Number>>>;
template <class Number>
using OfGELU = FeedForward<Number, GELU>;
template <class Number>
using OfReLU = FeedForward<Number, ReLU>;
template <class Number>
using OfCubes = FeedForward<Number, PolynomialActivation<0, 1, 0, 1>>;
template <class Number>
using Norm = TokenWise<LayerNorm<Number, 3>>;
template <class Number>
using NormalisedSoftmax = Normalised<SoftmaxAttention<Head<Number>>>;
TEST_CASE("derivatives that run are those of what runs") {
    for (double const tokens : {0.25, 1.0, 4.0}) {
        for (double const weights : {0.5, 1.0}) {
            check<Softmax>(weights, tokens);
            check<OfGELU>(weights, tokens);
            check<OfReLU>(weights, tokens, 1e-6);  // within a kink's distance
            check<OfCubes>(weights, tokens);
            check<Norm>(weights, tokens);
            check<NormalisedSoftmax>(weights, tokens);
        }
    }
}

TEST_CASE("softmax survives scores that exp does not") {
    // Scores of 1e4: exp overflows from 88 on in float and from 710 on in double. The weights are then those of the largest.
    for (double const factor : {30.0, 1e3, 1e15}) {
        CAPTURE(factor);
        auto const layer = drawn_layer<SoftmaxAttention<Head<float>>>(1, 1);
        auto const prompt = drawn_tokens<shape, float>(100, factor);
        auto const after = layer(prompt);
        REQUIRE(after.context.allFinite());
        REQUIRE(after.query.allFinite());
        auto const weights = layer.weights(prompt.context, prompt.query);
        REQUIRE((weights.array() >= 0).all());
        for (int token = 0; token < sizes.query; ++token) {
            REQUIRE(std::abs(weights.col(token).sum() - 1) <= 5 * 0x1p-23f);
        }
        SoftmaxAttention<Head<float>> gradient{};
        auto const by_prompt = pull_back(layer, prompt, after, gradient);
        REQUIRE(by_prompt.context.allFinite());
        // Nor do dual numbers overflow, by which an update without a pass is differentiated.
        auto const dual = converted<Dual<float>>(layer, [](float x) { return Dual<float>(x, 1); })(
            converted<Dual<float>>(prompt, [](float x) { return Dual<float>(x, 0); }));
        for (int row = 0; row < shape.token_dim; ++row) {
            REQUIRE(dual.query(row, 0).value == Approx(after.query(row, 0)));
            REQUIRE(std::isfinite(dual.query(row, 0).derivative));
        }
    }
}

TEST_CASE("a token that no context token resembles attends to all alike") {
    SoftmaxAttention<Head<float>> layer{};
    auto const prompt = drawn_tokens<shape, float>(100, 1);
    auto const weights = layer.weights(prompt.context, prompt.query);
    REQUIRE((weights.array() == 0.2f).all());
}

}  // namespace

// SPDX-License-Identifier: MIT
// Outputs in units that are far from those of the inputs: what a stream predicts, and what a fast answer keeps.
#include "incontext/incontext.hpp"

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>

#include "catch.hpp"

namespace {

using namespace incontext;

/// Two examples (x; y) and the rate 1/2 in units of 1/x^2: of x, half of what is missing to y is learned in each step.
constexpr Dimensions apart{.input = 1, .output = 1, .context = 2};
template <class Number>
struct Apart {
    Number x;
    Number y;
    [[nodiscard]] auto step() const { return GradientStep<apart, Number>{Number(.5) / x / x, zero<Number, 1, 1>()}; }
    [[nodiscard]] auto prompt() const {
        return embed(Matrix<Number, 1, 2>(x, x), Matrix<Number, 1, 2>(y, y), Matrix<Number, 1, 1>(x));
    }
    void require(Number predicted, double part) const {
        CAPTURE(x, y, predicted, part);
        REQUIRE(std::abs(static_cast<double>(predicted) / static_cast<double>(y) / part - 1) <= 1e-5);
    }
};
/// Those whose moments and fast weights y/x are in range, and y y^T / x^2 is not, and the other way round.
template <class Number>
auto far_apart() {
    if constexpr (std::same_as<Number, float>) {
        return std::array<Apart<float>, 14>{{{1e-6f, 1e12f},
                                             {1e-8f, 1e12f},
                                             {1e-9f, 1e12f},
                                             {1e-10f, 1e10f},
                                             {1e-10f, 1e18f},
                                             {1e-12f, 1e9f},
                                             {1e-15f, 1e6f},
                                             {1e-15f, 1e18f},
                                             {1e-18f, 1e6f},
                                             {1e-18f, 1e18f},
                                             {1e9f, 1e-23f},
                                             {1e9f, 1e-28f},
                                             {1.7e12f, 1e-22f},
                                             {1.7e15f, 1e-20f}}};
    } else {
        return std::array<Apart<double>, 5>{
            {{1e-100, 1e100}, {1e-150, 1e150}, {1e100, 1e-120}, {1e100, 1e-200}, {1e150, 1e-140}}};
    }
}

template <class Number, class Model, class Examples>
auto predicted_by_stream(Model const& model, Examples const& prompt) {
    StreamingContext<apart, Model, Number> stream(model);
    REQUIRE(stream.observe_tokens(prompt.context) == Observation::observed);
    return stream.predict(inputs<apart>(prompt.query))(0);
}
TEMPLATE_TEST_CASE("a stream predicts outputs of other units than its inputs", "", float, double) {
    for (auto const& of : far_apart<TestType>()) {
        auto const layer = as_attention(of.step());
        auto half_step = of.step();
        half_step.learning_rate /= 2;
        auto const half = as_attention(half_step);
        of.require(predicted_by_stream<TestType>(looped<1>(layer), of.prompt()), .5);
        of.require(predicted_by_stream<TestType>(looped<2>(layer), of.prompt()), .75);
        of.require(predicted_by_stream<TestType>(looped<4>(layer), of.prompt()), .9375);
        of.require(predicted_by_stream<TestType>(stacked(layer, heads(half, half)), of.prompt()), .75);
        if (of.y > of.x) {
            auto const F = fast_weights_in_range(layer, GramPrompt<apart.tokens(), TestType>(of.prompt()));
            of.require(-F(1, 0) * of.x, .5);
        }
    }
}
TEST_CASE("of lanes those alone whose outputs have other units") {
    using Floats = Lanes<float, 4>;
    float const x = 1e-9f;
    auto const model = looped<2>(as_attention(Apart<float>{x, 1}.step()));
    auto const predicted = [&](float of_third) {
        Floats y(1.3f);
        y.set(2, of_third);
        return predicted_by_stream<Floats>(model, embed(Matrix<Floats, 1, 2>(Floats(x), Floats(x)),
                                                        Matrix<Floats, 1, 2>(y, y), Matrix<Floats, 1, 1>(Floats(x))));
    };
    auto const ordinary = predicted(1);
    auto const mixed = predicted(1e12f);
    Apart<float>{x, 1e12f}.require(mixed[2], .75);
    for (int lane : {0, 1, 3}) {
        REQUIRE(mixed[lane] == ordinary[lane]);
    }
}

/// Whether the query's answer by scores is that of the form alone, in every bit.
template <class Layer, TokenShape Shape, class Number>
Number answer_of_scores_alone(Layer const& layer, Prompt<Shape, Number> const& prompt) {
    auto const& C = prompt.context;
    auto const by_scores = [&](auto const& d) { return product(C, product_of_transpose(C, d)); };
    return updated_with<QueryTargets<apart>>(layer, by_scores, prompt.query)(0);
}

/// Large inputs and small outputs: 2^64 times the scores leave the range, and the definition has lost what they hold.
template <class Number>
auto large_inputs_and_small_outputs() {
    if constexpr (std::same_as<Number, float>) {
        return std::array<Apart<float>, 5>{
            {{1e9f, 1e-23f}, {1e9f, 1e-25f}, {1e9f, 1e-28f}, {1e11f, 1e-20f}, {1.5e12f, 1e-22f}}};
    } else {
        return std::array<Apart<double>, 2>{{{1e80, 1e-160}, {1e100, 1e-120}}};
    }
}
TEMPLATE_TEST_CASE("a fast answer that is finite and lost no digits stays", "", float, double) {
    using Asks = QueryTargets<apart>;
    for (auto const& of : large_inputs_and_small_outputs<TestType>()) {
        auto const layer = as_attention(of.step());
        auto const merged = merged_layer(layer);
        auto const prompt = of.prompt();
        TestType const alone = answer_of_scores_alone(layer, prompt);
        of.require(-alone, .5);
        REQUIRE(answer_by_scores<Asks>(layer, prompt)(0) == alone);
        REQUIRE(answer_by_scores<Asks>(merged, prompt)(0) == alone);
        of.require(-answer_by_gram<Asks>(layer, prompt)(0), .5);
        of.require(-targets<apart>(with_scores(layer, prompt).query)(0), .5);
        of.require(-targets<apart>(merged(prompt).query)(0), .5);
        of.require(-answer_by_gram<Asks>(looped<2>(layer), prompt)(0), .75);
    }
}

TEST_CASE("of lanes that are asked by several powers each keeps or loses its answer by itself") {
    using Floats = Lanes<float, 4>;
    constexpr std::array<Apart<float>, 4> each{{{1e9f, 1e-23f}, {1e-15f, 1e-15f}, {1, 1e-6f}, {1e11f, 1e-20f}}};
    auto layers = converted<Floats>(as_attention(each[0].step()), [](float number) { return Floats(number); });
    Prompt<apart.tokens(), Floats> prompt;
    for (int lane = 0; lane < 4; ++lane) {
        auto const& of = each[static_cast<std::size_t>(lane)];
        range::set_lane(layers.output, lane, as_attention(of.step()).output);
        range::set_lane(prompt, lane, of.prompt());
    }
    auto const answered = answer_by_scores<QueryTargets<apart>>(layers, prompt)(0);
    auto const alone = answer_of_scores_alone(layers, prompt);
    for (int lane = 0; lane < 4; ++lane) {
        CAPTURE(lane);
        each[static_cast<std::size_t>(lane)].require(-answered[lane], .5);
        REQUIRE((answered[lane] == alone[lane]) == (lane != 1));
    }
}

TEST_CASE("digits that are lost beside what 2^64 times would leave the range") {
    constexpr Dimensions two_queries{.input = 1, .output = 1, .context = 2, .query = 2};
    float const s = 1e-15f;
    auto const layer = as_attention(GradientStep<two_queries, float>{1 / s / s, zero<float, 1, 1>()});
    auto const prompt = embed(Eigen::RowVector2f(s, s), Eigen::RowVector2f(s, s), Eigen::Matrix<float, 1, 2>(s, 1e20f));
    auto const answered = answer_by_scores<QueryTargets<two_queries>>(layer, prompt);
    REQUIRE(std::abs(-answered(0, 0) / s - 1) <= 1e-5f);
    REQUIRE(std::abs(-answered(0, 1) / 1e20f - 1) <= 1e-5f);
}

}  // namespace

// SPDX-License-Identifier: MIT
// Forms that equal the definition in exact arithmetic give its answer over its whole range: inputs in other units, with the
// rates in the inverse square of these units, do not change a prediction.
#include "incontext/incontext.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "catch.hpp"
#include "support/drawn.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
using Asked = QueryTargets<sizes>;

/// y = 2 x1 - x2 from four examples, asked for (1, 1): 1.0625 after one step at the rate 1, 1.13671875 after two.
template <class Number>
auto prompt_in_units(Number s) {
    Matrix<Number, 2, 4> X;
    X << 1, 0, 1, -1, 0, 1, 1, Number(0.5);
    Matrix<Number, 1, 4> const Y = Matrix<Number, 1, 2>(2, -1) * X;
    return embed(Matrix<Number, 2, 4>(X * s), Y, Matrix<Number, 2, 1>(s, s));
}
template <class Number>
auto layer_in_units(Number s) {
    return as_attention(GradientStep<sizes, Number>{1 / s / s, zero<Number, 1, 2>()});
}

/// The layer behind a map that leaves tokens as they are.
template <class Layer>
auto behind_no_norm(Layer const& layer) {
    using Number = typename Layer::Scalar;
    Normalised<Layer, Linear<Number, 3, 3>> result{.layer = layer, .norm = {}};
    result.norm.map.weights = identity<Number, 3>();
    return result;
}

/// All answers to one question by every form, each a prediction.
template <class Layer, class Stack, TokenShape Shape, class Number, class See>
void for_each_form(Layer const& layer, Stack const& two, Prompt<Shape, Number> const& prompt, See const& see) {
    auto const read = [](auto const& tokens) { return Number(prediction_of(targets<sizes>(tokens))(0)); };
    auto const merged = fast_form(layer);
    auto const two_merged = fast_form(two);
    see(1, "definition", read(layer(prompt).query));
    see(1, "query tokens", read(answer<QueryTokens>(layer, prompt)));
    see(1, "targets", -answer<Asked>(layer, prompt)(0));
    see(1, "by scores", -answer_by_scores<Asked>(layer, prompt)(0));
    see(1, "by the gram matrix", -answer_by_gram<Asked>(layer, prompt)(0));
    see(1, "all tokens by scores", read(with_scores(layer, prompt).query));
    see(1, "merged", read(merged(prompt).query));
    see(1, "merged, targets", -answer<Asked>(merged, prompt)(0));
    see(1, "merged, by scores", -answer_by_scores<Asked>(merged, prompt)(0));
    see(1, "merged, by the gram matrix", -answer_by_gram<Asked>(merged, prompt)(0));
    see(1, "merged, all tokens by scores", read(with_scores(merged, prompt).query));
    see(2, "definition", read(two(prompt).query));
    see(2, "query tokens", read(answer<QueryTokens>(two, prompt)));
    see(2, "targets", -answer<Asked>(two, prompt)(0));
    see(2, "by tokens", -answer_by_tokens<Asked>(two, prompt)(0));
    see(2, "by the gram matrix", -answer_by_gram<Asked>(two, prompt)(0));
    see(2, "scores in between", -answer<Asked>(layer, with_scores(layer, prompt))(0));
    see(2, "merged", read(two_merged(prompt).query));
    see(2, "merged, by tokens", -answer_by_tokens<Asked>(two_merged, prompt)(0));
    see(2, "merged, by the gram matrix", -answer_by_gram<Asked>(two_merged, prompt)(0));
    see(2, "untied", -answer<Asked>(stacked(layer, merged), prompt)(0));
    see(2, "damped by 1", -answer<Asked>(stacked(damped(typename Layer::Scalar(1), layer), layer), prompt)(0));
    see(1, "frozen", -answer<Asked>(frozen(layer), prompt)(0));
    see(1, "frozen, in a stack", -answer<Asked>(stacked(frozen(layer)), prompt)(0));
    see(2, "two frozen", -answer<Asked>(frozen(two), prompt)(0));
    see(1, "behind a norm that is none", -answer<Asked>(behind_no_norm(layer), prompt)(0));
    StreamingContext<sizes, Stack, Number> stream(two);
    static_cast<void>(stream.observe_tokens(prompt.context));
    see(2, "stream", stream.predict(inputs<sizes>(prompt.query))(0));
}

TEMPLATE_TEST_CASE("every form predicts what the definition does in any unit of the inputs", "", float, double) {
    constexpr bool is_float = std::same_as<TestType, float>;
    constexpr auto units = is_float ? std::array{1e-18, 1e-12, 1e-6, 1.0, 1e6, 1e12, 1e13, 1e15, 1e18}
                                    : std::array{1e-150, 1e-77, 1e-18, 1.0, 1e18, 1e77, 1e102, 1e103, 1e150};
    for (double const unit : units) {
        auto const s = static_cast<TestType>(unit);
        auto const layer = layer_in_units(s);
        for_each_form(layer, looped<2>(layer), prompt_in_units(s), [&](int steps, char const* form, TestType computed) {
            CAPTURE(unit, steps, form);
            double const right = steps == 1 ? 1.0625 : 1.13671875;
            REQUIRE(std::abs(static_cast<double>(computed) - right) <= (is_float ? 1e-5 : 1e-13));
        });
    }
}

/// Inputs and outputs in the same units, so that scores hold the third power of a small number: each form against what it
/// answers in units of 1.
TEMPLATE_TEST_CASE("every form predicts what the definition does of small inputs and outputs", "", float, double) {
    constexpr bool is_float = std::same_as<TestType, float>;
    constexpr auto units = is_float ? std::array{1e-12, 1e-13, 1e-14, 3e-15, 1e-15, 1e-16, 1e-17, 1e-18}
                                    : std::array{1e-100, 1e-105, 1e-108, 1e-110, 1e-120, 1e-130, 1e-140, 1e-150};
    for (double const unit : units) {
        auto const s = static_cast<TestType>(unit);
        auto const layer = layer_in_units(s);
        auto prompt = prompt_in_units(s);
        prompt.context.row(2) *= s;
        for_each_form(layer, looped<2>(layer), prompt, [&](int steps, char const* form, TestType computed) {
            CAPTURE(unit, steps, form);
            double const right = steps == 1 ? 1.0625 : 1.13671875;
            REQUIRE(std::abs(static_cast<double>(computed) / static_cast<double>(s) - right) <=
                    (is_float ? 1e-5 : 1e-13));
        });
        auto const updated = layer(prompt);
        for (auto const& all : {with_scores(layer, prompt), with_scores(merged_layer(layer), prompt)}) {
            REQUIRE(test::largest_entry(all.context - updated.context) <= 1e-5 * unit);
        }
        prompt.query.setZero();
        REQUIRE(test::largest_entry(with_scores(layer, prompt).context - updated.context) <= 1e-5 * unit);
    }
}

/// By scores and by the gram matrix, in float and in lanes of it: answers to two examples (1; 1, 2) in units, each entry in its own.
void require_answers(float unit_of_inputs, float unit_of_query, Eigen::Vector2f const& units) {
    constexpr Dimensions two{.input = 1, .output = 2, .context = 2};
    using Floats = Lanes<float, 4>;
    float const s = unit_of_inputs;
    auto const layer = as_attention(GradientStep<two, float>{1 / s / s, zero<float, 2, 1>()});
    Eigen::Matrix2f targets_of_two;
    targets_of_two << units(0), units(0), 2 * units(1), 2 * units(1);
    auto const prompt = embed(Eigen::RowVector2f(s, s), targets_of_two, Eigen::Matrix<float, 1, 1>(unit_of_query));
    auto const lanes = converted<Floats>(prompt, [](float number) { return Floats(number); });
    auto const require = [&](auto const& answered, auto const& read) {
        for (int row = 0; row < 2; ++row) {
            float const right = static_cast<float>(row + 1) * (unit_of_query / s) * units(row);
            CAPTURE(s, unit_of_query, row, right);
            REQUIRE(std::abs(-read(answered(row)) / right - 1) <= 1e-5f);
        }
    };
    auto const itself = [](float number) { return number; };
    auto const of_lanes = [](Floats const& number) { return number[3]; };
    require(answer_by_scores<QueryTargets<two>>(layer, prompt), itself);
    require(answer_by_gram<QueryTargets<two>>(layer, prompt), itself);
    require(answer_by_scores<QueryTargets<two>>(layer, lanes), of_lanes);
    require(answer_by_gram<QueryTargets<two>>(layer, lanes), of_lanes);
}

TEST_CASE("an output of small units beside one of 1") {
    require_answers(1e-15f, 1e-15f, {1, 1e-15f});
    require_answers(1e-15f, 1e-15f, {1e-15f, 1});
}

TEST_CASE("a context that is tiny beside its query, and a query beside its context") {
    require_answers(1e-17f, 1e-8f, {1e-17f, 1e-17f});
    require_answers(1e-8f, 1e-24f, {1e-8f, 1e-8f});
    require_answers(1e-18f, 1e-30f, {1e-18f, 1e-18f});  // 2^64 times the query is still answered 0
    require_answers(1e-17f, 1e-31f, {1e-17f, 1e-17f});
}

TEST_CASE("one small output among many that are not") {
    constexpr Dimensions many{.input = 1, .output = 2, .context = 2, .query = 5};
    float const s = 1e-15f;
    auto const layer = as_attention(GradientStep<many, float>{1 / s / s, zero<float, 2, 1>()});
    Eigen::Matrix2f targets;
    targets << 1, 1, 2 * s, 2 * s;
    auto const prompt =
        embed(Eigen::RowVector2f(s, s), targets, Eigen::Matrix<float, 1, 5>(Eigen::Matrix<float, 1, 5>::Constant(s)));
    auto const answered = answer_by_scores<QueryTargets<many>>(layer, prompt);
    for (int query = 0; query < 5; ++query) {
        REQUIRE(std::abs(-answered(0, query) - 1) <= 1e-5f);
        REQUIRE(std::abs(-answered(1, query) / (2 * s) - 1) <= 1e-5f);
    }
}

TEST_CASE("answers that are small and lost nothing keep their bits; zeros are no small numbers") {
    // In millionths, where tiny entries have the form asked twice; the definition rounds in another order.
    auto const layer = layer_in_units(1e-6f);
    auto prompt = prompt_in_units(1e-6f);
    prompt.context *= 1.1f;
    prompt.context.row(2) *= 1e-7f;
    auto const d = layer.score_direction(prompt.query);
    float const by_scores = layer.plus_output<Asked>(
        zero<float, 1, 1>(), product(prompt.context, product_of_transpose(prompt.context, d)))(0);
    REQUIRE(std::abs(by_scores) < range::small_answer);
    REQUIRE(answer_by_scores<Asked>(layer, prompt)(0) == by_scores);
    prompt.context *= 0;
    for_each_form(layer, looped<2>(layer), prompt, [&](int, char const*, float computed) { REQUIRE(computed == 0); });
}

TEST_CASE("the loss of a layer does not depend on the unit of its tasks") {
    Workers workers(1);
    constexpr Dimensions tasks{.input = 3, .output = 1, .context = 4};
    auto const loss = [&](float unit, auto const& of) {
        Evaluation<tasks> const evaluation(workers, LinearRegression{.input_range = unit}, 5, 256);
        return evaluation.loss(of(GradientStep<tasks, float>{2 / unit / unit, zero<float, 1, 3>()})) / unit / unit;
    };
    auto const one = [](auto const& step) { return as_attention(step); };
    auto const three = [](auto const& step) { return looped<3>(as_attention(step)); };
    for (float const unit : {0x1p-40f, 0x1p-46f, 0x1p-50f}) {
        CAPTURE(unit);
        REQUIRE(std::abs(loss(unit, one) / loss(1, one) - 1) <= 1e-5);
        REQUIRE(std::abs(loss(unit, three) / loss(1, three) - 1) <= 1e-5);
    }
}

TEST_CASE("rows in unlike units: 1e15 beside 1e-3, and an output of 1e6") {
    // A token (x; y) in units u is U token: keys and queries read U^-1, the output writes U.
    constexpr std::array<float, 3> unit{0x1p50f, 0x1p-10f, 0x1p20f};
    auto const base = as_attention(GradientStep<sizes, float>{1, zero<float, 1, 2>()});
    auto const prompt = prompt_in_units(1.0f);
    auto layer = base;
    auto in_units = prompt;
    for (int row = 0; row < 3; ++row) {
        float const u = unit[static_cast<std::size_t>(row)];
        layer.query.col(row) /= u;
        layer.key.col(row) /= u;
        layer.value.col(row) /= u;
        layer.output.row(row) *= u;
        in_units.context.row(row) *= u;
        in_units.query.row(row) *= u;
    }
    for_each_form(layer, looped<2>(layer), in_units, [&](int steps, char const* form, float computed) {
        CAPTURE(steps, form);
        REQUIRE(std::abs(computed / unit[2] - (steps == 1 ? 1.0625f : 1.13671875f)) <= 1e-5f);
    });
}

TEST_CASE("the least numbers: a rate of 1e38, and products of inputs below the normal numbers") {
    auto const s = 1e-19f;
    auto const layer = layer_in_units(s);
    for_each_form(layer, looped<2>(layer), prompt_in_units(s), [&](int steps, char const* form, float computed) {
        CAPTURE(steps, form);
        REQUIRE(std::abs(computed - (steps == 1 ? 1.0625f : 1.13671875f)) <= 1e-5f);
    });
}

TEST_CASE("heads, clipped layers and deep stacks fall back, too") {
    float const s = 1e16f;
    auto const half = as_attention(GradientStep<sizes, float>{0.5f / s / s, zero<float, 1, 2>()});
    auto const two_heads = heads(half, half);
    for_each_form(two_heads, looped<2>(two_heads), prompt_in_units(s),
                  [&](int steps, char const* form, float computed) {
                      CAPTURE(steps, form);
                      REQUIRE(std::abs(computed - (steps == 1 ? 1.0625f : 1.13671875f)) <= 1e-5f);
                  });
    auto const layer = layer_in_units(s);
    auto const prompt = prompt_in_units(s);
    float const by_definition = -targets<sizes>(looped<30>(layer)(prompt).query)(0);
    REQUIRE(std::abs(-answer_by_gram<Asked>(looped<30>(layer), prompt)(0) - by_definition) <= 1e-4f);
    REQUIRE(std::abs(-answer<Asked>(fast_form(looped<30>(layer)), prompt)(0) - by_definition) <= 1e-4f);
}

TEST_CASE("a lane falls back without touching the lanes beside it") {
    using Floats = Lanes<float, 16>;
    auto const layer = as_attention(GradientStep<sizes, float>{1e-30f, zero<float, 1, 2>()});
    auto const lanes_of = [](float of_fifth) {
        Prompt<sizes.tokens(), Floats> prompt;
        for (int lane = 0; lane < 16; ++lane) {
            auto const of_lane = prompt_in_units(lane == 5 ? of_fifth : 1e3f * static_cast<float>(lane + 1));
            for (int row = 0; row < 3; ++row) {
                for (int col = 0; col < 4; ++col) {
                    prompt.context(row, col).set(lane, of_lane.context(row, col));
                }
                prompt.query(row, 0).set(lane, of_lane.query(row, 0));
            }
        }
        return prompt;
    };
    std::array<Floats, 32> without{};
    std::size_t count = 0;
    for_each_form(layer, looped<2>(layer), lanes_of(1),
                  [&](int, char const*, Floats const& computed) { without[count++] = computed; });
    count = 0;
    for_each_form(layer, looped<2>(layer), lanes_of(1e15f), [&](int steps, char const* form, Floats const& computed) {
        CAPTURE(steps, form);
        for (int lane = 0; lane < 16; ++lane) {
            CAPTURE(lane);
            if (lane == 5) {
                REQUIRE(std::abs(computed[lane] - (steps == 1 ? 1.0625f : 1.13671875f)) <= 1e-5f);
            } else {
                REQUIRE(computed[lane] == without[count][lane]);
            }
        }
        ++count;
    });
}

TEST_CASE("a lane that lost digits is mended without touching the lanes beside it") {
    using Floats = Lanes<float, 16>;
    auto const layers = [] {  // each lane has the rate of its unit
        auto all = converted<Floats>(layer_in_units(1.0f), [](float number) { return Floats(number); });
        for (int lane = 0; lane < 16; ++lane) {
            float const s = lane == 5 ? 1e-15f : 1e-3f * static_cast<float>(lane + 1);
            for (int i = 0; i < 3; ++i) {
                all.output(i, i).set(lane, all.output(i, i)[lane] / s / s);
            }
        }
        return all;
    }();
    auto const prompt = [] {
        Prompt<sizes.tokens(), Floats> all;
        for (int lane = 0; lane < 16; ++lane) {
            float const s = lane == 5 ? 1e-15f : 1e-3f * static_cast<float>(lane + 1);
            auto of_lane = prompt_in_units(s);
            of_lane.context.row(2) *= s;
            range::set_lane(all, lane, of_lane);
        }
        return all;
    }();
    auto const in_scores = with_scores(layers, prompt);
    auto const of_query = answer_by_scores<Asked>(layers, prompt);
    auto const of_gram = answer_by_gram<Asked>(layers, prompt);
    for (int lane = 0; lane < 16; ++lane) {
        CAPTURE(lane);
        auto const layer = range::lane_of(layers, lane);
        auto const of_lane = range::lane_of(prompt, lane);
        float const s = lane == 5 ? 1e-15f : 1e-3f * static_cast<float>(lane + 1);
        float const right = -targets<sizes>(layer(of_lane).query)(0);
        REQUIRE(std::abs(right / s - 1.0625f) <= 1e-5f);
        for (float const computed : {targets<sizes>(in_scores.query)(0)[lane], of_query(0)[lane], of_gram(0)[lane]}) {
            REQUIRE(std::abs(computed + right) <= 1e-5f * s);
        }
        if (lane == 5) {
            REQUIRE(of_query(0)[lane] == -right);  // the definition's in every bit
        }
    }
}

TEST_CASE("what the definition cannot say is not made up: an input that is no number") {
    for (float const bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        auto prompt = prompt_in_units(1.0f);
        prompt.context(0, 2) = bad;
        auto const layer = layer_in_units(1.0f);
        for_each_form(layer, looped<2>(layer), prompt, [&](int steps, char const* form, float computed) {
            CAPTURE(steps, form);
            if (std::string(form) != "stream") {
                REQUIRE_FALSE(std::isfinite(computed));
            }
        });
    }
}

}  // namespace

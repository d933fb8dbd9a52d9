// SPDX-License-Identifier: MIT
// Ten million examples in constant memory, and what rounding does to them.
#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

/// Example number i: entries between -1 and 1 with 24 bits, a different mixture for each.
template <class Number>
void write_example(unsigned i, Matrix<Number, 3, 1>& x, Matrix<Number, 2, 1>& y) {
    unsigned bits = i * 2654435761u + 12345u;
    auto const entry = [&] {
        bits ^= bits << 13;
        bits ^= bits >> 17;
        bits ^= bits << 5;
        return Number(static_cast<float>(static_cast<int>(bits >> 8)) * 0x1p-23f - 1.0f);
    };
    for (int row = 0; row < 3; ++row) {
        x(row, 0) = entry();
    }
    y(0, 0) = x(0, 0) + entry() * Number(0.25f);
    y(1, 0) = entry();
}

template <class Number>
auto context_of(unsigned count) {
    GradientStep<sizes, Number> const step{Number(0.5f), zero<Number, 2, 3>()};
    auto const model = looped<2>(as_attention(step));
    StreamingContext<sizes, std::remove_const_t<decltype(model)>> context(model);
    Matrix<Number, 3, 1> x;
    Matrix<Number, 2, 1> y;
    for (unsigned i = 0; i < count; ++i) {
        write_example<Number>(i, x, y);
        static_cast<void>(context.observe(x, y));
    }
    return context;
}

TEST_CASE("the moments of ten million examples are as exact as those of a few") {
    constexpr unsigned count = 10'000'000;
    auto const computed = context_of<float>(count).gram();

    // The same examples in double: their products are exact there, and its sums round 2^29 times finer.
    double sums[5][5]{};
    Matrix<float, 3, 1> x;
    Matrix<float, 2, 1> y;
    for (unsigned i = 0; i < count; ++i) {
        write_example<float>(i, x, y);
        double const token[5]{static_cast<double>(x(0)), static_cast<double>(x(1)), static_cast<double>(x(2)),
                              static_cast<double>(y(0)), static_cast<double>(y(1))};
        for (int row = 0; row < 5; ++row) {
            for (int col = 0; col < 5; ++col) {
                sums[row][col] += token[row] * token[col];
            }
        }
    }
    constexpr double u = 0x1p-24;
    constexpr double of_doubles = count * 0x1p-53;
    double const mean = 7.0 / count;
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 5; ++col) {
            CAPTURE(row, col);
            double const size = mean * std::sqrt(sums[row][row] * sums[col][col]);
            double const error = std::abs(static_cast<double>(computed(row, col)) - mean * sums[row][col]);
            REQUIRE(error <= (6 * u + count * u * u + of_doubles) * size);
        }
    }
}

TEST_CASE("a plain sum of ten million examples would not be as exact") {
    constexpr unsigned count = 10'000'000;
    float sum = 0;
    double exact = 0;
    Matrix<float, 3, 1> x;
    Matrix<float, 2, 1> y;
    for (unsigned i = 0; i < count; ++i) {
        write_example<float>(i, x, y);
        sum += x(0) * x(0);
        exact += static_cast<double>(x(0)) * static_cast<double>(x(0));
    }
    REQUIRE(std::abs(static_cast<double>(sum) - exact) > (6 * 0x1p-24 + count * 0x1p-48) * exact);
}

TEST_CASE("lanes observe sixteen contexts at once") {
    using Floats = Lanes<float, 16>;
    auto const of_lanes = context_of<Floats>(50);
    auto const of_one = context_of<float>(50);
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 5; ++col) {
            // One rounding of the scale and one of the product may be contracted differently.
            REQUIRE(std::abs(of_lanes.gram()(row, col)[5] - of_one.gram()(row, col)) <= 4 * 0x1p-24f * 7);
        }
    }
}

TEST_CASE("the stable rate of a context is that of its examples, also where N times as large moments leave the range") {
    constexpr Dimensions ten{.input = 3, .output = 2, .context = 10};
    auto const model = looped<1>(as_attention(GradientStep<ten, float>{.learning_rate = 0.5f, .initial_weights = {}}));
    for (float const size : {1e-15f, 1.0f, 1e18f, 9e18f}) {
        StreamingContext<ten, std::remove_const_t<decltype(model)>> context(model);
        REQUIRE(context.observe(Eigen::Vector3f(size, 0, 0), Eigen::Vector2f(1, 1)) == Observation::observed);
        CAPTURE(size, context.largest_stable_learning_rate());
        double const exact = 2.0 / (static_cast<double>(size) * static_cast<double>(size));
        REQUIRE(static_cast<double>(context.largest_stable_learning_rate()) == Approx(exact).epsilon(1e-4));
    }
}

/// y = 2 x1 - x2 from four examples in units of s, with a rate in units of 1/s^2: of (s, s) 1.0625 after one step at rate 1,
/// 1.13671875 after two, whatever the unit.
template <int Context, int Depth, class Number>
auto four_examples_in_units(float s) {
    constexpr Dimensions shape{.input = 2, .output = 1, .context = Context};
    auto const model = looped<Depth>(as_attention(GradientStep<shape, float>{1 / s / s, zero<float, 1, 2>()}));
    StreamingContext<shape, std::remove_const_t<decltype(model)>, Number> context(model);
    constexpr float X1[]{1, 0, 1, -1};
    constexpr float X2[]{0, 1, 1, 0.5f};
    for (int i = 0; i < 4; ++i) {
        Matrix<Number, 2, 1> const x(Number(s * X1[i]), Number(s * X2[i]));
        REQUIRE(context.observe(x, Matrix<Number, 1, 1>(Number(2 * X1[i] - X2[i]))) == Observation::observed);
    }
    return context;
}

TEST_CASE("few examples predict where the moments of as many as the model is for leave the range") {
    using Floats = Lanes<float, 4>;
    auto const predicted = [](auto const& context, float s) {
        using Number = typename std::remove_cvref_t<decltype(context)>::Scalar;
        return context.predict(Matrix<Number, 2, 1>(Number(s), Number(s)))(0);
    };
    for (float const s : {1.0f, 1e18f, 2e18f, 4e18f}) {
        CAPTURE(s);
        REQUIRE(predicted(four_examples_in_units<100, 1, float>(s), s) == Approx(1.0625).epsilon(1e-5));
        REQUIRE(predicted(four_examples_in_units<100, 2, float>(s), s) == Approx(1.13671875).epsilon(1e-5));
        REQUIRE(predicted(four_examples_in_units<10'000, 2, float>(s), s) == Approx(1.13671875).epsilon(1e-5));
        auto const of_lanes = predicted(four_examples_in_units<100, 2, Floats>(s), s);
        REQUIRE(of_lanes[3] == Approx(1.13671875).epsilon(1e-5));
    }
    REQUIRE(std::isinf(four_examples_in_units<100, 1, float>(4e18f).gram()(0, 0)));
    // A question that is no number is answered by 0, in its lane alone.
    auto const context = four_examples_in_units<100, 2, Floats>(4e18f);
    Floats question(4e18f);
    question.set(1, std::numeric_limits<float>::quiet_NaN());
    auto const answer = context.predict(Matrix<Floats, 2, 1>(question, question))(0);
    REQUIRE(answer[1] == 0);
    REQUIRE(answer[2] == Approx(1.13671875).epsilon(1e-5));
}

template <class Number>
auto tiny_examples(int first, int count) {
    constexpr Dimensions shape{.input = 2, .output = 1, .context = 4};
    auto const square = Number(1e-14f) * Number(1e-14f);
    auto const model = looped<2>(as_attention(GradientStep<shape, Number>{1 / square, zero<Number, 1, 2>()}));
    StreamingContext<shape, std::remove_const_t<decltype(model)>> context(model);
    constexpr float X1[]{1, 0, 1, -1, 0.5f, -0.5f};
    constexpr float X2[]{0, 1, 1, 0.5f, -1, 0.25f};
    for (int i = first; i < first + count; ++i) {
        Matrix<Number, 2, 1> const x(Number(1e-14f) * Number(X1[i]), Number(1e-14f) * Number(X2[i]));
        REQUIRE(context.observe(x, Matrix<Number, 1, 1>(Number(2 * X1[i] - X2[i]))) == Observation::observed);
    }
    return context;
}
template <class Context>
double about_tiny_examples(Context const& context) {
    using Number = typename Context::Scalar;
    return static_cast<double>(context.predict(Matrix<Number, 2, 1>(Number(1e-14f), Number(1e-14f)))(0));
}

TEST_CASE("forgetting changes no prediction, however small the squares are that it makes smaller") {
    auto const before = tiny_examples<float>(0, 4);
    REQUIRE(about_tiny_examples(before) == Approx(1.13671875).epsilon(1e-5));
    for (float const factor : {0.5f, 0.9f, 0.01f, 1e-30f, 0.99999f}) {
        CAPTURE(factor);
        auto context = before;
        REQUIRE(context.forget(0.1f) == Forgotten::done);  // a weight of 0.4
        double const at_first = about_tiny_examples(context);
        REQUIRE(at_first == Approx(1.13671875).epsilon(1e-5));
        for (int i = 0; i < 1000; ++i) {
            REQUIRE(context.forget(factor) == Forgotten::done);
        }
        REQUIRE(about_tiny_examples(context) == at_first);
        REQUIRE(context.largest_stable_learning_rate() == Approx(before.largest_stable_learning_rate()));
        auto restored = tiny_examples<float>(0, 0);
        REQUIRE(restored.restore(context.save()) == Restored::all);
        REQUIRE(about_tiny_examples(restored) == at_first);
        auto merged = tiny_examples<float>(0, 0);
        REQUIRE(merged.merge(restored) == Merged::all);
        REQUIRE(restored.merge(tiny_examples<float>(0, 0)) == Merged::all);
        REQUIRE(about_tiny_examples(merged) == at_first);
        REQUIRE(about_tiny_examples(restored) == at_first);
        auto const bytes = context.save();
        Eigen::Matrix<float, 3, Eigen::Dynamic> const nothing(3, 0);
        REQUIRE(context.observe_tokens(nothing) == Observation::observed);
        REQUIRE(context.observe(nothing.topRows<2>().eval(), nothing.bottomRows<1>().eval()) == Observation::observed);
        REQUIRE(context.save() == bytes);
    }
}

/// The same prediction in double, from a gram matrix of the first four examples, each as heavy as `first`, and of the fifth.
double predicted_by_weights(double first, double fifth) {
    constexpr Dimensions shape{.input = 2, .output = 1, .context = 4};
    Eigen::Matrix<double, 3, 5> tokens;
    tokens << 1, 0, 1, -1, 0.5, 0, 1, 1, 0.5, -1, 2, -1, 1, -2.5, 2;
    Eigen::Matrix<double, 5, 1> weights;
    weights << first, first, first, first, fifth;
    Eigen::Matrix3d const G = 4 / weights.sum() * (tokens * weights.asDiagonal() * tokens.transpose());
    auto const model = looped<2>(as_attention(GradientStep<shape, double>{1, zero<double, 1, 2>()}));
    return -answer_by_gram<QueryTargets<shape>>(model,
                                                GramPrompt<shape.tokens(), double>(G, Eigen::Vector3d(1, 1, 0)))(0);
}

TEST_CASE("the mean of a small example and many of 0 is subnormal, and as exact as such numbers are") {
    constexpr Dimensions one{.input = 1, .output = 1, .context = 2};
    StreamingContext context(
        looped<1>(as_attention(GradientStep<one, float>{.learning_rate = 1e38f, .initial_weights = {}})));
    using Column = Matrix<float, 1, 1>;
    float const small = 1.2e-19f;
    REQUIRE(context.observe(Column(small), Column(small)) == Observation::observed);
    REQUIRE(static_cast<double>(context.gram()(0, 0)) >= static_cast<double>(std::numeric_limits<float>::min()));
    for (int i = 0; i < 1999; ++i) {
        REQUIRE(context.observe(Column(0.0f), Column(0.0f)) == Observation::observed);
    }
    double const mean_of_two = 2 * static_cast<double>(small) * static_cast<double>(small) / 2000;
    double const unit = static_cast<double>(std::numeric_limits<float>::denorm_min());
    REQUIRE(std::abs(static_cast<double>(context.gram()(0, 0)) - mean_of_two) <= 0.51 * unit);
    double const off = static_cast<double>(context.predict(Column(1.0f))(0)) / (1e38 * mean_of_two / 2) - 1;
    REQUIRE(std::abs(off) <= 0.51 * unit / mean_of_two);
    REQUIRE(std::abs(off) == Approx(1.8e-5).epsilon(0.05));
}

TEST_CASE("what has almost been forgotten weighs as little beside what comes as it should") {
    REQUIRE(predicted_by_weights(1, 0) == Approx(1.13671875));
    Eigen::Vector3f const fifth(0.5f * 1e-14f, -1e-14f, 2);
    auto const later = tiny_examples<float>(4, 1);
    for (float const factor : {0.125f, 0.01f, 0x1p-20f}) {
        CAPTURE(factor);
        auto faded = tiny_examples<float>(0, 4);
        REQUIRE(faded.forget(factor) == Forgotten::done);
        REQUIRE(faded.forget(0.25f) == Forgotten::done);
        double const weight = static_cast<double>(factor) / 4;
        auto const is = [](auto const& context, double first, double of_fifth) {
            REQUIRE(about_tiny_examples(context) == Approx(predicted_by_weights(first, of_fifth)).epsilon(1e-5));
        };
        auto one = faded;
        REQUIRE(one.observe(fifth.head<2>(), fifth.tail<1>()) == Observation::observed);
        is(one, weight, 1);
        auto table = faded;
        Eigen::Matrix<float, 3, Eigen::Dynamic> const twice = fifth.replicate(1, 2);
        REQUIRE(table.observe_tokens(twice) == Observation::observed);
        is(table, weight, 2);
        auto merged = faded;
        REQUIRE(merged.merge(later) == Merged::all);
        is(merged, weight, 1);
        auto into_later = later;
        REQUIRE(into_later.merge(faded) == Merged::all);
        is(into_later, weight, 1);
        // Two that wait, together lighter than 1/2; and then heavier.
        auto other = later;
        REQUIRE(other.forget(0.3f) == Forgotten::done);
        merged = faded;
        REQUIRE(merged.merge(other) == Merged::all);
        is(merged, weight, 0.3);
        REQUIRE(merged.merge(other) == Merged::all);
        is(merged, weight, 0.6);
        REQUIRE(one.restore(merged.save()) == Restored::all);
        is(one, weight, 0.6);
        REQUIRE(merged.observe(fifth.head<2>(), fifth.tail<1>()) == Observation::observed);
        is(merged, weight, 1.6);
    }
}

}  // namespace

TEST_CASE("the sizes and the model of a stream are deduced from its arguments") {
    GradientStep<sizes, float> const step{.learning_rate = 0.5f};
    auto const model = looped<2>(as_attention(step));
    StreamingContext context(model);
    static_assert(
        std::is_same_v<decltype(context), StreamingContext<sizes, LoopedStack<decltype(as_attention(step)), 2>>>);

    auto const stack = stacked(as_attention(step), as_attention(step));
    Eigen::Matrix<float, 2, 3> const W0 = Eigen::Matrix<float, 2, 3>::Ones();
    StreamingContext with_weights(stack, W0);
    static_assert(
        std::is_same_v<decltype(with_weights), StreamingContext<sizes, std::remove_const_t<decltype(stack)>>>);
    CHECK(with_weights.predict(Eigen::Vector3f(1, 2, 3)) == Eigen::Vector2f(6, 6));

    // A layer that does not say how its tokens split: W0 does.
    LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7}, float> const layer{};
    StreamingContext by_weights(looped<1>(layer), W0);
    static_assert(std::is_same_v<decltype(by_weights),
                                 StreamingContext<sizes, LoopedStack<std::remove_const_t<decltype(layer)>, 1>>>);
    CHECK(by_weights.predict(Eigen::Vector3f(1, 2, 3)) == Eigen::Vector2f(6, 6));
}

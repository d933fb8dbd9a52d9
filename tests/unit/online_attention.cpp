// SPDX-License-Identifier: MIT
// Masked attention and layers of online rules in float, double and lanes: beside plain loops.
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/online.hpp"
#include "incontext/streaming/streaming_regressor.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 5, .context = 6, .query = 2};
constexpr int key_dim = 3;
constexpr int value_dim = 4;

template <class Number>
Number entry(int row, int col, int of) {
    return Number(static_cast<float>((7 * row + 5 * col + 11 * of) % 13 - 6) / 8);
}
template <class Number, int Rows, int Cols>
Matrix<Number, Rows, Cols> drawn(int of) {
    return generate<Number, Rows, Cols>([of](int row, int col) { return entry<Number>(row, col, of); });
}
template <class Number>
auto layer() {
    return LinearSelfAttention<shape, Number, key_dim, value_dim>{.query = drawn<Number, key_dim, 5>(1),
                                                                  .key = drawn<Number, key_dim, 5>(2),
                                                                  .value = drawn<Number, value_dim, 5>(3),
                                                                  .output = drawn<Number, 5, value_dim>(4)};
}
template <class Number>
auto prompt() {
    return Prompt<shape, Number>{.context = drawn<Number, 5, 6>(5), .query = drawn<Number, 5, 2>(6)};
}

/// Entry (row, token) of the tokens after masked attention, by a sum over the tokens seen; token 6 is the first query.
double by_loops(int row, int token, bool sees_itself) {
    auto const L = layer<double>();
    auto const P = prompt<double>();
    Eigen::Matrix<double, 5, 1> const asks = token < 6 ? P.context.col(token).eval() : P.query.col(token - 6).eval();
    int const seen = token >= 6 ? 6 : sees_itself ? token + 1 : token;
    double result = asks(row);
    for (int j = 0; j < seen; ++j) {
        double const score = (L.key * P.context.col(j)).dot(L.query * asks);
        result += L.output.row(row).dot(L.value * P.context.col(j)) * score;
    }
    return result;
}

template <class Number>
double plain(Number const& number) {
    if constexpr (is_lanes<Number>) {
        return static_cast<double>(number[Number::lane_count - 1]);
    } else {
        return static_cast<double>(number);
    }
}

template <class Number, class Update>
double largest_difference(Update const& update, bool sees_itself) {
    auto const updated = update(prompt<Number>());
    double largest = 0;
    for (int token = 0; token < 8; ++token) {
        for (int row = 0; row < 5; ++row) {
            double const actual = plain(token < 6 ? updated.context(row, token) : updated.query(row, token - 6));
            double const off = std::abs(actual - by_loops(row, token, sees_itself));
            largest = test::larger_or_nan(largest, off);
        }
    }
    return largest;
}

TEMPLATE_TEST_CASE("masked attention and the additive rule are the sum over the tokens that are seen", "", float,
                   double, (Lanes<float, 4>)) {
    using Layer = decltype(layer<TestType>());
    auto const of_layer = layer<TestType>();
    CHECK(largest_difference<TestType>(CausallyMasked<Layer>{of_layer}, true) < 1e-4);
    CHECK(largest_difference<TestType>(CausallyMasked<Layer, Mask::earlier>{of_layer}, false) < 1e-4);
    CHECK(largest_difference<TestType>(online<AdditiveRule>(of_layer), true) < 1e-4);
    CHECK(largest_difference<TestType>(online<AdditiveRule, Mask::earlier>(of_layer), false) < 1e-4);
    CHECK(largest_difference<TestType>(online<DeltaRule>(of_layer), true) > 0.1);
    CHECK(largest_difference<TestType>(CausallyMasked<Layer>{of_layer}, false) > 0.1);
}

constexpr Dimensions three_tokens{.input = 1, .output = 1, .context = 3};

/// Three examples y = x = s, masked, at the rate 1/s^2: a step on the first i of them leaves 1 - i/3 of y.
template <class Number>
auto three_equal(Number s) {
    return Prompt<three_tokens.tokens(), Number>{.context = Matrix<Number, 2, 3>::Constant(s),
                                                 .query = Matrix<Number, 2, 1>::Constant(s)};
}
template <Mask Sees, class Number>
auto masked_step(Number rate) {
    auto const layer = as_attention(GradientStep<three_tokens, Number>{rate, zero<Number, 1, 1>()});
    return CausallyMasked<std::remove_const_t<decltype(layer)>, Sees>{layer};
}

TEMPLATE_TEST_CASE("a masked token is the layer's on what it sees, in any unit", "", float, double) {
    constexpr bool is_float = std::same_as<TestType, float>;
    constexpr auto units = is_float ? std::array{1e-18, 1e-16, 1e-15, 1e-12, 1.0, 1e12, 1e13, 1e14, 1e18}
                                    : std::array{1e-150, 1e-120, 1e-105, 1e-100, 1.0, 1e100, 1e103, 1e120, 1e150};
    constexpr double few_roundings = 8 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
    for (double const unit : units) {
        auto const s = static_cast<TestType>(unit);
        auto const with_itself = masked_step<Mask::earlier_and_itself>(1 / s / s)(three_equal(s));
        auto const of_earlier = masked_step<Mask::earlier>(1 / s / s)(three_equal(s));
        for (int token = 0; token < 3; ++token) {
            CAPTURE(unit, token);
            CHECK(with_itself.context(0, token) == s);
            CHECK(std::abs(static_cast<double>(with_itself.context(1, token) / s) - (2 - token) / 3.0) <=
                  few_roundings);
            CHECK(of_earlier.context(0, token) == s);
            CHECK(std::abs(static_cast<double>(of_earlier.context(1, token) / s) - (3 - token) / 3.0) <= few_roundings);
        }
        CHECK(std::abs(static_cast<double>(with_itself.query(1, 0) / s)) <= few_roundings);
    }
}

TEST_CASE("a lane of masked tokens that leaves the range does not touch the lanes beside it") {
    using Floats = Lanes<float, 4>;
    constexpr std::array units{1.0f, 1e14f, 3.0f, 1e-15f};
    Floats rate(1);
    Prompt<three_tokens.tokens(), Floats> prompt;
    for (int lane = 0; lane < 4; ++lane) {
        float const s = units[static_cast<std::size_t>(lane)];
        rate.set(lane, 1 / s / s);
        range::set_lane(prompt, lane, three_equal(s));
    }
    auto const all = masked_step<Mask::earlier_and_itself>(rate)(prompt);
    auto const ordinary = masked_step<Mask::earlier_and_itself>(Floats(1) / Floats(9))(
        converted<Floats>(three_equal(3.0f), [](float number) { return Floats(number); }));
    for (int token = 0; token < 3; ++token) {
        for (int lane = 0; lane < 4; ++lane) {
            CAPTURE(token, lane);
            float const s = units[static_cast<std::size_t>(lane)];
            CHECK(std::abs(all.context(1, token)[lane] / s - static_cast<float>(2 - token) / 3) <= 1e-6f);
        }
        CHECK(all.context(1, token)[2] == ordinary.context(1, token)[2]);
    }
}

TEMPLATE_TEST_CASE("a masked token does not see later ones, whatever these hold", "", float, double) {
    using Limits = std::numeric_limits<TestType>;
    auto const require = [](auto const& masked) {
        auto const plain = masked(Prompt<three_tokens.tokens(), TestType>{
            .context = Matrix<TestType, 2, 3>{{1, 2, 3}, {2, 1, 1}}, .query = Matrix<TestType, 2, 1>{{1}, {0}}});
        for (TestType const bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::max()}) {
            for (int const row : {0, 1}) {
                Prompt<three_tokens.tokens(), TestType> prompt{.context = Matrix<TestType, 2, 3>{{1, 2, 3}, {2, 1, 1}},
                                                               .query = Matrix<TestType, 2, 1>{{1}, {0}}};
                prompt.context(row, 2) = bad;
                auto const updated = masked(prompt);
                CAPTURE(bad, row);
                for (int token = 0; token < 2; ++token) {
                    CHECK(updated.context(0, token) == plain.context(0, token));
                    CHECK(std::abs(updated.context(1, token) - plain.context(1, token)) <= 8 * Limits::epsilon());
                }
                if (bad != Limits::max()) {
                    CHECK_FALSE(std::isfinite(updated.query(1, 0)));
                }
            }
        }
    };
    require(masked_step<Mask::earlier_and_itself>(TestType(0.3)));
    require(masked_step<Mask::earlier>(TestType(0.3)));
}

TEMPLATE_TEST_CASE("online least squares learns the examples of its prompt", "", float, double) {
    // Four examples of y = 2 x_0 - x_1 at the penalty 1: I + X X^T = [[4, 1/2], [1/2, 13/4]], Y X^T = [11/2, -5/4], and at (1, 1)
    // their quotient is 43/51.
    constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
    Eigen::Matrix<TestType, 2, 4> X;
    X << 1, 0, 1, -1, 0, 1, 1, TestType(0.5);
    Eigen::Matrix<TestType, 1, 4> const Y = Eigen::Matrix<TestType, 1, 2>(2, -1) * X;
    auto const prompt = embed(X, Y, Eigen::Matrix<TestType, 2, 1>(1, 1));
    GradientStep<sizes, TestType> const step{.learning_rate = TestType(1), .initial_weights = zero<TestType, 1, 2>()};
    auto const predicted = [&](auto const& layer) { return static_cast<double>(prediction<sizes>(layer(prompt))(0)); };
    CHECK(predicted(as_online_attention<LeastSquaresRule>(step)) == Approx(43.0 / 51).epsilon(1e-6));
    CHECK(predicted(as_online_attention<FactoredLeastSquaresRule>(step)) == Approx(43.0 / 51).epsilon(1e-6));
}

/// What an example forgets if nothing is said about it.
template <template <MemoryShape, class> class RuleOf, class Number>
void require_nothing_forgotten() {
    typename RuleOf<MemoryShape{2, 1}, Number>::Example const example{};
    REQUIRE(example.gates(0, 0) == Number(1));
    REQUIRE(example.gates(1, 0) == Number(1));
}

TEST_CASE("examples begin with gates of 1, as with a gate of 1") {
    require_nothing_forgotten<ChannelGatedDeltaRule, float>();
    require_nothing_forgotten<DecoupledDeltaRule, double>();
    require_nothing_forgotten<DiagonalPlusLowRankRule, Lanes<float, 4>>();
    require_nothing_forgotten<ChannelGatedDeltaRule, Modular>();
    // So layers and regressors of gated rules remember: three times y = 2 at x = 1 at the rate 1/2.
    constexpr Dimensions one{.input = 1, .output = 1, .context = 3};
    GradientStep<one, float> const step{0.5f, zero<float, 1, 1>()};
    auto const three =
        embed(Eigen::RowVector3f(1, 1, 1), Eigen::RowVector3f(2, 2, 2), Eigen::Matrix<float, 1, 1>(1.0f));
    REQUIRE(prediction<one>(as_online_attention<DeltaRule>(step)(three))(0) == 1.75f);
    REQUIRE(prediction<one>(as_online_attention<GatedDeltaRule>(step)(three))(0) == 1.75f);
    REQUIRE(prediction<one>(as_online_attention<ChannelGatedDeltaRule>(step)(three))(0) == 1.75f);
    StreamingRegressor<ChannelGatedDeltaRule<MemoryShape{2, 1}, float>> regressor;
    Eigen::Matrix<float, 1, 1> const y(1.0f);
    static_cast<void>(regressor.observe(Eigen::Vector2f(1, 0), y));
    static_cast<void>(regressor.observe(Eigen::Vector2f(0, 1), y));
    REQUIRE(regressor.predict(Eigen::Vector2f(1, 0))(0) == 1);
    REQUIRE(regressor.predict(Eigen::Vector2f(0, 1))(0) == 1);
}

}  // namespace

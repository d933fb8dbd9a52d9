// SPDX-License-Identifier: MIT
// Masked attention and layers of online rules in float, double and lanes: beside plain loops.
#include <cmath>

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

// SPDX-License-Identifier: MIT
// The weights before training: their distribution, and that they depend on the seed and on nothing else.
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/training/initialisation.hpp"
#include "support/drawn.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;

using Head = LinearSelfAttention<TokenShape{.token_dim = 40, .context = 7}, float, 50, 60>;
using Small = LinearSelfAttention<test::sizes.tokens(), float, 6, 8>;

/// All entries of one projection after another.
template <class Layer>
std::vector<std::vector<float>> entries_of(Layer const& layer) {
    std::vector<std::vector<float>> all;
    for_each_parameter(
        [&](char const*, auto const& matrix) { all.emplace_back(matrix.data(), matrix.data() + matrix.size()); },
        layer);
    return all;
}

template <class Layer>
Layer initialised(std::uint32_t seed, InitialisationOptions const& options = {}) {
    Layer layer;
    initialise(layer, seed, options);
    return layer;
}

double mean_of(std::vector<float> const& entries) {
    double sum = 0;
    for (float const entry : entries) {
        sum += static_cast<double>(entry);
    }
    return sum / static_cast<double>(entries.size());
}

double root_mean_square(std::vector<float> const& entries) {
    double sum = 0;
    for (float const entry : entries) {
        sum += static_cast<double>(entry) * static_cast<double>(entry);
    }
    return std::sqrt(sum / static_cast<double>(entries.size()));
}

constexpr double truncated_deviation = 0.87962566103423978;  // of a standard normal number truncated at 2

// query, key, value: [. x 40]; output: [40 x 60]. fan_in is the number of columns.
constexpr double fan_in[] = {40, 40, 40, 60};

TEST_CASE("the entries of each projection have the deviation that scale, layers and fan-in ask for") {
    InitialisationOptions const options{.scale = 0.02f, .layers = 3};
    auto const projections = entries_of(initialised<Head>(1, options));
    REQUIRE(projections.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        double const deviation = std::sqrt(0.02 / (3 * fan_in[i]));
        auto const n = static_cast<double>(projections[i].size());
        // Five standard errors each. Of a standard normal z truncated at 2, with density phi / Z: E z^2 = 1 - 4 phi(2) / Z = .7737
        // and E z^4 = 3 E z^2 - 16 phi(2) / Z = 1.4162, so the variance of x^2 is (1.4162 / .7737^2 - 1) = 1.366
        // deviation^4, and 5 standard errors of the mean square are 5.85 / sqrt(n) of it: 13 % for 2,000 entries. A missing
        // correction for the truncation is 29 %, the rows taken for the columns 20 % and more, a missing layer 200 %.
        REQUIRE(std::abs(mean_of(projections[i])) <= 5 * deviation / std::sqrt(n));
        REQUIRE(std::abs(std::pow(root_mean_square(projections[i]) / deviation, 2) - 1) <= 5.85 / std::sqrt(n));
    }
}

TEST_CASE("the defaults are the reference's: scale .002, one layer") {
    auto const projections = entries_of(initialised<Head>(2));
    for (std::size_t i = 0; i < 4; ++i) {
        auto const n = static_cast<double>(projections[i].size());
        REQUIRE(std::abs(std::pow(root_mean_square(projections[i]), 2) / (0.002 / fan_in[i]) - 1) <=
                5.85 / std::sqrt(n));
    }
}

TEST_CASE("no entry is further out than two deviations of the normal number, and some come close") {
    double largest = 0;
    auto const projections = entries_of(initialised<Head>(3));
    for (std::size_t i = 0; i < 4; ++i) {
        double const deviation_before_the_cut = std::sqrt(0.002 / fan_in[i]) / truncated_deviation;
        for (float const entry : projections[i]) {
            largest = test::larger_or_nan(largest, std::abs(static_cast<double>(entry)) / deviation_before_the_cut);
        }
    }
    // erfinv is within 4e-6 of itself; three float roundings and that of the end, magnified by erfinv's slope
    // (sqrt(pi)/2) e^2 = 6.5 at the end, add less than 10 * 6e-8 each.
    REQUIRE(largest <= 2 * (1 + 4e-6 + 4 * 6e-7));
    // The density at 2 is .054 / .954, so the band beyond 1.99 holds 2 * .01 * .0566 = .00113 of all numbers: 8,800 entries
    // miss it with a chance of e^-9.9 (and for this seed they do not).
    REQUIRE(largest >= 1.99);
}

TEST_CASE("the same seed gives the same bits") {
    REQUIRE(entries_of(initialised<Head>(7)) == entries_of(initialised<Head>(7)));
}

TEST_CASE("different seeds share no entry worth mentioning") {
    auto const a = entries_of(initialised<Small>(0));
    auto const b = entries_of(initialised<Small>(1));
    int alike = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < a[i].size(); ++j) {
            alike += a[i][j] == b[i][j];
        }
    }
    REQUIRE(alike <= 1);  // 140 entries of 23 bits: two or more coincidences have a chance below (140 / 2^23)^2 = 3e-10
}

TEST_CASE("projections, and heads, are drawn apart") {
    auto const head = initialised<Small>(5);
    REQUIRE_FALSE((head.query == head.key));
    auto const two = initialised<MultiHeadAttention<Small, Small>>(5);
    auto const& first = two.heads[0];
    auto const& second = two.heads[1];
    REQUIRE((first.query == head.query));  // the first head of two is the only head of one
    // Both output projections are parts of one, whose fan-in is twice as large.
    REQUIRE((first.output == Small(head).output * static_cast<float>(1 / std::sqrt(2.0))));
    REQUIRE_FALSE((first.query == second.query));
    REQUIRE_FALSE((first.value == second.value));
    REQUIRE_FALSE((first.output == second.output));
}

TEST_CASE("heads begin alike wherever they stand in a model") {
    using Two = MultiHeadAttention<Small, Small>;
    auto const alone = initialised<Two>(5);
    auto const softmax = initialised<SoftmaxAttention<Two>>(5);
    REQUIRE((softmax.layer.heads[1].output == alone.heads[1].output));
    auto const stack = initialised<LoopedStack<decltype(clipped<10>(Two{})), 3>>(5);
    REQUIRE((stack.layer.layer.heads[1].output == alone.heads[1].output));
    auto const unlike = initialised<LayerStack<Two, SoftmaxAttention<Two>>>(5);
    REQUIRE((unlike.template layer_at<0>().heads[0].output == alone.heads[0].output));
    // Those of the second layer are other numbers, of the same size: 8 columns in each of two heads.
    auto const& second = unlike.template layer_at<1>().layer.heads[1].output;
    REQUIRE(std::sqrt(second.squaredNorm() / static_cast<float>(second.size())) < 1.3 * std::sqrt(.002 / 16));
}

TEST_CASE("a number beside the projections is left to whoever builds the model") {
    GradientStep<test::sizes, float> step;
    set_zero(step);
    step.learning_rate = 6;
    initialise(step, 5);
    REQUIRE(step.learning_rate == 6);
    REQUIRE(step.initial_weights.cwiseAbs().minCoeff() > 0);  // 6 entries of 23 bits: a zero has a chance of 1e-6
}

TEST_CASE("options with which no weights are made are refused") {
    for (InitialisationOptions const& none :
         {InitialisationOptions{.scale = 0}, InitialisationOptions{.scale = -1}, InitialisationOptions{.layers = 0},
          InitialisationOptions{.scale = std::numeric_limits<float>::infinity()}}) {
        Small layer{};
        REQUIRE_THROWS_AS(initialise(layer, 1, none), std::invalid_argument);
        REQUIRE(layer.query == Small{}.query);
    }
}

TEST_CASE("the weights do not repeat inside a projection") {
    auto const projections = entries_of(initialised<Small>(11));
    for (auto const& entries : projections) {
        int pairs_alike = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                pairs_alike += entries[i] == entries[j];
            }
        }
        REQUIRE(pairs_alike <= 1);  // 780 pairs at most, of 2^23 values: two coincidences have a chance of 5e-9
    }
}

/// A layer that says how many heads it has, by a constant of that name.
template <class Number>
struct CountsHeads {
    using Scalar = Number;
    static constexpr int heads = 4;
    BOOST_HANA_DEFINE_STRUCT(CountsHeads, (Small, layer));
};

TEST_CASE("a number that is called heads is no head of a layer") {
    REQUIRE(entries_of(initialised<CountsHeads<float>>(5).layer) == entries_of(initialised<Small>(5)));
}

}  // namespace

// SPDX-License-Identifier: MIT
// What agree looks at: both bounds, both parts of a prompt, every row and every lane; and what its verdicts come from.
#include <boost/hana/define_struct.hpp>
#include <limits>

#include "catch.hpp"
#include "incontext/equivalence/agree.hpp"
#include "incontext/number/lanes.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3, .query = 2};

/// Tokens times (1 / divisor) divisor, which rounds where the divisor is no power of two; one entry is moved.
template <class Number>
struct Rounding {
    using Scalar = Number;
    template <class Other>
    using with_number = Rounding<Other>;
    BOOST_HANA_DEFINE_STRUCT(Rounding, (Number, divisor), (Number, of_context), (Number, of_query), (Number, times));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        N const factor = N(1) / divisor * divisor;
        prompt.context = factor * prompt.context;
        prompt.query = factor * prompt.query;
        prompt.context(0, 1) += of_context;
        prompt.query(1, 1) += of_query;
        prompt.query(1, 0) = times * prompt.query(1, 0) * prompt.query(1, 0);
        return prompt;
    }
};

template <class Number>
Prompt<shape, Number> ones(float query = 1) {
    Prompt<shape, Number> prompt;
    prompt.context.setConstant(Number(1));
    prompt.query.setConstant(Number(query));
    return prompt;
}

template <class Number>
Rounding<Number> rounding(float divisor) {
    return {Number(divisor), Number(0), Number(0), Number(1)};
}

TEST_CASE("the bounds of both updates count") {
    // 1 / 41 * 41 is not 1 in float, and 1 / 1 * 1 is; the bounds of both have three roundings.
    REQUIRE(1.0f / 41.0f * 41.0f != 1.0f);
    auto const exact = rounding<float>(1);
    auto const rounded = rounding<float>(41);
    Agreement const found = agree(exact, rounded, ones<float>());
    REQUIRE(found.verdict == Verdict::agree);
    auto const error_of = [&](auto const& update) {
        auto const bounds = error_bounds(update, ones<float>());
        return found.token < 3 ? bounds.context(found.row, found.token).error()
                               : bounds.query(found.row, found.token - 3).error();
    };
    REQUIRE(error_of(exact) > 0);
    REQUIRE(error_of(rounded) > 0);
    REQUIRE(found.bound == error_of(exact) + error_of(rounded));
}

TEST_CASE("a difference is seen in the context and in the queries, and named") {
    auto const one = rounding<float>(1);
    auto other = one;
    other.of_context = 1;
    REQUIRE(agree(one, other, ones<float>()).verdict == Verdict::differ);
    REQUIRE_FALSE(agree(one, other, ones<float>()).holds);
    REQUIRE(agree(one, other, ones<float>()).token == 1);
    REQUIRE(agree(one, other, ones<float>()).row == 0);
    other = one;
    other.of_query = 1;
    REQUIRE(agree(one, other, ones<float>()).verdict == Verdict::differ);
    REQUIRE(agree(one, other, ones<float>()).token == 3 + 1);
    REQUIRE(agree(one, other, ones<float>()).row == 1);
}

TEST_CASE("a difference in any lane is seen, with the bounds of that lane") {
    using Floats = Lanes<float, 4>;
    for (int lane = 0; lane < 4; ++lane) {
        auto const one = rounding<Floats>(1);
        auto other = one;
        other.of_query.set(lane, 1);
        REQUIRE(agree(one, other, ones<Floats>()).verdict == Verdict::differ);
        REQUIRE(agree(one, other, ones<Floats>()).lane == lane);
    }
    auto large = ones<Floats>();
    large.context(0, 0).set(3, 1024);
    auto const bounds = error_bounds(rounding<Floats>(41), large, 3);
    REQUIRE(bounds.context(0, 0).value() > 1000);
}

TEST_CASE("what is not finite, or bounded by a sixteenth of nothing, cannot be told; what differs comes before it") {
    auto const one = rounding<float>(1);
    auto infinite = one;
    infinite.times = std::numeric_limits<float>::infinity();
    REQUIRE(agree(infinite, infinite, ones<float>()).verdict == Verdict::cannot_tell);
    REQUIRE_FALSE(agree(infinite, infinite, ones<float>()).holds);
    infinite.of_context = 1;  // a difference elsewhere
    auto other = one;
    other.times = infinite.times;
    Agreement const found = agree(other, infinite, ones<float>());
    REQUIRE(found.verdict == Verdict::differ);
    REQUIRE(found.token == 1);

    using agreement::verdict_on;
    double const nan = std::numeric_limits<double>::quiet_NaN();
    double const inf = std::numeric_limits<double>::infinity();
    REQUIRE(verdict_on(nan, 1.0, 100.0) == Verdict::cannot_tell);
    REQUIRE(verdict_on(inf, 1.0, 100.0) == Verdict::cannot_tell);
    REQUIRE(verdict_on(2.0, inf, inf) == Verdict::cannot_tell);
    REQUIRE(verdict_on(2.0, 1.0, 100.0) == Verdict::differ);
    REQUIRE(verdict_on(1.0, 1.0, 100.0) == Verdict::agree);
    REQUIRE(verdict_on(1.0, 1.0, 16.0) == Verdict::agree);
    REQUIRE(verdict_on(1.0, 1.0, 15.9) == Verdict::cannot_tell);
}

TEST_CASE("the scale of a row is the largest value of context and queries") {
    auto const one = rounding<float>(1);
    auto const other = rounding<float>(41);
    REQUIRE(agree(one, other, ones<float>(64)).scale >= 64);
    auto prompt = ones<float>();
    prompt.context.setConstant(128);
    REQUIRE(agree(one, other, prompt).scale == 128);
}

}  // namespace

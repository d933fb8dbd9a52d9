// SPDX-License-Identifier: MIT
// Where two updates differ first: the numbering of tokens and rows, the fractions, and sizes that are only asked at run
// time.
#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

TEST_CASE("a residue of a short fraction is shown as that fraction, in lowest terms") {
    for (long long n = -30; n <= 30; ++n) {
        for (long long d = 1; d <= 30; ++d) {
            CAPTURE(n, d);
            long long const common = std::gcd(n, d);
            REQUIRE(as_fraction(Modular(n) / Modular(d)) == Fraction{n / common, d / common});
        }
    }
}

TEST_CASE("the longest fractions that are shown have both terms just below 2^30") {
    constexpr long long m = (1LL << 30) - 1;  // coprime to m - 1 and to 2
    for (Fraction const fraction : {Fraction{m, m - 1}, Fraction{-m, m - 1}, Fraction{1, m}, Fraction{-1, m},
                                    Fraction{m, 1}, Fraction{-m, 1}, Fraction{m, 2}}) {
        CAPTURE(fraction.numerator, fraction.denominator);
        REQUIRE(as_fraction(Modular(fraction.numerator) / Modular(fraction.denominator)) == fraction);
    }
}

TEST_CASE("a residue that is no short fraction is shown as it is") {
    // n = 2^k d modulo p with |n|, d < 2^30 would need |n - 2^k d| to be 0 or p = 2^61 - 1. For k = 30 it is not 0, since
    // |n| < 2^30, and below 2^60 + 2^30. For k = 31 it is at most 2^31 (2^30 - 1) + 2^30 - 1 = p - 2^30.
    REQUIRE(as_fraction(Modular(1LL << 30)) == Fraction{1LL << 30, 1});
    REQUIRE(as_fraction(Modular(1LL << 31)) == Fraction{1LL << 31, 1});
}

/// Adds `change` to one entry of one token, counted as a Difference counts them.
struct Nudge {
    int token;
    int row;
    int change = 1;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto result = prompt;
        (token < Shape.context ? result.context(row, token) : result.query(row, token - Shape.context)) +=
            Number(change);
        return result;
    }
};

struct Unchanged {
    template <class APrompt>
        requires requires {
            APrompt::shape;
        }
    constexpr APrompt operator()(APrompt const& prompt) const { return prompt; }
};

/// token <- -token.
struct Negated {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return {.context = -prompt.context, .query = -prompt.query};
    }
};

/// One update after the other.
template <class First, class Second>
struct Composed {
    First first;
    Second second;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return second(first(prompt));
    }
};

/// first_difference, kept out of the compilers' reach: they evaluate it while compiling where they can.
template <Dimensions Sizes, class Number = Modular, class Expected, class Actual>
[[gnu::noinline]] Difference found_at_run_time(Expected const& expected, Actual const& actual,
                                               Trial const& trial = {}) {
    return first_difference<Sizes, Number>(expected, actual, trial);
}

TEST_CASE("a difference names the token, the context first and then the queries, and the row, x first and then y") {
    for (int token = 0; token < 7 + 4; ++token) {
        for (int row = 0; row < 3 + 2; ++row) {
            CAPTURE(token, row);
            Difference const found =
                found_at_run_time<sizes>(Unchanged{}, Nudge{token, row, 5}, {.witnesses = Witnesses::small});
            REQUIRE(found);
            REQUIRE(found.token == token);
            REQUIRE(found.row == row);
            // Small witnesses are 1, 2 or 3, of either sign.
            REQUIRE(found.expected.denominator == 1);
            REQUIRE(std::abs(found.expected.numerator) >= 1);
            REQUIRE(std::abs(found.expected.numerator) <= 3);
            REQUIRE(found.actual == Fraction{found.expected.numerator + 5, 1});
        }
    }
}

TEST_CASE("what is expected and what is actual change sides with the arguments") {
    Difference const there = found_at_run_time<sizes>(Unchanged{}, Nudge{8, 4});
    Difference const back = found_at_run_time<sizes>(Nudge{8, 4}, Unchanged{});
    REQUIRE(there.expected == back.actual);
    REQUIRE(there.actual == back.expected);
    REQUIRE_FALSE(there.expected == there.actual);
}

TEST_CASE("of several differences the first token is named, and of that the first row") {
    auto const both = [](Nudge const& a, Nudge const& b) { return Composed<Nudge, Nudge>{a, b}; };
    REQUIRE(found_at_run_time<sizes>(Unchanged{}, both({9, 0}, {3, 4})).token == 3);
    REQUIRE(found_at_run_time<sizes>(Unchanged{}, both({3, 4}, {3, 2})).row == 2);
    REQUIRE(found_at_run_time<sizes>(Unchanged{}, both({10, 1}, {8, 2})).token == 8);
}

TEST_CASE("updates that do the same have no difference") {
    Difference const none = found_at_run_time<sizes>(Unchanged{}, Composed<Nudge, Nudge>{{8, 4, 2}, {8, 4, -2}});
    REQUIRE_FALSE(none);
    REQUIRE(none == Difference{});
    REQUIRE_FALSE(different<sizes>(Unchanged{}, Unchanged{}));
    REQUIRE(different<sizes>(Unchanged{}, Negated{}));
}

TEST_CASE("updates are applied as often as the trial says") {
    REQUIRE(different<sizes>(Unchanged{}, Negated{}, {.applications = 1}));
    REQUIRE_FALSE(different<sizes>(Unchanged{}, Negated{}, {.applications = 2}));
    REQUIRE(different<sizes>(Unchanged{}, Negated{}, {.applications = 3}));
    Difference const found = found_at_run_time<sizes>(Unchanged{}, Nudge{2, 1, 5}, {.applications = 4});
    REQUIRE(found.actual.numerator == found.expected.numerator + 20);
}

TEST_CASE("a trial without applications is refused, since it would be true of any two updates") {
    REQUIRE_THROWS_AS(found_at_run_time<sizes>(Unchanged{}, Negated{}, {.applications = 0}), std::invalid_argument);
    REQUIRE_THROWS_AS(found_at_run_time<sizes>(Unchanged{}, Negated{}, {.applications = -2}), std::invalid_argument);
}

TEST_CASE("another seed draws other witnesses") {
    // 20 seeds of numbers from -3..3: all alike is one in 6^19.
    bool all_alike = true;
    Difference const first = found_at_run_time<sizes>(Unchanged{}, Nudge{1, 1}, {.seed = 0});
    for (std::uint32_t seed = 1; seed < 20; ++seed) {
        all_alike = all_alike && found_at_run_time<sizes>(Unchanged{}, Nudge{1, 1}, {.seed = seed}) == first;
    }
    REQUIRE_FALSE(all_alike);
    REQUIRE(found_at_run_time<sizes>(Unchanged{}, Nudge{1, 1}, {.seed = 0}) == first);
}

constexpr auto step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = []<class Any>(Any any) {
    return as_attention(
        GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()});
};
constexpr auto step_at_twice_the_rate = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate() + any.learning_rate(),
                                                               any.initial_weights()};
};

constexpr auto step_without_mean = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate() * typename Any::Scalar(7),
                                                               any.initial_weights()};
};

TEST_CASE("fractions find the same first place, and no difference where there is none") {
    REQUIRE_FALSE(found_at_run_time<sizes, Rational>(step, layer));
    Difference const modular = found_at_run_time<sizes>(step, step_without_mean, {.witnesses = Witnesses::small});
    Difference const rational = found_at_run_time<sizes, Rational>(step, step_without_mean);
    REQUIRE(rational.token == modular.token);
    REQUIRE(rational.row == modular.row);
    REQUIRE(rational.row == sizes.input);
    REQUIRE_FALSE(rational.expected == rational.actual);
    // The same small whole witnesses: the residues are those of the fractions.
    REQUIRE(rational.expected == modular.expected);
    REQUIRE(rational.actual == modular.actual);
    REQUIRE(as_fraction(Rational(-6, 4)) == Fraction{-3, 2});
}

constexpr Dimensions large{.input = 20, .output = 3, .context = 31, .query = 2};

TEST_CASE("at sizes beyond the compilers' limits the layer is the step, several times in a row") {
    REQUIRE_FALSE(found_at_run_time<large>(step, layer));
    REQUIRE_FALSE(found_at_run_time<large>(step, layer, {.applications = 5, .seed = 7}));
}

TEST_CASE("at sizes beyond the compilers' limits another learning rate shows in the first target") {
    Difference const found = found_at_run_time<large>(step_at_twice_the_rate, layer, {.applications = 3});
    REQUIRE(found.token == 0);
    REQUIRE(found.row == large.input);
}

TEST_CASE("a difference in the last query alone is found") {
    REQUIRE(found_at_run_time<large>(layer, Composed<Unchanged, Nudge>{{}, {32, 22}}).token == 0);
    auto const nudged = []<class Any>(Any any) {
        return Composed<decltype(layer(any)), Nudge>{layer(any), Nudge{32, 22}};
    };
    Difference const found = found_at_run_time<large>(step, nudged);
    REQUIRE(found.token == 32);
    REQUIRE(found.row == 22);
}

}  // namespace

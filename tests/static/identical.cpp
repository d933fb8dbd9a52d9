// SPDX-License-Identifier: MIT
// identical<D>: what the check itself promises: witnesses, degrees, the bound, legible differences.
#include "incontext/theorem.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = any.learning_rate(),
                                                               .initial_weights = any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };

// eta/N (W0 X - Y) X^T x is of degree 1 + 2 + 1 + 1 in eta, W0, X and x.
static_assert(degree_of<sizes>(gradient_step) == 5);
static_assert(degree_of<sizes>(attention_layer) == 5);
// A second step is of degree 1 (eta) + 5 (the residual's new target) + 1 + 1.
static_assert(degree_of<sizes>(gradient_step, 2) == 8);

// The bound of escape_probability: 2 * 5 / (2^61 - 1).
static_assert(escape_probability<sizes>(gradient_step, attention_layer) < 4.4e-18);
static_assert(escape_probability<sizes>(gradient_step, attention_layer) > 4.3e-18);

static_assert(identical<sizes>(Nothing{}, Nothing{}));
static_assert(identical_for_all_sizes(Nothing{}, Nothing{}));
static_assert(different<sizes>(gradient_step, Nothing{}));
static_assert(degree_of<sizes>(Nothing{}) == 1);

/// Adds 1 to one entry of one token.
template <int Token, int Row>
struct OneEntryMore {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (Token < Shape.context) {
            prompt.context(Row, Token) += Number(1);
        } else {
            prompt.query(Row, Token - Shape.context) += Number(1);
        }
        return prompt;
    }
};

// Every place is looked at, and named right.
template <int Token, int Row>
constexpr bool is_found() {
    constexpr Difference found =
        first_difference<sizes>(Nothing{}, OneEntryMore<Token, Row>{}, {.witnesses = Witnesses::small});
    return found.token == Token && found.row == Row && found.expected.denominator == 1 &&
           found.actual.numerator == found.expected.numerator + 1;
}
static_assert(is_found<0, 0>() && is_found<6, 4>() && is_found<7, 0>() && is_found<10, 4>() && is_found<3, 2>());

// Two seeds draw different witnesses, the same seed the same.
constexpr auto X(std::uint32_t seed) {
    return Arbitrary<sizes, Modular>{.seed = seed}.matrix(input_axis, context_axis, "x");
}
static_assert(X(0) == X(0) && !(X(0) == X(1)));

// All witnesses of a matrix differ from each other (a collision has probability 2^-52 here).
constexpr bool no_two_witnesses_are_alike() {
    auto const x = X(0);
    for (int i = 0; i < 21; ++i) {
        for (int j = 0; j < i; ++j) {
            if (x.entries[i] == x.entries[j]) {
                return false;
            }
        }
    }
    return true;
}
static_assert(no_two_witnesses_are_alike());

// Small witnesses are -3..3 without 0.
constexpr bool small_witnesses_are_small() {
    auto const x = Arbitrary<sizes, Modular>{.witnesses = Witnesses::small}.matrix(input_axis, context_axis, "x");
    for (Modular const& entry : x.entries) {
        auto const distance = (entry.residue() < 4 ? entry : -entry).residue();
        if (distance < 1 || distance > 3) {
            return false;
        }
    }
    return true;
}
static_assert(small_witnesses_are_small());

// In fractions, for small sizes: the same answers.
static_assert(!different<Dimensions{.input = 2, .output = 1, .context = 3}, Rational>(gradient_step, attention_layer));
static_assert(different<Dimensions{.input = 2, .output = 1, .context = 3}, Rational>(gradient_step, Nothing{}));

// A statement says the type of its unknowns, or asks how long an axis is.
constexpr auto step_of_unknowns_by_name = []<Dimensions Sizes, class Number>(Arbitrary<Sizes, Number> const& any) {
    return GradientStep<Arbitrary<Sizes, Number>::dimensions, Number>{any.learning_rate(), any.initial_weights()};
};
constexpr auto another_step = []<Dimensions Sizes, class Number>(Arbitrary<Sizes, Number> const& any) {
    return GradientStep<Arbitrary<Sizes, Number>::dimensions, Number>{any.scalar("gamma"), any.initial_weights()};
};
constexpr auto step_beside_keys = []<class Any>(Any any) {
    static_assert(Any::size(Axis::key) == Any::keys && Any::size(Axis::input) == Any::dimensions.input);
    return gradient_step(any);
};
static_assert(identical<sizes>(step_of_unknowns_by_name, attention_layer));
static_assert(identical<sizes>(attention_layer, step_beside_keys));
static_assert(identical_for_all_sizes(step_of_unknowns_by_name, attention_layer));
static_assert(different<sizes>(another_step, attention_layer));

// Axes tell unknowns apart.
static_assert(!(Arbitrary<Dimensions{3, 3, 7, 4}, Modular>{}.matrix(input_axis, output_axis, "W0") ==
                Arbitrary<Dimensions{3, 3, 7, 4}, Modular>{}.matrix(output_axis, input_axis, "W0")));

// Names tell unknowns apart.
static_assert(!(Arbitrary<sizes, Modular>{}.scalar("eta") == Arbitrary<sizes, Modular>{}.scalar("gamma")));

}  // namespace

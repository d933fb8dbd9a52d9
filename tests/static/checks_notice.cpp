// SPDX-License-Identifier: MIT
// Each thing that the checks look at: every block, both parts of a prompt, the degrees of both updates, the seed, the names.
#include "incontext/theorem.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

// ------------------------------------------------------------------------------------------------- every block ----

/// A step of GD++ of which one block alone is kept.
template <Block Kept>
constexpr auto in_one_block = []<class Any>(Any any) {
    return [any](auto const& prompt) {
        auto const moved = GradientDescentPlusPlus<Any::dimensions, typename Any::Scalar>{
            any.learning_rate(), any.scalar("gamma"), any.initial_weights()}(prompt);
        auto const part = [](Block x, Block y, auto const& before, auto const& after) {
            return above(inputs<Any::dimensions>(Kept == x ? after : before),
                         targets<Any::dimensions>(Kept == y ? after : before));
        };
        auto result = prompt;
        result.context = part(Block::context_x, Block::context_y, prompt.context, moved.context);
        result.query = part(Block::query_x, Block::query_y, prompt.query, moved.query);
        return result;
    };
};
template <Block Kept>
constexpr bool is_found = symbolic::first_difference(Nothing{}, in_one_block<Kept>, 1).block
                          == Kept&& different<sizes>(Nothing{}, in_one_block<Kept>);
static_assert(is_found<Block::context_x> && is_found<Block::context_y> && is_found<Block::query_x> &&
              is_found<Block::query_y>);

// ------------------------------------------------------------------------------------ by symbols, or by numbers alone ----

struct OtherwiseAtSeven {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (Shape.context == 7) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
struct SizeAsANumber {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query = Number(Shape.context) * (one_over_context<Number>(Shape.context) * prompt.query);
        return prompt;
    }
};
static_assert(different_for_some_sizes(Nothing{}, OtherwiseAtSeven{}) &&
              !different<Dimensions{1, 1, 1}>(Nothing{}, OtherwiseAtSeven{}));

// As polynomials they differ, by numbers they do not, since 1 / N is not the letter 1/N: there is no answer.
template <class Update>
constexpr bool differs_as_a_polynomial = symbolic::first_difference(Nothing{}, Update{}, 1).block != Block::none;
template <class Update, bool = different_for_some_sizes(Nothing{}, Update{})>
constexpr bool is_answered(int) {
    return true;
}
template <class Update>
constexpr bool is_answered(long) {
    return false;
}
/// As polynomials otherwise, and by numbers at the last of the sizes alone.
struct SizeAsANumberAndOtherwiseAtOne {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto result = SizeAsANumber{}(prompt);
        if constexpr (Shape.token_dim == 34 && Shape.context == 1) {
            result.query = result.query + result.query;
        }
        return result;
    }
};
static_assert(differs_as_a_polynomial<SizeAsANumber> && !different<sizes>(Nothing{}, SizeAsANumber{}));
static_assert(!is_answered<SizeAsANumber>(0) && is_answered<OtherwiseAtSeven>(0));
static_assert(differs_as_a_polynomial<SizeAsANumberAndOtherwiseAtOne> &&
              different_for_some_sizes(Nothing{}, SizeAsANumberAndOtherwiseAtOne{}));

// ----------------------------------------------------------------------------------------------------------- degrees ----

/// x x / x in one entry of the context, or of the query; y y y / (y y) in another.
template <int Token>
struct Roundabout {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number& x = Token < Shape.context ? prompt.context(1, Token) : prompt.query(1, Token - Shape.context);
        x = x * x * x / (x * x);
        return prompt;
    }
};
static_assert(degree_of<sizes>(Roundabout<2>{}) == 3 && degree_of<sizes>(Roundabout<8>{}) == 3);
static_assert(identical<sizes>(Roundabout<2>{}, Nothing{}).degree == 3);
static_assert(identical<sizes>(Nothing{}, Roundabout<8>{}).degree == 3);
static_assert(identical<sizes>(Roundabout<2>{}, Roundabout<8>{}).degree == 5);  // numerator 3, and 2 of the denominator

/// A denominator of a larger degree than the numerator.
struct Inverse {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number& x = prompt.query(0, 0);
        x = Number(1) / (x * x * x * x);
        return prompt;
    }
};
static_assert(degree_of<sizes>(Inverse{}) == 4);

/// The same, of numerator 3 and denominator 7: 1 + 7 on one side of a d - c b, 3 + 4 on the other.
struct LongerInverse {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number& x = prompt.query(0, 0);
        Number const cube = x * x * x;
        x = cube / (cube * cube * x);
        return prompt;
    }
};
static_assert(identical<sizes>(Inverse{}, LongerInverse{}).degree == 8);
static_assert(identical<sizes>(LongerInverse{}, Inverse{}).degree == 8);

/// Both degrees at their limit: their sum is, too.
struct Huge {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number power = prompt.query(0, 0);
        for (int i = 0; i < 70; ++i) {
            power = power * power;
        }
        prompt.query(0, 0) = power / (power + Number(1));
        return prompt;
    }
};
static_assert(escape_probability<sizes>(Huge{}, Huge{}) == 1);

// --------------------------------------------------------------------------------------------- witnesses and trials ----

/// Vanishes at the witnesses of seed 0.
struct OtherwiseAtOtherWitnesses {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        constexpr Modular drawn = Arbitrary<sizes, Modular>{}.prompt().context(0, 0);
        prompt.query(0, 0) += prompt.context(0, 0) - Number(drawn.residue());
        return prompt;
    }
};
template <std::uint32_t Seed, int Applications, class Actual>
constexpr bool compared = !exact_trial::Comparison<Nothing, Actual, sizes, Applications,
                                                   Seed>::template DifferenceFrom<Witnesses::anywhere>::answer();
static_assert(compared<0, 1, OtherwiseAtOtherWitnesses> && !compared<7, 1, OtherwiseAtOtherWitnesses>);

struct Negated {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return {.context = -prompt.context, .query = -prompt.query};
    }
};
static_assert(!compared<0, 1, Negated> && compared<0, 2, Negated> && !compared<0, 3, Negated>);

// Every character of a name counts, and a witness has more than 32 bits.
constexpr Arbitrary<sizes, Modular> any{};
static_assert(!(any.scalar("aeta1") == any.scalar("beta1")) && !(any.scalar("eta1a") == any.scalar("eta1b")));
static_assert(any.learning_rate().residue() >> 32 != 0 && any.scalar("gamma").residue() >> 32 != 0);

// Two prompts are the same if context and queries are.
constexpr auto prompt = any.prompt();
constexpr auto with_other_query = OtherwiseAtOtherWitnesses{}(Arbitrary<sizes, Modular>{.seed = 3}.prompt());
static_assert(trusted::same(prompt, prompt) &&
              !trusted::same(with_other_query, Arbitrary<sizes, Modular>{.seed = 3}.prompt()));
static_assert(!trusted::same(prompt,
                             Prompt<sizes.tokens(), Modular>{.context = -prompt.context, .query = prompt.query}));

}  // namespace

// SPDX-License-Identifier: MIT
// The laws of token updates, asked of everything in the library that models TokenUpdate, of a user's own update, and of
// updates that break each of them.
//
// The context is 8 long, so that 1/N does not round; whole numbers of at most 2 keep all results below 2^24 in units of 1/8
// (for the stacks: of double). All families owe equality.
#include "catch.hpp"
#include "support/token_update_laws.hpp"

namespace {

using namespace incontext;
using test::dyadic_sizes;

constexpr TokenShape shape = dyadic_sizes.tokens();

template <class Number>
using Head = LinearSelfAttention<shape, Number, 6, 7>;

/// Asks all laws.
template <class Number, class Update>
void check_laws(Update const& update) {
    STATIC_REQUIRE(test::maps_prompts_to_prompts<Update, Prompt<shape, Number>>);
    for (unsigned stream : {7u, 11u}) {
        auto const prompt = test::drawn_prompt<shape, Number>(stream);
        REQUIRE(test::moves_tokens(update, prompt));
        REQUIRE(test::updates_each_query_by_itself(update, prompt));
        REQUIRE(test::takes_another_query_without_notice(update, prompt));
        REQUIRE(test::follows_the_order_of_the_context(update, prompt));
        REQUIRE(test::treats_queries_like_context_tokens(update, prompt));
    }
}

/// A user's own update, neither attention nor a learning rule: token <- token + 1/N sum over i of c_i c_0i, of the tokens'
/// own entries.
struct TowardsWeightedMean {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto mean = zero<Number, Shape.token_dim, 1>();
        for (int token = 0; token < Shape.context; ++token) {
            for (int row = 0; row < Shape.token_dim; ++row) {
                mean(row, 0) +=
                    one_over_context<Number>(Shape.context) * prompt.context(0, token) * prompt.context(row, token);
            }
        }
        auto result = prompt;
        for (int row = 0; row < Shape.token_dim; ++row) {
            for (int token = 0; token < Shape.context; ++token) {
                result.context(row, token) += mean(row, 0);
            }
            for (int token = 0; token < Shape.query; ++token) {
                result.query(row, token) += mean(row, 0);
            }
        }
        return result;
    }
};

TEMPLATE_LIST_TEST_CASE("a gradient step obeys the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(test::drawn_parameters<GradientStep<dyadic_sizes, TestType>>(1));
}

TEMPLATE_LIST_TEST_CASE("a step of GD++ obeys the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(test::drawn_parameters<GradientDescentPlusPlus<dyadic_sizes, TestType>>(1));
}

TEMPLATE_LIST_TEST_CASE("a head obeys the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(test::drawn_parameters<Head<TestType>>(1, 1));
}

TEMPLATE_LIST_TEST_CASE("several heads obey the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(heads(test::drawn_parameters<Head<TestType>>(1, 1),
                               test::drawn_parameters<LinearSelfAttention<shape, TestType>>(20, 1)));
}

TEMPLATE_LIST_TEST_CASE("the layer that is a gradient step obeys the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(as_attention(test::drawn_parameters<GradientStep<dyadic_sizes, TestType>>(1)));
}

TEMPLATE_LIST_TEST_CASE("a user's own update can obey the laws of token updates", "", test::Matrices) {
    check_laws<TestType>(TowardsWeightedMean{});
}

TEMPLATE_TEST_CASE("stacks, damped and partial updates obey the laws of token updates", "", Modular, double) {
    using Step = GradientStep<dyadic_sizes, TestType>;
    auto const first = test::drawn_parameters<Step>(1);
    check_laws<TestType>(stacked(as_attention(first), test::drawn_parameters<Step>(5)));
    check_laws<TestType>(looped<2>(damped(TestType(1) / TestType(2), first)));
    check_laws<TestType>(only_targets_move<dyadic_sizes>(test::drawn_parameters<Head<TestType>>(1, 1)));
}

TEST_CASE("weights of plain numbers obey the laws on prompts of lanes") {
    check_laws<Lanes<float, 4>>(test::drawn_parameters<Head<float>>(1, 1));
    check_laws<Lanes<float, 4>>(test::drawn_parameters<GradientStep<dyadic_sizes, float>>(1));
}

// ------------------------------------------------------------------------------------- updates that break one law each ----

/// Every query token is a key as well.
struct QueriesAttendToEachOther {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto const F = product(prompt.query, transpose(prompt.query));
        return with_fast_weights(F, prompt);
    }
};

/// The first context token is special.
struct ReadsTheFirstToken {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto const first = test::columns<1>(prompt.context, [](int) { return 0; });
        return with_fast_weights(product(first, transpose(first)), prompt);
    }
};

/// Query tokens move another way than context tokens.
struct DoublesTheQueries {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return {.context = -prompt.context, .query = prompt.query + prompt.query};
    }
};

/// Nothing moves.
struct Unchanged {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

/// One query token only.
struct TakesOneQuery {
    template <class Number>
    constexpr auto operator()(Prompt<TokenShape{5, 8, 1}, Number> const& prompt) const {
        return prompt;
    }
};

TEST_CASE("the laws are broken by updates that break them") {
    auto const prompt = test::drawn_prompt<shape, Modular>(7);
    REQUIRE_FALSE(test::updates_each_query_by_itself(QueriesAttendToEachOther{}, prompt));
    REQUIRE_FALSE(test::takes_another_query_without_notice(QueriesAttendToEachOther{}, prompt));
    REQUIRE(test::follows_the_order_of_the_context(QueriesAttendToEachOther{}, prompt));

    REQUIRE_FALSE(test::follows_the_order_of_the_context(ReadsTheFirstToken{}, prompt));
    REQUIRE(test::updates_each_query_by_itself(ReadsTheFirstToken{}, prompt));

    REQUIRE_FALSE(test::treats_queries_like_context_tokens(DoublesTheQueries{}, prompt));
    REQUIRE(test::follows_the_order_of_the_context(DoublesTheQueries{}, prompt));

    REQUIRE_FALSE(test::moves_tokens(Unchanged{}, prompt));

    STATIC_REQUIRE_FALSE(test::maps_prompts_to_prompts<TakesOneQuery, Prompt<shape, Modular>>);
    STATIC_REQUIRE(test::maps_prompts_to_prompts<Unchanged, Prompt<shape, Modular>>);
}

}  // namespace

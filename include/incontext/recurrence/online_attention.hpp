// SPDX-License-Identifier: MIT
/// @file
/// An online rule as an update of all tokens of a prompt: the layers of linear recurrence beside those of the paper.
///
///     context token i:   S_i is S_(i-1) after the example (W_K c_i, W_V c_i, rate),   c_i <- c_i + P S_i W_Q c_i
///     query token:       q <- q + P S_N W_Q q
///
/// With the additive rule it is causally masked linear self-attention, with the delta rule a DeltaNet layer. With the projections of
/// Prop. 1 (as_online_attention) a token's target loses what was learned from the tokens before it:
///
///     (x_i; y_i) <- (x_i; y_i - (W_i - W0) x_i)       additive rule at eta/N: W_i is W0 after a step on the prefix, at eta i/N
///                                                     delta rule at eta: W_i is W0 after i steps of SGD, one for each example
///
/// All of it are statements of identical<sizes>: tests/static/online_causal_prompts.cpp.
#pragma once

#include <type_traits>
#include <utility>

#include "incontext/attention/causally_masked.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/rule_beginnings.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/support/wrong_calls.hpp"

namespace incontext {

/// Whether a token of a prompt can be an example of a rule, by a layer of these sizes: the rule is one of this shape, and its example
/// has a key, a value and a rate.
template <class Rule, MemoryShape Shape>
concept ObservesTokens = OnlineRule<Rule> &&
    requires(typename Rule::Example& example, typename Rule::Scalar const& rate) {
    requires Rule::shape == Shape;
    { example.key } -> ColumnOf<typename Rule::Scalar, Shape.key_dim>;
    { example.value } -> ColumnOf<typename Rule::Scalar, Shape.value_dim>;
    example.rate = rate;
};

/// Test: tests/compile_fail/online_attention_without_a_rate.cpp, online_attention_of_wider_keys.cpp,
/// online_attention_of_grouped_queries.cpp.
template <class Rule, MemoryShape Shape, bool IsARule>
struct a_token_is_an_example_with_key_value_and_rate {
    static_assert(
        !IsARule || ObservesTokens<Rule, Shape>,
        "a layer of an online rule makes examples of tokens: the rule (in this message) has the MemoryShape that the "
        "layer gives it, and its Example the matrices key [key_dim x 1] and value [value_dim x 1], and a number rate");
    static constexpr bool value = true;
};

/// A layer of an online rule, from its initial state (of most rules a memory of 0), as a TokenUpdate.
///
/// RuleOf: a rule whose examples have a key, a value and a rate, such as AdditiveRule or DeltaRule; online and as_online_attention take
/// one with further parameters that have defaults, too. Mask: whether a token reads the
/// memory after its own example or before it; members of the rule, such as a penalty, are as the rule begins. Shapes: of LinearSelfAttention. Units: rate in 1/(key unit)^2. Exactness: that of
/// Number. Cost: the projections, and that of observe and read for each token. Errors: as LinearSelfAttention's; a loop over
/// tokens is asked at given sizes (identical) and not of symbols. It trains by dual numbers.
/// Test: tests/static/online_causal_prompts.cpp.
template <template <MemoryShape, class> class RuleOf, TokenShape Shape, class Number,
          Mask Sees = Mask::earlier_and_itself, int KeyDim = TokenDim<Shape>::value,
          int ValueDim = TokenDim<Shape>::value>
struct OnlineAttention {
    static constexpr TokenShape shape = Shape;
    using Scalar = Number;
    using Layer = LinearSelfAttention<Shape, Number, KeyDim, ValueDim>;
    template <class Other>
    using with_number = OnlineAttention<RuleOf, Shape, Other, Sees, KeyDim, ValueDim>;

    Layer layer{};
    Number rate = Number(1);

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"layer", "rate">, &OnlineAttention::layer, &OnlineAttention::rate> {
    };

    /// The context tokens in their order, and then the query tokens, which are no examples.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Shape, Number, Given, PromptNumber>();
        constexpr MemoryShape memory{.key_dim = KeyDim, .value_dim = ValueDim};
        using RuleOfPrompt = RuleOf<memory, PromptNumber>;
        if constexpr (!ObservesTokens<RuleOfPrompt, memory>) {
            static_cast<void>(sizeof(this_is_not_an_online_rule<RuleOfPrompt>));
            static_cast<void>(
                sizeof(a_token_is_an_example_with_key_value_and_rate<RuleOfPrompt, memory, OnlineRule<RuleOfPrompt>>));
            return prompt;  // what follows would be the next errors
        } else {
            return updated<RuleOfPrompt>(prompt);
        }
    }

  private:
    template <class Rule, TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> updated(Prompt<Given, PromptNumber> const& prompt) const {
        auto const keys = product(layer.key, prompt.context);
        auto const values = product(layer.value, prompt.context);
        Rule const rule = rule_to_begin_with<Rule>();
        typename Rule::State state = state_to_begin_with(rule);
        auto const read = [&](auto& answers, auto const& queries, int token) {
            typename Rule::Query query;
            columns::copy(query, 0, queries, token);
            columns::copy(answers, token, rule.read(std::as_const(state), std::as_const(query)), 0);
        };
        auto const of_context = product(layer.query, prompt.context);
        auto answers = zero<PromptNumber, ValueDim, Given.context>();
        for (int token = 0; token < Given.context; ++token) {
            if constexpr (Sees == Mask::earlier) {
                read(answers, of_context, token);
            }
            auto example = example_to_begin_with<Rule>();
            columns::copy(example.key, 0, keys, token);
            columns::copy(example.value, 0, values, token);
            example.rate = PromptNumber(rate);
            rule.observe(state, std::as_const(example));
            if constexpr (Sees == Mask::earlier_and_itself) {
                read(answers, of_context, token);
            }
        }
        auto const of_query = product(layer.query, prompt.query);
        auto query_answers = zero<PromptNumber, ValueDim, Given.query>();
        for (int token = 0; token < Given.query; ++token) {
            read(query_answers, of_query, token);
        }
        return {.context = made_by([&] { return plus_product(prompt.context, layer.output, answers); }),
                .query = made_by([&] { return plus_product(prompt.query, layer.output, query_answers); })};
    }
};

/// The online rule with the projections of a layer. Exact. Test: tests/static/online_causal_prompts.cpp.
template <template <MemoryShape, class> class RuleOf, Mask Sees = Mask::earlier_and_itself, TokenShape Shape,
          class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr auto online(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                    Number const& rate = Number(1))
    -> OnlineAttention<RuleOf, Shape, Number, Sees, KeyDim, ValueDim> {
    return {.layer = layer, .rate = rate};
}

/// Regression one example after the other, from the step's W0, each example at the step's rate: keys x, values W0 x - y, P = I.
///
/// For the additive rule at the rate eta of a mean loss, the step has eta/N. Exact. Test: tests/static/online_causal_prompts.cpp.
template <template <MemoryShape, class> class RuleOf, Mask Sees = Mask::earlier_and_itself, Dimensions Sizes,
          class Number>
[[nodiscard]] constexpr auto as_online_attention(GradientStep<Sizes, Number> const& step) {
    auto layer = as_attention(step);
    layer.output = identity<Number, Sizes.input + Sizes.output>();
    return online<RuleOf, Sees>(layer, step.learning_rate);
}

#if !defined(__cpp_template_template_args)
// For clang++ before 19 a template with more parameters is none of two, defaults or not: these make it one.
namespace online_rules {

template <template <MemoryShape, class, auto...> class RuleOf>
struct WithDefaultValues {
    template <MemoryShape Shape, class Number>
    using Of = RuleOf<Shape, Number>;
};
template <template <MemoryShape, class, class...> class RuleOf>
struct WithDefaultTypes {
    template <MemoryShape Shape, class Number>
    using Of = RuleOf<Shape, Number>;
};

}  // namespace online_rules

template <template <MemoryShape, class, auto, auto...> class RuleOf, Mask Sees = Mask::earlier_and_itself,
          TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr auto online(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                    Number const& rate = Number(1)) {
    return online<online_rules::WithDefaultValues<RuleOf>::template Of, Sees>(layer, rate);
}
template <template <MemoryShape, class, class, class...> class RuleOf, Mask Sees = Mask::earlier_and_itself,
          TokenShape Shape, class Number, int KeyDim, int ValueDim>
[[nodiscard]] constexpr auto online(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                    Number const& rate = Number(1)) {
    return online<online_rules::WithDefaultTypes<RuleOf>::template Of, Sees>(layer, rate);
}
template <template <MemoryShape, class, auto, auto...> class RuleOf, Mask Sees = Mask::earlier_and_itself,
          Dimensions Sizes, class Number>
[[nodiscard]] constexpr auto as_online_attention(GradientStep<Sizes, Number> const& step) {
    return as_online_attention<online_rules::WithDefaultValues<RuleOf>::template Of, Sees>(step);
}
template <template <MemoryShape, class, class, class...> class RuleOf, Mask Sees = Mask::earlier_and_itself,
          Dimensions Sizes, class Number>
[[nodiscard]] constexpr auto as_online_attention(GradientStep<Sizes, Number> const& step) {
    return as_online_attention<online_rules::WithDefaultTypes<RuleOf>::template Of, Sees>(step);
}
#endif

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// Test: tests/compile_fail/online_without_a_rule.cpp.
template <class... Arguments>
struct an_online_rule_takes_the_place_of_a_layer_so {
    static_assert(never<Arguments...>,
                  "online<Rule>(layer) is made of a LinearSelfAttention, and as_online_attention<Rule>(step) of a "
                  "GradientStep, where "
                  "Rule is a template such as DeltaRule, without its shape and number");
};

// Without a rule, or of something else: one sentence.
template <class... Rule, class... Arguments>
constexpr auto as_online_attention(Arguments const&...) {
    return an_online_rule_takes_the_place_of_a_layer_so<Arguments...>();
}
template <template <MemoryShape, class> class RuleOf, class... Arguments>
constexpr auto as_online_attention(Arguments const&...) {
    return an_online_rule_takes_the_place_of_a_layer_so<Arguments...>();
}
template <class... Rule, class... Arguments>
    requires(sizeof...(Arguments) == 1 && GivenToThisLibrary<Arguments...>)
constexpr auto online(Arguments const&...) {
    return an_online_rule_takes_the_place_of_a_layer_so<Arguments...>();
}
template <template <MemoryShape, class> class RuleOf, class... Arguments>
    requires(sizeof...(Arguments) == 1 && GivenToThisLibrary<Arguments...>)
constexpr auto online(Arguments const&...) {
    return an_online_rule_takes_the_place_of_a_layer_so<Arguments...>();
}

}  // namespace incontext

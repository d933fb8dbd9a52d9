// SPDX-License-Identifier: MIT
// Online rules as updates of all tokens of a prompt, beside masked attention and gradient descent on every prefix.
#include <type_traits>
#include <utility>

#include "incontext/online.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};

/// Any layer with other keys and values than tokens.
template <class Any>
constexpr auto any_layer(Any any) {
    constexpr TokenShape tokens = Any::dimensions.tokens();
    using Layer = LinearSelfAttention<tokens, typename Any::Scalar, Any::keys, Any::values>;
    return Layer{.query = beside(any.matrix(key_axis, input_axis, "Qx"), any.matrix(key_axis, output_axis, "Qy")),
                 .key = beside(any.matrix(key_axis, input_axis, "Kx"), any.matrix(key_axis, output_axis, "Ky")),
                 .value = beside(any.matrix(value_axis, input_axis, "Vx"), any.matrix(value_axis, output_axis, "Vy")),
                 .output = above(any.matrix(input_axis, value_axis, "Px"), any.matrix(output_axis, value_axis, "Py"))};
}
template <Mask Sees>
constexpr auto masked = []<class Any>(Any any) {
    using Layer = decltype(any_layer(any));
    return CausallyMasked<Layer, Sees>{.layer = any_layer(any)};
};
template <template <MemoryShape, class> class RuleOf, Mask Sees = Mask::earlier_and_itself>
constexpr auto by_rule = [](auto any) { return online<RuleOf, Sees>(any_layer(any)); };

// Causally masked linear self-attention is the additive rule, for any projections. What a token sees of itself matters.
static_assert(identical<sizes>(masked<Mask::earlier_and_itself>, by_rule<AdditiveRule>));
static_assert(identical<sizes>(masked<Mask::earlier>, by_rule<AdditiveRule, Mask::earlier>));
static_assert(different<sizes>(masked<Mask::earlier_and_itself>, by_rule<AdditiveRule, Mask::earlier>));
static_assert(different<sizes>(masked<Mask::earlier>, by_rule<AdditiveRule>));
static_assert(different<sizes>(masked<Mask::earlier_and_itself>, by_rule<DeltaRule>));
// Least squares begins at a penalty, and not with a covariance of 0, from which nothing is learned.
template <MemoryShape Shape, class Number>
using Ridge = RidgeMemoryRule<Shape, Number>;
constexpr Dimensions two_examples{.input = 2, .output = 1, .context = 2};  // the degree doubles with every token
static_assert(identical<two_examples>(by_rule<LeastSquaresRule>, by_rule<Ridge>));
static_assert(identical<two_examples>(by_rule<FactoredLeastSquaresRule>, by_rule<Ridge>));
static_assert(identical<two_examples>(by_rule<LeastSquaresRule, Mask::earlier>, by_rule<Ridge, Mask::earlier>));
static_assert(different<two_examples>(by_rule<LeastSquaresRule>, by_rule<DeltaRule>));
// The first token sees nothing before it, and with one example there is no mask.
static_assert(first_difference<sizes>(masked<Mask::earlier>, masked<Mask::earlier_and_itself>).token == 0);
constexpr Dimensions one_example{.input = 3, .output = 2, .context = 1, .query = 2};
constexpr auto not_masked = [](auto any) { return any_layer(any); };
static_assert(identical<one_example>(not_masked, by_rule<AdditiveRule>));
static_assert(identical<one_example>(not_masked, by_rule<DeltaRule>));
static_assert(different<sizes>(not_masked, by_rule<AdditiveRule>));

// Both are kinds of layers: Hana structs whose derivative is taken by dual numbers.
constexpr Dimensions small{.input = 1, .output = 1, .context = 2};
static_assert(
    laws::pullback_is_transpose_of_derivative<small, CausallyMasked<LinearSelfAttention<small.tokens(), Modular>>>);
static_assert(laws::pullback_is_transpose_of_derivative<small, OnlineAttention<DeltaRule, small.tokens(), Modular>>);

// ------------------------------------------------------------------------------------------------ gradient descent ----

/// Token `token` of the context.
template <class Tokens>
constexpr auto column(Tokens const& tokens, int token) {
    return generate<NumberOf<Tokens>, rows_of<Tokens>, 1>(
        [&](int row, int) -> NumberOf<Tokens> { return tokens(row, token); });
}

/// Every token as the query of a step of batch gradient descent on the tokens up to itself, at the rate eta i/N: Prop. 1, prefix by
/// prefix. Query tokens: on all tokens.
template <Dimensions Sizes, class Number>
struct StepOnEveryPrefix {
    Number learning_rate;
    Matrix<Number, Sizes.output, Sizes.input> initial_weights;

    template <TokenShape Given, class PromptNumber>
    constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        Prompt<Given, PromptNumber> result = prompt;
        [&]<int... Before>(std::integer_sequence<int, Before...>) {
            (step_on<Before + 1>(prompt, result), ...);
        }
        (std::make_integer_sequence<int, Given.context>{});
        GradientStep<Sizes, Number> const step{.learning_rate = learning_rate, .initial_weights = initial_weights};
        result.query = as_attention(step)(prompt).query;
        return result;
    }

  private:
    template <int Length, class APrompt>
    constexpr void step_on(APrompt const& prompt, APrompt& result) const {
        constexpr Dimensions prefix{.input = Sizes.input, .output = Sizes.output, .context = Length, .query = 1};
        GradientStep<prefix, Number> const step{
            .learning_rate = learning_rate * Number(Length) * one_over_context<Number>(Sizes.context),
            .initial_weights = initial_weights};
        PromptOf<prefix, Number> const of_prefix{
            .context = generate<Number, Sizes.input + Sizes.output, Length>(
                [&](int row, int token) -> Number { return prompt.context(row, token); }),
            .query = column(prompt.context, Length - 1)};
        auto const updated = as_attention(step)(of_prefix);
        for (int row = 0; row < Sizes.input + Sizes.output; ++row) {
            result.context(row, Length - 1) = updated.query(row, 0);
        }
    }
};

/// W <- W - eta dL/dW of one example, one token after the other, from W0; token i loses (W_i - W0) x_i.
template <Dimensions Sizes, class Number>
struct StepOnEveryExample {
    Number learning_rate;
    Matrix<Number, Sizes.output, Sizes.input> initial_weights;

    template <TokenShape Given, class PromptNumber>
    constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        constexpr Dimensions one{.input = Sizes.input, .output = Sizes.output, .context = 1};
        Prompt<Given, PromptNumber> result = prompt;
        auto W = initial_weights;
        auto const less_learned = [&](auto const& token) {
            auto const x = inputs<Sizes>(token);
            return above(x, targets<Sizes>(token) - product(W - initial_weights, x));
        };
        for (int token = 0; token < Given.context; ++token) {
            auto const example = column(prompt.context, token);
            GradientStep<one, Number> const step{.learning_rate = learning_rate, .initial_weights = W};
            W = W + step.weight_change(example);
            auto const updated = less_learned(example);
            for (int row = 0; row < Sizes.input + Sizes.output; ++row) {
                result.context(row, token) = updated(row, 0);
            }
        }
        result.query = less_learned(prompt.query);
        return result;
    }
};

constexpr auto step_on_every_prefix = []<class Any>(Any any) {
    return StepOnEveryPrefix<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto step_on_every_example = []<class Any>(Any any) {
    return StepOnEveryExample<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = any.learning_rate(),
                                                               .initial_weights = any.initial_weights()};
};
constexpr auto masked_construction = [](auto any) {
    auto const layer = as_attention(gradient_step(any));
    return CausallyMasked<std::remove_const_t<decltype(layer)>>{.layer = layer};
};
template <template <MemoryShape, class> class RuleOf, Mask Sees = Mask::earlier_and_itself>
constexpr auto regression = [](auto any) { return as_online_attention<RuleOf, Sees>(gradient_step(any)); };
template <template <MemoryShape, class> class RuleOf, Mask Sees = Mask::earlier_and_itself>
constexpr auto regression_at_one_nth = []<class Any>(Any any) {
    auto step = gradient_step(any);
    step.learning_rate = step.learning_rate * one_over_context<typename Any::Scalar>(Any::dimensions.context);
    return as_online_attention<RuleOf, Sees>(step);
};

// The construction, masked, = the additive rule at eta/N = Prop. 1 on every prefix.
static_assert(identical<sizes>(masked_construction, regression_at_one_nth<AdditiveRule>));
static_assert(identical<sizes>(step_on_every_prefix, regression_at_one_nth<AdditiveRule>));
static_assert(identical<sizes>(step_on_every_prefix, masked_construction));
static_assert(different<sizes>(step_on_every_prefix, regression_at_one_nth<AdditiveRule, Mask::earlier>));
static_assert(different<sizes>(step_on_every_prefix, regression_at_one_nth<DeltaRule>));
// The delta rule = a step of stochastic gradient descent for each token.
static_assert(identical<sizes>(step_on_every_example, regression<DeltaRule>));
static_assert(different<sizes>(step_on_every_example, regression<DeltaRule, Mask::earlier>));
static_assert(different<sizes>(step_on_every_example, regression<AdditiveRule>));
static_assert(different<sizes>(step_on_every_example, regression_at_one_nth<DeltaRule>));

}  // namespace

// SPDX-License-Identifier: MIT
// GD++, stacks, parts, the trained form and the loss once each at one small size: what tests/static/stack.cpp and
// backpropagation.cpp prove for more sizes and kinds in ten times the time. tests/mutations asks it some hundred times.
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/theorem.hpp"
#include "incontext/training/loss.hpp"

namespace {

using namespace incontext;
using laws::drawn;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
constexpr TokenShape shape = sizes.tokens();
constexpr Arbitrary<sizes, Modular> any{};
using Targets = QueryTargets<sizes>;
using Square = LinearSelfAttention<shape, Modular>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;

// --------------------------------------------------------------------------------------------------------- GD++

constexpr auto plus_plus = []<class Any>(Any unknowns) {
    return GradientDescentPlusPlus<Any::dimensions, typename Any::Scalar>{
        unknowns.learning_rate(), unknowns.scalar("gamma"), unknowns.initial_weights()};
};
static_assert(identical<sizes>(plus_plus, [](auto unknowns) { return as_attention(plus_plus(unknowns)); }));

// From the definition: x - gamma X X^T x beside the gradient step.
constexpr bool step_is_the_definition() {
    auto const prompt = any.prompt();
    auto const moved = plus_plus(any)(prompt);
    auto const X = inputs<sizes>(prompt.context);
    auto const H = product(X, transpose(X));
    GradientStep<sizes, Modular> const step{any.learning_rate(), any.initial_weights()};
    auto const right = [&](auto const& tokens, auto const& stepped) {
        auto const x = inputs<sizes>(tokens);
        return above(x - any.scalar("gamma") * product(H, x), targets<sizes>(stepped));
    };
    return moved.context == right(prompt.context, step(prompt).context) &&
           moved.query == right(prompt.query, step(prompt).query);
}
static_assert(step_is_the_definition());

// -------------------------------------------------------------------------------------------- stacks and the trace

constexpr bool stacks_apply_their_layers_in_order() {
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const first = drawn<Square>("a");
    auto const second = drawn<Thin>("b");
    auto const after_first = first(prompt);
    auto const stack = stacked(first, second);
    auto const loop = looped<3>(first);
    auto const traced = trace<sizes>(stack, prompt);
    auto const of_loop = trace<sizes>(loop, prompt);
    return stack(prompt) == second(after_first) && loop(prompt) == first(first(after_first)) &&
           traced.after[0] == prediction<sizes>(after_first) && traced.after[1] == prediction<sizes>(stack(prompt)) &&
           of_loop.after[0] == prediction<sizes>(after_first) && of_loop.after[2] == prediction<sizes>(loop(prompt)) &&
           answer_by_tokens<Targets>(stack, prompt) == Targets::of(stack(prompt)) &&
           answer_by_tokens<Targets>(loop, prompt) == Targets::of(loop(prompt)) &&
           answer_by_gram<Targets>(stack, prompt) == Targets::of(stack(prompt)) &&
           answer_by_gram<Targets>(loop, prompt) == Targets::of(loop(prompt));
}
static_assert(stacks_apply_their_layers_in_order());

// ------------------------------------------------------------------------------------------------------------ parts

constexpr bool parts_are_their_definitions() {
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const layer = drawn<Thin>("a");
    auto const after = layer(prompt);
    Modular const rate = any.scalar("lamda");
    auto const part = damped(rate, layer)(prompt);
    auto const only = only_targets_move<sizes>(layer)(prompt);
    auto const mixed = [](auto const& x, auto const& y) { return above(inputs<sizes>(x), targets<sizes>(y)); };
    return part.context == (Modular(1) - rate) * prompt.context + rate * after.context &&
           part.query == (Modular(1) - rate) * prompt.query + rate * after.query &&
           only.context == mixed(prompt.context, after.context) && only.query == mixed(prompt.query, after.query);
}
static_assert(parts_are_their_definitions());

template <class Layer>
constexpr bool derivatives_are_right =
    laws::derivative_is_right<sizes, AllTokens, Layer>() && laws::derivative_is_right<sizes, QueryTokens, Layer>() &&
    laws::derivative_is_right<sizes, Targets, Layer>() && laws::answer_is_right<sizes, AllTokens, Layer>() &&
    laws::answer_is_right<sizes, Targets, Layer>();
static_assert(derivatives_are_right<Damped<Thin>>);
static_assert(derivatives_are_right<OnlyTargetsMove<sizes, Thin>>);
static_assert(derivatives_are_right<LayerStack<Thin, Square>>);
static_assert(derivatives_are_right<LoopedStack<Thin, 2>>);

// ------------------------------------------------------------------------------------------------- by dual numbers

static_assert(derivatives_are_right<GradientStep<sizes, Modular>>);

constexpr bool dual_numbers_agree() {
    auto const layer = drawn<Thin>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const cotangent = laws::drawn_prompt<sizes>(3);
    Thin expected{};
    Thin actual{};
    auto const by_prompt = pull_back(layer, prompt, cotangent, expected);
    return by_dual_numbers::pull_back<AllTokens>(ParametersAndPrompt{}, layer, prompt, cotangent, actual) ==
               by_prompt &&
           laws::same_parameters(expected, actual);
}
static_assert(dual_numbers_agree());

// ------------------------------------------------------------------------------------- the form that is trained, and the loss

constexpr bool form_has_the_gradient_of_the_model() {
    using Model = Damped<Square>;
    auto const model = drawn<Model>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const cotangent = laws::drawn_prompt<sizes>(3);
    auto const before = drawn<Model>("g");
    Model expected = before;
    pull_back(model, prompt, cotangent, expected);
    auto const form = fast_form(model);
    std::remove_const_t<decltype(form)> by_form{};
    pull_back(form, prompt, cotangent, by_form);
    Model actual = before;
    pull_back_form(model, by_form, actual);
    return laws::same_parameters(expected, actual) && form(prompt) == model(prompt) &&
           !std::is_same_v<std::remove_const_t<decltype(form)>, Model>;
}
static_assert(form_has_the_gradient_of_the_model());

constexpr bool loss_gradient_is_the_derivative() {
    auto const model = drawn<Thin>("w");
    auto const direction = drawn<Thin>("u");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const target = any.matrix(output_axis, query_axis, "T");
    Modular const weight = any.scalar("c");
    auto const predicted =
        prediction<sizes>(laws::along(model, direction)(laws::along(prompt, Prompt<shape, Modular>{})));
    auto const error = predicted - laws::along(target, zero<Modular, 1, 2>());
    auto const twice_the_loss = inner_product(error, error);
    Thin gradient{};
    Modular const loss = add_loss_and_gradient<sizes>(model, prompt, target, weight, gradient);
    return Modular(2) * loss == weight * twice_the_loss.value &&
           Modular(2) * laws::inner_product_of_parameters(gradient, direction) == weight * twice_the_loss.derivative;
}
static_assert(loss_gradient_is_the_derivative());

}  // namespace

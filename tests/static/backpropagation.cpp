// SPDX-License-Identifier: MIT
// The pullback of every kind of layer is the transpose of its derivative: <v, J u> = <J^T v, u>, exactly, for the code that
// trains, whatever is asked of it. J u is computed by running the layer itself on dual numbers (equivalence/pullback_law.hpp).
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/gradient_descent/gradient_descent_plus_plus.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/training/loss.hpp"

namespace {

using namespace incontext;
using laws::drawn;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5, .query = 4};
constexpr TokenShape shape = sizes.tokens();

using Square = LinearSelfAttention<shape, Modular>;
using Uneven = LinearSelfAttention<shape, Modular, 6, 7>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;
using LikeHeads = MultiHeadAttention<Thin, Thin>;
using UnlikeHeads = MultiHeadAttention<Thin, Uneven>;
using Merged = MergedAttention<shape, Modular>;
using MergedHeads = MergedAttention<shape, Modular, 2>;

template <class Layer>
constexpr bool pullback_is_right = laws::pullback_is_transpose_of_derivative<sizes, Layer>;
template <class Layer>
constexpr bool each_derivative_is_right = laws::first_wrong_derivative<sizes, Layer>() == laws::everything;

// ------------------------------------------------------------------------------------------------------------- layers

static_assert(pullback_is_right<Square>);
static_assert(pullback_is_right<Uneven>);
static_assert(pullback_is_right<LikeHeads>);
static_assert(pullback_is_right<UnlikeHeads>);
static_assert(pullback_is_right<Merged>);
static_assert(pullback_is_right<MergedHeads>);

// Each projection alone: a gradient in the wrong place could otherwise hide behind another.
static_assert(each_derivative_is_right<Uneven>);
static_assert(each_derivative_is_right<MultiHeadAttention<Thin, LinearSelfAttention<shape, Modular, 1, 2>>>);
static_assert(each_derivative_is_right<MergedHeads>);

// -------------------------------------------------------------------------------------------------------------- parts

static_assert(pullback_is_right<Damped<Thin>>);
static_assert(pullback_is_right<OnlyTargetsMove<sizes, Thin>>);
static_assert(pullback_is_right<Damped<OnlyTargetsMove<sizes, Merged>>>);
static_assert(each_derivative_is_right<Damped<Thin>>);

// ------------------------------------------------------------------------------------------------------------- stacks

using Untied = LayerStack<Thin, LikeHeads, Merged>;
using Looped = LoopedStack<Thin, 3>;
static_assert(pullback_is_right<Untied>);
static_assert(pullback_is_right<Looped>);
static_assert(pullback_is_right<LoopedStack<Damped<Thin>, 2>>);
static_assert(pullback_is_right<Damped<LoopedStack<Thin, 2>>>);
static_assert(pullback_is_right<LayerStack<Damped<Thin>, OnlyTargetsMove<sizes, Thin>>>);

// --------------------------------------------------------------------- kinds with a pass of all tokens, or with none at all

/// token <- factor token, with a pass for all tokens only. Sign = -1 makes its gradient wrong.
template <class Number, int Sign = 1>
struct Scaled {
    using Scalar = Number;
    template <class Other>
    using with_number = Scaled<Other, Sign>;

    BOOST_HANA_DEFINE_STRUCT(Scaled, (Number, factor));

    template <TokenShape Given>
    [[nodiscard]] constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = factor * prompt.context, .query = factor * prompt.query};
    }

    template <TokenShape Given>
    struct Pass {
        Prompt<Given, Number> result;
    };
    template <TokenShape Given>
    friend constexpr Pass<Given> forward_pass(AllTokens, Scaled const& layer, Prompt<Given, Number> const& prompt) {
        return {layer(prompt)};
    }
    template <class Wanted, TokenShape Given>
    friend constexpr Prompt<Given, Number> pull_back(AllTokens, Wanted, Scaled const& layer,
                                                     Prompt<Given, Number> const& prompt, Pass<Given> const&,
                                                     Prompt<Given, Number> const& cotangent, Scaled& gradient) {
        gradient.factor += Number(Sign) * (inner_product(cotangent.context, prompt.context) +
                                           inner_product(cotangent.query, prompt.query));
        return layer(cotangent);
    }
};
static_assert(HasForwardPass<Scaled<Modular>, AllTokens, Prompt<shape, Modular>> &&
              !HasForwardPass<Scaled<Modular>, QueryTokens, Prompt<shape, Modular>>);
static_assert(pullback_is_right<Scaled<Modular>>);
static_assert(pullback_is_right<LayerStack<Scaled<Modular>, Thin, Damped<Scaled<Modular>>>>);

// A gradient step has no pass: its pullback is made of dual numbers, one run per parameter.
using Step = GradientStep<sizes, Modular>;
constexpr Dimensions small{.input = 2, .output = 1, .context = 3, .query = 2};
static_assert(!HasForwardPass<Step, AllTokens, Prompt<shape, Modular>>);
static_assert(Differentiable<Step, Prompt<shape, Modular>>);
static_assert(laws::pullback_is_transpose_of_derivative<small, GradientStep<small, Modular>>);
static_assert(laws::derivative_is_right<
              small, AllTokens,
              LayerStack<GradientDescentPlusPlus<small, Modular>, LinearSelfAttention<small.tokens(), Modular>>>());

// Two ways to the same gradient: the pass, and dual numbers.
template <class Layer>
constexpr bool dual_numbers_agree() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = laws::drawn_prompt<small>(1);
    auto const cotangent = laws::drawn_prompt<small>(3);
    Layer expected{};
    Layer actual{};
    auto const by_prompt = pull_back(layer, prompt, cotangent, expected);
    return by_dual_numbers::pull_back<AllTokens>(ParametersAndPrompt{}, layer, prompt, cotangent, actual) ==
               by_prompt &&
           laws::same_parameters(expected, actual);
}
static_assert(dual_numbers_agree<LinearSelfAttention<small.tokens(), Modular, 2, 1>>());

// Refuted where it should be: the same kind with a sign of its pullback wrong.
static_assert(!laws::derivative_is_right<sizes, AllTokens, Scaled<Modular, -1>>());
static_assert(laws::first_wrong_derivative<sizes, Scaled<Modular, -1>>() == 0);

// ----------------------------------------------------------------------------------------- the form that is trained

// From the two products of each head to its four projections, through whatever the layer is wrapped in.
template <class Model>
constexpr bool form_has_the_gradient_of_the_model() {
    auto const model = drawn<Model>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const cotangent = laws::drawn_prompt<sizes>(3);
    Model expected{};
    auto const expected_prompt = pull_back(model, prompt, cotangent, expected);
    auto const form = fast_form(model);
    std::remove_const_t<decltype(form)> by_form{};
    auto const actual_prompt = pull_back(form, prompt, cotangent, by_form);
    Model actual{};
    pull_back_form(model, by_form, actual);
    return expected_prompt == actual_prompt && !std::is_same_v<std::remove_const_t<decltype(form)>, Model> &&
           laws::same_parameters(expected, actual) &&
           !(laws::inner_product_of_parameters(expected, expected) == Modular(0));
}
static_assert(form_has_the_gradient_of_the_model<Square>());
static_assert(form_has_the_gradient_of_the_model<Uneven>());
static_assert(form_has_the_gradient_of_the_model<MultiHeadAttention<Square, Uneven>>());
static_assert(form_has_the_gradient_of_the_model<LayerStack<Square, Thin, MultiHeadAttention<Square, Square>>>());
static_assert(form_has_the_gradient_of_the_model<LoopedStack<Damped<Square>, 2>>());

// ---------------------------------------------------------------------------------------------------------- the loss

template <class Model>
constexpr bool loss_gradient_is_the_derivative() {
    auto const model = drawn<Model>("w");
    auto const direction = drawn<Model>("u");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const target = Arbitrary<sizes, Modular>{}.matrix(output_axis, query_axis, "T");

    Prompt<shape, Modular> const still{};
    auto const predicted = prediction<sizes>(laws::along(model, direction)(laws::along(prompt, still)));
    auto const loss =
        task_loss<sizes, laws::Pair>(predicted, laws::along(target, zero<Modular, sizes.output, sizes.query>()));

    Model gradient{};
    Modular const value = add_loss_and_gradient<sizes>(model, prompt, target, Modular(1), gradient);
    Model none{};
    Modular const padding = add_loss_and_gradient<sizes>(model, prompt, target, Modular(0), none);
    return value == loss.value && loss.derivative == laws::inner_product_of_parameters(gradient, direction) &&
           padding == Modular(0) && laws::inner_product_of_parameters(none, direction) == Modular(0);
}
static_assert(loss_gradient_is_the_derivative<Square>());
static_assert(loss_gradient_is_the_derivative<UnlikeHeads>());
static_assert(loss_gradient_is_the_derivative<MergedHeads>());
static_assert(loss_gradient_is_the_derivative<Untied>());
static_assert(loss_gradient_is_the_derivative<Looped>());
static_assert(loss_gradient_is_the_derivative<Scaled<Modular>>());

}  // namespace

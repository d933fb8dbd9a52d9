// SPDX-License-Identifier: MIT
// Backpropagation through stacks and through the parts of their layers is the transpose of the derivative, exactly.
#include "../support/transpose_law.hpp"

namespace {

using namespace transpose_law;

using Head = LinearSelfAttention<shape, Modular>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;
using Own = LayerStack<Thin, MultiHeadAttention<Thin, Thin>, Thin>;
using Looped = LoopedStack<Thin, 3>;
using Parts = LayerStack<Damped<Thin>, OnlyTargetsMove<sizes, Thin>>;

static_assert(pullback_is_the_transpose<Own>());
static_assert(pullback_is_the_transpose<Looped>());
static_assert(pullback_is_the_transpose<Parts>());
static_assert(pullback_is_the_transpose<LoopedStack<Damped<Thin>, 2>>());

// The read-out of the last layer gives what the whole layer gives for a cotangent of the query alone.
template <class Model>
constexpr bool readout_is_the_pullback() {
    auto const model = drawn<Model>("w");
    auto const prompt = drawn_prompt(1);
    Prompt1 cotangent{};
    cotangent.query = drawn_prompt(3).query;
    Model expected{};
    Model actual{};
    auto const expected_prompt = pull_back(model, prompt, cotangent, expected);
    auto const actual_prompt = pull_back_readout(model, prompt, cotangent.query, actual);
    bool same = expected_prompt == actual_prompt;
    for_each_parameter([&](char const*, auto const& a, auto const& b) { same = same && a == b; }, expected, actual);
    return same && updated_query(model, prompt) == model(prompt).query;
}
static_assert(readout_is_the_pullback<Head>());
static_assert(readout_is_the_pullback<MultiHeadAttention<Thin, Thin>>());
static_assert(readout_is_the_pullback<Own>());
static_assert(readout_is_the_pullback<Looped>());
static_assert(readout_is_the_pullback<MergedAttention<shape, Modular, 2>>());
static_assert(readout_is_the_pullback<LoopedStack<MergedAttention<shape, Modular>, 3>>());

// The derivative of the loss of a stack.
template <class Model>
constexpr bool loss_gradient_is_the_derivative() {
    auto const model = drawn<Model>("w");
    auto const direction = drawn<Model>("u");
    auto const prompt = drawn_prompt(1);
    auto const target = Arbitrary<sizes, Modular>{}.matrix(output_axis, query_axis, "T");
    auto const predicted = prediction<sizes>(along(model, direction)(along(prompt, Prompt1{})));
    auto const loss = task_loss<sizes, D>(predicted, along(target, zero<Modular, 2, 4>()));
    Model gradient{};
    Modular const value = add_loss_and_gradient<sizes>(model, prompt, target, Modular(1), gradient);
    return value == loss.value && loss.derivative == inner_product_of_parameters(gradient, direction);
}
static_assert(loss_gradient_is_the_derivative<Own>());
static_assert(loss_gradient_is_the_derivative<Looped>());


// A model and the form in which it is trained have the same derivative by the model's parameters.
template <class Model>
constexpr bool form_has_the_gradient_of_the_model() {
    auto const model = drawn<Model>("w");
    auto const prompt = drawn_prompt(1);
    auto const target = Arbitrary<sizes, Modular>{}.matrix(output_axis, query_axis, "T");
    Model expected{};
    Modular const loss = add_loss_and_gradient<sizes>(model, prompt, target, Modular(1), expected);
    auto const form = fast_form(model);
    std::remove_const_t<decltype(form)> by_form{};
    Modular const loss_of_form = add_loss_and_gradient<sizes>(form, prompt, target, Modular(1), by_form);
    Model actual{};
    pull_back_fast_form(model, by_form, actual);
    bool same = loss == loss_of_form && !std::is_same_v<std::remove_const_t<decltype(form)>, Model>;
    for_each_parameter([&](char const*, auto const& a, auto const& b) { same = same && a == b; }, expected, actual);
    return same && !(inner_product_of_parameters(expected, expected) == Modular(0));
}
static_assert(form_has_the_gradient_of_the_model<Head>());
static_assert(form_has_the_gradient_of_the_model<LayerStack<Head, Thin, MultiHeadAttention<Head, Head>>>());
static_assert(form_has_the_gradient_of_the_model<LoopedStack<Damped<Head>, 2>>());

}  // namespace

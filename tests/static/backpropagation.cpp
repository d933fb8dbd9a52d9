// SPDX-License-Identifier: MIT
// Backpropagation is the transpose of the derivative: <v, J u> = <J^T v, u>, exactly, for the code that trains.
//
// J u is computed by running the layer itself on dual numbers w + u e; J^T v by the pullback.
#include "../support/transpose_law.hpp"

namespace {

using namespace transpose_law;

using Head = LinearSelfAttention<shape, Modular, 6, 8>;
using SquareHead = LinearSelfAttention<shape, Modular>;
using Heads = MultiHeadAttention<SquareHead, Head>;

// ------------------------------------------------------------------------------------------------- a whole layer

static_assert(pullback_is_the_transpose<SquareHead>());
static_assert(pullback_is_the_transpose<Head>());
static_assert(pullback_is_the_transpose<Heads>());

// Not only the sum: each projection alone. A gradient in the wrong place could otherwise hide behind another.
template <class Layer, int Projection>
constexpr bool pullback_is_right_for() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt(1);
    auto const cotangent = drawn_prompt(3);
    auto direction = drawn<Layer>("u");
    int place = 0;
    for_each_parameter(
        [&](char const*, auto& matrix) {
            if (place++ != Projection) {
                matrix = zero<Modular, rows_of<decltype(matrix)>, cols_of<decltype(matrix)>>();
            }
        },
        direction);
    auto const pushed = along(layer, direction)(along(prompt, Prompt1{}));
    Modular const forward =
        inner_product(cotangent, {.context = derivative(pushed.context), .query = derivative(pushed.query)});
    Layer gradient{};
    static_cast<void>(pull_back(layer, prompt, cotangent, gradient));
    return forward == inner_product_of_parameters(gradient, direction) && !(forward == Modular(0));
}
static_assert(pullback_is_right_for<Head, 0>() && pullback_is_right_for<Head, 1>());
static_assert(pullback_is_right_for<Head, 2>() && pullback_is_right_for<Head, 3>());
static_assert(pullback_is_right_for<Heads, 0>() && pullback_is_right_for<Heads, 7>());

// ------------------------------------------------------------------------------------------- merged projections

// The layer of the two products, and the way back from them to the four projections.
static_assert(pullback_is_the_transpose<MergedAttention<shape, Modular>>());
static_assert(pullback_is_the_transpose<MergedAttention<shape, Modular, 2>>());

template <class Layer>
constexpr bool merged_gradient_is_the_gradient() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt(1);
    auto const cotangent = drawn_prompt(3);
    Layer expected{};
    auto const expected_prompt = pull_back(layer, prompt, cotangent, expected);
    auto const form = merged_layer(layer);
    std::remove_const_t<decltype(form)> by_form{};
    auto const actual_prompt = pull_back(form, prompt, cotangent, by_form);
    Layer actual{};
    pull_back_fast_form(layer, by_form, actual);
    bool same = expected_prompt == actual_prompt;
    for_each_parameter([&](char const*, auto const& a, auto const& b) { same = same && a == b; }, expected, actual);
    return same && !(inner_product_of_parameters(expected, expected) == Modular(0));
}
static_assert(merged_gradient_is_the_gradient<SquareHead>());
static_assert(merged_gradient_is_the_gradient<Head>());
static_assert(merged_gradient_is_the_gradient<Heads>());

// ---------------------------------------------------------------------------------------------------------- the loss

template <class Layer>
constexpr bool loss_gradient_is_the_derivative() {
    auto const layer = drawn<Layer>("w");
    auto const direction = drawn<Layer>("u");
    auto const prompt = drawn_prompt(1);
    auto const target = Arbitrary<sizes, Modular>{}.matrix(output_axis, query_axis, "T");

    auto const predicted = prediction<sizes>(along(layer, direction)(along(prompt, Prompt1{})));
    auto const loss = task_loss<sizes, D>(predicted, along(target, zero<Modular, 2, 4>()));

    Layer gradient{};
    Modular const weight(1);
    Modular const value = add_loss_and_gradient<sizes>(layer, prompt, target, weight, gradient);
    Layer none{};
    Modular const padding = add_loss_and_gradient<sizes>(layer, prompt, target, Modular(0), none);
    return value == loss.value && loss.derivative == inner_product_of_parameters(gradient, direction) &&
           padding == Modular(0) && inner_product_of_parameters(none, direction) == Modular(0);
}
static_assert(loss_gradient_is_the_derivative<SquareHead>());
static_assert(loss_gradient_is_the_derivative<Heads>());
static_assert(loss_gradient_is_the_derivative<MergedAttention<shape, Modular, 2>>());

}  // namespace

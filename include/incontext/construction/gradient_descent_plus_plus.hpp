// SPDX-License-Identifier: MIT
/// @file
/// GD++: the projections with which one layer of linear self-attention is one step of GD++.
///
///     W_K = W_Q = [[I, 0], [0, 0]]     W_V = [[I, 0], [W0, -I]]     P = [[-gamma I, 0], [0, (eta/N) I]]
///
///     a value carries x beside the residual; the output moves x against X X^T x and y by the gradient step
#pragma once

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/gradient_descent/gradient_descent_plus_plus.hpp"

namespace incontext {

/// The layer of linear self-attention that does what the step of GD++ does, to every token of every prompt.
///
/// Source: [vonOswald2023] A.10, for any number of outputs and any W0. Shapes: all projections [token_dim x token_dim].
/// Exactness, cost, errors: as for Prop. 1. Test: tests/static/stack.cpp (for all sizes, and for named ones).
template <Dimensions Sizes, class Number>
[[nodiscard]] constexpr auto as_attention(GradientDescentPlusPlus<Sizes, Number> const& step)
    -> LinearSelfAttention<Sizes.tokens(), Number> {
    constexpr int input = Sizes.input;
    constexpr int output = Sizes.output;
    auto layer = as_attention(step.gradient_step());
    auto const O_xy = zero<Number, input, output>();
    auto const O_yx = zero<Number, output, input>();
    auto const rate = step.learning_rate * one_over_context<Number>(Sizes.context);
    layer.value = blocks(identity<Number, input>(), O_xy, step.initial_weights, identity<Number, output>(-Number(1)));
    layer.output = blocks(identity<Number, input>(-step.gamma), O_xy, O_yx, identity<Number, output>(rate));
    return layer;
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Prop. 1: the projections with which one layer of linear self-attention is one step of gradient descent.
///
///     W_K = W_Q = [[I, 0], [0, 0]]     W_V = [[0, 0], [W0, -I]]     P = (eta/N) I
///
///     keys and queries read x; a value is the residual W0 x - y; the output is scaled by eta/N:
///     F(C) = (eta/N) [[0, 0], [(W0 X - Y) X^T, 0]] = [[0, 0], [-dW, 0]]
#pragma once

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"

namespace incontext {

/// The layer of linear self-attention that does what the gradient step does, to every token of every prompt.
///
/// Source: [vonOswald2023] Prop. 1, for any number of outputs and any W0. The same layer is right at every depth of a
/// stack: its values are then the residuals of the weights learned so far.
/// Shapes: all projections [token_dim x token_dim]. Exactness: two roundings, eta (1/N); the identity of layer and step is
/// exact, in floating point within `agree`. The step makes y x^T first, and the layer eta/N y: where that overflows or is below the
/// normal numbers, the step may be right and the layer not, and `agree` cannot tell. Cost: that of writing the matrices. Errors: none.
/// Test: tests/static/proposition_1.cpp (for all sizes, and for named ones).
template <Dimensions Sizes, class Number>
[[nodiscard]] constexpr auto as_attention(GradientStep<Sizes, Number> const& step)
    -> LinearSelfAttention<Sizes.tokens(), Number> {
    constexpr int input = Sizes.input;
    constexpr int output = Sizes.output;
    auto const O_xx = zero<Number, input>();
    auto const O_xy = zero<Number, input, output>();
    auto const O_yx = zero<Number, output, input>();
    auto const O_yy = zero<Number, output>();
    auto const I_x = identity<Number, input>();
    auto const minus_I_y = identity<Number, output>(-Number(1));

    auto const reads_x = blocks(I_x, O_xy, O_yx, O_yy);
    auto const residual = blocks(O_xx, O_xy, step.initial_weights, minus_I_y);
    auto const rate = step.learning_rate * one_over_context<Number>(Sizes.context);

    return {.query = reads_x, .key = reads_x, .value = residual, .output = identity<Number, input + output>(rate)};
}

/// Test: tests/compile_fail/attention_of_a_number.cpp.
template <class... Arguments>
struct a_step_is_written_as_attention {
    static_assert(
        never<Arguments...>,
        "as_attention(step) makes a layer of linear attention of one GradientStep or GradientDescentPlusPlus, such as "
        "GradientStep<sizes, float>{learning_rate, initial_weights}: several steps are "
        "looped<count>(as_attention(step)), and "
        "a layer of attention needs none");
};

/// What may be derived from a step, and is given to as_attention as the step that it is.
template <class T>
concept HasLearningRate = requires(T const& step) {
    step.learning_rate;
};

/// Of what is no step: one sentence.
template <class... Arguments>
    requires(!(HasLearningRate<Arguments> || ...))
constexpr auto as_attention(Arguments const&...) {
    return a_step_is_written_as_attention<Arguments...>();
}

}  // namespace incontext

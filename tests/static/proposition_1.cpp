// SPDX-License-Identifier: MIT
// Prop. 1: one layer of linear self-attention is one step of gradient descent. Compiling this file is the test.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = any.learning_rate(),
                                                               .initial_weights = any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };

// ---------------------------------------------------------------- for all sizes, any W0, any output count, any tokens

static_assert(identical_for_all_sizes(gradient_step, attention_layer));
static_assert(identical_for_all_sizes<decltype(gradient_step), decltype(attention_layer)>());

// The same layer is right at every depth of a stack.
static_assert(identical_for_all_sizes<2>(gradient_step, attention_layer));
static_assert(identical_for_all_sizes<3>(gradient_step, attention_layer));

// The theorem in fast weights: F(as_attention(step), C) = [[0, 0], [-dW, 0]].
constexpr bool fast_weights_are_the_weight_change() {
    symbolic::AnySizes const any{};
    auto const C = any.prompt().context;
    auto const O = zero<Polynomial, 1>();
    auto const dW = gradient_step(any).weight_change(C);
    return trusted::same(attention_layer(any).fast_weights(C), blocks(O, O, -dW, O));
}
static_assert(fast_weights_are_the_weight_change());

// Embedded with (x_q; -W0 x_q) and read out with the one minus sign, the layer predicts with W0 + dW.
template <class Any>
constexpr bool prediction_is_that_of_the_updated_weights(Any const& any) {
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const W0 = any.initial_weights();
    auto const prompt = embed(X, Y, Xq, W0);
    auto const updated_weights = W0 + gradient_step(any).weight_change(prompt.context);
    return trusted::same(prediction<Any::dimensions>(attention_layer(any)(prompt)), product(updated_weights, Xq));
}
static_assert(prediction_is_that_of_the_updated_weights(symbolic::AnySizes{}));
static_assert(prediction_is_that_of_the_updated_weights(
    Arbitrary<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}, Modular>{}));

// ------------------------------------------------------------------------------- for named sizes, exactly, by numbers

static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(gradient_step, attention_layer));
static_assert(identical<Dimensions{.input = 1, .output = 1, .context = 1}>(gradient_step, attention_layer));
static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(gradient_step, attention_layer));
static_assert(identical<Dimensions{.input = 2, .output = 5, .context = 3, .query = 4}>(gradient_step, attention_layer));

// Several applications in a row.
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}, 4>(gradient_step,
                                                                                          attention_layer));
static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}, 5>(gradient_step, attention_layer));

// In rational numbers, where the result of a step can be read: x = (1, 2), y = (3, 5), x_q = 4, W0 = 1/2, eta = 1/3.
// dW = -eta/2 ((1/2 - 3) 1 + (1 - 5) 2) = 7/4, prediction (1/2 + 7/4) 4 = 9.
constexpr bool one_step_by_hand() {
    constexpr Dimensions sizes{.input = 1, .output = 1, .context = 2};
    GradientStep<sizes, Rational> const step{.learning_rate = Rational(1, 3),
                                             .initial_weights = ExactMatrix<Rational, 1, 1>{Rational(1, 2)}};
    auto const prompt = embed(ExactMatrix<Rational, 1, 2>{1, 2}, ExactMatrix<Rational, 1, 2>{3, 5},
                              ExactMatrix<Rational, 1, 1>{4}, step.initial_weights);
    return step.weight_change(prompt.context)(0, 0) == Rational(7, 4) &&
           prediction<sizes>(step(prompt))(0, 0) == Rational(9) &&
           prediction<sizes>(as_attention(step)(prompt))(0, 0) == Rational(9);
}
static_assert(one_step_by_hand());

}  // namespace

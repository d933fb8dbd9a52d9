// SPDX-License-Identifier: MIT
// The loss, its gradient, and why a step on the weights is a step on the data.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr Arbitrary<sizes, Modular> any{};
constexpr auto X = inputs<sizes>(any.prompt().context);
constexpr auto Y = targets<sizes>(any.prompt().context);
constexpr auto W = any.initial_weights();

template <int Rows, int Cols>
constexpr auto along(ExactMatrix<Modular, Rows, Cols> const& value, ExactMatrix<Modular, Rows, Cols> const& direction) {
    return generate<Dual<Modular>, Rows, Cols>(
        [&](int row, int col) { return Dual<Modular>(value(row, col), direction(row, col)); });
}

// <gradient, U> is the derivative of the loss along U, for the code that computes the loss.
constexpr bool gradient_is_the_derivative() {
    auto const U = any.matrix(output_axis, input_axis, "U");
    auto const loss = regression_loss(along(W, U), along(X, zero<Modular, 3, 7>()), along(Y, zero<Modular, 2, 7>()));
    auto const gradient = regression_gradient(W, X, Y);
    Modular inner_product(0);
    for (int i = 0; i < 6; ++i) {
        inner_product += gradient.entries[i] * U.entries[i];
    }
    return loss.derivative == inner_product && loss.value == regression_loss(W, X, Y);
}
static_assert(gradient_is_the_derivative());

// 2 N L = sum of squares; by hand for one example: W = 2, x = 3, y = 5, L = 1/2.
static_assert(regression_loss(ExactMatrix<Rational, 1, 1>{2}, ExactMatrix<Rational, 1, 1>{3},
                              ExactMatrix<Rational, 1, 1>{5}) == Rational(1, 2));
static_assert(Modular(14) * regression_loss(W, X, Y) == sum_of_squares(W, X, Y));

// L(W0 + dW) on the old targets = L(W0) on the targets y - dW x  [vonOswald2023] eq. (5).
constexpr bool a_step_on_the_weights_is_a_step_on_the_data() {
    GradientStep<sizes, Modular> const step{.learning_rate = any.learning_rate(), .initial_weights = W};
    auto const prompt = any.prompt();
    auto const dW = step.weight_change(prompt.context);
    auto const new_targets = targets<sizes>(step(prompt).context);
    return regression_loss(W + dW, X, Y) == regression_loss(W, X, new_targets) &&
           inputs<sizes>(step(prompt).context) == X;
}
static_assert(a_step_on_the_weights_is_a_step_on_the_data());

// K updates of the data with the same W0 = K ordinary steps of gradient descent on the weights.
template <int K>
constexpr bool k_updates_are_k_steps() {
    GradientStep<sizes, Modular> const step{.learning_rate = any.learning_rate(), .initial_weights = W};
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto prompt = embed(X, Y, Xq, W);
    ExactMatrix<Modular, 2, 3> weights = W;
    for (int k = 0; k < K; ++k) {
        prompt = step(prompt);
        weights = weights - any.learning_rate() * regression_gradient(weights, X, Y);
    }
    return prediction<sizes>(prompt) == product(weights, Xq);
}
static_assert(k_updates_are_k_steps<1>() && k_updates_are_k_steps<2>() && k_updates_are_k_steps<5>());

}  // namespace

// SPDX-License-Identifier: MIT
// One layer of linear self-attention is one step of gradient descent.
//
//   question   What does a layer  token <- token + P (W_V C)(W_K C)^T W_Q token  do to a prompt of examples (x; y)?
//   answer     With the projections of Prop. 1 in [vonOswald2023], exactly (x; y) <- (x; y - dW x), where
//              dW = -(eta/N) (W0 X - Y) X^T is one step of gradient descent on the regression loss.
//
//   X [input x context] inputs, Y [output x context] targets, W0 [output x input] weights before the step, eta its rate
#include <incontext/incontext.hpp>
#include <iomanip>
#include <iostream>

using namespace incontext;

// The two sides of the theorem, for any learning rate and any W0, over any kind of number.
constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };

// Proved for all sizes, with symbols; and again for the paper's sizes, with exact numbers.
static_assert(identical_for_all_sizes(gradient_step, attention_layer));
static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(gradient_step, attention_layer));

// A wrong learning rate is found: twice the rate is not the same step.
static_assert(different_for_some_sizes(gradient_step, [](auto any) {
    auto step = gradient_step(any);
    step.learning_rate = step.learning_rate + step.learning_rate;
    return as_attention(step);
}));

int main() {
    // The same source on Eigen matrices: four examples of y = 2 x1 - x2, and a query whose answer is 2 * 3 - 1 = 5.
    constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
    Eigen::Matrix<float, 2, 4> X;
    X << 1, 0, -1, 2,  // one example a column
        0, 1, 1, 1;
    Eigen::Matrix<float, 1, 4> const Y = Eigen::RowVector2f(2, -1) * X;
    Eigen::Vector2f const query(3, 1);

    GradientStep<sizes, float> const step{.learning_rate = 0.5f, .initial_weights = Eigen::RowVector2f(1, 1)};
    LinearSelfAttention<sizes.tokens(), float> const layer = as_attention(step);

    auto prompt = embed(X, Y, query, step.initial_weights);
    std::cout << "steps  gradient descent  attention  (the answer is 5)\n";
    auto by_attention = prompt;
    for (int applications = 0; applications <= 4; ++applications) {
        std::cout << std::setw(5) << applications << std::setw(18) << prediction<sizes>(prompt)(0, 0) << std::setw(11)
                  << prediction<sizes>(by_attention)(0, 0) << "\n";
        prompt = step(prompt);
        by_attention = layer(by_attention);
    }
    std::cout << "equal within rounding: " << (agree(step, layer, prompt) ? "yes" : "no") << "\n";
}

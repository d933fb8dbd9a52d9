// SPDX-License-Identifier: MIT
#include <incontext/incontext.hpp>
#include <iostream>
using namespace incontext;

constexpr auto gradient_step = []<class Any>(Any any) {  // any learning rate, any W0, over any kind of number
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };
static_assert(identical_for_all_sizes(gradient_step, attention_layer));  // the theorem, proved while compiling

int main() {  // the same source on Eigen matrices: learn y = 2 x from two examples, answer x = 5
    LinearSelfAttention<TokenShape{.token_dim = 2, .context = 2}, float> const layer = as_attention(
        GradientStep<Dimensions{.input = 1, .output = 1, .context = 2}, float>{0.4f, Eigen::Matrix<float, 1, 1>(0)});
    auto const prompt = embed(Eigen::RowVector2f(1, 2), Eigen::RowVector2f(2, 4), Eigen::Matrix<float, 1, 1>(5));
    std::cout << prediction<Dimensions{1, 1, 2}>(layer(prompt)) << "\n";
}

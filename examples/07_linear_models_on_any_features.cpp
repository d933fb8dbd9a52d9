// SPDX-License-Identifier: MIT
// Linear self-attention over features is gradient descent on a linear model of the features, whatever makes them.
//
//   question   What does a layer of linear self-attention do on top of an MLP?
//   answer     With the projections of Prop. 1, exactly (m(x); y) <- (m(x); y - dW m(x)) with dW = -(eta/N) (W0 M - Y) M^T, a step
//              of gradient descent on |W m(x) - y|^2, for every map m (Prop. 2 of [vonOswald2023])
//
//   M [feature x context] the features m(x) of the inputs, Y [output x context] targets, W0 [output x feature]
#include <incontext/incontext.hpp>
#include <incontext/token_wise/mlp.hpp>
#include <iomanip>
#include <iostream>

using namespace incontext;

// A prompt over features: inputs are columns of m. Nobody evaluates m, so what is proved holds for each.
template <class Any>
constexpr Dimensions over_features{.input = Any::features,
                                   .output = Any::dimensions.output,
                                   .context = Any::dimensions.context,
                                   .query = Any::dimensions.query};

// y <- update(m(x); y): attention, or the definition of gradient descent.
constexpr auto on_features = []<class Any>(Any any, auto const& update) {
    return [=]<class APrompt>(APrompt const& prompt) -> APrompt {
        auto const m = any.map(feature_axis, "m");
        auto const of = [&](auto const& tokens) {
            return above(m(inputs<Any::dimensions>(tokens)), targets<Any::dimensions>(tokens));
        };
        using Features = Prompt<over_features<Any>.tokens(), typename Any::Scalar>;
        Features const after = update(Features{.context = of(prompt.context), .query = of(prompt.query)});
        auto const with_x = [](auto const& tokens, auto const& moved) {
            return above(inputs<Any::dimensions>(tokens), targets<over_features<Any>>(moved));
        };
        return {.context = with_x(prompt.context, after.context), .query = with_x(prompt.query, after.query)};
    };
};
constexpr auto step = []<class Any>(Any any) {
    auto const W0 = any.matrix(output_axis, feature_axis, "W0");
    return GradientStep<over_features<Any>, typename Any::Scalar>{any.learning_rate(), W0};
};
constexpr auto descent = [](auto any) { return on_features(any, step(any)); };
constexpr auto attention = [](auto any) { return on_features(any, as_attention(step(any))); };

static_assert(identical_for_all_sizes(descent, attention));
static_assert(different_for_some_sizes(descent, [](auto any) {  // another W0 is another step
    auto other = step(any);
    other.initial_weights = other.initial_weights + other.initial_weights;
    return on_features(any, as_attention(other));
}));

int main() {
    // Ten points of a sine wave. Its features are 7 units GELU(x + b), b = -3, ..., 3, of an MLP that is not trained.
    constexpr int N = 10;
    constexpr Dimensions features{.input = 7, .output = 1, .context = N};
    MLPWithBiases<float, 1, 7, 7> m{};
    m.first.setConstant(1);
    m.first_bias << -3, -2, -1, 0, 1, 2, 3;
    m.second.setIdentity();
    Eigen::Matrix<float, 1, N> X;
    X << -2.8f, -2.2f, -1.6f, -.9f, -.3f, .2f, .8f, 1.5f, 2.1f, 2.9f;
    Eigen::Matrix<float, 1, N> const Y = X.array().sin();
    Eigen::Matrix<float, 1, 1> const query(1.1f);
    auto const M = m(X);
    auto const Mq = m(query);

    GradientStep<features, float> const gradient_step{.learning_rate = .03f};
    auto const layer = as_attention(gradient_step);
    auto by_attention = embed(M, Y, Mq, gradient_step.initial_weights);
    Eigen::Matrix<float, 1, 7> W = gradient_step.initial_weights;
    std::cout << std::fixed << std::setprecision(3) << "steps  W m(x)  attention  (sin 1.1 is 0.891)\n";
    for (int steps = 0; steps <= 1000; ++steps) {
        if (steps == 0 || steps == 1 || steps == 10 || steps == 100 || steps == 1000) {
            std::cout << std::setw(5) << steps << std::setw(8) << (W * Mq)(0, 0) << std::setw(11)
                      << prediction<features>(by_attention)(0, 0) << "\n";
        }
        W -= gradient_step.learning_rate / N * (W * M - Y) * M.transpose();
        by_attention = layer(by_attention);
    }
}

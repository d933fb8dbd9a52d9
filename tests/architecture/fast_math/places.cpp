// SPDX-License-Identifier: MIT
// The places where a result would be silently wrong, one for each number PLACE; 0 and 21 are places where it only rounds otherwise.
#if PLACE <= 2
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"
#elif PLACE == 3
#include "incontext/training/training.hpp"
#elif PLACE <= 5
#include "incontext/experiment/least_squares.hpp"
#elif PLACE == 6
#include "incontext/experiment/interpolation.hpp"
#elif PLACE == 7
#include "incontext/experiment/learning_rate_scan.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#elif PLACE == 8
#include "incontext/experiment/fitted_rates.hpp"
#elif PLACE == 9
#include "incontext/streaming/compensated_sum.hpp"
#elif PLACE <= 13
#include "incontext/number/elementary.hpp"
#elif PLACE == 19 || PLACE == 20
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/equivalence/agree.hpp"
#else
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"
#endif

using namespace incontext;

#if PLACE < 9 || PLACE > 13
constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Layer = LinearSelfAttention<sizes.tokens(), float>;
#endif
#if PLACE <= 2
using Stack = LoopedStack<Layer, 2>;
#endif

#if PLACE == 0
auto place(Stack const& stack, Prompt<sizes.tokens(), float> const& prompt,
           StreamingContext<sizes, Stack> const& context) {
    return stack(prompt).query.sum() + context.predict(Eigen::Vector2f(1, 2)).sum();
}
#elif PLACE == 1
Observation place(StreamingContext<sizes, Stack>& context) {
    return context.observe(Eigen::Vector2f(1, 2), Eigen::Matrix<float, 1, 1>(3));
}
#elif PLACE == 2
Observation place(StreamingContext<sizes, Stack>& context) {
    return context.observe_tokens(Eigen::Matrix3f(Eigen::Matrix3f::Identity()));
}
#elif PLACE == 3
auto place(Training<sizes, Layer>& training) {
    return training.step();
}
#elif PLACE == 4
auto place(Prompt<sizes.tokens(), double> const& prompt) {
    return ridge_weights<sizes>(prompt, 1);
}
#elif PLACE == 5
auto place(Prompt<sizes.tokens(), float> const& prompt) {
    return least_squares_weights<sizes>(prompt);
}
#elif PLACE == 6
auto place(Layer const& a, Layer const& b) {
    return interpolated<sizes>(a, b);
}
#elif PLACE == 7
auto place(Evaluation<sizes> const& evaluation) {
    return scan_learning_rate(evaluation, [](double rate) {
        return GradientStep<sizes, float>{static_cast<float>(rate), zero<float, 1, 2>()};
    });
}
#elif PLACE == 8
auto place(Spectra const& spectra) {
    return fit_rates(spectra, 2, Rule::gradient_descent, Rates::shared);
}
#elif PLACE == 9
void place(float& sum, float& rest) {
    add_compensated(sum, rest, 1.0f);
}
#elif PLACE == 10
auto place(Lanes<float, 4> const& x) {
    return exp(x);
}
#elif PLACE == 11
auto place(Lanes<float, 4> const& x) {
    return tanh(x);
}
#elif PLACE == 12
auto place(Lanes<float, 4> const& x) {
    return log(x);
}
#elif PLACE == 13
auto place(Lanes<float, 4> const& x) {
    return reciprocal_square_root(x);
}
#elif PLACE <= 16
constexpr MemoryShape memory{.key_dim = 3, .value_dim = 2};
#if PLACE == 14
using Rule = ImplicitDeltaRule<memory, float>;
#elif PLACE == 15
using Rule = LeastSquaresRule<memory, float>;
#else
using Rule = FactoredLeastSquaresRule<memory, float>;
#endif
void place(Rule::State& state, Rule::Example const& example) {
    Rule::observe(state, example);
}
#elif PLACE == 17
using Rule = RidgeMemoryRule<MemoryShape{.key_dim = 3, .value_dim = 2}, float, ByConjugateGradients<3>>;
auto place(Rule const& rule, Rule::State const& state, Rule::Query const& query) {
    return rule.read(state, query);
}
#elif PLACE == 18
auto place(Matrix<float, 3, 3> const& strictly_upper) {
    return best_plan<double>(strictly_upper);
}
#elif PLACE == 19
auto place(Layer const& layer, Prompt<sizes.tokens(), float> const& prompt) {
    return agree(layer, layer, prompt);
}
#elif PLACE == 20
auto place(Layer const& layer, Prompt<sizes.tokens(), float> const& prompt) {
    return error_bounds(layer, prompt);
}
#else
using Rule =
    RidgeMemoryRule<MemoryShape{.key_dim = 3, .value_dim = 2}, float>;  // a place where it only rounds otherwise
auto place(Rule const& rule, Rule::State const& state, Rule::Query const& query) {
    return rule.read(state, query);
}
#endif

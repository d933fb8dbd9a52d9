// SPDX-License-Identifier: MIT
// Given a single header by -include, and nothing else. Linked with second.cpp: nothing is defined twice.
using namespace incontext;

#ifdef EIGEN_WORLD_VERSION
using Number = double;
#else
using Number = Rational;
#endif

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

auto layer_of_second(GradientStep<sizes, Number> const& step) -> LinearSelfAttention<sizes.tokens(), Number>;

int main() {
    GradientStep<sizes, Number> const step{.learning_rate = Number(2), .initial_weights = zero<Number, 2, 3>()};
    return as_attention(step).output == layer_of_second(step).output ? 0 : 1;
}

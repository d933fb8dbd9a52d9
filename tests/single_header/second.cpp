// SPDX-License-Identifier: MIT
using namespace incontext;

#ifdef EIGEN_WORLD_VERSION
using Number = double;
#else
using Number = Rational;
#endif

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

auto layer_of_second(GradientStep<sizes, Number> const& step) -> LinearSelfAttention<sizes.tokens(), Number> {
    return as_attention(step);
}

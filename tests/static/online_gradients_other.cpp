// SPDX-License-Identifier: MIT
// As online_gradients.cpp, of the rules that are not affine in S.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_its_derivative = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2>(forms::sequence);
/// That of the form in chunks: a chunk of two tokens, and a shorter one.
template <class Rule>
constexpr bool has_it_in_chunks = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 1>(forms::chunks<2>);

static_assert(has_its_derivative<LeastSquaresRule<shape, Modular>> &&
              has_it_in_chunks<LeastSquaresRule<shape, Modular>>);
static_assert(has_its_derivative<MiniBatchRule<shape, Modular>>);
static_assert(has_its_derivative<MomentumRule<shape, Modular>>);
static_assert(has_its_derivative<RidgeMemoryRule<shape, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// As online_gradients.cpp, of the other affine rules.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_its_derivative = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2>(forms::sequence);
/// That of the form in chunks: a chunk of two tokens, and a shorter one.
template <class Rule>
constexpr bool has_it_in_chunks = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 1>(forms::chunks<2>);

static_assert(has_its_derivative<DecoupledDeltaRule<shape, Modular>> &&
              has_it_in_chunks<DecoupledDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<DiagonalPlusLowRankRule<shape, Modular>> &&
              has_it_in_chunks<DiagonalPlusLowRankRule<shape, Modular>>);
static_assert(has_its_derivative<ImplicitDeltaRule<shape, Modular>> &&
              has_it_in_chunks<ImplicitDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<NormalisedDeltaRule<shape, Modular>> &&
              has_it_in_chunks<NormalisedDeltaRule<shape, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// The derivative of every online rule, with respect to queries, keys, values, rates, gates and the initial state:
// against dual numbers.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_its_derivative = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2>(forms::sequence);
/// That of the form in chunks: a chunk of two tokens, and a shorter one.
template <class Rule>
constexpr bool has_it_in_chunks = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 1>(forms::chunks<2>);

static_assert(has_its_derivative<AdditiveRule<shape, Modular>> && has_it_in_chunks<AdditiveRule<shape, Modular>>);
static_assert(has_its_derivative<DeltaRule<shape, Modular>> && has_it_in_chunks<DeltaRule<shape, Modular>>);
static_assert(has_its_derivative<GatedDeltaRule<shape, Modular>> && has_it_in_chunks<GatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<ChannelGatedDeltaRule<shape, Modular>> &&
              has_it_in_chunks<ChannelGatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<DecoupledDeltaRule<shape, Modular>> &&
              has_it_in_chunks<DecoupledDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<DiagonalPlusLowRankRule<shape, Modular>> &&
              has_it_in_chunks<DiagonalPlusLowRankRule<shape, Modular>>);
static_assert(has_its_derivative<ImplicitDeltaRule<shape, Modular>> &&
              has_it_in_chunks<ImplicitDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<NormalisedDeltaRule<shape, Modular>> &&
              has_it_in_chunks<NormalisedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<LeastSquaresRule<shape, Modular>>);
static_assert(has_its_derivative<MiniBatchRule<shape, Modular>>);
static_assert(has_its_derivative<MomentumRule<shape, Modular>>);
static_assert(has_its_derivative<RidgeMemoryRule<shape, Modular>>);

}  // namespace

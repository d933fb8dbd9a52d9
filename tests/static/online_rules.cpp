// SPDX-License-Identifier: MIT
// Every online rule in sequence, in chunks, by trees and all at once: the same answers and the same state.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

// Nothing hides here: keys and values of other sizes, two queries for each example, an initial state that is not zero, gates that
// all differ, five tokens, which are no multiple of the chunk.
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_chunks = identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<2>);
template <class Rule>
constexpr bool has_one_answer() {
    return has_chunks<Rule> && identical_on_streams<Rule, 5>(forms::sequence, forms::scan<3>);
}
static_assert(has_one_answer<AdditiveRule<shape, Modular>>());
static_assert(has_one_answer<DeltaRule<shape, Modular>>());
static_assert(has_one_answer<GatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<ChannelGatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DecoupledDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DiagonalPlusLowRankRule<shape, Modular>>());
static_assert(has_one_answer<ImplicitDeltaRule<shape, Modular>>());
static_assert(has_one_answer<NormalisedDeltaRule<shape, Modular>>());
static_assert(has_chunks<LeastSquaresRule<shape, Modular>>);
static_assert(OnlineRule<RidgeMemoryRule<shape, Modular>>);
static_assert(OnlineRule<MomentumRule<shape, Modular>>&& OnlineRule<MiniBatchRule<shape, Modular>>);

}  // namespace

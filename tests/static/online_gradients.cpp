// SPDX-License-Identifier: MIT
// The derivative of online rules, with respect to queries, keys, values, rates, gates and the initial state: against
// dual numbers, in sequence and in chunks.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_its_derivative = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2>(forms::sequence);
/// That of the form in chunks: a chunk of two tokens, and a shorter one.
template <class Rule>
constexpr bool has_it_in_chunks = laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 1>(forms::chunks<2>);

static_assert(has_its_derivative<GatedDeltaRule<shape, Modular>> && has_it_in_chunks<GatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<AdditiveRule<shape, Modular>> && has_it_in_chunks<AdditiveRule<shape, Modular>>);
static_assert(has_its_derivative<DeltaRule<shape, Modular>> && has_it_in_chunks<DeltaRule<shape, Modular>>);
static_assert(has_its_derivative<ChannelGatedDeltaRule<shape, Modular>> &&
              has_it_in_chunks<ChannelGatedDeltaRule<shape, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// As online_gradients_in_chunks.cpp: of the other affine rules, and of heads.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule, class Plan = BySubstitution>
constexpr bool has_it_by_products =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2, InChunks<Plan>>(forms::sequence);

static_assert(has_it_by_products<DecoupledDeltaRule<shape, Modular>>);
static_assert(has_it_by_products<DiagonalPlusLowRankRule<shape, Modular>>);
static_assert(has_it_by_products<ImplicitDeltaRule<shape, Modular>>);
static_assert(has_it_by_products<NormalisedDeltaRule<shape, Modular>>);
static_assert(has_it_by_products<OnlineHeads<DeltaRule<shape, Modular>, 2>>);

}  // namespace

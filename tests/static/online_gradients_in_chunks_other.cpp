// SPDX-License-Identifier: MIT
// As online_gradients_in_chunks.cpp: of the other affine rules, of heads, and where gates are exactly 0.
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

// Gates of 0: the first of all, two in a row, the first of a chunk; a rate of 0.
constexpr auto set_zeros = [](auto& stream) {
    for (std::size_t token : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
        auto& example = stream.examples[token];
        if constexpr (requires { example.gate; }) {
            example.gate = 0;
        } else {
            example.gates(1, 0) = 0;
        }
    }
    stream.examples[1].rate = 0;
};
constexpr MemoryShape one_query{.key_dim = 3, .value_dim = 2};
template <class Rule>
constexpr bool has_its_derivative_at_zero =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 4, 3, InChunks<>>(forms::sequence, set_zeros);
static_assert(has_its_derivative_at_zero<GatedDeltaRule<one_query, Modular>>);
static_assert(has_its_derivative_at_zero<ChannelGatedDeltaRule<one_query, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// As online_gradients_in_chunks.cpp, in chunks of three, in which a token has others on both sides: gates that all differ, and gates of
// exactly 0.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 2, .value_dim = 1};

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
template <class Rule>
constexpr bool has_its_derivative =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 4, 3, InChunks<>>(forms::sequence);
static_assert(has_its_derivative<GatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative<ChannelGatedDeltaRule<shape, Modular>>);
template <class Rule>
constexpr bool has_its_derivative_at_zero =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 4, 3, InChunks<>>(forms::sequence, set_zeros);
static_assert(has_its_derivative_at_zero<GatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative_at_zero<ChannelGatedDeltaRule<shape, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// The derivative where gates are exactly 0, as rates are: nothing is divided by them.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

constexpr auto set_zeros = [](auto& stream) {
    for (std::size_t token : {std::size_t{0}, std::size_t{2}}) {
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
constexpr bool has_its_derivative_at_zero =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 4, 3>(forms::sequence, set_zeros) &&
    laws::stream_pullback_is_transpose_of_derivative<Rule, 4, 3>(forms::chunks<3>, set_zeros);
static_assert(has_its_derivative_at_zero<GatedDeltaRule<shape, Modular>>);
static_assert(has_its_derivative_at_zero<ChannelGatedDeltaRule<shape, Modular>>);

}  // namespace

// SPDX-License-Identifier: MIT
// A layer that is another one by inheritance, asked by itself: the shortest way to an answer would be that of the other one.
//
// expected: this layer inherits with_number<Other> or its members from another one, whose answers and passes would run in the place of its own operator()
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
using Attention = LinearSelfAttention<shape, Modular>;

#ifdef BROKEN
struct Twice : Attention {
    template <class APrompt>
    constexpr APrompt operator()(APrompt const& prompt) const {
        return Attention::operator()(Attention::operator()(prompt));
    }
};
#else
using Twice = LoopedStack<Attention, 2>;
#endif

auto answered(Twice const& twice, Prompt<shape, Modular> const& prompt) {
    return answer<QueryTokens>(twice, prompt);
}

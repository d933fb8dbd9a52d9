// SPDX-License-Identifier: MIT
// A layer that inherits members and says with_number itself: training would move the members by the base's
// derivatives.
//
// expected: this layer inherits with_number<Other> or its members from another one
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};
template <class Number>
using Attention = LinearSelfAttention<shape, Number>;

template <class Number>
#ifdef BROKEN
struct Twice : Attention<Number> {
#else
struct Twice {
    using Scalar = Number;
    BOOST_HANA_DEFINE_STRUCT(Twice, (Attention<Number>, layer));
#endif

    template <class Other>
    using with_number = Twice<Other>;

    template <class APrompt>
    constexpr APrompt operator()(APrompt const& prompt) const {
#ifdef BROKEN
        return Attention<Number>::operator()(Attention<Number>::operator()(prompt));
#else
        return layer(layer(prompt));
#endif
    }
};

auto answered(LayerStack<Twice<Modular>> const& stack, Prompt<shape, Modular> const& prompt) {
    return answer<QueryTokens>(stack, prompt);
}

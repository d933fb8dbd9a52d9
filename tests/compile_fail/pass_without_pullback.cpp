// SPDX-License-Identifier: MIT
// A forward pass whose pullback is missing.
//
// expected: this kind has a forward_pass, but no pull_back
#include "incontext/theorem.hpp"

using namespace incontext;

template <class Number>
struct Scaled {
    using Scalar = Number;
    template <class Other>
    using with_number = Scaled<Other>;
    BOOST_HANA_DEFINE_STRUCT(Scaled, (Number, factor));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return {.context = factor * prompt.context, .query = factor * prompt.query};
    }
    template <TokenShape Given, class N>
    struct Pass {
        Prompt<Given, N> result;
    };
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, Scaled const& layer, Prompt<Given, N> const& prompt) {
        return {layer(prompt)};
    }
#ifndef BROKEN
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, Scaled const& layer, Prompt<Given, N> const& prompt,
                                                Pass<Given, N> const&, Prompt<Given, N> const& cotangent,
                                                with_number<N>& gradient) {
        gradient.factor +=
            inner_product(cotangent.context, prompt.context) + inner_product(cotangent.query, prompt.query);
        return layer(cotangent);
    }
#endif
};

using Tokens = Prompt<TokenShape{.token_dim = 3, .context = 4}, Modular>;

Tokens by_prompt(Scaled<Modular> const& layer, Tokens const& prompt, Tokens const& cotangent,
                 Scaled<Modular>& gradient) {
    return pull_back(layer, prompt, cotangent, gradient);
}

// SPDX-License-Identifier: MIT
// A forward pass for prompts of the layer's numbers alone: training, whose prompts are lanes, would not find it.
//
// expected: the forward_pass of this kind takes prompts of its own numbers only
#include "incontext/incontext.hpp"

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
#ifdef BROKEN
    template <TokenShape Given>
    friend constexpr Pass<Given, Number> forward_pass(AllTokens, Scaled const& layer,
                                                      Prompt<Given, Number> const& prompt) {
        return {layer(prompt)};
    }
#else
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, Scaled const& layer, Prompt<Given, N> const& prompt) {
        return {layer(prompt)};
    }
#endif
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, Scaled const& layer, Prompt<Given, N> const& prompt,
                                                Pass<Given, N> const&, Prompt<Given, N> const& cotangent,
                                                with_number<N>& gradient) {
        gradient.factor +=
            inner_product(cotangent.context, prompt.context) + inner_product(cotangent.query, prompt.query);
        return layer(cotangent);
    }
};

using Tokens = Prompt<TokenShape{.token_dim = 3, .context = 4}, Lanes<float, 16>>;

Tokens by_prompt(Scaled<float> const& layer, Tokens const& prompt, Tokens const& cotangent,
                 Scaled<Lanes<float, 16>>& gradient) {
    return pull_back(layer, prompt, cotangent, gradient);
}

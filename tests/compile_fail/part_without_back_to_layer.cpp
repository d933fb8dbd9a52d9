// SPDX-License-Identifier: MIT
// A part that does not say how a cotangent goes back to its layer.
//
// expected: a part needs after_layer(asked, prompt, answer), which returns an answer, and to be trained
#include "incontext/theorem.hpp"

using namespace incontext;

template <class Layer>
struct Negated {
    static constexpr bool is_part = true;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Negated<typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = Negated<Other>;
    BOOST_HANA_DEFINE_STRUCT(Negated, (Layer, layer));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }
    template <class Asked, class APrompt, class OfAnswer>
    constexpr OfAnswer after_layer(Asked, APrompt const&, OfAnswer const& answer) const {
        return of_each_matrix([](auto const& tokens) { return -tokens; }, answer);
    }
#ifndef BROKEN
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const&, OfAnswer const& cotangent,
                                     Gradient&) const {
        return of_each_matrix([](auto const& c) { return -c; }, cotangent);
    }
#endif
};

constexpr TokenShape shape{.token_dim = 5, .context = 7};
using Tokens = Prompt<shape, Modular>;
using Layer = Negated<LinearSelfAttention<shape, Modular>>;

Tokens by_prompt(Layer const& layer, Tokens const& prompt, Tokens const& cotangent, Layer& gradient) {
    return pull_back(layer, prompt, cotangent, gradient);
}

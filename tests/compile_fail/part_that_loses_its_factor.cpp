// SPDX-License-Identifier: MIT
// A part that multiplies by a factor, and whose with_layer forgets it: evaluation and training would run the part around merged
// projections, with another factor.
//
// expected: with_layer<Other> of this kind is not the same kind around another layer
#include "incontext/incontext.hpp"

using namespace incontext;

template <class Layer, int Factor = 1>
struct Times {
    static constexpr bool is_part = true;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Times<typename Layer::template with_number<Other>, Factor>;
    template <class Other>
#ifdef BROKEN
    using with_layer = Times<Other>;
#else
    using with_layer = Times<Other, Factor>;
#endif
    BOOST_HANA_DEFINE_STRUCT(Times, (Layer, layer));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }
    template <class Asked, class APrompt, class OfAnswer>
    constexpr OfAnswer after_layer(Asked, APrompt const&, OfAnswer const& answer) const {
        return of_each_matrix([](auto const& tokens) { return NumberOf<decltype(tokens)>(Factor) * tokens; }, answer);
    }
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const&, OfAnswer const& cotangent,
                                     Gradient&) const {
        return of_each_matrix([](auto const& c) { return NumberOf<decltype(c)>(Factor) * c; }, cotangent);
    }
};

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5, .query = 4};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, Times<LinearSelfAttention<sizes.tokens(), Modular>, 3>>);

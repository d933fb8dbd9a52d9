// SPDX-License-Identifier: MIT
// A layer with a member that its Hana struct does not list: the law draws parameters, and the member is 1 in every draw. The
// pullback forgets it, which is right for 1 alone.
//
// expected: this layer has members that its Hana struct does not list
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
#ifdef BROKEN
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Number, rate));
    Number gain = Number(1);
#else
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Number, rate), (Number, gain));
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.context = N(gain * rate) * prompt.context;
        prompt.query = N(gain * rate) * prompt.query;
        return prompt;
    }
    template <TokenShape Given, class N>
    struct Pass {
        Prompt<Given, N> result;
    };
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, MyLayer const& layer, Prompt<Given, N> const& prompt) {
        return {.result = layer(prompt)};
    }
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, MyLayer const& layer, Prompt<Given, N> const& prompt,
                                                Pass<Given, N> const&, Prompt<Given, N> cotangent,
                                                with_number<N>& gradient) {
        N const moved = inner_product(cotangent.context, prompt.context) + inner_product(cotangent.query, prompt.query);
#ifdef BROKEN
        gradient.rate += moved;
        N const factor = layer.rate;
#else
        gradient.rate += layer.gain * moved;
        gradient.gain += layer.rate * moved;
        N const factor = layer.gain * layer.rate;
#endif
        cotangent.context = factor * cotangent.context;
        cotangent.query = factor * cotangent.query;
        return cotangent;
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);

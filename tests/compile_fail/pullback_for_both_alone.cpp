// SPDX-License-Identifier: MIT
// A pullback for the parameters and the prompt, and none for the parameters alone, which is what the first layer of a model is
// asked for.
//
// expected: this kind has a forward_pass, but no pull_back
// expected: wanted is ParametersAndPrompt and ParametersAlone
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
#ifdef BROKEN
    template <TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, ParametersAndPrompt, Scaled const& layer,
#else
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, Scaled const& layer,
#endif
                                                Prompt<Given, N> const& prompt, Pass<Given, N> const&,
                                                Prompt<Given, N> const& cotangent, with_number<N>& gradient) {
        gradient.factor +=
            inner_product(cotangent.context, prompt.context) + inner_product(cotangent.query, prompt.query);
        return layer(cotangent);
    }
};

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, Scaled<Modular>>);

// SPDX-License-Identifier: MIT
// The update compares nothing, but what answers for the query tokens alone does: padded prompts would be answered otherwise than
// the layer updates them, and no drawn token is zero.
//
// expected: a symbol stands for every value, so it is not compared
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Number, rate));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.context = N(rate) * prompt.context;
        prompt.query = N(rate) * prompt.query;
        return prompt;
    }
    template <TokenShape Given, class N>
    friend constexpr auto answer(QueryTokens, MyLayer const& layer, Prompt<Given, N> const& prompt)
        -> Answer<QueryTokens, Given, N> {
#ifdef BROKEN
        if (prompt.context(0, 0) == N(0)) {
            return QueryTokens::of(prompt);
        }
#endif
        return QueryTokens::of(layer(prompt));
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
        gradient.rate +=
            inner_product(cotangent.context, prompt.context) + inner_product(cotangent.query, prompt.query);
        cotangent.context = N(layer.rate) * cotangent.context;
        cotangent.query = N(layer.rate) * cotangent.query;
        return cotangent;
    }
};

static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);

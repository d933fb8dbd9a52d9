// SPDX-License-Identifier: MIT
// A layer that is a kind of your own by inheritance: the pass of that kind would be found for it, too.
//
// expected: this layer inherits with_number<Other> or its members from another one, whose answers and passes would run in the place of its own operator()
#include "incontext/theorem.hpp"

using namespace incontext;

template <TokenShape Shape, class Number>
struct Scaled {
    using Scalar = Number;
    template <class Other>
    using with_number = Scaled<Shape, Other>;
    BOOST_HANA_DEFINE_STRUCT(Scaled, (Number, scale));

    template <TokenShape Given>
    constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = prompt.context, .query = scale * prompt.query};
    }
    template <TokenShape Given>
    struct Pass {
        Prompt<Given, Number> result;
    };
    template <TokenShape Given>
    friend constexpr Pass<Given> forward_pass(AllTokens, Scaled const& layer, Prompt<Given, Number> const& prompt) {
        return {.result = layer(prompt)};
    }
};

template <TokenShape Shape, class Number>
#ifdef BROKEN
struct Twice : Scaled<Shape, Number> {
    template <class Other>
    using with_number = Twice<Shape, Other>;

    template <TokenShape Given>
    constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = prompt.context, .query = (this->scale + this->scale) * prompt.query};
    }
};
#else
struct Twice {
    using Scalar = Number;
    template <class Other>
    using with_number = Twice<Shape, Other>;
    using Layer = Scaled<Shape, Number>;
    BOOST_HANA_DEFINE_STRUCT(Twice, (Layer, once));

    template <TokenShape Given>
    constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = prompt.context, .query = (once.scale + once.scale) * prompt.query};
    }
};
#endif

constexpr TokenShape shape{.token_dim = 3, .context = 4};

auto passed(Twice<shape, Modular> const& twice, Prompt<shape, Modular> const& prompt) {
    return result_of(forward_pass<AllTokens>(twice, prompt));
}

// SPDX-License-Identifier: MIT
// A factor beside a base that says with_number for it: the bound would be that of the base, 3 +- 0 for an update that answers 0.3.
//
// expected: this update is another one in other numbers
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
template <class Number>
struct Same {
    using Scalar = Number;
    template <class Other>
    using with_number = Same<Other>;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<>> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return prompt;
    }
};
struct Scaled : Same<float> {
    float factor = 0.1f;
#else
template <class Number>
struct ScaledBy {
    using Scalar = Number;
    template <class Other>
    using with_number = ScaledBy<Other>;
    Number factor = Number(1) / Number(10);
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"factor">, &ScaledBy::factor> {};
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return {.context = N(factor) * prompt.context, .query = N(factor) * prompt.query};
    }
};
#ifndef BROKEN
using Scaled = ScaledBy<float>;
#endif

auto bounds_of(Scaled const& update, PromptOf<Dimensions{2, 1, 4}, float> const& prompt) {
    return error_bounds(update, prompt);
}

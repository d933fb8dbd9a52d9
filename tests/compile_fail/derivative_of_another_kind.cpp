// SPDX-License-Identifier: MIT
// with_number without the factor of the kind, which has no pass: the derivative would be that of the factor 1.
//
// expected: say with_number<Other> with all arguments of this layer but its number
#include "incontext/incontext.hpp"

using namespace incontext;

template <class Number, int Factor = 1>
struct Times {
    using Scalar = Number;
    template <class Other>
#ifdef BROKEN
    using with_number = Times<Other>;
#else
    using with_number = Times<Other, Factor>;
#endif
    Number rate{};
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &Times::rate> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return {.context = N(Factor) * rate * prompt.context, .query = N(Factor) * rate * prompt.query};
    }
};

using APrompt = PromptOf<Dimensions{2, 1, 4}, float>;
auto derivative(Times<float, 3> const& update, APrompt const& prompt, APrompt const& cotangent) {
    GradientOf<Times<float, 3>, float> gradient;
    return pull_back(update, prompt, cotangent, gradient);
}

// SPDX-License-Identifier: MIT
// A member that is listed twice, in the place of another one, where the wrong parameter is asked for: none would be wrong.
//
// expected: lists a member twice
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};

template <class Number>
struct MyLayer {
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Other>;
    Number rate = Number(0);
    Number decay = Number(0);

#ifdef BROKEN
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "decay">, &MyLayer::rate, &MyLayer::rate> {};
#else
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "decay">, &MyLayer::rate, &MyLayer::decay> {};
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.query = N(rate) * prompt.query - N(decay) * prompt.query;
        return prompt;
    }
};

static_assert(laws::first_wrong_derivative<sizes, MyLayer<Modular>>() == laws::everything);

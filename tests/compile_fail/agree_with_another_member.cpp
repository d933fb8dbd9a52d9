// SPDX-License-Identifier: MIT
// A count of steps that the Hana struct does not list: the bound would be that of one step.
//
// expected: this update has members that its Hana struct does not list
#include "incontext/incontext.hpp"

using namespace incontext;

template <class Number>
struct MyUpdate {
    using Scalar = Number;
    template <class Other>
    using with_number = MyUpdate<Other>;
    Number rate{};
#ifdef BROKEN
    int steps = 1;
#else
    static constexpr int steps = 1;
#endif
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &MyUpdate::rate> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        for (int step = 0; step < steps; ++step) {
            prompt.query = N(rate) * prompt.query;
        }
        return prompt;
    }
};

auto is_itself(MyUpdate<float> const& update, PromptOf<Dimensions{2, 1, 4}, float> const& prompt) {
    return agree(update, update, prompt);
}

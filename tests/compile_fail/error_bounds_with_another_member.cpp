// SPDX-License-Identifier: MIT
// A number that the Hana struct does not list: the bound would be that of the value it begins with.
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
    Number shift{};
#ifdef BROKEN
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &MyUpdate::rate> {};
#else
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "shift">, &MyUpdate::rate, &MyUpdate::shift> {};
#endif

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.query(0, 0) = (N(rate) * prompt.query(0, 0) + N(shift)) - N(shift);
        return prompt;
    }
};

auto bounds_of(MyUpdate<float> const& update, PromptOf<Dimensions{2, 1, 4}, float> const& prompt) {
    return error_bounds(update, prompt);
}

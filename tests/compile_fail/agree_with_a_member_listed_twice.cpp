// SPDX-License-Identifier: MIT
// A member that is listed twice, in the place of another one: the bound would be that of the value it begins with.
//
// expected: this update has members that its Hana struct does not list, or lists twice
#include "incontext/incontext.hpp"

using namespace incontext;

template <class Number>
struct MyUpdate {
    using Scalar = Number;
    template <class Other>
    using with_number = MyUpdate<Other>;
    Number rate{};
    Number shift = Number(200000);
#ifdef BROKEN
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "shift">, &MyUpdate::rate, &MyUpdate::rate> {};
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

auto is_itself(MyUpdate<float> const& update, PromptOf<Dimensions{2, 1, 4}, float> const& prompt) {
    return agree(update, update, prompt);
}

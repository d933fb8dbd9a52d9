// SPDX-License-Identifier: MIT
// A rule that lists an empty member, in whose byte a bool lies: with it the rule learns -S, and no draw sets it.
//
// expected: or alignas or an empty member, whose bytes could be one
#include "incontext/online.hpp"

using namespace incontext;

struct Tag {};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

#ifdef BROKEN
    [[no_unique_address]] Tag tag{};
    bool is_negative = false;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"tag">, &MyRule::tag> {};
#else
    Number sign = Number(1);
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"sign">, &MyRule::sign> {};
#endif

    constexpr void observe(typename Base::State& state, typename Base::Example const& example) const {
        DeltaRule<Shape, Number>::observe(state, example);
#ifdef BROKEN
        if (is_negative) {
            state.S = -state.S;
        }
#else
        state.S *= sign;
#endif
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

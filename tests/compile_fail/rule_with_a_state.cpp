// SPDX-License-Identifier: MIT
// A rule that changes itself with every example: what it does to a stream depends on what it was asked before.
//
// expected: this comparison cannot be made while compiling
// expected-gcc: mutable
// expected-clang: mutable member
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MemoryState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MemoryState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
#ifdef BROKEN
    mutable Number scale = Number(1);
#else
    Number scale = Number(1);
#endif
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"scale">, &MyRule::scale> {};

    constexpr void observe(typename Base::State& state, typename Base::Example const& example) const {
        typename Base::Value const value = scale * example.rate * example.value;
        add_outer_product(state.S, value, example.key);
#ifdef BROKEN
        scale *= scale;
#endif
    }
};

constexpr auto by_a_copy_of_the_rule = [](auto const& stream) {
    auto const rule = stream.rule;
    return forms::by_rule(rule, stream);
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    by_a_copy_of_the_rule, by_a_copy_of_the_rule));

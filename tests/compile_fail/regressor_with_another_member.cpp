// SPDX-License-Identifier: MIT
// A rule with a number that no Hana struct lists: a regressor would run it with the number that a new rule has.
//
// expected: a regressor keeps what is listed, and would lose the others at every call
// expected: a_regressor_keeps_what_is_listed<MyRule<
#include "incontext/incontext.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
    static constexpr std::string_view name = "my_rule";
    Number keep = Number(1);
#ifndef BROKEN
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"keep">, &MyRule::keep> {};
#endif

    constexpr void observe(typename Base::State& state, typename Base::Example const& example) const
        noexcept(never_throws<Number>) {
        state.S *= keep;
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
};

auto regressor(MyRule<MemoryShape{3, 2}, float> const& rule) {
    return StreamingRegressor<MyRule<MemoryShape{3, 2}, float>>({}, rule);
}

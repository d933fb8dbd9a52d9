// SPDX-License-Identifier: MIT
// A forgotten &: what is learned is learned by a copy. Every form agrees that nothing was.
//
// expected: observe of an online rule takes its state as State&: this one takes a copy or a constant
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

#ifdef BROKEN
    static constexpr void observe(State state, Example const& example){
#else
    static constexpr void observe(State& state, Example const& example) {
#endif
        typename Base::Value const value = example.rate * example.value;
    add_outer_product(state.S, value, example.key);
}
}
;

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

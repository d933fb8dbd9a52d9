// SPDX-License-Identifier: MIT
// A rule as a function from one state to the next: nobody takes what it returns.
//
// expected: observe(state, example) of an online rule changes the state that it is given and returns nothing
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
    static constexpr State observe(State const& before, Example const& example) {
        State state = before;
#else
    static constexpr void observe(State& state, Example const& example) {
#endif
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
#ifdef BROKEN
        return state;
#endif
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

// SPDX-License-Identifier: MIT
// A transition that returns what is written, and not how the memory changes.
//
// expected: transition(example) of an affine rule returns a Transition or an AffineMap
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
#ifdef BROKEN
    static constexpr auto transition(Example const& example) {
        return typename Base::Value(example.rate * example.value);
    }
#else
    static constexpr auto transition(Example const& example) {
        return Transition<Shape, Number, NoDecay, NoErase>{
            .decay = {}, .erase = {}, .value = example.rate * example.value, .key = example.key};
    }
#endif
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::scan<2>));

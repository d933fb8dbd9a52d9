// SPDX-License-Identifier: MIT
// A transition as whole matrices: a tree composes them, and chunks ask for less.
//
// expected: chunks and derivatives are made of what a Transition names: decay, erase, value, key
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
    static constexpr auto transition(Example const& example) {
        typename Base::Value const value = example.rate * example.value;
        return AffineMap<Shape, Number>{.B = product_with_transpose(value, example.key)};
    }
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

#ifdef BROKEN
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::chunks<2>));
#else
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::scan<2>));
#endif

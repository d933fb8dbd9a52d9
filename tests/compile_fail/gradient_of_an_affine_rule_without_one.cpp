// SPDX-License-Identifier: MIT
// An affine rule that does not carry the derivative of its transition on to its example.
//
// expected: this affine rule has no derivative: it derives from ReadsAffineMemory
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsAffineMemory<MyRule<Shape, Number>, Shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<MyRule<Shape, Number>, Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
    static constexpr auto transition(Example const& example) {
        return Transition<Shape, Number, NoDecay, NoErase>{
            .decay = {}, .erase = {}, .value = example.rate * example.value, .key = example.key};
    }
#ifndef BROKEN
    template <class OfStep>
    static constexpr void pull_back_transition(Example const& example, OfStep const& step_, Example& example_) {
        example_.rate += inner_product(step_.value, example.value);
        example_.value += example.rate * step_.value;
        example_.key += step_.key;
    }
#endif
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

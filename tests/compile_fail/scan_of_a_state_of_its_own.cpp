// SPDX-License-Identifier: MIT
// An affine rule with a struct of its own for S: a tree knows S alone.
//
// expected: this form needs a rule whose State is MemoryState<shape, Scalar>, S alone
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyState {
    template <class Other>
    using with_number = MyState<Shape, Other>;
    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S">, &MyState::S> {};
};
#ifdef BROKEN
template <MemoryShape Shape, class Number>
using StateOf = MyState<Shape, Number>;
#else
template <MemoryShape Shape, class Number>
using StateOf = MemoryState<Shape, Number>;
#endif

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, StateOf> {
    using Base = ReadsMemory<Shape, Number, RatedExample, StateOf>;
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
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::scan<2>));

// SPDX-License-Identifier: MIT
// A gate that the Hana struct of an example does not list. It is 1 in every stream of the law, which would hold of a pullback that
// leaves it out.
//
// expected: a rule, its state, example, query or answer (in this message) has members that its Hana struct does not list
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyExample {
    template <class Other>
    using with_number = MyExample<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number gate = Number(1);

#ifdef BROKEN
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value">, &MyExample::key, &MyExample::value> {};
#else
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "gate">, &MyExample::key,
                                                       &MyExample::value, &MyExample::gate> {};
#endif
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, MyExample, MemoryState> {
    using Base = ReadsMemory<Shape, Number, MyExample, MemoryState>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        state.S = example.gate * state.S;
        add_outer_product(state.S, example.value, example.key);
    }
    static constexpr void pull_back_observe([[maybe_unused]] State const& before, Example const& example, State& state_,
                                            Example& example_) {
        example_.value += product(state_.S, example.key);
        example_.key += product(transpose(state_.S), example.value);
#ifndef BROKEN
        example_.gate += inner_product(before.S, state_.S);
        state_.S = example.gate * state_.S;
#endif
    }
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

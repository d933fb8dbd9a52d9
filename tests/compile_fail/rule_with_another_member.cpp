// SPDX-License-Identifier: MIT
// A state with a number that its Hana struct does not list: it is 0 in every draw, and nobody compares it.
//
// expected: a rule, its state, example, query or answer (in this message) has members that its Hana struct does not list
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyState {
    template <class Other>
    using with_number = MyState<Shape, Other>;
    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Number seen = Number(0);

#ifdef BROKEN
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S">, &MyState::S> {};
#else
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S", "seen">, &MyState::S, &MyState::seen> {
    };
#endif
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MyState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MyState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        state.seen += Number(1);
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

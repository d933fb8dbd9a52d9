// SPDX-License-Identifier: MIT
// A state that counts its examples in an int: it is no number of the rule, and not drawn.
//
// expected: lists a member that is neither a number of the rule nor a matrix of them, such as an int
#include "incontext/online.hpp"

using namespace incontext;

#ifdef BROKEN
template <class Number>
using Count = int;
#else
template <class Number>
using Count = Number;
#endif

template <MemoryShape Shape, class Number>
struct MyState {
    template <class Other>
    using with_number = MyState<Shape, Other>;
    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Count<Number> seen = 0;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S", "seen">, &MyState::S, &MyState::seen> {
    };
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MyState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MyState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        state.seen += 1;
        typename Base::Value const value = (example.rate / Number(state.seen)) * example.value;
        add_outer_product(state.S, value, example.key);
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

// SPDX-License-Identifier: MIT
// A state on a cache line of its own, with a count where alignas pads: the size of the state does not tell of it, and it is 0 in
// every draw.
//
// expected: or alignas or an empty member, whose bytes could be one
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
#ifdef BROKEN
struct alignas(64) MyState {
#else
struct MyState {
#endif
    template <class Other>
    using with_number = MyState<Shape, Other>;
    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
#ifdef BROKEN
    int seen = 0;
#endif
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S">, &MyState::S> {};
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MyState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MyState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
#ifdef BROKEN
        if (state.seen++ >= 3) {  // the first three examples alone
            return;
        }
#endif
        add_outer_product(state.S, example.value, example.key);
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

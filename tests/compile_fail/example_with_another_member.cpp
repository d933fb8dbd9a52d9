// SPDX-License-Identifier: MIT
// An example with a member that its Hana struct does not list, beside an empty one that it does.
//
// expected: a rule, its state, example, query or answer (in this message) has members that its Hana struct does not list
#include "incontext/online.hpp"

using namespace incontext;

struct Kind {};

template <MemoryShape Shape, class Number>
struct MyExample {
    template <class Other>
    using with_number = MyExample<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
#ifdef BROKEN
    Kind kind{};
    int times = 1;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "kind">, &MyExample::key,
                                                       &MyExample::value, &MyExample::kind> {};
#else
    static constexpr int times = 1;
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value">, &MyExample::key, &MyExample::value> {};
#endif
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, MyExample, MemoryState> {
    using Base = ReadsMemory<Shape, Number, MyExample, MemoryState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        for (int time = 0; time < example.times; ++time) {
            add_outer_product(state.S, example.value, example.key);
        }
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

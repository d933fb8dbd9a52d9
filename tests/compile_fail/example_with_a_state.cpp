// SPDX-License-Identifier: MIT
// A rule that changes the example it is shown: whoever observes the example again learns something else.
//
// expected: this comparison cannot be made while compiling
// expected-gcc: mutable
// expected-clang: mutable member
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyExample {
    template <class Other>
    using with_number = MyExample<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
#ifdef BROKEN
    mutable Number rate = Number(1);
#else
    Number rate = Number(1);
#endif
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "rate">, &MyExample::key,
                                                       &MyExample::value, &MyExample::rate> {};
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, MyExample, MemoryState> {
    using Base = ReadsMemory<Shape, Number, MyExample, MemoryState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
#ifdef BROKEN
        example.rate *= example.rate;
#endif
    }
};

constexpr auto of_a_copy = [](auto const& stream) {
    auto const copied = stream;
    return forms::by_rule(copied.rule, copied);
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(of_a_copy,
                                                                                                  of_a_copy));

// SPDX-License-Identifier: MIT
// A layer of a rule whose examples have no rate: a token has none to give.
//
// expected: a layer of an online rule makes examples of tokens
#include "incontext/theorem.hpp"
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyExample {
    template <class Other>
    using with_number = MyExample<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
#ifdef BROKEN
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value">, &MyExample::key, &MyExample::value> {};
#else
    Number rate = Number(1);
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "rate">, &MyExample::key,
                                                       &MyExample::value, &MyExample::rate> {};
#endif
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, MyExample> {
    using Base = ReadsMemory<Shape, Number, MyExample>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        add_outer_product(state.S, example.value, example.key);
    }
};

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};
constexpr auto layer = []<class Any>(Any any) {
    using Step = GradientStep<Any::dimensions, typename Any::Scalar>;
    return as_online_attention<MyRule>(Step{any.learning_rate(), any.initial_weights()});
};
static_assert(identical<sizes>(layer, layer));

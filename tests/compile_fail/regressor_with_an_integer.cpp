// SPDX-License-Identifier: MIT
// A state that counts its examples in an int: a regressor of float keeps it as a float, which no longer counts at 2^24.
//
// expected: this member is neither such a number nor a matrix of them
// expected: what_a_regressor_keeps_is_its_numbers<
#include "incontext/incontext.hpp"

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
    static constexpr std::string_view name = "my_rule";

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) noexcept {
        state.seen += 1;
        typename Base::Value const value = (example.rate / Number(state.seen)) * example.value;
        add_outer_product(state.S, value, example.key);
    }
};

auto regressor() {
    return StreamingRegressor<MyRule<MemoryShape{3, 2}, float>>();
}

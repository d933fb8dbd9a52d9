// SPDX-License-Identifier: MIT
// A running mean whose state counts in a member that is not listed: a regressor would begin to count anew at every example.
//
// expected: a regressor keeps what is listed, and would lose the others at every call
// expected: a_regressor_keeps_what_is_listed<MyState<
#include "incontext/incontext.hpp"

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
    static constexpr std::string_view name = "my_rule";

    static constexpr void observe(typename Base::State& state,
                                  typename Base::Example const& example) noexcept(never_throws<Number>) {
        state.seen += Number(1);
        typename Base::Value const error = example.value - product(state.S, example.key);
        typename Base::Value const value = (Number(1) / state.seen) * error;
        add_outer_product(state.S, value, example.key);
    }
};

auto regressor() {
    return StreamingRegressor<MyRule<MemoryShape{3, 2}, float>>();
}

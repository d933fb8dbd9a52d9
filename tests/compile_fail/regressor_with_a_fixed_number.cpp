// SPDX-License-Identifier: MIT
// A state that holds a double in whatever numbers: of double it would be kept, and what is not listed beside it be lost without a word.
//
// expected: this member is neither such a number nor a matrix of them
#include "incontext/incontext.hpp"

using namespace incontext;

template <class Number>
#ifdef BROKEN
using Wide = double;
#else
using Wide = Number;
#endif

template <MemoryShape Shape, class Number>
struct MyState {
    template <class Other>
    using with_number = MyState<Shape, Other>;
    Placed<the_memory_S, Wide<Number>, Shape.value_dim, Shape.key_dim> S{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S">, &MyState::S> {};
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MyState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MyState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
    static constexpr std::string_view name = "my_rule";

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) noexcept {
        for (int row = 0; row < Shape.value_dim; ++row) {
            state.S(row, 0) += example.value(row, 0);
        }
    }
    static constexpr typename Base::Answer read(typename Base::State const& state,
                                                typename Base::Query const&) noexcept {
        return generate<Number, Shape.value_dim, 1>([&](int row, int) { return static_cast<Number>(state.S(row, 0)); });
    }
};

auto regressor() {
    return StreamingRegressor<MyRule<MemoryShape{3, 2}, double>>();
}

// SPDX-License-Identifier: MIT
// An answer that is a matrix and one number more, which nobody compares.
//
// expected: a rule, its state, example, query or answer (in this message) has members that its Hana struct does not list
#include "incontext/online.hpp"

using namespace incontext;

template <class Number, int Rows>
struct MyAnswer : Matrix<Number, Rows, 1> {
#ifdef BROKEN
    Number confidence = Number(0);
#endif
    constexpr MyAnswer() = default;
    constexpr MyAnswer(Matrix<Number, Rows, 1> const& answer) : Matrix<Number, Rows, 1>(answer) {}
};

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample, MemoryState> {
    using Base = ReadsMemory<Shape, Number, RatedExample, MemoryState>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
    using Answer = MyAnswer<Number, Shape.value_dim>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        typename Base::Value const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
    static constexpr Answer read(typename Base::State const& state, typename Base::Query const& query) {
        return product(state.S, query);
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

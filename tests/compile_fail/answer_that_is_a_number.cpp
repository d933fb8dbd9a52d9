// SPDX-License-Identifier: MIT
// A rule with one output that answers a number.
//
// expected: the Query and the Answer of a rule (in this message) are matrices
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule {
    static constexpr MemoryShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
    using State = MemoryState<Shape, Number>;
    using Example = RatedExample<Shape, Number>;
    using Query = Matrix<Number, Shape.key_dim, 1>;

    static constexpr void observe(State& state, Example const& example) {
        Matrix<Number, 1, 1> const value = example.rate * example.value;
        add_outer_product(state.S, value, example.key);
    }
#ifdef BROKEN
    using Answer = Number;
    static constexpr Answer read(State const& state, Query const& query) {
        return product(state.S, query)(0, 0);
    }
#else
    using Answer = Matrix<Number, 1, 1>;
    static constexpr Answer read(State const& state, Query const& query) {
        return product(state.S, query);
    }
#endif
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 1}, Modular>, 3>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

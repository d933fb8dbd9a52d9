// SPDX-License-Identifier: MIT
// A rule of one's own that cannot be read.
//
// expected: this is not an online rule: it needs shape, Scalar, with_number<Other>, the Hana structs State and Example, Query, Answer, observe(state, example) and read(state, query)
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct Counting {
    static constexpr MemoryShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = Counting<Shape, Other>;
    using State = MemoryState<Shape, Number>;
    using Example = RatedExample<Shape, Number>;
    using Query = typename MemoryMatrices<Shape, Number>::Query;
    using Answer = typename MemoryMatrices<Shape, Number>::Answer;

    constexpr void observe(State& state, Example const& example) const { state.S(0, 0) += example.rate; }
#ifndef BROKEN
    constexpr Answer read(State const& state, Query const& query) const {
        return product(state.S, query);
    }
#endif
};

using Rule = Counting<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(identical_on_streams<Rule, 5>(forms::sequence, forms::sequence));

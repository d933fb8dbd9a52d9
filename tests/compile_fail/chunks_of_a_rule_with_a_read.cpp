// SPDX-License-Identifier: MIT
// The delta rule with answers 2 S q: its transition says how S changes and not what is answered, and chunks would answer S q.
//
// expected: chunks and their derivatives answer S q by products of matrices and never call read(state, query)
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : DeltaRule<Shape, Number> {
    using Base = DeltaRule<Shape, Number>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr typename Base::Answer read(typename Base::State const& state, typename Base::Query const& query) {
        return (Number(1) + Number(1)) * product(state.S, query);
    }
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

#ifdef BROKEN
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::chunks<2>));
#else
static_assert(identical_on_streams<Rule, 3>(forms::sequence, forms::scan<2>));
#endif

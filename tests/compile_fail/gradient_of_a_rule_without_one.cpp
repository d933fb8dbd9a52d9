// SPDX-License-Identifier: MIT
// A rule of one's own whose derivative was not written.
//
// expected: this rule has no derivative: it needs pull_back_observe(before, example, state_, example_) and pull_back_read(state, query, answer_, state_, query_)
#include "incontext/online.hpp"

using namespace incontext;

/// S <- S + v k^T, whatever the rate.
template <MemoryShape Shape, class Number>
struct Hebbian : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = Hebbian<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        add_outer_product(state.S, example.value, example.key);
    }
#ifndef BROKEN
    static constexpr void pull_back_observe(typename Base::State const&, typename Base::Example const& example,
                                            typename Base::State& state_, typename Base::Example& example_) {
        example_.value += product(state_.S, example.key);
        example_.key += product_of_transpose(state_.S, example.value);
    }
#endif
};

using Rule = Hebbian<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

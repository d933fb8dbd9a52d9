// SPDX-License-Identifier: MIT
// A pullback that leaves examples with a gate of zero alone: no drawn gate is zero, and the law would hold of every other one.
//
// expected: a symbol stands for every value, so it is not compared
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : GatedDeltaRule<Shape, Number> {
    using Base = GatedDeltaRule<Shape, Number>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) {
#ifdef BROKEN
        if (example.gate == Number(0)) {
            return;
        }
#endif
        Base::pull_back_observe(before, example, state_, example_);
    }
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

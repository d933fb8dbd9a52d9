// SPDX-License-Identifier: MIT
// A pullback that adds x^p - x to the derivative of a gate: with p = 2^61 - 1 that is 0 in the field, and nowhere else.
//
// expected: the degree of these updates (the first number in this message) is above 2^30
// expected-gcc: the_degree_is_not_far_below_the_modulus<2305843009213693951, 1073741824>
// expected-clang: 2305843009213693951LL <= 1073741824LL
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
        Base::pull_back_observe(before, example, state_, example_);
#ifdef BROKEN
        Number power = example.gate;
        Number to_the_modulus = power;  // the product of x^(2^i), i = 0 .. 60
        for (int i = 1; i < 61; ++i) {
            power = power * power;
            to_the_modulus = to_the_modulus * power;
        }
        example_.gate += to_the_modulus - example.gate;
#endif
    }
};
using Rule = MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

// SPDX-License-Identifier: MIT
// A law of a stream that takes more steps than compilers make for one constant.
//
// expected: this comparison cannot be made while compiling
// expected: A limit of constant evaluation means: too large for a static_assert
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : AdditiveRule<Shape, Number> {
    using Base = AdditiveRule<Shape, Number>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        Base::observe(state, example);
#ifdef BROKEN
        constexpr int times = 600'000;
#else
        constexpr int times = 60;
#endif
        for (int i = 0; i < times; ++i) {
            state.S(0, 0) = state.S(0, 0) + Number(0);
        }
    }
    static constexpr void pull_back_observe(typename Base::State const& before, typename Base::Example const& example,
                                            typename Base::State& state_, typename Base::Example& example_) {
        Base::pull_back_observe(before, example, state_, example_);
    }
};

static_assert(
    laws::stream_pullback_is_transpose_of_derivative<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 2>(
        forms::sequence));

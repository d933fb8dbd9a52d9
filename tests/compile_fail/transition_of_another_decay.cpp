// SPDX-License-Identifier: MIT
// A transition that decays by a matrix of one entry in the place of a number: chunks would read one factor for each channel.
//
// expected: decays by NoDecay, a Number, or a factor for each channel [key_dim x 1]
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, GatedExample> {
    using Base = ReadsMemory<Shape, Number, GatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
#ifdef BROKEN
    using Decay = Matrix<Number, 1, 1>;
#else
    using Decay = Number;
#endif

    static constexpr void observe(State& state, Example const& example) {
        fade_and_add_outer_product(state.S, example.gate, example.value, example.key);
    }
    static constexpr auto transition(Example const& example) {
#ifdef BROKEN
        Decay const decay = trusted::generate<Number, 1, 1>([&](int, int) { return example.gate; });
#else
        Decay const decay = example.gate;
#endif
        return Transition<Shape, Number, Decay, NoErase>{
            .decay = decay, .erase = {}, .value = example.value, .key = example.key};
    }
};

static_assert(identical_on_streams<MyRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 3>(forms::sequence,
                                                                                                  forms::chunks<2>));

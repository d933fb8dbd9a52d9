// SPDX-License-Identifier: MIT
// The gate is applied to the memory and forgotten in the error: the check names token, entry and both values. With gates of 1, as in many
// tests, nobody would see it.
//
// expected: the two forms differ on a stream: read this message's StreamDifference{token, row, col, expected {numerator, denominator}, actual {numerator, denominator}}
// expected-gcc: the_two_forms_differ_at<incontext::StreamDifference{0, 0, 0, incontext::Fraction{
// expected-clang: the_two_forms_differ_at<{0, 0, 0, {
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyGatedDelta : GatedDeltaRule<Shape, Number> {
    using Base = GatedDeltaRule<Shape, Number>;
    template <class Other>
    using with_number = MyGatedDelta<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        auto const& [key, value, rate, gate] = example;
#ifdef BROKEN
        typename Base::Value const error = value - product(state.S, key);
#else
        typename Base::Value const error = value - gate * product(state.S, key);
#endif
        state.S = gate * state.S + rate * product(error, transpose(key));
    }
};

constexpr auto mine = []<class StreamOfRule>(StreamOfRule const& stream) {
    return forms::by_rule(MyGatedDelta<StreamOfRule::shape, typename StreamOfRule::Scalar>{}, stream);
};
using Rule = GatedDeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(identical_on_streams<Rule, 5>(forms::sequence, mine));

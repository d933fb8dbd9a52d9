// SPDX-License-Identifier: MIT
// LMS at twice the rate that has the step of LMS: at the rate 1.5 steps of 3 would pass for steps of 1.5, and S would grow without end.
//
// expected: this rule has an observe of its own and step or largest_stable_rate of the rule that it derives from
// expected: a_derived_rule_has_steps_of_its_own<Twice<
#include "incontext/incontext.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct Twice : DeltaRule<Shape, Number> {
    using Base = DeltaRule<Shape, Number>;
    using typename Base::Example;
    template <class Other>
    using with_number = Twice<Shape, Other>;
    static constexpr std::string_view name = "twice";

    static constexpr void observe(typename Base::State& state, Example example) noexcept(never_throws<Number>) {
        example.rate += example.rate;
        Base::observe(state, example);
    }
#ifndef BROKEN
    static constexpr Number step(Example const& example, Number const& square) {
        return Number(2) * Base::step(example, square);
    }
    static constexpr Number largest_stable_rate(Number const& square) {
        return Number(1) / square;
    }
#endif
};

auto count(StreamingRegressor<Twice<MemoryShape{3, 2}, float>> const& regressor) {
    return regressor.count();
}

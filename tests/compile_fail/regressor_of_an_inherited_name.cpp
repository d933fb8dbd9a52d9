// SPDX-License-Identifier: MIT
// A rule that derives from another one and has its name: its bytes would be those of the other.
//
// expected: this rule has the name of the rule that it derives from (the second in this message)
// expected: a_derived_rule_has_a_name_of_its_own<MyRidge<
#include "incontext/incontext.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRidge : RidgeMemoryRule<Shape, Number> {
    using Base = RidgeMemoryRule<Shape, Number>;
    template <class Other>
    using with_number = MyRidge<Shape, Other>;
#ifndef BROKEN
    static constexpr std::string_view name = "my_ridge";
#endif

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) noexcept {
        Base::observe(state, example);
        Base::observe(state, example);
    }
};

auto count(StreamingRegressor<MyRidge<MemoryShape{3, 2}, float>> const& regressor) {
    return regressor.count();
}

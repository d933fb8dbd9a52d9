// SPDX-License-Identifier: MIT
// A step that is no static function: no step would be bounded, whatever its length.
//
// expected: this rule has an optional member (the second in this message) in a form in which it is not asked
// expected: optional_members::Step
#include "incontext/incontext.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Example;
    template <class Other>
    using with_number = MyRule<Shape, Other>;
    static constexpr std::string_view name = "my_rule";

    static constexpr void observe(typename Base::State& state, Example const& example) noexcept(never_throws<Number>) {
        DeltaRule<Shape, Number>::observe(state, example);
    }
#ifdef BROKEN
    constexpr Number step(Example const& example, Number const& square) const {
        return example.rate * square;
    }
#else
    static constexpr Number step(Example const& example, Number const& square) {
        return example.rate * square;
    }
#endif
};

auto count(StreamingRegressor<MyRule<MemoryShape{3, 2}, float>> const& regressor) {
    return regressor.count();
}

// SPDX-License-Identifier: MIT
// A rule that inherits with_number from one with members: in other numbers it is its base, whose members are all listed.
//
// expected: a regressor keeps what is listed, and would lose the others at every call
// expected: a_regressor_keeps_what_is_listed<Scaled<
#include "incontext/incontext.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct Scaled : RidgeMemoryRule<Shape, Number> {
    using Base = RidgeMemoryRule<Shape, Number>;
    static constexpr std::string_view name = "scaled";
#ifdef BROKEN
    Number scale = Number(1);
#else
    static constexpr int scale = 1;
#endif

    void observe(typename Base::State& state, typename Base::Example example) const noexcept {
        example.value *= static_cast<Number>(scale);
        Base::observe(state, example);
    }
};

auto regressor(Scaled<MemoryShape{3, 2}, float> const& rule) {
    return StreamingRegressor<Scaled<MemoryShape{3, 2}, float>>({}, rule);
}

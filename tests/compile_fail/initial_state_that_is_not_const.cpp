// SPDX-License-Identifier: MIT
// Least squares whose initial_state is not const: it would begin with R = 0, from which nothing is ever learned.
//
// expected: this rule has an optional member (the second in this message) in a form in which it is not asked
// expected: optional_members::InitialState
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
struct MyRule : LeastSquaresRule<Shape, Number> {
    using Base = LeastSquaresRule<Shape, Number>;
    template <class Other>
    using with_number = MyRule<Shape, Other>;

#ifdef BROKEN
    constexpr typename Base::State initial_state() {
        return Base::initial_state();
    }
#else
    constexpr typename Base::State initial_state() const {
        return Base::initial_state();
    }
#endif
};
constexpr MyRule<MemoryShape{.key_dim = 2, .value_dim = 1}, Modular> rule{};
static_assert(state_to_begin_with(rule).R(1, 1) == Modular(1));

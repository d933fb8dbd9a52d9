// SPDX-License-Identifier: MIT
// The delta rule at twice the rate, derived from the delta rule: the derivative token by token is that of the latter.
//
// expected: this rule has the derivative of what it replaces
// expected: a_rule_has_the_derivative_of_what_it_does<Twice<
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
#ifdef BROKEN
struct Twice : DeltaRule<Shape, Number> {
#else
struct Twice : ReadsAffineMemory<Twice<Shape, Number>, Shape, Number, RatedExample> {
#endif
    using Delta = DeltaRule<Shape, Number>;
    using State = typename Delta::State;
    using Example = typename Delta::Example;
    template <class Other>
    using with_number = Twice<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        Delta::observe(state, twice(example));
    }
    static constexpr auto transition(Example const& example) {
        return Delta::transition(twice(example));
    }
    template <class OfStep>
    static constexpr void pull_back_transition(Example const& example, OfStep const& step_, Example& example_) {
        Example of_twice;
        of_twice.rate = Number(0);
        Delta::pull_back_transition(twice(example), step_, of_twice);
        example_.key += of_twice.key;
        example_.value += of_twice.value;
        example_.rate += of_twice.rate + of_twice.rate;
    }

  private:
    static constexpr Example twice(Example example) {
        example.rate += example.rate;
        return example;
    }
};
using Rule = Twice<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence));

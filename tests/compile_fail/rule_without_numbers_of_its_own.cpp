// SPDX-License-Identifier: MIT
// A rule that derives from another one and inherits its with_number: the statement would be about the other one.
//
// expected: this rule's with_number names another rule
#include "incontext/online.hpp"

using namespace incontext;

/// Observes each example twice.
template <MemoryShape Shape, class Number>
struct Twice : DeltaRule<Shape, Number> {
    using Base = DeltaRule<Shape, Number>;
#ifndef BROKEN
    template <class Other>
    using with_number = Twice<Shape, Other>;
#endif

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        Base::observe(state, example);
        Base::observe(state, example);
    }
};

static_assert(identical_on_streams<Twice<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>, 5>(
    forms::sequence, [](auto const& stream) { return forms::by_rule(stream.rule, stream); }));

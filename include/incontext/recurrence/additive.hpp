// SPDX-License-Identifier: MIT
/// @file
/// The additive rule: linear attention, one token at a time.
///
///     S <- S + rate v k^T                       o = S q
///
/// Source: [Katharopoulos2020] without normalisation. Reading: on (k; v) = (x; y - W0 x) and rate eta/N, S is the
/// change of the weights by one step of batch gradient descent on the prefix, -eta dL/dW (W0): Prop. 1, for every
/// prefix. The example is not compared with what the memory already knows; that is the delta rule
/// (recurrence/delta.hpp).
#pragma once

#include <string_view>

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// S <- S + rate v k^T.
///
/// Shapes: S [value_dim x key_dim]. Units: rate in 1/(key unit)^2. Exactness: three roundings per entry. Cost:
/// (key_dim + 1) value_dim multiplications per example. Errors: none. Test: tests/static/online_rules.cpp (its
/// forms), tests/static/online_and_the_paper.cpp (Prop. 1 on every prefix; a streaming context's gram matrix).
template <MemoryShape Shape, class Number>
struct AdditiveRule : ReadsAffineMemory<AdditiveRule<Shape, Number>, Shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<AdditiveRule<Shape, Number>, Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = AdditiveRule<Shape, Other>;
    static constexpr std::string_view name = "additive";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const written = example.rate * example.value;
        add_outer_product(state.S, written, example.key);
    }

    /// What two streams learned, each from nothing: S is a sum over the examples. Test: tests/static/streaming_regressor.cpp.
    static constexpr void merge(State& state, State const& other) noexcept(never_throws<Number>) { state.S += other.S; }

    /// A = I, B = rate v k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        return Transition<Shape, Number, NoDecay, NoErase>{
            .decay = {}, .erase = {}, .value = example.rate * example.value, .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        example_.key += step_.key;
        example_.value += example.rate * step_.value;
        example_.rate += inner_product(example.value, step_.value);
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// The delta rule: DeltaNet.
///
///     S <- S + rate (v - S k) k^T               o = S q
///
/// Source: [Schlag2021]; in chunks [Yang2024]. Reading: one step of stochastic gradient descent on 1/2 |S k - v|^2 at the
/// example's rate.
#pragma once

#include <string_view>

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// S <- S + rate (v - S k) k^T.
///
/// Shapes: S [value_dim x key_dim]. Units: rate in 1/(key unit)^2; stable for rates between 0 and 2/|k|^2.
/// Exactness: one rounding per operation. Cost: (2 key_dim + 1) value_dim multiplications per example. Errors: none.
/// Test: tests/static/online_rules.cpp (its forms), tests/static/online_and_the_paper.cpp (a step of gradient descent).
template <MemoryShape Shape, class Number>
struct DeltaRule : ReadsAffineMemory<DeltaRule<Shape, Number>, Shape, Number, RatedExample>, StepsAtItsRate<Number> {
    using Base = ReadsAffineMemory<DeltaRule<Shape, Number>, Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = DeltaRule<Shape, Other>;
    static constexpr std::string_view name = "delta";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const error = example.value - product(state.S, example.key);
        typename Base::Value const correction = example.rate * error;
        add_outer_product(state.S, correction, example.key);
    }

    /// A = I - rate k k^T, B = rate v k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        return Transition<Shape, Number, NoDecay, EraseAtKey<Key>>{.decay = {},
                                                                   .erase = {.read = -example.rate * example.key},
                                                                   .value = example.rate * example.value,
                                                                   .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        example_.key += step_.key;
        example_.key -= example.rate * step_.read;
        example_.value += example.rate * step_.value;
        example_.rate += inner_product(example.value, step_.value) - inner_product(example.key, step_.read);
    }
};

}  // namespace incontext

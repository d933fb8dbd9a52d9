// SPDX-License-Identifier: MIT
/// @file
/// The gated delta rule: Gated DeltaNet, as in Qwen3-Next.
///
///     S <- gate S,     then S <- S + rate (v - S k) k^T               o = S q
///
/// Source: [Yang2025]. Reading: weight decay, and then a step of gradient descent: the error is that of the memory
/// after the decay. gate is the factor itself (other software passes its logarithm), and may be 0.
#pragma once

#include <string_view>

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// S <- gate S + rate (v - gate S k) k^T.
///
/// Shapes: S [value_dim x key_dim]. Units: rate in 1/(key unit)^2. Exactness: one rounding per operation. Cost: (3
/// key_dim + 2) value_dim multiplications per example. Errors: none. Test: tests/static/online_rules.cpp (its forms,
/// gates of 0 among them), tests/static/online_mistakes.cpp (the formulas that it is confused with).
template <MemoryShape Shape, class Number>
struct GatedDeltaRule : ReadsAffineMemory<GatedDeltaRule<Shape, Number>, Shape, Number, GatedExample>,
                        StepsAtItsRate<Number> {
    using Base = ReadsAffineMemory<GatedDeltaRule<Shape, Number>, Shape, Number, GatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = GatedDeltaRule<Shape, Other>;
    static constexpr std::string_view name = "gated_delta";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const known = product(state.S, example.key);
        typename Base::Value const error = example.value - example.gate * known;
        typename Base::Value const correction = example.rate * error;
        fade_and_add_outer_product(state.S, example.gate, correction, example.key);
    }

    /// A = gate (I - rate k k^T), B = rate v k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        Number const read = -example.rate * example.gate;
        return Transition<Shape, Number, Number, EraseAtKey<Key>>{.decay = example.gate,
                                                                  .erase = {.read = read * example.key},
                                                                  .value = example.rate * example.value,
                                                                  .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        Number const k_read_ = inner_product(example.key, step_.read);
        example_.key += step_.key;
        example_.key -= (example.rate * example.gate) * step_.read;
        example_.value += example.rate * step_.value;
        example_.rate += inner_product(example.value, step_.value) - example.gate * k_read_;
        example_.gate += step_.decay - example.rate * k_read_;
    }
};

}  // namespace incontext

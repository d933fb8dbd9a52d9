// SPDX-License-Identifier: MIT
/// @file
/// The delta rule with a gate for each channel of the key: Kimi Delta Attention (KDA).
///
///     S <- S diag(gates),     then S <- S + rate (v - S k) k^T               o = S q
///
/// Source: [Kimi2025]. Reading: weight decay of each input by itself, and then a step of gradient descent. A gate may be 0.
#pragma once

#include <string_view>

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// S <- S D + rate (v - S D k) k^T, D = diag(gates).
///
/// Shapes: S [value_dim x key_dim], gates [key_dim x 1]. Units: rate in 1/(key unit)^2. Exactness: one rounding per
/// operation. Cost: (3 key_dim + 1) value_dim + key_dim multiplications per example. Errors: none. Test:
/// tests/static/online_rules.cpp.
template <MemoryShape Shape, class Number>
struct ChannelGatedDeltaRule
    : ReadsAffineMemory<ChannelGatedDeltaRule<Shape, Number>, Shape, Number, ChannelGatedExample>,
      StepsAtItsRate<Number> {
    using Base = ReadsAffineMemory<ChannelGatedDeltaRule<Shape, Number>, Shape, Number, ChannelGatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = ChannelGatedDeltaRule<Shape, Other>;
    static constexpr std::string_view name = "channel_gated_delta";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Key const kept = entry_by_entry(example.gates, example.key);
        typename Base::Value const error = example.value - product(state.S, kept);
        typename Base::Value const correction = example.rate * error;
        fade_and_add_outer_product(state.S, example.gates, correction, example.key);
    }

    /// A = D (I - rate k k^T), B = rate v k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        Key const kept = entry_by_entry(example.gates, example.key);
        return Transition<Shape, Number, Key, EraseAtKey<Key>>{.decay = example.gates,
                                                               .erase = {.read = -example.rate * kept},
                                                               .value = example.rate * example.value,
                                                               .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        Key const by_gate = entry_by_entry(example.gates, step_.read);
        Key const by_key = entry_by_entry(example.key, step_.read);
        example_.key += step_.key;
        example_.key -= example.rate * by_gate;
        example_.value += example.rate * step_.value;
        example_.rate += inner_product(example.value, step_.value) - inner_product(example.key, by_gate);
        example_.gates += step_.decay;
        example_.gates -= example.rate * by_key;
    }
};

}  // namespace incontext

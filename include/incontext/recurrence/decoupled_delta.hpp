// SPDX-License-Identifier: MIT
/// @file
/// Erasing and writing decoupled: Gated DeltaNet-2.
///
///     S <- S D - S D (erase (.) k) k^T + (write (.) v) k^T,     D = diag(gates)               o = S q
///
/// Source: Gated DeltaNet-2, as docs/published_formulas.md has it. Reading: with erase = rate (1, ..., 1) and write = rate (1, ..., 1)
/// it is the channel-gated delta rule. Otherwise it is no step of gradient descent: what is erased is not the error of
/// what is written.
#pragma once

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// (k, v, gates, erase, write): gates and erase for each channel of the key, write for each of the value.
template <MemoryShape Shape, class Number>
struct DecoupledExample {
    template <class Other>
    using with_number = DecoupledExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Placed<the_gates_of_an_example, Number, Shape.key_dim, 1> gates = gates_of_one<Shape, Number>();
    Placed<the_erase_gates_of_an_example, Number, Shape.key_dim, 1> erase{};
    Placed<the_write_gates_of_an_example, Number, Shape.value_dim, 1> write{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "gates", "erase", "write">, &DecoupledExample::key,
                                &DecoupledExample::value, &DecoupledExample::gates, &DecoupledExample::erase,
                                &DecoupledExample::write> {};
};

/// S <- S D - S D (erase (.) k) k^T + (write (.) v) k^T.
///
/// Shapes: S [value_dim x key_dim]. Units: erase and write in 1/(key unit)^2. Exactness: one rounding per operation. Cost:
/// (3 key_dim + 1) value_dim + 2 key_dim multiplications per example. Errors: none. Test: tests/static/online_rules.cpp.
template <MemoryShape Shape, class Number>
struct DecoupledDeltaRule : ReadsAffineMemory<DecoupledDeltaRule<Shape, Number>, Shape, Number, DecoupledExample> {
    using Base = ReadsAffineMemory<DecoupledDeltaRule<Shape, Number>, Shape, Number, DecoupledExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = DecoupledDeltaRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Key const erased = entry_by_entry(example.gates, entry_by_entry(example.erase, example.key));
        typename Base::Value const change = entry_by_entry(example.write, example.value) - product(state.S, erased);
        fade_and_add_outer_product(state.S, example.gates, change, example.key);
    }

    /// A = D (I - (erase (.) k) k^T), B = (write (.) v) k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        Key const erased = entry_by_entry(example.erase, example.key);
        return Transition<Shape, Number, Key, EraseAtKey<Key>>{
            .decay = example.gates,
            .erase = {.read = -entry_by_entry(example.gates, erased)},
            .value = entry_by_entry(example.write, example.value),
            .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        Key const erased = entry_by_entry(example.erase, example.key);
        Key const erased_ = -entry_by_entry(example.gates, step_.read);
        example_.key += step_.key;
        example_.key += entry_by_entry(example.erase, erased_);
        example_.value += entry_by_entry(example.write, step_.value);
        example_.gates += step_.decay;
        example_.gates -= entry_by_entry(erased, step_.read);
        example_.erase += entry_by_entry(example.key, erased_);
        example_.write += entry_by_entry(example.value, step_.value);
    }
};

}  // namespace incontext

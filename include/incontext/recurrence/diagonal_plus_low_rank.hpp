// SPDX-License-Identifier: MIT
/// @file
/// The transition itself as a rule: diagonal plus one rank, as in RWKV-7.
///
///     S <- S (diag(gates) + read at^T) + v k^T               o = S q
///
/// Source: [Peng2025]. Reading: the delta rule generalised: what is erased is looked up by `read` in the memory
/// before the decay, and erased at `at`, neither of which need be the key.
#pragma once

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// (k, v, gates, read, at).
template <MemoryShape Shape, class Number>
struct LowRankExample {
    template <class Other>
    using with_number = LowRankExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Placed<the_gates_of_an_example, Number, Shape.key_dim, 1> gates = gates_of_one<Shape, Number>();
    Placed<the_read_direction_of_an_example, Number, Shape.key_dim, 1> read{};
    Placed<the_erase_direction_of_an_example, Number, Shape.key_dim, 1> at{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "gates", "read", "at">, &LowRankExample::key,
                                &LowRankExample::value, &LowRankExample::gates, &LowRankExample::read,
                                &LowRankExample::at> {};
};

/// S <- S (diag(gates) + read at^T) + v k^T.
///
/// Shapes: S [value_dim x key_dim]. Exactness: one rounding per operation. Cost: 4 value_dim key_dim multiplications
/// per example. Errors: none. Test: tests/static/online_rules.cpp.
template <MemoryShape Shape, class Number>
struct DiagonalPlusLowRankRule
    : ReadsAffineMemory<DiagonalPlusLowRankRule<Shape, Number>, Shape, Number, LowRankExample> {
    using Base = ReadsAffineMemory<DiagonalPlusLowRankRule<Shape, Number>, Shape, Number, LowRankExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = DiagonalPlusLowRankRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const erased = product(state.S, example.read);
        decay_columns(state.S, example.gates);
        add_outer_product(state.S, erased, example.at);
        add_outer_product(state.S, example.value, example.key);
    }

    /// A = diag(gates) + read at^T, B = v k^T.
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        using Key = typename Base::Key;
        return Transition<Shape, Number, Key, EraseElsewhere<Key>>{.decay = example.gates,
                                                                   .erase = {.read = example.read, .at = example.at},
                                                                   .value = example.value,
                                                                   .key = example.key};
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& /*example*/, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        example_.key += step_.key;
        example_.value += step_.value;
        example_.gates += step_.decay;
        example_.read += step_.read;
        example_.at += step_.at;
    }
};

}  // namespace incontext

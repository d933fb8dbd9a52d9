// SPDX-License-Identifier: MIT
/// @file
/// The gated delta rule with momentum.
///
///     M <- momentum M + (v - S k) k^T,     S <- gate S + rate M               o = S q
///
/// Source: [Behrouz2025] (Titans), linear memory. Reading: gradient descent with heavy-ball momentum and weight
/// decay. The pair (S, M) is an affine function of the pair before; S alone is none.
#pragma once

#include <string_view>

#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// (k, v, rate, gate, momentum).
template <MemoryShape Shape, class Number>
struct MomentumExample {
    template <class Other>
    using with_number = MomentumExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);
    Number gate = Number(1);
    Number momentum = Number(0);

    struct MemberNames {
        static constexpr auto get() { return boost::hana::make_tuple("key", "value", "rate", "gate", "momentum"); }
    };
    struct hana_accessors_impl
        : parameters::Accessors<MemberNames, &MomentumExample::key, &MomentumExample::value, &MomentumExample::rate,
                                &MomentumExample::gate, &MomentumExample::momentum> {};
};

/// S and its velocity M.
template <MemoryShape Shape, class Number>
struct MovingState {
    template <class Other>
    using with_number = MovingState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Placed<the_velocity_M, Number, Shape.value_dim, Shape.key_dim> M{};

    struct MemberNames {
        static constexpr auto get() { return boost::hana::make_tuple("S", "M"); }
    };
    struct hana_accessors_impl : parameters::Accessors<MemberNames, &MovingState::S, &MovingState::M> {};
};

/// M <- momentum M + (v - S k) k^T, then S <- gate S + rate M.
///
/// Shapes: S, M [value_dim x key_dim]. Units: rate in 1/(key unit)^2. Exactness: one rounding per operation. Cost: 5
/// value_dim key_dim multiplications per example. Errors: none. Test: tests/static/online_identities.cpp (affine;
/// without momentum the delta rule).
template <MemoryShape Shape, class Number>
struct MomentumRule : ReadsMemory<Shape, Number, MomentumExample, MovingState> {
    using Base = ReadsMemory<Shape, Number, MomentumExample, MovingState>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MomentumRule<Shape, Other>;
    static constexpr std::string_view name = "momentum";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const error = example.value - product(state.S, example.key);
        state.M *= example.momentum;
        add_outer_product(state.M, error, example.key);
        state.S *= example.gate;
        state.S += example.rate * state.M;
    }

    /// As AdditiveRule's.
    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) noexcept(never_throws<Number>) {
        State after = before;
        observe(after, example);
        typename Base::Value const error = example.value - product(before.S, example.key);
        example_.gate += inner_product(before.S, state_.S);
        example_.rate += inner_product(after.M, state_.S);
        state_.M += example.rate * state_.S;
        example_.momentum += inner_product(before.M, state_.M);
        typename Base::Value const error_ = product(state_.M, example.key);
        example_.value += error_;
        example_.key += product_of_transpose(state_.M, error);
        example_.key -= product_of_transpose(before.S, error_);
        state_.S *= example.gate;
        typename Base::Value const minus_error_ = -error_;
        add_outer_product(state_.S, minus_error_, example.key);
        state_.M *= example.momentum;
    }
};

}  // namespace incontext

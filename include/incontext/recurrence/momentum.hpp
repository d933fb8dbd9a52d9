// SPDX-License-Identifier: MIT
/// @file
/// The delta rule with momentum and weight decay.
///
///     M <- momentum M + (v - S k) k^T,     S <- gate S + rate M               o = S q
///
/// Source: [Behrouz2025] (Titans), linear memory. Reading: gradient descent with heavy-ball momentum and weight
/// decay. The error is that of the memory before the decay, so without momentum it is the gated delta rule at a gate of 1 alone.
/// The pair (S, M) is an affine function of the pair before; S alone is none.
#pragma once

#include <string_view>

#include "incontext/recurrence/in_chunks.hpp"
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

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "rate", "gate", "momentum">, &MomentumExample::key,
                                &MomentumExample::value, &MomentumExample::rate, &MomentumExample::gate,
                                &MomentumExample::momentum> {};
};

/// S and its velocity M.
template <MemoryShape Shape, class Number>
struct MovingState {
    template <class Other>
    using with_number = MovingState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Placed<the_velocity_M, Number, Shape.value_dim, Shape.key_dim> M{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"S", "M">, &MovingState::S, &MovingState::M> {};
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
    using RuleOfMembers = MomentumRule;  // what derives from it is told by it
    static constexpr std::string_view name = "momentum";

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename Base::Value const error = example.value - product(state.S, example.key);
        state.M *= example.momentum;
        add_outer_product(state.M, error, example.key);
        state.S *= example.gate;
        state.S += example.rate * state.M;
    }

    /// As ReadsAffineMemory's.
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

/// Of a chunk. The pair (S, M) goes through numbers alone, (S, M) <- (gate S + rate momentum M, momentum M), before an error e k^T is
/// added to M and rate times it to S; so after token t
///
///     M_t = n_t M + sum over j <= t of m_tj e_j k_j^T            n_t = momentum_t n_(t-1),     m_tj = momentum_t m_(t-1)j
///     S_t = a_t S + b_t M + sum over j <= t of c_tj e_j k_j^T    a_t = gate_t a_(t-1),         b_t = gate_t b_(t-1) + rate_t n_t,
///                                                                c_tj = gate_t c_(t-1)j + rate_t m_tj
///     e_t = v_t - S_(t-1) k_t: a unit triangular system with N_jt = -c_(t-1)j <k_j, k_t>
///
/// from a = n = 1, b = 0, m_jj = 1. Nothing is divided by a gate or a momentum. Cost: that of the delta rule's chunk, and 3 Length value_dim key_dim for M.
template <MemoryShape Shape, class Number, int Length, class Plan>
struct Chunk<MomentumRule<Shape, Number>, Length, Plan> {
    static constexpr bool is_chunk = true;
    using Rule = MomentumRule<Shape, Number>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Values = Matrix<Number, Shape.value_dim, Length>;
    using Square = Matrix<Number, Length, Length>;
    using Row = Matrix<Number, Length, 1>;

    static constexpr void run(Rule const& rule, typename Rule::State& state,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers) {
        int const count = static_cast<int>(examples.size());
        Keys const keys = chunks::of_examples<Keys>(examples, &Rule::Example::key);
        Values known = chunks::of_examples<Values>(examples, &Rule::Example::value);
        Row m = zero<Number, Length, 1>();
        Square c = zero<Number, Length>();  // c_tj in row j, column t
        Row a = zero<Number, Length, 1>();
        Row b = zero<Number, Length, 1>();
        Row a_before = zero<Number, Length, 1>();
        Row b_before = zero<Number, Length, 1>();
        Number a_now(1);
        Number b_now(0);
        Number n_now(1);
        for (int t = 0; t < count; ++t) {
            auto const& [key, value, rate, gate, momentum] = examples[static_cast<std::size_t>(t)];
            a_before(t, 0) = a_now;
            b_before(t, 0) = b_now;
            n_now = momentum * n_now;
            a_now = gate * a_now;
            b_now = gate * b_now + rate * n_now;
            a(t, 0) = a_now;
            b(t, 0) = b_now;
            for (int j = 0; j < t; ++j) {
                m(j, 0) = momentum * m(j, 0);
                c(j, t) = gate * c(j, t - 1) + rate * m(j, 0);
            }
            m(t, 0) = Number(1);
            c(t, t) = rate;
        }

        auto const minus_read = [&](Values& result, auto const& memory, Row const& factors) {
            Keys scaled = keys;
            scale_columns(scaled, factors);
            result -= product(memory, scaled);
        };
        minus_read(known, state.S, a_before);
        minus_read(known, state.M, b_before);
        Square met = chunks::upper_scores<false>(keys, keys);
        scale_scores<1>(met, c);
        Square const N = -met;
        Values const errors = Plan::solve(known, N);
        if constexpr (has_limited_range<Number>) {
            chunks::RangeOfChunk<Number> range;
            fade(range, examples);
            auto const of_keys = range.look(keys);
            range.template meet<Keys>(of_keys, keys);
            for (int group = 0; group < Shape.queries; ++group) {
                range.template meet_queries<Keys>(of_keys, queries, group);
            }
            if (range.is_left(state.S, state.M, errors) || chunks::is_left_by_plan<Plan>(errors)) [[unlikely]] {
                return chunks::run_in_sequence(rule, state, examples, queries, answers);
            }
        }

        for (int group = 0; group < Shape.queries; ++group) {
            Keys const q = chunks::queries_of_group<Keys>(queries, group);
            Keys of_S = q;
            scale_columns(of_S, a);
            Keys of_M = q;
            scale_columns(of_M, b);
            Square scores = chunks::upper_scores<true>(keys, q);
            scale_scores<0>(scores, c);
            Values o = product(errors, scores);
            add_product(o, state.S, of_S);
            add_product(o, state.M, of_M);
            chunks::write_answers(answers, group, o);
        }
        state.S *= a_now;
        state.S += b_now * state.M;
        state.M *= n_now;
        Keys faded = keys;
        scale_columns(faded, m);
        add_product_with_transpose(state.M, errors, faded);
        Row to_the_end = zero<Number, Length, 1>();
        columns::copy(to_the_end, 0, c, count - 1);
        faded = keys;
        scale_columns(faded, to_the_end);
        add_product_with_transpose(state.S, errors, faded);
    }

  private:
    /// Factors are sums of products of gates, of momenta and of one rate.
    static constexpr void fade(chunks::RangeOfChunk<Number>& range, std::span<typename Rule::Example const> examples) {
        auto gates = generate<Number, 1, Length>([](int, int) { return Number(1); });
        auto momenta = gates;
        auto rates = zero<Number, 1, Length>();
        for (int token = 0; token < static_cast<int>(examples.size()); ++token) {
            auto const& example = examples[static_cast<std::size_t>(token)];
            gates(0, token) = example.gate;
            momenta(0, token) = example.momentum;
            rates(0, token) = example.rate;
        }
        range.fade(chunks::extent_of_products(gates));
        range.fade(chunks::extent_of_products(momenta));
        range.fade_by_one_of(rates);
        range.fade({Number(1), Number(Length)});
    }

    /// Column t of the scores times column t - Before of the factors.
    template <int Before>
    static constexpr void scale_scores(Square& scores, Square const& factors) {
        for (int token = Before; token < Length; ++token) {
            columns::change(scores, token, factors, token - Before, Length,
                            [](auto const& score, auto const& factor) { return factor * score; });
        }
    }
};

}  // namespace incontext

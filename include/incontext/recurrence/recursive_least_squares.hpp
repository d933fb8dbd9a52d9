// SPDX-License-Identifier: MIT
/// @file
/// Recursive least squares: the mesa layer.
///
///     R <- R - rate (R k)(R k)^T / (1 + rate k^T R k),     G <- G + rate v k^T               o = G R q
///
/// Source: [vonOswald2023b] (mesa layer); Sherman and Morrison. Reading: R is the inverse of R0^-1 + sum of rate k
/// k^T, so that G R is ridge regression on all examples with the penalty R0^-1 and the weights `rate`; and W = G R
/// obeys the delta rule with the gain R_t k_t in place of k_t. It divides by no gate: examples do not fade. With
/// forgetting it is another rule than MesaNet's (recurrence/ridge_memory.hpp).
#pragma once

#include "incontext/pass/range.hpp"
#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// G [value_dim x key_dim] and R [key_dim x key_dim], symmetric: R0 = I / penalty to begin with. A state of zeros is one, too, of an
/// infinite penalty: from it nothing is ever learned. Begin with LeastSquaresRule::initial_state(), or an R0 of your own.
template <MemoryShape Shape, class Number>
struct LeastSquaresState {
    template <class Other>
    using with_number = LeastSquaresState<Shape, Other>;

    Placed<the_gram_matrix_G, Number, Shape.value_dim, Shape.key_dim> G{};
    Placed<the_inverse_gram_matrix_R, Number, Shape.key_dim, Shape.key_dim> R{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"G", "R">, &LeastSquaresState::G, &LeastSquaresState::R> {};
};

/// As above. R is symmetric, and in sequence it stays so to the last bit: both halves are the same products.
///
/// Units: rate is a weight without unit, R in 1/(key unit)^2. Exactness: one rounding per operation; in floating
/// point R loses its positive definiteness where penalty and data differ by more than the number's digits. Cost: (3
/// key_dim + value_dim) key_dim + key_dim + value_dim + 1 multiplications and a division per example; (key_dim + value_dim) key_dim per
/// query. Errors: 1 + rate k^T R k = 0 is a division by zero; it cannot happen for R positive definite and rates
/// from 0 on. Where it overflows, R is infinite or NaN in every form; where (R k)(R k)^T alone does, in sequence (in chunks it is not made).
/// -ffast-math does not compile.
/// Test: tests/static/online_rules.cpp (its forms), tests/static/online_identities.cpp (ridge regression; the delta
/// rule with a gain), tests/unit/streaming_guards.cpp (large keys), tests/unit/online_gradients_at_extremes.cpp (large keys, backwards).
template <MemoryShape Shape, class Number>
struct LeastSquaresRule {
    static constexpr MemoryShape shape = Shape;
    using RuleOfMembers = LeastSquaresRule;  // what derives from it is told by it
    using Scalar = Number;
    template <class Other>
    using with_number = LeastSquaresRule<Shape, Other>;
    using State = LeastSquaresState<Shape, Number>;
    using Example = RatedExample<Shape, Number>;
    using Key = typename MemoryMatrices<Shape, Number>::Key;
    using Value = typename MemoryMatrices<Shape, Number>::Value;
    using Query = typename MemoryMatrices<Shape, Number>::Query;
    using Answer = typename MemoryMatrices<Shape, Number>::Answer;

    /// What a drawn state has to be made to be one of this rule's: R symmetric.
    static constexpr void make_symmetric(State& state) { copy_upper_half(state.R); }

    /// Nothing learned, at the penalty 1: G = 0, R = I. For another penalty divide R by it. Exact.
    [[nodiscard]] static constexpr State initial_state() {
        State state{};
        for (int i = 0; i < Shape.key_dim; ++i) {
            state.R(i, i) = Number(1);
        }
        return state;
    }

    /// 1 + rate k^T R k, by which an example divides. NaN where it overflows: divided by infinity R would stay as it is, while G moves.
    [[nodiscard]] static constexpr Number growth(Number const& rate,
                                                 Number const& of_key) noexcept(never_throws<Number>) {
        Number const result = Number(1) + rate * of_key;
        if constexpr (has_limited_range<Number>) {
            require_ieee_arithmetic<Number>();
            return result + (result - result);
        } else {
            return result;
        }
    }

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        Key const Rk = product(state.R, example.key);
        Number const shrunk = example.rate / growth(example.rate, inner_product(example.key, Rk));
        add_square(state.R, -shrunk, Rk);
        Value const written = example.rate * example.value;
        add_outer_product(state.G, written, example.key);
    }

    /// o = G R q.
    [[nodiscard]] static constexpr Answer read(State const& state, Query const& query) noexcept(never_throws<Number>) {
        Query const Rq = product(state.R, query);
        return product(state.G, Rq);
    }

    /// As ReadsAffineMemory's. With c = k^T R k and s = rate/(1 + rate c): ds/drate = 1/(1 + rate c)^2, ds/dc = -s^2. The squares
    /// are no numbers of their own: below the least one they are 0, and s_, by which they are multiplied, is as large as they are small.
    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) noexcept(never_throws<Number>) {
        Key const g = product(before.R, example.key);
        Number const shrink = Number(1) / growth(example.rate, inner_product(example.key, g));
        Number const s = example.rate * shrink;
        Key const Rg_ = product(state_.R, g);
        Key const gR_ = product_of_transpose(state_.R, g);
        Number const s_ = -inner_product(g, Rg_);
        Number const c_ = -(s * (s * s_));
        Key const both = Rg_ + gR_;
        Key const g_ = c_ * example.key - s * both;
        Value const G_k = product(state_.G, example.key);
        example_.rate += shrink * (shrink * s_) + inner_product(example.value, G_k);
        example_.value += example.rate * G_k;
        example_.key += c_ * g;
        example_.key += product_of_transpose(before.R, g_);
        example_.key += example.rate * product_of_transpose(state_.G, example.value);
        add_outer_product(state_.R, g_, example.key);
    }

    /// r = R q, o = G r, backwards.
    static constexpr void pull_back_read(State const& state, Query const& query, Answer const& answer_, State& state_,
                                         Query& query_) noexcept(never_throws<Number>) {
        Query const r = product(state.R, query);
        Query const r_ = product_of_transpose(state.G, answer_);
        add_product_with_transpose(state_.G, answer_, r);
        add_product_with_transpose(state_.R, r_, query);
        add_product_of_transpose(query_, state.R, r_);
    }
};

/// Of a chunk, with s_j = rate_j / (1 + rate_j k_j^T z_j) and z_j = R_(j-1) k_j:
///
///     R_i = R - sum over j <= i of s_j z_j z_j^T               Z (I + N) = R K,     N_ji = s_j <z_j, k_i> for j < i
///     R_i q_i = (R Q - Z upper(diag(s) Z^T Q))_i               O = G RQ + V diag(rate) upper(K^T RQ)
///
/// <z_j, k_i> = W_ji is eliminated from W = K^T R K: W_ji -= s_m W_mj W_mi for m < j.
template <MemoryShape Shape, class Number, int Length, class Plan>
struct Chunk<LeastSquaresRule<Shape, Number>, Length, Plan> {
    static constexpr bool is_chunk = true;
    using Rule = LeastSquaresRule<Shape, Number>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Values = Matrix<Number, Shape.value_dim, Length>;
    using Square = Matrix<Number, Length, Length>;

    static constexpr void run(Rule const& rule, typename Rule::State& state,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers) {
        std::size_t const count = examples.size();
        Keys const keys = chunks::of_examples<Keys>(examples, &Rule::Example::key);
        Values const written = chunks::of_rated_examples<Values>(examples, &Rule::Example::value);
        auto rates = zero<Number, Length, 1>();
        for (std::size_t token = 0; token < count; ++token) {
            rates(static_cast<int>(token), 0) = examples[token].rate;
        }

        Keys const R_keys = product(state.R, keys);
        Square W = product_of_transpose(keys, R_keys);
        Square minus_N = zero<Number, Length>();
        auto s = zero<Number, Length, 1>();
        for (int j = 0; j < Length; ++j) {
            s(j, 0) = rates(j, 0) / Rule::growth(rates(j, 0), W(j, j));
            for (int i = j + 1; i < Length; ++i) {
                minus_N(j, i) = -(s(j, 0) * W(j, i));
            }
            for (int i = j + 1; i < Length; ++i) {
                for (int l = i; l < Length; ++l) {
                    W(i, l) += minus_N(j, i) * W(j, l);
                }
            }
        }
        Keys const Z = Plan::solve(R_keys, minus_N);
        Values answers_of_groups[Shape.queries];  // written when all are known: they may lie where the queries do
        bool is_left =
            chunks::scores_leave_range(keys, R_keys, {}, state.G, written) || chunks::is_left_by_plan<Plan>(Z);

        for (int group = 0; group < Shape.queries; ++group) {
            Keys const q = chunks::queries_of_group<Keys>(queries, group);
            Square corrections = chunks::upper_scores<true>(Z, q);
            for (int token = 0; token < Length; ++token) {
                columns::change(corrections, token, s, 0, Length,
                                [](auto const& entry, auto const& factor) { return factor * entry; });
            }
            Keys const Rq = product(state.R, q) - product(Z, corrections);
            is_left = is_left || chunks::scores_leave_range(Z, q, {}, state.G, written, Z) ||
                      chunks::scores_leave_range(keys, Rq, {}, state.G, written);
            Values& o = answers_of_groups[group];
            o = product(state.G, Rq);
            add_product(o, written, chunks::upper_scores<true>(keys, Rq));
        }
        if (is_left) [[unlikely]] {
            return chunks::run_in_sequence(rule, state, examples, queries, answers);
        }
        for (int group = 0; group < Shape.queries; ++group) {
            chunks::write_answers(answers, group, answers_of_groups[group]);
        }
        Keys shrunk = -Z;
        scale_columns(shrunk, s);
        add_product_with_transpose(state.R, shrunk, Z);
        add_product_with_transpose(state.G, written, keys);
    }
};

}  // namespace incontext

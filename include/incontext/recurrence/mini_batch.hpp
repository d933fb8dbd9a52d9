// SPDX-License-Identifier: MIT
/// @file
/// Mini-batches: test-time training (TTT), every gradient of a batch taken where the batch began.
///
///     a token that begins a batch:   anchor <- S
///     every token:                   S <- S + rate (v - anchor k) k^T               o = S q
///
/// Source: [Sun2024], linear model. Reading: W_t = W_0 - sum over s <= t of rate_s dl_s/dW (W_0) within a batch: the
/// rate is that of the example s and not of the reader t. Batches of one token are the delta rule; one batch is
/// linear attention on the errors of W_0.
#pragma once

#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

/// (k, v, rate, begins): begins is 1 where a batch begins, and else 0. It is a number, so that a statement holds for
/// every choice.
template <MemoryShape Shape, class Number>
struct BatchedExample {
    template <class Other>
    using with_number = BatchedExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);
    Number begins = Number(1);

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "rate", "begins">, &BatchedExample::key,
                                &BatchedExample::value, &BatchedExample::rate, &BatchedExample::begins> {};
};

/// S and where the batch began.
template <MemoryShape Shape, class Number>
struct AnchoredState {
    template <class Other>
    using with_number = AnchoredState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Placed<the_anchor_of_a_batch, Number, Shape.value_dim, Shape.key_dim> anchor{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"S", "anchor">, &AnchoredState::S, &AnchoredState::anchor> {};
};

/// anchor <- anchor + begins (S - anchor), then S <- S + rate (v - anchor k) k^T.
///
/// Shapes: S, anchor [value_dim x key_dim]. Units: rate in 1/(key unit)^2. Exactness: one rounding per operation.
/// Cost: (3 key_dim + 1) value_dim multiplications per example. Errors: none. Test:
/// tests/static/online_identities.cpp (both limits), tests/static/online_mistakes.cpp (the reader's rate).
template <MemoryShape Shape, class Number>
struct MiniBatchRule : ReadsMemory<Shape, Number, BatchedExample, AnchoredState> {
    using Base = ReadsMemory<Shape, Number, BatchedExample, AnchoredState>;
    using RuleOfMembers = MiniBatchRule;  // what derives from it is told by it
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = MiniBatchRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        typename MemoryMatrices<Shape, Number>::Memory const moved = state.S - state.anchor;
        state.anchor += example.begins * moved;
        typename Base::Value const error = example.value - product(state.anchor, example.key);
        typename Base::Value const correction = example.rate * error;
        add_outer_product(state.S, correction, example.key);
    }

    /// As ReadsAffineMemory's.
    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) noexcept(never_throws<Number>) {
        using Memory = typename MemoryMatrices<Shape, Number>::Memory;
        using Value = typename Base::Value;
        Memory const moved = before.S - before.anchor;
        Memory const anchor = before.anchor + example.begins * moved;
        Value const error = example.value - product(anchor, example.key);
        Value const at_key = product(state_.S, example.key);
        Value const error_ = example.rate * at_key;
        example_.rate += inner_product(error, at_key);
        example_.value += error_;
        example_.key += example.rate * product_of_transpose(state_.S, error);
        example_.key -= product_of_transpose(anchor, error_);
        Value const minus_error_ = -error_;
        add_outer_product(state_.anchor, minus_error_, example.key);
        example_.begins += inner_product(moved, state_.anchor);
        state_.S += example.begins * state_.anchor;
        state_.anchor *= Number(1) - example.begins;
    }
};

/// Of a chunk. The part of S that was learned since its batch began, D = S - anchor, is a memory that a begin lets fade: D_t =
/// (1 - begins_t) D_(t-1) + u_t k_t^T. With Gamma_tj the product of 1 - begins over the tokens j < s <= t, which is 1 within a
/// batch and 0 across its begin, anchor_t = S_(t-1) - (1 - begins_t) D_(t-1), and
///
///     u_t = rate_t (v_t - (S - gamma_t D) k_t) + sum over j < t of u_j N_jt,       N_jt = -rate_t (1 - Gamma_tj) <k_j, k_t>
///     o_t = S q_t + sum over j <= t of u_j <k_j, q_t>
///     S' = S + U K^T            anchor' = S' - D'
///
/// Batches need not begin where chunks do. In a chunk of one batch N is 0. Test: tests/unit/online_chunks_in_range.cpp (padded
/// tokens with keys whose scores overflow).
template <MemoryShape Shape, class Number, int Length, class Plan>
struct Chunk<MiniBatchRule<Shape, Number>, Length, Plan> {
    static constexpr bool is_chunk = true;
    using Rule = MiniBatchRule<Shape, Number>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Values = Matrix<Number, Shape.value_dim, Length>;
    using Square = Matrix<Number, Length, Length>;

    static constexpr void run(Rule const& rule, typename Rule::State& state,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers) {
        Keys const keys = chunks::of_examples<Keys>(examples, &Rule::Example::key);
        Values known = chunks::of_examples<Values>(examples, &Rule::Example::value);
        DecaysOfChunk<Shape, Number, Number, Length> since_begin;
        auto rates = zero<Number, Length, 1>();
        for (int token = 0; token < static_cast<int>(examples.size()); ++token) {
            auto const& example = examples[static_cast<std::size_t>(token)];
            since_begin.set(token, Number(1) - example.begins);
            rates(token, 0) = example.rate;
        }
        since_begin.finish();

        typename MemoryMatrices<Shape, Number>::Memory learned = state.S - state.anchor;
        known -= product(state.S, keys);
        Keys faded = keys;
        since_begin.fade_through(faded);
        add_product(known, learned, faded);
        scale_columns(known, rates);
        Square N = chunks::upper_scores<false>(keys, keys);
        for (int token = 1; token < Length; ++token) {
            Number const rate = rates(token, 0);
            columns::change(
                N, token, since_begin.through, token, Length,
                [&](auto const& score, auto const& same_batch) { return score * (same_batch - Number(1)) * rate; });
        }
        Values const written = Plan::solve(known, N);
        if constexpr (has_limited_range<Number>) {
            chunks::RangeOfChunk<Number> range;
            range.fade(since_begin.extent());
            range.fade_by_one_of(transpose(rates));
            auto const of_keys = range.look(keys);
            range.template meet<Keys>(of_keys, keys);
            for (int group = 0; group < Shape.queries; ++group) {
                range.template meet_queries<Keys>(of_keys, queries, group);
            }
            if (range.is_left(state.S, state.anchor, written) || chunks::is_left_by_plan<Plan>(written)) [[unlikely]] {
                return chunks::run_in_sequence(rule, state, examples, queries, answers);
            }
        }

        for (int group = 0; group < Shape.queries; ++group) {
            Keys const q = chunks::queries_of_group<Keys>(queries, group);
            Values o = product(state.S, q);
            add_product(o, written, chunks::upper_scores<true>(keys, q));
            chunks::write_answers(answers, group, o);
        }
        add_product_with_transpose(state.S, written, keys);
        since_begin.fade_whole(learned);
        faded = keys;
        since_begin.fade_to_the_end(faded);
        add_product_with_transpose(learned, written, faded);
        state.anchor = state.S - learned;
    }
};

}  // namespace incontext

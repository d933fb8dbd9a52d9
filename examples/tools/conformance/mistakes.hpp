// SPDX-License-Identifier: MIT
/// @file
/// Mistakes with online rules that were published or shipped, as forms: each is called like in_sequence, and is wrong.
///
/// tests/static/online_mistakes.cpp refutes each of them for all numbers; the program conformance recognises them in the answers of a
/// kernel. They are written over the delta rules: without gate, with one, and with one for each channel.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "incontext/online.hpp"

namespace mistakes {

using incontext::MemoryMatrices;
using incontext::MemoryShape;
using incontext::product;
using incontext::transpose;

template <class Rule>
using KeyOf = typename Rule::Key;
template <class Rule>
using ValueOf = typename Rule::Value;

/// The gate of a channel: 1 where the rule has none.
template <class Number, class Example>
constexpr Number gate_of(Example const& example, [[maybe_unused]] int channel) {
    if constexpr (requires { example.gates; }) {
        return example.gates(channel, 0);
    } else if constexpr (requires { example.gate; }) {
        return example.gate;
    } else {
        return Number(1);
    }
}

/// M diag(gates), of any matrix [.. x key_dim].
template <class M, class Example>
constexpr auto faded(M const& matrix, Example const& example)
    -> incontext::Matrix<incontext::NumberOf<M>, incontext::rows_of<M>, incontext::cols_of<M>> {
    using Number = incontext::NumberOf<M>;
    return incontext::generate<Number, incontext::rows_of<M>, incontext::cols_of<M>>(
        [&](int row, int col) -> Number { return gate_of<Number>(example, col) * matrix(row, col); });
}

/// gates (.) k.
template <class Key, class Example>
constexpr Key faded_key(Key key, Example const& example) {
    for (int row = 0; row < incontext::rows_of<Key>; ++row) {
        key(row, 0) = gate_of<incontext::NumberOf<Key>>(example, row) * key(row, 0);
    }
    return key;
}

// -------------------------------------------------------------------------------- the published form in one chunk ----

enum class Mistake {
    none,
    none_by_plain_t,           // W = gamma T K with a T without Gamma: right, where the gate is a number
    mask_in_place_of_gamma,    // O uses tril(Q K^T) without Gamma
    sign_inside_the_inverse,   // (I - stril(...))^-1
    gates_both_u_and_w,        // U = T (rate gamma V)
    gates_w_after_t,           // W = gamma (T rate K)
    gates_neither,             // W = T (rate K)
    gamma_left_out_of_t,       // T = (I + stril(rate K K^T))^-1, for U and W alike
    rate_of_values_forgotten,  // U = T V
    scale_forgotten,           // the scale of the queries in the first term alone
    keys_that_do_not_fade,     // S' = gamma S + (U - W S^T)^T K
    memory_that_does_not_fade  // S' = S + ...
};

/// One chunk. Rows are tokens, as in [Yang2025]:
///
///     T = (I + stril(rate Gamma (.) K K^T))^-1        U = T rate V        W = T rate gamma K
///     O = gamma Q S^T + (tril(Q K^T) (.) Gamma)(U - W S^T)              S' = gamma_L S + (U - W S^T)^T (Gamma_L (.) K)
///
/// T is applied by substitution: of (I + N) u = rate V row i is rate_i v_i - sum over j < i of N_ij u_j. `scale` is that of the
/// queries. `rows` has three places for each token: U - W S^T, U, and W S^T.
template <Mistake Made, class Rule>
constexpr void published_chunk(typename Rule::State& state, std::span<typename Rule::Example const> examples,
                               std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers,
                               typename Rule::Scalar const& scale, std::span<ValueOf<Rule>> rows) {
    using Number = typename Rule::Scalar;
    using Key = KeyOf<Rule>;
    using Value = ValueOf<Rule>;
    using Memory = typename MemoryMatrices<Rule::shape, Number>::Memory;
    auto const written = rows.subspan(0, examples.size());
    auto const us = rows.subspan(examples.size(), examples.size());
    auto const ws = rows.subspan(2 * examples.size(), examples.size());
    Memory const memory = state.S;
    Memory whole = memory;  // S gamma of the last token
    for (std::size_t i = 0; i < examples.size(); ++i) {
        auto const& example = examples[i];
        Key const key = example.key;
        Key gamma_key = key;  // gamma_i (.) k_i
        for (std::size_t t = 0; t <= i; ++t) {
            gamma_key = faded_key(gamma_key, examples[t]);
        }
        whole = faded(whole, example);

        Number const rate = example.rate;
        Number value_rate = Made == Mistake::rate_of_values_forgotten ? Number(1) : rate;
        if constexpr (Made == Mistake::gates_both_u_and_w) {  // of gates for each channel those of the first
            for (std::size_t t = 0; t <= i; ++t) {
                value_rate = value_rate * gate_of<Number>(examples[t], 0);
            }
        }
        constexpr bool is_gated_after =
            Made == Mistake::none_by_plain_t || Made == Mistake::gates_w_after_t;  // W, by gamma
        constexpr bool is_ungated = is_gated_after || Made == Mistake::gates_neither;
        constexpr bool has_gamma_in_u = Made != Mistake::gamma_left_out_of_t;
        constexpr bool has_gamma_in_w = has_gamma_in_u && Made != Mistake::none_by_plain_t;
        Value u = value_rate * Value(example.value);
        Value w = rate * incontext::product(memory, is_ungated ? key : gamma_key);
        Key fades = key;  // Gamma_ij (.) k_i
        for (std::size_t j = i; j-- > 0;) {
            fades = faded_key(fades, examples[j + 1]);
            Key const other = examples[j].key;
            Number const with_gamma = rate * incontext::inner_product(fades, other);
            Number const without = rate * incontext::inner_product(key, other);
            Number const of_u = has_gamma_in_u ? with_gamma : without;
            Number const of_w = has_gamma_in_w ? with_gamma : without;
            u += (Made == Mistake::sign_inside_the_inverse ? of_u : -of_u) * us[j];
            w += (Made == Mistake::sign_inside_the_inverse ? of_w : -of_w) * ws[j];
        }
        us[i] = u;
        ws[i] = w;
        if constexpr (is_gated_after) {
            for (std::size_t t = 0; t <= i; ++t) {
                w = gate_of<Number>(examples[t], 0) * w;
            }
        }
        Value const x = u - w;
        written[i] = x;

        for (int group = 0; group < Rule::shape.queries; ++group) {
            Key query = incontext::generate<Number, Rule::shape.key_dim, 1>(
                [&](int row, int) -> Number { return scale * queries[i](row, group); });
            Key gamma_query = query;
            for (std::size_t t = 0; t <= i; ++t) {
                gamma_query = faded_key(gamma_query, examples[t]);
            }
            Value answer = incontext::product(memory, gamma_query);
            if constexpr (Made == Mistake::scale_forgotten) {
                query = incontext::generate<Number, Rule::shape.key_dim, 1>(
                    [&](int row, int) -> Number { return queries[i](row, group); });
            }
            for (std::size_t j = i + 1; j-- > 0;) {
                answer += incontext::inner_product(query, Key(examples[j].key)) * written[j];
                if constexpr (Made != Mistake::mask_in_place_of_gamma) {
                    query = faded_key(query, examples[j]);
                }
            }
            for (int row = 0; row < Rule::shape.value_dim; ++row) {
                answers[i](row, group) = answer(row, 0);
            }
        }
    }
    state.S = Made == Mistake::memory_that_does_not_fade ? memory : whole;
    for (std::size_t j = 0; j < examples.size(); ++j) {
        Key key = examples[j].key;
        for (std::size_t t = j + 1; Made != Mistake::keys_that_do_not_fade && t < examples.size(); ++t) {
            key = faded_key(key, examples[t]);
        }
        incontext::add_outer_product(state.S, written[j], key);
    }
}

// ---------------------------------------------------------------------------------------------- other recurrences ----

/// A rule with another update, on the same examples.
template <class Rule, class Update>
struct Mutant : Rule {
    using State = typename Rule::State;
    using Example = typename Rule::Example;

    static constexpr void observe(State& state, Example const& example) {
        state.S = Update::of(state.S, KeyOf<Rule>(example.key), ValueOf<Rule>(example.value), example.rate, example);
    }
};

struct AsPublished {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& example) {
        return faded(S, example) + rate * product(v - product(faded(S, example), k), transpose(k));
    }
};
struct DecayAfterTheError {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& example) {
        auto const error = v - product(S, k);
        return faded(S + rate * product(error, transpose(k)), example);
    }
};
struct DecayMissingInTheError {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& example) {
        return faded(S, example) + rate * product(v - product(S, k), transpose(k));
    }
};
struct CorrectsTheKey {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& example) {
        return faded(S, example) + rate * product(v, transpose(k - product(transpose(faded(S, example)), v)));
    }
};
struct EraseLeftOut {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& example) {
        return faded(S, example) + rate * product(v, transpose(k));
    }
};
/// A rate of 1 throughout.
struct RateForgotten {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const&, auto const& example) {
        return faded(S, example) + product(v - product(faded(S, example), k), transpose(k));
    }
};

// -------------------------------------------------------------------------------------------- mini-batches: TTT ----

/// W_t = W_0 - rate_t sum of the gradients: the reader's rate. Of the state nothing is claimed.
template <class Rule>
constexpr void with_the_readers_rate(Rule const& rule, typename Rule::State& state,
                                     std::span<typename Rule::Example const> examples,
                                     std::span<typename Rule::Query const> queries,
                                     std::span<typename Rule::Answer> answers) {
    using Number = typename Rule::Scalar;
    using Memory = typename MemoryMatrices<Rule::shape, Number>::Memory;
    Memory anchor = state.anchor;
    Memory sum = incontext::zero<Number, Rule::shape.value_dim, Rule::shape.key_dim>();
    for (std::size_t t = 0; t < examples.size(); ++t) {
        auto const& example = examples[t];
        if (!(example.begins == Number(0))) {
            anchor = state.S;
            sum = sum - sum;
        }
        typename Rule::Value const error = example.value - product(anchor, example.key);
        incontext::add_outer_product(sum, error, example.key);
        Memory const read = anchor + example.rate * sum;
        answers[t] = product(read, queries[t]);
        rule.observe(state, example);
    }
}

// ------------------------------------------------------------------ recursive least squares with forgetting, as mesa ----

/// R <- (R - rate R k k^T R / (gate + rate k^T R k)) / gate from R0 = (H0 + penalty)^-1: the penalty fades with the examples. It
/// divides by gates. Of the state nothing is claimed.
template <class Rule>
constexpr void with_forgetting_least_squares(Rule const& rule, typename Rule::State& state,
                                             std::span<typename Rule::Example const> examples,
                                             std::span<typename Rule::Query const> queries,
                                             std::span<typename Rule::Answer> answers) {
    using Number = typename Rule::Scalar;
    constexpr int key_dim = Rule::shape.key_dim;
    typename MemoryMatrices<Rule::shape, Number>::KeyByKey A = state.H;
    for (int i = 0; i < key_dim; ++i) {
        A(i, i) += rule.penalty(i, 0);
    }
    auto R = incontext::ByElimination::solve(A, incontext::identity<Number, key_dim>());
    typename MemoryMatrices<Rule::shape, Number>::Memory G = state.G;
    for (std::size_t t = 0; t < examples.size(); ++t) {
        auto const& example = examples[t];
        typename Rule::Key const k = example.key;
        auto const Rk = product(R, k);
        Number const shrunk = example.rate / (example.gate + example.rate * incontext::inner_product(k, Rk));
        R = (R - shrunk * product(Rk, transpose(Rk))) / example.gate;
        G = example.gate * G + example.rate * product(example.value, transpose(k));
        answers[t] = product(G, R, queries[t]);
        rule.observe(state, example);
    }
}

// --------------------------------------------------------------------------------------------------- of every rule ----

/// o_t = read(state_(t-1), q_t).
template <class Rule>
constexpr void reading_before_observing(Rule const& rule, typename Rule::State& state,
                                        std::span<typename Rule::Example const> examples,
                                        std::span<typename Rule::Query const> queries,
                                        std::span<typename Rule::Answer> answers) {
    for (std::size_t t = 0; t < examples.size(); ++t) {
        answers[t] = rule.read(state, queries[t]);
        rule.observe(state, examples[t]);
    }
}

}  // namespace mistakes

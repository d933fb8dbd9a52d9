// SPDX-License-Identifier: MIT
/// @file
/// The derivative of a stream: with respect to every query, key, value, rate, gate, and to the state to begin with.
///
///     keep<Length>(...)          the answers, in chunks where the rule has them; keeps the state before every Length tokens
///     pull_back<Length>(...)     from the last chunk to the first: its states once more, and then back, token by token
///
/// What is kept is a state for each Length tokens, and Length + 1 states while a chunk is gone through: with Length near
/// the root of the number of tokens both are few. The two functions answer any form: all forms of a rule are the same
/// function, so they have the same derivative (tests/static/online_gradients.cpp asks it of the chunked form, too).
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "incontext/recurrence/derived_rule.hpp"
#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/in_sequence.hpp"

namespace incontext {

/// Test: tests/compile_fail/gradient_of_a_derived_rule.cpp.
template <class Rule, bool IsItsOwn>
struct a_rule_has_the_derivative_of_what_it_does {
    static_assert(IsItsOwn,
                  "this rule has the derivative of what it replaces: it has an observe, transition or "
                  "pull_back_transition of its own and pull_back_observe from the rule that it derives from, or a read "
                  "of its own and pull_back_read from that or from ReadsMemory. Derive it from ReadsMemory or "
                  "ReadsAffineMemory<Rule, ...> and not from a rule, or write what is missing, too");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/gradient_of_an_affine_rule_without_one.cpp.
template <class Rule, bool IsThere>
struct this_affine_rule_has_no_derivative {
    static_assert(IsThere,
                  "this affine rule has no derivative: it derives from ReadsAffineMemory and has "
                  "pull_back_transition(example, step_, example_) of its Transition, or a pull_back_observe and a "
                  "pull_back_read of its own");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/gradient_of_a_rule_without_one.cpp.
template <class Rule>
struct this_rule_has_no_derivative {
    static_assert(DifferentiableRule<Rule> || AffineRule<Rule> || HasDerivativeOfAnother<Rule>,
                  "this rule has no derivative: it needs pull_back_observe(before, example, state_, example_) and "
                  "pull_back_read(state, query, answer_, state_, query_) (recurrence/online_rule.hpp)");
    static constexpr bool value = [] {
        if constexpr (HasDerivativeOfAnother<Rule>) {
            return a_rule_has_the_derivative_of_what_it_does<Rule, false>::value;
        } else if constexpr (AffineRule<Rule>) {
            return this_affine_rule_has_no_derivative<Rule, DifferentiableRule<Rule>>::value;
        }
        return true;
    }();
};

/// How many states `keep` keeps of so many tokens.
template <int Length>
[[nodiscard]] constexpr std::size_t kept_states(std::size_t tokens) noexcept {
    static_assert(a_chunk_has_tokens<Length>::value, "see the first error");
    return (tokens + Length - 1) / Length;
}

/// What a stream's derivative is taken of, and the states that `keep` kept. All spans are as long as the stream, but for `kept`.
template <OnlineRule Rule>
struct StreamSpans {
    std::span<typename Rule::Example const> examples;
    std::span<typename Rule::Query const> queries;
    std::span<typename Rule::State> kept;  // kept_states<Length>(tokens)
};

/// Whether all spans of a pullback are as long as they must be.
template <int Length, class Rule>
[[nodiscard]] constexpr bool fits(StreamSpans<Rule> const& stream, std::span<typename Rule::Answer const> answers_,
                                  std::span<typename Rule::Example> examples_,
                                  std::span<typename Rule::Query> queries_) noexcept {
    std::size_t const tokens = stream.examples.size();
    return stream.queries.size() == tokens && answers_.size() == tokens && examples_.size() == tokens &&
           queries_.size() == tokens && stream.kept.size() == kept_states<Length>(tokens);
}

/// The answers, and the state before every Length tokens.
///
/// Cost: that of in_chunks (in_sequence, of a rule without chunks), and a copy of a state per chunk. Exactness: as these.
/// Errors: spans of unlike lengths, or `kept` of another length than kept_states<Length>(tokens), are refused as a whole.
/// Test: tests/static/online_gradients.cpp.
template <int Length, class Rule>
constexpr Answered keep(Rule const& rule, typename Rule::State& state, StreamSpans<Rule> const& stream,
                        std::span<typename Rule::Answer> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && a_chunk_has_tokens<Length>::value, "see the first error");
    std::size_t const tokens = stream.examples.size();
    if (stream.queries.size() != tokens || answers.size() != tokens ||
        stream.kept.size() != kept_states<Length>(tokens)) {
        return Answered::unlike_lengths;
    }
    for (std::size_t first = 0; first < tokens; first += Length) {
        std::size_t const count = tokens - first < Length ? tokens - first : Length;
        stream.kept[first / Length] = state;
        auto const run = [&](auto const& form) {
            static_cast<void>(form(stream.examples.subspan(first, count), stream.queries.subspan(first, count),
                                   answers.subspan(first, count)));
        };
        if constexpr (HasChunks<Rule, Length>) {
            run([&](auto examples, auto queries, auto of_them) {
                return in_chunks<Length>(rule, state, examples, queries, of_them);
            });
        } else {
            run([&](auto examples, auto queries, auto of_them) {
                return in_sequence(rule, state, examples, queries, of_them);
            });
        }
    }
    return Answered::all;
}

/// The derivative, backwards: of <answers_, answers> + <state_, state afterwards>.
///
/// state_: on entry the derivative with respect to the state afterwards, then that with respect to the state to begin
/// with. To examples_ and queries_ the derivatives are added. `stream.kept` is what `keep<Length>` wrote. Cost: that
/// of observe again, and of pull_back_observe and pull_back_read, for each token. Memory: Length + 1 states on the stack.
/// Exactness: one rounding per operation. Errors: as `keep`; a rule without derivative does not compile. Test:
/// tests/static/online_gradients.cpp (against dual numbers).
template <int Length, class Rule>
constexpr Answered pull_back(Rule const& rule, StreamSpans<Rule> const& stream,
                             std::span<typename Rule::Answer const> answers_, typename Rule::State& state_,
                             std::span<typename Rule::Example> examples_,
                             std::span<typename Rule::Query> queries_) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && this_rule_has_no_derivative<Rule>::value,
                  "see the first error");
    if (!fits<Length>(stream, answers_, examples_, queries_)) {
        return Answered::unlike_lengths;
    }
    std::size_t const tokens = stream.examples.size();
    typename Rule::State states[Length + 1];
    for (std::size_t chunk = stream.kept.size(); chunk-- > 0;) {
        std::size_t const first = chunk * Length;
        std::size_t const count = tokens - first < Length ? tokens - first : Length;
        states[0] = stream.kept[chunk];
        for (std::size_t i = 0; i < count; ++i) {
            states[i + 1] = states[i];
            rule.observe(states[i + 1], stream.examples[first + i]);
        }
        for (std::size_t i = count; i-- > 0;) {
            std::size_t const token = first + i;
            rule.pull_back_read(std::as_const(states[i + 1]), stream.queries[token], answers_[token], state_,
                                queries_[token]);
            rule.pull_back_observe(std::as_const(states[i]), stream.examples[token], state_, examples_[token]);
        }
    }
    return Answered::all;
}

}  // namespace incontext

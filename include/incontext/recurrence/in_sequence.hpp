// SPDX-License-Identifier: MIT
/// @file
/// The definition: one token after the other.
///
///     for every token t:    state <- rule.observe(state, example_t),     answer_t = rule.read(state, q_t)
///
/// A stream has no length that is known while compiling: examples, queries and answers are spans. The state that is
/// given is the one to begin with, and becomes the one afterwards, so that a stream may come in pieces. Nothing learned is
/// state_to_begin_with(rule): of least squares it is no State{}.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/rule_beginnings.hpp"

namespace incontext {

/// What became of the tokens that a form was given. It must be read, or be thrown away in so many words.
/// Test: tests/unit/online_rules.cpp.
enum class [[nodiscard]] Answered{
    all,            // all of them
    unlike_lengths  // there are not as many examples, queries and answers: nothing was done
};

/// Test: tests/compile_fail/chunk_of_no_tokens.cpp.
template <int Length>
struct a_chunk_has_tokens {
    static_assert(Length >= 1, "a chunk, or a tree, has at least one token: its length stands in this message");
    static constexpr bool value = true;
};

/// The definition of every other form.
///
/// Cost: that of observe and read for each token; nothing is allocated. Exactness: the rule's. Errors: spans of
/// unlike lengths are refused as a whole (Answered); what is no rule does not compile. Test:
/// tests/static/online_rules.cpp.
template <class Rule>
constexpr Answered in_sequence(Rule const& rule, typename Rule::State& state,
                               std::span<typename Rule::Example const> examples,
                               std::span<typename Rule::Query const> queries,
                               std::span<typename Rule::Answer> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value, "see the first error");
    if (queries.size() != examples.size() || answers.size() != examples.size()) {
        return Answered::unlike_lengths;
    }
    for (std::size_t token = 0; token < examples.size(); ++token) {
        rule.observe(state, examples[token]);
        answers[token] = rule.read(std::as_const(state), queries[token]);
    }
    return Answered::all;
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// Test: tests/compile_fail/chunks_without_a_length.cpp.
template <class... Arguments>
struct a_form_takes_a_rule_its_state_and_three_spans {
    static_assert(never<Arguments...>,
                  "a form takes a rule, a state that it changes, examples, queries and answers, in this order: "
                  "in_sequence(rule, state, examples, queries, answers), in_chunks<length>(...), in_scan<length>(...)");
};

/// Whether these are what a form takes.
template <class... Arguments>
inline constexpr bool are_arguments_of_a_form = false;
template <OnlineRule Rule, class State, class Examples, class Queries, class Answers>
inline constexpr bool are_arguments_of_a_form<Rule, State, Examples, Queries, Answers> =
    std::convertible_to<State, typename Rule::State&>&&
        std::convertible_to<Examples, std::span<typename Rule::Example const>>&&
            std::convertible_to<Queries, std::span<typename Rule::Query const>>&&
                std::convertible_to<Answers, std::span<typename Rule::Answer>>;

/// In another order, for instance: one sentence.
template <class Rule, class... Arguments>
    requires(!are_arguments_of_a_form<Rule, Arguments...>)
constexpr auto in_sequence(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}

}  // namespace incontext

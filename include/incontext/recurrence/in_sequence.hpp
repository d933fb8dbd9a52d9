// SPDX-License-Identifier: MIT
/// @file
/// The definition: one token after the other.
///
///     for every token t:    state <- rule.observe(state, example_t),     answer_t = rule.read(state, q_t)
///
/// A stream has no length that is known while compiling: examples, queries and answers are spans. The state that is
/// given is the one to begin with, and becomes the one afterwards, so that a stream may come in pieces.
#pragma once

#include <cstddef>
#include <span>

#include "incontext/recurrence/online_rule.hpp"

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
        answers[token] = rule.read(state, queries[token]);
    }
    return Answered::all;
}

}  // namespace incontext

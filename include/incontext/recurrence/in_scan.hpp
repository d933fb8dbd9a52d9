// SPDX-License-Identifier: MIT
/// @file
/// A tree of affine maps: the prefixes of Length tokens in 2 log2(Length) rounds.
///
///     token t is S -> S A_t + B_t           (A, B) then (A', B') = (A A', B A' + B')           state_t = (first ... t)(state_0)
///
/// Composition is associative, for all sizes (tests/static/online_for_all_sizes.cpp), so any tree gives the
/// recurrence. Rounds up: pairs, fours, ...; rounds down: what lies between them [Blelloch1990]. The maps of one
/// round do not wait for each other.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "incontext/recurrence/in_sequence.hpp"

namespace incontext {

/// Every map becomes that of all tokens up to its own, in place. Cost: at most 2 n compositions. Errors: none.
/// Test: tests/static/online_rules.cpp, tests/static/online_for_all_sizes.cpp (by symbols).
template <MemoryShape Shape, class Number>
constexpr void compose_prefixes(std::span<AffineMap<Shape, Number>> maps) {
    std::size_t const count = maps.size();
    std::size_t stride = 1;
    for (; 2 * stride <= count; stride *= 2) {
        for (std::size_t last = 2 * stride - 1; last < count; last += 2 * stride) {
            maps[last] = then(maps[last - stride], maps[last]);
        }
    }
    for (; stride > 0; stride /= 2) {
        for (std::size_t last = 3 * stride - 1; last < count; last += 2 * stride) {
            maps[last] = then(maps[last - stride], maps[last]);
        }
    }
}

/// The definition by a tree, Length tokens at a time; the last tree is smaller.
///
/// Memory: Length maps of key_dim (key_dim + value_dim) numbers, on the stack. Cost: per token at most 2 key_dim^2
/// (key_dim + value_dim), and value_dim key_dim (key_dim + queries), multiplications: key_dim times in_sequence's,
/// for log2(Length) rounds in place of Length. Exactness: as in_sequence in exact numbers. Errors: as in_sequence; a
/// rule that is not affine does not compile.
/// Test: tests/static/online_rules.cpp (equal to in_sequence), tests/unit/online_rules.cpp.
template <int Length, class Rule>
constexpr Answered in_scan(Rule const& rule, typename Rule::State& state,
                           std::span<typename Rule::Example const> examples,
                           std::span<typename Rule::Query const> queries,
                           std::span<typename Rule::Answer> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && this_rule_is_not_affine<Rule>::value,
                  "see the first error");
    static_assert(a_chunk_has_tokens<Length>::value, "see the first error");
    using Map = AffineMap<Rule::shape, typename Rule::Scalar>;
    if (queries.size() != examples.size() || answers.size() != examples.size()) {
        return Answered::unlike_lengths;
    }
    if constexpr (Length >= 1 && AffineRule<Rule>) {  // refused above: what follows would be the next errors
        Map maps[Length];
        for (std::size_t first = 0; first < examples.size(); first += Length) {
            std::size_t const left = examples.size() - first;
            std::size_t const count = left < Length ? left : Length;
            for (std::size_t i = 0; i < count; ++i) {
                maps[i] = as_affine_map(rule.transition(examples[first + i]));
            }
            compose_prefixes(std::span<Map>(maps, count));
            auto const before = state;
            for (std::size_t i = 0; i < count; ++i) {
                state.S = maps[i](before.S);
                answers[first + i] = rule.read(std::as_const(state), queries[first + i]);
            }
        }
    }
    return Answered::all;
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

// Without a length, or in another order: one sentence.
template <class Rule, class... Arguments>
constexpr auto in_scan(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}
template <int Length, class Rule, class... Arguments>
    requires(!are_arguments_of_a_form<Rule, Arguments...>)
constexpr auto in_scan(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}

}  // namespace incontext

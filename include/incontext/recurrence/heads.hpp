// SPDX-License-Identifier: MIT
/// @file
/// Several heads: Count memories side by side, each with its own examples and queries.
///
/// A rule of heads is a rule: it runs in sequence, in chunks where its rule does, and has its derivative. Heads of
/// which one lane each is enough are one rule on Lanes<float, n> instead, for the price of one head. Grouped queries
/// are no heads: MemoryShape{.queries}.
#pragma once

#include <cstddef>

#include "incontext/recurrence/derived_rule.hpp"
#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/optional_members.hpp"
#include "incontext/recurrence/rule_beginnings.hpp"

namespace incontext {

/// Count heads of one rule. State, Example, Query and Answer are arrays, one element a head.
///
/// Shapes, exactness, errors: the rule's. Cost: Count times the rule's. Test: tests/static/online_heads.cpp.
template <OnlineRule Rule, int Count>
struct OnlineHeads {
    static_assert(Count >= 1, "OnlineHeads: there must be at least one head");
    static_assert(require_optional_members<Rule>(), "see the first error");
    static constexpr std::size_t count = static_cast<std::size_t>(Count);
    static constexpr MemoryShape shape = Rule::shape;
    using Scalar = typename Rule::Scalar;
    template <class Other>
    using with_number = OnlineHeads<typename Rule::template with_number<Other>, Count>;
    using State = ArrayOf<typename Rule::State, count>;
    using Example = ArrayOf<typename Rule::Example, count>;
    using Query = ArrayOf<typename Rule::Query, count>;
    using Answer = ArrayOf<typename Rule::Answer, count>;

    Rule rule{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rule">, &OnlineHeads::rule> {};

    /// Of every head the rule's.
    [[nodiscard]] constexpr State initial_state() const requires requires(Rule const& of_head) {
        of_head.initial_state();
    }
    {
        State state{};
        for (std::size_t head = 0; head < count; ++head) {
            state[head] = rule.initial_state();
        }
        return state;
    }

    /// Of every head the rule's: what a drawn state has to be made.
    constexpr void make_symmetric(State& state) const requires MakesSymmetric<Rule> {
        for (std::size_t head = 0; head < count; ++head) {
            rule.make_symmetric(state[head]);
        }
    }

    constexpr void observe(State& state, Example const& example) const noexcept(never_throws<Scalar>) {
        for (std::size_t head = 0; head < count; ++head) {
            rule.observe(state[head], example[head]);
        }
    }
    [[nodiscard]] constexpr Answer read(State const& state, Query const& query) const noexcept(never_throws<Scalar>) {
        Answer answer;
        for (std::size_t head = 0; head < count; ++head) {
            answer[head] = rule.read(state[head], query[head]);
        }
        return answer;
    }
    constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                     Example& example_) const
        noexcept(never_throws<Scalar>) requires DifferentiableRule<Rule> {
        for (std::size_t head = 0; head < count; ++head) {
            rule.pull_back_observe(before[head], example[head], state_[head], example_[head]);
        }
    }
    /// The pullback of `read`, head by head.
    constexpr void pull_back_read(State const& state, Query const& query, Answer const& answer_, State& state_,
                                  Query& query_) const
        noexcept(never_throws<Scalar>) requires DifferentiableRule<Rule> {
        for (std::size_t head = 0; head < count; ++head) {
            rule.pull_back_read(state[head], query[head], answer_[head], state_[head], query_[head]);
        }
    }
};

namespace one_head {

/// What belongs to one head, of each token, copied together.
template <class OfTokens, class OfHead>
constexpr void copy_from(OfTokens const& of_tokens, std::size_t head, OfHead* of_head) {
    for (std::size_t token = 0; token < of_tokens.size(); ++token) {
        of_head[token] = of_tokens[token][head];
    }
}
/// And back.
template <class OfHead, class OfTokens>
constexpr void copy_to(OfTokens const& of_tokens, std::size_t head, OfHead const* of_head) {
    for (std::size_t token = 0; token < of_tokens.size(); ++token) {
        of_tokens[token][head] = of_head[token];
    }
}

}  // namespace one_head

/// A chunk of each head after the other.
template <class Rule, int Count, int Length, class Plan>
    requires HasChunks<Rule, Length, Plan>
struct Chunk<OnlineHeads<Rule, Count>, Length, Plan> {
    static constexpr bool is_chunk = true;
    using Heads = OnlineHeads<Rule, Count>;

    static constexpr void run(Heads const& heads, typename Heads::State& state,
                              std::span<typename Heads::Example const> examples,
                              std::span<typename Heads::Query const> queries,
                              std::span<typename Heads::Answer> answers) {
        typename Rule::Example examples_of_head[Length];
        typename Rule::Query queries_of_head[Length];
        typename Rule::Answer answers_of_head[Length];
        std::size_t const tokens = examples.size();
        for (std::size_t head = 0; head < Heads::count; ++head) {
            one_head::copy_from(examples, head, examples_of_head);
            one_head::copy_from(queries, head, queries_of_head);
            Chunk<Rule, Length, Plan>::run(heads.rule, state[head], {examples_of_head, tokens},
                                           {queries_of_head, tokens}, {answers_of_head, tokens});
            one_head::copy_to(answers, head, answers_of_head);
        }
    }
};

}  // namespace incontext

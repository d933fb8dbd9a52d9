// SPDX-License-Identifier: MIT
/// @file
/// Which online rules are regressors of streams, and what is said to those that are not: by streaming/streaming_regressor.hpp,
/// which lists what a rule can say of itself.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

#include "incontext/number/lanes.hpp"
#include "incontext/recurrence/derived_rule.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/optional_members.hpp"

namespace incontext {

/// An online rule that says what it is called.
template <class Rule>
concept NamedRule = OnlineRule<Rule> && requires {
    std::string_view(Rule::name);
};

/// Test: tests/compile_fail/regressor_of_a_rule_without_name.cpp.
template <class Rule>
struct this_rule_is_no_regressor {
    static_assert(NamedRule<Rule>,
                  "a regressor is made of an online rule that has a name: static constexpr std::string_view name "
                  "(streaming/streaming_regressor.hpp lists what else a rule can say)");
    static constexpr bool value = [] {
        if constexpr (NamedRule<Rule>) {  // the name is made here, so that what it says of itself is told at once
            [[maybe_unused]] constexpr std::string_view name(Rule::name);
        }
        return true;
    }();
};

/// Which members a regressor asks a rule has from the rule that it derives from. Test: tests/unit/streaming_regressor.cpp.
namespace inheritance {

template <class Rule, class From>
inline constexpr bool keeps_name = std::string_view(Rule::name) == std::string_view(From::name);

/// A step with its type, to which a template is deduced.
template <class From, typename From::Scalar (*Function)(typename From::Example const&, typename From::Scalar const&)>
struct ItsStep;
template <class Rule, class From>
concept KeepsTemplateOfStep = requires {
    requires std::same_as<ItsStep<From, &Rule::step>, ItsStep<From, &From::step>>;
};
template <class Rule, class From>
concept KeepsFunctionOfStep = requires {
    requires std::same_as<ItsFunction<&Rule::step>, ItsFunction<&From::step>>;
};
template <class Rule, class From>
concept KeepsStep = KeepsTemplateOfStep<Rule, From> || KeepsFunctionOfStep<Rule, From>;
template <class Rule, class From>
concept KeepsStableRate = requires {
    requires std::same_as<ItsFunction<&Rule::largest_stable_rate>, ItsFunction<&From::largest_stable_rate>>;
};

/// Whether a rule observes otherwise than the one that it derives from, and has its step or its stable rate.
template <class Rule>
concept StepsAsAnother =
    DerivesFromARule<Rule> && !KeepsObserve<Rule, typename Rule::RuleOfMembers> &&
    (KeepsStep<Rule, typename Rule::RuleOfMembers> || KeepsStableRate<Rule, typename Rule::RuleOfMembers>);

}  // namespace inheritance

/// Test: tests/compile_fail/regressor_of_an_inherited_name.cpp.
template <class Rule, class From, bool IsItsOwn>
struct a_derived_rule_has_a_name_of_its_own {
    static_assert(
        IsItsOwn,
        "this rule has the name of the rule that it derives from (the second in this message), and saved bytes "
        "of one would be taken for those of the other: give it a static constexpr std::string_view name of "
        "its own");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/regressor_of_an_inherited_step.cpp.
template <class Rule, class From, bool IsItsOwn>
struct a_derived_rule_has_steps_of_its_own {
    static_assert(
        IsItsOwn,
        "this rule has an observe of its own and step or largest_stable_rate of the rule that it derives from "
        "(the second in this message), which bound the steps of that: write them, too, or derive from "
        "ReadsMemory or ReadsAffineMemory<Rule, ...> and not from a rule");
    static constexpr bool value = true;
};

/// Whether what a regressor asks of a rule is its own, where it derives from another one; or does not compile.
template <class Rule>
[[nodiscard]] constexpr bool require_members_of_its_own() {
    if constexpr (inheritance::DerivesFromARule<Rule>) {
        using From = typename Rule::RuleOfMembers;
        if constexpr (NamedRule<From>) {
            static_assert(a_derived_rule_has_a_name_of_its_own<Rule, From, !inheritance::keeps_name<Rule, From>>::value,
                          "see the first error");
        }
        return a_derived_rule_has_steps_of_its_own<Rule, From, !inheritance::StepsAsAnother<Rule>>::value;
    }
    return true;
}

/// The optional members that a regressor asks, beside those of streams.
namespace optional_members {

struct Fade {
    template <class Rule, class State, class Number>
    static auto call(Rule& rule, State&& state, Number& factor)
        -> decltype(rule.fade(std::forward<State>(state), factor));
};
struct Merge {
    template <class Rule, class State, class Other>
    static auto call(Rule& rule, State&& state, Other& other)
        -> decltype(rule.merge(std::forward<State>(state), other));
};
struct Guard {
    template <class Rule, class State>
    static auto call(Rule& rule, State&& state) -> decltype(rule.guard(std::forward<State>(state)));
};
struct Readable {
    template <class Rule, class State>
    static auto call(Rule& rule, State& state) -> decltype(rule.readable(state));
};
struct Step {
    template <class Rule, class Example, class Number>
    static auto call(Rule& rule, Example& example, Number& square) -> decltype(rule.step(example, square));
};
struct LargestStableRate {
    template <class Rule, class Number>
    static auto call(Rule& rule, Number& square) -> decltype(rule.largest_stable_rate(square));
};

template <class Rule>
concept HasStep = requires(typename Rule::Example const& example) {
    Rule::step(example, example.rate);
};
template <class Rule>
concept HasStableRate = requires(typename Rule::Scalar const& square) {
    Rule::largest_stable_rate(square);
};

}  // namespace optional_members

/// Whether all of them are as they are asked; or does not compile.
template <class Rule>
[[nodiscard]] constexpr bool require_optional_members_of_regressors() {
    using namespace optional_members;
    using Number = typename Rule::Scalar;
    using State = typename Rule::State;
    using Example = typename Rule::Example;
    constexpr bool fades = changes_the_state_if_there<Fade, Rule, Number>;
    constexpr bool merges = changes_the_state_if_there<Merge, Rule, State>;
    constexpr bool guards = changes_the_state_if_there<Guard, Rule>;
    constexpr bool is_readable = is_const_if_there<Readable, Rule, State>;
    constexpr bool steps = HasStep<Rule> || !IsThere<Step, Rule, Example, Number>;
    constexpr bool is_stable = HasStableRate<Rule> || !IsThere<LargestStableRate, Rule, Number>;
    return require_optional_members<Rule>() && an_optional_member_is_as_it_is_asked<Rule, Fade, fades>::value &&
           an_optional_member_is_as_it_is_asked<Rule, Merge, merges>::value &&
           an_optional_member_is_as_it_is_asked<Rule, Guard, guards>::value &&
           an_optional_member_is_as_it_is_asked<Rule, Readable, is_readable>::value &&
           an_optional_member_is_as_it_is_asked<Rule, Step, steps>::value &&
           an_optional_member_is_as_it_is_asked<Rule, LargestStableRate, is_stable>::value;
}

/// Test: tests/compile_fail/regressor_of_grouped_queries.cpp.
template <class Rule>
struct a_regressor_is_asked_one_question_at_a_time {
    static_assert(!OnlineRule<Rule> || Rule::shape.queries == 1,
                  "a regressor is asked one question at a time: make its rule with MemoryShape{key_dim, value_dim}");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/regressor_of_lanes.cpp.
template <class Number>
struct a_regressor_has_one_status {
    static_assert(!is_lanes<Number>,
                  "a regressor refuses an example or takes it, which differs from lane to lane: use one regressor of "
                  "float or double for each stream");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/merge_of_least_squares.cpp.
template <class Rule>
struct this_rule_cannot_merge {
    static_assert(never<Rule>,
                  "two memories of this rule cannot be merged, because its memory is no sum over the examples: use "
                  "ridge_memory or a StreamingContext, whose memories are");
};

/// Test: tests/compile_fail/stable_rate_of_momentum.cpp.
template <class Rule>
struct this_rule_says_no_stable_rate {
    static_assert(never<Rule>,
                  "nothing is known about the rates at which this rule is stable: it has no largest_stable_rate(square "
                  "of the largest key)");
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// The members that a rule may have and need not: one in a slightly other form would be taken for none without a word, and does not
/// compile.
#pragma once

#include <concepts>
#include <utility>

namespace incontext {

/// The members that a rule may have and need not. A type is one of them: call(rule, ...) is that of the rule. Test of all:
/// tests/unit/optional_members.cpp.
namespace optional_members {

struct InitialState {
    template <class Rule>
    static auto call(Rule& rule) -> decltype(rule.initial_state());
};
struct MakeSymmetric {
    template <class Rule, class State>
    static auto call(Rule& rule, State&& state) -> decltype(rule.make_symmetric(std::forward<State>(state)));
};

/// Whether a rule that may be changed, asked with what may be changed, has the member: in whichever form. Given: without a const.
template <class Member, class Rule, class... Given>
concept IsThere = requires(Rule& rule, Given&... given) {
    Member::call(rule, given...);
};
/// Whether a rule that is a constant has it.
template <class Member, class Rule, class... Given>
concept IsConst = requires(Rule const& rule, Given const&... given) {
    Member::call(rule, given...);
};
/// Whether it takes a state that it is given for good, and returns nothing: it has a copy of its own, or a constant.
template <class Member, class Rule, class... Given>
concept ChangesACopy = requires(Rule const& rule, typename Rule::State&& state, Given const&... given) {
    { Member::call(rule, std::move(state), given...) } -> std::same_as<void>;
};
/// Whether a rule that is a constant changes a state by it, and returns nothing.
template <class Member, class Rule, class... Given>
concept ChangesTheState = !ChangesACopy<Member, Rule, Given...> &&
                          requires(Rule const& rule, typename Rule::State& state, Given const&... given) {
    { Member::call(rule, state, given...) } -> std::same_as<void>;
};

template <class Member, class Rule, class... Given>
inline constexpr bool is_const_if_there = !IsThere<Member, Rule, Given...> || IsConst<Member, Rule, Given...>;
template <class Member, class Rule, class... Given>
inline constexpr bool changes_the_state_if_there =
    !IsThere<Member, Rule, typename Rule::State, Given...> || ChangesTheState<Member, Rule, Given...>;

/// Whether initial_state is a number and no function.
template <class Rule>
concept HoldsInitialState = requires(Rule& rule) {
    { rule.initial_state } -> std::convertible_to<typename Rule::State>;
};

}  // namespace optional_members

/// Test: tests/compile_fail/initial_state_that_is_not_const.cpp, regressor_of_a_step_of_an_object.cpp.
template <class Rule, class Member, bool IsAsAsked>
struct an_optional_member_is_as_it_is_asked {
    static_assert(IsAsAsked,
                  "this rule has an optional member (the second in this message) in a form in which it is not asked, "
                  "or would run as if it had none: initial_state() and readable(state) are const or static functions, "
                  "and so are make_symmetric(state), fade(state, factor), merge(state, other) and guard(state), which "
                  "take a State& and return nothing; step(example, square) and largest_stable_rate(square) are static, "
                  "take constants, and a step is that of an example with a rate");
    static constexpr bool value = true;
};

/// Whether the optional members that streams ask are as they are asked; or does not compile.
template <class Rule>
[[nodiscard]] constexpr bool require_optional_members() {
    using namespace optional_members;
    constexpr bool begins = is_const_if_there<InitialState, Rule> && !HoldsInitialState<Rule>;
    constexpr bool makes_symmetric = changes_the_state_if_there<MakeSymmetric, Rule>;
    return an_optional_member_is_as_it_is_asked<Rule, InitialState, begins>::value &&
           an_optional_member_is_as_it_is_asked<Rule, MakeSymmetric, makes_symmetric>::value;
}

}  // namespace incontext

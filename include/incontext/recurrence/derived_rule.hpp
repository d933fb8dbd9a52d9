// SPDX-License-Identifier: MIT
/// @file
/// What a rule has from a rule that it derives from, and whether its derivative is its own.
///
/// A function of the base goes on being the base's: where a rule replaces observe and inherits pull_back_observe, the derivative
/// is that of another rule. So a rule derives from ReadsMemory or ReadsAffineMemory, and not from a rule (docs/extending.md).
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/recurrence/online_rule.hpp"
#include "incontext/recurrence/transition.hpp"

namespace incontext {

/// Which members a rule has from the rule that it derives from. Test: tests/static/online_derived_rules.cpp.
namespace inheritance {

/// A function as a type: that of a base where it is inherited, and another one where the rule has its own. There is none of functions that
/// are overloaded, or of a template.
template <auto Function>
struct ItsFunction;

/// Whether a rule derives from another one: from whose members are those of ReadsAffineMemory<RuleOfMembers, ...>, or which says it of itself.
template <class Rule>
concept DerivesFromARule = requires {
    typename Rule::RuleOfMembers;
    requires !std::same_as<typename Rule::RuleOfMembers, Rule>;
};

/// A function with its type, by which one of overloaded functions, or of a template, is meant: static, and a const member.
template <class From, void (*Function)(typename From::State&, typename From::Example const&)>
struct ItsObserve;
template <class From, void (From::*Function)(typename From::State&, typename From::Example const&) const>
struct ItsObserveOfAnObject;
template <class Rule>
using TransitionOf = decltype(std::declval<Rule const&>().transition(std::declval<typename Rule::Example const&>()));
template <class From, TransitionOf<From> (*Function)(typename From::Example const&)>
struct ItsTransition;
template <class From, TransitionOf<From> (From::*Function)(typename From::Example const&) const>
struct ItsTransitionOfAnObject;

template <class Rule, class From>
concept KeepsTheOneObserve = requires {
    requires std::same_as<ItsFunction<&Rule::observe>, ItsFunction<&From::observe>>;
};
template <class Rule, class From>
concept KeepsStaticObserve = requires {
    requires std::same_as<ItsObserve<From, &Rule::observe>, ItsObserve<From, &From::observe>>;
};
template <class Rule, class From>
concept KeepsObserveOfAnObject = requires {
    requires std::same_as<ItsObserveOfAnObject<From, &Rule::observe>, ItsObserveOfAnObject<From, &From::observe>>;
};
template <class Rule, class From>
concept KeepsObserve =
    KeepsTheOneObserve<Rule, From> || KeepsStaticObserve<Rule, From> || KeepsObserveOfAnObject<Rule, From>;
template <class Rule, class From>
concept KeepsTheOneTransition = requires {
    requires std::same_as<ItsFunction<&Rule::transition>, ItsFunction<&From::transition>>;
};
template <class Rule, class From>
concept KeepsStaticTransition = requires {
    requires std::same_as<ItsTransition<From, &Rule::transition>, ItsTransition<From, &From::transition>>;
};
template <class Rule, class From>
concept KeepsTransitionOfAnObject = requires {
    requires std::same_as<ItsTransitionOfAnObject<From, &Rule::transition>,
                          ItsTransitionOfAnObject<From, &From::transition>>;
};
template <class Rule, class From>
concept KeepsTransition =
    KeepsTheOneTransition<Rule, From> || KeepsStaticTransition<Rule, From> || KeepsTransitionOfAnObject<Rule, From>;
template <class Rule>
using StepOf = TransitionGradient<std::remove_cvref_t<TransitionOf<Rule>>>;
/// With its type, to which a template is deduced: clang++ 14 takes the address of none that may be noexcept. Static, and a const member.
template <class From, void (*Function)(typename From::Example const&, StepOf<From> const&, typename From::Example&)>
struct ItsPullBack;
template <class From,
          void (From::*Function)(typename From::Example const&, StepOf<From> const&, typename From::Example&) const>
struct ItsPullBackOfAnObject;
template <class Rule, class From>
concept KeepsStaticPullBack = requires {
    requires std::same_as<ItsPullBack<From, &Rule::pull_back_transition>,
                          ItsPullBack<From, &From::pull_back_transition>>;
};
template <class Rule, class From>
concept KeepsPullBackOfAnObject = requires {
    requires std::same_as<ItsPullBackOfAnObject<From, &Rule::pull_back_transition>,
                          ItsPullBackOfAnObject<From, &From::pull_back_transition>>;
};
template <class Rule, class From>
concept KeepsTheOnePullBack = requires {
    requires std::same_as<ItsFunction<&Rule::pull_back_transition>, ItsFunction<&From::pull_back_transition>>;
};
template <class Rule, class From>
concept KeepsPullBackTransition =
    KeepsStaticPullBack<Rule, From> || KeepsPullBackOfAnObject<Rule, From> || KeepsTheOnePullBack<Rule, From>;

/// Whether pull_back_observe, and pull_back_read, are those that ReadsAffineMemory and ReadsMemory have.
template <class Rule>
concept LeavesPullBackObserve = requires {
    Rule::pull_back_observe(IsItThatOfReadsMemory{});
};
template <class Rule>
concept LeavesPullBackRead = requires {
    Rule::pull_back_read(IsItThatOfReadsMemory{});
};

/// Whether a rule observes otherwise than the one that it derives from, and has the pull_back_observe that this one has written itself.
template <class Rule, class From>
concept KeepsPullBackOfObserveAlone = !KeepsObserve<Rule, From> && requires {
    requires std::same_as<ItsFunction<&Rule::pull_back_observe>, ItsFunction<&From::pull_back_observe>>;
};
/// The same of read.
template <class Rule, class From>
concept KeepsPullBackOfReadAlone = requires {
    requires std::same_as<ItsFunction<&Rule::pull_back_read>, ItsFunction<&From::pull_back_read>>;
    requires !std::same_as<ItsFunction<&Rule::read>, ItsFunction<&From::read>>;
};

/// Whether the pull_back_observe of ReadsAffineMemory is that of another rule, of which something is replaced.
template <class Rule>
concept LeavesPullBackOfAnotherObserve =
    LeavesPullBackObserve<Rule> && !std::same_as<typename Rule::RuleOfPullBack, Rule> &&
    !(KeepsObserve<Rule, typename Rule::RuleOfPullBack> && KeepsTransition<Rule, typename Rule::RuleOfPullBack> &&
      KeepsPullBackTransition<Rule, typename Rule::RuleOfPullBack>);

/// Whether the derivative of observe is that of another rule.
template <class Rule>
concept PullsBackAnotherObserve = LeavesPullBackOfAnotherObserve<Rule> ||
    (DerivesFromARule<Rule>&& KeepsPullBackOfObserveAlone<Rule, typename Rule::RuleOfMembers>);

/// Whether the derivative of read is that of S q, or of another rule's answer, while the rule has a read of its own.
template <class Rule>
concept PullsBackAnotherRead = (LeavesPullBackRead<Rule> && !ReadsByReadsMemory<Rule>) ||
                               (DerivesFromARule<Rule> && KeepsPullBackOfReadAlone<Rule, typename Rule::RuleOfMembers>);

}  // namespace inheritance

/// Whether a rule has a derivative of what it replaces: pull_back_observe of the rule that it derives from, beside an observe, transition or
/// pull_back_transition of its own, or pull_back_read of that or of ReadsMemory beside a read of its own. Of a rule that derives from a rule that derives
/// from another nothing is noticed that the one between has written. Test: tests/static/online_derived_rules.cpp.
template <class Rule>
concept HasDerivativeOfAnother = inheritance::PullsBackAnotherObserve<Rule> || inheritance::PullsBackAnotherRead<Rule>;

/// Whether a rule has its derivative written out: of observe and of read, and both its own. Test: tests/static/online_gradients.cpp.
template <class Rule>
concept DifferentiableRule =
    OnlineRule<Rule> && !HasDerivativeOfAnother<Rule> &&
    requires(Rule const& rule, typename Rule::State const& before, typename Rule::State& state_,
             typename Rule::Example const& example, typename Rule::Example& example_, typename Rule::Query const& query,
             typename Rule::Query& query_, typename Rule::Answer const& answer_) {
    rule.pull_back_observe(before, example, state_, example_);
    rule.pull_back_read(before, query, answer_, state_, query_);
};

}  // namespace incontext

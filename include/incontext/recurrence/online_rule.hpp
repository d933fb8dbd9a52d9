// SPDX-License-Identifier: MIT
/// @file
/// OnlineRule: how a memory learns from one example, and how it is asked. The concept is the design.
///
///     rule.observe(state, example)             the state after one more example
///     rule.read(state, q) -> o                 what it answers
///     rule.transition(example)                 of an affine rule: S <- S A + B (recurrence/transition.hpp)
///
/// A token is read after it was observed: o_t = read(state_t, q_t). A rule is written once, over matrices of any
/// numbers: it runs on float, double and lanes (one head per lane), and its forms are proved in exact numbers.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/recurrence/memory.hpp"
#include "incontext/recurrence/optional_members.hpp"
#include "incontext/recurrence/transition.hpp"

namespace incontext {

/// What a rule has by name: OnlineRule but for how observe takes the state.
template <class Rule>
concept ObservesAndReads = requires(Rule const& rule, typename Rule::State& state, typename Rule::State const& before,
                                    typename Rule::Example const& example, typename Rule::Query const& query) {
    typename Rule::Scalar;
    typename Rule::template with_number<typename Rule::Scalar>;
    requires std::same_as<std::remove_cvref_t<decltype(Rule::shape)>, MemoryShape>;
    requires is_parameter_tree<typename Rule::State> && is_parameter_tree<typename Rule::Example>;
    rule.observe(state, example);
    { rule.read(before, query) } -> std::same_as<typename Rule::Answer>;
};

/// Whether observe returns nothing: a rule that returned the next state would learn nothing here.
template <class Rule>
concept ObservesInPlace = requires(Rule const& rule, typename Rule::State& state,
                                   typename Rule::Example const& example) {
    { rule.observe(state, example) } -> std::same_as<void>;
};

/// Whether observe takes a state that it was given for good: it has a copy of its own, or a constant.
template <class Rule>
concept ObservesACopy = requires(Rule const& rule, typename Rule::State&& state,
                                 typename Rule::Example const& example) {
    rule.observe(std::move(state), example);
};

/// A rule by which a memory is learned one example at a time.
///
/// shape: MemoryShape. State, Example: Hana structs whose leaves are numbers and matrices, so that they are drawn,
/// converted, differentiated and saved without being listed. Query [key_dim x queries], Answer [value_dim x queries].
/// observe(State&, Example const&) changes the state and returns nothing: one that takes a copy, or returns the next state,
/// would learn nothing, and its forms would agree on that. with_number<Other>: the same rule in other numbers. A rule for
/// which a state of zeros means something else than nothing learned has initial_state() (state_to_begin_with). Test:
/// tests/static/online_rules.cpp, tests/compile_fail/observe_of_a_copy.cpp, observe_that_returns_the_state.cpp.
template <class Rule>
concept OnlineRule = ObservesAndReads<Rule> && ObservesInPlace<Rule> && !ObservesACopy<Rule>;

/// Whether a rule has states of its own among all drawn ones, and makes a drawn state one of them: make_symmetric(state), which may be
/// static. Test: tests/static/online_heads.cpp.
template <class Rule>
concept MakesSymmetric = requires(Rule const& rule, typename Rule::State& state) {
    rule.make_symmetric(state);
};

/// Whether a rule says what an example does to S: transition(example).
template <class Rule>
concept HasTransition = requires(Rule const& rule, typename Rule::Example const& example) {
    rule.transition(example);
};

/// Whether the state of a rule is S alone.
template <class Rule>
concept RemembersSAlone = std::same_as<typename Rule::State, MemoryState<Rule::shape, typename Rule::Scalar>>;

/// A rule whose state is S alone and becomes S A + B, with A and B that depend on the example alone and not on S:
/// transition(example) is a Transition or an AffineMap. Test: tests/static/online_own_transitions.cpp.
template <class Rule>
concept AffineRule = OnlineRule<Rule> && RemembersSAlone<Rule> && HasTransition<Rule> &&
    requires(Rule const& rule, typename Rule::Example const& example) {
    { as_affine_map(rule.transition(example)) } -> std::same_as<AffineMap<Rule::shape, typename Rule::Scalar>>;
};

/// An affine rule whose transition(example) is a Transition: what chunks and derivatives are made of.
template <class Rule>
concept TransitionRule = AffineRule<Rule> && requires(Rule const& rule, typename Rule::Example const& example) {
    requires is_transition<std::remove_cvref_t<decltype(rule.transition(example))>>;
};

/// What the functions of ReadsMemory and ReadsAffineMemory answer to, beside their arguments, and no other function of that name.
struct IsItThatOfReadsMemory {};

/// Whether a rule answers S q by the read that it has from ReadsMemory. Chunks and their derivatives make S q by products of matrices, and
/// call no read: one of the rule's own would be passed over. A rule that takes that read in by `using`, and adds one of its own, is not
/// noticed here; a statement about its chunks is false of it. Test: tests/static/online_own_transitions.cpp.
template <class Rule>
concept ReadsByReadsMemory = requires {
    Rule::read(IsItThatOfReadsMemory{});
};

/// An affine rule that carries the derivative of its transition on to its example (ReadsAffineMemory).
template <class Rule>
concept PullsBackTransition = TransitionRule<Rule> &&
    requires(Rule const& rule, typename Rule::Example const& example, typename Rule::Example& example_) {
    rule.pull_back_transition(example, TransitionGradient<std::remove_cvref_t<decltype(rule.transition(example))>>{},
                              example_);
};

/// Whether both are static: a rule that holds numbers has them as members.
template <class Rule>
concept SaysItsTransitionWithoutAnObject = requires(typename Rule::Example const& example,
                                                    typename Rule::Example& example_) {
    Rule::pull_back_transition(example, TransitionGradient<std::remove_cvref_t<decltype(Rule::transition(example))>>{},
                               example_);
};
template <class Rule>
concept PullsBackTransitionByMembers = PullsBackTransition<Rule> && !SaysItsTransitionWithoutAnObject<Rule>;

/// Test: tests/compile_fail/observe_that_returns_the_state.cpp.
template <class Rule, bool IsInPlace>
struct an_observation_returns_nothing {
    static_assert(IsInPlace,
                  "observe(state, example) of an online rule changes the state that it is given and returns nothing: "
                  "what this one returns is thrown away");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/observe_of_a_copy.cpp.
template <class Rule, bool IsOfACopy>
struct a_state_is_observed_by_reference {
    static_assert(!IsOfACopy,
                  "observe of an online rule takes its state as State&: this one takes a copy or a constant, and what "
                  "is learned is lost with it, or takes it as auto&&, which may be one");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/not_an_online_rule.cpp.
template <class Rule>
struct this_is_not_an_online_rule {
    static_assert(
        ObservesAndReads<Rule>,
        "this is not an online rule: it needs shape, Scalar, with_number<Other>, the Hana structs State and Example, "
        "Query, Answer, observe(state, example) and read(state, query) (recurrence/online_rule.hpp)");
    static constexpr bool value = [] {
        if constexpr (ObservesAndReads<Rule>) {
            if constexpr (an_observation_returns_nothing<Rule, ObservesInPlace<Rule>>::value && ObservesInPlace<Rule>) {
                return a_state_is_observed_by_reference<Rule, ObservesACopy<Rule>>::value &&
                       require_optional_members<Rule>();
            }
        }
        return true;
    }();
};

/// Test: tests/compile_fail/scan_of_a_state_of_its_own.cpp.
template <class Rule, bool IsSAlone>
struct an_affine_rule_remembers_S_alone {
    static_assert(IsSAlone,
                  "this form needs a rule whose State is MemoryState<shape, Scalar>, S alone: this one has a State of "
                  "its own, and its transition(example) says nothing of it. Run it in sequence");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/scan_of_another_transition.cpp.
template <class Rule, bool IsOne>
struct a_transition_is_a_Transition_or_an_AffineMap {
    static_assert(IsOne,
                  "transition(example) of an affine rule returns a Transition or an AffineMap of the rule's shape and "
                  "numbers (recurrence/transition.hpp)");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/scan_of_a_rule_that_is_not_affine.cpp.
template <class Rule>
struct this_rule_is_not_affine {
    static_assert(
        HasTransition<Rule>,
        "this form needs a rule whose memory S becomes S A + B: it has no transition(example). Run it in sequence");
    static constexpr bool value = [] {
        if constexpr (OnlineRule<Rule> && HasTransition<Rule>) {
            if constexpr (an_affine_rule_remembers_S_alone<Rule, RemembersSAlone<Rule>>::value &&
                          RemembersSAlone<Rule>) {
                return a_transition_is_a_Transition_or_an_AffineMap<Rule, AffineRule<Rule>>::value;
            }
        }
        return true;
    }();
};

/// What the rules that answer o = S q have in common: that, and the types. Their state is S alone, or holds S beside others.
///
/// Cost of read: value_dim key_dim queries multiplications. Exactness: one rounding per operation. Errors: none.
template <MemoryShape Shape, class Number, template <MemoryShape, class> class ExampleOf,
          template <MemoryShape, class> class StateOf = MemoryState>
struct ReadsMemory {
    static constexpr MemoryShape shape = Shape;
    using Scalar = Number;
    using State = StateOf<Shape, Number>;
    using Example = ExampleOf<Shape, Number>;
    using Key = typename MemoryMatrices<Shape, Number>::Key;
    using Value = typename MemoryMatrices<Shape, Number>::Value;
    using Query = typename MemoryMatrices<Shape, Number>::Query;
    using Answer = typename MemoryMatrices<Shape, Number>::Answer;

    /// o = S q.
    [[nodiscard]] static constexpr Answer read(State const& state, Query const& query) noexcept(never_throws<Number>) {
        return product(state.S, query);
    }
    /// Declared alone: a read of the rule's own hides it (ReadsByReadsMemory).
    static void read(IsItThatOfReadsMemory);

    /// S_ += o_ q^T, q_ += S^T o_. Test: tests/static/online_gradients.cpp.
    static constexpr void pull_back_read(State const& state, Query const& query, Answer const& answer_, State& state_,
                                         Query& query_) noexcept(never_throws<Number>) {
        add_product_with_transpose(state_.S, answer_, query);
        for (int group = 0; group < Shape.queries; ++group) {
            columns::add_inner_products(query_, group, state.S, answer_, group);
        }
    }
    /// Declared alone, as of read.
    static void pull_back_read(IsItThatOfReadsMemory);
};

/// What the affine rules have in common: the derivative of `observe` is that of the transition, carried on to the example by
///
///     rule.pull_back_transition(example, step_, example_)        adds; step_: TransitionGradient (recurrence/transition.hpp)
///
/// Cost: that of the transition's pull_back. Exactness: one rounding per operation. Errors: what derives from Rule, and has an observe, a
/// transition or a pull_back_transition of its own, has no derivative by this one, which is Rule's (HasDerivativeOfAnother). Test:
/// tests/static/online_gradients.cpp, tests/static/online_own_transitions.cpp (of a rule that holds numbers), online_derived_rules.cpp.
template <class Rule, MemoryShape Shape, class Number, template <MemoryShape, class> class ExampleOf>
struct ReadsAffineMemory : ReadsMemory<Shape, Number, ExampleOf> {
    using typename ReadsMemory<Shape, Number, ExampleOf>::State;
    using typename ReadsMemory<Shape, Number, ExampleOf>::Example;
    using RuleOfMembers = Rule;   // by which is told what derives from it
    using RuleOfPullBack = Rule;  // whose transition is pulled back here: no rule says it of itself

    /// Adds the derivatives to example_; state_ holds that of the state after, and then of the state before. A template, so
    /// that it is asked for pull_back_transition when it is called, and not while Rule is declared.
    template <class Asked = Rule>
        requires PullsBackTransition<Asked> && SaysItsTransitionWithoutAnObject<Asked>
    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) noexcept(never_throws<Number>) {
        Asked::pull_back_transition(example, pull_back(Asked::transition(example), before.S, state_.S), example_);
    }
    /// The same of a rule whose transition depends on its members.
    template <class Asked = Rule>
        requires PullsBackTransitionByMembers<Asked>
    constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                     Example& example_) const noexcept(never_throws<Number>) {
        Asked const& rule = static_cast<Asked const&>(*this);
        rule.pull_back_transition(example, pull_back(rule.transition(example), before.S, state_.S), example_);
    }
    /// Declared alone: a pull_back_observe of the rule's own hides it (HasDerivativeOfAnother).
    static void pull_back_observe(IsItThatOfReadsMemory);
};

/// What the rules have in common that correct the error at their key at the example's rate. Test:
/// tests/unit/streaming_regressor.cpp.
template <class Number>
struct StepsAtItsRate {
    /// The part of the error at k that an example takes away: rate |k|^2. Above 2 it enlarges the error. Gates from 0 to 1
    /// only shrink S.
    template <class Example>
    [[nodiscard]] static constexpr Number step(Example const& example, Number const& square_of_key) {
        return example.rate * square_of_key;
    }

    /// 2/|k|^2: the largest rate at which no step is above 2.
    [[nodiscard]] static constexpr Number largest_stable_rate(Number const& square_of_key) {
        return Number(2) / square_of_key;
    }
};

}  // namespace incontext

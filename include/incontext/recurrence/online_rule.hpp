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

#include "incontext/number/modular.hpp"
#include "incontext/recurrence/memory.hpp"
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

namespace beginnings {

template <class Matrix>
inline constexpr bool is_placed = false;
template <class Place, class Number, int Rows, int Cols>
inline constexpr bool is_placed<Placed<Place, Number, Rows, Cols>> = true;

/// Whether {} writes every number of a tree but for those of matrices: no struct in it has a constructor, which might leave one out.
/// (That of ArrayOf does not.)
template <class Tree>
consteval bool is_of_aggregates() {
    if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        bool const are_children = parameters::holds_of_all_children<Tree>(
            []<class Child>() { return beginnings::is_of_aggregates<Child>(); });
        return are_children && (parameters::is_array<Tree> || std::is_aggregate_v<Tree>);
    } else {
        return true;
    }
}

/// Whether {} writes every matrix of a tree: one of Eigen is written where it is Placed.
template <class Tree>
consteval bool is_of_written_matrices() {
    if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        return parameters::holds_of_all_children<Tree>(
            []<class Child>() { return beginnings::is_of_written_matrices<Child>(); });
    } else if constexpr (AnyMatrix<Tree>) {
        return is_placed<Tree> || trusted::begins_with_zeros<Tree>;
    } else {
        return true;
    }
}

template <class Rule>
using StateOf = typename Rule::State;
template <class Rule>
using ExampleOf = typename Rule::Example;
template <class Rule>
using Itself = Rule;

/// Sets to 0 what is 0 in the twin of exact numbers, and may be unwritten: entries of matrices that are not Placed, and numbers where
/// IsMade, below a struct with a constructor.
template <bool IsMade, class Tree, class Twin>
constexpr void write_as_in_twin([[maybe_unused]] Tree& tree, [[maybe_unused]] Twin const& twin) {
    if constexpr (parameters::is_array<Tree>) {
        for (std::size_t i = 0; i < tree.size(); ++i) {
            beginnings::write_as_in_twin<IsMade>(tree[i], twin[i]);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        for_each_member(
            [](auto& member, auto const& of_twin) {
                beginnings::write_as_in_twin<IsMade || !std::is_aggregate_v<Tree>>(member, of_twin);
            },
            tree, twin);
    } else if constexpr (AnyMatrix<Tree>) {
        if constexpr (!is_placed<Tree>) {
            for (int col = 0; col < cols_of<Tree>; ++col) {
                for (int row = 0; row < rows_of<Tree>; ++row) {
                    if (twin(row, col) == Modular(0)) {
                        tree(row, col) = NumberOf<Tree>(0);
                    }
                }
            }
        }
    } else if constexpr (IsMade && std::same_as<Twin, Modular>) {
        if (twin == Modular(0)) {
            tree = Tree(0);
        }
    }
}

/// Of what is made with {}, sets every number to 0 that is 0 of the same rule in exact numbers: these begin with zeros where
/// float, double, lanes and degrees begin unwritten. What the author gave another beginning keeps it, and so does what {} writes: a Placed
/// matrix, and a number that is in no struct with a constructor, also beside one. Costs nothing of structs whose matrices are Placed.
/// Test: tests/unit/online_beginnings.cpp.
template <template <class> class Of, class Rule>
constexpr void write_what_is_unwritten([[maybe_unused]] Of<Rule>& tree) {
    if constexpr (!beginnings::is_of_aggregates<Of<Rule>>() || !beginnings::is_of_written_matrices<Of<Rule>>()) {
        Of<typename Rule::template with_number<Modular>> const exact{};
        beginnings::write_as_in_twin<false>(tree, exact);
    }
}

template <template <class> class Of, class Rule>
[[nodiscard]] constexpr Of<Rule> begun() {
    Of<Rule> tree{};
    beginnings::write_what_is_unwritten<Of, Rule>(tree);
    return tree;
}

}  // namespace beginnings

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

/// The state before the first example: rule.initial_state() of a rule that has one. Of the others State{} as it is in exact
/// numbers: what its author gave no beginning is zero, also a plain Matrix of Eigen, which begins unwritten. Exact. Errors: an initial_state
/// that is not const, or no function, does not compile. Test: tests/static/online_causal_prompts.cpp, tests/static/online_heads.cpp, tests/unit/online_beginnings.cpp.
template <OnlineRule Rule>
[[nodiscard]] constexpr typename Rule::State state_to_begin_with(Rule const& rule) {
    static_assert(require_optional_members<Rule>(), "see the first error");
    if constexpr (requires { rule.initial_state(); }) {
        return rule.initial_state();
    } else {
        return beginnings::begun<beginnings::StateOf, Rule>();
    }
}

/// Example{} of a rule, and Rule{}, likewise. Exact. Test: tests/unit/online_beginnings.cpp.
template <OnlineRule Rule>
[[nodiscard]] constexpr typename Rule::Example example_to_begin_with() {
    return beginnings::begun<beginnings::ExampleOf, Rule>();
}
/// The same of the rule itself.
template <OnlineRule Rule>
[[nodiscard]] constexpr Rule rule_to_begin_with() {
    return beginnings::begun<beginnings::Itself, Rule>();
}

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

/// Which members a rule has from the rule that it derives from. Test: tests/static/online_derived_rules.cpp.
namespace inheritance {

/// A function as a type: that of a base where it is inherited, and another one where the rule has its own. There is none of functions that
/// are overloaded.
template <auto Function>
struct ItsFunction;

/// Whether a rule derives from another one: from whose members are those of ReadsAffineMemory<RuleOfMembers, ...>, or which says it of itself.
template <class Rule>
concept DerivesFromARule = requires {
    typename Rule::RuleOfMembers;
    requires !std::same_as<typename Rule::RuleOfMembers, Rule>;
};

/// The same with its type, by which one of overloaded functions, or of a template, is meant. Static, and a const member.
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
                  "observe of an online rule takes its state as State&: this one takes a copy, or a constant, and what "
                  "is learned is lost with it");
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

// SPDX-License-Identifier: MIT
// The members that a rule may have: each in the forms in which it is asked, in those in which it would pass for none, and not at all.
#include "incontext/incontext.hpp"

#include "catch.hpp"

namespace {

using namespace incontext;
using namespace incontext::optional_members;

/// LMS of one number, to which members are added.
struct Plain : ReadsMemory<MemoryShape{1, 1}, float, RatedExample> {
    using Base = ReadsMemory<MemoryShape{1, 1}, float, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = DeltaRule<MemoryShape{1, 1}, Other>;
    static void observe(State& state, Example const& example) {
        DeltaRule<MemoryShape{1, 1}, float>::observe(state, example);
    }
};
using State = Plain::State;
using Example = Plain::Example;

// ------------------------------------------------------------------------------------------- what changes a state ----

struct Const : Plain {
    void make_symmetric(State&) const {}
    void fade(State&, float) const {}
    void merge(State&, State const&) const {}
    void guard(State&) const {}
};
struct Static : Plain {
    static void make_symmetric(State&) {}
    static void fade(State&, float const&) {}
    static void merge(State&, State) {}
    static void guard(auto&) {}
};
struct Mutable : Plain {
    void make_symmetric(State&) {}
    void fade(State&, float) {}
    void merge(State&, State const&) {}
    void guard(State&) {}
};
struct OfACopy : Plain {
    static void make_symmetric(State) {}
    static void fade(State, float) {}
    static void merge(State, State const&) {}
    static void guard(State) {}
};
struct OfAConstant : Plain {
    static void make_symmetric(State const&) {}
    static void fade(State const&, float) {}
    static void merge(State const&, State const&) {}
    static void guard(State const&) {}
};
/// Beside the right one a function that copies.
struct AlsoCopies : Plain {
    static void fade(State&, float const&) {}
    static State fade(State const& state, float) { return state; }
};
struct Returns : Plain {
    static State make_symmetric(State& state) { return state; }
    static State fade(State& state, float) { return state; }
    static State merge(State& state, State const&) { return state; }
    static State guard(State& state) { return state; }
};
struct TakesWhatMayChange : Plain {
    static void fade(State&, float&) {}
    static void merge(State&, State&) {}
};

template <class Rule>
constexpr int count_as_asked =
    changes_the_state_if_there<MakeSymmetric, Rule> + changes_the_state_if_there<Fade, Rule, float> +
    changes_the_state_if_there<Merge, Rule, State> + changes_the_state_if_there<Guard, Rule>;

TEST_CASE("what changes a state is const or static, takes it by reference and returns nothing") {
    STATIC_REQUIRE(count_as_asked<Plain> == 4);
    STATIC_REQUIRE(count_as_asked<Const> == 4);
    STATIC_REQUIRE(count_as_asked<Static> == 4);
    STATIC_REQUIRE(count_as_asked<AlsoCopies> == 4);
    STATIC_REQUIRE(count_as_asked<Mutable> == 0);
    STATIC_REQUIRE(count_as_asked<OfACopy> == 0);
    STATIC_REQUIRE(count_as_asked<OfAConstant> == 0);
    STATIC_REQUIRE(count_as_asked<Returns> == 0);
    STATIC_REQUIRE_FALSE(changes_the_state_if_there<Fade, TakesWhatMayChange, float>);
    STATIC_REQUIRE_FALSE(changes_the_state_if_there<Merge, TakesWhatMayChange, State>);
}

// ------------------------------------------------------------------------------------------------ what is answered ----

struct ConstAnswers : Plain {
    State initial_state() const { return {}; }
    Plain readable(State const&) const { return {}; }
};
struct StaticAnswers : Plain {
    static State initial_state() { return {}; }
    static Plain readable(State) { return {}; }
};
struct MutableAnswers : Plain {
    State initial_state() { return {}; }
    Plain readable(State const&) { return {}; }
};
struct AnswersOfWhatMayChange : Plain {
    State initial_state{};
    static Plain readable(State&) { return {}; }
};

TEST_CASE("what is answered is asked of a constant, and is a function") {
    STATIC_REQUIRE(is_const_if_there<InitialState, Plain> && is_const_if_there<Readable, Plain, State>);
    STATIC_REQUIRE(is_const_if_there<InitialState, ConstAnswers> && is_const_if_there<Readable, ConstAnswers, State>);
    STATIC_REQUIRE(is_const_if_there<InitialState, StaticAnswers> && is_const_if_there<Readable, StaticAnswers, State>);
    STATIC_REQUIRE_FALSE(is_const_if_there<InitialState, MutableAnswers>);
    STATIC_REQUIRE_FALSE(is_const_if_there<Readable, MutableAnswers, State>);
    STATIC_REQUIRE_FALSE(is_const_if_there<Readable, AnswersOfWhatMayChange, State>);
    STATIC_REQUIRE(HoldsInitialState<AnswersOfWhatMayChange>);
    STATIC_REQUIRE_FALSE((HoldsInitialState<Plain> || HoldsInitialState<ConstAnswers> ||
                          HoldsInitialState<StaticAnswers> || HoldsInitialState<MutableAnswers>));
}

// ---------------------------------------------------------------------------------------------------------- steps ----

struct StaticSteps : Plain {
    static float step(Example const& example, float square) { return example.rate * square; }
    static float largest_stable_rate(float const& square) { return 2 / square; }
};
struct ConstSteps : Plain {
    float step(Example const& example, float square) const { return example.rate * square; }
    float largest_stable_rate(float square) const { return 2 / square; }
};
struct StepsOfWhatMayChange : Plain {
    static float step(Example& example, float square) { return example.rate * square; }
    static float largest_stable_rate(float& square) { return 2 / square; }
};
/// A number that is called so is none of them.
struct StepOfAnotherKind : Plain {
    float step = 1;
};
/// Its example has no rate that could be made smaller.
template <MemoryShape Shape, class Number>
struct WithoutRate {
    template <class Other>
    using with_number = WithoutRate<Shape, Other>;
    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value">, &WithoutRate::key, &WithoutRate::value> {};
};
struct StepWithoutRate : ReadsMemory<MemoryShape{1, 1}, float, WithoutRate> {
    static float step(Example const&, float square) { return square; }
};

template <class Rule>
constexpr bool has_step_if_there = !IsThere<Step, Rule, typename Rule::Example, float> || HasStep<Rule>;
template <class Rule>
constexpr bool has_rate_if_there = !IsThere<LargestStableRate, Rule, float> || HasStableRate<Rule>;

TEST_CASE("steps and stable rates are asked of the type of a rule") {
    STATIC_REQUIRE(HasStep<StaticSteps> && HasStableRate<StaticSteps>);
    STATIC_REQUIRE(has_step_if_there<StaticSteps> && has_rate_if_there<StaticSteps>);
    STATIC_REQUIRE(has_step_if_there<Plain> && has_rate_if_there<Plain>);
    STATIC_REQUIRE(has_step_if_there<StepOfAnotherKind>);
    STATIC_REQUIRE_FALSE((has_step_if_there<ConstSteps> || has_rate_if_there<ConstSteps>));
    STATIC_REQUIRE_FALSE((has_step_if_there<StepsOfWhatMayChange> || has_rate_if_there<StepsOfWhatMayChange>));
    STATIC_REQUIRE_FALSE(has_step_if_there<StepWithoutRate>);
}

TEST_CASE("the rules of this library have them as they are asked") {
    constexpr MemoryShape shape{3, 2};
    STATIC_REQUIRE(require_optional_members_of_regressors<DeltaRule<shape, float>>());
    STATIC_REQUIRE(require_optional_members_of_regressors<NormalisedDeltaRule<shape, Modular>>());
    STATIC_REQUIRE(require_optional_members_of_regressors<FactoredLeastSquaresRule<shape, double>>());
    STATIC_REQUIRE(require_optional_members_of_regressors<RidgeMemoryRule<shape, float>>());
    STATIC_REQUIRE(require_optional_members_of_regressors<AdditiveRule<shape, float>>());
    STATIC_REQUIRE(require_optional_members<LeastSquaresRule<shape, Lanes<float, 4>>>());
    STATIC_REQUIRE(require_optional_members<OnlineHeads<LeastSquaresRule<shape, float>, 2>>());
    STATIC_REQUIRE(
        IsThere<Guard, FactoredLeastSquaresRule<shape, double>, FactoredLeastSquaresRule<shape, double>::State>);
    STATIC_REQUIRE(IsThere<Merge, RidgeMemoryRule<shape, float>, RidgeMemoryRule<shape, float>::State,
                           RidgeMemoryRule<shape, float>::State>);
}

}  // namespace

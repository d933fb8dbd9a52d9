// SPDX-License-Identifier: MIT
// What a rule has from the rule that it derives from: a derivative that is the other's is none, and what is its own is taken.
#include "incontext/online.hpp"

#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_regressor.hpp"

namespace {

using namespace incontext;
using inheritance::StepOf;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

/// An example at twice its rate.
template <class Example>
constexpr Example twice(Example example) {
    example.rate += example.rate;
    return example;
}

/// The delta rule at twice the rate, written out. Its derivative is its own.
template <MemoryShape Shape, class Number>
struct Whole : ReadsAffineMemory<Whole<Shape, Number>, Shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<Whole<Shape, Number>, Shape, Number, RatedExample>;
    using Delta = DeltaRule<Shape, Number>;
    using typename Base::Example;
    template <class Other>
    using with_number = Whole<Shape, Other>;

    static constexpr void observe(typename Base::State& state, Example const& example) {
        Delta::observe(state, twice(example));
    }
    static constexpr auto transition(Example const& example) { return Delta::transition(twice(example)); }
    static constexpr void pull_back_transition(Example const& example, auto const& step_, Example& example_) {
        Number const rate_before = example_.rate;
        example_.rate = Number(0);
        Delta::pull_back_transition(twice(example), step_, example_);
        example_.rate = rate_before + example_.rate + example_.rate;
    }
};
/// The same, derived from the delta rule: with the same members it would have its derivative token by token, and its own in chunks.
template <MemoryShape Shape, class Number>
struct Derived : DeltaRule<Shape, Number> {
    using Example = typename DeltaRule<Shape, Number>::Example;
    template <class Other>
    using with_number = Derived<Shape, Other>;

    static constexpr void observe(typename Derived::State& state, Example const& example) {
        Whole<Shape, Number>::observe(state, example);
    }
    static constexpr auto transition(Example const& example) { return Whole<Shape, Number>::transition(example); }
    static constexpr void pull_back_transition(Example const& example, auto const& step_, Example& example_) {
        Whole<Shape, Number>::pull_back_transition(example, step_, example_);
    }
};
/// The same, and says its derivative.
template <MemoryShape Shape, class Number>
struct SaysIt : Derived<Shape, Number> {
    template <class Other>
    using with_number = SaysIt<Shape, Other>;

    static constexpr void pull_back_observe(typename SaysIt::State const& before,
                                            typename SaysIt::Example const& example, typename SaysIt::State& state_,
                                            typename SaysIt::Example& example_) {
        Whole<Shape, Number>::pull_back_observe(before, example, state_, example_);
    }
};
template <class Rule>
constexpr bool has_chunks = identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<2>);
template <class Rule>
constexpr bool has_derivative = laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(forms::sequence);
static_assert(has_chunks<Whole<shape, Modular>> && has_derivative<Whole<shape, Modular>>);
static_assert(has_chunks<Derived<shape, Modular>> && !DifferentiableRule<Derived<shape, Modular>>);
static_assert(HasDerivativeOfAnother<Derived<shape, Modular>> && HasChunkPullback<Derived<shape, Modular>, 2>);
static_assert(!DifferentiableRule<OnlineHeads<Derived<shape, Modular>, 2>>);
static_assert(has_chunks<SaysIt<shape, Modular>> && has_derivative<SaysIt<shape, Modular>>);

/// One member of its own each.
template <MemoryShape Shape, class Number>
struct OwnObserve : DeltaRule<Shape, Number> {
    template <class Other>
    using with_number = OwnObserve<Shape, Other>;
    static constexpr void observe(typename OwnObserve::State& state, typename OwnObserve::Example const& example) {
        Whole<Shape, Number>::observe(state, example);
    }
};
template <MemoryShape Shape, class Number>
struct OwnTransition : DeltaRule<Shape, Number> {
    template <class Other>
    using with_number = OwnTransition<Shape, Other>;
    static constexpr auto transition(typename OwnTransition::Example const& example) {
        return Whole<Shape, Number>::transition(example);
    }
};
template <MemoryShape Shape, class Number>
struct OwnPullBackTransition : DeltaRule<Shape, Number> {
    template <class Other>
    using with_number = OwnPullBackTransition<Shape, Other>;
    using Example = typename DeltaRule<Shape, Number>::Example;
    static constexpr void pull_back_transition(Example const& example, auto const& step_, Example& example_) {
        Whole<Shape, Number>::pull_back_transition(example, step_, example_);
    }
};
template <MemoryShape Shape, class Number>
struct OwnRead : DeltaRule<Shape, Number> {
    template <class Other>
    using with_number = OwnRead<Shape, Other>;
    static constexpr typename OwnRead::Answer read(typename OwnRead::State const& state,
                                                   typename OwnRead::Query const& query) {
        return product(state.S, query) + product(state.S, query);
    }
};
/// Of another rule's members by a slip of the argument.
template <MemoryShape Shape, class Number>
struct OfAnother : ReadsAffineMemory<DeltaRule<Shape, Number>, Shape, Number, RatedExample> {
    template <class Other>
    using with_number = OfAnother<Shape, Other>;
    static constexpr void observe(typename OfAnother::State& state, typename OfAnother::Example const& example) {
        Whole<Shape, Number>::observe(state, example);
    }
    static constexpr auto transition(typename OfAnother::Example const& example) {
        return Whole<Shape, Number>::transition(example);
    }
};
static_assert(OnlineRule<OwnObserve<shape, Modular>> && !DifferentiableRule<OwnObserve<shape, Modular>>);
static_assert(AffineRule<OwnTransition<shape, Modular>> && !DifferentiableRule<OwnTransition<shape, Modular>>);
static_assert(AffineRule<OwnPullBackTransition<shape, Modular>> &&
              !DifferentiableRule<OwnPullBackTransition<shape, Modular>>);
static_assert(AffineRule<OwnRead<shape, Modular>> && !DifferentiableRule<OwnRead<shape, Modular>>);
static_assert(AffineRule<OfAnother<shape, Modular>> && !DifferentiableRule<OfAnother<shape, Modular>>);
static_assert(HasDerivativeOfAnother<OwnObserve<shape, float>> && HasDerivativeOfAnother<OwnRead<shape, double>>);

/// Of rules that have written their pull_back_observe and pull_back_read.
template <template <class> class Base, class Number>
struct ObservesTwice : Base<Number> {
    template <class Other>
    using with_number = ObservesTwice<Base, Other>;
    static constexpr void observe(typename Base<Number>::State& state, typename Base<Number>::Example const& example) {
        Base<Number>::observe(state, example);
        Base<Number>::observe(state, example);
    }
};
template <template <class> class Base, class Number>
struct ReadsTwice : Base<Number> {
    template <class Other>
    using with_number = ReadsTwice<Base, Other>;
    constexpr typename Base<Number>::Answer read(typename Base<Number>::State const& state,
                                                 typename Base<Number>::Query const& query) const {
        return Base<Number>::read(state, query) + Base<Number>::read(state, query);
    }
};
template <class Number>
using Moving = MomentumRule<shape, Number>;
template <class Number>
using Ridge = RidgeMemoryRule<shape, Number>;
template <class Number>
using Least = LeastSquaresRule<shape, Number>;
template <class Number>
using Batches = MiniBatchRule<shape, Number>;
static_assert(!DifferentiableRule<ObservesTwice<Moving, Modular>> && DifferentiableRule<Moving<Modular>>);
static_assert(!DifferentiableRule<ObservesTwice<Ridge, float>> && DifferentiableRule<Ridge<float>>);
static_assert(!DifferentiableRule<ObservesTwice<Least, double>> && DifferentiableRule<Least<double>>);
static_assert(!DifferentiableRule<ObservesTwice<Batches, Modular>> && DifferentiableRule<Batches<Modular>>);
static_assert(!DifferentiableRule<ReadsTwice<Moving, Modular>> && !DifferentiableRule<ReadsTwice<Ridge, Modular>>);
static_assert(!DifferentiableRule<ReadsTwice<Least, double>> && !DifferentiableRule<ReadsTwice<Batches, Modular>>);

/// Nothing of its own: the derivative is right, also of a rule whose functions are const members.
template <class Number>
struct Member : ReadsAffineMemory<Member<Number>, shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<Member<Number>, shape, Number, RatedExample>;
    using typename Base::Example;
    template <class Other>
    using with_number = Member<Other>;
    constexpr void observe(typename Base::State& state, Example const& example) const noexcept(never_throws<Number>) {
        Whole<shape, Number>::observe(state, example);
    }
    constexpr auto transition(Example const& example) const noexcept(never_throws<Number>) {
        return Whole<shape, Number>::transition(example);
    }
    template <class OfStep>
    constexpr void pull_back_transition(Example const& example, OfStep const& step_, Example& example_) const
        noexcept(never_throws<Number>) {
        Whole<shape, Number>::pull_back_transition(example, step_, example_);
    }
};
/// Functions that have no address by themselves, as they are overloaded, or templates; and one that is a base's.
template <class Number>
struct Overloaded : ReadsAffineMemory<Overloaded<Number>, shape, Number, RatedExample>, StepsAtItsRate<Number> {
    using Base = ReadsAffineMemory<Overloaded<Number>, shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = Overloaded<Other>;
    static constexpr void observe(State& state, Example const& example) {
        Whole<shape, Number>::observe(state, example);
    }
    static constexpr void observe(State& state, Example const& example, int times) {
        for (int i = 0; i < times; ++i) {
            observe(state, example);
        }
    }
    static constexpr auto transition(Example const& example) { return Whole<shape, Number>::transition(example); }
    static constexpr auto transition(Example const& example, int) { return transition(example); }
    static constexpr void pull_back_transition(Example const& example, auto const& step_, Example& example_) {
        Whole<shape, Number>::pull_back_transition(example, step_, example_);
    }
};
template <class Number>
struct Templates : ReadsAffineMemory<Templates<Number>, shape, Number, RatedExample> {
    template <class Other>
    using with_number = Templates<Other>;
    static constexpr void observe(auto& state, auto const& example) { Whole<shape, Number>::observe(state, example); }
    static constexpr auto transition(auto const& example) { return Whole<shape, Number>::transition(example); }
    static constexpr void pull_back_transition(auto const& example, auto const& step_, auto& example_) {
        Whole<shape, Number>::pull_back_transition(example, step_, example_);
    }
};
template <class Number>
struct PullsBack {
    using Example = RatedExample<shape, Number>;
    constexpr void pull_back_transition(Example const& example, StepOf<Whole<shape, Number>> const& step_,
                                        Example& example_) const {
        Whole<shape, Number>::pull_back_transition(example, step_, example_);
    }
};
template <class Number>
struct Mixed : ReadsAffineMemory<Mixed<Number>, shape, Number, RatedExample>, PullsBack<Number> {
    using Base = ReadsAffineMemory<Mixed<Number>, shape, Number, RatedExample>;
    using typename Base::Example;
    template <class Other>
    using with_number = Mixed<Other>;
    static constexpr void observe(typename Base::State& state, Example const& example) {
        Whole<shape, Number>::observe(state, example);
    }
    static constexpr auto transition(Example const& example) { return Whole<shape, Number>::transition(example); }
};
/// It says that its members are its own, and has the derivative of the delta rule.
template <MemoryShape Shape, class Number>
struct SaysOwn : OwnObserve<Shape, Number> {
    template <class Other>
    using with_number = SaysOwn<Shape, Other>;
    using RuleOfMembers = SaysOwn;
};
static_assert(!DifferentiableRule<SaysOwn<shape, Modular>>);

template <template <class> class Base, class Number>
struct Renamed : Base<Number> {
    template <class Other>
    using with_number = Renamed<Base, Other>;
};
template <class Number>
using Delta = DeltaRule<shape, Number>;
template <class Number>
using ChannelGated = ChannelGatedDeltaRule<shape, Number>;
template <class Number>
using Implicit = ImplicitDeltaRule<shape, Number>;
static_assert(DifferentiableRule<Renamed<Overloaded, Modular>> && DifferentiableRule<Renamed<Templates, Modular>>);
static_assert(DifferentiableRule<Renamed<Mixed, Modular>> && DifferentiableRule<Renamed<Overloaded, float>>);
static_assert(!inheritance::StepsAsAnother<Renamed<Overloaded, float>>);
static_assert(!DifferentiableRule<ObservesTwice<Overloaded, Modular>>);
static_assert(!DifferentiableRule<ObservesTwice<Templates, Modular>>);
static_assert(has_derivative<Renamed<Delta, Modular>> && has_derivative<Renamed<Member, Modular>>);
static_assert(DifferentiableRule<Renamed<ChannelGated, Modular>> && DifferentiableRule<Renamed<Implicit, Modular>>);
static_assert(DifferentiableRule<Renamed<Moving, Modular>> && DifferentiableRule<Renamed<Ridge, Modular>>);
static_assert(DifferentiableRule<Renamed<Least, Modular>> && DifferentiableRule<Renamed<Batches, float>>);
static_assert(DifferentiableRule<Renamed<Member, float>> && DifferentiableRule<Renamed<Implicit, double>>);
static_assert(DifferentiableRule<Renamed<Delta, float>> && DifferentiableRule<Renamed<Delta, Lanes<float, 4>>>);

}  // namespace

// SPDX-License-Identifier: MIT
// A rule of your own whose transition is a whole matrix: what it may be asked, and what not.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

/// S <- S (I - rate k k^T) + rate v k^T.
template <MemoryShape Shape, class Number>
struct WholeRule : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = WholeRule<Shape, Other>;

    static constexpr void observe(State& state, Example const& example) {
        DeltaRule<Shape, Number>::observe(state, example);
    }
    static constexpr AffineMap<Shape, Number> transition(Example const& example) {
        AffineMap<Shape, Number> map;
        typename Base::Key const erased = -example.rate * example.key;
        typename Base::Value const written = example.rate * example.value;
        add_outer_product(map.A, erased, example.key);
        add_outer_product(map.B, written, example.key);
        return map;
    }
};
using Whole = WholeRule<shape, Modular>;

static_assert(AffineRule<Whole> && !TransitionRule<Whole> && !HasChunks<Whole, 2> && !PullsBackTransition<Whole>);
static_assert(TransitionRule<DeltaRule<shape, Modular>> && HasChunks<DeltaRule<shape, Modular>, 2>);
static_assert(identical_on_streams<Whole, 5>(forms::sequence, forms::scan<3>));

/// What says nothing of how S changes is no transition, and neither is one of another shape.
template <MemoryShape Shape, class Number>
struct NoTransition : WholeRule<Shape, Number> {
    template <class Other>
    using with_number = NoTransition<Shape, Other>;

    static constexpr Number transition(RatedExample<Shape, Number> const& example) { return example.rate; }
};
template <MemoryShape Shape, class Number>
struct OtherShape : WholeRule<Shape, Number> {
    template <class Other>
    using with_number = OtherShape<Shape, Other>;

    static constexpr auto transition(RatedExample<Shape, Number> const&) {
        return AffineMap<MemoryShape{3, 3}, Number>{};
    }
};
static_assert(OnlineRule<NoTransition<shape, Modular>> && !AffineRule<NoTransition<shape, Modular>>);
static_assert(OnlineRule<OtherShape<shape, Modular>> && !AffineRule<OtherShape<shape, Modular>>);

/// The delta rule that answers 2 S q: by scans and in sequence, and kept in sequence. Chunks call no read.
template <MemoryShape Shape, class Number>
struct Doubled : DeltaRule<Shape, Number> {
    using Base = DeltaRule<Shape, Number>;
    template <class Other>
    using with_number = Doubled<Shape, Other>;

    static constexpr typename Base::Answer read(typename Base::State const& state, typename Base::Query const& query) {
        return (Number(1) + Number(1)) * product(state.S, query);
    }
    static constexpr void pull_back_read(typename Base::State const& state, typename Base::Query const& query,
                                         typename Base::Answer const& answer_, typename Base::State& state_,
                                         typename Base::Query& query_) {
        typename Base::Answer const twice = (Number(1) + Number(1)) * answer_;
        Base::pull_back_read(state, query, twice, state_, query_);
    }
};
using Twice = Doubled<shape, Modular>;
static_assert(TransitionRule<Twice> && PullsBackTransition<Twice>);
static_assert(!ReadsByReadsMemory<Twice> && !HasChunks<Twice, 2> && !HasChunkPullback<Twice, 2>);
static_assert(!HasChunks<OnlineHeads<Twice, 2>, 2> && ReadsByReadsMemory<DeltaRule<shape, Modular>>);
static_assert(identical_on_streams<Twice, 5>(forms::sequence, forms::scan<3>));
static_assert(identical_on_streams<Twice, 5>(forms::sequence, [](auto const& stream) {
    return forms::run(
        stream.rule, stream, []<class Rule>(Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
            ArrayOf<typename Rule::State, kept_states<2>(5)> kept;
            return keep<2>(rule, state, StreamSpans<Rule>{examples, queries, {kept.data(), kept.size()}}, answers);
        });
}));
static_assert(laws::stream_pullback_is_transpose_of_derivative<Twice, 3>(forms::sequence));

/// The delta rule times a number that the rule holds: its transition is no static function, and neither is its derivative.
template <MemoryShape Shape, class Number>
struct Faster : ReadsAffineMemory<Faster<Shape, Number>, Shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<Faster<Shape, Number>, Shape, Number, RatedExample>;
    using Delta = DeltaRule<Shape, Number>;
    using typename Base::Example;
    using typename Base::State;
    template <class Other>
    using with_number = Faster<Shape, Other>;

    Number factor = Number(2);
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"factor">, &Faster::factor> {};

    constexpr void observe(State& state, Example const& example) const { Delta::observe(state, faster(example)); }
    constexpr auto transition(Example const& example) const { return Delta::transition(faster(example)); }
    constexpr void pull_back_transition(Example const& example, auto const& step_, Example& example_) const {
        Number const rate_before = example_.rate;
        example_.rate = Number(0);
        Delta::pull_back_transition(faster(example), step_, example_);
        example_.rate = rate_before + factor * example_.rate;
    }

  private:
    constexpr Example faster(Example example) const {
        example.rate = factor * example.rate;
        return example;
    }
};
using Fast = Faster<shape, Modular>;
static_assert(identical_on_streams<Fast, 5>(forms::sequence, forms::chunks<2>));
static_assert(identical_on_streams<Fast, 5>(forms::sequence, forms::scan<3>));
static_assert(DifferentiableRule<Fast> && !SaysItsTransitionWithoutAnObject<Fast>);
static_assert(SaysItsTransitionWithoutAnObject<DeltaRule<shape, Modular>>);
static_assert(laws::stream_pullback_is_transpose_of_derivative<Fast, 3>(forms::sequence));
static_assert(laws::stream_pullback_is_transpose_of_derivative<Fast, 3, 2, InChunks<>>(forms::sequence));
static_assert(laws::stream_pullback_is_transpose_of_derivative<OnlineHeads<Fast, 2>, 2>(forms::sequence));

}  // namespace

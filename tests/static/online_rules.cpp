// SPDX-License-Identifier: MIT
// Every online rule in sequence, in chunks, by trees and all at once: the same answers and the same state.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

// Nothing hides here: keys and values of other sizes, two queries for each example, an initial state that is not
// zero, gates that all differ, five tokens, which are no multiple of the chunk.
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_chunks = identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<2>);
template <class Rule>
constexpr bool has_one_answer() {
    return has_chunks<Rule> && identical_on_streams<Rule, 5>(forms::sequence, forms::scan<3>);
}
static_assert(has_one_answer<AdditiveRule<shape, Modular>>());
static_assert(has_one_answer<DeltaRule<shape, Modular>>());
static_assert(has_one_answer<GatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<ChannelGatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DecoupledDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DiagonalPlusLowRankRule<shape, Modular>>());
static_assert(has_one_answer<ImplicitDeltaRule<shape, Modular>>());
static_assert(has_one_answer<NormalisedDeltaRule<shape, Modular>>());
static_assert(has_chunks<LeastSquaresRule<shape, Modular>>);
static_assert(has_chunks<MiniBatchRule<shape, Modular>>);
static_assert(has_chunks<MomentumRule<shape, Modular>>);

// One chunk for all, one longer than all, every plan for its system, and the smallest: chunks of one token.
using Gated = GatedDeltaRule<shape, Modular>;
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::chunks<5>));
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::chunks<7, ByHalves>));
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::chunks<4, ByDoubling>));
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::chunks<1>));
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::scan<5>));
static_assert(identical_on_streams<Gated, 5>(forms::sequence, forms::scan<8>));
static_assert(identical_on_streams<LeastSquaresRule<shape, Modular>, 4>(forms::sequence, forms::chunks<3, ByHalves>));

constexpr auto at_once = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Rule = typename StreamOfRule::RuleOfStream;
    constexpr std::size_t tokens = StreamOfRule::length;
    StreamAnswer<typename Rule::State, typename Rule::Answer, StreamOfRule::length> result;
    result.state = stream.initial;
    all_at_once(stream.rule, result.state, std::span<typename Rule::Example const, tokens>(stream.examples),
                std::span<typename Rule::Query const, tokens>(stream.queries),
                std::span<typename Rule::Answer, tokens>(result.answers));
    return result;
};
static_assert(identical_on_streams<Gated, 5>(forms::sequence, at_once));

// A proof says what it is one of.
constexpr StreamProof proof = identical_on_streams<Gated, 5>(forms::sequence, forms::chunks<2>);
static_assert(proof && proof.shape == shape && proof.tokens == 5 && proof.degree > 10 && proof.degree < 100);
static_assert(proof.denominator_degree == 0);  // nothing is divided, and a gate may be 0
static_assert(proof.escape_probability > 0 && proof.escape_probability < 1e-15 && !StreamProof{});

// ------------------------------------------------------------------------------------------------ gates of exactly 0 ----

/// Gates of 0 and 1 among the others: at the first token, inside a chunk, two in a row, at a chunk's end. Of gates
/// per channel some.
template <auto Form>
constexpr auto with_gates_of_zero = [](auto stream) {
    using Number = typename decltype(stream)::Scalar;
    auto const set = [](auto& example, int gate) {
        if constexpr (requires { example.gate; }) {
            example.gate = Number(gate);
        } else {
            example.gates(0, 0) = Number(gate);
            example.gates(2, 0) = Number(1 - gate);
        }
    };
    set(stream.examples[0], 0);
    set(stream.examples[2], 0);
    set(stream.examples[3], 0);
    set(stream.examples[4], 1);
    set(stream.examples[5], 0);
    return Form(stream);
};
template <class Rule>
constexpr bool gates_may_be_zero = identical_on_streams<Rule, 7>(with_gates_of_zero<forms::sequence>,
                                                                 with_gates_of_zero<forms::chunks<3>>) &&
                                   identical_on_streams<Rule, 7>(with_gates_of_zero<forms::sequence>,
                                                                 with_gates_of_zero<forms::scan<4>>);
static_assert(gates_may_be_zero<GatedDeltaRule<shape, Modular>>);
static_assert(gates_may_be_zero<ChannelGatedDeltaRule<shape, Modular>>);
static_assert(gates_may_be_zero<DecoupledDeltaRule<shape, Modular>>);
static_assert(gates_may_be_zero<DiagonalPlusLowRankRule<shape, Modular>>);

/// Batches of three, one, and three tokens: they begin within chunks, and where one does; the first token continues one.
template <auto Form>
constexpr auto in_batches = [](auto stream) {
    using Number = typename decltype(stream)::Scalar;
    constexpr int begins[] = {0, 1, 0, 0, 1, 1, 0};
    for (std::size_t token = 0; token < 7; ++token) {
        stream.examples[token].begins = Number(begins[token]);
    }
    return Form(stream);
};
static_assert(identical_on_streams<MiniBatchRule<shape, Modular>, 7>(in_batches<forms::sequence>,
                                                                     in_batches<forms::chunks<3>>));

/// Momentum and gates of 0 and 1.
template <auto Form>
constexpr auto without_some = [](auto stream) {
    using Number = typename decltype(stream)::Scalar;
    stream.examples[0].momentum = Number(0);
    stream.examples[1].gate = Number(0);
    stream.examples[2].momentum = Number(1);
    stream.examples[3].momentum = stream.examples[3].gate = Number(0);
    return Form(stream);
};
static_assert(identical_on_streams<MomentumRule<shape, Modular>, 5>(without_some<forms::sequence>,
                                                                    without_some<forms::chunks<3>>));

// ----------------------------------------------------------------------------------------------------- a stream in pieces ----

constexpr bool a_stream_may_come_in_pieces() {
    auto const stream = streams::drawn<Gated, 5>({});
    auto const whole = forms::sequence(stream);
    using Examples = std::span<Gated::Example const>;
    using Queries = std::span<Gated::Query const>;
    ArrayOf<Gated::Answer, 5> answers;
    std::span<Gated::Answer> const all(answers.data(), 5);
    Gated::State state = stream.initial;
    Examples const examples(stream.examples.data(), 5);
    Queries const queries(stream.queries.data(), 5);
    bool done = in_chunks<2>(Gated{}, state, examples.first(3), queries.first(3), all.first(3)) == Answered::all;
    done = done && in_scan<2>(Gated{}, state, examples.subspan(3), queries.subspan(3), all.subspan(3)) == Answered::all;
    for (std::size_t token = 0; token < 5; ++token) {
        done = done && answers[token] == whole.answers[token];
    }
    return done && state.S == whole.state.S && in_sequence(Gated{}, state, {}, {}, {}) == Answered::all;
}
static_assert(a_stream_may_come_in_pieces());

// Spans of unlike lengths: nothing is done.
constexpr bool unlike_lengths_are_refused() {
    auto const stream = streams::drawn<Gated, 2>({});
    ArrayOf<Gated::Answer, 2> answers;
    Gated::State state = stream.initial;
    std::span<Gated::Example const> const examples(stream.examples.data(), 2);
    std::span<Gated::Query const> const queries(stream.queries.data(), 2);
    std::span<Gated::Answer> const all(answers.data(), 2);
    auto const refused = [](Answered said) { return said == Answered::unlike_lengths; };
    return refused(in_sequence(Gated{}, state, examples, queries.first(1), all)) &&
           refused(in_sequence(Gated{}, state, examples, queries, all.first(1))) &&
           refused(in_chunks<2>(Gated{}, state, examples, queries.first(1), all)) &&
           refused(in_chunks<2>(Gated{}, state, examples, queries, all.first(1))) &&
           refused(in_scan<2>(Gated{}, state, examples, queries.first(1), all)) &&
           refused(in_scan<2>(Gated{}, state, examples, queries, all.first(1))) && state.S == stream.initial.S &&
           answers[0] == Gated::Answer();
}
static_assert(unlike_lengths_are_refused());

// The concept: what has no read, or a state that is no Hana struct, is no rule; momentum and mini-batches are not
// affine in S alone. Their chunks are written by hand, as those of least squares.
struct NoRead : Gated {
    void read() const;
};
struct PlainState : Gated {
    struct State {};
};
static_assert(!OnlineRule<NoRead> && !OnlineRule<PlainState> && !OnlineRule<int>);
static_assert(AffineRule<Gated> && !AffineRule<LeastSquaresRule<shape, Modular>> &&
              !AffineRule<MomentumRule<shape, Modular>>);
static_assert(HasChunks<LeastSquaresRule<shape, Modular>, 2> &&
              !HasChunks<FactoredLeastSquaresRule<shape, Modular>, 2>);

}  // namespace

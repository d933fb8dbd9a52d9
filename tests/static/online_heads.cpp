// SPDX-License-Identifier: MIT
// Several heads are as many streams; they run in chunks, and have their derivative.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
template <class Rule>
using Heads = OnlineHeads<Rule, 2>;
using Gated = GatedDeltaRule<shape, Modular>;
using LeastSquares = LeastSquaresRule<shape, Modular>;

/// Each head by itself.
constexpr auto head_by_head = []<class StreamOfHeads>(StreamOfHeads const& stream) {
    using Rules = typename StreamOfHeads::RuleOfStream;
    using Rule = decltype(stream.rule.rule);
    StreamAnswer<typename Rules::State, typename Rules::Answer, StreamOfHeads::length> result;
    for (std::size_t head = 0; head < Rules::count; ++head) {
        Stream<Rule, StreamOfHeads::length> one;
        one.initial = stream.initial[head];
        for (std::size_t token = 0; token < one.examples.size(); ++token) {
            one.examples[token] = stream.examples[token][head];
            one.queries[token] = stream.queries[token][head];
        }
        auto const answered = forms::sequence(one);
        for (std::size_t token = 0; token < one.examples.size(); ++token) {
            result.answers[token][head] = answered.answers[token];
        }
        result.state[head] = answered.state;
    }
    return result;
};
static_assert(identical_on_streams<Heads<Gated>, 5>(head_by_head, forms::sequence));
static_assert(identical_on_streams<Heads<Gated>, 5>(head_by_head, forms::chunks<2>));
static_assert(!HasChunks<Heads<FactoredLeastSquaresRule<shape, Modular>>, 2> && HasChunks<Heads<LeastSquares>, 2>);
// Heads begin as their rule does.
constexpr bool heads_begin_as_their_rule() {
    Heads<FactoredLeastSquaresRule<MemoryShape{.key_dim = 1, .value_dim = 1}, Rational>> heads;
    heads.rule.penalty = Rational(4);
    auto const state = state_to_begin_with(heads);
    return state[0].D(0, 0) == Rational(1, 4) && state[1].D(0, 0) == Rational(1, 4) &&
           state[1].U(0, 0) == Rational(1) && state_to_begin_with(LeastSquares{}).R(1, 1) == Modular(1) &&
           state_to_begin_with(LeastSquares{}).R(0, 1) == Modular(0) &&
           state_to_begin_with(Heads<Gated>{})[1].S(1, 2) == Modular(0);
}
static_assert(heads_begin_as_their_rule());
static_assert(laws::stream_pullback_is_transpose_of_derivative<Heads<Gated>, 3, 2>(forms::sequence));

// The drawn state of every head is one of the rule's: symmetric. The rule may say so by a member.
struct Member : LeastSquares {
    template <class Other>
    using with_number = Member;
    constexpr void make_symmetric(State& state) const { LeastSquares::make_symmetric(state); }
};
static_assert(identical_on_streams<Heads<LeastSquares>, 3>(forms::sequence, forms::chunks<2>));
static_assert(
    laws::stream_pullback_is_transpose_of_derivative<Heads<RidgeMemoryRule<shape, Modular>>, 2>(forms::sequence));
template <class Rule>
constexpr bool all_are_symmetric() {
    auto const stream = streams::drawn<Heads<Rule>, 1>({});
    return stream.initial[0].R(2, 1) == stream.initial[0].R(1, 2) &&
           stream.initial[1].R(2, 1) == stream.initial[1].R(1, 2);
}
static_assert(all_are_symmetric<LeastSquares>() && all_are_symmetric<Member>());
static_assert(!MakesSymmetric<Heads<Gated>>);

// Heads of a rule without members list all that they hold; those of a rule with a bool in the byte of an empty member do not.
struct Tag {};
struct Hidden : Gated {
    [[no_unique_address]] Tag tag{};
    bool is_wrong = false;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"tag">, &Hidden::tag> {};
};
static_assert(sizeof(Hidden) == 1 && !streams::lists_all_members<Hidden>);
static_assert(streams::lists_all_members<Heads<Gated>> && !streams::lists_all_members<Heads<Hidden>>);
static_assert(streams::lists_all_members<OnlineHeads<Heads<Gated>, 3>>);
static_assert(!streams::lists_all_members<OnlineHeads<Heads<Hidden>, 3>>);

// Heads of heads: each matrix of the innermost ones is compared.
using HeadsOfHeads = Heads<Heads<Gated>>;
static_assert(identical_on_streams<HeadsOfHeads, 3>(head_by_head, forms::sequence));
static_assert(laws::stream_pullback_is_transpose_of_derivative<HeadsOfHeads, 2>(forms::sequence));
template <std::size_t Outer, std::size_t Inner>
constexpr auto wrong_in_one_head = [](auto const& stream) {
    auto result = forms::sequence(stream);
    auto& answer = result.answers[2][Outer][Inner];
    answer += answer;
    return result;
};
static_assert(different_on_streams<HeadsOfHeads, 3>(forms::sequence, wrong_in_one_head<0, 1>));
static_assert(different_on_streams<HeadsOfHeads, 3>(forms::sequence, wrong_in_one_head<1, 0>));

}  // namespace

// SPDX-License-Identifier: MIT
// The derivative in chunks, by products: against dual numbers, as online_gradients.cpp. Of three tokens in chunks of two, so that the
// last is shorter; S0 is not zero, key_dim is not value_dim, two queries for each example, all gates differ.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule, class Plan = BySubstitution>
constexpr bool has_it_by_products =
    laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2, InChunks<Plan>>(forms::sequence);

static_assert(has_it_by_products<AdditiveRule<shape, Modular>>);
static_assert(has_it_by_products<DeltaRule<shape, Modular>>);
static_assert(has_it_by_products<GatedDeltaRule<shape, Modular>>);
static_assert(has_it_by_products<GatedDeltaRule<shape, Modular>, ByHalves>);
static_assert(has_it_by_products<ChannelGatedDeltaRule<shape, Modular>>);

// What has no derivative in chunks: rules that are not affine, and those without the derivative of their transition.
template <class Rule>
constexpr bool has_pullback = HasChunkPullback<Rule, 2>;
static_assert(has_pullback<DeltaRule<shape, Modular>> && has_pullback<OnlineHeads<DeltaRule<shape, Modular>, 2>>);
static_assert(!has_pullback<MomentumRule<shape, Modular>> && !has_pullback<LeastSquaresRule<shape, Modular>> &&
              !has_pullback<OnlineHeads<LeastSquaresRule<shape, Modular>, 2>>);

// Spans of unlike lengths: nothing is done.
constexpr bool unlike_lengths_are_refused() {
    using Rule = DeltaRule<shape, Modular>;
    auto const stream = streams::drawn<Rule, 2>({});
    ArrayOf<Rule::State, 2> kept;
    ArrayOf<Rule::Answer, 2> answers_ = streams::drawn_weights<Rule, 2>().answers;
    ArrayOf<Rule::Example, 2> examples_;
    ArrayOf<Rule::Query, 2> queries_;
    Rule::State state_ = stream.initial;
    bool refused = true;
    for (std::size_t short_one = 0; short_one < 5; ++short_one) {
        auto const length = [&](std::size_t number) { return number == short_one ? std::size_t{1} : std::size_t{2}; };
        StreamSpans<Rule> const spans{.examples = {stream.examples.data(), 2},
                                      .queries = {stream.queries.data(), length(0)},
                                      .kept = {kept.data(), length(1)}};
        refused = refused && pull_back_in_chunks<1>(Rule{}, spans, {answers_.data(), length(2)}, state_,
                                                    {examples_.data(), length(3)},
                                                    {queries_.data(), length(4)}) == Answered::unlike_lengths;
    }
    return refused && state_.S == stream.initial.S && examples_[1].value == Rule::Example().value;
}
static_assert(unlike_lengths_are_refused());

}  // namespace

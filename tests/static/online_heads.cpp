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
static_assert(laws::stream_pullback_is_transpose_of_derivative<Heads<Gated>, 3, 2>(forms::sequence));

}  // namespace

// SPDX-License-Identifier: MIT
// Every online rule in sequence, in chunks, by trees and all at once: the same answers and the same state.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

// Nothing hides here: keys and values of other sizes, two queries for each example, an initial state that is not zero, gates that
// all differ, five tokens, which are no multiple of the chunk.
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};

template <class Rule>
constexpr bool has_one_answer() {
    return identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<2>) &&
           identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<3, ByHalves>) &&
           identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<5, ByDoubling>) &&
           identical_on_streams<Rule, 5>(forms::sequence, forms::chunks<7>) &&
           identical_on_streams<Rule, 5>(forms::sequence, forms::scan<3>) &&
           identical_on_streams<Rule, 5>(forms::sequence, forms::scan<5>);
}
static_assert(has_one_answer<AdditiveRule<shape, Modular>>());
static_assert(has_one_answer<DeltaRule<shape, Modular>>());
static_assert(has_one_answer<GatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<ChannelGatedDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DecoupledDeltaRule<shape, Modular>>());
static_assert(has_one_answer<DiagonalPlusLowRankRule<shape, Modular>>());
static_assert(has_one_answer<ImplicitDeltaRule<shape, Modular>>());
static_assert(has_one_answer<NormalisedDeltaRule<shape, Modular>>());
using RLS = LeastSquaresRule<shape, Modular>;
/// R0 is symmetric, as an inverse gram matrix is.
template <auto Form>
constexpr auto from_symmetric_R = [](auto stream) {
    for (int i = 0; i < shape.key_dim; ++i) {
        for (int j = 0; j < i; ++j) {
            stream.initial.R(i, j) = stream.initial.R(j, i);
        }
    }
    return Form(stream);
};
static_assert(identical_on_streams<RLS, 5>(from_symmetric_R<forms::sequence>, from_symmetric_R<forms::chunks<2>>));
static_assert(OnlineRule<RidgeMemoryRule<shape, Modular>>);
static_assert(OnlineRule<MomentumRule<shape, Modular>>&& OnlineRule<MiniBatchRule<shape, Modular>>);

}  // namespace

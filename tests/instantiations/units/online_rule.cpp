// SPDX-License-Identifier: MIT
// An online rule: proved in chunks, and run in float.
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
static_assert(identical_on_streams<GatedDeltaRule<shape, Modular>, 5>(forms::sequence, forms::chunks<2>));

using Rule = GatedDeltaRule<shape, float>;
Answered answer(Rule::State& state, std::span<Rule::Example const> examples, std::span<Rule::Query const> queries,
                std::span<Rule::Answer> answers) {
    return in_chunks<32>(Rule{}, state, examples, queries, answers);
}

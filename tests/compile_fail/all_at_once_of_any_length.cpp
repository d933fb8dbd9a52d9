// SPDX-License-Identifier: MIT
// All at once, of spans whose length nobody knows while compiling.
//
// expected: all_at_once takes spans whose length is known while compiling; in_chunks takes any
#include <span>

#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

Answered answer(Rule::State& state, std::span<Rule::Example const> examples, std::span<Rule::Query const> queries,
                std::span<Rule::Answer> answers) {
#ifdef BROKEN
    all_at_once(Rule{}, state, examples, queries, answers);
    return Answered::all;
#else
    return in_chunks<64>(Rule{}, state, examples, queries, answers);
#endif
}

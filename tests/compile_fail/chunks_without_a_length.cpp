// SPDX-License-Identifier: MIT
// A stream is answered in chunks of no length.
//
// expected: a form takes a rule, a state that it changes, examples, queries and answers, in this order
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

Answered answered(Rule const& rule, Rule::State& state, std::span<Rule::Example const> examples,
                  std::span<Rule::Query const> queries, std::span<Rule::Answer> answers) {
#ifdef BROKEN
    return in_chunks(rule, state, examples, queries, answers);
#else
    return in_chunks<4>(rule, state, examples, queries, answers);
#endif
}

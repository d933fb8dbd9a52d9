// SPDX-License-Identifier: MIT
// Whether a form answered is not read.
//
// expected-gcc: ignoring returned value of type 'incontext::Answered', declared with attribute 'nodiscard'
// expected-clang: ignoring return value of function declared with 'nodiscard' attribute
#include <span>

#include "incontext/incontext.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, float>;

void answer(Rule::State& state, std::span<Rule::Example const> examples, std::span<Rule::Query const> queries,
            std::span<Rule::Answer> answers, bool& done) {
#ifdef BROKEN
    in_chunks<64>(Rule{}, state, examples, queries, answers);
    done = true;
#else
    done = in_chunks<64>(Rule{}, state, examples, queries, answers) == Answered::all;
#endif
}

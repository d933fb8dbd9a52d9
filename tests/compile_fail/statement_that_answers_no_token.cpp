// SPDX-License-Identifier: MIT
// Two statements about five tokens that answer none of them: equal, and nothing is compared.
//
// expected: a statement about streams returns a StreamAnswer<State, Answer, tokens>
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

constexpr auto my_form = [](auto const& stream) {
#ifdef BROKEN
    using RuleOfStream = typename std::remove_cvref_t<decltype(stream)>::RuleOfStream;
    return StreamAnswer<typename RuleOfStream::State, typename RuleOfStream::Answer, 0>{};
#else
    return forms::sequence(stream);
#endif
};

static_assert(identical_on_streams<Rule, 5>(my_form, my_form));

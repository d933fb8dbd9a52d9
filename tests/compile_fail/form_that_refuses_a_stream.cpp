// SPDX-License-Identifier: MIT
// A form that is given fewer queries than examples: it does nothing, and says so in what it returns.
//
// expected: this comparison cannot be made while compiling
// expected: a_form_has_refused_the_stream
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

template <int Count>
constexpr auto my_form = [](auto const& stream) {
    return forms::run(stream.rule, stream,
                      [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
                          return in_chunks<2>(rule, state, examples, queries.first(Count), answers);
                      });
};

#ifdef BROKEN
static_assert(identical_on_streams<Rule, 5>(my_form<4>, my_form<4>));
#else
static_assert(identical_on_streams<Rule, 5>(forms::sequence, my_form<5>));
#endif

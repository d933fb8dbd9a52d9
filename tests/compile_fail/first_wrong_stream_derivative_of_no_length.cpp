// SPDX-License-Identifier: MIT
// Which derivative is wrong is asked on streams of no length.
//
// expected: laws::first_wrong_stream_derivative<Rule, length>(form), where a form is
#include "incontext/online.hpp"

using namespace incontext;

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;

#ifdef BROKEN
static_assert(laws::first_wrong_stream_derivative<Rule>(forms::sequence) == StreamDerivative{});
#else
static_assert(laws::first_wrong_stream_derivative<Rule, 3>(forms::sequence) == StreamDerivative{});
#endif

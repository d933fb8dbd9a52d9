// SPDX-License-Identifier: MIT
// Recursive least squares is not affine in its state: it has its derivative token by token alone.
//
// expected: this rule has no derivative in chunks: it needs transition(example) and pull_back_transition(example, step_, example_) (recurrence/online_rule.hpp). Take pull_back
#include "incontext/online.hpp"

using namespace incontext;

using Rule = LeastSquaresRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
#ifdef BROKEN
using Backwards = InChunks<>;
#else
using Backwards = TokenByToken;
#endif
static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3, 2, Backwards>(forms::sequence));

// SPDX-License-Identifier: MIT
// Forms of a rule in exact numbers, which do not round: they are the same, or they are not.
//
// expected: agree, agree_on_streams and error_bounds are about numbers that round
#include "incontext/incontext.hpp"

using namespace incontext;
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

#ifdef BROKEN
bool holds(Stream<DeltaRule<shape, Modular>, 5> const& stream) {
    return agree_on_streams(forms::sequence, forms::scan<2>, stream).holds;
}
#else
static_assert(identical_on_streams<DeltaRule<shape, Modular>, 5>(forms::sequence, forms::scan<2>));
#endif

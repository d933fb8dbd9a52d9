// SPDX-License-Identifier: MIT
// A regressor of a memory that four queries read after each example.
//
// expected: a regressor is asked one question at a time
#include "incontext/incontext.hpp"

using namespace incontext;

#ifdef BROKEN
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 4};
#else
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
#endif

auto count(StreamingRegressor<DeltaRule<shape, float>> const& regressor) {
    return regressor.count();
}

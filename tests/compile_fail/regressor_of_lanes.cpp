// SPDX-License-Identifier: MIT
// Sixteen streams in the lanes of one regressor: an example can be good in one lane and bad in another.
//
// expected: a regressor refuses an example or takes it, which differs from lane to lane
// expected: a_regressor_has_one_status<
#include "incontext/incontext.hpp"

#include <array>

using namespace incontext;

#ifdef BROKEN
using Streams = std::array<Lms<3, 2, Lanes<float, 16>>, 1>;
#else
using Streams = std::array<Lms<3, 2, float>, 16>;
#endif

auto count(Streams const& streams) {
    return streams[0].count();
}

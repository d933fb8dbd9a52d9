// SPDX-License-Identifier: MIT
// What became of an example is not read.
//
// expected-gcc: ignoring returned value of type 'incontext::Observation', declared with attribute 'nodiscard'
// expected-clang: ignoring return value of function declared with 'nodiscard' attribute
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

void observe(Context& context, Eigen::Vector3f const& x, Eigen::Vector2f const& y, long& refused) {
#ifdef BROKEN
    context.observe(x, y);
#else
    refused += context.observe(x, y) == Observation::out_of_range;
#endif
}

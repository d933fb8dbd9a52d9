// SPDX-License-Identifier: MIT
// Seven inputs and six outputs.
//
// expected: every example is an input and an output
// expected: observed_inputs_and_outputs_differ_in_number<incontext::Given<3, 7>, incontext::Given<2, 6>
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 2>>;

#ifdef BROKEN
constexpr int outputs = 6;
#else
constexpr int outputs = 7;
#endif

Observation observe(Context& context, Eigen::Matrix<float, 3, 7> const& X, Eigen::Matrix<float, 2, outputs> const& Y) {
    return context.observe(X, Y);
}

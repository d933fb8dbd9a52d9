// SPDX-License-Identifier: MIT
// The best rate is looked for, and nothing says which update has a rate.
//
// expected: what is measured on evaluation tasks is given the Evaluation first
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
using Step = GradientStep<sizes, float>;

auto best(Evaluation<sizes> const& evaluation) {
#ifdef BROKEN
    return scan_learning_rate(evaluation, Step{});
#else
    return scan_learning_rate(evaluation, [](float rate) { return Step{rate}; });
#endif
}

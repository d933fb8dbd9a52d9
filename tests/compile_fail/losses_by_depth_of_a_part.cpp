// SPDX-License-Identifier: MIT
// The losses of a stack within a part, which acts once, after all layers.
//
// expected: a trace and losses by depth ask for the prediction after each layer of a LayerStack or LoopedStack
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Layer = LinearSelfAttention<sizes.tokens(), float>;
#ifdef BROKEN
using Model = Damped<LoopedStack<Layer, 2>>;
#else
using Model = LoopedStack<Damped<Layer>, 2>;
#endif

double first(Evaluation<sizes> const& evaluation, Model const& model) {
    return losses_by_depth(evaluation, model)[0];
}

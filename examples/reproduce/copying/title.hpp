// SPDX-License-Identifier: MIT
/// @file
/// What the figure of a run says: whether its loss has fallen, and whether its first layer looks at the next token.
#pragma once

#include <string>

#include "common/curves.hpp"

namespace reproduce {

/// The end of a run.
struct CopyingEnd {
    double loss = 0;
    double sensitivity_next = 0;
    double sensitivity_other = 0;

    /// Before training both sensitivities are the same noise, so a layer looks at the next token from twice the others on.
    [[nodiscard]] bool looks_at_next() const { return sensitivity_next > 2 * sensitivity_other; }
};

/// "the loss falls while ..., and ends 2.3 % above one step of gradient descent": in four ways, one for each pair of answers. A loss
/// has fallen if it is below `half_way` from predicting 0 to the step. Test: tests/tools/copying_title.cpp.
[[nodiscard]] inline std::string copying_title(CopyingEnd const& end, double half_way, double loss_of_step) {
    bool const falls = end.loss < half_way;
    std::string const says =
        falls ? (end.looks_at_next() ? "loss falls while the first layer begins to look at the next token, and ends "
                                     : "loss falls without the first layer looking at the next token, and ends ")
              : (end.looks_at_next() ? "first layer looks at the next token, but the loss is "
                                     : "first layer does not look at the next token, and the loss is ");
    return "the " + says + percent_text(end.loss, loss_of_step) + " one step of gradient descent";
}

}  // namespace reproduce

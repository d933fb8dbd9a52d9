// SPDX-License-Identifier: MIT
// What 12 blocks are compared with.
#include "blocks/model.hpp"
#include "deep_models/rules.hpp"

namespace reproduce {

Rules rules_beside_blocks(Evaluation<sizes> const& evaluation, bool in_short, bool quiet, Workers& workers) {
    FitEffort const effort = in_short ? FitEffort{.scan = {.spacing = .5}, .divided_by = 10} : FitEffort{};
    return fitted_rules_with<ModelOf<block_count, false>>(evaluation, quiet, workers, effort);
}

}  // namespace reproduce

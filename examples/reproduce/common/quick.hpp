// SPDX-License-Identifier: MIT
/// @file
/// How long a program trains unless its command line says it: as the paper, or with --quick for a first look.
#pragma once

#include "common/options.hpp"

namespace reproduce {

/// The defaults of options that differ between a program's full and its quick setting.
struct Extent {
    int steps;
    int batch;
    int eval_every;
};

/// Adds --quick. Call it after add_common_options, of options whose steps, batch and eval_every are 0: in_extent fills in
/// those that the command line does not name.
void add_quick_option(CLI::App& app, bool& quick, Extent const& full, Extent const& in_short);

/// The options with what the command line has left open.
[[nodiscard]] CommonOptions in_extent(CommonOptions options, Extent const& extent);

}  // namespace reproduce

// SPDX-License-Identifier: MIT
#include "common/quick.hpp"

#include <string>

namespace reproduce {

void add_quick_option(CLI::App& app, bool& quick, Extent const& full, Extent const& in_short) {
    add_flag(app, "--quick", quick,
             "a first look: " + std::to_string(in_short.steps) + " steps of " + std::to_string(in_short.batch) +
                 " tasks, evaluated every " + std::to_string(in_short.eval_every));
    set_default_text(app, "--steps", std::to_string(full.steps));
    set_default_text(app, "--batch", std::to_string(full.batch));
    set_default_text(app, "--eval-every", std::to_string(full.eval_every));
}

CommonOptions in_extent(CommonOptions options, Extent const& extent) {
    auto const fill_in = [](int& option, int value) {
        if (option == 0) {
            option = value;
        }
    };
    fill_in(options.steps, extent.steps);
    fill_in(options.batch, extent.batch);
    fill_in(options.eval_every, extent.eval_every);
    return options;
}

}  // namespace reproduce

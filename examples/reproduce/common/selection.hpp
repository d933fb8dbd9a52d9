// SPDX-License-Identifier: MIT
/// @file
/// Which of the models that a program was compiled for shall be trained: `--sizes 2,10,30`.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace reproduce {

/// "2, 3, 5".
[[nodiscard]] std::string list_text(std::vector<int> const& numbers);

/// Adds an option for some of the numbers in `compiled`, separated by commas; `chosen` begins as all of them and keeps
/// their order. Errors: a UsageError (tools/program.hpp) that lists them while the command line is parsed.
void add_selection(CLI::App& app, std::string const& name, std::vector<int>& chosen, std::vector<int> const& compiled,
                   std::string const& help);

/// Whether the number is among those chosen.
[[nodiscard]] inline bool is_among(std::vector<int> const& chosen, int number) {
    return std::find(chosen.begin(), chosen.end(), number) != chosen.end();
}

}  // namespace reproduce

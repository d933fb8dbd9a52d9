// SPDX-License-Identifier: MIT
#include "common/selection.hpp"

#include <iterator>

#include "common/options.hpp"
#include "tools/parts.hpp"
#include "tools/program.hpp"

namespace reproduce {

std::string list_text(std::vector<int> const& numbers) {
    std::string text;
    for (int const number : numbers) {
        text += (text.empty() ? "" : ", ") + std::to_string(number);
    }
    return text;
}

void add_selection(CLI::App& app, std::string const& name, std::vector<int>& chosen, std::vector<int> const& compiled,
                   std::string const& help) {
    chosen = compiled;
    auto const assign = [name, compiled, &chosen](std::string const& text) {
        std::vector<int> asked_for;
        for (std::string const& word : tools::parts_of(text, ',')) {
            auto const found = std::find_if(compiled.begin(), compiled.end(),
                                            [&](int number) { return word == std::to_string(number); });
            if (found == compiled.end()) {
                throw tools::UsageError(name + " expects some of " + list_text(compiled) +
                                        ", separated by commas without spaces, not '" + text + "'");
            }
            asked_for.push_back(*found);
        }
        chosen.clear();
        std::copy_if(compiled.begin(), compiled.end(), std::back_inserter(chosen),
                     [&](int number) { return is_among(asked_for, number); });
    };
    add_text(app, name, assign, help, {.value = "N,N,...", .by_default = "all"});
}

}  // namespace reproduce

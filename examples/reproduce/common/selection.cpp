// SPDX-License-Identifier: MIT
#include "common/selection.hpp"

#include <iterator>
#include <string_view>

#include "common/options.hpp"
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
        std::string_view rest = text;
        for (bool is_last = false; !is_last;) {
            std::string_view const word = rest.substr(0, rest.find(','));
            is_last = word.size() == rest.size();
            rest.remove_prefix(word.size() + (is_last ? 0 : 1));
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

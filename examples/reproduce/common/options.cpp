// SPDX-License-Identifier: MIT
#include "common/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <vector>

#include "tools/program.hpp"

namespace reproduce {
namespace {

constexpr std::int64_t greatest_seed = std::numeric_limits<std::uint32_t>::max();

std::int64_t whole_number(std::string const& name, std::string_view text, Bounds bounds) {
    std::int64_t number = 0;
    char const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < bounds.least || number > bounds.greatest) {
        throw UsageError(name + " expects a whole number from " + std::to_string(bounds.least) + " to " +
                         std::to_string(bounds.greatest) + ", not '" + std::string(text) + "'");
    }
    return number;
}

/// A quick default and the option that it is of.
struct QuickDefault {
    char const* option;
    int quick;
    int* value;
};

std::vector<QuickDefault> quick_defaults_of(CommonOptions& options) {
    QuickDefaults const& quick = options.quick_defaults;
    std::vector<QuickDefault> result{{"--steps", quick.steps, &options.steps},
                                     {"--batch", quick.batch, &options.batch},
                                     {"--seeds", quick.seeds, &options.seeds},
                                     {"--eval-every", quick.eval_every, &options.eval_every}};
    std::erase_if(result, [](QuickDefault const& of) { return of.quick == 0; });
    return result;
}

template <class Integer>
void add_number(CLI::App& app, std::string const& name, Integer& value, Bounds bounds, std::string const& help) {
    auto const assign = [name, bounds, &value](std::string const& text) {
        value = static_cast<Integer>(whole_number(name, text, bounds));
    };
    add_text(app, name, assign, help, {.value = "N", .by_default = std::to_string(value)});
}

}  // namespace

void add_whole_number(CLI::App& app, std::string const& name, int& value, Bounds bounds, std::string const& help) {
    add_number(app, name, value, bounds, help);
}

void add_whole_number(CLI::App& app, std::string const& name, std::uint32_t& value, Bounds bounds,
                      std::string const& help) {
    add_number(app, name, value, bounds, help);
}

void add_text(CLI::App& app, std::string const& name, std::function<void(std::string const&)> const& assign,
              std::string const& help, OptionTexts const& texts) {
    app.add_option_function<std::string>(name, assign, help)->type_name(texts.value)->default_str(texts.by_default);
}

void add_flag(CLI::App& app, std::string const& name, bool& value, std::string const& help) {
    app.add_flag(name, value, help);
}

void require_none_of(CLI::App const& app, std::vector<std::string> const& options, std::string const& instead) {
    for (std::string const& option : options) {
        if (app.count(option) > 0) {
            throw UsageError(instead + ", so it goes without " + option);
        }
    }
}

void set_default_text(CLI::App& app, std::string const& name, std::string const& text) {
    app.get_option(name)->default_str(text);
}

void add_common_options(CLI::App& app, CommonOptions& options) {
    // The upper bounds catch slips of the keyboard before they become hours or gigabytes; none is a limit of the code.
    add_whole_number(app, "--steps", options.steps, {1, 1'000'000'000}, "training steps");
    add_whole_number(app, "--batch", options.batch, {1, 1'000'000}, "tasks per training step");
    add_whole_number(app, "--seed", options.seed, {0, greatest_seed}, "seed of the first run, a 32-bit number");
    add_whole_number(app, "--seeds", options.seeds, {1, 1'000}, "number of runs, with seeds seed, seed + 1, ...");
    add_whole_number(app, "--eval-every", options.eval_every, {1, 1'000'000'000}, "training steps between evaluations");
    add_whole_number(app, "--threads", options.threads, {1, 1'024},
                     "threads; the default is one per hardware thread; any number gives the same bits");

    auto const set_out = [&options](std::string const& text) {
        if (text.empty()) {
            throw UsageError("--out expects the name of a directory, not an empty text");
        }
        options.out = text;
    };
    add_text(app, "--out", set_out, "directory of the results, created where absent",
             {.value = "DIRECTORY", .by_default = options.out.string()});
    add_flag(app, "--quiet", options.quiet, "no progress and no summary; errors and warnings stay");
    if (auto const quick = quick_defaults_of(options); !quick.empty()) {
        std::string help = "a shorter run, with other defaults:";
        for (QuickDefault const& of : quick) {
            help += std::string(" ") + of.option + " " + std::to_string(of.quick);
        }
        help += options.quick_defaults.and_then;
        add_flag(app, "--quick", options.quick, help);
    }

    app.parse_complete_callback([&app, &options] {
        if (options.quick) {
            for (QuickDefault const& of : quick_defaults_of(options)) {
                if (app.count(of.option) == 0) {
                    *of.value = of.quick;
                }
            }
        }
        if (options.seed + std::int64_t{options.seeds} - 1 > greatest_seed) {
            throw UsageError("--seed " + std::to_string(options.seed) + " with --seeds " +
                             std::to_string(options.seeds) + " leaves the 32-bit numbers");
        }
    });
}

}  // namespace reproduce

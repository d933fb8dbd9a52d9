// SPDX-License-Identifier: MIT
#include "sweep/grid.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "incontext/io/atomic_file.hpp"
#include "tools/checksum.hpp"
#include "tools/csv.hpp"
#include "tools/parts.hpp"
#include "tools/program.hpp"
#include "tools/text_file.hpp"

namespace sweep {
namespace {

constexpr long most_values = 100'000;
constexpr double most_cells = 1'000'000;

[[noreturn]] void refuse(std::string const& option, std::string const& expected, std::string const& text) {
    throw tools::UsageError(option + " expects " + expected + ", not '" + text + "'");
}

template <class Number>
bool is_number(std::string const& text, Number& number) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

template <class Number>
void require_different(std::string const& option, std::vector<Number> numbers) {
    std::sort(numbers.begin(), numbers.end());
    if (std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end()) {
        throw tools::UsageError(option + " has a value twice");
    }
}

/// What tells a cell from others: the beginning of its row.
std::string key_of(Cell const& cell) {
    std::string text;
    for (double const value : {static_cast<double>(cell.input), static_cast<double>(cell.context),
                               static_cast<double>(cell.layers), static_cast<double>(cell.steps),
                               static_cast<double>(cell.batch), cell.rate, static_cast<double>(cell.seed)}) {
        text += tools::number_text(value) + ",";
    }
    return text;
}

double excess_percent(CellResult const& result) {
    return 100 * (result.loss_trained / result.loss_gd - 1);
}

std::string row_of(Cell const& cell, CellResult const& result) {
    return key_of(cell) + tools::number_text(result.loss_trained) + "," + tools::number_text(result.loss_gd) + "," +
           tools::number_text(result.learning_rate_gd) + "," + tools::number_text(excess_percent(result)) + "," +
           tools::number_text(result.cosine) + "\n";
}

/// A row with its checksum in a line below: what a cell leaves.
std::string with_checksum(std::string const& row) {
    return row + "# " + tools::checksum_of(row) + "\n";
}

}  // namespace

std::vector<int> whole_numbers_in(std::string const& option, std::string const& text, long least, long greatest) {
    std::string const expected =
        "whole numbers from " + std::to_string(least) + " to " + std::to_string(greatest) + ", as 5,10 or 0:9";
    std::vector<int> result;
    for (std::string const& part : tools::parts_of(text, ',')) {
        auto const ends = tools::parts_of(part, ':');
        long first = 0;
        long last = 0;
        bool const is_good = ends.size() <= 2 && is_number(ends.front(), first) && is_number(ends.back(), last) &&
                             least <= first && first <= last && last <= greatest;
        if (!is_good) {
            refuse(option, expected, text);
        }
        if (last - first >= most_values - static_cast<long>(result.size())) {
            throw tools::UsageError(option + " may have " + tools::number_text(most_values) + " values, and '" + text +
                                    "' has more");
        }
        for (long number = first; number <= last; ++number) {
            result.push_back(static_cast<int>(number));
        }
    }
    require_different(option, result);
    return result;
}

std::vector<double> rates_in(std::string const& option, std::string const& text) {
    std::vector<double> result;
    for (std::string const& part : tools::parts_of(text, ',')) {
        double rate = 0;
        if (!is_number(part, rate) || !std::isfinite(rate) || !(static_cast<float>(rate) > 0) || rate > 1) {
            refuse(option, "learning rates between 0 and 1, as 0.001,0.003", text);
        }
        result.push_back(rate);
    }
    require_different(option, std::vector<float>(result.begin(), result.end()));
    return result;
}

std::vector<Cell> Grid::cells() const {
    double count = 1;
    for (std::size_t const values : {inputs.size(), contexts.size(), layers.size(), steps.size(), batches.size(),
                                     std::max<std::size_t>(rates.size(), 1), seeds.size()}) {
        count *= static_cast<double>(values);
    }
    if (count > most_cells) {
        throw tools::UsageError("the grid has " + tools::number_text(count) + " cells, and may have " +
                                tools::number_text(most_cells));
    }
    std::vector<Cell> all;
    for (int const input : inputs) {
        for (int const context : contexts) {
            for (int const depth : layers) {
                std::vector<double> const of_paper{depth <= 3 ? 1e-3 : 5e-4};
                for (int const of_steps : steps) {
                    for (int const batch : batches) {
                        for (double const rate : rates.empty() ? of_paper : rates) {
                            for (std::uint32_t const seed : seeds) {
                                all.push_back({.input = input,
                                               .context = context,
                                               .layers = depth,
                                               .steps = of_steps,
                                               .batch = batch,
                                               .rate = rate,
                                               .seed = seed});
                            }
                        }
                    }
                }
            }
        }
    }
    return all;
}

std::string header() {
    return "input,context,layers,steps,batch,rate,seed,loss_trained,loss_gd,learning_rate_gd,excess_percent,cosine\n";
}

std::filesystem::path file_of(std::filesystem::path const& directory, Cell const& cell) {
    return directory / "cells" /
           (text_of(cell.input, cell.context, cell.layers) + "_steps" + std::to_string(cell.steps) + "_batch" +
            std::to_string(cell.batch) + "_rate" + tools::number_text(cell.rate) + "_seed" + std::to_string(cell.seed) +
            ".csv");
}

void keep_row(std::filesystem::path const& directory, Cell const& cell, CellResult const& result) {
    for (double const number :
         {result.loss_trained, result.loss_gd, result.learning_rate_gd, result.cosine, excess_percent(result)}) {
        if (!std::isfinite(number)) {
            throw std::runtime_error("the cell " + file_of(directory, cell).stem().string() +
                                     " came to a number that is not finite, and has no row: leave it out, or choose "
                                     "another --rate");
        }
    }
    incontext::write_file(file_of(directory, cell).string(), with_checksum(row_of(cell, result)));
}

std::optional<std::string> finished_row(std::filesystem::path const& directory, Cell const& cell) {
    auto const file = file_of(directory, cell);
    if (!std::filesystem::exists(file)) {
        return std::nullopt;
    }
    std::string const text = tools::text_of_file(file);
    std::string row = text.substr(0, text.find('\n') + 1);
    if (!row.starts_with(key_of(cell)) || with_checksum(row) != text) {
        throw std::runtime_error("'" + file.string() +
                                 "' is not the row of its cell: remove it, and the cell is trained again");
    }
    return row;
}

}  // namespace sweep

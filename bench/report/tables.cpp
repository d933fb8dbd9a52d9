// SPDX-License-Identifier: MIT
#include "tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>

#include "common/csv.hpp"

namespace report {
namespace {

using Cell = std::function<std::string(Measurement const&)>;
using Cells = std::vector<std::pair<std::string, Cell>>;  // head of a column, and what stands in it; "" for nothing

/// Three digits that count: 1.23, 12.3, 123, 1234.
std::string three_digits(double number) {
    char text[32];
    int const before_the_point = number < 1 ? 1 : static_cast<int>(std::floor(std::log10(number))) + 1;
    std::snprintf(text, sizeof text, "%.*f", std::max(0, 3 - before_the_point), number);
    return text;
}

template <std::size_t Count>
std::string with_unit(double number, std::array<std::pair<double, char const*>, Count> const& units) {
    for (auto const& [unit, name] : units) {
        if (number >= unit * 0.9995) {  // what would be rounded to 1000 of the smaller unit
            return three_digits(number / unit) + name;
        }
    }
    return three_digits(number / units.back().first) + units.back().second;
}

std::string optional_text(std::optional<double> const& number, std::string (*text)(double)) {
    return number ? text(*number) : "";
}

std::string percentage(double share) {
    return three_digits(100 * share) + " %";
}

/// The measurements of a work: by size, and of each size the fastest first.
std::vector<Measurement> rows_of(Measurements const& measurements, std::string const& work) {
    std::vector<Measurement> rows;
    std::copy_if(measurements.benchmarks.begin(), measurements.benchmarks.end(), std::back_inserter(rows),
                 [&](Measurement const& measurement) { return measurement.work == work; });
    std::stable_sort(rows.begin(), rows.end(), [](Measurement const& left, Measurement const& right) {
        return left.size != right.size ? comes_before(left.size, right.size) : left.seconds < right.seconds;
    });
    return rows;
}

std::string row_text(std::vector<std::string> const& cells) {
    std::string text = "|";
    for (std::string const& cell : cells) {
        text += " " + cell + " |";
    }
    return text + "\n";
}

std::string table(std::vector<Measurement> const& rows, Cells const& columns) {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> lines(rows.size());
    std::string rule = "|";
    for (auto const& [head, cell] : columns) {
        std::vector<std::string> texts;
        std::transform(rows.begin(), rows.end(), std::back_inserter(texts), cell);
        if (std::all_of(texts.begin(), texts.end(), [](std::string const& text) { return text.empty(); })) {
            continue;
        }
        rule += heads.size() < 2 ? "---|" : "--:|";  // names to the left, numbers to the right
        heads.push_back(head);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            lines[i].push_back(texts[i]);
        }
    }
    std::string text = row_text(heads) + rule + "\n";
    for (auto const& line : lines) {
        text += row_text(line);
    }
    return text;
}

Cell optional_number(std::optional<double> Measurement::*number, std::string (*text)(double)) {
    return [=](Measurement const& row) {
        return optional_text(row.*number, text);
    };
}

/// How many times as long as ours it takes.
std::string factor_text(Measurements const& measurements, Measurement const& row) {
    auto const* ours = reference(measurements, row);
    if (ours == nullptr) {
        return "";
    }
    return ours->competitor == row.competitor ? "1" : three_digits(row.seconds / ours->seconds);
}

Cells columns(Measurements const& measurements) {
    Cell const time = [](Measurement const& row) {
        return time_text(row.seconds);
    };
    Cell const factor = [&](Measurement const& row) {
        return factor_text(measurements, row);
    };
    return {{"size", &Measurement::size},
            {"competitor", &Measurement::competitor},
            {"time", time},
            {"tasks/s", optional_number(&Measurement::tasks_per_second, count_text)},
            {"GFlop/s", optional_number(&Measurement::gigaflops, three_digits)},
            {"of FMA peak", optional_number(&Measurement::of_peak, percentage)},
            {"memory/MB", optional_number(&Measurement::megabytes, three_digits)},
            {"ours is faster by", factor}};
}

std::string runs_table(std::vector<ProgramRun> const& runs) {
    std::string text = "| program | date | processors | FMA peak, one thread |\n|---|---|--:|--:|\n";
    for (ProgramRun const& run : runs) {
        text += row_text({run.program, run.date, run.processors, run.peak ? three_digits(*run.peak) + " GFlop/s" : ""});
    }
    return text;
}

}  // namespace

std::string time_text(double seconds) {
    static constexpr std::array<std::pair<double, char const*>, 4> units{
        {{1, " s"}, {1e-3, " ms"}, {1e-6, " µs"}, {1e-9, " ns"}}};
    return with_unit(seconds, units);
}

std::string count_text(double number) {
    static constexpr std::array<std::pair<double, char const*>, 3> units{{{1e6, " M"}, {1e3, " k"}, {1, ""}}};
    return with_unit(number, units);
}

std::string markdown(Measurements const& measurements, std::vector<Figure> const& figures) {
    std::string text =
        "# Benchmarks\n\n"
        "Medians over the repetitions of each benchmark; one thread unless a name says otherwise. \"Ours is faster "
        "by\" is\n"
        "the competitor's time divided by that of `incontext_lanes` in the same work and size (of the prediction with "
        "its\n"
        "pass over the context where there is none). `pytorch_best` repeats the fastest formulation in PyTorch.\n\n" +
        runs_table(measurements.runs);
    if (!figures.empty()) {
        text += "\n";
    }
    for (Figure const& figure : figures) {
        text += "![" + figure.title + "](" + figure.file + ")\n";
    }
    for (std::string const& work : works(measurements)) {
        std::string const about(description(work));
        text += "\n## " + work + "\n\n" + about + (about.empty() ? "" : "\n\n") +
                table(rows_of(measurements, work), columns(measurements));
    }
    return text;
}

std::string comma_separated_values(Measurements const& measurements) {
    std::string text = "work,competitor,size,seconds,tasks_per_second,gigaflops,of_peak,megabytes\n";
    for (std::string const& work : works(measurements)) {
        for (Measurement const& row : rows_of(measurements, work)) {
            text += row.work + "," + row.competitor + "," + row.size + "," + reproduce::number_text(row.seconds);
            for (auto const& number : {row.tasks_per_second, row.gigaflops, row.of_peak, row.megabytes}) {
                text += "," + optional_text(number, reproduce::number_text);
            }
            text += "\n";
        }
    }
    return text;
}

}  // namespace report

// SPDX-License-Identifier: MIT
#include "tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <set>
#include <utility>

namespace report {
namespace {

/// The works that the report knows, in its order, and what each consists of.
constexpr std::array<std::pair<char const*, char const*>, 28> known_works{{
    {"product_per_task", "2048 products n × n by n × n, both factors of the task's own."},
    {"product_shared", "2048 products n × n by n × n, the left factor shared by all tasks."},
    {"product_in_cache", "The same per task, of 16 tasks again and again."},
    {"layer", "One layer on 2048 prompts of 11 tokens (10 of context, 1 query), all tokens; by token dimension."},
    {"query_only", "The same layer, the query token alone."},
    {"stack_10_query", "The query token after ten such layers."},
    {"stack_10_tokens", "All tokens after ten such layers."},
    {"training_step_1_layer", "One whole step of training on 2048 fresh tasks: draw, loss and gradient, clip, Adam."},
    {"training_step_1_layer_of_16_bits", "The same on tasks of half the random bits."},
    {"training_step_5_layers", "The same with five layers of their own."},
    {"training_step_5_layers_clipped", "The same with tokens cut at ±10 after each of the five."},
    {"softmax_2_heads_step", "One whole step of training of two softmax heads."},
    {"layer_norm_step", "The same of one linear layer behind a LayerNorm."},
    {"copying_step", "The same of positions, a softmax layer and a linear one on 21 plain tokens."},
    {"sine_step", "The same of an embedding 2 → 40, an MLP 40 → 160 → 40 and linear attention, on sine waves."},
    {"blocks_12_step", "The same of 12 blocks of linear attention (four heads) and an MLP 11 → 44 → 11."},
    {"draw_tasks", "The part of a training step that draws 2048 tasks."},
    {"draw_tasks_of_16_bits", "The same of half the random bits."},
    {"loss_and_gradient_1_layer", "The part that computes loss and gradient of 2048 given tasks."},
    {"update", "The part that clips the gradient and updates the weights."},
    {"pool", "What two threads cost: 16 empty chunks are handed to them, and waited for."},
    {"context_pass", "The pass over the context that makes its gram matrix; by context length."},
    {"prediction", "One prediction by five layers; by context length."},
    {"exp", "e^x of 1024 floats in the first cache; a task is one of them."},
    {"tanh", "The same for tanh x."},
    {"log", "The same for log x."},
    {"reciprocal_square_root", "The same for 1 / sqrt x."},
    {"compile", "Compiling: seconds of the processor."},
}};

/// Three digits that count: 0.00123, 0.123, 1.23, 12.3, 123, 1234; and 0.
std::string three_digits(double number) {
    char text[64];
    std::snprintf(text, sizeof text, "%.2e", number);  // rounded first, for what becomes a power of ten
    double const rounded = std::strtod(text, nullptr);
    constexpr int most_decimals = 12;
    int const before_the_point = rounded > 0 ? static_cast<int>(std::floor(std::log10(rounded))) + 1 : 3;
    std::snprintf(text, sizeof text, "%.*f", std::clamp(3 - before_the_point, 0, most_decimals), number);
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

/// By size, where numbers come before names and each in their order; of each size the fastest first.
bool comes_before(Measurement const& left, Measurement const& right) {
    auto const key = [](std::string const& size) {
        double number = HUGE_VAL;
        std::from_chars(size.data(), size.data() + size.size(), number);
        return std::pair(number, size);
    };
    return left.size != right.size ? key(left.size) < key(right.size) : left.seconds < right.seconds;
}

std::string row_text(std::vector<std::string> const& cells) {
    std::string text = "|";
    for (std::string const& cell : cells) {
        text += " " + cell + " |";
    }
    return text + "\n";
}

/// Head of a column, and what stands in it; "" for nothing.
using Column = std::pair<std::string, std::function<std::string(Measurement const&)>>;

std::string table(std::vector<Measurement> rows, std::vector<Column> const& columns) {
    std::stable_sort(rows.begin(), rows.end(), comes_before);
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> lines(rows.size());
    std::string rule = "|";
    for (auto const& [head, cell] : columns) {
        std::vector<std::string> texts(rows.size());
        std::transform(rows.begin(), rows.end(), texts.begin(), cell);
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

std::string markdown(Measurements const& measurements, std::vector<Chart> const& charts) {
    std::string text =
        "# Benchmarks\n\n"
        "Medians over the repetitions of each benchmark; one thread unless a name says otherwise. \"Ours is faster "
        "by\" is\n"
        "the competitor's time divided by that of `incontext_lanes` in the same work and size (of the prediction with "
        "its\n"
        "pass over the context where there is none). `pytorch_best` repeats the fastest formulation in PyTorch.\n"
        "\"Times the floor\" is the time divided by that of the same flops at the FMA peak and the same random words "
        "by the "
        "bare\n"
        "generator, or of the bytes moved alone, each measured in the same run.\n\n"
        "| program | date | processors | FMA peak, one thread |\n|---|---|--:|--:|\n";
    for (ProgramRun const& run : measurements.runs) {
        text += row_text({run.program, run.date, run.processors, run.peak ? three_digits(*run.peak) + " GFlop/s" : ""});
    }
    text += "\n";
    if (std::string const machine = machine_text(measurements); !machine.empty()) {
        text += machine + "\n\n";
    }
    for (Chart const& chart : charts) {
        text += chart.svg.empty() ? "" : "![" + chart.title + "](" + chart.file + ")\n";
    }
    auto const time = [](Measurement const& row) { return time_text(row.seconds); };
    auto const rate = [](Measurement const& row) {
        return row.tasks_per_second ? count_text(*row.tasks_per_second) : "";
    };
    auto const share = [](Measurement const& row) {
        return row.of_peak ? three_digits(100 * *row.of_peak) + " %" : "";
    };
    auto const floors = [](Measurement const& row) { return row.of_floor ? three_digits(1 / *row.of_floor) : ""; };
    auto const faster = [&](Measurement const& row) {
        auto const by = factor(measurements, row);
        return !by ? "" : *by == 1 ? "1" : three_digits(*by);
    };
    std::vector<Column> const columns{{"size", &Measurement::size},
                                      {"competitor", &Measurement::competitor},
                                      {"time", time},
                                      {"tasks/s", rate},
                                      {"of FMA peak", share},
                                      {"times the floor", floors},
                                      {"ours is faster by", faster}};
    std::set<std::string> shown;
    auto const show = [&](std::string const& work, std::string const& about) {
        auto const rows = of_work(measurements, work);
        if (shown.insert(work).second && !rows.empty()) {
            text += "\n## " + work + "\n\n" + about + table(rows, columns);
        }
    };
    for (auto const& [work, about] : known_works) {
        show(work, std::string(about) + "\n\n");
    }
    for (Measurement const& other : measurements.benchmarks) {
        show(other.work, "");
    }
    return text;
}

}  // namespace report

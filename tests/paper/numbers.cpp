// SPDX-License-Identifier: MIT
// The numbers of the documents are those of the committed run: docs/report/full.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "paper/page.hpp"
#include "paper/results.hpp"
#include "tools/parts.hpp"
#include "tools/text_file.hpp"

using namespace paper;

namespace {

std::filesystem::path const repository = REPRODUCE_REPOSITORY;

Results results_of(std::string const& experiment) {
    return Results(repository / "docs" / "report" / "full" / experiment);
}

std::string const& text_of(std::string const& document) {
    static std::map<std::string, std::string> read;
    std::string& text = read[document];
    if (text.empty()) {
        text = tools::text_of_file(repository / document);
    }
    return text;
}

constexpr char const* experiments_page = "examples/reproduce/README.md";

/// A number as it is written: ".0085", "+54.63", "50,000".
struct Written {
    double value;
    int decimals;
};

/// The numbers of a text in their order. A sign belongs to a number where it stands right before it.
std::vector<Written> numbers_in(std::string_view text) {
    std::vector<Written> result;
    auto const is_digit = [&](std::size_t i) {
        return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    };
    for (std::size_t i = 0; i < text.size();) {
        if (!is_digit(i) && !(text[i] == '.' && is_digit(i + 1))) {
            ++i;
            continue;
        }
        bool const is_negative = i > 0 && text[i - 1] == '-';
        std::string digits;
        int decimals = -1;  // before the point
        for (; is_digit(i) || ((text[i] == '.' || text[i] == ',') && is_digit(i + 1)); ++i) {
            if (text[i] == '.') {
                if (decimals >= 0) {
                    break;
                }
                decimals = 0;
                digits += '.';
            } else if (text[i] != ',') {
                decimals += decimals >= 0 ? 1 : 0;
                digits += text[i];
            }
            if (i + 1 == text.size()) {
                ++i;
                break;
            }
        }
        double const value = std::strtod(digits.c_str(), nullptr);
        result.push_back({is_negative ? -value : value, std::max(decimals, 0)});
    }
    return result;
}

/// The first numbers of a text are these, to the digits that are written.
void check_numbers(std::string const& text, std::vector<double> const& expected) {
    INFO(text);
    auto const written = numbers_in(text);
    REQUIRE(written.size() >= expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO("number " << i + 1 << ": " << written[i].value << ", and the run has " << expected[i]);
        double const half_a_digit = .5 * std::pow(10., -written[i].decimals);
        CHECK(std::abs(written[i].value - expected[i]) <= half_a_digit * (1 + 1e-9));
    }
}

/// What follows these words.
std::string after(std::string const& document, std::string const& words) {
    std::string const& text = text_of(document);
    auto const begin = text.find(words);
    INFO(words);
    REQUIRE(begin != std::string::npos);
    return text.substr(begin + words.size(), 400);
}

/// The cells of the first row that begins so, below a heading; below the title where none is given.
std::vector<std::string> row(std::string const& document, std::string const& heading, std::string const& first_cell) {
    std::string const& text = text_of(document);
    auto const section = heading.empty() ? 0 : text.find("\n## " + heading + "\n");
    INFO(heading << ": " << first_cell);
    REQUIRE(section != std::string::npos);
    auto const begin = text.find("\n| " + first_cell, section);
    REQUIRE(begin != std::string::npos);
    std::string const line = text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
    auto cells = tools::parts_of(line, '|');
    cells.erase(cells.begin());
    return cells;
}

double above(double loss, double baseline) {
    return 100 * (loss / baseline - 1);
}

double deviation(Results const& results, std::string const& name) {
    return results.number("/standard_deviations/" + name);
}

}  // namespace

TEST_CASE("numbers are read as they are written", "[numbers]") {
    auto const read = numbers_in("+54.63 % of 50,000, .0085 ± .0005; -1.3. 2");
    REQUIRE(read.size() == 6);
    CHECK(read[0].value == 54.63);
    CHECK(read[0].decimals == 2);
    CHECK(read[1].value == 50000);
    CHECK(read[2].value == .0085);
    CHECK(read[2].decimals == 4);
    CHECK(read[4].value == -1.3);
    CHECK(read[5].value == 2);
}

TEST_CASE("one step", "[numbers]") {
    Results const run = results_of("one_step");
    auto const cell = [](std::string const& first) { return row("README.md", "Results", first)[1]; };
    double const loss = run.number("loss_trained");
    double const step = run.number("loss_scan");
    check_numbers(cell("loss of the trained layer"), {loss, deviation(run, "loss_trained"), above(loss, step)});
    check_numbers(cell("loss of one gradient step"), {step});
    check_numbers(row("README.md", "Results", "loss of one gradient step")[0], {run.number("learning_rate_scan")});
    check_numbers(cell("cosine"), {run.number("cosine"), deviation(run, "cosine")});
    check_numbers(cell("mean difference of the sens"),
                  {run.number("sensitivity_difference"), deviation(run, "sensitivity_difference")});
    check_numbers(cell("mean difference of the pred"),
                  {run.number("prediction_difference"), deviation(run, "prediction_difference")});
    check_numbers(after(experiments_page, "the constructed weights has the\nloss "),
                  {run.number("loss_interpolated"), deviation(run, "loss_interpolated")});
}

TEST_CASE("README counts the verdicts of the page", "[numbers]") {
    PageText const page = page_of({.full = true, .out = repository / "docs" / "report"}, repository);
    check_numbers(after("README.md", "Of its "),
                  {static_cast<double>(page.rows), static_cast<double>(page.equal), static_cast<double>(page.different),
                   static_cast<double>(page.not_stated)});
    CHECK(page.not_run + page.failed == 0);
}

TEST_CASE("the page says of how many runs a number is, and what one run does not show", "[numbers]") {
    std::string const page = page_of({.full = true, .out = repository / "docs" / "report"}, repository).html;
    auto const says = [&](std::string const& words) { return page.find(words) != std::string::npos; };
    CHECK(says("; mean ± deviation of 5 seeds"));
    CHECK(says("; the median of 5 runs, of which the worst has +96 %"));  // softmax attention of one head
    CHECK(says("; one seed"));
    CHECK(says("Not every seed comes there"));
    CHECK(says("wall time of this run"));
    // Of which tasks a loss is, and which checked operators ran: not of all rows and not of all theorems the same.
    CHECK(says("for other sizes, inputs, targets and sine waves on tasks of their own"));
    CHECK(says("Prop. 3 has three linear heads"));
    CHECK_FALSE(says("The checked operators are those that ran"));
    CHECK_FALSE(says("A quick run"));
}

TEST_CASE("depth", "[numbers]") {
    for (auto const& [name, first] : {std::pair{"depth_2_looped", "2 looped"}, std::pair{"depth_5", "5 untied"},
                                      std::pair{"depth_10_looped", "10 looped"}}) {
        Results const run = results_of(name);
        auto const cells = row(experiments_page, "Depth", first);
        bool const is_untied = std::string(name) == "depth_5";
        check_numbers(cells[1], {run.number("loss_trained")});
        check_numbers(cells[2], {run.number("loss_gd")});
        check_numbers(cells[3], {run.number(is_untied ? "loss_gdpp_shared" : "loss_gdpp")});
        check_numbers(cells[4], is_untied ? std::vector{run.number("loss_gdpp")} : std::vector<double>());
        check_numbers(cells[5], {run.number("cosine_gd")});
        check_numbers(cells[6], {run.number("cosine_gdpp")});
    }
    Results const looped = results_of("depth_2_looped");
    check_numbers(row(experiments_page, "Depth", "2 looped")[1],
                  {looped.number("loss_trained"), deviation(looped, "loss_trained")});
    Results const untied = results_of("depth_5");
    auto const cosines = untied.column("curves.csv", "cosine_gdpp");
    auto const largest = std::max_element(cosines.begin(), cosines.end());
    check_numbers(after(experiments_page, "the cosine is largest, "),
                  {*largest, untied.column("curves.csv", "step")[static_cast<std::size_t>(largest - cosines.begin())]});
}

TEST_CASE("the overview of the experiments", "[numbers]") {
    auto const here = [](std::string const& first) { return row(experiments_page, "", first + " |")[3]; };
    Results const one = results_of("one_step");
    check_numbers(here("2a, 2b"), {above(one.number("loss_trained"), one.number("loss_scan")), one.number("cosine")});
    Results const two = results_of("depth_2_looped");
    check_numbers(here("3a, 6b, 9"),
                  {above(two.number("loss_trained"), two.number("loss_gdpp")),
                   -above(two.number("loss_trained"), two.number("loss_gd")), two.number("cosine_gdpp")});
    Results const five = results_of("depth_5");
    check_numbers(here("3b, 6c, 9"),
                  {five.number("loss_trained"), five.number("loss_gdpp"), five.number("cosine_gdpp")});
    Results const ten = results_of("depth_10_looped");
    check_numbers(here("7"), {above(ten.number("loss_trained"), ten.number("loss_gdpp")),
                              -above(ten.number("loss_trained"), ten.number("loss_gd")), ten.number("cosine_gdpp")});
    Results const gamma = results_of("spectrum");
    check_numbers(here("13"), {gamma.number("/contexts/0/gamma_trained"), gamma.number("/contexts/1/gamma_trained"),
                               gamma.number("/contexts/2/gamma_trained"), gamma.number("/contexts/3/gamma_trained")});
    Results const heads = results_of("softmax_2");
    check_numbers(here("11, 12"), {heads.number("loss_trained"), heads.number("loss_centred_same_tasks")});
    Results const head = results_of("softmax_1");
    double const median = median_of(head.of_runs("loss_trained")).mean;
    check_numbers(here("12"), {median, above(median, head.number("loss_gd"))});
    Results const norm = results_of("layer_norm_1");
    check_numbers(here("14 left"), {norm.number("loss_trained"),
                                    above(norm.number("loss_trained"), norm.number("loss_gd")), norm.number("cosine")});
    Results const norms = results_of("layer_norm_2");
    check_numbers(here("14 right"),
                  {norms.number("loss_trained"), above(norms.number("loss_trained"), norms.number("loss_gdpp")),
                   -above(norms.number("loss_trained"), norms.number("loss_gd"))});
    Results const sine = results_of("sine");
    check_numbers(here("4"), {sine.number("loss_trained"), sine.number("loss_control"), sine.number("partial_cosine")});
    Results const blocks = results_of("blocks");
    auto const cosines = blocks.column("curves.csv", "cosine_gdpp");
    auto const largest = std::max_element(cosines.begin(), cosines.end());
    check_numbers(here("8"), {blocks.number("loss_trained"), blocks.number("loss_gdpp"), *largest,
                              blocks.column("curves.csv", "step")[static_cast<std::size_t>(largest - cosines.begin())],
                              cosines.back()});

    // 5 or more examples: how many runs are how near.
    Results const sizes = results_of("sizes");
    double near = 0;
    double count = 0;
    double farthest = 0;
    for (auto const& size : sizes.record().at("sizes")) {
        for (auto const& loss : size.at("runs").at("loss_trained")) {
            double const percent = above(loss.get<double>(), size.at("loss_scan").get<double>());
            if (size.at("size") >= 5) {
                count += 1;
                near += percent < 10 ? 1 : 0;
                farthest = percent < 10 ? std::max(farthest, percent) : farthest;
            }
        }
    }
    auto const written = numbers_in(here("2c"));  // N = d >= 5: 44 of 45 runs within 1.1 %
    REQUIRE(written.size() >= 4);
    CHECK(written[1].value == near);
    CHECK(written[2].value == count);
    CHECK(farthest <= written[3].value);
    CHECK(farthest > written[3].value - .1);
}

TEST_CASE("the layer applied 50 times", "[numbers]") {
    Results const run = results_of("iterate");
    double of_mean = 0;
    int place = 0;
    for (std::string const lambda : {"1 ", ".875 ", ".75 "}) {
        auto const cells = row(experiments_page, "The trained layer, applied 50 times", lambda);
        std::string const at = "/dampings/" + std::to_string(place++);
        auto const gd = run.numbers(at + "/loss_gd");
        auto const trained = run.numbers(at + "/loss_trained");
        check_numbers(cells[1], {gd[1], gd[5]});
        check_numbers(cells[2], {trained[1], trained[5]});
        check_numbers(cells[3], {100 * run.number(at + "/contexts/share_contracting")});
        if (lambda == ".75 ") {
            check_numbers(cells[1], {gd[1], gd[5], gd[10], gd[50]});
            check_numbers(cells[2], {trained[1], trained[5], trained[10], trained[50]});
            for (std::size_t k = 0; k < gd.size(); ++k) {
                of_mean = std::max(of_mean, 100 * std::abs(trained[k] / gd[k] - 1));
            }
        }
    }
    double const of_worst = 100 * run.number("/dampings/2/largest_difference_trained");
    check_numbers(after(experiments_page, "the mean loss of the trained layers stays within "), {of_mean});
    check_numbers(after(experiments_page, "that of the worst run\nwithin "), {of_worst});
    check_numbers(after(experiments_page, "falls all along, within "), {of_mean, of_worst});
}

TEST_CASE("sizes", "[numbers]") {
    Results const run = results_of("sizes");
    auto const scan = run.column("sizes.csv", "loss_scan");
    auto const median = run.column("sizes.csv", "loss_trained");
    auto const worst = run.column("sizes.csv", "loss_trained_worst");
    auto const cells = [](std::string const& first) { return row(experiments_page, "Sizes", first); };
    for (std::size_t i = 0; i < scan.size(); ++i) {
        check_numbers(cells("N = d")[i + 1], {run.column("sizes.csv", "size")[i]});
        check_numbers(cells("expected")[i + 1], {run.column("sizes.csv", "loss_exact")[i]});
        check_numbers(cells("GD, best")[i + 1], {scan[i]});
        check_numbers(cells("trained, median")[i + 1], {above(median[i], scan[i])});
        check_numbers(cells("worst seed")[i + 1], {above(worst[i], scan[i])});
    }
}

TEST_CASE("unseen tasks", "[numbers]") {
    Results const run = results_of("inputs");
    auto const ratio = [&](std::string const& file, double value, std::string const& model) {
        auto const values = run.column(file, "value");
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] == value) {
                std::string const rule = model == "_1" ? "loss_gd" : "loss_gdpp";
                return run.column(file, "loss_trained" + model)[i] / run.column(file, rule + model)[i];
            }
        }
        return std::nan("");
    };
    for (auto const& [first, model] :
         {std::pair{"1 layer", "_1"}, std::pair{"2 looped layers", "_2"}, std::pair{"5 untied layers", "_5"}}) {
        auto const cells = row(experiments_page, "Unseen tasks", first);
        std::vector<double> const expected{
            ratio("larger_inputs.csv", 1, model),    ratio("larger_inputs.csv", 1.3, model),
            ratio("larger_inputs.csv", 2, model),    ratio("larger_targets.csv", 2, model),
            ratio("larger_targets.csv", 5, model),   ratio("unseen_inputs.csv", 1.5, model),
            ratio("unseen_inputs.csv", 2.75, model), ratio("unseen_inputs.csv", 5, model),
            ratio("noisy_targets.csv", 2, model),    ratio("noisy_targets.csv", 8, model)};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            check_numbers(cells[i + 1], {expected[i]});
        }
    }
}

TEST_CASE("the gamma of two looped layers", "[numbers]") {
    Results const run = results_of("spectrum");
    int place = 0;
    for (std::string const context : {"10 ", "25 ", "50 ", "100 "}) {
        auto const cells = row(experiments_page, "The gamma of two looped layers", context);
        std::string const at = "/contexts/" + std::to_string(place++) + "/";
        check_numbers(cells[1],
                      {run.number(at + "gamma_trained"), run.number(at + "standard_deviations/gamma_trained")});
        check_numbers(cells[2], {run.number(at + "gamma_paper")});
        check_numbers(cells[3], {run.number(at + "excess_percent")});
        check_numbers(cells[4], {run.number(at + "gamma_fitted")});
        check_numbers(cells[5], {run.number(at + "condition_number_before")});
        check_numbers(cells[6], {run.number(at + "condition_number_after_trained")});
        check_numbers(cells[7],
                      {run.number(at + "condition_number_after_best"), run.number(at + "gamma_best_conditioning")});
    }
}

TEST_CASE("seeds, heads and fixed batches", "[numbers]") {
    Results const run = results_of("seeds");
    for (auto const& [first, name] : {std::pair{"one head", "one_head"}, std::pair{"two heads", "two_heads"},
                                      std::pair{"the same 128", "batch_128"}, std::pair{"512", "batch_512"},
                                      std::pair{"2,048", "batch_2048"}, std::pair{"8,192", "batch_8192"}}) {
        auto const cells = row(experiments_page, "Seeds, heads and fixed batches", first);
        std::string const at = std::string("/") + name + "/";
        check_numbers(cells[1], {run.number(at + "loss_trained"), run.number(at + "standard_deviations/loss_trained")});
        check_numbers(cells[2], {run.number(at + "cosine")});
        if (!numbers_in(cells[3]).empty()) {
            check_numbers(cells[3], {run.number(at + "steps_plateau")});
        }
        if (!numbers_in(cells[4]).empty()) {
            check_numbers(cells[4], {run.number(at + "steps_drop"), run.number(at + "standard_deviations/steps_drop")});
        }
        if (!numbers_in(cells[5]).empty()) {
            check_numbers(cells[5], {run.number(at + "loss_batch")});
        }
    }
}

TEST_CASE("softmax and LayerNorm", "[numbers]") {
    Results const two = results_of("softmax_2");
    auto const cells = row(experiments_page, "Softmax attention", "two heads");
    check_numbers(cells[1], {two.number("loss_trained"), deviation(two, "loss_trained")});
    check_numbers(cells[2], {two.number("learning_rate_trained"), deviation(two, "learning_rate_trained")});
    check_numbers(cells[3], {two.number("cosine")});
    check_numbers(cells[4], {two.number("cosine_centred")});
    check_numbers(after(experiments_page, "beside the diagonal are "),
                  {100 * two.number("off_diagonal_heads"), 100 * two.number("off_diagonal_sum")});
    check_numbers(row(experiments_page, "Softmax attention", "one head, seed 2")[1],
                  {results_of("softmax_1").numbers("/runs/loss_trained")[2]});

    Results const one_layer = results_of("layer_norm_1");
    check_numbers(after(experiments_page, "One layer: "),
                  {one_layer.number("loss_trained"), one_layer.number("loss_gd")});
    Results const two_layers = results_of("layer_norm_2");
    check_numbers(after(experiments_page, "the second behind a LayerNorm: "), {two_layers.number("loss_trained")});
    check_numbers(
        after(experiments_page, "on, both are better than gradient descent: at 4 times, "),
        {one_layer.numbers("/larger_inputs/loss_trained").back(), one_layer.numbers("/larger_inputs/loss_gd").back(),
         two_layers.numbers("/larger_inputs/loss_trained").back(),
         two_layers.numbers("/larger_inputs/loss_gd").back()});
}

TEST_CASE("late generalisation, sine waves, copying, blocks", "[numbers]") {
    Results const late = results_of("late_generalisation");
    for (auto const& [rate, text] : {std::pair{.001, ".001"}, std::pair{.003, ".003"}, std::pair{.01, ".01"}}) {
        auto const cells = row(experiments_page, "Late generalisation", std::string("512 | 512 | ") + text + " ");
        bool found = false;
        for (auto const& point : late.record().at("grid")) {
            if (point.at("tasks") == 512 && point.at("batch") == 512 && point.at("learning_rate") == rate) {
                found = true;
                int cell = 3;
                for (char const* name : {"step_by_heart", "loss_by_heart", "loss_least", "loss_trained"}) {
                    check_numbers(cells[static_cast<std::size_t>(cell++)], {point.at(name).get<double>()});
                }
            }
        }
        CHECK(found);
    }

    Results const sine = results_of("sine");
    auto const waves = row(experiments_page, "Sine waves on learned features", "20,000 steps");
    int cell = 1;
    for (char const* name :
         {"loss_trained", "loss_control", "partial_cosine", "sensitivity_difference", "prediction_difference"}) {
        check_numbers(waves[static_cast<std::size_t>(cell++)], {sine.number(name)});
    }

    Results const copying = results_of("copying");
    check_numbers(after(experiments_page, "--steps 40000 --eval-every 100`: "),
                  {above(copying.number("loss_trained"), copying.number("loss_gd"))});
    auto const steps = copying.column("curves.csv", "step");
    double const begins = copying.number("step_sensitivity_next_tenth");
    auto const at = static_cast<std::size_t>(std::find(steps.begin(), steps.end(), begins) - steps.begin());
    REQUIRE(at < steps.size());
    check_numbers(after(experiments_page, "the sensitivity passes a tenth at step "),
                  {begins, copying.column("curves.csv", "loss_trained")[at], copying.number("loss_of_zero"),
                   copying.number("step_loss_tenth_of_the_way"), copying.number("step_sensitivity_next_half"),
                   copying.number("step_loss_half_way")});

    auto const weights = numbers_in(after("docs/report/full/copying/attention.svg", "attends to the next token "));
    check_numbers(after(experiments_page, "attend to the next one ("), {weights[0].value, weights[1].value});

    Results const blocks = results_of("blocks");
    auto const cells = [](std::string const& first) { return row(experiments_page, "Twelve blocks", first); };
    check_numbers(cells("12 blocks")[1], {blocks.number("loss_trained")});
    check_numbers(cells("12 steps of GD,")[1], {blocks.number("loss_gd")});
    check_numbers(cells("12 steps of GD,")[2], {blocks.number("cosine_gd")});
    check_numbers(cells("12 steps of GD++, shared")[1], {blocks.number("loss_gdpp_shared")});
    check_numbers(cells("12 steps of GD++, rates")[1], {blocks.number("loss_gdpp")});
    check_numbers(cells("12 steps of GD++, rates")[2], {blocks.number("cosine_gdpp")});
}

TEST_CASE("the bars of one layer are the times of the table beside them", "[numbers]") {
    std::string const heading = "Beside what one would use instead";
    auto const microseconds = [&](std::string const& first) {
        return numbers_in(row("bench/README.md", heading, first)[1]).front().value;
    };
    double const ours = microseconds("incontext, 16 prompts in lanes");
    double const tasks = 2048;
    check_numbers(after("bench/figures/layer.svg", "incontext: "), {tasks / ours});
    for (auto const& [bar, first] : {std::pair{"libxsmm, merged weights: ", "libxsmm, merged"},
                                     std::pair{"OpenBLAS, merged weights: ", "OpenBLAS per matrix"},
                                     std::pair{"PyTorch, fastest: ", "PyTorch 1.13"}}) {
        double const time = microseconds(first);
        check_numbers(after("bench/figures/layer.svg", bar), {tasks / time, time / ours});
    }
}

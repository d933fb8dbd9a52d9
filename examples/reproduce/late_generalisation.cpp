// SPDX-License-Identifier: MIT
// Does a model that has learned a set of tasks by heart come to gradient descent later, without being shown others?
//
//   setting     that of one_step, with an MLP after the attention; the tasks are a set that never changes, cut into batches
//               that repeat in the same order
//   shown       a grid of sizes of the set, sizes of the batches and learning rates, which the paper does not tell
//   look for    the loss on the set falls first, and the loss on other tasks stays or grows; does it fall later, by itself?
//
// Figure 15 right: loss.svg, of the setting in which it shows most; set_*.svg, of all with a set of that size.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/selection.hpp"
#include "common/weights.hpp"
#include "incontext/experiment/learning_rate_scan.hpp"
#include "late_generalisation/training.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct LateOptions {
    CommonOptions common{.steps = 10'000,
                         .batch = 0,
                         .eval_every = 20,
                         .out = "out/late_generalisation",
                         .quick_defaults = {.steps = 1000}};
    CheckpointOptions checkpoint{};
    std::vector<int> tasks{};
    std::vector<int> thousandths{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(LateOptions const& options) {
    return {{"tasks", options.tasks}, {"rates", options.thousandths}};
}

// ------------------------------------------------------------------------------------------------ late generalisation ----

/// What a curve shows. A measurement is "by heart" if the loss on the set is below half of that on other tasks.
struct Finding {
    std::optional<double> step_by_heart{};  // the first
    double loss_by_heart = 0;               // on other tasks, at that step
    double step_least = 0;                  // the least loss on other tasks since then
    double loss_least = 0;
    double loss_end = 0;  // on other tasks, after the last step
    double loss_set_end = 0;

    /// The part of its loss that the model has lost on other tasks after it knew the set by heart.
    [[nodiscard]] double fall() const { return step_by_heart ? 1 - loss_least / loss_by_heart : 0; }

    /// The criterion. Measurements of large rates scatter by a few percent.
    [[nodiscard]] bool is_late() const { return fall() >= least_fall; }

    /// And in the end the loss is still below what it was when the set was known by heart.
    [[nodiscard]] bool lasts() const { return is_late() && loss_end < loss_by_heart; }

    static constexpr double least_fall = 0.1;
};

Finding finding_of(std::vector<LateMeasured> const& curve) {
    Finding result;
    for (LateMeasured const& at : curve) {
        bool const is_first = !result.step_by_heart && at.loss_set < at.loss_trained / 2;
        if (is_first) {
            result.step_by_heart = at.step;
            result.loss_by_heart = at.loss_trained;
        }
        if (is_first || (result.step_by_heart && at.loss_trained < result.loss_least)) {
            result.step_least = at.step;
            result.loss_least = at.loss_trained;
        }
    }
    result.loss_end = curve.back().loss_trained;
    result.loss_set_end = curve.back().loss_set;
    return result;
}

/// The means over seeds, as `series` draws them.
std::vector<LateMeasured> mean_curve(std::vector<LateCurve> const& runs) {
    std::vector<LateMeasured> result = runs.front().curve;
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i].loss_set = mean(of_runs(runs, [&](LateCurve const& run) { return run.curve[i].loss_set; }));
        result[i].loss_trained = mean(of_runs(runs, [&](LateCurve const& run) { return run.curve[i].loss_trained; }));
    }
    return result;
}

/// One point of the grid.
struct Point {
    LateSetting setting{};
    std::vector<LateCurve> runs{};

    /// Of the means over seeds, which the figures draw.
    [[nodiscard]] Finding finding() const { return finding_of(mean_curve(runs)); }

    /// With how many seeds it is found, and lasts.
    [[nodiscard]] int found() const { return count(&Finding::is_late); }
    [[nodiscard]] int lasts() const { return count(&Finding::lasts); }

    /// "late generalisation", "late generalisation, passing"; of several seeds "late generalisation with 2 of 3 seeds, lasting with 1".
    [[nodiscard]] std::string verdict() const {
        std::string const what = "late generalisation";
        return runs.size() > 1 ? what + " with " + std::to_string(found()) + " of " + seeds_text(runs.size()) +
                                     (found() > 0 ? ", lasting with " + std::to_string(lasts()) : "")
               : lasts() > 0 ? what
               : found() > 0 ? what + ", passing"
                             : "no " + what;
    }

  private:
    [[nodiscard]] int count(bool (Finding::*holds)() const) const {
        return static_cast<int>(std::count_if(runs.begin(), runs.end(),
                                              [&](LateCurve const& run) { return (finding_of(run.curve).*holds)(); }));
    }
};

/// The point that shows it most: found with most seeds, then fallen most.
Point const& clearest(std::vector<Point> const& grid) {
    return *std::max_element(grid.begin(), grid.end(), [](Point const& a, Point const& b) {
        return a.found() != b.found() ? a.found() < b.found() : a.finding().fall() < b.finding().fall();
    });
}

// ------------------------------------------------------------------------------------------------------------ results ----

std::vector<LateSetting> grid_of(LateOptions const& options) {
    std::vector<LateSetting> grid;
    for (int const tasks : options.tasks) {
        std::vector<int> const batches =
            options.common.batch > 0 ? std::vector{options.common.batch} : std::vector{128, 512};
        for (int const batch : batches) {
            for (int const thousandths : options.thousandths) {
                int const of_set = std::min(batch, tasks);
                grid.push_back({.tasks = tasks / of_set * of_set, .batch = of_set, .thousandths = thousandths});
            }
        }
    }
    return grid;
}

std::string curves_csv(std::vector<Point> const& grid) {
    std::vector<Column> table;
    for (Point const& point : grid) {
        append_curves(table,
                      {{"tasks", point.setting.tasks},
                       {"batch", point.setting.batch},
                       {"learning_rate", point.setting.thousandths / 1000.0}},
                      point.runs);
    }
    return csv_text(table);
}

void draw_figures(OutputDirectory const& directory, std::vector<Point> const& grid, double loss_gd) {
    Figures figures(directory);
    ReferenceLine const gradient_step{.label = "one step of gradient descent", .y = loss_gd};
    Point const& clear = clearest(grid);
    Finding const shows = clear.finding();
    double const last_step = clear.runs.front().last().step;
    // What is looked for happens early, where it does.
    double const shown = shows.is_late() ? std::min(last_step, 10 * shows.step_least) : last_step;
    std::string verdict = clear.verdict();
    verdict.front() = verdict.front() == 'n' ? 'N' : 'L';
    figures.draw(
        "loss.svg",
        LineChart{.title = verdict + ": " + clear.setting.title() +
                           (shows.step_by_heart
                                ? std::string(clear.runs.size() > 1 ? "; the mean loss" : "; the loss") +
                                      " on other tasks is " + fixed_text(shows.loss_by_heart, 2) +
                                      " when the set is known by heart, then " + fixed_text(shows.loss_least, 2) +
                                      " at least, and " + fixed_text(shows.loss_end, 2) + " at the end"
                                : ""),
                  .x = {.label = "training step", .least = 0, .greatest = shown},
                  .y = {.label = "loss (½ mean squared error)", .least = 0},
                  .series = {series("the tasks of the set", clear.runs, [](auto& at) { return at.loss_set; }),
                             series("10,000 other tasks", clear.runs, [](auto& at) { return at.loss_trained; })},
                  .references = {gradient_step}});

    // A figure for each size of the set, of the means over seeds: first the other tasks, then the set in the same colours.
    std::map<int, LineChart> charts;
    for (bool const is_set : {false, true}) {
        std::map<int, std::size_t> colours;
        for (Point const& point : grid) {
            int const tasks = point.setting.tasks;
            Series curve = series(is_set ? "" : point.setting.title_within_set(), point.runs,
                                  [&](auto& at) { return is_set ? at.loss_set : at.loss_trained; });
            curve.deviation.clear();
            curve.dashed = is_set;
            curve.colour = colours[tasks]++;
            charts[tasks].series.push_back(curve);
        }
    }
    for (auto& [tasks, chart] : charts) {
        // After all of them: the best of the settings, and in how many the set is known by heart.
        double best = std::numeric_limits<double>::infinity();
        int by_heart = 0;
        int settings = 0;
        for (Point const& point : grid) {
            if (point.setting.tasks == tasks) {
                Finding const finding = point.finding();
                best = std::min(best, finding.loss_end);
                by_heart += finding.step_by_heart ? 1 : 0;
                ++settings;
            }
        }
        chart.title = "A set of " + grouped_text(tasks) + " tasks is known by heart in " + std::to_string(by_heart) +
                      " of " + std::to_string(settings) + " settings; other tasks end " + percent_text(best, loss_gd) +
                      " gradient descent at best";
        chart.note = "Lines: the loss on other tasks; dashed, in the same colours: on the set.";
        chart.x = {.label = "training step"};
        chart.y = {.label = "loss (½ mean squared error)", .logarithmic = true};
        chart.references = {gradient_step};
    }
    for (auto const& [tasks, chart] : charts) {
        figures.draw("set_" + std::to_string(tasks) + ".svg", chart);
    }
}

nlohmann::ordered_json json_of(Point const& point) {
    nlohmann::ordered_json json{{"tasks", point.setting.tasks},
                                {"batch", point.setting.batch},
                                {"learning_rate", point.setting.thousandths / 1000.0},
                                {"seeds_found", point.found()},
                                {"seeds_lasting", point.lasts()}};
    Finding const finding = point.finding();
    if (finding.step_by_heart) {
        json["step_by_heart"] = *finding.step_by_heart;
        json["loss_by_heart"] = finding.loss_by_heart;
        json["step_least"] = finding.step_least;
        json["loss_least"] = finding.loss_least;
        json["fall"] = finding.fall();
    }
    add_results(json, point.runs);
    return json;
}

void print_summary(LateOptions const& options, std::vector<Point> const& grid, double loss_gd, double seconds) {
    std::printf("\none step of gradient descent: %.6f\n\n", loss_gd);
    std::printf("                                  by heart at step,     least loss since         loss at the end\n");
    std::printf("                                  loss on other tasks   on other tasks   fall    other tasks  set\n");
    for (Point const& point : grid) {
        Finding const finding = point.finding();
        std::printf("%-32s  ", point.setting.title().c_str());
        if (finding.step_by_heart) {
            std::printf("%6.0f   %-12.4f %-16.4f %5.1f %%  ", *finding.step_by_heart, finding.loss_by_heart,
                        finding.loss_least, 100 * finding.fall());
        } else {
            std::printf(" never                                          ");
        }
        std::printf("%-12.4f %.4f%s\n", finding.loss_end, finding.loss_set_end,
                    point.found() > 0 ? ("   " + point.verdict()).c_str() : "");
    }
    if (grid.front().runs.size() > 1) {
        std::printf("means over %s; late generalisation is looked for in each\n",
                    seeds_text(grid.front().runs.size()).c_str());
    }
    Point const& clear = clearest(grid);
    std::printf(
        "by heart: the loss on the set is below half of that on other tasks; late generalisation: from there the loss\n"
        "on other tasks falls by %.0f %% or more; passing: and in the end it is no longer below that\n",
        100 * Finding::least_fall);
    std::printf("late generalisation %s\n",
                clear.found() > 0 ? ("found, most with " + clear.setting.title()).c_str() : "not found");
    double training = 0;
    for (Point const& point : grid) {
        for (LateCurve const& run : point.runs) {
            training += run.seconds_training;
        }
    }
    std::printf("%s\n", times_text(duration_text(training), seconds, options.common).c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void run(LateOptions const& options) {
    Stopwatch total;
    total.start();
    std::vector<Point> grid;
    std::vector<CheckpointedModel> models;
    for (LateSetting const& setting : grid_of(options)) {
        grid.push_back({.setting = setting});
        models.push_back({.name = setting.name(), .steps = options.common.steps});
    }
    OutputDirectory const directory =
        opened_directory("late_generalisation", options.common, options.checkpoint, own_parameters(options), {"batch"});
    auto checkpoints = checkpoints_of_models("late_generalisation", options.common, options.checkpoint,
                                             nlohmann::ordered_json::object(), models);
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);
    BestLearningRate const gd = scan_learning_rate(evaluation, step_of);

    if (!options.common.quiet) {
        double seconds = 0;
        for (std::size_t i = 0; i < grid.size(); ++i) {
            seconds += seconds_to_train_on_set(grid[i].setting, options.common, checkpoints[i], workers);
        }
        std::printf("training in %zu settings: about %s, beside measuring\n", grid.size(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    for (std::size_t i = 0; i < grid.size(); ++i) {
        grid[i].runs = trained_on_set(grid[i].setting, options.common, evaluation, checkpoints[i], workers);
    }

    directory.write("curves.csv", curves_csv(grid));
    nlohmann::ordered_json weights;
    for (Point const& point : grid) {
        add_weights(weights[point.setting.title()], point.runs);
    }
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, grid, gd.loss);
    total.stop();

    auto record = run_record("late_generalisation", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(1, options.common.batch);
    record["setting"].erase("adam");  // the grid has rates of its own
    record["setting"]["largest_gradient_norm"] = late_gradient_norm;
    record["loss_gd"] = gd.loss;
    record["learning_rate_gd"] = gd.learning_rate;
    Point const& clear = clearest(grid);
    record["found"] = clear.found() > 0;
    record["lasting"] = std::any_of(grid.begin(), grid.end(), [](Point const& point) { return point.lasts() > 0; });
    record["found_in"] = json_of(clear);
    for (Point const& point : grid) {
        record["grid"].push_back(json_of(point));
    }
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, grid, gd.loss, total.seconds());
    }
}

void add_options(CLI::App& app, LateOptions& options) {
    add_selection(app, "--tasks", options.tasks, {256, 512, 1024, 2048, 8192}, "sizes of the set");
    add_selection(app, "--rates", options.thousandths, {1, 3, 10}, "learning rates, in thousandths");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    set_default_text(app, "--batch", "128 and 512");
}

}  // namespace

int main(int argc, char** argv) {
    LateOptions options;
    return run_program(
        argc, argv,
        "Trains a block of attention and an MLP on sets of tasks that never change, and looks for late generalisation.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}

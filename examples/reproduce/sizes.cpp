// SPDX-License-Identifier: MIT
// Does a trained layer become a step of gradient descent at every size, or only at that of the first experiment?
//
//   setting     that of one_step, with N examples of y = w x, x in R^d, and N = d from 2 to 30
//   trained     one layer per size, by Adam, on 1/2 mean (prediction - target)^2
//   compared    with one step of gradient descent at the best learning rate on 10,000 tasks of that size, and with what
//               one step can be expected to reach on any tasks, a fraction:
//
//                   loss* = N/24 (5 N - 1) / (10 N - 1)     at eta* = 60 N / (10 N - 1)
//
//   look for    three losses that cannot be told apart, at every size
//
// A small layer may rest for thousands of steps with W_K^T W_Q = [[0, 0], [u^T, 0]] and P W_V = [[0, 0], [-v^T, 0]], where
// it predicts (v^T X Y^T)(u^T x_q): right along one direction u ~ v of the input and blind to the others. For N = d = 2 that
// leads to a minimum of the loss that is no step of gradient descent (tests/unit/local_minimum.cpp).
//
// Figure 2c: loss.svg.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/linked.hpp"
#include "common/options.hpp"
#include "common/run_record.hpp"
#include "common/selection.hpp"
#include "incontext/experiment/spectrum.hpp"
#include "sizes/model.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct SizesOptions {
    CommonOptions common{.out = "out/sizes", .quick_defaults = {.steps = 2000, .batch = 512}};
    CheckpointOptions checkpoint{};
    std::vector<int> sizes{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(SizesOptions const& options) {
    return {{"sizes", options.sizes}};
}

// ------------------------------------------------------------------------------------------------------------ results ----

/// By how many percent a loss exceeds that of the gradient step.
double excess(SizeResult const& result, double loss) {
    return 100 * (loss / result.scan.loss - 1);
}

/// The loss of the run with the greatest one.
double worst(SizeResult const& result) {
    std::vector<double> const losses = result.trained();
    return *std::max_element(losses.begin(), losses.end());
}

/// A run farther above has not arrived. There are such runs, so all averages are medians, with the worst run beside them: a mean
/// would be of neither kind.
constexpr double far_percent = 1.5;

/// A number of every size.
template <class Value>
std::vector<double> of_sizes(std::vector<SizeResult> const& results, Value const& value) {
    std::vector<double> values;
    for (SizeResult const& result : results) {
        values.push_back(static_cast<double>(value(result)));
    }
    return values;
}

std::string sizes_csv(std::vector<SizeResult> const& results) {
    auto const column = [&](char const* name, auto const& value) { return Column{name, of_sizes(results, value)}; };
    return csv_text({column("size", [](auto& of) { return of.size; }),
                     column("learning_rate_exact", [](auto& of) { return of.exact.learning_rate; }),
                     column("loss_exact", [](auto& of) { return of.exact.loss; }),
                     column("learning_rate_scan", [](auto& of) { return of.scan.learning_rate; }),
                     column("loss_scan", [](auto& of) { return of.scan.loss; }),
                     column("loss_trained", [](auto& of) { return median(of.trained()); }),
                     column("loss_trained_worst", [](auto& of) { return worst(of); }),
                     column("loss_interpolated", [](auto& of) { return median(of.interpolated()); })});
}

void draw_figures(OutputDirectory const& directory, std::vector<SizeResult> const& results) {
    Figures figures(directory);
    reproduce::Axis const sizes_axis{.label = "examples in context = dimension of the input, N = d", .least = 0};
    auto const curve = [&](std::string const& name, bool dashed, auto const& value) {
        return Series{.name = name,
                      .x = of_sizes(results, [](auto& of) { return of.size; }),
                      .y = of_sizes(results, value),
                      .dashed = dashed};
    };

    // Where runs have not arrived, the mean with the constructed weights has no bounds: a gap.
    auto const median_interpolated = [](SizeResult const& of) {
        double const above = excess(of, median(of.interpolated()));
        return above < 100 ? above : std::numeric_limits<double>::quiet_NaN();
    };
    std::size_t const seeds = results.front().runs.size();
    std::size_t near = 0;
    Series every_run{.name = "each run", .dots = true, .colour = 0};
    for (SizeResult const& of : results) {
        for (double const loss : of.trained()) {
            every_run.x.push_back(of.size);
            every_run.y.push_back(excess(of, loss));
            near += excess(of, loss) <= far_percent ? 1 : 0;
        }
    }
    Series median_of_runs =
        curve("median of " + seeds_text(seeds), false, [](auto& of) { return excess(of, median(of.trained())); });
    Series interpolated = curve("mean of its weights and gradient descent's, median", true, median_interpolated);
    Series trained = curve("trained layer, median", true, [](auto& of) { return median(of.trained()); });
    Series exact = curve("one step of gradient descent, expected", false, [](auto& of) { return of.exact.loss; });
    trained.below = exact.below = true;
    figures.draw(
        "loss.svg",
        LineChart{.title = std::to_string(near) + " of " + std::to_string(every_run.x.size()) +
                           " trained layers are at most " + fixed_text(far_percent, 1) +
                           " % above one step of gradient descent",
                  .note = "After " + grouped_text(results.front().runs.front().last().step) +
                          " steps of training. Loss on 10,000 tasks of each size; the step has the best learning rate "
                          "on them. Where runs are stuck the mean of weights is far above the figure: a gap.",
                  .x = sizes_axis,
                  .y = {.label = "loss above that of one step of gradient descent (%)", .logarithmic = true},
                  .y_below = {.label = "loss (½ mean squared error)", .least = 0},
                  .series = {median_of_runs, every_run, interpolated, trained, exact}});
}

nlohmann::ordered_json json_of(SizeResult const& result) {
    nlohmann::ordered_json json{{"size", result.size},
                                {"loss_exact", static_cast<double>(result.exact.loss)},
                                {"learning_rate_exact", static_cast<double>(result.exact.learning_rate)},
                                {"loss_scan", result.scan.loss},
                                {"learning_rate_scan", result.scan.learning_rate},
                                {"loss_trained", median(result.trained())},
                                {"loss_trained_worst", worst(result)},
                                {"excess_percent", excess(result, median(result.trained()))},
                                {"excess_percent_worst", excess(result, worst(result))}};
    bool const has_interpolated = std::isfinite(mean(result.interpolated()));  // JSON has no NaN
    if (has_interpolated) {
        json["loss_interpolated"] = median(result.interpolated());
    }
    json["seconds_training"] = result.seconds_training();
    if (result.runs.size() > 1) {
        json["runs"]["loss_trained"] = result.trained();
        if (has_interpolated) {
            json["runs"]["loss_interpolated"] = result.interpolated();
        }
    }
    return json;
}

nlohmann::ordered_json record_of(SizesOptions const& options, std::vector<SizeResult> const& results) {
    auto record = run_record("sizes", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(1, options.common.batch);
    record["setting"]["input"] = options.sizes;
    record["setting"]["context"] = options.sizes;
    for (SizeResult const& result : results) {
        record["sizes"].push_back(json_of(result));
    }
    return record;
}

std::string fraction_text(Rational const& fraction) {
    return std::to_string(fraction.numerator()) + "/" + std::to_string(fraction.denominator());
}

void print_summary(SizesOptions const& options, std::vector<SizeResult> const& results, double seconds) {
    std::printf("\n         one gradient step                              trained layer, %d %s\n",
                options.common.seeds, options.common.seeds == 1 ? "seed" : "seeds");
    std::printf("  N = d  expected (exact)          best here  at rate   median               worst\n");
    double training = 0;
    for (SizeResult const& result : results) {
        training += result.seconds_training();
        std::printf("  %5d  %12s = %.6f   %.6f   %.4f    %.6f  %+.2f %%   %+.2f %%\n", result.size,
                    fraction_text(result.exact.loss).c_str(), static_cast<double>(result.exact.loss), result.scan.loss,
                    result.scan.learning_rate, median(result.trained()), excess(result, median(result.trained())),
                    excess(result, worst(result)));
    }
    std::printf("\nthe paper: identical losses; here more than %.1f %% above the gradient step:", far_percent);
    bool is_any = false;
    for (SizeResult const& result : results) {
        for (auto const& run : result.runs) {
            if (!(excess(result, run.last().loss_trained) <= far_percent)) {
                is_any = true;
                std::printf(" N = d = %d seed %u;", result.size, run.seed);
            }
        }
    }
    std::printf(is_any ? " more --steps take a run further\n" : " no run\n");
    std::printf("%s\n", times_text(duration_text(training) + " per seed", seconds, options.common).c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void run(SizesOptions const& options) {
    Stopwatch total;
    total.start();
    std::vector<Size> const chosen = Linked<Size>::chosen(options.sizes);
    OutputDirectory const directory =
        opened_directory("sizes", options.common, options.checkpoint, own_parameters(options));
    auto checkpoints = checkpoints_of_models("sizes", options.common, options.checkpoint,
                                             nlohmann::ordered_json::object(), options.sizes);
    Workers workers(options.common.threads);

    if (!options.common.quiet) {
        double seconds = 0;
        auto checkpoint = checkpoints.begin();
        for (Size const& size : chosen) {
            seconds += size.seconds_to_train(options.common, *checkpoint++, workers);
        }
        std::printf("training layers of sizes %s: about %s\n", list_text(options.sizes).c_str(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    std::vector<SizeResult> results;
    std::vector<Column> curves;
    for (Size const& size : chosen) {
        results.push_back(size.trained(options.common, checkpoints[results.size()], workers));
        append_curves(curves, {Key("size", size.number)}, results.back().runs);
    }

    directory.write("curves.csv", csv_text(curves));
    directory.write("sizes.csv", sizes_csv(results));
    nlohmann::ordered_json weights;
    for (SizeResult const& result : results) {
        add_weights(weights["size " + std::to_string(result.size)], result.runs);
    }
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, results);
    total.stop();

    auto record = record_of(options, results);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, results, total.seconds());
    }
}

void add_options(CLI::App& app, SizesOptions& options) {
    add_selection(app, "--sizes", options.sizes, Linked<Size>::numbers(),
                  "examples in context and dimension of the input");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
    SizesOptions options;
    return run_program(
        argc, argv,
        "Trains one layer of linear self-attention for each of several sizes and compares it with one step of gradient "
        "descent.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}

// SPDX-License-Identifier: MIT
// How hard do trained layers improve the conditioning of their data, and is it as hard as GD++ would?
//
//   setting     that of depth: y = w x, x in R^10, now with N = 10, 25, 50 and 100 examples per prompt
//   trained     one layer applied twice, by Adam
//   compared    with two steps of GD++, whose inputs take the step x <- (I - gamma X X^T) x
//   look for    the trained gamma meets the fitted one and the paper's; the condition number falls by what it should
//
// What a step does to the spectrum. X <- (I - gamma X X^T) X takes every eigenvalue l of X X^T to l (1 - gamma l)^2. The
// condition number is their greatest over their smallest. Over contexts with N = d it has a median but no mean (the
// probability that it exceeds t falls like t^-1/2): a sample's mean is that of its few worst contexts. So medians are shown.
//
// Figure 13: condition_number.svg; gamma.svg shows how gamma is learned.
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
#include "spectrum/model.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct SpectrumOptions {
    CommonOptions common{.out = "out/spectrum", .quick_defaults = {.steps = 1500, .batch = 512}};
    CheckpointOptions checkpoint{};
    std::vector<int> contexts{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(SpectrumOptions const& options) {
    return {{"contexts", options.contexts}};
}

// ----------------------------------------------------------------------------------------------------------- settings ----

/// A number of examples in context, and the gamma that the paper read off its trained layers.
struct PaperGamma {
    int context;
    double gamma;
};
constexpr PaperGamma paper_gammas[]{{10, 0.179}, {25, 0.099}, {50, 0.056}, {100, 0.029}};

double paper_gamma(int context) {
    for (PaperGamma const& paper : paper_gammas) {
        if (paper.context == context) {
            return paper.gamma;
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

// --------------------------------------------------------------------------------------------------- condition numbers ----

/// The median condition number after one step of GD++, by gamma.
struct Conditioning {
    std::vector<double> gamma{};
    std::vector<std::vector<double>> condition_number{};  // per number of examples

    explicit Conditioning(std::vector<ContextResult> const& results) : condition_number(results.size()) {
        constexpr int count = 200;
        constexpr double spacing = 0.002;
        for (int i = 0; i <= count; ++i) {
            gamma.push_back(i * spacing);
            for (std::size_t of = 0; of < results.size(); ++of) {
                condition_number[of].push_back(results[of].condition_number_after(gamma.back()));
            }
        }
    }

    /// The gamma, of those tried, that leaves the smallest.
    [[nodiscard]] double best(std::size_t of) const {
        auto const& values = condition_number[of];
        return gamma[static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin())];
    }
};

std::string condition_numbers_csv(Conditioning const& conditioning, std::vector<ContextResult> const& results) {
    std::vector<Column> columns{{"gamma", conditioning.gamma}};
    for (std::size_t of = 0; of < results.size(); ++of) {
        columns.push_back(
            {"condition_number_" + std::to_string(results[of].context), conditioning.condition_number[of]});
    }
    return csv_text(columns);
}

// ------------------------------------------------------------------------------------------------------------ results ----

/// By how many percent the trained gamma exceeds another.
double excess(ContextResult const& result, double gamma) {
    return 100 * (mean(result.gamma()) / gamma - 1);
}

void draw_figures(OutputDirectory const& directory, std::vector<ContextResult> const& results,
                  Conditioning const& conditioning) {
    Figures figures(directory);

    std::string improvement;
    bool is_lower = true;
    for (ContextResult const* result : {&results.front(), &results.back()}) {
        auto const text = [](double number) { return number_in_groups(number, number < 99.5 ? 1 : 0); };
        double const before = result->condition_number_after(0);
        double const after = result->condition_number_after(mean(result->gamma()));
        is_lower = is_lower && after < before && text(after) != text(before);
        improvement += (improvement.empty() ? "" : ", and ") + std::string("from ") + text(before) + " to " +
                       text(after) + " at N = " + std::to_string(result->context);
        if (results.size() == 1) {
            break;
        }
    }
    LineChart condition{.title = std::string("One step of GD++ with the trained γ ") + (is_lower ? "lowers" : "takes") +
                                 " the condition number " + improvement,
                        .note = "Lines from below, in the colour of their N: the trained γ; dashed: the paper's.",
                        .x = {.label = "γ of the step x ← (I − γ X Xᵀ) x", .least = 0},
                        .y = {.label = "condition number of X Xᵀ after it, median", .logarithmic = true, .least = 1}};
    for (std::size_t of = 0; of < results.size(); ++of) {
        Series curve{.name = "N = " + std::to_string(results[of].context)};
        double const end = 2 * conditioning.best(of);  // beyond, steps overshoot, and the curve tells nothing more
        for (std::size_t i = 0; i < conditioning.gamma.size() && conditioning.gamma[i] < end; ++i) {
            curve.x.push_back(conditioning.gamma[i]);
            curve.y.push_back(conditioning.condition_number[of][i]);
        }
        condition.series.push_back(curve);
    }
    /// A line from the axis to a curve at a gamma.
    auto const mark = [&](std::size_t of, double gamma, bool dashed) {
        condition.series.push_back(
            {.x = {gamma, gamma}, .y = {1, results[of].condition_number_after(gamma)}, .dashed = dashed, .colour = of});
    };
    for (std::size_t of = 0; of < results.size(); ++of) {
        mark(of, mean(results[of].gamma()), false);
        mark(of, paper_gamma(results[of].context), true);
    }
    figures.draw("condition_number.svg", condition);

    double least = std::numeric_limits<double>::infinity();
    double greatest = -least;
    for (ContextResult const& result : results) {
        double const percent = excess(result, paper_gamma(result.context));
        least = std::min(least, percent);
        greatest = std::max(greatest, percent);
    }
    auto const signed_text = [](double percent) {
        return (percent < 0 ? "−" : "+") + fixed_text(std::abs(percent), 1) + " %";
    };
    LineChart learned{
        .title = "The γ of two looped layers ends " +
                 (results.size() > 1 ? signed_text(least) + " to " + signed_text(greatest) : signed_text(least)) +
                 " from the paper's",
        .x = {.label = "training step"},
        .y = {.label = "γ read off the weights", .least = 0, .greatest = 0.25}};
    for (ContextResult const& result : results) {
        learned.series.push_back(
            series("N = " + std::to_string(result.context), result.runs, [](Measured const& at) { return at.gamma; }));
        learned.references.push_back(
            {.label = "the paper's, N = " + std::to_string(result.context), .y = paper_gamma(result.context)});
    }
    figures.draw("gamma.svg", learned);
}

/// One number of examples for run.json; what is not finite is left out, because JSON cannot hold it.
nlohmann::ordered_json json_of(ContextResult const& result, double best_gamma) {
    nlohmann::ordered_json json{{"context", result.context}};
    auto const add = [&](nlohmann::ordered_json& object, char const* name, double value) {
        if (std::isfinite(value)) {
            object[name] = value;
        }
    };
    add(json, "gamma_trained", mean(result.gamma()));
    add(json, "gamma_paper", paper_gamma(result.context));
    add(json, "gamma_fitted", result.fitted.gamma);
    add(json, "gamma_best_conditioning", best_gamma);
    add(json, "excess_percent", excess(result, paper_gamma(result.context)));
    add(json, "condition_number_before", result.condition_number_after(0));
    add(json, "condition_number_after_trained", result.condition_number_after(mean(result.gamma())));
    add(json, "condition_number_after_paper", result.condition_number_after(paper_gamma(result.context)));
    add(json, "condition_number_after_fitted", result.condition_number_after(result.fitted.gamma));
    add(json, "condition_number_after_best", result.condition_number_after(best_gamma));
    add(json, "learning_rate_trained", mean(result.learning_rate()));
    add(json, "learning_rate_fitted", result.fitted.learning_rate);
    add(json, "loss_trained", mean(result.loss_trained()));
    add(json, "loss_gdpp", result.loss_gdpp);
    add(json, "loss_gd", result.gd.loss);
    add(json, "learning_rate_gd", result.gd.learning_rate);
    add(json, "seconds_training", result.seconds_training());
    if (result.runs.size() > 1) {
        auto const add_runs = [&](char const* name, std::vector<double> const& values) {
            if (std::isfinite(mean(values))) {
                json["standard_deviations"][name] = standard_deviation(values);
                json["runs"][name] = values;
            }
        };
        add_runs("gamma_trained", result.gamma());
        add_runs("learning_rate_trained", result.learning_rate());
        add_runs("loss_trained", result.loss_trained());
    }
    return json;
}

nlohmann::ordered_json record_of(SpectrumOptions const& options, std::vector<ContextResult> const& results,
                                 Conditioning const& conditioning) {
    auto record = run_record("spectrum", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(looped_layers, options.common.batch);
    record["setting"]["context"] = options.contexts;
    for (std::size_t of = 0; of < results.size(); ++of) {
        record["contexts"].push_back(json_of(results[of], conditioning.best(of)));
    }
    return record;
}

void print_summary(SpectrumOptions const& options, std::vector<ContextResult> const& results,
                   Conditioning const& conditioning, double seconds) {
    std::printf("\n         gamma                                          condition number, median over contexts\n");
    std::printf("    N    trained  deviation  paper           fitted     as drawn   trained   fitted   smallest\n");
    double training = 0;
    for (std::size_t of = 0; of < results.size(); ++of) {
        ContextResult const& result = results[of];
        training += result.seconds_training();
        std::printf("  %3d    %.4f   %.4f     %.3f  %+5.1f %%   %.4f   %9.2f %9.2f %8.2f   %.2f at %.3f\n",
                    result.context, mean(result.gamma()), standard_deviation(result.gamma()),
                    paper_gamma(result.context), excess(result, paper_gamma(result.context)), result.fitted.gamma,
                    result.condition_number_after(0), result.condition_number_after(mean(result.gamma())),
                    result.condition_number_after(result.fitted.gamma),
                    result.condition_number_after(conditioning.best(of)), conditioning.best(of));
    }
    std::printf("\n         loss                                                     learning rate\n");
    std::printf("    N    trained    2 steps of GD++, fitted   of gradient descent     trained   fitted\n");
    for (ContextResult const& result : results) {
        std::printf("  %3d    %.6f   %.6f                  %.6f                %.3f    %.3f\n", result.context,
                    mean(result.loss_trained()), result.loss_gdpp, result.gd.loss, mean(result.learning_rate()),
                    result.fitted.learning_rate);
    }
    std::printf("\n%s\n", times_text(duration_text(training) + " per seed", seconds, options.common).c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void run(SpectrumOptions const& options) {
    Stopwatch total;
    total.start();
    std::vector<Context> const chosen = Linked<Context>::chosen(options.contexts);
    OutputDirectory const directory =
        opened_directory("spectrum", options.common, options.checkpoint, own_parameters(options));
    auto checkpoints = checkpoints_of_models("spectrum", options.common, options.checkpoint,
                                             nlohmann::ordered_json::object(), options.contexts);
    Workers workers(options.common.threads);

    if (!options.common.quiet) {
        double seconds = 0;
        auto checkpoint = checkpoints.begin();
        for (Context const& context : chosen) {
            seconds += context.seconds_to_train(options.common, *checkpoint++, workers);
        }
        std::printf("training two looped layers with %s examples: about %s\n", list_text(options.contexts).c_str(),
                    duration_text(seconds).c_str());
        std::fflush(stdout);
    }
    std::vector<ContextResult> results;
    std::vector<Column> curves;
    for (Context const& context : chosen) {
        results.push_back(context.trained(options.common, checkpoints[results.size()], workers));
        append_curves(curves, {Key("context", context.number)}, results.back().runs);
    }
    Conditioning const conditioning(results);

    directory.write("curves.csv", csv_text(curves));
    directory.write("condition_numbers.csv", condition_numbers_csv(conditioning, results));
    nlohmann::ordered_json weights;
    for (ContextResult const& result : results) {
        add_weights(weights["context " + std::to_string(result.context)], result.runs);
    }
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, results, conditioning);
    total.stop();

    auto record = record_of(options, results, conditioning);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoints);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, results, conditioning, total.seconds());
    }
}

void add_options(CLI::App& app, SpectrumOptions& options) {
    add_selection(app, "--contexts", options.contexts, Linked<Context>::numbers(), "examples in context");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
    SpectrumOptions options;
    return run_program(
        argc, argv,
        "Trains two looped layers of linear self-attention with several numbers of examples, reads the gamma of GD++ "
        "off their weights and shows what it does to condition numbers.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}

// SPDX-License-Identifier: MIT
// Does a layer of linear self-attention that is merely trained to predict become a step of gradient descent?
//
//   setting     10 examples of y = w x per prompt, x in R^10, w ~ N(0, I), fresh prompts in every step  [vonOswald2023] sec. 3
//   trained     one layer, by Adam, on 1/2 mean (prediction - target)^2
//   compared    with one step of gradient descent at the best learning rate, on the reference's own 10,000 tasks
//   look for    equal losses; cosine of the sensitivities near 1; the mean of both layers' weights predicts as well
//
// Figure 2a (loss.svg), 2b (alignment.svg), 2d (larger_inputs.svg), 9 (weights.svg).
#include <algorithm>
#include <boost/hana/define_struct.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/training_runs.hpp"
#include "common/weights.hpp"
#include "incontext/incontext.hpp"
#include "incontext/io/safetensors.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

// What no training can beat: the best learning rate of one step and its expected loss, as fractions, at compile time.
constexpr OneStepOptimum exact = one_step_optimum(uniform_inputs(), sizes.input, sizes.context);
static_assert(exact.learning_rate == Rational{200, 33} && exact.loss == Rational{245, 1188});

/// What is measured of the layer after some steps of training.
struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_trained),
        (double, loss_interpolated),
        (double, cosine),
        (double, sensitivity_difference),
        (double, prediction_difference));
};

using OneStepRun = Run<Layer, Measured>;

struct OneStepOptions {
    bool sixteen_bits = false;  // the tasks of training
    CommonOptions common{.eval_every = 25, .out = "out/one_step", .quick_defaults = {.steps = 1000}};
    CheckpointOptions checkpoint{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(OneStepOptions const& options) {
    return {{"draws", options.sixteen_bits ? "sixteen_bits" : "reference"}};
}

/// The loss of the layer between the trained one and gradient descent; NaN where the scale cannot be fixed.
double interpolated_loss(Evaluation<sizes> const& evaluation, Layer const& trained,
                         GradientDescentStep const& gradient_step) {
    return number_or_nan([&] { return evaluation.loss(interpolated<sizes>(trained, as_attention(gradient_step))); });
}

Measured measured(long step, Layer const& layer, GradientDescentStep const& gradient_step,
                  Evaluation<sizes> const& evaluation) {
    Alignment const with_gradient_step = alignment(evaluation, layer, gradient_step);
    return {.step = static_cast<double>(step),
            .loss_trained = evaluation.loss(layer),
            // Before training, W_K^T W_Q has no scale but that of noise.
            .loss_interpolated = step == 0 ? std::numeric_limits<double>::quiet_NaN()
                                           : interpolated_loss(evaluation, layer, gradient_step),
            .cosine = with_gradient_step.cosine,
            .sensitivity_difference = with_gradient_step.sensitivity_difference,
            .prediction_difference = with_gradient_step.prediction_difference};
}

/// Figure 2d: the same layers on inputs that are larger or smaller than those of training.
struct LargerInputs {
    std::vector<double> factor{};
    std::vector<double> gradient_descent{};
    std::vector<double> trained{};
    std::vector<double> interpolated{};
};

LargerInputs on_larger_inputs(OneStepRun const& run, GradientDescentStep const& gradient_step, Workers& workers) {
    LargerInputs result;
    for (int twentieths = 10; twentieths <= 40; twentieths += 2) {
        double const factor = twentieths / 20.0;
        Evaluation<sizes> const evaluation(workers, {.input_range = static_cast<float>(factor)});
        result.factor.push_back(factor);
        result.gradient_descent.push_back(evaluation.loss(gradient_step));
        result.trained.push_back(evaluation.loss(run.model()));
        result.interpolated.push_back(interpolated_loss(evaluation, run.model(), gradient_step));
    }
    return result;
}

/// The largest entry where others are zero, as a part of the largest of all, in percent.
double percent_where_zero(Rows const& rows, Rows const& others) {
    double there = 0;
    double largest = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t col = 0; col < rows[row].size(); ++col) {
            double const size = std::abs(rows[row][col]);
            largest = std::max(largest, size);
            there = others[row][col] == 0 ? std::max(there, size) : there;
        }
    }
    return 100 * there / largest;
}

/// Whether a layer whose loss exceeds that of gradient descent by such a part has learned it.
bool is_a_step(double excess) {
    constexpr double as_good = .02;  // a layer that was trained long enough is ten times as near
    return excess < as_good;
}

void draw_figures(OutputDirectory const& directory, std::vector<OneStepRun> const& runs, LargerInputs const& larger,
                  BestLearningRate const& scan) {
    Figures figures(directory);
    auto const last = [&](auto const& value) { return mean(last_of_runs(runs, value)); };
    std::string const after = "After " + grouped_text(runs.front().last().step) + " steps of training ";

    Series interpolated = series("mean of its weights and gradient descent's", runs,
                                 [&](auto& at) { return percent_above(at.loss_interpolated, scan.loss); });
    interpolated.dashed = true;
    figures.draw(
        "loss.svg",
        LineChart{
            .title = after + "one layer of linear self-attention is " +
                     percent_text(last([](auto& at) { return at.loss_trained; }), scan.loss) +
                     " one step of gradient descent",
            .note = "On 10,000 tasks that no training has seen. The step has the best learning rate on these tasks.",
            .x = step_axis(runs),
            .y = {.label = "loss above that of one step of gradient descent (%)", .logarithmic = true, .least = .02},
            .series = {
                series("trained layer", runs, [&](auto& at) { return percent_above(at.loss_trained, scan.loss); }),
                interpolated}});

    LineChart alignment{
        .title = after + "the cosine of its sensitivities with those of gradient descent is " +
                 fixed_text(last([](auto& at) { return at.cosine; }), 4),
        .note = "A sensitivity is the derivative of a prediction by the query. Means over 10,000 tasks.",
        .x = step_axis(runs),
        .y_below = {.label = "mean difference from gradient descent", .least = 0},
        .series = {series("trained layer", runs, [](auto& at) { return at.cosine; }),
                   series("predictions", runs, [](auto& at) { return at.prediction_difference; }),
                   series("sensitivities", runs, [](auto& at) { return at.sensitivity_difference; })}};
    alignment.series[1].below = alignment.series[2].below = true;
    alignment.y = cosine_axis("cosine of sensitivities", last_of_runs(runs, [](auto& at) { return at.cosine; }),
                              alignment.series);
    figures.draw("alignment.svg", alignment);

    auto const above_gradient_descent = [&](std::vector<double> losses) {
        for (std::size_t i = 0; i < losses.size(); ++i) {
            losses[i] = percent_above(losses[i], larger.gradient_descent[i]);
        }
        return losses;
    };
    std::vector<double> const trained = above_gradient_descent(larger.trained);
    figures.draw(
        "larger_inputs.svg",
        LineChart{.title = "On inputs twice as large as in training the layer is " +
                           percent_text(larger.trained.back(), larger.gradient_descent.back()) + " gradient descent",
                  .note = "10,000 tasks for each α; both have the weights and the rate for α = 1. Seed " +
                          std::to_string(runs.front().seed) + ".",
                  .x = {.label = "inputs uniform in (-α/2, α/2): α (training: 1)"},
                  .y = {.label = "loss above that of one step of gradient descent (%)"},
                  .series = {{.name = "trained layer", .x = larger.factor, .y = trained},
                             {.name = "mean of its weights and gradient descent's",
                              .x = larger.factor,
                              .y = above_gradient_descent(larger.interpolated),
                              .dashed = true}},
                  .references = {{.label = "one step of gradient descent", .y = 0}}});

    HeatMaps weights{.note =
                         "x: the ten entries of an input, y: its target. W_Kᵀ W_Q is scaled to a mean of 1 on the "
                         "diagonal of x. Empty cells are below .005. Other entries are those that the step has "
                         "as 0, as a part of the largest. Seed " +
                         std::to_string(runs.front().seed) + ".",
                     .panels_per_row = 2};
    auto const add = [&](std::string const& of, Layer const& layer) {
        auto const products = normalised<sizes, float>(merged(layer));
        weights.panels.push_back({of + ": W_Kᵀ W_Q", rows_of_matrix(products.key_query), token_parts(), token_parts()});
        weights.panels.push_back({of + ": P W_V", rows_of_matrix(products.output_value), token_parts(), token_parts()});
    };
    add("trained", runs.front().model());
    add("gradient descent", as_attention(step_of(scan.learning_rate)));
    double const beside = std::max(percent_where_zero(weights.panels[0].rows, weights.panels[2].rows),
                                   percent_where_zero(weights.panels[1].rows, weights.panels[3].rows));
    bool const has_become_a_step = is_a_step(runs.front().last().loss_trained / scan.loss - 1);
    weights.title =
        (has_become_a_step
             ? "The trained weights are those of one step of gradient descent: no other entry is larger than "
             : "The trained weights are not yet those of one step of gradient descent: another entry comes to ") +
        fixed_text(beside, 1) + " % of the largest";
    figures.draw("weights.svg", weights);
}

/// What was learned, in a sentence, and the file to open.
void print_lesson(double excess, CommonOptions const& options) {
    char const* const learned = is_a_step(excess)
                                    ? "The trained layer has become a step of gradient descent: nobody told it to."
                                    : "The trained layer is not yet a step of gradient descent: give it more --steps.";
    std::printf("\n%s Open %s\n", learned, (options.out / "loss.svg").string().c_str());
}

void one_step(OneStepOptions const& all_options) {
    CommonOptions const& options = all_options.common;
    Stopwatch total;
    total.start();
    OutputDirectory const directory =
        opened_directory("one_step", options, all_options.checkpoint, own_parameters(all_options));
    auto changed = nlohmann::ordered_json::object();  // a run of the reference's draws goes on from older checkpoints
    if (all_options.sixteen_bits) {
        changed["draws"] = "sixteen_bits";
    }
    Checkpoint checkpoint("one_step", options, all_options.checkpoint, changed);
    Workers workers(options.threads);
    Evaluation<sizes> const evaluation(workers);

    BestLearningRate const scan = scan_learning_rate(evaluation, step_of);
    GradientDescentStep const gradient_step = step_of(scan.learning_rate);

    auto const measure = [&](long step, Layer const& layer) {
        return measured(step, layer, gradient_step, evaluation);
    };
    auto const train = [&](auto const& setting) {
        return train_runs_in<Layer, Measured, sizes>(setting, options, measure, workers, &checkpoint);
    };
    std::vector<OneStepRun> const runs =
        all_options.sixteen_bits ? train(PaperSettingOn<SixteenBitInputs>()) : train(PaperSetting());
    LargerInputs const larger = on_larger_inputs(runs.front(), gradient_step, workers);

    directory.write("curves.csv", curves_csv(runs));
    directory.write("larger_inputs.csv", csv_text({{"factor", larger.factor},
                                                   {"loss_gradient_descent", larger.gradient_descent},
                                                   {"loss_trained", larger.trained},
                                                   {"loss_interpolated", larger.interpolated}}));
    nlohmann::ordered_json weights;
    add_weights(weights, runs);
    directory.write("weights.json", json_text(weights));
    // Of the first run, for other programs and examples/tools/inspect.
    directory.write("weights.safetensors",
                    safetensors_bytes(arrays_of(runs.front().model(), WeightLayout::output_by_input)));
    draw_figures(directory, runs, larger, scan);
    total.stop();

    auto record = run_record("one_step", options, all_options.checkpoint, own_parameters(all_options));
    record["setting"] = setting_json(1, options.batch);
    record["loss_exact"] = static_cast<double>(exact.loss);
    record["learning_rate_exact"] = static_cast<double>(exact.learning_rate);
    record["loss_scan"] = scan.loss;
    record["learning_rate_scan"] = scan.learning_rate;
    add_results(record, runs);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));

    if (!options.quiet) {
        auto const value = [&](char const* name) { return statistic_in(record, name); };
        std::printf("\n                                        loss       learning rate\n");
        std::printf("one gradient step, expected (exact)     %.6f   %.4f     = 245/1188 at 200/33\n",
                    value("loss_exact"), value("learning_rate_exact"));
        std::printf("one gradient step, best on these tasks  %.6f   %.4f     the reference prints .20468888\n",
                    scan.loss, scan.learning_rate);
        std::printf("trained layer                           %.6f              %+.2f %% of the gradient step\n",
                    value("loss_trained"), 100 * (value("loss_trained") / scan.loss - 1));
        auto const deviation = [&](char const* name) {
            return runs.size() > 1 ? statistic_in(record["standard_deviations"], name) : 0;
        };
        auto const deviation_text = [&](char const* name, int decimals) {
            return runs.size() > 1 ? " +- " + fixed_text(deviation(name), decimals) : std::string();
        };
        std::printf("mean of both layers' weights            %.6f              %+.2f %%\n\n",
                    value("loss_interpolated"), 100 * (value("loss_interpolated") / scan.loss - 1));
        std::printf("cosine of sensitivities    %.5f%s\n", value("cosine"), deviation_text("cosine", 5).c_str());
        std::printf("difference of sensitivities %.4f%s     the paper: about .09\n", value("sensitivity_difference"),
                    deviation_text("sensitivity_difference", 4).c_str());
        std::printf("difference of predictions   %.4f%s     the paper: about .02\n", value("prediction_difference"),
                    deviation_text("prediction_difference", 4).c_str());
        if (runs.size() > 1) {
            std::printf("mean +- standard deviation over %s; of the trained loss %.6f\n",
                        seeds_text(runs.size()).c_str(), deviation("loss_trained"));
        }
        std::printf("training %s on %d %s, everything %s; results in %s\n",
                    training_text(value("seconds_training"), options).c_str(), options.threads,
                    options.threads == 1 ? "thread" : "threads", duration_text(total.seconds()).c_str(),
                    options.out.string().c_str());
        print_lesson(value("loss_trained") / scan.loss - 1, options);
    }
}

void add_options(CLI::App& app, OneStepOptions& options) {
    auto const set_draws = [&options](std::string const& text) {
        if (text != "reference" && text != "sixteen_bits") {
            throw UsageError("--draws expects reference or sixteen_bits, not '" + text + "'");
        }
        options.sixteen_bits = text == "sixteen_bits";
    };
    add_text(app, "--draws", set_draws, "the random numbers of training: the reference's, or half as many bits",
             {.value = "reference|sixteen_bits", .by_default = "reference"});
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
}

}  // namespace

int main(int argc, char** argv) {
    OneStepOptions options;
    return run_program(
        argc, argv,
        "Trains one layer of linear self-attention on linear regression and compares it with one step of gradient "
        "descent.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { one_step(options); });
}

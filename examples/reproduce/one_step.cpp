// SPDX-License-Identifier: MIT
// Does a layer of linear self-attention that is merely trained to predict become a step of gradient descent?
//
//   setting     10 examples of y = w x per prompt, x in R^10, w ~ N(0, I), fresh prompts in every step  [vonOswald2023] sec. 3
//   trained     one layer, by Adam, on 1/2 mean (prediction - target)^2
//   compared    with one step of gradient descent at the best learning rate, on the reference's own 10,000 tasks
//   look for    equal losses; cosine of the sensitivities near 1; the mean of both layers' weights predicts as well
//
// Figure 2a (loss.svg), 2b (alignment.svg), 2d (larger_inputs.svg), 9 (weights.svg).
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "common/csv.hpp"
#include "common/options.hpp"
#include "common/output_directory.hpp"
#include "common/plot.hpp"
#include "common/program.hpp"
#include "common/progress.hpp"
#include "common/run_record.hpp"
#include "common/statistics.hpp"
#include "common/weights.hpp"
#include "incontext/incontext.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
using Layer = LinearSelfAttention<sizes.tokens(), float>;
using Step = GradientStep<sizes, float>;

// What no training can beat: the best learning rate of one step and its expected loss, as fractions, at compile time.
constexpr OneStepOptimum exact = one_step_optimum(uniform_inputs(), sizes.input, sizes.context);
static_assert(exact.learning_rate == Rational{200, 33} && exact.loss == Rational{245, 1188});

Step step_of(double learning_rate) {
    return {.learning_rate = static_cast<float>(learning_rate),
            .initial_weights = zero<float, sizes.output, sizes.input>()};
}

/// What is measured of the layer after some steps of training.
struct Measured {
    double step = 0;
    double loss_trained = 0;
    double loss_interpolated = 0;
    Alignment alignment{};
};

/// One run: the layer and its curves.
struct Run {
    std::uint32_t seed = 0;
    Layer layer;
    std::vector<Measured> curve{};
    double seconds_training = 0;
};

/// The layer between the trained one and gradient descent; its loss is NaN where the scale cannot be fixed (before the
/// first step of training it may be).
double interpolated_loss(Evaluation<sizes> const& evaluation, Layer const& trained, Layer const& constructed) {
    try {
        return evaluation.loss(interpolated<sizes>(trained, constructed));
    } catch (std::domain_error const&) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

Measured measured(int step, Layer const& layer, Step const& gradient_step, Evaluation<sizes> const& evaluation) {
    return {.step = static_cast<double>(step),
            .loss_trained = evaluation.loss(layer),
            .loss_interpolated = interpolated_loss(evaluation, layer, as_attention(gradient_step)),
            .alignment = alignment(evaluation, layer, gradient_step)};
}

Run train(std::uint32_t seed, CommonOptions const& options, Step const& gradient_step,
          Evaluation<sizes> const& evaluation, Workers& workers) {
    Layer initial;
    initialise(initial, seed);
    Training<sizes, Layer> training(initial, {.batch = options.batch, .seed = seed}, workers);
    Run run{.seed = seed, .layer = initial};
    Progress progress("seed " + std::to_string(seed), options.steps, options.quiet);
    run.curve.push_back(measured(0, initial, gradient_step, evaluation));
    Stopwatch stopwatch;
    for (int step = 1; step <= options.steps; ++step) {
        stopwatch.start();
        double const loss = training.step();
        stopwatch.stop();
        if (step % options.eval_every == 0 || step == options.steps) {
            run.curve.push_back(measured(step, training.layer(), gradient_step, evaluation));
        }
        progress.update(step, loss);
    }
    run.layer = training.layer();
    run.seconds_training = stopwatch.seconds();
    return run;
}

/// Figure 2d: the same layers on inputs that are larger or smaller than those of training.
struct LargerInputs {
    std::vector<double> factor{};
    std::vector<double> gradient_descent{};
    std::vector<double> trained{};
    std::vector<double> interpolated{};
};

LargerInputs on_larger_inputs(Run const& run, Step const& gradient_step, Workers& workers) {
    LargerInputs result;
    for (int twentieths = 10; twentieths <= 40; twentieths += 2) {
        double const factor = twentieths / 20.0;
        Evaluation<sizes> const evaluation(workers, {.input_range = static_cast<float>(factor)});
        result.factor.push_back(factor);
        result.gradient_descent.push_back(evaluation.loss(gradient_step));
        result.trained.push_back(evaluation.loss(run.layer));
        result.interpolated.push_back(interpolated_loss(evaluation, run.layer, as_attention(gradient_step)));
    }
    return result;
}

std::string curves_csv(std::vector<Run> const& runs) {
    std::vector<Column> columns{{"seed"},   {"step"},
                                {"loss_trained"},          {"loss_interpolated"},
                                {"cosine"}, {"sensitivity_difference"},
                                {"prediction_difference"}};
    for (Run const& run : runs) {
        for (Measured const& at : run.curve) {
            double const row[]{static_cast<double>(run.seed),
                               at.step,
                               at.loss_trained,
                               at.loss_interpolated,
                               at.alignment.cosine,
                               at.alignment.sensitivity_difference,
                               at.alignment.prediction_difference};
            for (std::size_t i = 0; i < columns.size(); ++i) {
                columns[i].values.push_back(row[i]);
            }
        }
    }
    return csv_text(columns);
}

/// A curve of the mean over runs, with its standard deviation as a band where there are several.
template <class Value>
Series series(std::string const& name, std::vector<Run> const& runs, Value const& value) {
    Series result{.name = name};
    for (std::size_t i = 0; i < runs.front().curve.size(); ++i) {
        std::vector<double> values;
        for (Run const& run : runs) {
            values.push_back(value(run.curve[i]));
        }
        result.x.push_back(runs.front().curve[i].step);
        result.y.push_back(mean(values));
        if (runs.size() > 1) {
            result.deviation.push_back(standard_deviation(values));
        }
    }
    return result;
}

void draw_figures(OutputDirectory const& directory, std::vector<Run> const& runs, LargerInputs const& larger,
                  double loss_scan) {
    Figures figures(directory);

    Series interpolated = series("mean of both layers' weights", runs, [](auto& at) { return at.loss_interpolated; });
    interpolated.dashed = true;
    figures.draw("loss.svg",
                 LineChart{.title = "Training one layer of linear self-attention",
                           .x = {.label = "training step"},
                           .y = {.label = "loss on 10,000 tasks (½ mean squared error)", .least = 0.15, .greatest = 0.45},
                           .series = {series("trained layer", runs, [](auto& at) { return at.loss_trained; }), interpolated},
                           .references = {{.label = "one step of gradient descent", .y = loss_scan}}});

    Series cosine = series("cosine of sensitivities", runs, [](auto& at) { return at.alignment.cosine; });
    cosine.on_second_axis = true;
    figures.draw(
        "alignment.svg",
        LineChart{.title = "The trained layer becomes one step of gradient descent",
                  .x = {.label = "training step"},
                  .y = {.label = "mean difference from gradient descent", .least = 0},
                  .second_y = {.label = "cosine", .least = 0, .greatest = 1.02},
                  .series = {series("of predictions", runs, [](auto& at) { return at.alignment.prediction_difference; }),
                             series("of sensitivities", runs,
                                    [](auto& at) { return at.alignment.sensitivity_difference; }),
                             cosine}});

    figures.draw("larger_inputs.svg",
                 LineChart{.title = "On inputs that were never seen in training",
                           .x = {.label = "inputs uniform in (-α/2, α/2): α (training: 1)"},
                           .y = {.label = "loss on 10,000 tasks (½ mean squared error)", .logarithmic = true},
                           .series = {{.name = "one step of gradient descent", .x = larger.factor, .y = larger.gradient_descent},
                                      {.name = "trained layer", .x = larger.factor, .y = larger.trained, .dashed = true},
                                      {.name = "mean of both layers' weights",
                                       .x = larger.factor,
                                       .y = larger.interpolated,
                                       .dashed = true}}});

    auto const products = normalised<sizes, float>(merged(runs.front().layer));
    figures.draw("weights.svg", HeatMaps{.title = "The trained weights",
                                         .panels = {{.title = "W_Kᵀ W_Q", .rows = rows_of_matrix(products.key_query)},
                                                    {.title = "P W_V", .rows = rows_of_matrix(products.output_value)}}});
}

/// The numbers of run.json, by name, for one run or as means over several.
std::vector<std::pair<std::string, std::vector<double>>> results(std::vector<Run> const& runs) {
    auto const of_each = [&](auto const& value) {
        std::vector<double> values;
        for (Run const& run : runs) {
            values.push_back(value(run));
        }
        return values;
    };
    return {{"loss_trained", of_each([](Run const& run) { return run.curve.back().loss_trained; })},
            {"loss_interpolated", of_each([](Run const& run) { return run.curve.back().loss_interpolated; })},
            {"cosine", of_each([](Run const& run) { return run.curve.back().alignment.cosine; })},
            {"sensitivity_difference",
             of_each([](Run const& run) { return run.curve.back().alignment.sensitivity_difference; })},
            {"prediction_difference",
             of_each([](Run const& run) { return run.curve.back().alignment.prediction_difference; })},
            {"seconds_training", of_each([](Run const& run) { return run.seconds_training; })}};
}

void one_step(CommonOptions const& options) {
    Stopwatch total;
    total.start();
    OutputDirectory const directory(options.out);
    Workers workers(options.threads);
    Evaluation<sizes> const evaluation(workers);

    BestLearningRate const scan = scan_learning_rate(evaluation, step_of);
    Step const gradient_step = step_of(scan.learning_rate);

    std::vector<Run> runs;
    for (int i = 0; i < options.seeds; ++i) {
        runs.push_back(train(options.seed + static_cast<std::uint32_t>(i), options, gradient_step, evaluation, workers));
    }
    LargerInputs const larger = on_larger_inputs(runs.front(), gradient_step, workers);

    directory.write("curves.csv", curves_csv(runs));
    directory.write("larger_inputs.csv", csv_text({{"factor", larger.factor},
                                                   {"loss_gradient_descent", larger.gradient_descent},
                                                   {"loss_trained", larger.trained},
                                                   {"loss_interpolated", larger.interpolated}}));
    nlohmann::ordered_json weights;
    for (Run const& run : runs) {
        weights["seed " + std::to_string(run.seed)] = weights_json(run.layer);
    }
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, runs, larger, scan.loss);
    total.stop();

    auto record = run_record("one_step", options);
    record["loss_exact"] = static_cast<double>(exact.loss);
    record["learning_rate_exact"] = static_cast<double>(exact.learning_rate);
    record["loss_scan"] = scan.loss;
    record["learning_rate_scan"] = scan.learning_rate;
    for (auto const& [name, values] : results(runs)) {
        record[name] = mean(values);
        if (values.size() > 1) {
            record["standard_deviations"][name] = standard_deviation(values);
            record["runs"][name] = values;
        }
    }
    record["seconds_total"] = total.seconds();
    directory.write("run.json", json_text(record));

    if (!options.quiet) {
        auto const value = [&](char const* name) { return record[name].get<double>(); };
        std::printf("\n                                        loss       learning rate\n");
        std::printf("one gradient step, expected (exact)     %.6f   %.4f     = 245/1188 at 200/33\n",
                    value("loss_exact"), value("learning_rate_exact"));
        std::printf("one gradient step, best on these tasks  %.6f   %.4f     the reference prints .20468888\n",
                    scan.loss, scan.learning_rate);
        std::printf("trained layer                           %.6f              %+.2f %% of the gradient step\n",
                    value("loss_trained"), 100 * (value("loss_trained") / scan.loss - 1));
        std::printf("mean of both layers' weights            %.6f              %+.2f %%\n\n", value("loss_interpolated"),
                    100 * (value("loss_interpolated") / scan.loss - 1));
        std::printf("cosine of sensitivities    %.5f\n", value("cosine"));
        std::printf("difference of sensitivities %.4f     the paper: about .09\n", value("sensitivity_difference"));
        std::printf("difference of predictions   %.4f     the paper: about .02\n", value("prediction_difference"));
        std::printf("training %s on %d %s, everything %s; results in %s\n",
                    duration_text(value("seconds_training")).c_str(), options.threads,
                    options.threads == 1 ? "thread" : "threads", duration_text(total.seconds()).c_str(),
                    options.out.string().c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    CommonOptions options{.out = "out/one_step"};
    return run_program(
        argc, argv,
        "Trains one layer of linear self-attention on linear regression and compares it with one step of gradient descent.",
        [&](CLI::App& app) { add_common_options(app, options); }, [&] { one_step(options); });
}

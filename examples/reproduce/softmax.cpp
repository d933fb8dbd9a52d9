// SPDX-License-Identifier: MIT
// What does a layer of softmax attention learn, where linear attention learns a step of gradient descent?
//
//   setting     that of one_step; one layer of softmax attention, of one head or two, scores divided by the root of 11
//   compared    with one step of gradient descent, and for two heads with such a step on inputs without their mean: two
//               opposite heads come to it where their scores are small
//   look for    one head stays far above the step; two heads reach the centred step, and the off-diagonals of their
//               weights cancel in the sum
//
// Figure 11 (weights.svg) and 12 (loss.svg, alignment.svg, larger_inputs.svg, larger_targets.svg).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/shifts.hpp"
#include "common/weights.hpp"
#include "incontext/experiment/spectrum.hpp"
#include "incontext/incontext.hpp"
#include "softmax/centred_step.hpp"
#include "softmax/model.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

constexpr OneStepOptimum exact_centred = centred_step_optimum(uniform_inputs(), sizes.input, sizes.context);
static_assert(exact_centred.loss == Rational{310, 1419} && exact_centred.learning_rate == Rational{3000, 473});

struct SoftmaxOptions {
    CommonOptions common{.steps = 0, .quick_defaults = {.steps = 4000, .batch = 512}};  // 0 steps: as many as the paper
    CheckpointOptions checkpoint{};
    int heads = 2;
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(SoftmaxOptions const& options) {
    return {{"heads", options.heads}};
}

// --------------------------------------------------------------------------------------------------------- the weights ----

Rows sum_of(std::vector<Rows> const& all) {
    Rows sum = all.front();
    for (std::size_t i = 1; i < all.size(); ++i) {
        for (std::size_t row = 0; row < sum.size(); ++row) {
            for (std::size_t col = 0; col < sum[row].size(); ++col) {
                sum[row][col] += all[i][row][col];
            }
        }
    }
    return sum;
}

/// The x block of eta W_KQ: its mean diagonal, and the root mean square of the entries beside the diagonal.
struct Block {
    double diagonal = 0;
    double off_diagonal = 0;
};

Block x_block(Rows const& rows) {
    constexpr auto n = static_cast<std::size_t>(sizes.input);
    Block result;
    double squares = 0;
    for (std::size_t row = 0; row < n; ++row) {
        result.diagonal += rows[row][row] / static_cast<double>(n);
        for (std::size_t col = 0; col < n; ++col) {
            squares += row == col ? 0 : rows[row][col] * rows[row][col];
        }
    }
    result.off_diagonal = std::sqrt(squares / static_cast<double>(n * (n - 1)));
    return result;
}

/// Entries beside the diagonal, as a part of the mean diagonal of the sum: of the heads, and of their sum.
struct Cancelling {
    double heads = 0;
    double sum = 0;
    double learning_rate = 0;  // of the step to which the layer comes where its scores are small
};

Cancelling cancelling(SoftmaxRun const& run) {
    Block const sum = x_block(sum_of(run.heads));
    std::vector<double> of_heads;
    for (Rows const& head : run.heads) {
        of_heads.push_back(x_block(head).off_diagonal);
    }
    double const root_of_key_dim = std::sqrt(static_cast<double>(Layer::shape.token_dim));
    return {.heads = mean(of_heads) / std::abs(sum.diagonal),
            .sum = sum.off_diagonal / std::abs(sum.diagonal),
            .learning_rate = -sum.diagonal / root_of_key_dim};
}

// ------------------------------------------------------------------------------------------------------------ results ----

/// What the layer is compared with.
struct Steps {
    BestLearningRate gd{};
    BestLearningRate centred{};
};

std::string title_of(int heads) {
    return heads == 1 ? "one head of softmax attention" : "two heads of softmax attention";
}

void draw_figures(OutputDirectory const& directory, int heads, std::vector<SoftmaxRun> const& runs,
                  Steps const& steps) {
    Figures figures(directory);
    auto const final_loss = last_of_runs(runs, [](auto& at) { return at.loss_trained; });
    std::string const after = "After " + grouped_text(runs.front().last().step) + " steps of training ";
    bool const is_centred = heads == 2;
    double const baseline = is_centred ? steps.centred.loss : steps.gd.loss;
    std::string const of_baseline = is_centred ? "the centred step" : "one step of gradient descent";
    LineChart loss{
        .title =
            after + title_of(heads) + (heads == 1 ? " is " : " are ") + percent_text(median(final_loss), baseline) +
            " " + of_baseline +
            (runs.size() > 1 ? " (median of " + seeds_text(runs.size()) + "; the worst " +
                                   percent_text(*std::max_element(final_loss.begin(), final_loss.end()), baseline) + ")"
                             : ""),
        .note = std::string("Loss on 10,000 tasks.") +
                (is_centred ? " The centred step, one on inputs without their mean, is itself " +
                                  percent_text(steps.centred.loss, steps.gd.loss) + " one step of gradient descent."
                            : ""),
        .x = step_axis(runs),
        .y = {.label = "loss above that of " + of_baseline + " (%)", .logarithmic = true}};
    if (is_centred) {
        loss.y.least = .02;
    }
    add_runs(loss, runs.size() == 1 ? "trained layer" : "trained layer, " + seeds_text(runs.size()), runs, 0,
             [&](auto& at) { return percent_above(at.loss_trained, baseline); });
    figures.draw("loss.svg", loss);

    auto const cosine = last_of_runs(runs, [](auto& at) { return at.cosine; });
    auto const cosine_centred = last_of_runs(runs, [](auto& at) { return at.cosine_centred; });
    LineChart alignment{.title = after + title_of(heads) + (heads == 1 ? " has" : " have") +
                                 " sensitivities of the cosine " + fixed_text(mean(cosine_centred), 4) +
                                 " with the centred step, and " + fixed_text(mean(cosine), 4) +
                                 " with gradient descent",
                        .x = step_axis(runs),
                        .y_below = {.label = "mean difference from gradient descent", .least = 0},
                        .series = {series("with the centred step", runs, [](auto& at) { return at.cosine_centred; }),
                                   series("with gradient descent", runs, [](auto& at) { return at.cosine; }),
                                   series("sensitivities", runs, [](auto& at) { return at.sensitivity_difference; }),
                                   series("predictions", runs, [](auto& at) { return at.prediction_difference; })}};
    alignment.series[1].dashed = true;
    alignment.series[2].below = alignment.series[3].below = true;
    alignment.y = cosine_axis("cosine of sensitivities", {mean(cosine), mean(cosine_centred)}, alignment.series);
    figures.draw("alignment.svg", alignment);

    auto const& of_heads = runs.front().heads;
    Cancelling const beside = cancelling(runs.front());
    HeatMaps weights{
        .title = of_heads.size() > 1
                     ? "What stands beside the diagonals of the heads, " + fixed_text(100 * beside.heads, 1) +
                           " % of the sum's diagonal, " + (beside.sum < beside.heads ? "cancels to " : "comes to ") +
                           fixed_text(100 * beside.sum, 1) + " % in their sum"
                     : "One head: what stands beside the diagonal is " + fixed_text(100 * beside.heads, 1) +
                           " % of the diagonal",
        .note =
            "η W_Kᵀ W_Q, where η is the last entry of P W_V. x: the ten entries of an input, y: its target. Beside the "
            "diagonal of x: root mean square. Seed " +
            std::to_string(runs.front().seed) + "."};
    for (std::size_t head = 0; head < of_heads.size(); ++head) {
        weights.panels.push_back({.title = "head " + std::to_string(head + 1),
                                  .rows = of_heads[head],
                                  .row_parts = token_parts(),
                                  .column_parts = token_parts()});
    }
    if (of_heads.size() > 1) {
        weights.panels.push_back(
            {.title = "sum", .rows = sum_of(of_heads), .row_parts = token_parts(), .column_parts = token_parts()});
    }
    figures.draw("weights.svg", weights);
}

void print_summary(SoftmaxOptions const& options, Steps const& steps, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) { return statistic_in(record, name); };
    std::printf("\n                                        loss       learning rate\n");
    std::printf("one gradient step, best on these tasks  %.6f   %.4f     the reference prints .20468888\n",
                steps.gd.loss, steps.gd.learning_rate);
    if (options.heads == 2) {
        std::printf("centred step, expected (exact)          %.6f   %.4f     = 310/1419 at 3000/473\n",
                    value("loss_exact"), value("learning_rate_exact"));
        std::printf("centred step, best on these tasks       %.6f   %.4f\n", steps.centred.loss,
                    steps.centred.learning_rate);
    }
    std::printf("trained layer                           %.6f   %.4f     %+.2f %% of the gradient step",
                value("loss_trained"), value("learning_rate_trained"),
                100 * (value("loss_trained") / steps.gd.loss - 1));
    if (options.heads == 2) {
        std::printf(", %+.2f %% of the centred", 100 * (value("loss_trained") / steps.centred.loss - 1));
    }
    std::printf("\n\ncosine of sensitivities    %.5f with gradient descent, %.5f with the centred step\n",
                value("cosine"), value("cosine_centred"));
    std::printf("beside the diagonal        %.4f of the sum's diagonal in the heads, %.4f in their sum\n",
                value("off_diagonal_heads"), value("off_diagonal_sum"));
    std::printf("%s\n", times_text(duration_text(value("seconds_training")) + " per seed", value("seconds_total"),
                                   options.common)
                            .c_str());
}

// --------------------------------------------------------------------------------------------------------------- main ----

void softmax(SoftmaxOptions const& options, SoftmaxModel const& model) {
    Stopwatch total;
    total.start();
    OutputDirectory const directory =
        opened_directory("softmax", options.common, options.checkpoint, own_parameters(options));
    Checkpoint checkpoint("softmax", options.common, options.checkpoint, own_parameters(options));
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);
    Steps const steps{
        .gd = scan_learning_rate(evaluation, step_of),
        .centred = scan_learning_rate(evaluation, centred_step_of, {.first = 4, .spacing = 0.01, .end = 9})};
    GradientDescentStep const gradient_step = step_of(steps.gd.learning_rate);
    CentredStep const centred_step = centred_step_of(steps.centred.learning_rate);

    if (!options.common.quiet) {
        std::printf("training %s: about %s, beside measuring\n", title_of(options.heads).c_str(),
                    duration_text(model.seconds_to_train(options.common, checkpoint, workers)).c_str());
        std::fflush(stdout);
    }
    std::vector<SoftmaxRun> const runs =
        model.trained(gradient_step, centred_step, options.common, evaluation, checkpoint, workers);

    directory.write("curves.csv", curves_csv(runs));
    nlohmann::ordered_json weights;
    add_weights(weights, runs);
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, options.heads, runs, steps);

    auto record = run_record("softmax", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(1, options.common.batch);
    record["loss_gd"] = steps.gd.loss;
    record["learning_rate_gd"] = steps.gd.learning_rate;
    if (options.heads == 2) {
        record["loss_exact"] = static_cast<double>(exact_centred.loss);
        record["learning_rate_exact"] = static_cast<double>(exact_centred.learning_rate);
        record["loss_centred_same_tasks"] = steps.centred.loss;
        record["learning_rate_centred_same_tasks"] = steps.centred.learning_rate;
    }
    add_results(record, runs);
    add_statistics(record, "learning_rate_trained",
                   of_runs(runs, [](auto& run) { return cancelling(run).learning_rate; }));
    add_statistics(record, "off_diagonal_heads", of_runs(runs, [](auto& run) { return cancelling(run).heads; }));
    add_statistics(record, "off_diagonal_sum", of_runs(runs, [](auto& run) { return cancelling(run).sum; }));

    auto const loss_of = [](auto const& update) -> Loss {
        return [update](Evaluation<sizes> const& tasks) { return tasks.loss(update); };
    };
    std::vector<Predictor> predictors{{"one step of gradient descent", "loss_gd", {loss_of(gradient_step)}}};
    if (options.heads == 2) {
        predictors.push_back({"one step on inputs without their mean", "loss_centred", {loss_of(centred_step)}});
    }
    predictors.push_back({"trained layer", "loss_trained", {}});
    for (SoftmaxRun const& run : runs) {
        predictors.back().of_seeds.push_back(run.loss);
    }
    for (Shift const& shift :
         {larger_inputs(workers, fractions(5, 1, 20, 10)), larger_targets(workers, fractions(1, 1, 10, 2))}) {
        auto const losses = losses_under(shift, predictors);
        directory.write(shift.name + ".csv", shift_csv(shift, predictors, losses));
        Figures(directory).draw(shift.name + ".svg",
                                shift_chart("A layer with " + title_of(options.heads), shift, predictors, losses));
        record[shift.name] = shift_json(shift, predictors, losses);
    }
    total.stop();
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, steps, record);
    }
}

void run(SoftmaxOptions options) {
    if (options.common.steps == 0) {
        options.common.steps = options.heads == 1 ? 5'000 : 10'000;
    }
    if (options.common.out.empty()) {
        options.common.out = "out/softmax_" + std::to_string(options.heads);
    }
    auto const& models = Linked<SoftmaxModel>::models();
    softmax(options, *std::find_if(models.begin(), models.end(),
                                   [&](SoftmaxModel const& model) { return model.number == options.heads; }));
}

void add_options(CLI::App& app, SoftmaxOptions& options) {
    add_whole_number(app, "--heads", options.heads, {1, 2}, "heads of the layer");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    set_default_text(app, "--steps", "10000; one head 5000");
    set_default_text(app, "--out", "out/softmax_<heads>");
}

}  // namespace

int main(int argc, char** argv) {
    SoftmaxOptions options;
    return run_program(
        argc, argv,
        "Trains one layer of softmax attention and compares it with one step of gradient descent, and with one on "
        "inputs "
        "without their mean.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}

// SPDX-License-Identifier: MIT
// Do twelve blocks of attention and MLP, as transformers have them, still learn by steps like those of gradient descent?
//
//   setting     that of one_step: 10 examples of y = w x per prompt, fresh prompts in every step  [vonOswald2023] app. A.8
//   trained     12 untied blocks: linear attention with 4 heads, then an MLP with 44 hidden units, tokens clipped at +-10
//   compared    with 12 steps of gradient descent, and of GD++, which also improves the conditioning of its data
//   look for    a loss below that of GD++ with rates shared by all steps; sensitivities like those of GD++
//
// Figure 8: loss.svg, alignment.svg.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "blocks/model.hpp"
#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/run_record.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

struct BlocksOptions {
    CommonOptions common{.steps = 50'000,
                         .eval_every = 1'000,
                         .out = "out/blocks",
                         .quick_defaults = {.steps = 10'000,
                                            .batch = 512,
                                            .and_then = "; gradient descent and GD++ beside it are fitted with a tenth "
                                                        "of the effort"}};
    CheckpointOptions checkpoint{};
};

/// Those by which results differ, besides the common ones.
nlohmann::ordered_json own_parameters(BlocksOptions const& options) {
    return {{"quick", options.common.quick}};
}

void draw_figures(OutputDirectory const& directory, std::vector<BlocksRun> const& runs, Rules const& rules) {
    Figures figures(directory);
    double const final_loss = mean(last_of_runs(runs, [](auto& at) { return at.loss_trained; }));
    auto const relative = [&](double loss) { return loss / rules.gd.loss; };
    figures.draw(
        "loss.svg",
        LineChart{.title = "After " + grouped_text(runs.front().last().step) + " steps of training 12 blocks are " +
                           percent_text(final_loss, rules.gd.loss) + " gradient descent and " +
                           percent_text(final_loss, rules.loss_gdpp_shared) + " GD++",
                  .note = "Loss on 10,000 tasks. Gradient descent and GD++ make 12 steps; GD++ with one pair of rates "
                          "for all (shared), and a pair for each (own).",
                  .x = step_axis(runs),
                  .y = {.label = "loss, that of gradient descent = 1", .logarithmic = true},
                  .series = {series("trained", runs, [&](auto& at) { return relative(at.loss_trained); })},
                  .references = {{.label = "gradient descent", .y = 1},
                                 {.label = "GD++, shared rates", .y = relative(rules.loss_gdpp_shared)},
                                 {.label = "GD++, own rates", .y = relative(rules.loss_gdpp)}}});

    auto const cosine_gdpp = last_of_runs(runs, [](auto& at) { return at.cosine_gdpp; });
    auto const cosine_gd = last_of_runs(runs, [](auto& at) { return at.cosine_gd; });
    LineChart alignment{
        .title = "The sensitivities have the cosine " + fixed_text(mean(cosine_gdpp), 4) + " with those of GD++, and " +
                 fixed_text(mean(cosine_gd), 4) + " with those of gradient descent",
        .note =
            "12 trained blocks beside 12 steps of GD++ with rates of their own, and of gradient descent. Means over "
            "10,000 "
            "tasks.",
        .x = step_axis(runs),
        .y_below = {.label = "mean difference from GD++", .least = 0},
        .series = {series("with GD++", runs, [](auto& at) { return at.cosine_gdpp; }),
                   series("with gradient descent", runs, [](auto& at) { return at.cosine_gd; }),
                   series("sensitivities", runs, [](auto& at) { return at.sensitivity_difference_gdpp; }),
                   series("predictions", runs, [](auto& at) { return at.prediction_difference_gdpp; })}};
    alignment.series[1].dashed = true;
    alignment.series[2].below = alignment.series[3].below = true;
    alignment.y = cosine_axis("cosine of sensitivities", {mean(cosine_gdpp), mean(cosine_gd)}, alignment.series);
    figures.draw("alignment.svg", alignment);
}

nlohmann::ordered_json record_of(BlocksOptions const& options, std::vector<BlocksRun> const& runs, Rules const& rules) {
    auto record = run_record("blocks", options.common, options.checkpoint, own_parameters(options));
    record["setting"] = setting_json(block_count, options.common.batch);
    record["setting"]["heads"] = block_heads;
    record["setting"]["hidden"] = 44;
    record["loss_gd"] = rules.gd.loss;
    record["learning_rate_gd"] = rules.gd.learning_rate;
    record["loss_gdpp"] = rules.loss_gdpp;
    for (StepRates const& rates : rules.gdpp) {
        record["learning_rate_gdpp"].push_back(rates.learning_rate);
        record["gamma_gdpp"].push_back(rates.gamma);
    }
    record["loss_gdpp_shared"] = rules.loss_gdpp_shared;
    record["learning_rate_gdpp_shared"] = rules.gdpp_shared.learning_rate;
    record["gamma_gdpp_shared"] = rules.gdpp_shared.gamma;
    add_results(record, runs);
    return record;
}

void print_summary(BlocksOptions const& options, Rules const& rules, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) { return statistic_in(record, name); };
    std::printf("\n                                      loss       cosine with the trained blocks\n");
    std::printf("12 steps of gradient descent          %.6f   %.5f     best rate %.3f\n", rules.gd.loss,
                value("cosine_gd"), rules.gd.learning_rate);
    std::printf("12 steps of GD++, shared rates        %.6f\n", rules.loss_gdpp_shared);
    std::printf("12 steps of GD++, rates of their own  %.6f   %.5f\n", rules.loss_gdpp, value("cosine_gdpp"));
    std::printf("12 blocks, trained                    %.6f\n\n", value("loss_trained"));
    std::printf("from GD++, difference of sensitivities %.4f, of predictions %.4f\n",
                value("sensitivity_difference_gdpp"), value("prediction_difference_gdpp"));
    std::printf("%s\n", times_text(duration_text(value("seconds_training")) + " per seed", value("seconds_total"),
                                   options.common)
                            .c_str());
}

void blocks(BlocksOptions const& options) {
    CommonOptions const& common = options.common;
    Stopwatch total;
    total.start();
    OutputDirectory const directory = opened_directory("blocks", common, options.checkpoint, own_parameters(options));
    Checkpoint checkpoint("blocks", common, options.checkpoint, own_parameters(options));
    Workers workers(common.threads);
    if (!common.quiet) {
        std::printf("training 12 blocks: about %s, and before it the rates of GD++\n",
                    duration_text(seconds_to_train_blocks(common, checkpoint, workers)).c_str());
        std::fflush(stdout);
    }
    Evaluation<sizes> const evaluation(workers);
    Rules const rules = rules_beside_blocks(evaluation, options.common.quick, common.quiet, workers);
    auto const runs = trained_blocks(common, rules, evaluation, checkpoint, workers);

    directory.write("curves.csv", curves_csv(runs));
    nlohmann::ordered_json weights;
    add_weights(weights, runs);
    directory.write("weights.json", json_text(weights));
    draw_figures(directory, runs, rules);
    total.stop();

    auto record = record_of(options, runs, rules);
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!common.quiet) {
        print_summary(options, rules, record);
    }
}

}  // namespace

int main(int argc, char** argv) {
    BlocksOptions options;
    return run_program(
        argc, argv,
        "Trains 12 blocks of linear self-attention and MLP and compares them with as many steps of gradient descent "
        "and of GD++.",
        [&](CLI::App& app) {
            add_common_options(app, options.common);
            add_checkpoint_options(app, options.checkpoint);
        },
        [&] { blocks(options); });
}

// SPDX-License-Identifier: MIT
// What do several layers of linear self-attention become when they are merely trained to predict?
//
//   setting     that of one_step: 10 examples of y = w x per prompt, fresh prompts in every step
//   trained     one layer applied K times (--looped), or K layers of their own
//   compared    with K steps of gradient descent, and with K steps of GD++, which also improves the conditioning of its
//               data: x <- (I - gamma X X^T) x
//   look for    the loss leaves gradient descent behind and meets GD++; the sensitivities align with those of GD++
//
// Figure 3a and 6b (--layers 2 --looped), 3b and 6c (--layers 5), 7 (--layers 10 --looped), 9: loss.svg, alignment.svg,
// weights.svg.
#include <CLI/CLI.hpp>
#include <boost/hana.hpp>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/output_directory.hpp"
#include "common/paper_setting.hpp"
#include "common/plot.hpp"
#include "common/plus_plus_fit.hpp"
#include "common/program.hpp"
#include "common/progress.hpp"
#include "common/run_record.hpp"
#include "common/statistics.hpp"
#include "common/training_runs.hpp"
#include "common/weights.hpp"
#include "incontext/incontext.hpp"

namespace {

namespace hana = boost::hana;
using namespace incontext;
using namespace reproduce;

struct DepthOptions {
    CommonOptions common{.steps = 0};  // 0: as many as the paper
    CheckpointOptions checkpoint{};
    int layers = 2;
    bool looped = false;
};

// ------------------------------------------------------------------------------------------------- stacks of K layers ----

/// A layer, or a learning rule, as one of K: beyond three the reference cuts every token at +-10, on both sides.
template <int Layers, class Update>
constexpr auto block(Update const& update) {
    if constexpr (Layers > 3) {
        return clipped<10>(update);
    } else {
        return update;
    }
}

template <int Layers, class Update>
using Block = decltype(block<Layers>(std::declval<Update>()));

template <int Layers, class Update>
using Looped = LoopedStack<Block<Layers, Update>, Layers>;

/// LayerStack<B, B, ..., B>, B = Block<Layers, Update>.
template <int Layers, class Update>
using Own =
    typename decltype(hana::unpack(hana::replicate<hana::tuple_tag>(hana::type_c<Block<Layers, Update>>,
                                                                    hana::size_c<static_cast<std::size_t>(Layers)>),
                                   hana::template_<LayerStack>))::type;

/// One of the models that this program can train.
template <int Layers, bool IsLooped>
struct Kind {
    static constexpr int layers = Layers;
    static constexpr bool looped = IsLooped;
    using Model = std::conditional_t<IsLooped, Looped<Layers, Layer>, Own<Layers, Layer>>;
};

constexpr auto looped_depths = hana::tuple_c<int, 2, 3, 5, 10>;
constexpr auto own_depths = hana::tuple_c<int, 2, 3, 5>;

/// Calls see(Kind) for every model that there is.
template <class See>
void for_each_kind(See const& see) {
    hana::for_each(looped_depths, [&](auto layers) { see(Kind<decltype(layers)::value, true>{}); });
    hana::for_each(own_depths, [&](auto layers) { see(Kind<decltype(layers)::value, false>{}); });
}

/// Calls see(layer) for every layer that has weights of its own, without its clip.
constexpr auto for_each_layer = [](auto& model, auto const& see) {
    auto const unclipped = [](auto& part) -> auto& {
        if constexpr (requires { part.layer; }) {
            return part.layer;
        } else {
            return part;
        }
    };
    if constexpr (requires { model.layers; }) {
        hana::for_each(model.layers, [&](auto& part) { see(unclipped(part)); });
    } else {
        see(unclipped(model.layer));
    }
};

// ---------------------------------------------------------------------------------------------------------- baselines ----

/// K steps of gradient descent with one rate.
template <int Layers>
Looped<Layers, GradientDescentStep> gradient_descent(double learning_rate) {
    return looped<Layers>(block<Layers>(step_of(learning_rate)));
}

/// K steps of GD++ with rates shared by all steps.
template <int Layers>
Looped<Layers, GradientDescentPlusPlusStep> plus_plus(StepRates const& rates) {
    return looped<Layers>(block<Layers>(plus_plus_step_of(rates)));
}

/// K steps of GD++, each with rates of its own.
template <int Layers>
Own<Layers, GradientDescentPlusPlusStep> plus_plus(std::vector<StepRates> const& rates) {
    Own<Layers, GradientDescentPlusPlusStep> stack;
    hana::for_each(stack.layers,
                   [rate = rates.begin()](auto& layer) mutable { layer = block<Layers>(plus_plus_step_of(*rate++)); });
    return stack;
}

/// What the trained model is compared with. The paper fits GD++ with rates of each step's own where the layers have
/// weights of their own; rates shared by all steps are kept beside it, for the bound that looped layers set.
struct Baselines {
    BestLearningRate gd{};         // gradient descent: the best rate on the evaluation tasks
    StepRates gdpp{};              // GD++: the best rates on other tasks
    std::vector<StepRates> own{};  // the same with rates of each step's own
    double loss_gdpp = 0;
    double loss_gdpp_own_rates = 0;
};

/// The shared rates of GD++: by the spectra where tokens are not clipped, else by training, for a fit that ignores the clip
/// finds rates that overshoot into it.
template <int Layers>
StepRates fitted_plus_plus(double learning_rate_of_gd, bool quiet, Workers& workers) {
    constexpr std::uint32_t seed_of_other_tasks = 77;
    if constexpr (std::is_same_v<Block<Layers, Layer>, Layer>) {
        constexpr int contexts = 4000;
        return fit_rates(Spectra::of_tasks<sizes>({}, seed_of_other_tasks, contexts), Layers,
                         Rule::gradient_descent_plus_plus, Rates::shared)
            .steps.front();
    } else {
        return train_plus_plus<Looped<Layers, Layer>, 1>(Layers, learning_rate_of_gd, seed_of_other_tasks, workers,
                                                         quiet, for_each_layer)
            .front();
    }
}

template <class AKind>
Baselines fitted_baselines(Evaluation<sizes> const& evaluation, bool quiet, Workers& workers) {
    constexpr int layers = AKind::layers;
    constexpr std::uint32_t seed_of_other_tasks = 78;
    Baselines result;
    result.gd = scan_learning_rate(evaluation, gradient_descent<layers>);
    result.gdpp = fitted_plus_plus<layers>(result.gd.learning_rate, quiet, workers);
    result.loss_gdpp = evaluation.loss(plus_plus<layers>(result.gdpp));
    if constexpr (!AKind::looped) {
        result.own = train_plus_plus<typename AKind::Model, layers>(
            layers, result.gd.learning_rate, seed_of_other_tasks, workers, quiet, for_each_layer);
        result.loss_gdpp_own_rates = evaluation.loss(plus_plus<layers>(result.own));
    }
    return result;
}

// -------------------------------------------------------------------------------------------------------- measurement ----

/// What is measured of a model after some steps of training.
struct MeasuredLooped {
    BOOST_HANA_DEFINE_STRUCT(MeasuredLooped,
        (double, step),
        (double, loss_trained),
        (double, loss_interpolated),
        (double, cosine_gd),
        (double, sensitivity_difference_gd),
        (double, prediction_difference_gd),
        (double, cosine_gdpp),
        (double, sensitivity_difference_gdpp),
        (double, prediction_difference_gdpp));
};

struct MeasuredOwn {
    BOOST_HANA_DEFINE_STRUCT(MeasuredOwn,
        (double, step),
        (double, loss_trained),
        (double, loss_interpolated),
        (double, cosine_gd),
        (double, sensitivity_difference_gd),
        (double, prediction_difference_gd),
        (double, cosine_gdpp),
        (double, sensitivity_difference_gdpp),
        (double, prediction_difference_gdpp),
        (double, cosine_gdpp_own_rates),
        (double, sensitivity_difference_gdpp_own_rates),
        (double, prediction_difference_gdpp_own_rates));
};

template <class AKind>
using MeasuredOf = std::conditional_t<AKind::looped, MeasuredLooped, MeasuredOwn>;

/// The model whose every layer is the mean of the trained one's and GD++'s (its step with the same number). The paper
/// does so for looped layers and finds that it fails for layers of their own, which are free to change their tokens' basis
/// on the way.
template <class AKind>
typename AKind::Model interpolated_model(typename AKind::Model const& trained, Baselines const& baselines) {
    typename AKind::Model result = trained;
    std::size_t step = 0;
    for_each_layer(result, [&](Layer& layer) {
        layer = interpolated<sizes>(
            layer, as_attention(plus_plus_step_of(AKind::looped ? baselines.gdpp : baselines.own[step++])));
    });
    return result;
}

/// `alignment` measures sensitivities by unit vectors and 0 as query tokens, which is exact for updates that are affine in
/// the query. With more than three layers the tokens are clipped, so here that holds only where no probe is cut; inputs
/// are below 1/2 and the clip is at 10, so it cuts hardly any once the model has learned.
template <class AKind>
MeasuredOf<AKind> measured(long step, typename AKind::Model const& model, Baselines const& baselines,
                           Evaluation<sizes> const& evaluation) {
    constexpr int layers = AKind::layers;
    Alignment const gd = alignment(evaluation, model, gradient_descent<layers>(baselines.gd.learning_rate));
    Alignment const gdpp = alignment(evaluation, model, plus_plus<layers>(baselines.gdpp));
    MeasuredOf<AKind> result{};
    result.step = static_cast<double>(step);
    result.loss_trained = evaluation.loss(model);
    result.loss_interpolated =
        number_or_nan([&] { return evaluation.loss(interpolated_model<AKind>(model, baselines)); });
    result.cosine_gd = gd.cosine;
    result.sensitivity_difference_gd = gd.sensitivity_difference;
    result.prediction_difference_gd = gd.prediction_difference;
    result.cosine_gdpp = gdpp.cosine;
    result.sensitivity_difference_gdpp = gdpp.sensitivity_difference;
    result.prediction_difference_gdpp = gdpp.prediction_difference;
    if constexpr (!AKind::looped) {
        Alignment const own = alignment(evaluation, model, plus_plus<layers>(baselines.own));
        result.cosine_gdpp_own_rates = own.cosine;
        result.sensitivity_difference_gdpp_own_rates = own.sensitivity_difference;
        result.prediction_difference_gdpp_own_rates = own.prediction_difference;
    }
    return result;
}

// ------------------------------------------------------------------------------------------------------------ results ----

std::string name_of(DepthOptions const& options) {
    return std::to_string(options.layers) + (options.looped ? " looped layers" : " layers");
}

template <class AKind, class ARun>
void draw_figures(OutputDirectory const& directory, DepthOptions const& options, std::vector<ARun> const& runs,
                  Baselines const& baselines) {
    Figures figures(directory);
    std::string const steps = std::to_string(options.layers) + " steps of ";

    Series middle = series("mean of its weights and GD++'s", runs, [](auto& at) { return at.loss_interpolated; });
    middle.dashed = true;
    LineChart loss{.title = "Training " + name_of(options) + " of linear self-attention",
                   .x = {.label = "training step"},
                   .y = {.label = "loss on 10,000 tasks (½ mean squared error)", .least = 0, .greatest = 0.45},
                   .series = {series("trained", runs, [](auto& at) { return at.loss_trained; }), middle},
                   .references = {{.label = steps + "gradient descent", .y = baselines.gd.loss},
                                  {.label = steps + "GD++", .y = baselines.loss_gdpp}}};
    if constexpr (!AKind::looped) {
        loss.references.push_back({.label = steps + "GD++, rates of their own", .y = baselines.loss_gdpp_own_rates});
    }
    figures.draw("loss.svg", loss);

    LineChart alignment{.title = "The trained model beside GD++ and gradient descent",
                        .x = {.label = "training step"},
                        .y = {.label = "mean difference", .least = 0},
                        .second_y = {.label = "cosine of sensitivities", .least = 0, .greatest = 1.02}};
    auto const draw_alignment = [&](std::string const& with, auto const& prediction, auto const& sensitivity,
                                    auto const& cosine, bool dashed) {
        for (auto const& curve :
             {series("predictions, " + with, runs, prediction), series("sensitivities, " + with, runs, sensitivity),
              series("cosine, " + with, runs, cosine)}) {
            alignment.series.push_back(curve);
            alignment.series.back().dashed = dashed;
        }
        alignment.series.back().on_second_axis = true;
    };
    if constexpr (AKind::looped) {
        draw_alignment(
            "GD++", [](auto& at) { return at.prediction_difference_gdpp; },
            [](auto& at) { return at.sensitivity_difference_gdpp; }, [](auto& at) { return at.cosine_gdpp; }, false);
    } else {
        draw_alignment(
            "GD++", [](auto& at) { return at.prediction_difference_gdpp_own_rates; },
            [](auto& at) { return at.sensitivity_difference_gdpp_own_rates; },
            [](auto& at) { return at.cosine_gdpp_own_rates; }, false);
    }
    draw_alignment(
        "gradient descent", [](auto& at) { return at.prediction_difference_gd; },
        [](auto& at) { return at.sensitivity_difference_gd; }, [](auto& at) { return at.cosine_gd; }, true);
    figures.draw("alignment.svg", alignment);

    HeatMaps weights{.title = "The trained weights"};
    for_each_layer(runs.front().model(), [&](Layer const& layer) {
        auto products = merged(layer);
        try {
            products = normalised<sizes, float>(products);
        } catch (std::domain_error const&) {
            // shown with the scale that they have
        }
        std::string const prefix = AKind::looped ? "" : "layer " + std::to_string(weights.panels.size() / 2 + 1) + ": ";
        weights.panels.push_back({.title = prefix + "W_Kᵀ W_Q", .rows = rows_of_matrix(products.key_query)});
        weights.panels.push_back({.title = prefix + "P W_V", .rows = rows_of_matrix(products.output_value)});
    });
    figures.draw("weights.svg", weights);
}

template <class AKind, class ARun>
nlohmann::ordered_json record_of(DepthOptions const& options, std::vector<ARun> const& runs,
                                 Baselines const& baselines) {
    auto record = run_record("depth", options.common);
    record["setting"] = setting_json(options.layers, options.common.batch);
    record["parameters"]["layers"] = options.layers;
    record["parameters"]["looped"] = options.looped;
    record["parameters"]["resume"] = options.checkpoint.resume;
    record["parameters"]["checkpoint_every"] = options.checkpoint.every;
    record["loss_gd"] = baselines.gd.loss;
    record["learning_rate_gd"] = baselines.gd.learning_rate;
    record["loss_gdpp"] = baselines.loss_gdpp;
    record["learning_rate_gdpp"] = baselines.gdpp.learning_rate;
    record["gamma_gdpp"] = baselines.gdpp.gamma;
    if constexpr (!AKind::looped) {
        record["loss_gdpp_own_rates"] = baselines.loss_gdpp_own_rates;
        for (StepRates const& rates : baselines.own) {
            record["learning_rates_gdpp_own_rates"].push_back(rates.learning_rate);
            record["gammas_gdpp_own_rates"].push_back(rates.gamma);
        }
    }
    add_results(record, runs);
    return record;
}

void print_summary(DepthOptions const& options, nlohmann::ordered_json const& record) {
    auto const value = [&](char const* name) {
        return record.contains(name) ? record[name].get<double>() : std::numeric_limits<double>::quiet_NaN();
    };
    std::string const steps = std::to_string(options.layers) + " steps of ";
    std::printf("\n                                              loss       cosine    rate     gamma\n");
    std::printf("%-44s  %.6f   %.5f   %.4f\n", (steps + "gradient descent, best rate").c_str(), value("loss_gd"),
                value("cosine_gd"), value("learning_rate_gd"));
    std::printf("%-44s  %.6f   %.5f   %.4f   %.4f\n", (steps + "GD++, fitted").c_str(), value("loss_gdpp"),
                value("cosine_gdpp"), value("learning_rate_gdpp"), value("gamma_gdpp"));
    if (!options.looped) {
        std::printf("%-44s  %.6f   %.5f\n", (steps + "GD++, fitted, rates of their own").c_str(),
                    value("loss_gdpp_own_rates"), value("cosine_gdpp_own_rates"));
    }
    std::printf("%-44s  %.6f             %+.2f %% of GD++, %+.2f %% of gradient descent\n",
                (name_of(options) + ", trained").c_str(), value("loss_trained"),
                100 * (value("loss_trained") / value("loss_gdpp") - 1),
                100 * (value("loss_trained") / value("loss_gd") - 1));
    std::printf("%-44s  %.6f\n\n", "mean of its weights and GD++'s", value("loss_interpolated"));
    char const* const which = options.looped ? "" : "_own_rates";
    std::printf("from GD++, difference of sensitivities %.4f, of predictions %.4f\n",
                value((std::string("sensitivity_difference_gdpp") + which).c_str()),
                value((std::string("prediction_difference_gdpp") + which).c_str()));
    std::printf("training %s on %d %s, everything since the start %s; results in %s\n",
                duration_text(value("seconds_training")).c_str(), options.common.threads,
                options.common.threads == 1 ? "thread" : "threads", duration_text(value("seconds_total")).c_str(),
                options.common.out.string().c_str());
}

template <class AKind>
void depth(DepthOptions const& options) {
    using Model = typename AKind::Model;
    Stopwatch total;
    total.start();
    Checkpoint checkpoint("depth", options.common, options.checkpoint,
                          {{"layers", options.layers}, {"looped", options.looped}});
    OutputDirectory const directory(options.common.out);
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);

    auto const baselines = fitted_baselines<AKind>(evaluation, options.common.quiet, workers);
    auto const runs = train_runs<Model, MeasuredOf<AKind>>(
        AKind::layers, options.common,
        [&](long step, Model const& model) { return measured<AKind>(step, model, baselines, evaluation); }, workers,
        &checkpoint);

    directory.write("curves.csv", curves_csv(runs));
    nlohmann::ordered_json weights;
    for (auto const& run : runs) {
        weights["seed " + std::to_string(run.seed)] = weights_json(run.model());
    }
    directory.write("weights.json", json_text(weights));
    draw_figures<AKind>(directory, options, runs, baselines);
    total.stop();

    auto record = record_of<AKind>(options, runs, baselines);
    record["seconds_total"] = total.seconds();
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, record);
    }
}

// ------------------------------------------------------------------------------------------------------- command line ----

/// The steps of the paper: looped layers need fewer, but for ten of them.
int paper_steps(DepthOptions const& options) {
    return !options.looped ? 50'000 : options.layers > 5 ? 15'000 : 5'000;
}

std::string list_of(auto const& depths) {
    return hana::fold_left(depths, std::string(), [](std::string const& list, auto layers) {
        return list + (list.empty() ? "" : ", ") + std::to_string(decltype(layers)::value);
    });
}

void add_options(CLI::App& app, DepthOptions& options) {
    add_whole_number(app, "--layers", options.layers, {1, 1'000},
                     "layers: " + list_of(looped_depths) + " looped, " + list_of(own_depths) + " of their own");
    app.add_flag("--looped", options.looped, "one layer, applied that many times");
    add_common_options(app, options.common);
    add_checkpoint_options(app, options.checkpoint);
    app.get_option("--steps")->default_str("50000; looped 5000, 10 looped 15000");
    app.get_option("--out")->default_str("out/depth_<layers>[_looped]");
}

/// Trains the model that is asked for.
void run(DepthOptions options) {
    if (options.common.steps == 0) {
        options.common.steps = paper_steps(options);
    }
    if (options.common.out.empty()) {
        options.common.out = "out/depth_" + std::to_string(options.layers) + (options.looped ? "_looped" : "");
    }
    bool is_supported = false;
    for_each_kind([&](auto kind) {
        using AKind = decltype(kind);
        if (AKind::layers == options.layers && AKind::looped == options.looped) {
            is_supported = true;
            depth<AKind>(options);
        }
    });
    if (!is_supported) {
        throw UsageError("--layers " + std::to_string(options.layers) + (options.looped ? " --looped" : "") +
                         " is none of the models compiled in, which are --layers " + list_of(looped_depths) +
                         " with --looped and --layers " + list_of(own_depths) + " without");
    }
}

}  // namespace

int main(int argc, char** argv) {
    DepthOptions options;
    return run_program(
        argc, argv,
        "Trains several layers of linear self-attention, looped or of their own, and compares them with as many steps "
        "of "
        "gradient descent and of GD++.",
        [&](CLI::App& app) { add_options(app, options); }, [&] { run(options); });
}

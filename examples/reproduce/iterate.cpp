// SPDX-License-Identifier: MIT
// What does a layer that was trained to predict in one go do when it is applied again and again?
//
//   setting     that of one_step: 10 examples of y = w x per prompt; the layer is trained for one application
//   iterated    token <- token + lambda (layer(token) - token), 50 times, lambda = 1, .875, .75; only y moves
//   compared    with 50 steps of gradient descent at the rate lambda eta, eta the best rate of one step
//   look for    lambda = 1 and .875 diverge; lambda = .75 falls all along, on gradient descent's curve
//   why         gradient descent contracts on a context X where lambda eta lambda_max(X X^T) / N < 2; a few contexts in
//               10,000 decide the mean
//   and         where the trained layer leaves gradient descent's curve: entries of W_K^T W_Q that read y, which one
//               application hardly uses (attending_by_x)
//
// Figure 1 and 10 (applications.svg), how near the two curves are (difference.svg), the contexts (contexts.svg).
#include <algorithm>
#include <array>
#include <boost/hana/define_struct.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/checkpoint.hpp"
#include "common/options.hpp"
#include "common/paper_setting.hpp"
#include "common/run_record.hpp"
#include "common/training_runs.hpp"
#include "incontext/incontext.hpp"
#include "spectra/spectra.hpp"
#include "tools/charts.hpp"
#include "tools/csv.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/progress.hpp"
#include "tools/statistics.hpp"

namespace {

using namespace incontext;
using namespace reproduce;

constexpr int applications = 50;
constexpr std::array dampings{1.0, 0.875, 0.75};  // lambda, as float without rounding
constexpr double infinite = std::numeric_limits<double>::infinity();

struct IterateOptions {
    CommonOptions common{.out = "out/iterate", .quick_defaults = {.steps = 1500}};
    CheckpointOptions checkpoint{};
};

/// What is measured of the layer after some steps of training.
struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss_one_application));
};

using IterateRun = Run<Layer, Measured>;

// -------------------------------------------------------------------------------------------------------- iteration ----

/// An update, applied again and again: damped, and only y moves. Of a step of gradient descent this is gradient descent at
/// the rate lambda eta (tests/static/stack.cpp).
template <class Update>
LoopedStack<OnlyTargetsMove<sizes, Damped<Update>>, applications> iterated(double damping, Update const& update) {
    return looped<applications>(only_targets_move<sizes>(damped(static_cast<float>(damping), update)));
}

/// Losses after 0, 1, ..., 50 applications, the first of predicting 0. From the first that float cannot hold, all are
/// infinite.
using Losses = std::array<double, applications + 1>;

Losses without_nan(Losses losses) {
    auto const diverged =
        std::find_if_not(losses.begin(), losses.end(), [](double loss) { return std::isfinite(loss); });
    std::fill(diverged, losses.end(), infinite);
    return losses;
}

template <class Update>
Losses losses_of(Evaluation<sizes> const& evaluation, double damping, Update const& update) {
    return without_nan(losses_by_depth(evaluation, iterated(damping, update)));
}

/// The trained layer with keys and queries that do not see y: the last row and column of W_K^T W_Q are zero, as in Prop. 1.
///
/// While it is trained, y of the query token is 0, so the column of W_Q that reads it has no gradient and keeps its initial
/// weights; the first application never uses it. The second does: attention then depends on y, and an application is no
/// longer affine in y, as a step of gradient descent is.
Layer attending_by_x(Layer const& trained) {
    auto products = merged(trained);
    products.key_query.bottomRows<sizes.output>().setZero();
    products.key_query.rightCols<sizes.output>().setZero();
    return products.layer();
}

/// A name, and one curve per run.
struct Model {
    std::string name{};
    std::vector<Losses> runs{};

    /// The mean over the runs, and their standard deviation; infinite where a run is.
    [[nodiscard]] Losses of_runs(double (*statistic)(std::vector<double> const&)) const {
        Losses result{};
        for (std::size_t k = 0; k < result.size(); ++k) {
            std::vector<double> losses;
            for (Losses const& run : runs) {
                losses.push_back(run[k]);
            }
            result[k] = statistic(losses);
        }
        return without_nan(result);
    }
    [[nodiscard]] Losses mean() const { return of_runs(reproduce::mean); }
    [[nodiscard]] Losses deviation() const { return of_runs(standard_deviation); }
};

bool falls_all_along(Losses const& losses) {
    return std::adjacent_find(losses.begin(), losses.end(), std::less_equal<>()) == losses.end();
}

/// In the end worse than predicting 0.
bool diverges(Losses const& losses) {
    return losses.back() > losses.front();
}

/// After how many applications the loss is smallest.
std::ptrdiff_t best_application(Losses const& losses) {
    return std::min_element(losses.begin(), losses.end()) - losses.begin();
}

/// The largest |loss / other - 1| over all applications.
double largest_difference(Losses const& losses, Losses const& other) {
    double largest = 0;
    for (std::size_t k = 0; k < losses.size(); ++k) {
        largest = std::isfinite(losses[k]) ? std::max(largest, std::abs(losses[k] / other[k] - 1)) : infinite;
    }
    return largest;
}

double largest_difference(Model const& model, Losses const& other) {
    double largest = 0;
    for (Losses const& run : model.runs) {
        largest = std::max(largest, largest_difference(run, other));
    }
    return largest;
}

// --------------------------------------------------------------------------------------------------------- contexts ----

/// lambda_max(X X^T) of the evaluation tasks, in their order: Spectra draws the same ones.
std::vector<double> largest_eigenvalues() {
    Spectra const spectra =
        spectra_of_tasks<sizes.context>(Evaluation<sizes>::reference_seed, Evaluation<sizes>::reference_count);
    std::vector<double> largest;
    for (std::size_t last = sizes.input - 1; last < spectra.eigenvalues().size(); last += sizes.input) {
        largest.push_back(spectra.eigenvalues()[last]);  // of a context they come in increasing order
    }
    return largest;
}

/// Which contexts gradient descent contracts on, and whether its losses say the same.
struct Contexts {
    std::vector<double> spectral{};  // lambda eta lambda_max / N, sorted
    int contracting = 0;             // below 2
    int agreeing = 0;                // of these the loss on the context does not grow in the end, of the others it does
    int agreeing_query = 0;          // the same of the query's loss, which parts that cancel in it may raise or lower
    double disagreement = 0;         // the largest |spectral - 2| of those that do not agree (on the context)

    [[nodiscard]] int count() const { return static_cast<int>(spectral.size()); }
    [[nodiscard]] double share() const { return static_cast<double>(contracting) / count(); }
    [[nodiscard]] double quantile(double part) const {
        return spectral[static_cast<std::size_t>(std::lround(part * (count() - 1)))];
    }
};

Contexts contexts_of(double damping, GradientDescentStep const& gradient_step, std::vector<double> const& eigenvalues) {
    using Number = Evaluation<sizes>::Number;
    constexpr int lanes = Evaluation<sizes>::lanes;
    constexpr int count = Evaluation<sizes>::reference_count;
    constexpr int late = applications - 10;  // an even number apart, for y of the query changes its sign
    auto const stack = iterated(damping, gradient_step);
    Contexts result;
    for (int pack = 0; pack * lanes < count; ++pack) {
        auto const keys = split_key(key_of_seed<lanes>(Evaluation<sizes>::reference_seed), count,
                                    PackOfTasks<lanes>(pack, count).index);
        auto const task = LinearRegression{}.draw<sizes>(keys);
        int k = 0;
        std::array<Number, 2> on_context;  // after the late application and after the last
        std::array<Number, 2> on_query;
        stack.for_each_depth(task.prompt, [&](auto const& tokens) {
            if (++k == late || k == applications) {
                std::size_t const which = k == late ? 0 : 1;
                // The targets carry what was learned: the loss of W0 on them is that of the weights learned so far.
                on_context[which] = regression_loss(gradient_step.initial_weights, inputs<sizes>(tokens.context),
                                                    targets<sizes>(tokens.context));
                on_query[which] = task_loss<sizes, Number>(prediction<sizes>(tokens), task.target);
            }
        });
        for (int lane = 0; lane < lanes && pack * lanes + lane < count; ++lane) {
            double const spectral = damping * static_cast<double>(gradient_step.learning_rate) / sizes.context *
                                    eigenvalues[static_cast<std::size_t>(pack * lanes + lane)];
            bool const contracts = spectral < 2;
            bool const agrees = contracts == !(on_context[1][lane] > on_context[0][lane]);
            result.spectral.push_back(spectral);
            result.contracting += contracts;
            result.agreeing += agrees;
            result.agreeing_query += contracts == !(on_query[1][lane] > on_query[0][lane]);
            result.disagreement = agrees ? result.disagreement : std::max(result.disagreement, std::abs(spectral - 2));
        }
    }
    std::sort(result.spectral.begin(), result.spectral.end());
    return result;
}

// ---------------------------------------------------------------------------------------------------------- results ----

/// All that is measured for one lambda.
struct Iterated {
    double damping = 1;
    Losses gradient_descent{};
    Model trained{"trained"};
    Model interpolated{"interpolated"};
    Model attending_by_x{"attending_by_x"};
    Contexts contexts{};

    [[nodiscard]] std::array<Model const*, 3> models() const { return {&trained, &interpolated, &attending_by_x}; }
    [[nodiscard]] std::string lambda() const { return "λ = " + number_text(damping); }
};

Iterated iterate(double damping, std::vector<IterateRun> const& runs, GradientDescentStep const& gradient_step,
                 Evaluation<sizes> const& evaluation, std::vector<double> const& eigenvalues) {
    Iterated result{.damping = damping, .gradient_descent = losses_of(evaluation, damping, gradient_step)};
    result.contexts = contexts_of(damping, gradient_step, eigenvalues);
    for (IterateRun const& run : runs) {
        result.trained.runs.push_back(losses_of(evaluation, damping, run.model()));
        Losses interpolated_losses{};
        interpolated_losses.fill(infinite);
        try {
            Layer const between = interpolated<sizes>(run.model(), as_attention(gradient_step));
            interpolated_losses = losses_of(evaluation, damping, between);
        } catch (std::domain_error const&) {
            // the scale of the trained layer cannot be fixed
        }
        result.interpolated.runs.push_back(interpolated_losses);
        result.attending_by_x.runs.push_back(losses_of(evaluation, damping, attending_by_x(run.model())));
    }
    return result;
}

/// A row per lambda and number of applications: means over the runs, then the trained layer of each run.
std::string applications_csv(std::vector<Iterated> const& results, std::vector<IterateRun> const& runs) {
    std::vector<Column> columns{{"lambda"},
                                {"applications"},
                                {"loss_gd"},
                                {"loss_trained"},
                                {"loss_trained_deviation"},
                                {"loss_interpolated"},
                                {"loss_attending_by_x"}};
    for (IterateRun const& run : runs) {
        columns.push_back({"loss_trained_seed_" + std::to_string(run.seed)});
    }
    for (Iterated const& result : results) {
        std::vector<Losses> curves{result.gradient_descent, result.trained.mean(), result.trained.deviation(),
                                   result.interpolated.mean(), result.attending_by_x.mean()};
        curves.insert(curves.end(), result.trained.runs.begin(), result.trained.runs.end());
        for (std::size_t k = 0; k <= applications; ++k) {
            columns[0].values.push_back(result.damping);
            columns[1].values.push_back(static_cast<double>(k));
            for (std::size_t i = 0; i < curves.size(); ++i) {
                columns[2 + i].values.push_back(curves[i][k]);
            }
        }
    }
    return csv_text(columns);
}

/// The curve, until it is infinite, which JSON cannot hold.
std::vector<double> finite_part(Losses const& losses) {
    return {losses.begin(), std::find(losses.begin(), losses.end(), infinite)};
}

/// What falls or diverges does so in every run; differences are those of the run with the largest.
nlohmann::ordered_json json_of(Iterated const& result) {
    nlohmann::ordered_json json{{"lambda", result.damping}};
    auto const add_shape = [&](std::string const& name, std::vector<Losses> const& runs, Losses const& mean) {
        json["falls_all_along_" + name] = std::all_of(runs.begin(), runs.end(), falls_all_along);
        json["diverges_" + name] = std::all_of(runs.begin(), runs.end(), diverges);
        json["best_application_" + name] = best_application(mean);
    };
    add_shape("gd", {result.gradient_descent}, result.gradient_descent);
    for (Model const* model : result.models()) {
        add_shape(model->name, model->runs, model->mean());
        if (double const difference = largest_difference(*model, result.gradient_descent); std::isfinite(difference)) {
            json["largest_difference_" + model->name] = difference;
        }
    }
    Contexts const& contexts = result.contexts;
    json["contexts"] = {{"count", contexts.count()},
                        {"contracting", contexts.contracting},
                        {"share_contracting", contexts.share()},
                        {"median", contexts.quantile(0.5)},
                        {"largest", contexts.quantile(1)},
                        {"agreeing", contexts.agreeing},
                        {"agreeing_query", contexts.agreeing_query},
                        {"largest_distance_from_2_where_not_agreeing", contexts.disagreement}};
    json["loss_gd"] = finite_part(result.gradient_descent);
    for (Model const* model : result.models()) {
        json["loss_" + model->name] = finite_part(model->mean());
        if (model->runs.size() > 1) {
            json["standard_deviations"]["loss_" + model->name] = finite_part(model->deviation());
            for (Losses const& run : model->runs) {
                json["runs"]["loss_" + model->name].push_back(finite_part(run));
            }
        }
    }
    return json;
}

// ---------------------------------------------------------------------------------------------------------- figures ----

/// The losses by number of applications; a band where there are several runs.
Series series_of(std::string const& name, Losses const& losses, Model const* deviation_of = nullptr) {
    Series series{.name = name, .y = {losses.begin(), losses.end()}};
    for (int k = 0; k <= applications; ++k) {
        series.x.push_back(k);
    }
    if (deviation_of != nullptr && deviation_of->runs.size() > 1) {
        Losses const deviation = deviation_of->deviation();
        series.deviation.assign(deviation.begin(), deviation.end());
        series.seeds = deviation_of->runs.size();
    }
    return series;
}

/// 100 (loss / other - 1) of every run, with the mean and the band of these.
Series difference_of(std::string const& name, Model const& model, Losses const& other) {
    Model difference = model;
    for (Losses& run : difference.runs) {
        for (std::size_t k = 0; k < run.size(); ++k) {
            run[k] = 100 * (run[k] / other[k] - 1);
        }
    }
    return series_of(name, difference.mean(), &difference);
}

/// The series to its first point above `greatest`, where it leaves the figure. That point has no band: of runs that diverge
/// at different times there is no middle.
Series until_above(double greatest, Series series) {
    auto const above = std::find_if(series.y.begin(), series.y.end(), [=](double y) { return y > greatest; });
    if (above != series.y.end()) {
        auto const count = static_cast<std::size_t>(above - series.y.begin()) + 1;
        series.x.resize(count);
        series.y.resize(count);
        if (!series.deviation.empty()) {
            series.deviation.resize(count);
            series.deviation.back() = 0;
        }
    }
    return series;
}

void draw_figures(OutputDirectory const& directory, std::vector<Iterated> const& results) {
    Figures figures(directory);
    constexpr double greatest_loss = 4;  // ten times that of predicting 0: what diverges leaves the figure

    Iterated const& smallest = results.back();
    double const of_mean = 100 * largest_difference(smallest.trained.mean(), smallest.gradient_descent);
    double const of_worst = 100 * largest_difference(smallest.trained, smallest.gradient_descent);
    std::size_t const seeds = smallest.trained.runs.size();
    std::string const within =
        "within " + fixed_text(of_mean, 1) + " % of gradient descent" +
        (seeds > 1 ? " in the mean of " + seeds_text(seeds) + ", within " + fixed_text(of_worst, 1) + " % in the worst"
                   : "");
    std::string const found = of_worst < 100 ? "stays " + within : std::string("leaves gradient descent");
    LineChart curves{.title = "Trained for one application and applied " + std::to_string(applications) +
                              " times with " + smallest.lambda() + ", the layer " + found,
                     .note = "λ is the damping of each application. What diverges leaves the figure.",
                     .x = {.label = "applications"},
                     .y = {.label = "loss on 10,000 tasks (½ mean squared error)",
                           .logarithmic = true,
                           .least = 0.03,
                           .greatest = greatest_loss}};
    std::string shares;
    for (Iterated const& result : results) {
        shares += (shares.empty()         ? ""
                   : &result == &smallest ? " and "
                                          : ", ") +
                  fixed_text(100 * result.contexts.share(), 1) + " %";
    }
    std::string all_dampings;
    for (Iterated const& result : results) {
        all_dampings += (all_dampings.empty()   ? ""
                         : &result == &smallest ? " and "
                                                : ", ") +
                        number_text(result.damping);
    }
    LineChart contexts{.title = "Gradient descent contracts on " + shares + " of the contexts at λ = " + all_dampings,
                       .x = {.label = "contexts, in order of their largest eigenvalue (%)"},
                       .y = {.label = "λ η λ_max(X Xᵀ) / N", .least = 0},
                       .references = {{.label = "2: below it, a step contracts", .y = 2}}};
    for (Iterated const& result : results) {
        curves.series.push_back(until_above(
            greatest_loss, series_of("trained layer, " + result.lambda(), result.trained.mean(), &result.trained)));
        Series spectral{.name = result.lambda()};
        for (int percent = 0; percent <= 100; ++percent) {
            spectral.x.push_back(percent);
            spectral.y.push_back(result.contexts.quantile(percent / 100.0));
        }
        contexts.series.push_back(spectral);
    }
    for (Iterated const& result : results) {
        curves.series.push_back(series_of("gradient descent, " + result.lambda(), result.gradient_descent));
        curves.series.back().dashed = true;
    }
    figures.draw("applications.svg", curves);
    figures.draw("contexts.svg", contexts);

    figures.draw("difference.svg",
                 LineChart{.title = of_worst < 100 ? "With " + smallest.lambda() + " the loss is " + within
                                                   : "With " + smallest.lambda() + " it leaves gradient descent",
                           .x = {.label = "applications"},
                           .y = {.label = "loss above gradient descent's (%)"},
                           .series = {difference_of("trained layer", smallest.trained, smallest.gradient_descent),
                                      difference_of("mean of both layers' weights", smallest.interpolated,
                                                    smallest.gradient_descent),
                                      difference_of("trained, keys and queries read x alone", smallest.attending_by_x,
                                                    smallest.gradient_descent)}});
}

// ---------------------------------------------------------------------------------------------------------- summary ----

void print_curve(std::string const& name, Losses const& losses) {
    std::printf("  %-38s", name.c_str());
    for (std::size_t const k : {1u, 5u, 10u, 50u}) {
        std::printf("  %-9.4g", losses[k]);
    }
    std::string const smallest = "smallest after " + std::to_string(best_application(losses));
    std::printf("  %s\n", falls_all_along(losses) ? "falls all along"
                          : diverges(losses)      ? (smallest + ", diverges").c_str()
                                                  : smallest.c_str());
}

void print_summary(IterateOptions const& options, std::vector<Iterated> const& results,
                   nlohmann::ordered_json const& record) {
    std::printf("\nloss after applications                   1          5          10         50\n");
    for (Iterated const& result : results) {
        std::printf("lambda = %s\n", number_text(result.damping).c_str());
        print_curve("gradient descent", result.gradient_descent);
        print_curve("trained layer", result.trained.mean());
        print_curve("mean of both layers' weights", result.interpolated.mean());
        print_curve("trained, keys, queries read x alone", result.attending_by_x.mean());
        Contexts const& contexts = result.contexts;
        std::printf("  contracts on %d of %d contexts (lambda eta lambda_max / N: median %.3f, largest %.3f)\n",
                    contexts.contracting, contexts.count(), contexts.quantile(0.5), contexts.quantile(1));
        std::printf(
            "  and the last 10 steps confirm it on %d: no growth of the loss on the context where it contracts, "
            "growth elsewhere\n",
            contexts.agreeing);
    }
    Iterated const& smallest = results.back();
    std::printf(
        "\nlambda = %s: largest difference from gradient descent %.2f %% (trained), %.2f %% (mean of both), "
        "%.2f %% (x alone)\n",
        number_text(smallest.damping).c_str(), 100 * largest_difference(smallest.trained, smallest.gradient_descent),
        100 * largest_difference(smallest.interpolated, smallest.gradient_descent),
        100 * largest_difference(smallest.attending_by_x, smallest.gradient_descent));
    std::printf("%s\n", times_text(training_text(record["seconds_training"].get<double>(), options.common),
                                   record["seconds_total"].get<double>(), options.common)
                            .c_str());
}

void run(IterateOptions const& options) {
    Stopwatch total;
    total.start();
    OutputDirectory const directory = opened_directory("iterate", options.common, options.checkpoint);
    Checkpoint checkpoint("iterate", options.common, options.checkpoint, nlohmann::ordered_json::object());
    Workers workers(options.common.threads);
    Evaluation<sizes> const evaluation(workers);

    BestLearningRate const scan = scan_learning_rate(evaluation, step_of);
    GradientDescentStep const gradient_step = step_of(scan.learning_rate);

    constexpr int layers = 1;
    auto const runs = train_runs<Layer, Measured>(
        layers, options.common,
        [&](long step, Layer const& layer) {
            return Measured{.step = static_cast<double>(step), .loss_one_application = evaluation.loss(layer)};
        },
        workers, &checkpoint);

    std::vector<double> const eigenvalues = largest_eigenvalues();
    std::vector<Iterated> results;
    for (double const damping : dampings) {
        results.push_back(iterate(damping, runs, gradient_step, evaluation, eigenvalues));
    }

    directory.write("curves.csv", applications_csv(results, runs));
    draw_figures(directory, results);
    total.stop();

    auto record = run_record("iterate", options.common, options.checkpoint);
    record["setting"] = setting_json(layers, options.common.batch);
    record["applications"] = applications;
    record["losses"] = "after 0, 1, 2, ... applications, until one that float cannot hold";
    record["loss_scan"] = scan.loss;
    record["learning_rate_scan"] = scan.learning_rate;
    add_results(record, runs);
    for (Iterated const& result : results) {
        record["dampings"].push_back(json_of(result));
    }
    record["seconds_total"] = total.seconds();
    add_training_builds(record, checkpoint);
    directory.write("run.json", json_text(record));
    if (!options.common.quiet) {
        print_summary(options, results, record);
    }
}

}  // namespace

int main(int argc, char** argv) {
    IterateOptions options;
    return run_program(
        argc, argv,
        "Trains one layer of linear self-attention, applies it 50 times with damping, and compares it with gradient "
        "descent.",
        [&](CLI::App& app) {
            add_common_options(app, options.common);
            add_checkpoint_options(app, options.checkpoint);
        },
        [&] { run(options); });
}

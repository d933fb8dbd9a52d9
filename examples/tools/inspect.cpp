// SPDX-License-Identifier: MIT
// Is this layer of linear attention, trained anywhere, a step of gradient descent? A stack: is it several?
//
//   given       a file of weights: safetensors, .npz; of this library, or in PyTorch's layout (docs/weights.md)
//   fitted      to each layer the step of gradient descent (eta, W0), and of GD++ (gamma), that is nearest as a map of G = C C^T
//   compared    layers and steps on the reference's 10,000 tasks: losses beside the exact optimum, predictions, sensitivities
//   look for    a cosine of the sensitivities near 1, and a loss that is that of the step
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/curves.hpp"
#include "common/linked.hpp"
#include "common/options.hpp"
#include "common/weights.hpp"
#include "incontext/io/npz.hpp"
#include "incontext/io/safetensors.hpp"
#include "inspect/fit.hpp"
#include "inspect/model.hpp"
#include "tools/charts.hpp"
#include "tools/output_directory.hpp"
#include "tools/program.hpp"
#include "tools/record.hpp"
#include "tools/text_file.hpp"

namespace {

using namespace incontext;
using namespace tools;
using namespace inspect;

using Json = nlohmann::ordered_json;

/// What the program says yes by.
constexpr double least_cosine = 0.99;
constexpr double largest_difference = 0.01;  // of the losses of layers and steps, relative

struct Options {
    std::string file{};
    std::string layout{};
    std::string prefix{};
    int outputs = 1;
    int context = 0;  // that of the first compiled size that fits
    int heads = 1;    // in PyTorch's layout, which does not say it
    int loops = 1;
    int threads = hardware_threads();
    std::string out = "out/inspect";
    bool quiet = false;
};

[[noreturn]] void refuse(Options const& options, std::string const& sentence) {
    throw std::runtime_error("'" + options.file + "': " + sentence);
}

std::vector<StoredArray> arrays_in(Options const& options) {
    std::string const bytes = text_of_file(options.file);
    try {
        return bytes.starts_with("PK") ? arrays_in_npz(bytes) : arrays_in_safetensors(bytes);
    } catch (WeightsError const& error) {
        refuse(options, error.what());
    }
}

std::vector<double> numbers_in(Options const& options, StoredArray const& array) {
    try {
        return numbers_of(array);
    } catch (WeightsError const& error) {
        refuse(options, error.what());
    }
}

/// The projection of this name as it acts on columns.
Eigen::MatrixXd projection(Options const& options, std::vector<StoredArray> const& arrays, std::string const& name) {
    try {
        StoredArray const& array = array_named(arrays, name);
        if (array.shape.size() != 2 || array.bytes.empty()) {
            refuse(options, "'" + name + "' should be a matrix");
        }
        std::vector<double> const numbers = numbers_in(options, array);
        Eigen::MatrixXd const stored =
            Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> const>(
                numbers.data(), static_cast<Eigen::Index>(array.shape[0]), static_cast<Eigen::Index>(array.shape[1]));
        if (!stored.allFinite()) {
            refuse(options, "'" + name + "' holds a number that is not finite");
        }
        return options.layout == "output-by-input" ? stored : stored.transpose();
    } catch (WeightsError const& error) {
        refuse(options, error.what());
    }
}

/// A head of the four projections; the shapes are those of a head of tokens of one dimension, or refused.
Head head_of(Options const& options, std::string const& name, Eigen::MatrixXd const& query, Eigen::MatrixXd const& key,
             Eigen::MatrixXd const& value, Eigen::MatrixXd const& output) {
    Eigen::Index const token_dim = query.cols();
    if (key.rows() != query.rows() || key.cols() != token_dim || value.cols() != token_dim ||
        output.cols() != value.rows() || output.rows() != token_dim) {
        refuse(options, "the projections of '" + name +
                            "' do not fit each other as W_Q, W_K [key_dim x token_dim], W_V "
                            "[value_dim x token_dim] and P [token_dim x value_dim]; is --layout the right one?");
    }
    return {.key_query = key.transpose() * query, .output_value = output * value};
}

/// "layers.10." after "layers.9.".
bool comes_before(std::string const& a, std::string const& b) {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) {
        ++i;
    }
    auto const digits = [&](std::string const& text) {
        std::size_t end = i;
        while (end < text.size() && is_digit(text[end])) {
            ++end;
        }
        return end;
    };
    return digits(a) != digits(b) ? digits(a) < digits(b) : a < b;
}

/// What a number within a name says is before it: "layers.1." of "layers.2.query", where no array is called so. Or nothing.
std::string missing_before(std::string const& name, std::vector<std::string> const& names, std::size_t prefix) {
    for (std::size_t begin = 0, end = name.find('.'); end != std::string::npos; end = name.find('.', begin)) {
        std::string const part = name.substr(begin, end - begin);
        if (begin >= prefix && part.size() < 9 && part.find_first_not_of("0123456789") == std::string::npos &&
            part.find_first_not_of('0') != std::string::npos) {
            std::string const before = name.substr(0, begin) + std::to_string(std::stoi(part) - 1) + ".";
            if (std::none_of(names.begin(), names.end(),
                             [&](std::string const& other) { return other.starts_with(before); })) {
                return before;
            }
        }
        begin = end + 1;
    }
    return "";
}

/// Refuses what no layer of linear attention has: the answer would be that of a part of the model.
void require_that_all_is_read(Options const& options, std::vector<StoredArray> const& arrays,
                              std::vector<std::string> const& names, std::vector<std::string> const& used,
                              std::vector<std::string> const& biases) {
    auto const is_among = [](std::vector<std::string> const& some, std::string const& name) {
        return std::find(some.begin(), some.end(), name) != some.end();
    };
    for (std::string const& name : names) {
        if (is_among(biases, name)) {
            std::vector<double> const numbers = numbers_in(options, array_named(arrays, name));
            if (std::any_of(numbers.begin(), numbers.end(), [](double number) { return number != 0; })) {
                refuse(options, "'" + name + "' is not zero, and a layer of linear attention has no biases");
            }
        } else if (!is_among(used, name)) {
            refuse(options, "'" + name +
                                "' is no array of a layer of linear attention; where the model is without it, give the "
                                "--prefix of its own");
        }
        std::string const missing = missing_before(name, names, options.prefix.size());
        if (!missing.empty()) {
            refuse(options,
                   "it has '" + name + "' and no array under '" + missing + "', so a part of the model is not there");
        }
    }
}

/// All layers of the file, in the order of their names.
std::vector<Layer> layers_in(Options const& options, std::vector<StoredArray> const& arrays) {
    std::vector<std::string> names;  // that the prefix chooses
    for (StoredArray const& array : arrays) {
        if (array.name.starts_with(incontext::stored::with_dot(options.prefix))) {
            names.push_back(array.name);
        }
    }
    std::sort(names.begin(), names.end(), comes_before);
    std::vector<std::pair<std::string, Layer>> layers;
    std::vector<std::string> used;
    std::vector<std::string> biases;  // which may be there if they are zero
    bool is_of_heads = false;         // the last layer
    auto const begin_layer = [&](std::string const& of_layer, std::string const& name) {
        if (std::any_of(layers.begin(), layers.end(), [&](auto const& layer) { return layer.first == of_layer; })) {
            refuse(options, "'" + name + "' is beside other projections of the same layer");
        }
        layers.emplace_back(of_layer, Layer{});
    };
    for (std::string const& name : names) {
        auto const ends_with = [&](std::string const& end) { return name == end || name.ends_with("." + end); };
        if (ends_with("in_proj_weight")) {
            if (options.layout != "output-by-input") {
                throw UsageError("--layout of PyTorch's in_proj_weight is output-by-input");
            }
            std::string const base = name.substr(0, name.size() - std::string("in_proj_weight").size());
            Eigen::MatrixXd const in = projection(options, arrays, name);
            Eigen::MatrixXd const out = projection(options, arrays, base + "out_proj.weight");
            Eigen::Index const token_dim = in.cols();
            if (in.rows() != 3 * token_dim || token_dim % options.heads != 0) {
                refuse(options, "'" + name + "' is [" + std::to_string(in.rows()) + " x " + std::to_string(token_dim) +
                                    "], and not [3 token_dim x token_dim] of " + std::to_string(options.heads) +
                                    " heads");
            }
            if (out.rows() != token_dim || out.cols() != token_dim) {
                refuse(options, "'" + base + "out_proj.weight' is [" + std::to_string(out.rows()) + " x " +
                                    std::to_string(out.cols()) + "], and not [token_dim x token_dim], " +
                                    std::to_string(token_dim));
            }
            Eigen::Index const dim = token_dim / options.heads;
            begin_layer(base, name);
            is_of_heads = false;
            for (Eigen::Index first = 0; first < token_dim; first += dim) {
                layers.back().second.push_back(
                    head_of(options, name, in.middleRows(first, dim), in.middleRows(token_dim + first, dim),
                            in.middleRows(2 * token_dim + first, dim), out.middleCols(first, dim)));
            }
            used.insert(used.end(), {name, base + "out_proj.weight"});
            biases.insert(biases.end(), {base + "in_proj_bias", base + "out_proj.bias"});
        } else if (ends_with("query")) {
            std::string const base = name.substr(0, name.size() - std::string("query").size());
            std::size_t const heads = base.rfind("heads.");  // heads of one layer have one beginning
            std::string const of_layer = base.substr(0, heads == std::string::npos ? base.size() : heads);
            if (layers.empty() || layers.back().first != of_layer || !is_of_heads || heads == std::string::npos) {
                begin_layer(of_layer, name);
            }
            is_of_heads = heads != std::string::npos;
            layers.back().second.push_back(
                head_of(options, name, projection(options, arrays, name), projection(options, arrays, base + "key"),
                        projection(options, arrays, base + "value"), projection(options, arrays, base + "output")));
            used.insert(used.end(), {name, base + "key", base + "value", base + "output"});
        }
    }
    bool const has_pytorch_layers = std::any_of(
        names.begin(), names.end(), [](std::string const& name) { return name.ends_with("in_proj_weight"); });
    if (!layers.empty() && options.heads != 1 && !has_pytorch_layers) {
        throw UsageError("--heads is of layers in PyTorch's layout, in_proj_weight, and '" + options.file +
                         "' has none under the prefix '" + options.prefix + "': its heads have names of their own");
    }
    if (layers.empty()) {
        refuse(options, "no array under the prefix '" + options.prefix +
                            "' is named query, ....query or ....in_proj_weight (docs/weights.md)");
    }
    require_that_all_is_read(options, arrays, names, used, biases);
    std::vector<Layer> result;
    Eigen::Index const token_dim = layers.front().second.front().key_query.cols();
    for (auto const& [name, layer] : layers) {
        for (std::size_t head = 0; head < layer.size(); ++head) {
            if (layer[head].key_query.cols() != token_dim) {  // the sizes within a head fit each other: head_of
                refuse(options, "the layer '" + name + "' has, in its head " + std::to_string(head) +
                                    ", tokens of another dimension than the first");
            }
        }
    }
    for (int loop = 0; loop < options.loops; ++loop) {
        for (auto const& [name, layer] : layers) {
            result.push_back(layer);
        }
    }
    return result;
}

std::string text_of(Dimensions const& sizes) {
    return std::to_string(sizes.input) + "/" + std::to_string(sizes.output) + "/" + std::to_string(sizes.context);
}

/// The compiled size that fits the file.
Size size_of(Options const& options, int token_dim) {
    std::string compiled;
    for (Size const& size : reproduce::Linked<Size>::models()) {
        Dimensions const& sizes = size.dimensions;
        if (sizes.input + sizes.output == token_dim && sizes.output == options.outputs &&
            (options.context == 0 || sizes.context == options.context)) {
            return size;
        }
        compiled += (compiled.empty() ? "" : ";") + text_of(sizes);
    }
    if (options.outputs >= token_dim) {
        refuse(options, "tokens of dimension " + std::to_string(token_dim) + " have no more than " +
                            std::to_string(token_dim - 1) + " outputs, and not " + std::to_string(options.outputs));
    }
    std::string const wanted =
        text_of({.input = token_dim - options.outputs,
                 .output = options.outputs,
                 .context = options.context == 0 ? token_dim - options.outputs : options.context});
    refuse(options,
           "tokens of dimension " + std::to_string(token_dim) + " with " + std::to_string(options.outputs) +
               (options.outputs == 1 ? " output" : " outputs") +
               (options.context == 0 ? "" : " and " + std::to_string(options.context) + " examples") +
               " are none of the sizes that this program was compiled for; configure it anew with: cmake --preset "
               "release -D 'INCONTEXT_INSPECT_SIZES=" +
               compiled + ";" + wanted + "'");
}

Json alignment_json(Alignment const& alignment) {
    return {{"cosine", alignment.cosine},
            {"sensitivity_difference", alignment.sensitivity_difference},
            {"prediction_difference", alignment.prediction_difference}};
}

/// Both products of every head, scaled so that the mean diagonal of W_K^T W_Q over the inputs is 1, where it is not 0.
HeatMaps weights_figure(std::vector<Layer> const& layers, int loops, Dimensions const& sizes) {
    HeatMaps figure{.note = "Each matrix has its own scale of colours.", .panels_per_row = 2, .own_colours = true};
    double beside_in_key_query = 0;
    double beside_in_output_value = 0;
    std::size_t const most = std::min<std::size_t>(layers.size() / static_cast<std::size_t>(loops), 8);
    for (std::size_t i = 0; i < most; ++i) {
        for (std::size_t h = 0; h < layers[i].size() && h < 4; ++h) {
            Head const& head = layers[i][h];
            double const mean = head.key_query.diagonal().head(sizes.input).mean();
            double const scale = mean == 0 ? 1 : mean;
            std::string const of =
                most * layers[i].size() == 1
                    ? ""
                    : " of layer " + std::to_string(i) + (layers[i].size() == 1 ? "" : ", head " + std::to_string(h));
            auto const rows = [](Eigen::MatrixXd const& matrix) {
                reproduce::Rows result;
                for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
                    Eigen::VectorXd const entries = matrix.row(row).transpose();
                    result.emplace_back(entries.begin(), entries.end());
                }
                return result;
            };
            figure.panels.push_back({.title = "W_Kᵀ W_Q" + of, .rows = rows(head.key_query / scale)});
            figure.panels.push_back({.title = "P W_V" + of, .rows = rows(head.output_value * scale)});
            beside_in_output_value =
                std::max(beside_in_output_value, reproduce::percent_beside_diagonal(figure.panels.back().rows));
            beside_in_key_query =
                std::max(beside_in_key_query, reproduce::percent_beside_diagonal((figure.panels.end() - 2)->rows));
        }
    }
    figure.title = std::isfinite(beside_in_key_query + beside_in_output_value)
                       ? "Entries beside the diagonals come to " + reproduce::fixed_text(beside_in_key_query, 1) +
                             " % of the largest on them in W_Kᵀ W_Q, and to " +
                             reproduce::fixed_text(beside_in_output_value, 1) + " % in P W_V"
                       : "There is a matrix with nothing on its diagonal";
    return figure;
}

void inspect_file(Options const& options) {
    if (options.file.empty()) {
        throw UsageError("a file of weights is missing");
    }
    if (options.layout.empty()) {
        throw UsageError(
            "--layout is missing: output-by-input (W x: this library, PyTorch) or input-by-output (x W: JAX); "
            "the numbers do not show it");
    }
    std::vector<Layer> const layers = layers_in(options, arrays_in(options));
    Size const size = size_of(options, static_cast<int>(layers.front().front().key_query.cols()));
    Dimensions const sizes = size.dimensions;
    OutputDirectory const directory(options.out, "inspect");

    std::vector<Fit> fits;
    for (Layer const& layer : layers) {
        fits.push_back(fit_of(layer, sizes, fits.size() + 1 == layers.size()));
    }
    Workers workers(options.threads);
    OnTasks const on_tasks = size.measured(layers, fits, workers);
    auto const is_that = [&](Alignment const& alignment, double loss) {
        return alignment.cosine >= least_cosine && std::abs(on_tasks.loss / loss - 1) <= largest_difference;
    };
    bool const is_gd = is_that(on_tasks.with_gd, on_tasks.loss_of_gd);
    bool const is_plus_plus = is_that(on_tasks.with_plus_plus, on_tasks.loss_of_plus_plus);
    // The same map with a negative rate goes up the gradient, and with 0 nowhere.
    auto const uphill = std::find_if(fits.begin(), fits.end(), [](Fit const& fit) { return !(fit.learning_rate > 0); });
    bool const descends = uphill == fits.end();
    std::string const verdict = !(is_gd || is_plus_plus)    ? "neither"
                                : descends                  ? (is_gd ? "gradient descent" : "GD++")
                                : uphill->learning_rate < 0 ? "gradient ascent"
                                                            : "no step";

    Json record = record_of_build("inspect");
    record["parameters"] = {{"file", options.file},       {"layout", options.layout}, {"prefix", options.prefix},
                            {"outputs", options.outputs}, {"heads", options.heads},   {"loops", options.loops}};
    record["sizes"] = {{"input", sizes.input}, {"output", sizes.output}, {"context", sizes.context}};
    record["verdict"] = verdict;
    for (Fit const& fit : fits) {
        record["layers"].push_back({{"learning_rate", fit.learning_rate},
                                    {"gamma", fit.gamma},
                                    {"largest_initial_weight", fit.initial_weights.cwiseAbs().maxCoeff()},
                                    {"distance_from_gradient_descent", fit.distance_from_gd},
                                    {"distance_from_gd_plus_plus", fit.distance_from_plus_plus}});
        if (!fit.distance_of_products.empty()) {
            record["layers"].back()["distance_of_key_query"] = fit.distance_of_products[0];
            record["layers"].back()["distance_of_output_value"] = fit.distance_of_products[1];
        }
    }
    record["loss"] = on_tasks.loss;
    record["loss_gradient_descent"] = on_tasks.loss_of_gd;
    record["loss_gd_plus_plus"] = on_tasks.loss_of_plus_plus;
    record["loss_predicting_zero"] = on_tasks.loss_of_zero;
    record["loss_exact_one_step"] = static_cast<double>(on_tasks.exact.loss);
    record["learning_rate_exact_one_step"] = static_cast<double>(on_tasks.exact.learning_rate);
    record["with_gradient_descent"] = alignment_json(on_tasks.with_gd);
    record["with_gd_plus_plus"] = alignment_json(on_tasks.with_plus_plus);
    std::string text;
    try {
        text = json_text(record);
    } catch (std::runtime_error const& error) {
        refuse(options,
               std::string("its weights are so large that they leave the range of the numbers here: ") + error.what());
    }
    directory.write("weights.svg", svg_text(weights_figure(layers, options.loops, sizes)));
    directory.write("run.json", text);
    if (options.quiet) {
        return;
    }

    std::printf("%zu %s of tokens %d + %d, contexts of %d examples\n\n", layers.size(),
                layers.size() == 1 ? "layer" : "layers", sizes.input, sizes.output, sizes.context);
    std::printf("                                             distance from the construction\n");
    std::printf("layer   heads   eta      gamma    |W0|       of F   of F, with gamma   of W_K^T W_Q   of P W_V\n");
    for (std::size_t i = 0; i < fits.size(); ++i) {
        Fit const& fit = fits[i];
        using reproduce::fixed_text;  // zero has no sign
        std::printf("%5zu %7zu   %-8s %-8s %-8.4f %6.4f %18.4f", i, layers[i].size(),
                    fixed_text(fit.learning_rate, 4).c_str(), fixed_text(fit.gamma, 4).c_str(),
                    fit.initial_weights.norm(), fit.distance_from_gd, fit.distance_from_plus_plus);
        for (double const distance : fit.distance_of_products) {
            std::printf(" %14.4f", distance);
        }
        std::printf("\n");
    }
    std::printf("\non 10,000 tasks           loss       cosine   difference of sensitivities   of predictions\n");
    std::printf("the layers                %.6f\n", on_tasks.loss);
    auto const row = [](char const* name, double loss, Alignment const& alignment) {
        std::printf("%-25s %.6f   %s   %.4f                        %.4f\n", name, loss,
                    reproduce::fixed_text(alignment.cosine, 5).c_str(), alignment.sensitivity_difference,
                    alignment.prediction_difference);
    };
    row("fitted gradient descent", on_tasks.loss_of_gd, on_tasks.with_gd);
    row("fitted GD++", on_tasks.loss_of_plus_plus, on_tasks.with_plus_plus);
    std::printf("one step, exact optimum   %.6f   at eta = %.4f; expected over all tasks, not on these\n\n",
                static_cast<double>(on_tasks.exact.loss), static_cast<double>(on_tasks.exact.learning_rate));
    std::string const steps = fits.size() == 1 ? "one step" : std::to_string(fits.size()) + " steps";
    if ((is_gd || is_plus_plus) && !descends) {
        std::string const which = fits.size() == 1 ? "it is" : "layer " + std::to_string(uphill - fits.begin()) + " is";
        std::printf("no: %s %s, for its eta is %.4g; but for that it would be %s of %s\n", which.c_str(),
                    uphill->learning_rate < 0 ? "a step of gradient ascent" : "no step", uphill->learning_rate,
                    steps.c_str(), is_gd ? "gradient descent" : "GD++");
    } else if (is_gd || is_plus_plus) {
        std::printf("yes: it is %s of %s, by a cosine of at least %.2f and a loss within %.0f %%\n", steps.c_str(),
                    verdict.c_str(), least_cosine, 100 * largest_difference);
    } else {
        std::printf(
            "no: it is neither %s of gradient descent nor of GD++, whose cosine would be at least %.2f and whose "
            "loss within %.0f %%\n",
            steps.c_str(), least_cosine, 100 * largest_difference);
    }
    if (on_tasks.loss > on_tasks.loss_of_zero) {
        std::printf("its loss is above that of predicting 0, which is %.6f: it makes predictions worse\n",
                    on_tasks.loss_of_zero);
    }
    std::printf("results in %s\n", options.out.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    return run_program(
        argc, argv, "Says whether a layer of linear attention, or a stack of them, is a step of gradient descent.",
        [&](CLI::App& app) {
            auto const text = [&](char const* name, std::string& value, char const* help, char const* kind) {
                reproduce::add_text(app, name, [&value](std::string const& given) { value = given; }, help,
                                    {.value = kind, .by_default = value});
            };
            text("file", options.file, "weights: safetensors or .npz", "FILE");
            reproduce::add_text(
                app, "--layout",
                [&](std::string const& given) {
                    if (given != "output-by-input" && given != "input-by-output") {
                        throw UsageError("--layout expects output-by-input or input-by-output, not '" + given + "'");
                    }
                    options.layout = given;
                },
                "output-by-input: W x, as here and in PyTorch; input-by-output: x W, as in JAX",
                {.value = "LAYOUT", .by_default = ""});
            text("--prefix", options.prefix, "of the arrays of the model; others are passed over", "TEXT");
            text("--out", options.out, "directory of the results, created where absent", "DIRECTORY");
            using reproduce::add_whole_number;
            add_whole_number(app, "--outputs", options.outputs, {1, 1000}, "rows of a token that are targets");
            add_whole_number(app, "--context", options.context, {0, 1'000'000},
                             "examples of a context; 0: those of the first compiled size that fits");
            add_whole_number(app, "--heads", options.heads, {1, 1000}, "heads of a layer in PyTorch's layout");
            add_whole_number(app, "--loops", options.loops, {1, 1000}, "how often the layers are applied");
            add_whole_number(app, "--threads", options.threads, {1, 1024}, "threads; any number gives the same bits");
            reproduce::add_flag(app, "--quiet", options.quiet, "no summary; errors stay");
        },
        [&] { inspect_file(options); });
}

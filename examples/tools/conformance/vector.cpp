// SPDX-License-Identifier: MIT
#include "conformance/vector.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "common/linked.hpp"
#include "incontext/io/npz.hpp"
#include "tools/json_reader.hpp"
#include "tools/record.hpp"
#include "tools/text_file.hpp"

namespace conformance {
namespace {

using Json = nlohmann::ordered_json;
constexpr int format_of_files = 1;
constexpr std::size_t format_count = formats.size();

std::string text_of(Sizes const& sizes) {
    return std::to_string(sizes.key_dim) + "/" + std::to_string(sizes.value_dim) + "/" + std::to_string(sizes.queries);
}

std::vector<Model> const& models() {
    return reproduce::Linked<Model>::models();
}

/// Numbers that are the same everywhere: a linear congruence, of which the upper bits are used.
class Draws {
  public:
    explicit Draws(int seed) : state_(static_cast<std::uint64_t>(seed) * 2 + 1) {
        for (int i = 0; i < 8; ++i) {
            static_cast<void>(below(2));
        }
    }
    int below(int count) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<int>((state_ >> 33) % static_cast<std::uint64_t>(count));
    }
    /// -7/8, -5/8, ..., 7/8.
    Exact eighths() { return Exact(2 * below(8) - 7) / Exact(8); }

  private:
    std::uint64_t state_;
};

std::vector<Exact> numbers_of(std::vector<std::string> const& texts) {
    std::vector<Exact> numbers;
    for (std::string const& text : texts) {
        numbers.push_back(Exact::of_text(text));
    }
    return numbers;
}

/// Whether an array stands in the files once for each format: its numbers are any fractions.
bool is_rounded(std::string const& name) {
    return name == "gate" || name == "beta" || name == "erase" || name == "write" || name == "momentum";
}

/// The number that stands in the JSON as "2/3", or as a number of JSON.
Exact exact_in(Json const& entry, std::string const& name) {
    try {
        return Exact::of_text(entry.is_string() ? entry.get<std::string>() : entry.dump());
    } catch (std::invalid_argument const&) {  // whose sentence holds the text as it is, with ends of lines
        throw tools::JsonError("its '" + name + "' holds " + tools::beginning_of(entry) +
                               ", which is no number such as 3, -1/2 or 0.25, of up to 2000 characters and between "
                               "1e-400 and 1e400");
    }
}

void draw(Tensor& tensor, Recipe const& recipe, Draws& draws) {
    std::vector<Exact> const gates = numbers_of(recipe.gates);
    std::vector<Exact> const betas = numbers_of(recipe.betas);
    Exact const scale = Exact::power_of_two(recipe.exponent);
    auto const in_turn = [&](std::vector<Exact> const& numbers) {
        for (std::size_t i = 0; i < tensor.entries.size(); ++i) {
            tensor.entries[i] = numbers[i % numbers.size()];
        }
    };
    auto const drawn = [&](Exact const& factor) {
        for (Exact& entry : tensor.entries) {
            entry = factor * draws.eighths();
        }
    };
    std::string const& name = tensor.name;
    auto const rows = static_cast<std::size_t>(tensor.shape.empty() ? 1 : tensor.shape[0]);
    if (name == "gate" || name == "momentum") {
        in_turn(gates);
    } else if (name == "beta" || name == "erase" || name == "write") {
        in_turn(betas);
    } else if (name == "begins") {
        for (std::size_t token = 0; token < rows; ++token) {
            tensor.entries[token] = Exact(token % static_cast<std::size_t>(recipe.chunk) == 0 ? 1 : 0);
        }
    } else if (name == "penalty") {
        for (std::size_t i = 0; i < rows; ++i) {
            tensor.entries[i] = Exact(static_cast<int>(i) + 1) / Exact(2);
        }
    } else if (name == "past_inverse_gram" || name == "past_gram") {
        // Positive definite: I, and a rank more. H begins with 0.
        bool const is_inverse = name == "past_inverse_gram";
        std::vector<Exact> signs;
        for (std::size_t i = 0; i < rows; ++i) {
            signs.emplace_back(2 * draws.below(2) - 1);
        }
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t col = 0; col < rows; ++col) {
                Exact const one(row == col && (is_inverse || recipe.initial_state) ? 1 : 0);
                Exact const more = recipe.initial_state ? signs[row] * signs[col] / Exact(4) : Exact();
                tensor.entries[row * rows + col] = one + more;
            }
        }
    } else if (name == "key" && recipe.keys == Keys::bounded) {
        auto const channels = static_cast<std::size_t>(tensor.shape[1]);
        drawn(Exact(1));
        for (std::size_t first = 0; first < tensor.entries.size(); first += channels) {
            auto const square = [&] {
                Exact sum;
                for (std::size_t i = first; i < first + channels; ++i) {
                    sum += tensor.entries[i] * tensor.entries[i];
                }
                return sum;
            };
            while ((Exact(1) - square()).sign() < 0) {
                for (std::size_t i = first; i < first + channels; ++i) {
                    tensor.entries[i] = tensor.entries[i] / Exact(2);
                }
            }
        }
    } else if (name == "key" && recipe.keys == Keys::correlated) {
        auto const channels = static_cast<std::size_t>(tensor.shape[1]);
        std::vector<Exact> direction;
        for (std::size_t i = 0; i < channels; ++i) {
            direction.push_back(draws.eighths());
        }
        for (std::size_t i = 0; i < tensor.entries.size(); ++i) {
            tensor.entries[i] = direction[i % channels] + Exact(2 * draws.below(2) - 1) / Exact(16);
        }
    } else if (tensor.part == Part::state) {
        if (recipe.initial_state) {
            drawn(scale);
        }
    } else {
        drawn(name == "value" ? scale : Exact(1));
    }
}

/// Rounded up to 8 digits, so that files are short and do not show how a compiler ordered the last operations.
double rounded_up(double number) {
    if (number == 0 || !std::isfinite(number)) {
        return number;
    }
    int exponent = 0;
    double const fraction = std::frexp(number, &exponent);
    return std::ldexp(std::ceil(std::ldexp(fraction, 8)), exponent - 8);
}

std::vector<double> nearest_of(std::vector<Exact> const& entries, Format const& format) {
    std::vector<double> numbers;
    for (Exact const& entry : entries) {
        numbers.push_back(number_of_bits(entry.rounded(format), format));
    }
    return numbers;
}

/// log of each gate in each format; -infinity of 0.
std::array<std::vector<double>, format_count> logarithms(Tensor const& gates) {
    std::array<std::vector<double>, format_count> result;
    for (Exact const& gate : gates.entries) {
        for (std::size_t format = 0; format < format_count; ++format) {
            result[format].push_back(gate.sign() == 0
                                         ? -std::numeric_limits<double>::infinity()
                                         : number_of_bits(gate.logarithm().rounded(formats[format]), formats[format]));
        }
    }
    return result;
}

incontext::StoredArray stored(std::string const& name, std::vector<int> const& shape,
                              std::vector<double> const& numbers, incontext::StoredNumber number) {
    bool const is_wide = number == incontext::StoredNumber::f64;
    incontext::StoredArray array{.name = name, .number = number, .number_name = is_wide ? "<f8" : "<f4"};
    for (int const extent : shape) {
        array.shape.push_back(static_cast<std::uint64_t>(extent));
    }
    for (double const x : numbers) {
        if (is_wide) {
            incontext::stored::append_whole_number(array.bytes, std::bit_cast<std::uint64_t>(x), 8);
        } else {
            incontext::stored::append_whole_number(array.bytes, std::bit_cast<std::uint32_t>(static_cast<float>(x)), 4);
        }
    }
    return array;
}

incontext::StoredArray of_formats(std::string const& name, std::vector<int> shape,
                                  std::array<std::vector<double>, format_count> const& numbers) {
    shape.insert(shape.begin(), static_cast<int>(format_count));
    std::vector<double> all;
    for (auto const& of_format : numbers) {
        all.insert(all.end(), of_format.begin(), of_format.end());
    }
    return stored(name, shape, all, incontext::StoredNumber::f64);
}

std::array<std::vector<double>, format_count> in_formats(std::vector<Exact> const& entries) {
    std::array<std::vector<double>, format_count> result;
    for (std::size_t format = 0; format < format_count; ++format) {
        result[format] = nearest_of(entries, formats[format]);
    }
    return result;
}

/// The names of an array's axes.
Json axes_of(Tensor const& tensor) {
    std::string name = tensor.name;
    for (char const* prefix : {"grad_", "past_", "present_"}) {
        if (name.starts_with(prefix)) {
            name = name.substr(std::string(prefix).size());
        }
    }
    for (char const* prefix : {"past_", "present_"}) {
        if (name.starts_with(prefix)) {
            name = name.substr(std::string(prefix).size());
        }
    }
    if (name == "query") {
        return {"token", "query", "key_dim"};
    }
    if (name == "output") {
        return {"token", "query", "value_dim"};
    }
    if (name == "state" || name == "velocity" || name == "anchor") {
        return {"key_dim", "value_dim"};
    }
    if (name == "gram" || name == "inverse_gram") {
        return {"key_dim", "key_dim"};
    }
    if (name == "penalty") {
        return Json::array({"key_dim"});
    }
    if (tensor.shape.size() == 1) {
        return Json::array({"token"});
    }
    return {"token", name == "value" || name == "write" ? "value_dim" : "key_dim"};
}

Json texts_of(std::vector<Exact> const& entries) {
    Json texts = Json::array();
    for (Exact const& entry : entries) {
        texts.push_back(entry.text());
    }
    return texts;
}

/// What derivatives are of: <grad_output, output> + <grad_present_..., present_...>, with entries of 0. Their shapes are known without
/// an answer, which a problem of zeros may not have: a rule may divide by |k|^2.
std::vector<Tensor> gradients_given(Recipe const& recipe, std::vector<Tensor> const& problem) {
    auto const outputs = static_cast<std::size_t>(recipe.tokens) *
                         static_cast<std::size_t>(recipe.sizes.queries * recipe.sizes.value_dim);
    std::vector<Tensor> result{{.name = "grad_output",
                                .shape = {recipe.tokens, recipe.sizes.queries, recipe.sizes.value_dim},
                                .entries = std::vector<Exact>(outputs),
                                .part = Part::query}};
    for (Tensor const& tensor : problem) {
        if (tensor.part == Part::state) {  // past_...
            result.push_back({.name = "grad_present_" + tensor.name.substr(std::string("past_").size()),
                              .shape = tensor.shape,
                              .entries = std::vector<Exact>(tensor.entries.size()),
                              .part = Part::state});
        }
    }
    return result;
}

}  // namespace

std::string names_of_rules() {
    std::string names;
    std::string last;
    for (Model const& model : models()) {
        if (model.rule != last) {
            names += (names.empty() ? "" : ", ") + model.rule;
            last = model.rule;
        }
    }
    return names;
}

Model const& model_of(std::string const& rule, Sizes const& sizes) {
    std::string compiled;
    bool is_rule = false;
    for (Model const& model : models()) {
        if (model.rule != rule) {
            continue;
        }
        is_rule = true;
        if (model.sizes == sizes) {
            return model;
        }
        compiled += (compiled.empty() ? "" : ";") + text_of(model.sizes);
    }
    if (!is_rule) {
        throw std::runtime_error("there is no rule '" + rule + "', but " + names_of_rules());
    }
    throw std::runtime_error("key_dim/value_dim/queries of " + text_of(sizes) +
                             " are none of the sizes that this program was compiled for; configure it anew with: "
                             "cmake --preset release -D 'INCONTEXT_CONFORMANCE_SIZES=" +
                             compiled + ";" + text_of(sizes) +
                             "', and build again: cmake --build build/release --target conformance");
}

void compute_answers(Vector& vector) {
    Model const& model = model_of(vector.recipe.rule, vector.recipe.sizes);
    vector.answers.clear();
    for (Tensor& tensor : model.exact(vector.given)) {
        Answer& answer = vector.answers.emplace_back();
        answer.exact = std::move(tensor);
        answer.nearest = in_formats(answer.exact.entries);
    }
    for (std::size_t format = 0; format < format_count; ++format) {
        Bounds const bounds = model.bounds(vector.given, format);
        for (std::size_t i = 0; i < vector.answers.size(); ++i) {
            Answer& answer = vector.answers[i];
            for (std::size_t at = 0; at < bounds[i].size(); ++at) {
                double const nearest = answer.nearest[format][at];
                double tolerance = std::numeric_limits<double>::infinity();
                if (std::isfinite(nearest)) {
                    // What is nearest is not exact, and a kernel is compared with it.
                    Exact const rounding = (Exact::of_double(nearest) - answer.exact.entries[at]).magnitude();
                    tolerance = rounded_up((bounds[i][at] + rounding.to_double()) * (1 + 0x1p-40));
                }
                answer.tolerance[format].push_back(tolerance);
            }
        }
    }
}

Vector computed(Recipe const& recipe) {
    Model const& model = model_of(recipe.rule, recipe.sizes);
    Vector vector{.recipe = recipe, .given = model.problem(recipe.tokens)};
    Draws draws(recipe.seed);
    for (Tensor& tensor : vector.given) {
        draw(tensor, recipe, draws);
    }
    if (recipe.gradients) {
        for (Tensor& tensor : gradients_given(recipe, vector.given)) {
            for (Exact& entry : tensor.entries) {
                entry = draws.eighths();
            }
            vector.given.push_back(std::move(tensor));
        }
    }
    compute_answers(vector);
    return vector;
}

std::vector<double> scales_of(Tensor const& tensor) {
    std::vector<double> scales(tensor.entries.size());
    std::size_t const count = tensor.shape.empty() ? 1 : static_cast<std::size_t>(tensor.shape[0]);
    std::size_t const length = tensor.entries.size() / count;
    for (std::size_t first = 0; first < scales.size(); first += length) {
        double scale = 0;
        for (std::size_t i = first; i < first + length; ++i) {
            scale = std::max(scale, std::fabs(tensor.entries[i].to_double()));
        }
        std::fill_n(scales.begin() + static_cast<std::ptrdiff_t>(first), length, scale);
    }
    return scales;
}

std::vector<bool> told(Answer const& answer, std::size_t format) {
    std::vector<double> const scales = scales_of(answer.exact);
    std::vector<bool> result;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        double const tolerance = answer.tolerance[format][i];
        result.push_back(std::isfinite(tolerance) && tolerance <= largest_meaningful_tolerance * scales[i]);
    }
    return result;
}

std::string npz_of(Vector const& vector) {
    std::vector<incontext::StoredArray> arrays;
    for (Tensor const& tensor : vector.given) {
        if (is_rounded(tensor.name)) {
            arrays.push_back(of_formats(tensor.name, tensor.shape, in_formats(tensor.entries)));
        } else {
            arrays.push_back(
                stored(tensor.name, tensor.shape, nearest_of(tensor.entries, f32), incontext::StoredNumber::f32));
        }
        if (tensor.name == "gate") {
            arrays.push_back(of_formats("decay", tensor.shape, logarithms(tensor)));
        }
    }
    for (Answer const& answer : vector.answers) {
        arrays.push_back(of_formats(answer.exact.name, answer.exact.shape, answer.nearest));
        arrays.push_back(of_formats(answer.exact.name + ".tolerance", answer.exact.shape, answer.tolerance));
    }
    return incontext::npz_bytes(arrays);
}

std::string npz_of_answers(Answers const& answers, Format const& format) {
    std::vector<incontext::StoredArray> arrays;
    for (Tensor const& tensor : answers) {
        arrays.push_back(stored(tensor.name, tensor.shape, nearest_of(tensor.entries, format),
                                format.bits == 64 ? incontext::StoredNumber::f64 : incontext::StoredNumber::f32));
    }
    return incontext::npz_bytes(arrays);
}

std::string json_of(Vector const& vector) {
    Recipe const& recipe = vector.recipe;
    Json json{{"format", format_of_files},
              {"rule", recipe.rule},
              {"formula", model_of(recipe.rule, recipe.sizes).formula},
              {"key_dim", recipe.sizes.key_dim},
              {"value_dim", recipe.sizes.value_dim},
              {"queries", recipe.sizes.queries},
              {"tokens", recipe.tokens},
              {"chunk", recipe.chunk},
              {"layout", "C order; a state is the transpose of S: keys are rows"}};
    for (Format const& format : formats) {
        json["formats"].push_back(format.name);
    }
    for (Tensor const& tensor : vector.given) {
        json["axes"][tensor.name] = axes_of(tensor);
    }
    for (Answer const& answer : vector.answers) {
        json["axes"][answer.exact.name] = axes_of(answer.exact);
    }
    for (Tensor const& tensor : vector.given) {
        if (is_rounded(tensor.name)) {
            json["exact"][tensor.name] = texts_of(tensor.entries);
        }
    }
    for (Answer const& answer : vector.answers) {
        json["exact"][answer.exact.name] = texts_of(answer.exact.entries);
    }
    return tools::json_text(json);
}

std::string c_header_of(Vector const& vector) {
    std::string const name = vector.recipe.name;
    std::string text =
        "/* Written by incontext's conformance: " + vector.recipe.rule + ", " +
        model_of(vector.recipe.rule, vector.recipe.sizes).formula +
        ".\n * C order; a state is the transpose of S. f16 and bf16 are bits. Compare |yours - NAME_f32[i]| <= "
        "NAME_tolerance_f32[i]. */\n#include <math.h>\n#include <stdint.h>\n\n";
    auto const constant = [&](std::string const& of, int value) {
        text += "enum { " + name + "_" + of + " = " + std::to_string(value) + " };\n";
    };
    constant("key_dim", vector.recipe.sizes.key_dim);
    constant("value_dim", vector.recipe.sizes.value_dim);
    constant("queries", vector.recipe.sizes.queries);
    constant("tokens", vector.recipe.tokens);
    auto const array = [&](std::string const& type, std::string const& of, std::vector<std::string> const& entries) {
        text += "static const " + type + " " + name + "_" + of + "[" + std::to_string(entries.size()) + "] = {";
        for (std::size_t i = 0; i < entries.size(); ++i) {
            text += (i > 0 ? ", " : "") + entries[i];
        }
        text += "};\n";
    };
    auto const number = [](double x, char const* suffix) -> std::string {
        if (std::isinf(x)) {
            return x < 0 ? "-INFINITY" : "INFINITY";
        }
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, "%a%s", x, suffix);
        return buffer;
    };
    auto const numbers = [&](std::string const& of, std::vector<double> const& entries, bool is_wide) {
        std::vector<std::string> texts;
        for (double const x : entries) {
            texts.push_back(number(x, is_wide ? "" : "f"));
        }
        array(is_wide ? "double" : "float", of, texts);
    };
    auto const bits = [&](std::string const& of, std::vector<Exact> const& entries, Format const& format) {
        std::vector<std::string> texts;
        for (Exact const& entry : entries) {
            char buffer[32];
            std::snprintf(buffer, sizeof buffer, "0x%04x", static_cast<unsigned>(entry.rounded(format)));
            texts.emplace_back(buffer);
        }
        array("uint16_t", of, texts);
    };
    auto const in_all = [&](std::string const& of, std::vector<Exact> const& entries) {
        numbers(of + "_f64", nearest_of(entries, f64), true);
        numbers(of + "_f32", nearest_of(entries, f32), false);
        bits(of + "_f16", entries, f16);
        bits(of + "_bf16", entries, bf16);
    };
    for (Tensor const& tensor : vector.given) {
        in_all(tensor.name, tensor.entries);
        if (tensor.name == "gate") {
            auto const decays = logarithms(tensor);
            numbers("decay_f64", decays[0], true);
            numbers("decay_f32", decays[1], false);
        }
    }
    for (Answer const& answer : vector.answers) {
        in_all(answer.exact.name, answer.exact.entries);
        for (std::size_t format = 0; format < format_count; ++format) {
            numbers(answer.exact.name + "_tolerance_" + formats[format].name, answer.tolerance[format], true);
        }
    }
    return text;
}

Vector problem_in(std::string_view npz, std::string_view json_text) {
    auto const arrays = incontext::arrays_in_npz(npz);
    Json const json = tools::json_from_text(json_text);
    static_cast<void>(tools::whole_number_in(json, "format", format_of_files, format_of_files));
    auto const whole = [&](char const* name, int most) {
        return static_cast<int>(tools::whole_number_in(json, name, 1, most));
    };
    Vector vector;
    Recipe& recipe = vector.recipe;
    recipe.rule = tools::text_in(json, "rule");
    if (recipe.rule.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) {
        throw tools::JsonError("its 'rule' should be a name, not " + tools::beginning_of(recipe.rule));
    }
    recipe.sizes = {whole("key_dim", 99), whole("value_dim", 99), whole("queries", 99)};
    recipe.tokens = whole("tokens", 10'000);
    recipe.chunk = whole("chunk", 10'000);
    vector.given = model_of(recipe.rule, recipe.sizes).problem(recipe.tokens);
    Json const& exact = tools::object_in(json, "exact");
    recipe.gradients =
        std::any_of(arrays.begin(), arrays.end(), [](auto const& array) { return array.name == "grad_output"; });
    if (recipe.gradients) {
        for (Tensor& tensor : gradients_given(recipe, vector.given)) {
            vector.given.push_back(std::move(tensor));
        }
    }
    for (Tensor& tensor : vector.given) {
        std::vector<Exact> entries;
        if (is_rounded(tensor.name)) {
            for (Json const& text : tools::array_in(exact, tensor.name)) {
                entries.push_back(exact_in(text, tensor.name));
            }
        } else {
            for (double const number : incontext::numbers_of(incontext::array_named(arrays, tensor.name))) {
                entries.push_back(Exact::of_double(number));
            }
        }
        if (entries.size() != tensor.entries.size()) {
            throw tools::JsonError("its '" + tensor.name + "' has " + std::to_string(entries.size()) +
                                   " numbers and not " + std::to_string(tensor.entries.size()));
        }
        tensor.entries = std::move(entries);
    }
    return vector;
}

Vector vector_in(std::string const& npz_file) {
    std::filesystem::path const json_file = std::filesystem::path(npz_file).replace_extension(".json");
    auto const refuse = [&](std::string const& sentence) -> void {
        throw std::runtime_error("'" + npz_file + "': " + sentence);
    };
    std::string const bytes = tools::text_of_file(npz_file);
    std::string const json_text = tools::text_of_file(json_file);
    Vector vector;
    try {
        vector = problem_in(bytes, json_text);
    } catch (tools::JsonError const& error) {
        throw std::runtime_error("'" + json_file.string() + "': " + error.what());
    } catch (incontext::WeightsError const& error) {
        refuse(error.what());
    }
    vector.recipe.name = json_file.stem().string();
    try {
        compute_answers(vector);
    } catch (std::domain_error const&) {
        refuse("its problem divides by zero, so that it has no answers");
    }
    if (npz_of(vector) != bytes) {
        refuse(
            "its answers are not those that this program computes for its problem: the file was changed, or another "
            "version wrote it");
    }
    // As values: how the text is set out is nobody's fault.
    if (nlohmann::json(tools::json_from_text(json_of(vector))) != nlohmann::json(tools::json_from_text(json_text))) {
        throw std::runtime_error("'" + json_file.string() +
                                 "': its texts are not those that this program writes for its problem: the file was "
                                 "changed, or another version wrote it");
    }
    return vector;
}

std::vector<Recipe> committed_recipes() {
    std::vector<Recipe> recipes;
    auto const add = [&](Recipe recipe, std::string const& suffix = "") {
        recipe.name = recipe.rule + suffix;
        recipe.seed = static_cast<int>(recipes.size()) + 1;
        recipes.push_back(std::move(recipe));
    };
    std::string last;
    std::vector<std::string> rules;
    for (Model const& model : models()) {
        if (model.rule != last) {
            rules.push_back(model.rule);
            last = model.rule;
        }
    }
    auto const is_among = [](std::string const& rule, std::vector<std::string> const& names) {
        return std::find(names.begin(), names.end(), rule) != names.end();
    };
    // Every rule once, and with gates of exactly 0 and 1; what is about chunks and sizes with the rules that are in use.
    for (std::string const& rule : rules) {
        bool const is_main =
            is_among(rule, {"additive", "delta", "gated_delta", "channel_gated_delta", "least_squares"});
        bool const is_in_chunks = is_among(rule, {"delta", "gated_delta", "channel_gated_delta"});
        bool const is_gated = is_among(
            rule, {"gated_delta", "channel_gated_delta", "decoupled_delta", "low_rank", "ridge_memory", "momentum"});
        add({.rule = rule, .initial_state = true, .gradients = is_main});
        if (is_gated) {
            add({.rule = rule, .initial_state = true, .gates = {"1", "1/2", "0", "3/4"}}, "_gates_0_and_1");
        }
        if (is_main) {
            add({.rule = rule, .sizes = {3, 2, 2}, .initial_state = true}, "_grouped_queries");
        }
        for (int const tokens : {1, 3, 4}) {  // and 5: one, and around a chunk of four
            if (is_in_chunks) {
                add({.rule = rule, .tokens = tokens, .chunk = 4, .initial_state = true},
                    "_tokens_" + std::to_string(tokens));
            }
        }
        if (is_in_chunks) {
            add({.rule = rule, .tokens = 5, .chunk = 4}, "_from_zero");
        }
        if (is_in_chunks || rule == "least_squares") {
            add({.rule = rule, .initial_state = true, .keys = Keys::correlated, .betas = {"1", "1/2"}},
                "_correlated_keys");
        }
        if (rule == "gated_delta") {
            add({.rule = rule, .initial_state = true, .exponent = 15}, "_large");
        }
        if (is_among(rule, {"gated_delta", "channel_gated_delta"})) {
            add({.rule = rule, .initial_state = true, .exponent = -20}, "_tiny");
        }
    }
    return recipes;
}

}  // namespace conformance

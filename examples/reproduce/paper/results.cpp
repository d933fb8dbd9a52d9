// SPDX-License-Identifier: MIT
#include "paper/results.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "incontext/experiment/spectrum.hpp"
#include "tools/json_reader.hpp"
#include "tools/parts.hpp"
#include "tools/statistics.hpp"
#include "tools/text_file.hpp"

namespace paper {
namespace {

using Json = nlohmann::ordered_json;

Json::json_pointer pointer_to(std::string const& place) {
    return Json::json_pointer(place.starts_with('/') ? place : "/" + place);
}

double number_of(std::string_view field) {
    double value = std::numeric_limits<double>::quiet_NaN();
    auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    bool const is_number = error == std::errc() && end == field.data() + field.size();
    return is_number ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Ours ours_of(std::vector<double> const& values) {
    return {.mean = tools::mean(values),
            .deviation = tools::standard_deviation(values),
            .seeds = static_cast<int>(values.size())};
}

Ours never(double runs) {
    return {.mean = std::numeric_limits<double>::quiet_NaN(), .seeds = static_cast<int>(runs), .is_never = true};
}

Ours median_of(std::vector<double> const& values) {
    return {.mean = incontext::median(values),
            .median_of = static_cast<int>(values.size()),
            .worst = *std::max_element(values.begin(), values.end())};
}

Results::Results(std::filesystem::path directory)
    : directory_(std::move(directory)), record_(tools::json_from_text(tools::text_of_file(directory_ / "run.json"))) {}

Json const& Results::at(std::string const& place) const {
    auto const pointer = pointer_to(place);
    if (!record_.contains(pointer)) {
        throw std::runtime_error("'" + (directory_ / "run.json").string() + "' has no '" + place + "'");
    }
    return record_.at(pointer);
}

double Results::number(std::string const& place) const {
    Json const& value = at(place);
    if (value.is_boolean()) {
        return value.get<bool>() ? 1 : 0;
    }
    if (!value.is_number()) {
        throw std::runtime_error("'" + place + "' in '" + (directory_ / "run.json").string() + "' is no number");
    }
    return value.get<double>();
}

std::vector<double> Results::numbers(std::string const& place) const {
    Json const& list = at(place);
    if (!list.is_array() || list.empty() ||
        !std::all_of(list.begin(), list.end(), [](Json const& value) { return value.is_number(); })) {
        throw std::runtime_error("'" + place + "' in '" + (directory_ / "run.json").string() +
                                 "' is no list of numbers");
    }
    return list.get<std::vector<double>>();
}

std::vector<double> Results::of_runs(std::string const& place) const {
    auto const pointer = pointer_to(place);
    auto const runs = pointer.parent_pointer() / "runs" / pointer.back();
    if (record_.contains(runs) && record_.at(runs).is_array()) {
        return numbers(runs.to_string());
    }
    return {number(place)};
}

std::vector<double> Results::column(std::string const& file, std::string const& name) const {
    std::string const text = tools::text_of_file(directory_ / file);
    std::vector<double> values;
    std::size_t place = 0;
    bool is_head = true;
    for (std::string_view rest = text; !rest.empty();) {
        auto const end = rest.find('\n');
        auto const fields = tools::parts_of(rest.substr(0, end), ',');  // our tables quote no field
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (is_head) {
            place = static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
            if (place == fields.size()) {
                break;
            }
            is_head = false;
        } else {
            values.push_back(place < fields.size() ? number_of(fields[place]) : number_of(""));
        }
    }
    if (is_head) {
        throw std::runtime_error("'" + (directory_ / file).string() + "' has no column '" + name + "'");
    }
    return values;
}

Json parameters_of_results(Json const& record) {
    Json parameters = record.is_object() ? record.value("parameters", Json::object()) : Json::object();
    for (char const* name : {"out", "threads", "quiet", "resume", "checkpoint_every"}) {  // no number depends on these
        parameters.erase(name);
    }
    return parameters;
}

std::string Results::mismatch(std::string const& program, RunOfProgram const& run, std::string const& name) const {
    auto const& arguments = run.arguments;
    auto const text = [&](Json const& json, std::string const& member) {
        return json.is_object() && json.contains(member) && json[member].is_string() ? json[member].get<std::string>()
                                                                                     : "";
    };
    Json const parameters = record_.is_object() ? record_.value("parameters", Json::object()) : Json::object();
    if (text(record_, "program") != program) {
        return "its run.json is of the program '" + text(record_, "program") + "'";
    }
    if (std::filesystem::path(text(parameters, "out")).filename() != name) {
        return "its run.json is of a run in '" + text(parameters, "out") + "'";
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string key = arguments[i].substr(std::min<std::size_t>(2, arguments[i].size()));
        std::replace(key.begin(), key.end(), '-', '_');
        bool const has_value = i + 1 < arguments.size() && !arguments[i + 1].starts_with("--");
        std::string const wanted = has_value ? arguments[++i] : "true";
        if (!parameters.contains(key) || parameters[key].dump() != wanted) {
            return "its run.json is not of a run with --" + key + " " + wanted;
        }
    }
    // Where the arguments do not say it, as those of a full run with the program's defaults.
    bool const is_quick = std::find(arguments.begin(), arguments.end(), "--quick") != arguments.end();
    if (!parameters.contains("quick") || parameters["quick"] != is_quick) {
        return std::string("its run.json is not of a ") + (is_quick ? "quick" : "full") + " run";
    }
    if (!run.parameters.empty() && run.parameters != parameters_of_results(record_)) {
        return "its run.json has other parameters than the run that is known of";
    }
    return "";
}

}  // namespace paper

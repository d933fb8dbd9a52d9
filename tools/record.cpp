// SPDX-License-Identifier: MIT
#include "tools/record.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <stdexcept>
#include <thread>

#include "incontext/support/version.hpp"
#include "tools/csv.hpp"
#include "tools/machine.hpp"

// CMake knows these two and the compiler does not; a build without CMake still works.
#ifndef TOOLS_COMPILE_FLAGS
#define TOOLS_COMPILE_FLAGS "unknown"
#endif
#ifndef TOOLS_BUILD_TYPE
#define TOOLS_BUILD_TYPE "unknown"
#endif

namespace tools {
namespace {

std::string version() {
    return std::to_string(INCONTEXT_VERSION_MAJOR) + "." + std::to_string(INCONTEXT_VERSION_MINOR) + "." +
           std::to_string(INCONTEXT_VERSION_PATCH);
}

/// Like dump(4), but an array that holds no arrays or objects takes one line: the row of a matrix reads as a row.
void append(std::string& text, nlohmann::ordered_json const& json, std::string const& path, std::string const& indent) {
    if (json.is_number_float() && !std::isfinite(json.get<double>())) {
        throw std::runtime_error("the value of '" + path + "' is " + number_text(json.get<double>()) +
                                 ", which JSON cannot hold");
    }
    if (!json.is_structured() || json.empty()) {
        // A directory name need not be UTF-8, as JSON must be; that is no reason to lose the record of a run.
        text += json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        return;
    }
    bool const one_line = json.is_array() && std::none_of(json.begin(), json.end(),
                                                          [](auto const& element) { return element.is_structured(); });
    std::string const inner = indent + "    ";
    text += json.is_array() ? '[' : '{';
    for (bool first = true; auto const& [key, value] : json.items()) {
        text += first ? "" : one_line ? ", " : ",";
        if (!one_line) {
            text += '\n';
            text += inner;
        }
        if (!json.is_array()) {
            text += nlohmann::ordered_json(key).dump();
            text += ": ";
        }
        std::string path_of_value = path;
        path_of_value += '/';
        path_of_value += key;
        append(text, value, path_of_value, inner);
        first = false;
    }
    text += one_line ? "" : "\n" + indent;
    text += json.is_array() ? ']' : '}';
}

}  // namespace

int hardware_threads() {
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::string utc_now() {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);  // std::gmtime keeps its answer where other threads find it
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

nlohmann::ordered_json build() {
    return {{"version", version()},
            {"compiler", compiler_name()},
            {"flags", TOOLS_COMPILE_FLAGS},
            {"instructions", instruction_sets()}};
}

std::string build_line() {
    return "version " + version() + ", " + compiler_name() + ", " + TOOLS_COMPILE_FLAGS + " (" + instruction_sets() +
           ")";
}

nlohmann::ordered_json record_of_build(std::string const& program) {
    return {{"program", program},
            {"version", version()},
            {"date", utc_now()},
            {"compiler", compiler_name()},
            {"flags", TOOLS_COMPILE_FLAGS},
            {"instructions", instruction_sets()},
            {"build_type", TOOLS_BUILD_TYPE},
            {"hardware", {{"cpu", cpu_model()}, {"threads", hardware_threads()}}}};
}

std::string json_text(nlohmann::ordered_json const& json) {
    std::string text;
    append(text, json, "", "");
    return text + '\n';
}

}  // namespace tools

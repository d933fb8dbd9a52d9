// SPDX-License-Identifier: MIT
#include "measurements.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view two_threads = "_2_threads";

double in_seconds(double time, std::string const& unit) {
    for (auto const& [name, in_a_second] : {std::pair("ns", 1e9), {"us", 1e6}, {"ms", 1e3}, {"s", 1.0}}) {
        if (unit == name) {
            return time / in_a_second;
        }
    }
    throw std::runtime_error("its unit of time '" + unit + "' is none of ns, us, ms, s");
}

std::optional<double> counter(Json const& entry, char const* name) {
    auto const found = entry.find(name);
    return found != entry.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

/// nullopt: the name does not have three parts. Google Benchmark may add one, of how it measured: /real_time.
std::optional<Measurement> named(std::string const& name) {
    auto const first = name.find('/');
    auto const second = first == std::string::npos ? first : name.find('/', first + 1);
    if (second == std::string::npos) {
        return std::nullopt;
    }
    return Measurement{.work = name.substr(0, first),
                       .competitor = name.substr(first + 1, second - first - 1),
                       .size = name.substr(second + 1, name.find('/', second + 1) - second - 1)};
}

/// Which of its two times an entry is about: several threads take the clock's.
char const* time_of(Json const& entry) {
    auto const name = entry.at("run_name").get<std::string>();
    auto const of_name = named(name);
    bool const by_the_clock = entry.value("threads", 1) > 1 || name.ends_with("/real_time") ||
                              (of_name && of_name->competitor.ends_with(two_threads));
    return by_the_clock ? "real_time" : "cpu_time";
}

Measurement measured(Json const& entry, Measurement measurement) {
    measurement.seconds = in_seconds(entry.at(time_of(entry)).get<double>(), entry.value("time_unit", "ns"));
    measurement.tasks_per_second = counter(entry, "tasks_per_second");
    measurement.of_peak = counter(entry, "of_peak");
    measurement.of_floor = counter(entry, "of_floor");
    return measurement;
}

/// The entry of the median among those of one benchmark; of an even number of repetitions, the lower of the two.
Json const& median(std::vector<Json const*> entries) {
    for (Json const* entry : entries) {
        if (entry->value("aggregate_name", "") == "median") {
            return *entry;
        }
    }
    std::erase_if(entries, [](Json const* entry) { return entry->value("run_type", "") == "aggregate"; });
    if (entries.empty()) {
        throw std::runtime_error("a benchmark has neither a median nor repetitions");
    }
    std::sort(entries.begin(), entries.end(), [](Json const* left, Json const* right) {
        return left->at(time_of(*left)).get<double>() < right->at(time_of(*right)).get<double>();
    });
    return *entries[(entries.size() - 1) / 2];
}

ProgramRun run_of(std::filesystem::path const& file, Json const& context) {
    ProgramRun run{.program = file.stem().string(), .date = context.value("date", "")};
    if (auto const processors = context.find("num_cpus"); processors != context.end()) {
        run.processors = processors->dump();
    }
    run.cpu = context.value("cpu", "");
    run.compiler = context.value("compiler", "");
    run.flags = context.value("flags", "");
    if (auto const peak = context.find("fma_peak_float_GFlop/s"); peak != context.end()) {
        run.peak = peak->is_string() ? std::stod(peak->get<std::string>()) : peak->get<double>();
    }
    return run;
}

bool is_same_benchmark(Measurement const& left, Measurement const& right) {
    return left.work == right.work && left.competitor == right.competitor && left.size == right.size;
}

std::vector<std::string> add_entries(Json const& entries, std::vector<Measurement>& benchmarks) {
    std::vector<std::pair<std::string, std::vector<Json const*>>> groups;  // in the order in which they were measured
    for (Json const& entry : entries) {
        auto const name = entry.at("run_name").get<std::string>();
        auto group = std::find_if(groups.begin(), groups.end(), [&](auto const& known) { return known.first == name; });
        if (group == groups.end()) {
            group = groups.insert(group, {name, {}});
        }
        group->second.push_back(&entry);
    }
    std::vector<std::string> left_out;
    for (auto const& [name, group] : groups) {
        auto const measurement = named(name);
        bool const failed = std::any_of(group.begin(), group.end(),
                                        [](Json const* entry) { return entry->value("error_occurred", false); });
        if (failed) {
            left_out.push_back("'" + name + "' is left out: it failed");
        } else if (measurement) {
            std::erase_if(benchmarks, [&](auto const& known) { return is_same_benchmark(known, *measurement); });
            benchmarks.push_back(measured(median(group), *measurement));
        } else if (!name.starts_with("peak/")) {  // which every program measures again; see ProgramRun
            left_out.push_back("'" + name + "' is left out: its name is not work/competitor/size");
        }
    }
    return left_out;
}

}  // namespace

std::vector<std::string> add_measurements(std::filesystem::path const& file, Measurements& measurements) {
    std::string const skipped = "'" + file.string() + "' is skipped: ";
    std::ifstream stream(file);
    if (!stream) {
        throw std::runtime_error(skipped + "it cannot be read");
    }
    try {
        Json const record = Json::parse(stream);
        Measurements result = measurements;
        auto left_out = add_entries(record.at("benchmarks"), result.benchmarks);
        result.runs.push_back(run_of(file, record.at("context")));
        measurements = std::move(result);
        return left_out;
    } catch (Json::parse_error const&) {
        throw std::runtime_error(skipped + "it is not JSON, or not all of it");
    } catch (Json::exception const&) {
        throw std::runtime_error(skipped + "it is not what Google Benchmark writes");
    } catch (std::exception const& error) {
        throw std::runtime_error(skipped + error.what());
    }
}

std::string machine_text(Measurements const& measurements) {
    std::vector<std::string> parts;
    for (auto const part : {&ProgramRun::cpu, &ProgramRun::compiler, &ProgramRun::flags}) {
        for (ProgramRun const& run : measurements.runs) {
            std::string const& text = run.*part;
            if (!text.empty() && std::find(parts.begin(), parts.end(), text) == parts.end()) {
                parts.push_back(text);
            }
        }
    }
    std::string result;
    for (std::string const& part : parts) {
        result += (result.empty() ? "" : "; ") + part;
    }
    return result;
}

std::vector<Measurement> of_work(Measurements const& measurements, std::string_view work) {
    std::vector<Measurement> result;
    std::copy_if(measurements.benchmarks.begin(), measurements.benchmarks.end(), std::back_inserter(result),
                 [&](Measurement const& measurement) { return measurement.work == work; });
    return result;
}

std::optional<double> factor(Measurements const& measurements, Measurement const& competitor) {
    std::string const suffix(competitor.competitor.ends_with(two_threads) ? two_threads : "");
    for (char const* ours : {"incontext_lanes", "incontext_with_pass"}) {
        Measurement const wanted{.work = competitor.work, .competitor = ours + suffix, .size = competitor.size};
        for (Measurement const& measurement : measurements.benchmarks) {
            if (is_same_benchmark(measurement, wanted)) {
                return competitor.seconds / measurement.seconds;
            }
        }
    }
    return std::nullopt;
}

}  // namespace report

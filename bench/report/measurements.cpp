// SPDX-License-Identifier: MIT
#include "measurements.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view two_threads = "_2_threads";

/// The works that the report knows, in its order. A name that ends in _ stands for all that begin so.
struct KnownWork {
    std::string_view name;
    std::string_view description;
};

constexpr std::array known_works{
    KnownWork{"product_per_task", "2048 products n × n by n × n, both factors of the task's own."},
    KnownWork{"product_shared", "2048 products n × n by n × n, the left factor shared by all tasks."},
    KnownWork{"layer",
              "One layer on 2048 prompts of 11 tokens (10 of context, 1 query), all tokens; by token dimension."},
    KnownWork{"query_only", "The same layer, the query token alone."},
    KnownWork{"stack_", "The query token after a stack of layers of their own, 2048 prompts."},
    KnownWork{"training_step_", "One whole step of training on 2048 fresh tasks: draw, loss and gradient, clip, Adam."},
    KnownWork{"draw_tasks", "The part of a training step that draws 2048 tasks."},
    KnownWork{"loss_and_gradient_", "The part of a training step that computes loss and gradient of 2048 given tasks."},
    KnownWork{"update", "The part of a training step that clips the gradient and updates the weights."},
    KnownWork{"context_pass", "The pass over the context that makes its moments; by context length."},
    KnownWork{"context_pass_dimension", "The same for a context of 10,000; by token dimension."},
    KnownWork{"prediction", "One prediction by 5 layers; by context length."},
    KnownWork{"prediction_per_layer", "A prediction from moments; by number of layers."},
    KnownWork{"compile", "Compiling: seconds and memory of the compiler."},
};

auto known_work(std::string_view work) {
    return std::find_if(known_works.begin(), known_works.end(), [work](KnownWork const& known) {
        return known.name.ends_with('_') ? work.starts_with(known.name) : work == known.name;
    });
}

std::size_t rank_of(std::string_view work) {
    return static_cast<std::size_t>(known_work(work) - known_works.begin());
}

double in_seconds(double time, std::string const& unit) {
    static std::map<std::string, double> const in_a_second{{"ns", 1e9}, {"us", 1e6}, {"ms", 1e3}, {"s", 1}};
    auto const found = in_a_second.find(unit);
    if (found == in_a_second.end()) {
        throw std::runtime_error("its unit of time '" + unit + "' is none of ns, us, ms, s");
    }
    return time / found->second;
}

std::optional<double> counter(Json const& entry, char const* name) {
    auto const found = entry.find(name);
    return found != entry.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

/// Google Benchmark appends how it measured: layer/eigen_fixed/11/real_time.
std::string without_suffixes(std::string name) {
    for (bool found = true; found;) {
        found = false;
        auto const slash = name.rfind('/');
        std::string const last = slash == std::string::npos ? "" : name.substr(slash + 1);
        if (last == "real_time" || last == "process_time" || last == "manual_time" ||
            last.find(':') != std::string::npos) {
            name.erase(slash);
            found = true;
        }
    }
    return name;
}

/// nullopt: the name does not have three parts.
std::optional<Measurement> named(std::string const& run_name) {
    std::string const name = without_suffixes(run_name);
    auto const first = name.find('/');
    auto const second = first == std::string::npos ? first : name.find('/', first + 1);
    if (second == std::string::npos) {
        return std::nullopt;
    }
    return Measurement{.work = name.substr(0, first),
                       .competitor = name.substr(first + 1, second - first - 1),
                       .size = name.substr(second + 1)};
}

double seconds_of(Json const& entry, Measurement const& measurement) {
    bool const by_the_clock = entry.value("threads", 1) > 1 || measurement.work == "compile" ||
                              measurement.competitor.find("_threads") != std::string::npos ||
                              entry.at("run_name").get<std::string>().find("/real_time") != std::string::npos;
    return in_seconds(entry.at(by_the_clock ? "real_time" : "cpu_time").get<double>(), entry.value("time_unit", "ns"));
}

Measurement measured(Json const& entry, Measurement measurement) {
    measurement.seconds = seconds_of(entry, measurement);
    measurement.tasks_per_second = counter(entry, "tasks_per_second");
    measurement.gigaflops = counter(entry, "GFlop/s");
    measurement.of_peak = counter(entry, "of_peak");
    measurement.megabytes = counter(entry, "peak_memory_MB");
    return measurement;
}

/// The entry of the median among those of one benchmark.
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
        return left->at("real_time").get<double>() < right->at("real_time").get<double>();
    });
    return *entries[(entries.size() - 1) / 2];
}

ProgramRun run_of(std::filesystem::path const& file, Json const& context) {
    ProgramRun run{.program = file.stem().string(), .date = context.value("date", "")};
    if (auto const processors = context.find("num_cpus"); processors != context.end()) {
        run.processors = processors->dump();
    }
    if (auto const peak = context.find("fma_peak_float_GFlop/s"); peak != context.end()) {
        run.peak = peak->is_string() ? std::stod(peak->get<std::string>()) : peak->get<double>();
    }
    return run;
}

void add(std::vector<Measurement>& benchmarks, Measurement const& measurement) {
    auto const is_same = [&](Measurement const& known) {
        return known.work == measurement.work && known.competitor == measurement.competitor &&
               known.size == measurement.size;
    };
    auto const place = std::find_if(benchmarks.begin(), benchmarks.end(), is_same);
    if (place == benchmarks.end()) {
        benchmarks.push_back(measurement);
    } else {
        *place = measurement;
    }
}

/// The entries of every benchmark, in the order in which they were measured.
std::vector<std::vector<Json const*>> by_benchmark(Json const& entries) {
    std::vector<std::vector<Json const*>> groups;
    std::map<std::string, std::size_t> place_of;
    for (Json const& entry : entries) {
        auto const [place, is_new] = place_of.try_emplace(entry.at("run_name").get<std::string>(), groups.size());
        if (is_new) {
            groups.emplace_back();
        }
        groups[place->second].push_back(&entry);
    }
    return groups;
}

std::vector<std::string> add_entries(Json const& entries, std::vector<Measurement>& benchmarks) {
    std::vector<std::string> left_out;
    for (auto const& group : by_benchmark(entries)) {
        auto const name = group.front()->at("run_name").get<std::string>();
        auto const measurement = named(name);
        bool const failed = std::any_of(group.begin(), group.end(),
                                        [](Json const* entry) { return entry->value("error_occurred", false); });
        if (failed) {
            left_out.push_back("'" + name + "' is left out: it failed");
        } else if (measurement) {
            add(benchmarks, measured(median(group), *measurement));
        } else if (!name.starts_with("peak/")) {  // which every program measures again; see ProgramRun
            left_out.push_back("'" + name + "' is left out: its name is not work/competitor/size");
        }
    }
    return left_out;
}

}  // namespace

std::vector<std::string> add_measurements(std::filesystem::path const& file, Measurements& measurements) {
    std::ifstream stream(file);
    if (!stream) {
        throw std::runtime_error("'" + file.string() + "' is skipped: it cannot be read");
    }
    try {
        Json const record = Json::parse(stream);
        Measurements result = measurements;
        auto left_out = add_entries(record.at("benchmarks"), result.benchmarks);
        result.runs.push_back(run_of(file, record.at("context")));
        measurements = std::move(result);
        return left_out;
    } catch (Json::parse_error const&) {
        throw std::runtime_error("'" + file.string() + "' is skipped: it is not JSON, or not all of it");
    } catch (Json::exception const&) {
        throw std::runtime_error("'" + file.string() + "' is skipped: it is not what Google Benchmark writes");
    } catch (std::exception const& error) {
        throw std::runtime_error("'" + file.string() + "' is skipped: " + error.what());
    }
}

std::optional<double> number_at_end(std::string_view text) {
    auto const last_other = text.find_last_not_of("0123456789");
    std::string_view const digits = text.substr(last_other == std::string_view::npos ? 0 : last_other + 1);
    double number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && !digits.empty() ? std::optional(number) : std::nullopt;
}

bool comes_before(std::string_view left, std::string_view right) {
    auto const left_number = number_at_end(left);
    auto const right_number = number_at_end(right);
    auto const beginning = [](std::string_view text) {
        return text.substr(0, text.find_last_not_of("0123456789") + 1);
    };
    if (left_number && right_number && beginning(left) == beginning(right)) {
        return *left_number < *right_number;
    }
    return left < right;
}

std::vector<std::string> works(Measurements const& measurements) {
    std::vector<std::string> names;
    for (Measurement const& measurement : measurements.benchmarks) {
        if (std::find(names.begin(), names.end(), measurement.work) == names.end()) {
            names.push_back(measurement.work);
        }
    }
    std::stable_sort(names.begin(), names.end(), [](std::string const& left, std::string const& right) {
        auto const left_rank = rank_of(left);
        auto const right_rank = rank_of(right);
        return left_rank != right_rank ? left_rank < right_rank
                                       : left_rank < known_works.size() && comes_before(left, right);
    });
    return names;
}

std::string_view description(std::string_view work) {
    auto const known = known_work(work);
    return known == known_works.end() ? "" : known->description;
}

Measurement const* find(Measurements const& measurements, std::string_view work, std::string_view competitor,
                        std::string_view size) {
    for (Measurement const& measurement : measurements.benchmarks) {
        if (measurement.work == work && measurement.competitor == competitor && measurement.size == size) {
            return &measurement;
        }
    }
    return nullptr;
}

Measurement const* reference(Measurements const& measurements, Measurement const& competitor) {
    std::string const suffix(competitor.competitor.ends_with(two_threads) ? two_threads : "");
    for (char const* ours : {"incontext_lanes", "incontext_with_pass", "incontext_moments"}) {
        if (auto const* found = find(measurements, competitor.work, ours + suffix, competitor.size)) {
            return found;
        }
    }
    return nullptr;
}

}  // namespace report

// SPDX-License-Identifier: MIT
/// @file
/// What the benchmarks share: the machine's peak, rates as shares of it, refusal of wrong results, a line for each.
///
/// Benchmarks are named work/competitor/size, e.g. layer/eigen_fixed/11.
///
/// Each program measures its own peak before anything else, so that a result reads as a share of what this machine,
/// this compiler and these flags can do, and not as a number of another day.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "incontext/number/lanes.hpp"
#include "incontext/task/keys.hpp"
#include "tools/machine.hpp"

// CMake knows the flags; a build without it still works.
#ifndef INCONTEXT_BENCH_FLAGS
#define INCONTEXT_BENCH_FLAGS "unknown"
#endif

namespace bench {

/// Ends the program with a sentence: the time of a wrong result is worth nothing.
inline void require(bool holds, std::string const& sentence) {
    if (!holds) {
        std::fprintf(stderr, "benchmark: %s\n", sentence.c_str());
        std::exit(1);
    }
}

/// A number for a sentence.
[[nodiscard]] inline std::string text(double number) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.9g", number);
    return digits;
}

/// Seconds of the shortest of several calls, so that other programs on the machine do not count.
template <class Body>
[[nodiscard]] double shortest_of(int calls, Body const& body) {
    using Clock = std::chrono::steady_clock;
    double shortest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < calls; ++i) {
        auto const start = Clock::now();
        body();
        shortest = std::min(shortest, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return shortest;
}

/// Flops per second of fused multiply-adds in float on registers alone, on one thread; a multiply-add counts two flops.
/// Measured once.
[[nodiscard]] inline double peak();

/// Random words of 32 bits that one thread draws in a second, if it does nothing else: threefry in the lanes of a
/// register (task/keys.hpp). Measured once.
[[nodiscard]] inline double words_per_second();

/// Seconds in which one thread reads so many bytes from one array and writes so many to another, and does nothing else.
/// Measured once for each pair: what fits a cache is read from it.
[[nodiscard]] inline double seconds_to_move(double read, double written);

/// What one iteration does.
struct Work {
    double tasks = 0;
    double flops = 0;    // of the formulation that is timed
    double bytes = 0;    // that are read from memory
    double written = 0;  // bytes that are written to it
    double words = 0;    // random words of 32 bits that are drawn
    int threads = 1;
};

/// The floor: seconds below which this machine cannot do a work. Its multiply-adds and its random words go through the
/// same units, one after the other; what is read and written moves meanwhile. Threads share the former.
///
/// Each part was measured in this run. What has no flops, bytes or words has no floor: 0.
[[nodiscard]] inline double floor_of(Work const& work) {
    double const computed =
        (work.flops / peak() + (work.words > 0 ? work.words / words_per_second() : 0)) / work.threads;
    double const moved = work.bytes + work.written > 0 ? seconds_to_move(work.bytes, work.written) : 0;
    return std::max(computed, moved);
}

/// Times body(). Its inputs and results must be in memory that benchmark::DoNotOptimize has seen.
///
/// Counters: tasks_per_second, GFlop/s, of_peak (of as many threads as work), GB/s, of_floor (the floor by the time, so that
/// the time is 1 / of_floor times the floor). They divide by CPU time, or by real time where the benchmark is registered with
/// UseRealTime().
template <class Body>
void time(benchmark::State& state, Work const& work, Body const& body);

/// Registers function(state, name, arguments...) under the name work/competitor/size.
template <class Function, class... Arguments>
benchmark::internal::Benchmark* add(std::string const& work, std::string const& competitor, int size, Function function,
                                    Arguments... arguments) {
    std::string const name = work + "/" + competitor + "/" + std::to_string(size);
    return benchmark::RegisterBenchmark(name.c_str(),
                                        [=](benchmark::State& state) { function(state, name, arguments...); });
}

/// The main function: peak, benchmarks, a line for each. Takes the options of Google Benchmark; unless told otherwise it
/// repeats every benchmark nine times, a tenth of a second each, and shows the medians.
inline int run(int argc, char** argv);

// ------------------------------------------------------------------------------------------------------- details ----

namespace peaks {

/// One register of the target.
using Register = incontext::Lanes<float, incontext::native_float_lanes>;

constexpr int independent_sums = 12;  // more than latency times throughput; with factor and term they fit 16 registers
constexpr int rounds = 20000;
constexpr double flops_of_a_burst = 2.0 * independent_sums * rounds * Register::lane_count;

/// sum <- sum * factor + term, for sums that do not wait for each other. Written in one expression on the plain vector
/// type, because clang fuses nothing across function calls.
template <int... Sum>
[[gnu::noinline]] Register burst(Register const& factor, Register const& term, std::integer_sequence<int, Sum...>) {
    Register::Pack const a = factor.pack;
    Register::Pack const b = term.pack;
    Register::Pack sums[]{b * float(Sum)...};  // all different, or the compiler keeps one of them
    for (int round = 0; round < rounds; ++round) {
        ((sums[Sum] = sums[Sum] * a + b), ...);
    }
    Register total(0);
    ((total.pack += sums[Sum]), ...);
    return total;
}

inline void one_burst() {
    Register factor(0.5f);  // the sums tend to 2: nothing overflows or becomes denormal
    Register term(1.0f);
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    auto total = burst(factor, term, std::make_integer_sequence<int, independent_sums>{});
    benchmark::DoNotOptimize(total);
}

}  // namespace peaks

inline double peak() {
    static double const flops_per_second = peaks::flops_of_a_burst / shortest_of(2000, peaks::one_burst);
    return flops_per_second;
}

inline double words_per_second() {
    static double const measured = [] {
        constexpr int at_once = 64;
        constexpr int draws = 256;
        constexpr int lanes = incontext::native_float_lanes;
        auto key = incontext::key_of_seed<lanes>(1);
        auto const draw = [&] {
            benchmark::DoNotOptimize(key);
            auto sum = key;
            for (int i = 0; i < draws; ++i) {
                incontext::for_each_random_word<at_once>(key,
                                                         [&](int, auto const& word) { sum.first = sum.first ^ word; });
            }
            benchmark::DoNotOptimize(sum);
        };
        return double{at_once} * draws * lanes / shortest_of(500, draw);
    }();
    return measured;
}

inline double seconds_to_move(double read, double written) {
    static std::map<std::pair<double, double>, double> known;
    auto const [found, is_new] = known.emplace(std::pair(read, written), 0);
    if (is_new) {
        using peaks::Register;
        std::vector<Register> from(static_cast<std::size_t>(read) / sizeof(Register) / 4 * 4, Register(1));
        std::vector<Register> to(static_cast<std::size_t>(written) / sizeof(Register), Register(1));
        std::size_t const copied = std::min(from.size(), to.size()) / 4 * 4;
        int const calls = std::clamp(static_cast<int>(4e8 / (read + written)), 5, 2000);
        auto const move = [&] {
            Register::Pack sums[4]{};
            for (std::size_t i = 0; i < copied; ++i) {
                to[i].pack = from[i].pack * 0.5f;
            }
            for (std::size_t i = copied; i < from.size(); i += 4) {
                for (std::size_t k = 0; k < 4; ++k) {
                    sums[k] += from[i + k].pack;
                }
            }
            for (std::size_t i = copied; i < to.size(); ++i) {
                to[i].pack = sums[0];
            }
            benchmark::DoNotOptimize(sums);
            benchmark::ClobberMemory();
        };
        // Few bytes several times, so that what is timed is long beside the clock, which takes 15 ns.
        int const times = std::max(1, static_cast<int>(1e5 / (read + written)));
        auto const move_several_times = [&] {
            for (int time = 0; time < times; ++time) {
                move();
            }
        };
        found->second = shortest_of(calls, move_several_times) / times;
    }
    return found->second;
}

template <class Body>
void time(benchmark::State& state, Work const& work, Body const& body) {
    for (auto _ : state) {
        body();
        benchmark::ClobberMemory();
    }
    auto const rate = [&](char const* name, double of_an_iteration) {
        if (of_an_iteration > 0) {
            state.counters[name] = benchmark::Counter(of_an_iteration, benchmark::Counter::kIsIterationInvariantRate);
        }
    };
    rate("tasks_per_second", work.tasks);
    rate("GFlop/s", work.flops / 1e9);
    rate("of_peak", work.flops / (work.threads * peak()));
    rate("GB/s", (work.bytes + work.written) / 1e9);
    rate("of_floor", floor_of(work));
}

/// One line per benchmark. The raw numbers are in the file of --benchmark_out, side by side in the report.
class Lines : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(Context const& context) override {
        PrintBasicContext(&GetErrorStream(), context);
        std::printf("%-58s %14s %14s %9s %9s %8s %8s\n", "", "time", "tasks/s", "GFlop/s", "of peak", "GB/s",
                    "x floor");
        return true;
    }

    void ReportRuns(std::vector<Run> const& runs) override {
        for (Run const& run : runs) {
            if (run.repetitions > 1 ? run.aggregate_name == "median" : run.run_type == Run::RT_Iteration) {
                print(run, runs.front().report_label);  // an aggregate has no label of its own
            }
        }
        std::fflush(stdout);
    }

  private:
    static void print(Run const& run, std::string const& label) {
        bool const in_real_time = run.run_name.time_type == "real_time";
        double const seconds = (in_real_time ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime()) /
                               benchmark::GetTimeUnitMultiplier(run.time_unit);
        std::printf("%-58s %11.1f us", run.run_name.function_name.c_str(), 1e6 * seconds);
        print_counter(run, "tasks_per_second", 1e-6, " %12.3f M");
        print_counter(run, "GFlop/s", 1, " %9.1f");
        print_counter(run, "of_peak", 100, " %7.1f %%");
        print_counter(run, "GB/s", 1, " %8.1f");
        auto const of_floor = run.counters.find("of_floor");
        if (of_floor != run.counters.end()) {
            std::printf(" %8.2f", 1 / of_floor->second.value);
        } else {
            std::printf(" %8s", "");
        }
        std::printf("  %s\n", label.c_str());
    }

    /// A blank of the same width where there is none.
    static void print_counter(Run const& run, char const* name, double factor, char const* format) {
        auto const found = run.counters.find(name);
        if (found != run.counters.end()) {
            std::printf(format, factor * found->second.value);
        } else {
            std::printf("%*s", std::snprintf(nullptr, 0, format, 0.0), "");
        }
    }
};

inline int run(int argc, char** argv) {
    // First, so that the user's own come later and count.
    std::string own[]{"--benchmark_repetitions=9", "--benchmark_min_time=0.1"};
    std::vector<char*> arguments(argv, argv + argc);
    arguments.insert(arguments.begin() + 1, {own[0].data(), own[1].data()});
    int count = static_cast<int>(arguments.size());
    arguments.push_back(nullptr);

    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
        return 2;
    }
    benchmark::AddCustomContext("cpu", tools::cpu_model());
    benchmark::AddCustomContext("compiler", tools::compiler_name());
    benchmark::AddCustomContext("flags", INCONTEXT_BENCH_FLAGS);
    benchmark::AddCustomContext("fma_peak_float_GFlop/s", std::to_string(peak() / 1e9));
    benchmark::AddCustomContext("random_words_M/s", std::to_string(words_per_second() / 1e6));
    // The peak once more: how far it is below 100 % is how much the machine was disturbed.
    benchmark::RegisterBenchmark("peak/float", [](benchmark::State& state) {
        time(state, {.flops = peaks::flops_of_a_burst}, peaks::one_burst);
    });
    Lines lines;
    benchmark::RunSpecifiedBenchmarks(&lines);
    benchmark::Shutdown();
    return 0;
}

}  // namespace bench

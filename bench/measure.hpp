// SPDX-License-Identifier: MIT
/// @file
/// What the benchmarks share: the machine's peak, rates as shares of it, refusal of wrong results, the table.
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
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "incontext/number/lanes.hpp"

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

/// Flops per second of fused multiply-adds on registers alone, on one thread; a multiply-add counts two flops.
///
/// The best of many short bursts, so that other programs on the machine do not lower it. Measured once per number type.
template <class Number>
[[nodiscard]] double peak();

/// What one iteration does.
struct Work {
    double tasks;
    double flops = 0;  // of the formulation that is timed; 0 where the arithmetic is not floating
    int threads = 1;
};

/// Times body(). Its inputs and results must be in memory that benchmark::DoNotOptimize has seen.
///
/// Counters: tasks_per_second, GFlop/s, of_peak (of as many threads as work). They divide by CPU time, or by real time
/// where the benchmark is registered with UseRealTime().
template <class Number, class Body>
void time(benchmark::State& state, Work const& work, Body const& body);

/// Registers function(state, name, arguments...) under that name.
template <class Function, class... Arguments>
benchmark::internal::Benchmark* add(std::string const& name, Function function, Arguments... arguments) {
    return benchmark::RegisterBenchmark(name.c_str(),
                                        [=](benchmark::State& state) { function(state, name, arguments...); });
}

/// A name as the report reads it.
[[nodiscard]] inline std::string name_of(std::string const& work, std::string const& competitor, int size) {
    return work + "/" + competitor + "/" + std::to_string(size);
}

/// The main function: peak, benchmarks, table. Takes the options of Google Benchmark; unless told otherwise it repeats
/// every benchmark nine times, a tenth of a second each, and shows the medians.
inline int run(int argc, char** argv);

// ------------------------------------------------------------------------------------------------------- details ----

namespace peaks {

/// One register of the target.
template <class Number>
using Register = incontext::Lanes<Number, incontext::native_float_lanes * 4 / static_cast<int>(sizeof(Number))>;

constexpr int independent_sums = 12;  // more than latency times throughput; with factor and term they fit 16 registers
constexpr int rounds = 20000;

template <class Number>
constexpr double flops_of_a_burst = 2.0 * independent_sums* rounds* Register<Number>::lane_count;

/// sum <- sum * factor + term, for sums that do not wait for each other. Written in one expression on the plain vector
/// type, because clang fuses nothing across function calls.
template <class Number, int... Sum>
[[gnu::noinline]] Register<Number> burst(Register<Number> const& factor, Register<Number> const& term,
                                         std::integer_sequence<int, Sum...>) {
    typename Register<Number>::Pack const a = factor.pack;
    typename Register<Number>::Pack const b = term.pack;
    typename Register<Number>::Pack sums[]{b * Number(Sum)...};  // all different, or the compiler keeps one of them
    for (int round = 0; round < rounds; ++round) {
        ((sums[Sum] = sums[Sum] * a + b), ...);
    }
    Register<Number> total(0);
    ((total.pack += sums[Sum]), ...);
    return total;
}

template <class Number>
void one_burst() {
    Register<Number> factor(Number(0.5));  // the sums tend to 2: nothing overflows or becomes denormal
    Register<Number> term(Number(1));
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    auto total = burst<Number>(factor, term, std::make_integer_sequence<int, independent_sums>{});
    benchmark::DoNotOptimize(total);
}

/// The peak once more, as a row of the table: how far it is below 100 % is how much the machine was disturbed.
template <class Number>
void benchmark_of_peak(benchmark::State& state, std::string const& /*name*/) {
    time<Number>(state, {.tasks = 0, .flops = flops_of_a_burst<Number>}, [] { one_burst<Number>(); });
}

}  // namespace peaks

template <class Number>
double peak() {
    static double const flops_per_second = [] {
        using Clock = std::chrono::steady_clock;
        double shortest = 1e9;
        for (int i = 0; i < 2000; ++i) {
            auto const start = Clock::now();
            peaks::one_burst<Number>();
            shortest = std::min(shortest, std::chrono::duration<double>(Clock::now() - start).count());
        }
        return peaks::flops_of_a_burst<Number> / shortest;
    }();
    return flops_per_second;
}

template <class Number, class Body>
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
    rate("of_peak", work.flops / (work.threads * peak<Number>()));
}

/// The parts of a benchmark's name: work/competitor/size. A name of two parts has no size.
struct NameParts {
    std::string work;
    std::string competitor;
    std::string size;

    explicit NameParts(std::string const& name)
        : work(name.substr(0, name.find('/'))), competitor(name, std::min(work.size() + 1, name.size())) {
        if (auto const slash = competitor.rfind('/'); slash != std::string::npos) {
            size = competitor.substr(slash + 1);
            competitor.resize(slash);
        }
    }
    [[nodiscard]] std::string heading() const { return size.empty() ? work : work + ", " + size; }
};

/// One line per benchmark, under a heading for each work and size. The raw numbers are in the file of --benchmark_out.
///
/// The last column is the time as a multiple of the time of incontext_lanes, where that competes in the same work and
/// size and came before.
class Table : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(Context const& context) override {
        PrintBasicContext(&GetErrorStream(), context);
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
    void print(Run const& run, std::string const& label) {
        NameParts const name(run.run_name.function_name);
        if (name.heading() != heading_) {
            heading_ = name.heading();
            seconds_of_lanes_ = 0;
            std::printf("\n%-36s %14s %14s %9s %9s %11s\n", heading_.c_str(), "time", "tasks/s", "GFlop/s", "of peak",
                        "of ours");
        }
        bool const in_real_time = run.run_name.time_type == "real_time";
        double const seconds = (in_real_time ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime()) /
                               benchmark::GetTimeUnitMultiplier(run.time_unit);
        if (name.competitor == "incontext_lanes") {
            seconds_of_lanes_ = seconds;
        }
        std::printf("  %-34s %11.1f us", name.competitor.c_str(), 1e6 * seconds);
        print_number(" %12.3f M", 1e-6 * counter(run, "tasks_per_second"));
        print_number(" %9.1f", counter(run, "GFlop/s"));
        print_number(" %7.1f %%", 100 * counter(run, "of_peak"));
        print_number(" %9.2f x", seconds_of_lanes_ > 0 ? seconds / seconds_of_lanes_ : 0);
        std::printf("%s%s\n", label.empty() ? "" : "  ", label.c_str());
    }

    /// 0 if there is none.
    static double counter(Run const& run, char const* name) {
        auto const found = run.counters.find(name);
        return found != run.counters.end() ? found->second.value : 0;
    }

    /// A blank of the same width instead of 0.
    static void print_number(char const* format, double number) {
        if (number > 0) {
            std::printf(format, number);
        } else {
            std::printf("%*s", std::snprintf(nullptr, 0, format, 0.0), "");
        }
    }

    std::string heading_;
    double seconds_of_lanes_ = 0;
};

inline int run(int argc, char** argv) {
    // First, so that the user's own come later and count.
    std::string own[]{"--benchmark_repetitions=9", "--benchmark_min_time=0.1"};
    std::vector<char*> arguments(argv, argv + argc);
    arguments.insert(arguments.begin() + 1, {own[0].data(), own[1].data()});
    int count = static_cast<int>(arguments.size());
    arguments.push_back(nullptr);
    bool const own_format = std::any_of(argv, argv + argc, [](char const* argument) {
        return std::string_view(argument).starts_with("--benchmark_format");
    });

    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
        return 2;
    }
    benchmark::AddCustomContext("fma_peak_float_GFlop/s", std::to_string(peak<float>() / 1e9));
    benchmark::AddCustomContext("fma_peak_double_GFlop/s", std::to_string(peak<double>() / 1e9));
    add("peak/float", peaks::benchmark_of_peak<float>);
    add("peak/double", peaks::benchmark_of_peak<double>);

    Table table;
    if (own_format) {
        benchmark::RunSpecifiedBenchmarks();
    } else {
        benchmark::RunSpecifiedBenchmarks(&table);
    }
    benchmark::Shutdown();
    return 0;
}

}  // namespace bench

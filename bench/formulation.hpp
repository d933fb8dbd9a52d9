// SPDX-License-Identifier: MIT
/// @file
/// The same work in several formulations: each is checked before it is timed, and takes part under a competitor's name.
///
///     product_per_task/libxsmm/11        work/competitor/size
///
/// A formulation keeps its own copy of the input, in the layout that suits it, and its own results. So nobody pays for
/// another's layout, and a check compares numbers, not memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include "measure.hpp"
#include "plain_eigen.hpp"
#include "whole_numbers.hpp"

namespace bench {

/// Tasks that every work is done on, unless said otherwise.
inline constexpr int batch = 2048;

/// A way to do a work on all tasks of the batch.
///
///     formulation()                         does it once
///     formulation.result(task, row, col)    the number there, of whatever family
///     formulation.flops()                   of one task, as it is formulated: multiplications and additions; 0 where the
///                                           arithmetic is not floating
///
/// and, where there is something to say,
///
///     formulation.label()                   which of several ways it goes
///     F::missing()                          why it cannot run here; empty if it can
template <class F>
concept Formulation = std::default_initializable<F> && requires(F formulation, F const& done, int index) {
    formulation();
    done.result(index, index, index);
    { done.flops() } -> std::convertible_to<double>;
};

/// What a work must yield: the numbers of all tasks side by side, and how far each may be off. No bounds: not at all.
struct Expected {
    Dynamic<double> values;  // [rows x cols batch]
    Dynamic<double> bounds = {};

    [[nodiscard]] Eigen::Index cols() const { return values.cols() / batch; }

    /// Ends the program unless the formulation has yielded this.
    template <Formulation F>
    void check(std::string const& name, F const& done) const;
};

/// Of several formulations the one that is fastest on this machine, chosen once by the shortest of some runs.
template <Formulation... Candidates>
class Fastest;

/// Registers a formulation as work/competitor/size, unless what it needs is missing: then a line says so.
///
/// expected: a function that yields what to compare with; it is called when the benchmark runs.
template <Formulation F>
void add_formulation(std::string const& work, std::string const& competitor, int size, Expected const& (*expected)());

// ------------------------------------------------------------------------------------------------------- details ----

template <std::floating_point Number>
[[nodiscard]] double distance(Number actual, double expected) {
    return std::abs(static_cast<double>(actual) - expected);
}
[[nodiscard]] inline double distance(Modular const& actual, double expected) {
    return equals(actual, expected) ? 0 : std::numeric_limits<double>::infinity();
}

template <Formulation F>
void Expected::check(std::string const& name, F const& done) const {
    for (int task = 0; task < batch; ++task) {
        for (int col = 0; col < cols(); ++col) {
            for (int row = 0; row < values.rows(); ++row) {
                auto const at = task * cols() + col;
                double const bound = bounds.size() > 0 ? bounds(row, at) : 0;
                require(distance(done.result(task, row, col), values(row, at)) <= bound,  // false for NaN
                        name + " does not compute " + text(values(row, at)) + ", as double does, in task " +
                            std::to_string(task) + ", column " + std::to_string(col) + ", row " + std::to_string(row) +
                            (bound > 0 ? ": rounding explains " + text(bound) + " at most" : ""));
            }
        }
    }
}

template <Formulation F>
[[nodiscard]] std::string label_of(F const& formulation) {
    if constexpr (requires { formulation.label(); }) {
        return formulation.label();
    } else {
        return "";
    }
}

template <Formulation F>
[[nodiscard]] std::string missing_for() {
    if constexpr (requires { F::missing(); }) {
        return F::missing();
    } else {
        return "";
    }
}

template <Formulation... Candidates>
class Fastest {
  public:
    Fastest() {
        static std::size_t const fastest = fastest_candidate(std::index_sequence_for<Candidates...>());
        make(fastest, std::index_sequence_for<Candidates...>());
    }

    void operator()() {
        std::visit([](auto& formulation) { (*formulation)(); }, chosen_);
    }
    [[nodiscard]] auto result(int task, int row, int col) const {
        return std::visit([&](auto const& formulation) { return formulation->result(task, row, col); }, chosen_);
    }
    [[nodiscard]] double flops() const {
        return std::visit([](auto const& formulation) { return formulation->flops(); }, chosen_);
    }
    [[nodiscard]] std::string label() const {
        return std::visit([](auto const& formulation) { return label_of(*formulation); }, chosen_);
    }
    [[nodiscard]] static std::string missing() {
        return missing_for<std::tuple_element_t<0, std::tuple<Candidates...>>>();
    }

  private:
    template <std::size_t... Index>
    void make(std::size_t index, std::index_sequence<Index...>) {
        ((index == Index ? void(chosen_.template emplace<Index>(std::make_unique<Candidates>())) : void()), ...);
    }

    template <std::size_t... Index>
    static std::size_t fastest_candidate(std::index_sequence<Index...>) {
        double shortest = std::numeric_limits<double>::infinity();
        std::size_t fastest = 0;
        auto const compare = [&](std::size_t index, double seconds) {
            if (seconds < shortest) {
                shortest = seconds;
                fastest = index;
            }
        };
        (compare(Index, shortest_run<Candidates>()), ...);
        return fastest;
    }

    /// In seconds, of as many runs as fit a fiftieth of a second, but five at least.
    template <Formulation F>
    static double shortest_run() {
        using Clock = std::chrono::steady_clock;
        auto const seconds_since = [](Clock::time_point start) {
            return std::chrono::duration<double>(Clock::now() - start).count();
        };
        F formulation;
        double shortest = std::numeric_limits<double>::infinity();
        auto const first = Clock::now();
        for (int run = 0; run < 5 || seconds_since(first) < 0.02; ++run) {
            auto const start = Clock::now();
            benchmark::DoNotOptimize(formulation);
            formulation();
            benchmark::ClobberMemory();
            shortest = std::min(shortest, seconds_since(start));
        }
        return shortest;
    }

    std::variant<std::unique_ptr<Candidates>...> chosen_;
};

/// The formulation that was timed last, by the name of its benchmark.
[[nodiscard]] inline std::pair<std::string, std::shared_ptr<void>>& kept_formulation() {
    static std::pair<std::string, std::shared_ptr<void>> kept;
    return kept;
}

/// A formulation that has yielded what is expected. The last one is kept, for the next repetition of its benchmark.
template <Formulation F>
[[nodiscard]] F& checked(std::string const& name, Expected const& expected) {
    auto& [name_of_kept, kept] = kept_formulation();
    if (name_of_kept != name) {
        kept = nullptr;  // its memory first
        auto const made = std::make_shared<F>();
        benchmark::DoNotOptimize(*made);
        (*made)();
        expected.check(name, *made);
        kept = made;
        name_of_kept = name;
    }
    return *static_cast<F*>(kept.get());
}

/// Checks a formulation, then times it.
template <Formulation F>
void time_checked(benchmark::State& state, std::string const& name, Expected const& expected) {
    F& formulation = checked<F>(name, expected);
    state.SetLabel(label_of(formulation));
    time<float>(state, {.tasks = batch, .flops = batch * formulation.flops()}, [&] {
        benchmark::DoNotOptimize(formulation);
        formulation();
    });
}

/// A line to the user, the first time that it is said.
inline void say_once(std::string const& line) {
    static std::set<std::string> said;
    if (said.insert(line).second) {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

template <Formulation F>
void add_formulation(std::string const& work, std::string const& competitor, int size, Expected const& (*expected)()) {
    if (std::string const reason = missing_for<F>(); !reason.empty()) {
        say_once(reason);
        return;
    }
    add(name_of(work, competitor, size),
        [=](benchmark::State& state, std::string const& name) { time_checked<F>(state, name, expected()); });
}

}  // namespace bench

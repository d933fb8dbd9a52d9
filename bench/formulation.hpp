// SPDX-License-Identifier: MIT
/// @file
/// The same work in several formulations: each is checked before it is timed, and takes part under a competitor's name.
///
///     product_per_task/libxsmm/11        work/competitor/size
///
/// A formulation keeps its own copy of the input, in the layout that suits it, and its own results. So nobody pays for
/// another's layout, and a check compares numbers, not memory.
#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "given.hpp"
#include "measure.hpp"

namespace bench {

/// A way to do a work on all tasks of the batch.
///
///     formulation()                         does it once
///     formulation.result(task, row, col)    the number there
///     formulation.flops()                   of one task, as it is formulated: multiplications and additions
///
/// and, where there is something to say, F::label(): which of several ways it goes.
template <class F>
concept Formulation = std::default_initializable<F> && requires(F formulation, F const& done, int index) {
    formulation();
    { done.result(index, index, index) } -> std::same_as<float>;
    { done.flops() } -> std::convertible_to<double>;
};

/// What a work must yield: the numbers of all tasks side by side [rows x cols batch].
using Expected = Dynamic<double>;

/// Registers the fastest of these formulations as work/competitor/size.
///
/// entries_read, entries_written: floats of a task that every formulation must read and write.
/// Which one is the fastest is found out once, when the benchmark begins; so are the results, which must be exactly what
/// expected() yields.
template <Formulation... F>
void add_formulation(std::string const& work, std::string const& competitor, int size, Expected const& (*expected)(),
                     double entries_read, double entries_written);

// ------------------------------------------------------------------------------------------------------- details ----

/// A formulation whose type is forgotten.
struct Competitor {
    std::function<void()> run;
    std::function<float(int, int, int)> result;
    double flops = 0;
    std::string label{};
};

template <Formulation F>
[[nodiscard]] Competitor competitor() {
    auto const formulation = std::make_shared<F>();
    Competitor made{.run =
                        [formulation] {
                            benchmark::DoNotOptimize(*formulation);
                            (*formulation)();
                            benchmark::ClobberMemory();
                        },
                    .result = [formulation](int task, int row, int col) { return formulation->result(task, row, col); },
                    .flops = formulation->flops()};
    if constexpr (requires { F::label(); }) {
        made.label = F::label();
    }
    return made;
}

/// Ends the program unless this is what the competitor yields.
inline void check(std::string const& name, Competitor const& competitor, Expected const& expected) {
    competitor.run();
    Eigen::Index const cols = expected.cols() / batch;
    for (int task = 0; task < batch; ++task) {
        for (int col = 0; col < cols; ++col) {
            for (int row = 0; row < expected.rows(); ++row) {
                require(static_cast<double>(competitor.result(task, row, col)) == expected(row, task * cols + col),
                        name + " does not compute " + text(expected(row, task * cols + col)) +
                            ", as double does, in task " + std::to_string(task) + ", column " + std::to_string(col) +
                            ", row " + std::to_string(row));
            }
        }
    }
}

template <Formulation... F>
[[nodiscard]] Competitor fastest(std::string const& name, Expected const& expected) {
    double shortest = std::numeric_limits<double>::infinity();
    Competitor result;
    for (auto const& make : {competitor<F>...}) {
        Competitor candidate = make();
        check(name + (candidate.label.empty() ? "" : ", " + candidate.label), candidate, expected);
        double const seconds = sizeof...(F) == 1 ? 0 : shortest_of(25, candidate.run);
        if (seconds < shortest) {
            shortest = seconds;
            result = std::move(candidate);
        }
    }
    return result;
}

template <Formulation... F>
void add_formulation(std::string const& work, std::string const& name, int size, Expected const& (*expected)(),
                     double entries_read, double entries_written) {
    add(work, name, size, [=](benchmark::State& state, std::string const& full_name) {
        static std::pair<std::string, Competitor> kept;  // for the next repetition of the same benchmark
        if (kept.first != full_name) {
            kept = {};  // its memory first
            kept = {full_name, fastest<F...>(full_name, expected())};
        }
        state.SetLabel(kept.second.label);
        time(state,
             {.tasks = batch,
              .flops = batch * kept.second.flops,
              .bytes = batch * entries_read * sizeof(float),
              .written = batch * entries_written * sizeof(float)},
             kept.second.run);
    });
}

}  // namespace bench

// SPDX-License-Identifier: MIT
// One layer of linear self-attention on 2048 prompts: every family of numbers, beside plain dynamic Eigen.
//
//   work        layer/...       all 11 tokens (10 of context, 1 query) of dimension 11 are updated
//               query_only/...  the query token alone: all that a prediction needs
//   compare     tasks/s; GFlop/s count the multiplications and additions of the formulation that is timed
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
// Before anything is timed its results are compared with those in double, entry by entry: they must be equal, because
// the input consists of small whole numbers. Input and weights are opaque to the compiler in every iteration.
#include <string>
#include <vector>

#include "measure.hpp"
#include "plain_eigen.hpp"
#include "whole_numbers.hpp"

namespace {

using namespace bench;

constexpr TokenShape shape = Dimensions{.input = 10, .output = 1, .context = 10}.tokens();
constexpr int batch = 2048;

template <class Number>
using Tokens = Prompt<shape, Number>;
template <class Number>
using Query = Matrix<Number, shape.token_dim, 1>;
using Floats = Lanes<float, 16>;

// ------------------------------------------------------------------------------------------------- counts of work ----

constexpr double T = shape.token_dim;
constexpr double N = shape.context;
constexpr double L = shape.sequence_length();

/// F = ((P (W_V C)) (W_K C)^T) W_Q takes T^2 (4 N + T) multiply-adds, F (C q) another T^2 L.
constexpr double of_layer = 2 * T * T * (4 * N + T + L);
/// C (C^T key) for the one query token, and four products with projections: as the library counts them.
constexpr double of_query_only = 2 * static_cast<double>(OperationCount<LinearSelfAttention<shape, float>>::query_only(shape));

constexpr double of_task_by_task = 2 * (T * T * (2 * N + 2 * L) + 2 * T * N * L);
constexpr double of_many_tasks = 2 * (T * T * 4 * L + 2 * T * N * L);
constexpr double of_merged = 2 * (T * T * 2 * L + 2 * T * N * L);
constexpr double of_queries = 2 * (4 * T * T + 2 * T * N);

// ---------------------------------------------------------------------------------------------- input and results ----

/// Entries are at most 3, rows and columns of the weights sum to at most 2 in absolute value. So whatever is multiplied
/// first, no entry of any P W_V C C^T W_K^T W_Q e, or of a part of it, exceeds 2^4 (3 N) (3 T) 3, with nothing rounded.
static_assert(16 * (3 * N) * (3 * T) * 3 + 3 < 0x1p24, "whole numbers up to 2^24 are exact in float");

int entry(int task, int row, int token) {
    return small_number(100 + task, row, token);
}

template <class Number>
std::vector<Tokens<Number>> prompts() {
    std::vector<Tokens<Number>> prompts(batch / lanes_in<Number>);
    for (int i = 0; i < batch / lanes_in<Number>; ++i) {
        auto const at = [i](int row, int token) {
            return in_lanes<Number>(i, [=](int task) { return entry(task, row, token); });
        };
        prompts[static_cast<std::size_t>(i)] = {
            generate<Number, shape.token_dim, shape.context>(at),
            generate<Number, shape.token_dim, 1>([&](int row, int) { return at(row, shape.context); })};
    }
    return prompts;
}

template <class Number>
PlainTasks<Number> plain_tasks() {
    return in_plain_matrices<Number>(shape, batch, entry, [](int) { return 0; });
}

/// Ends the program unless actual(task, row, token) is what it should be, for the tokens from `first` on.
template <class Actual>
void check(std::string const& name, int first, Actual const& actual) {
    static Dynamic<double> const expected = [] {
        Dynamic<double> tokens(shape.token_dim, batch * shape.sequence_length());
        TaskByTask<double>()(in_plain_matrices<double>(whole_layer<shape, double>()), plain_tasks<double>(), tokens);
        return tokens;
    }();
    for (int task = 0; task < batch; ++task) {
        for (int token = first; token < shape.sequence_length(); ++token) {
            for (int row = 0; row < shape.token_dim; ++row) {
                double const whole = expected(row, task * shape.sequence_length() + token);
                require(equals(actual(task, row, token), whole),
                        name + " does not compute " + text(whole) + ", as double does, in task " +
                            std::to_string(task) + ", token " + std::to_string(token) + ", row " + std::to_string(row));
            }
        }
    }
}

// -------------------------------------------------------------------------------------------- what is being timed ----

/// The operator of the library on one family of numbers: the same source for all.
template <class Weight, class Number>
void layer(benchmark::State& state, std::string const& name) {
    auto layer = whole_layer<shape, Weight>();
    auto const given = prompts<Number>();
    std::vector<Tokens<Number>> updated(given.size());
    auto const body = [&] {
        benchmark::DoNotOptimize(layer);
        for (std::size_t i = 0; i < given.size(); ++i) {
            updated[i] = layer(given[i]);
        }
        benchmark::DoNotOptimize(updated.data());
    };
    body();
    check(name, 0, [&](int task, int row, int token) {
        auto const& tokens = updated[static_cast<std::size_t>(task / lanes_in<Number>)];
        return of_task(token < shape.context ? tokens.context(row, token) : tokens.query(row, 0), task);
    });
    bool const is_floating = !std::is_same_v<Number, Modular>;
    time<std::conditional_t<std::is_same_v<Number, double>, double, float>>(
        state, {.tasks = batch, .flops = is_floating ? batch * of_layer : 0}, body);
}

template <class Number>
void query_only(benchmark::State& state, std::string const& name) {
    auto layer = whole_layer<shape, float>();
    auto const given = prompts<Number>();
    std::vector<Query<Number>> updated(given.size());
    auto const body = [&] {
        benchmark::DoNotOptimize(layer);
        for (std::size_t i = 0; i < given.size(); ++i) {
            updated[i] = updated_query(layer, given[i]);
        }
        benchmark::DoNotOptimize(updated.data());
    };
    body();
    check(name, shape.context, [&](int task, int row, int) {
        return of_task(updated[static_cast<std::size_t>(task / lanes_in<Number>)](row, 0), task);
    });
    time<float>(state, {.tasks = batch, .flops = batch * of_query_only}, body);
}

/// A formulation of plain_eigen.hpp that updates the tokens from `first` on.
template <class Formulation>
void plain(benchmark::State& state, std::string const& name, int first, double flops_per_task) {
    auto layer = in_plain_matrices<float>(whole_layer<shape, float>());
    auto const tasks = plain_tasks<float>();
    int const columns = shape.sequence_length() - first;  // of a task
    Dynamic<float> updated(shape.token_dim, batch * columns);
    Formulation formulation;
    auto const body = [&] {
        benchmark::DoNotOptimize(layer);
        formulation(layer, tasks, updated);
        benchmark::DoNotOptimize(updated.data());
    };
    body();
    check(name, first, [&](int task, int row, int token) { return updated(row, task * columns + token - first); });
    time<float>(state, {.tasks = batch, .flops = batch * flops_per_task}, body);
}

}  // namespace

int main(int argc, char** argv) {
    add("layer/lanes_float_16/2048", layer<float, Floats>);
    add("layer/eigen_fixed_float/2048", layer<float, float>);
    add("layer/eigen_fixed_double/2048", layer<double, double>);
    add("layer/eigen_dynamic_float/2048", plain<TaskByTask<float>>, 0, of_task_by_task);
    add("layer/eigen_dynamic_float_many_tasks/2048", plain<ManyTasksAtOnce<float>>, 0, of_many_tasks);
    add("layer/eigen_dynamic_float_merged/2048", plain<MergedManyTasksAtOnce<float>>, 0, of_merged);
    add("layer/exact_modular/2048", layer<Modular, Modular>);  // for scale: what a proof costs where it runs

    add("query_only/lanes_float_16/2048", query_only<Floats>);
    add("query_only/eigen_fixed_float/2048", query_only<float>);
    add("query_only/eigen_dynamic_float_many_tasks/2048", plain<QueriesAtOnce<float>>, shape.context, of_queries);
    return bench::run(argc, argv);
}

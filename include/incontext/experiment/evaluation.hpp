// SPDX-License-Identifier: MIT
/// @file
/// A fixed set of tasks on which losses are compared: the same tasks for every layer and every learning rule.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "incontext/plan/fast_form.hpp"
#include "incontext/support/workers.hpp"
#include "incontext/task/batch.hpp"
#include "incontext/task/linear_regression.hpp"
#include "incontext/task/loss.hpp"
#include "incontext/task/task.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// Whether the first of these are workers that outlive what they work for.
template <class... Arguments>
inline constexpr bool begins_with_workers = false;
template <class Team, class... More>
inline constexpr bool begins_with_workers<Team, More...> = std::convertible_to<Team, Workers&>;

/// The tasks split(PRNGKey(seed), count), as the reference evaluates on (its seed is 5, its count 10,000).
///
/// Units: losses are 1/2 mean squared error. Exactness: tasks in float; means in double, summed in a fixed order, the
/// same for any number of threads. A const one may be asked by several threads, and from inside a measurement of itself
/// (Workers says who has the team). Errors: count < 1 throws std::invalid_argument; what the distribution's draw throws.
/// Test: tests/golden/reference_tasks.cpp, tests/unit/evaluation.cpp, tests/unit/task_distributions.cpp.
template <Dimensions Sizes>
class Evaluation {
  public:
    static constexpr int lanes = tasks_at_once;
    using Number = Lanes<float, lanes>;
    using EvaluationTask = Task<Sizes, Number>;

    static constexpr std::uint32_t reference_seed = 5;
    static constexpr int reference_count = 10000;

    template <class Distribution = LinearRegression>
    explicit Evaluation(Workers& workers, Distribution const& distribution = {}, std::uint32_t seed = reference_seed,
                        int count = reference_count)
        : workers_(workers), count_(count) {
        static_assert(a_distribution_draws_tasks<Distribution, Sizes, lanes>::value, "see the first error");
        if (count < 1) {
            fail<std::invalid_argument>("evaluation: at least one task is needed");
        }
        int const slices = (count - 1) / lanes + 1;
        tasks_.reserve(static_cast<std::size_t>(slices));
        for (int slice = 0; slice < slices; ++slice) {
            auto const keys = split_key(key_of_seed<lanes>(seed), static_cast<std::uint32_t>(count),
                                        PackOfTasks<lanes>(slice, count).index);
            tasks_.push_back(distribution.template draw<Sizes>(keys));
        }
    }

    /// Without workers, or of temporary ones: one sentence.
    template <class... Arguments>
        requires(!begins_with_workers<Arguments...> &&
                 !(std::derived_from<std::remove_cvref_t<Arguments>, Evaluation> || ...))
    explicit Evaluation(Arguments&&...) : workers_(a_training_is_set_up_so<std::remove_cvref_t<Arguments>...>()) {}

    /// How many tasks there are.
    [[nodiscard]] int count() const { return count_; }

    /// 1/2 mean |prediction - target|^2 of an update.
    template <class Update>
    [[nodiscard]] double loss(Update const& update) const {
        static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
        auto const form = fast_form(update);
        return mean<1>([&](EvaluationTask const& task, std::array<Number, 1>& out) {
            Matrix<Number, Sizes.output, Sizes.query> const predicted =
                prediction_of(answer<TargetsOf<Update, Sizes>>(form, task.prompt));
            out[0] = task_loss<Sizes, Number>(predicted, task.target);
        })[0];
    }

    /// The means over all tasks of the Count numbers that measure(task, out) writes, lane by lane.
    template <int Count, class Measure>
    [[nodiscard]] std::array<double, Count> mean(Measure const& measure) const {
        constexpr int chunks = 16;
        std::array<std::array<double, Count>, chunks> sums{};
        int const packs = (count_ - 1) / training_lanes + 1;
        int const slices = static_cast<int>(tasks_.size());
        workers_.for_each_chunk(chunks, [&](int chunk) {
            ChunkOf const part(chunk, chunks, packs);
            int const end = std::min(part.last * slices_of_a_pack, slices);
            for (int slice = part.first * slices_of_a_pack; slice < end; ++slice) {
                std::array<Number, Count> out;
                measure(tasks_[static_cast<std::size_t>(slice)], out);
                for (int lane = 0; lane < lanes && slice * lanes + lane < count_; ++lane) {
                    for (std::size_t i = 0; i < Count; ++i) {
                        sums[static_cast<std::size_t>(chunk)][i] += static_cast<double>(out[i][lane]);
                    }
                }
            }
        });
        std::array<double, Count> total{};
        for (auto const& sum : sums) {
            for (std::size_t i = 0; i < Count; ++i) {
                total[i] += sum[i] / count_;
            }
        }
        return total;
    }

  private:
    Workers& workers_;
    int count_ = 0;
    std::vector<EvaluationTask> tasks_;
};

/// Without sizes: one sentence.
template <class... Arguments>
Evaluation(Arguments const&...) -> Evaluation<SizesAreLeftOut<Arguments...>::value>;

/// Test: tests/compile_fail/losses_before_their_evaluation.cpp.
template <class... Arguments>
struct an_evaluation_comes_first {
    static_assert(
        never<Arguments...>,
        "what is measured on evaluation tasks is given the Evaluation first: evaluation.loss(layer), "
        "alignment(evaluation, "
        "first, second), losses_by_depth(evaluation, stack), scan_learning_rate(evaluation, make_update), where "
        "make_update(rate) returns an update, least_squares_loss(evaluation), ridge_loss(evaluation, penalty), "
        "scan_ridge_penalty(evaluation)");
};

/// Whether the first of these is an evaluation.
template <class... Arguments>
inline constexpr bool begins_with_an_evaluation = false;
template <Dimensions Sizes, class... More>
inline constexpr bool begins_with_an_evaluation<Evaluation<Sizes>, More...> = true;

/// Takes an Evaluation, and what is derived from one. Only its type is asked.
template <Dimensions Sizes>
void takes_an_evaluation(Evaluation<Sizes> const&);
/// Whether a class is derived from Evaluation, as which it is given to functions.
template <class T>
concept DerivesFromEvaluation = !begins_with_an_evaluation<T> && requires(T const& derived) {
    takes_an_evaluation(derived);
};

}  // namespace incontext

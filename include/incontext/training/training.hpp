// SPDX-License-Identifier: MIT
/// @file
/// The training loop: fresh tasks, loss and gradient in lanes, clipping, Adam.
///
///     g     = 1/batch  sum over tasks of  d loss(task) / d parameters
///     g    <- g min(1, largest_gradient_norm / |g|)
///     layer <- Adam(layer, g)
///
/// What runs is the fast form of the layer, f: of the batch's sum f_ the layer's own gradient is made once (pull_back_form).
///
/// Every draw is a pure function of (seed, step, size of the batch, index of the task in it). A batch is divided into chunks
/// whose number does not depend on the number of threads, and the chunks' gradients are summed in order: the same seed
/// gives the same bits for any number of threads.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "incontext/matrix/set_zero.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/support/workers.hpp"
#include "incontext/task/batch.hpp"
#include "incontext/task/linear_regression.hpp"
#include "incontext/task/task.hpp"
#include "incontext/training/adam.hpp"
#include "incontext/training/loss.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// The settings of the paper's one-layer experiment are the defaults.
struct TrainingOptions {
    int batch = 2048;                     // tasks per step
    std::uint32_t seed = 0;               // of the stream of tasks
    double largest_gradient_norm = 1e-3;  // clip; the reference's for one and two layers. Infinite: no clipping
    AdamOptions adam{};
    bool fresh_tasks = true;           // false: every step trains on the tasks of the first, as in Fig. 16
    std::uint32_t repeated_steps = 0;  // n > 0: the tasks of the first n steps alone, in turn (Fig. 15)
};

/// Training stopped because the loss, its derivative, or the layer that a step made of it, is infinite or not a number.
class NonFiniteLoss : public std::runtime_error {
  public:
    NonFiniteLoss(long step, std::uint32_t seed)
        : std::runtime_error("training stopped: the loss, its derivative or the layer after it is not finite at step " +
                             std::to_string(step) + " with seed " + std::to_string(seed) +
                             "; a smaller learning rate or gradient norm may help") {}
};

/// All that a run has come to. A training of the same options that is given it continues with the same bits, for every
/// draw is a function of the seed and the number of steps.
template <class Layer>
struct TrainingState {
    using Optimiser = AdamState<Layer>;
    Layer layer{};
    Optimiser optimiser{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer", "optimiser">, &TrainingState::layer,
                                                       &TrainingState::optimiser> {};
};

/// Test: tests/compile_fail/training_of_lanes.cpp.
template <class Number>
struct a_training_is_of_a_layer_of_floats {
    static_assert(std::is_same_v<Number, float>,
                  "a training is of a layer of floats, which it runs on lanes by itself: float in the place of the "
                  "numbers in this message");
    static constexpr bool value = true;
};

/// Whether these are a layer, options and workers.
template <class Layer, class... Arguments>
inline constexpr bool set_up_a_training = false;
template <class Layer, class Initial, class Options, class Team, class... Tasks>
inline constexpr bool set_up_a_training<Layer, Initial, Options, Team, Tasks...> = std::convertible_to<Initial, Layer>&&
    std::convertible_to<Options, TrainingOptions>&& std::convertible_to<Team, Workers&>;

/// A layer in training: any differentiable update, on the tasks of any distribution.
///
/// Source: the reference's training loop. Exactness: float; sums in a fixed order. Cost: of a step, `batch` draws, and each
/// layer forward and back once per task.
/// Errors: batch < 1, a largest norm that is not above 0 and constants that are none of Adam's throw std::invalid_argument; step()
/// throws NonFiniteLoss, or what the draw of a task throws, and leaves the layer as it was.
/// No heap allocation inside a step (tests/unit/training_allocates_nothing.cpp), unless a matrix of lanes exceeds
/// EIGEN_STACK_ALLOCATION_LIMIT or the pass of a pack largest_pass_on_stack.
/// Test: tests/unit/training.cpp.
template <Dimensions Sizes, class Layer, class Distribution = LinearRegression>
class Training {
    static_assert(!std::is_const_v<Layer>, "a training changes its layer: its type must not be const");
    static_assert(a_layer_says_its_numbers<std::remove_const_t<Layer>>::value, "see the first error");
    static_assert(a_training_is_of_a_layer_of_floats<typename Layer::Scalar>::value, "see the first error");
    static_assert(a_distribution_draws_tasks<Distribution, Sizes, tasks_at_once>::value, "see the first error");

  public:
    Training(Layer const& initial, TrainingOptions const& options, Workers& workers, Distribution const& tasks = {})
        : layer_(initial), options_(options), tasks_(tasks), workers_(workers), adam_(options.adam) {
        if (options.batch < 1) {
            fail<std::invalid_argument>("training: the batch must hold at least one task");
        }
        if (!(options.largest_gradient_norm > 0)) {
            fail<std::invalid_argument>("training: the largest norm of a gradient must be above 0");
        }
        // m is a mean of gradients, so a step is at most rate (largest norm / epsilon + decay |w|). Only where 10^8 of them may leave the
        // range is every weight looked at after a step.
        double const rate = static_cast<double>(options.adam.learning_rate);
        double const most = rate * options.largest_gradient_norm / static_cast<double>(options.adam.epsilon);
        step_may_leave_range_ = !(most <= 1e30) || rate * static_cast<double>(options.adam.weight_decay) > 1;
        packs_ = (options.batch - 1) / training_lanes + 1;
        chunks_.resize(static_cast<std::size_t>(std::min(packs_, most_chunks)));
    }

    /// Without workers, or in another order: one sentence.
    template <class... Arguments>
        requires(!set_up_a_training<Layer, Arguments...> &&
                 !(std::derived_from<std::remove_cvref_t<Arguments>, Training> || ...))
    explicit Training(Arguments&&...) : workers_(a_training_is_set_up_so<std::remove_cvref_t<Arguments>...>()) {}

    /// The layer as it is after the last step.
    [[nodiscard]] Layer const& layer() const { return layer_; }
    /// How many steps were taken.
    [[nodiscard]] long steps() const { return adam_.steps(); }

    /// What there is to keep of the run, and its return into a training of the same options. The state is all of it: a
    /// restored training takes the very steps that the first one would have taken. Errors: a number of steps that is negative, or
    /// above half the greatest long, from which a run might count beyond it, throws std::invalid_argument. Test: tests/unit/training.cpp.
    [[nodiscard]] TrainingState<Layer> state() const { return {.layer = layer_, .optimiser = adam_.state()}; }
    /// Goes on from what `state` gave, to the same bits. Errors: as `state`.
    void restore(TrainingState<Layer> const& state) {
        if (state.optimiser.steps < 0 || state.optimiser.steps > std::numeric_limits<long>::max() / 2) {
            fail<std::invalid_argument>("training: a state cannot have " + std::to_string(state.optimiser.steps) +
                                        " steps behind it");
        }
        layer_ = state.layer;
        adam_.restore(state.optimiser);
    }

    /// One step of training, on a fresh batch unless the options say otherwise. Returns the batch's loss before the step.
    /// Errors: a loss or a derivative that is not finite, or a layer that would not be, throws NonFiniteLoss, and all stays as it was.
    float step() {
        float const loss = loss_and_gradient(gradient_);
        require_ieee_arithmetic<float, Layer>();
        if (!std::isfinite(loss)) {
            fail_with(NonFiniteLoss(steps(), options_.seed));
        }
        // A finite loss can have a derivative that overflows, of which Adam would make a layer of NaN.
        if (!std::isfinite(clip_by_global_norm(gradient_, options_.largest_gradient_norm))) {
            fail_with(NonFiniteLoss(steps(), options_.seed));
        }
        if (step_may_leave_range_) [[unlikely]] {
            update_if_finite();
        } else {
            adam_.update(layer_, gradient_);
        }
        return loss;
    }

    /// The mean loss of the next batch, and its derivative with respect to the parameters.
    [[nodiscard]] float loss_and_gradient(Layer& gradient) {
        auto const step_key =
            folded_in(folded_in(key_of_seed<tasks_at_once>(options_.seed), training_stream), number_of_batch());
        form_ = fast_form(layer_);

        // Each chunk sums its tasks, on any thread; the chunks are summed in their order.
        int const chunks = static_cast<int>(chunks_.size());
        workers_.for_each_chunk(chunks, [&](int chunk) {
            chunks_[static_cast<std::size_t>(chunk)].compute(*this, step_key, ChunkOf(chunk, chunks, packs_));
        });
        set_zero(form_gradient_);
        float loss = 0;
        for (Chunk const& chunk : chunks_) {
            loss += chunk.loss;
            for_each_parameter([](char const*, auto& sum, auto const& part) { sum += part; }, form_gradient_,
                               chunk.gradient);
        }

        // The mean, and from the form's derivative to the layer's: linear, so once for the whole batch.
        auto const mean = 1.0f / static_cast<float>(options_.batch);
        for_each_parameter([&](char const*, auto& sum) { sum *= mean; }, form_gradient_);
        set_zero(gradient);
        pull_back_form(layer_, form_gradient_, gradient);
        return loss * mean;
    }

  private:
    /// Adam's step, if the layer is finite after it. A rate was too large, or 0/0 is made where epsilon is 0.
    void update_if_finite() {
        before_.layer = layer_;
        before_.optimiser = adam_.state();
        adam_.update(layer_, gradient_);
        if (!std::isfinite(global_norm(layer_))) {
            restore(before_);
            fail_with(NonFiniteLoss(steps(), options_.seed));
        }
    }

    /// The step whose tasks the next step trains on.
    [[nodiscard]] std::uint32_t number_of_batch() const {
        if (!options_.fresh_tasks) {
            return 0;
        }
        return static_cast<std::uint32_t>(options_.repeated_steps == 0 ? steps() : steps() % options_.repeated_steps);
    }

    static constexpr int most_chunks = 16;
    using Floats = Lanes<float, tasks_at_once>;
    using Form = FastForm<Layer>;
    using LaneGradient = typename Form::template with_number<Floats>;
    using Slices = std::array<LaneGradient, slices_of_a_pack>;

    /// A gradient in lanes that is too large for the memory of a call is kept by its chunk: memory that is asked for and given
    /// back in every step costs as much as the step. A small one stays in the cache where a chunk makes it anew.
    static constexpr bool gradient_is_kept = sizeof(Slices) > std::size_t{256} * 1024;
    struct Nothing {};

    /// The sums of one chunk of packs. A pack is 16 tasks, one per lane, with its gradient in lanes, too.
    struct Chunk {
        Form gradient;
        float loss = 0;
        [[no_unique_address]] std::conditional_t<gradient_is_kept, Slices, Nothing> kept;

        void compute(Training const& training, Keys<tasks_at_once> const& step_key, ChunkOf const& packs) {
            if constexpr (gradient_is_kept) {
                compute(training, step_key, packs, kept);
            } else {
                Slices lane_gradients;
                compute(training, step_key, packs, lane_gradients);
            }
        }

      private:
        void compute(Training const& training, Keys<tasks_at_once> const& step_key, ChunkOf const& packs,
                     Slices& lane_gradients) {
            std::array<Floats, slices_of_a_pack> losses;
            for (int slice = 0; slice < slices_of_a_pack; ++slice) {
                auto& lane_gradient = lane_gradients[static_cast<std::size_t>(slice)];
                Floats lane_loss(0);
                set_zero(lane_gradient);
                for (int pack = packs.first; pack < packs.last; ++pack) {
                    int const batch = training.options_.batch;
                    PackOfTasks<tasks_at_once> const tasks(pack * slices_of_a_pack + slice, batch);
                    auto const keys = split_key(step_key, static_cast<std::uint32_t>(batch), tasks.index);
                    auto const task = training.tasks_.template draw<Sizes>(keys);
                    lane_loss += add_loss_and_gradient<Sizes>(training.form_, task.prompt, task.target, tasks.weight,
                                                              lane_gradient);
                }
                losses[static_cast<std::size_t>(slice)] = lane_loss;
            }
            // From 16 sums to one, in the order of a binary tree.
            loss = sum_of_lanes(sum_of_slices(losses, [](Floats& sum, Floats const& more) { sum += more; }));
            for_each_parameter(
                [](char const*, auto& sums, auto const& lanes) {
                    if constexpr (AnyMatrix<decltype(sums)>) {
                        for (int i = 0; i < sums.size(); ++i) {
                            sums(i % sums.rows(), i / sums.rows()) =
                                sum_of_lanes(lanes(i % sums.rows(), i / sums.rows()));
                        }
                    } else {
                        sums = sum_of_lanes(lanes);
                    }
                },
                gradient, sum_of_slices(lane_gradients, [](LaneGradient& sum, LaneGradient const& more) {
                    for_each_parameter([](char const*, auto& sums, auto const& part) { sums += part; }, sum, more);
                }));
        }
    };

    Layer layer_;
    Layer gradient_;
    Form form_;           // what runs: the layer, its projections merged
    Form form_gradient_;  // the derivative with respect to it, of the whole batch
    TrainingOptions options_;
    Distribution tasks_;
    Workers& workers_;
    Adam<Layer> adam_;
    bool step_may_leave_range_ = false;
    TrainingState<Layer> before_;  // such a step
    int packs_ = 0;
    std::vector<Chunk> chunks_;
};

/// Of a training without sizes: one sentence.
template <class... Arguments>
Training(Arguments const&...) -> Training<SizesAreLeftOut<Arguments...>::value, int>;

}  // namespace incontext

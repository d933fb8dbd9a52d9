// SPDX-License-Identifier: MIT
/// @file
/// What a training step draws and makes of it, checked in double: the first batch of a training with seed 0.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "incontext/incontext.hpp"
#include "measure.hpp"

namespace bench {

using namespace incontext;

/// Ends the program unless |actual - expected| <= bound.
inline void require_near(std::string const& name, std::string const& what, double actual, double expected,
                         double bound) {
    require(std::abs(actual - expected) <= bound,  // false for NaN
            name + ": " + what + " is " + text(actual) + " instead of " + text(expected) +
                (bound > 0 ? ", and rounding explains " + text(bound) + " at most" : ""));
}

[[nodiscard]] inline std::string derivative_by(char const* parameter, int row, int col) {
    return std::string("the derivative by ") + parameter + "(" + std::to_string(row) + ", " + std::to_string(col) + ")";
}

/// gamma_k = k u / (1 - k u) in float: how far k roundings carry a result, relative to it [Higham2002] sec. 3.1.
[[nodiscard]] constexpr double gamma(int roundings) {
    double const k_u = roundings * static_cast<double>(std::numeric_limits<float>::epsilon()) / 2;
    return k_u / (1 - k_u);
}

/// The keys of the batch's tasks.
template <int Count>
[[nodiscard]] Keys<Count> keys_of_tasks(int batch, Lanes<std::uint32_t, Count> const& index) {
    auto const step_key = folded_in(folded_in(key_of_seed<Count>(0), training_stream), 0);
    return split_key(step_key, static_cast<std::uint32_t>(batch), index);
}

/// One task of the batch.
template <Dimensions Sizes>
[[nodiscard]] Task<Sizes, Lanes<float, 1>> drawn_alone(int batch, int task) {
    return LinearRegression().draw<Sizes>(keys_of_tasks<1>(batch, Lanes<std::uint32_t, 1>(task)));
}

/// Ends the program unless the tasks, drawn in lanes, are the batch.
///
/// Inputs must equal those that are drawn one at a time. Targets are compared with products in double, with a teacher
/// that is drawn one at a time: a normal number is good to 4e-6 (task/random.hpp), two draws of it therefore to 8e-6,
/// and a sum of `input` products passes as many roundings.
template <Dimensions Sizes, int Count>
void check_tasks(std::string const& name, std::vector<Task<Sizes, Lanes<float, Count>>> const& packs) {
    static_assert(Sizes.output == 1 && Sizes.query == 1);
    int const batch = static_cast<int>(packs.size()) * Count;
    for (int i = 0; i < batch; ++i) {
        auto const& [prompt, target] = packs[static_cast<std::size_t>(i / Count)];
        auto const alone = drawn_alone<Sizes>(batch, i).prompt;
        std::array<double, Sizes.input> teacher{};
        for_each_random_word<Sizes.input>(
            split_key(keys_of_tasks<1>(batch, Lanes<std::uint32_t, 1>(i)), 5, Lanes<std::uint32_t, 1>(0u)),
            [&](int index, auto const& word) {
                teacher[static_cast<std::size_t>(index)] = static_cast<double>(normal(word)[0]);
            });
        for (int token = 0; token <= Sizes.context; ++token) {
            bool const is_query = token == Sizes.context;
            double y = 0;
            double magnitude = 0;
            for (int row = 0; row < Sizes.input; ++row) {
                float const x = (is_query ? prompt.query(row, 0) : prompt.context(row, token))[i % Count];
                require(x == (is_query ? alone.query(row, 0) : alone.context(row, token))[0],
                        name + ": an input of task " + std::to_string(i) + " depends on the number of lanes");
                double const term = teacher[static_cast<std::size_t>(row)] * static_cast<double>(x);
                y += term;
                magnitude += std::abs(term);
            }
            auto const& actual = is_query ? target(0, 0) : prompt.context(Sizes.input, token);
            require_near(name, "a target of task " + std::to_string(i), static_cast<double>(actual[i % Count]), y,
                         magnitude * (8e-6 + gamma(Sizes.input)));
        }
    }
}

/// Ends the program unless these are the loss and the gradient of the batch.
///
/// Compared with a computation in double, task by task. A task's gradient is a product; each entry may be off by the
/// bound that the library's own formulas yield on Magnitude (number/magnitude.hpp). The sum over tasks rounds batch - 1
/// times, relative to the computed summands, and the mean once more.
template <Dimensions Sizes, class Layer>
void check_gradient(std::string const& name, int batch, Layer const& layer, double loss, Layer const& gradient);

// ------------------------------------------------------------------------------------------------------- details ----

/// A sum over tasks, and how far rounding may carry a computation of it in float.
struct BoundedSum {
    double sum = 0;
    double bound = 0;

    void add(double of_task, Magnitude const& magnitude, int batch) {
        double const rounding_of_task = magnitude.bound<float>() + magnitude.bound<double>();
        sum += of_task / batch;
        bound += (rounding_of_task + gamma(batch) * (std::abs(of_task) + rounding_of_task)) / batch;
    }
};

template <Dimensions Sizes, class Layer>
void check_gradient(std::string const& name, int batch, Layer const& layer, double loss, Layer const& gradient) {
    static_assert(Sizes.output == 1 && Sizes.query == 1);
    constexpr int size = Sizes.tokens().token_dim;
    auto const exactly = [](float number) {
        return static_cast<double>(number);
    };
    auto const magnitude = [](float number) {
        return Magnitude::of(static_cast<double>(number));
    };
    auto const first_lane = [](Lanes<float, 1> const& number) {
        return number[0];
    };
    auto const layer_in_double = converted<double>(layer, exactly);
    auto const layer_magnitude = converted<Magnitude>(layer, magnitude);

    BoundedSum expected_loss;
    std::array<BoundedSum, 4 * size * size> expected;
    typename Layer::template with_number<double> of_task;
    typename Layer::template with_number<Magnitude> magnitude_of_task;
    for (int i = 0; i < batch; ++i) {
        auto const drawn = drawn_alone<Sizes>(batch, i);
        auto const prompt = converted<float>(drawn.prompt, first_lane);
        auto const target = converted<float>(drawn.target, first_lane);

        set_zero(of_task);
        double const loss_of_task = add_loss_and_gradient<Sizes>(layer_in_double, converted<double>(prompt, exactly),
                                                                 converted<double>(target, exactly), 1.0, of_task);

        // By the way that training goes: merged projections, the read-out, and back to the four projections.
        auto const prompt_magnitude = converted<Magnitude>(prompt, magnitude);
        auto const form = fast_form(layer_magnitude);
        Matrix<Magnitude, 1, 1> const predicted = -targets<Sizes>(query_after(form, prompt_magnitude));
        Matrix<Magnitude, 1, 1> const residual = converted<Magnitude>(target, magnitude) - predicted;
        Matrix<Magnitude, size, 1> const cotangent = above(zero<Magnitude, Sizes.input, 1>(), residual);
        FastForm<typename Layer::template with_number<Magnitude>> magnitude_by_form;
        set_zero(magnitude_by_form);
        static_cast<void>(pull_back_readout(form, prompt_magnitude, cotangent, magnitude_by_form));
        set_zero(magnitude_of_task);
        pull_back_fast_form(layer_magnitude, magnitude_by_form, magnitude_of_task);

        expected_loss.add(loss_of_task, Magnitude::of(0.5) * residual(0, 0) * residual(0, 0), batch);
        std::size_t parameter = 0;
        for_each_parameter(
            [&](char const*, auto const& derivative, auto const& its_magnitude) {
                for (int entry = 0; entry < size * size; ++entry) {
                    int const row = entry % size;
                    int const col = entry / size;
                    expected[parameter++].add(derivative(row, col), its_magnitude(row, col), batch);
                }
            },
            of_task, magnitude_of_task);
    }

    require_near(name, "the loss", loss, expected_loss.sum, expected_loss.bound);
    std::size_t parameter = 0;
    for_each_parameter(
        [&](char const* of, auto const& derivative) {
            for (int entry = 0; entry < size * size; ++entry, ++parameter) {
                int const row = entry % size;
                int const col = entry / size;
                require_near(name, derivative_by(of, row, col), static_cast<double>(derivative(row, col)),
                             expected[parameter].sum, expected[parameter].bound);
            }
        },
        gradient);
}

}  // namespace bench

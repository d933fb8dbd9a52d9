// SPDX-License-Identifier: MIT
/// @file
/// What a training step draws and makes of it, checked in double: the first batch of a training with seed 0.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "incontext/incontext.hpp"
#include "measure.hpp"
#include "rounding.hpp"

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

/// Ends the program unless this is the mean loss of the model that training begins with, on the batch.
template <Dimensions Sizes, class Model>
void check_loss(std::string const& name, int batch, Model const& initial, double loss);

/// Ends the program unless these are the loss and the gradient of the model that training begins with, on the batch.
///
/// Compared with a computation in double, task by task. A task's gradient consists of sums of products; each entry may be off
/// by the bound that the library's own formulas yield on Magnitude (number/magnitude.hpp). The sum over tasks rounds
/// batch - 1 times, relative to the computed summands, and the mean once more.
template <Dimensions Sizes, class Model>
void check_gradient(std::string const& name, int batch, Model const& initial, double loss, Model const& gradient);

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

/// Loss and gradient of a batch, and how far rounding may carry a computation of them in float.
template <Dimensions Sizes, class Model>
class ExpectedGradient {
  public:
    BoundedSum loss;
    std::vector<BoundedSum> gradient;  // in the order of for_each_parameter, column by column

    ExpectedGradient(int batch, Model const& model)
        : batch_(batch),
          in_double_(converted<double>(model, exactly)),
          magnitudes_(converted<Magnitude>(model, magnitude)),
          form_(fast_form(magnitudes_)) {
        static_assert(Sizes.output == 1 && Sizes.query == 1);
        for (int i = 0; i < batch; ++i) {
            add(drawn_alone<Sizes>(batch, i));
        }
    }

  private:
    using OfModel = typename Model::template with_number<Magnitude>;

    static double exactly(float number) { return static_cast<double>(number); }
    static Magnitude magnitude(float number) { return Magnitude::of(static_cast<double>(number)); }
    static float first_lane(Lanes<float, 1> const& number) { return number[0]; }

    void add(Task<Sizes, Lanes<float, 1>> const& drawn) {
        auto const prompt = converted<float>(drawn.prompt, first_lane);
        auto const target = converted<float>(drawn.target, first_lane);

        typename Model::template with_number<double> of_task;
        set_zero(of_task);
        double const loss_of_task = add_loss_and_gradient<Sizes>(in_double_, converted<double>(prompt, exactly),
                                                                 converted<double>(target, exactly), 1.0, of_task);

        // By the way that training goes: merged projections, the read-out, and back to the four projections.
        FastForm<OfModel> by_form;
        set_zero(by_form);
        Magnitude residual = Magnitude::of(0);
        backpropagation::through_model(
            backpropagation::Wanted<false>{}, form_, by_form, converted<Magnitude>(prompt, magnitude),
            [&](auto wanted, auto const& last, auto const& before, auto& last_gradient) {
                auto const pass = target_pass<Sizes>(last, before);
                Matrix<Magnitude, 1, 1> const cotangent = converted<Magnitude>(target, magnitude) + pass.result;
                residual = cotangent(0, 0);
                return backpropagation::pull_back_wanted(wanted, last, before, pass, cotangent, last_gradient);
            });
        OfModel magnitude_of_task;
        set_zero(magnitude_of_task);
        pull_back_fast_form(magnitudes_, by_form, magnitude_of_task);

        loss.add(loss_of_task, Magnitude::of(0.5) * residual * residual, batch_);
        std::size_t parameter = 0;
        for_each_parameter(
            [&](char const*, auto const& derivative, auto const& its_magnitude) {
                for (int col = 0; col < derivative.cols(); ++col) {
                    for (int row = 0; row < derivative.rows(); ++row, ++parameter) {
                        gradient.resize(std::max(gradient.size(), parameter + 1));
                        gradient[parameter].add(derivative(row, col), its_magnitude(row, col), batch_);
                    }
                }
            },
            of_task, magnitude_of_task);
    }

    int batch_;
    typename Model::template with_number<double> in_double_;
    OfModel magnitudes_;
    FastForm<OfModel> form_;
};

/// Computed once for each kind of model: the model is always the one that training begins with.
template <Dimensions Sizes, class Model>
[[nodiscard]] ExpectedGradient<Sizes, Model> const& expected_gradient(int batch, Model const& initial) {
    static ExpectedGradient<Sizes, Model> const expected(batch, initial);
    return expected;
}

template <Dimensions Sizes, class Model>
void check_loss(std::string const& name, int batch, Model const& initial, double loss) {
    auto const& expected = expected_gradient<Sizes>(batch, initial);
    require_near(name, "the loss", loss, expected.loss.sum, expected.loss.bound);
}

template <Dimensions Sizes, class Model>
void check_gradient(std::string const& name, int batch, Model const& initial, double loss, Model const& gradient) {
    check_loss<Sizes>(name, batch, initial, loss);
    auto const& expected = expected_gradient<Sizes>(batch, initial);
    std::size_t parameter = 0;
    for_each_parameter(
        [&](char const* of, auto const& derivative) {
            for (int col = 0; col < derivative.cols(); ++col) {
                for (int row = 0; row < derivative.rows(); ++row, ++parameter) {
                    require_near(name, derivative_by(of, row, col), static_cast<double>(derivative(row, col)),
                                 expected.gradient[parameter].sum, expected.gradient[parameter].bound);
                }
            }
        },
        gradient);
}

}  // namespace bench

// SPDX-License-Identifier: MIT
/// @file
/// How alike two updates are: the three metrics of the paper's Figure 2.
///
///     prediction difference  = mean |out_a - out_b|
///     sensitivity difference = mean |s_a - s_b|_2               s = d out / d x_q
///     cosine                 = mean <s_a / (|s_a| + 1e-8), s_b / (|s_b| + 1e-8)>
///
/// out is the y part of the updated query token. Source: [vonOswald2023] sec. 3 and its code.
#pragma once

#include <array>
#include <cmath>

#include "incontext/experiment/evaluation.hpp"

namespace incontext {

/// The means over the evaluation tasks.
struct Alignment {
    double prediction_difference = 0;
    double sensitivity_difference = 0;
    double cosine = 0;
};

/// d out / d x_q [output x input] of an update that is affine in the query token, as every linear layer, gradient step
/// and stack of them is: the update is applied to the unit vectors and to 0 as query tokens, and the results subtracted.
///
/// Exactness: a difference of two rounded results. Cost: input + 1 query tokens. Errors: an update that is not affine in
/// its query (softmax, an MLP) would get a finite difference of step 1, which is not its derivative.
/// Test: tests/unit/alignment.cpp (against the fast weights).
template <Dimensions Sizes, class Update, class Number>
[[nodiscard]] auto sensitivity(Update const& update, Prompt<Sizes.tokens(), Number> const& prompt)
    -> Matrix<Number, Sizes.output, Sizes.input> {
    constexpr TokenShape probing{
        .token_dim = Sizes.input + Sizes.output, .context = Sizes.context, .query = Sizes.input + 1};
    Prompt<probing, Number> const probe{
        .context = prompt.context, .query = generate<Number, probing.token_dim, probing.query>([](int row, int col) {
                                       return Number(row == col && row < Sizes.input ? 1 : 0);
                                   })};
    auto const out = answer<QueryTargets<Sizes>>(update, probe);
    return generate<Number, Sizes.output, Sizes.input>(
        [&](int row, int col) { return out(row, col) - out(row, Sizes.input); });
}

/// The three metrics of two updates on the evaluation tasks. With several outputs |.| is the Euclidean norm.
///
/// Exactness: float per task, means in double. Cost: four updates per task. Errors: none.
/// Test: tests/unit/alignment.cpp (an update with itself, and known differences).
template <Dimensions Sizes, class A, class B>
[[nodiscard]] Alignment alignment(Evaluation<Sizes> const& evaluation, A const& a, B const& b);

// ------------------------------------------------------------------------------------------------------- details ----

namespace metrics {

/// <a, b> over all entries of one lane.
template <AnyMatrix M>
double inner_product(M const& a, M const& b, int lane) {
    double sum = 0;
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            sum += static_cast<double>(a(row, col)[lane]) * static_cast<double>(b(row, col)[lane]);
        }
    }
    return sum;
}

}  // namespace metrics

template <Dimensions Sizes, class A, class B>
Alignment alignment(Evaluation<Sizes> const& evaluation, A const& a, B const& b) {
    using metrics::inner_product;
    using Number = typename Evaluation<Sizes>::Number;
    auto const form_a = fast_form(a);
    auto const form_b = fast_form(b);
    auto const means = evaluation.template mean<3>([&](auto const& task, std::array<Number, 3>& out) {
        auto const s_a = sensitivity<Sizes>(form_a, task.prompt);
        auto const s_b = sensitivity<Sizes>(form_b, task.prompt);
        Matrix<Number, Sizes.output, Sizes.input> const s_difference = s_a - s_b;
        Matrix<Number, Sizes.output, Sizes.query> const difference =
            answer<QueryTargets<Sizes>>(form_a, task.prompt) - answer<QueryTargets<Sizes>>(form_b, task.prompt);
        for (int lane = 0; lane < Evaluation<Sizes>::lanes; ++lane) {
            double const norm_a = std::sqrt(inner_product(s_a, s_a, lane)) + 1e-8;
            double const norm_b = std::sqrt(inner_product(s_b, s_b, lane)) + 1e-8;
            out[0].set(lane, static_cast<float>(std::sqrt(inner_product(difference, difference, lane))));
            out[1].set(lane, static_cast<float>(std::sqrt(inner_product(s_difference, s_difference, lane))));
            out[2].set(lane, static_cast<float>(inner_product(s_a, s_b, lane) / (norm_a * norm_b)));
        }
    });
    return {.prediction_difference = means[0], .sensitivity_difference = means[1], .cosine = means[2]};
}

}  // namespace incontext

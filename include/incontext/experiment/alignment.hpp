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
#include "incontext/matrix/set_zero.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/wrong_calls.hpp"

namespace incontext {

/// The means over the evaluation tasks.
struct Alignment {
    double prediction_difference = 0;
    double sensitivity_difference = 0;
    double cosine = 0;
};

/// Test: tests/compile_fail/sensitivity_of_an_unknown_update.cpp.
template <class Update, class APrompt>
struct a_sensitivity_needs_a_derivative {
    static_assert(
        Differentiable<Update, APrompt>,
        "the sensitivity of this update is not known: it has no forward_pass and takes no dual numbers "
        "(pass/pass.hpp), "
        "and does not say that it is affine in its query tokens, by static constexpr bool is_affine_in_query = true");
    static constexpr bool value = true;
};

/// d out / d x_q [output x input], for one query token.
///
/// Of an update that is affine in its query, as every linear layer, gradient step and stack of them is: the update is applied to
/// the unit vectors and to 0 as query tokens, and the results subtracted. Of any other: its pullback, at the query token
/// of the prompt. Exactness: a difference of two rounded results; or that of the pullback. Cost: input + 1 query tokens; or a pass
/// and a pullback for each output. Errors: an update of which neither is known does not compile. Test: tests/unit/alignment.cpp
/// (against the fast weights; of softmax attention against central differences).
template <Dimensions Sizes, class Update, TokenShape Given, class Number>
[[nodiscard]] auto sensitivity(Update const& update, Prompt<Given, Number> const& prompt)
    -> Matrix<Number, Sizes.output, Sizes.input> {
    require_prompt_of<Sizes, Given>();
    static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
    if constexpr (is_affine_in_query<Update>) {
        constexpr TokenShape probing{
            .token_dim = Given.token_dim, .context = Given.context, .query = Sizes.input + 1, .input = Given.input};
        Prompt<probing, Number> const probe{
            .context = prompt.context,
            .query = generate<Number, probing.token_dim, probing.query>(
                [](int row, int col) { return Number(row == col && row < Sizes.input ? 1 : 0); })};
        auto const out = answer<QueryTargets<Sizes>>(update, probe);
        return generate<Number, Sizes.output, Sizes.input>(
            [&](int row, int col) { return out(row, col) - out(row, Sizes.input); });
    } else {
        using APrompt = Prompt<Given, Number>;
        static_assert(a_sensitivity_needs_a_derivative<Update, APrompt>::value, "see the first error");
        using Asked = TargetsOf<Update, Sizes>;
        auto const pass = forward_pass<Asked>(update, prompt);
        Matrix<Number, Sizes.output, Sizes.input> result = zero<Number, Sizes.output, Sizes.input>();
        for (int output = 0; output < Sizes.output; ++output) {
            GradientOf<Update, Number> unwanted;
            set_zero(unwanted);
            Matrix<Number, Sizes.output, Given.query> unit = zero<Number, Sizes.output, Given.query>();
            unit(output, 0) = Number(1);
            auto const by_prompt = pull_back<Asked>(ParametersAndPrompt{}, update, prompt, pass, unit, unwanted);
            for (int row = 0; row < Sizes.input; ++row) {
                result(output, row) = by_prompt.query(row, 0);
            }
        }
        return result;
    }
}

/// The three metrics of two updates on the evaluation tasks. With several outputs |.| is the Euclidean norm.
///
/// Exactness: float per task, means in double. Cost: four updates per task. Errors: those of sensitivity.
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
            answer<TargetsOf<A, Sizes>>(form_a, task.prompt) - answer<TargetsOf<B, Sizes>>(form_b, task.prompt);
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

/// A prompt before its update, or without sizes: one sentence.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto sensitivity(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
/// In another order: one sentence.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !(DerivesFromEvaluation<Arguments> || ...))
constexpr auto alignment(Arguments const&...) {
    return an_evaluation_comes_first<Arguments...>();
}

}  // namespace incontext

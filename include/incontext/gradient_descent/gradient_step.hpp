// SPDX-License-Identifier: MIT
/// @file
/// One step of gradient descent, written as an update of the tokens.
///
///     dW = -eta dL/dW (W0) = -(eta/N) (W0 X - Y) X^T
///     (x; y) <- (x; y - dW x)
///
/// A step on the weights and this step on the data are the same thing: L(W0 + dW) on the old targets is L(W0) on the
/// targets y - dW x [vonOswald2023] sec. 2. In this form a learning rule can be compared with a layer.
#pragma once

#include "incontext/gradient_descent/regression.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Gradient descent on the regression loss from weights W0, as a TokenUpdate.
///
/// Applied K times it is K steps from the same W0: the targets carry what was learned.
/// Units: learning_rate in 1 / (input unit)^2. Exactness: that of Number.
/// Cost: output input (2 context + sequence_length) multiplications. Errors: as LinearSelfAttention.
/// Test: tests/static/regression.cpp (K updates of the data = K updates of the weights), tests/static/proposition_1.cpp.
template <Dimensions Sizes, class Number>
struct GradientStep {
    static_assert(are_valid_dimensions<Sizes>, "the sizes are listed in the first error");

    static constexpr Dimensions dimensions = Sizes;
    static constexpr bool is_affine_in_query = true;
    using Scalar = Number;
    template <class Other>
    using with_number = GradientStep<Sizes, Other>;

    using Weights = Placed<the_initial_weights_W0, Number, Sizes.output, Sizes.input>;

    Number learning_rate = Number(0);
    Weights initial_weights{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"learning_rate", "initial_weights">,
                                                       &GradientStep::learning_rate, &GradientStep::initial_weights> {};

    /// dW = -(eta/N) (W0 X - Y) X^T [output x input], from the context (X; Y).
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto weight_change(Context const& context) const
        -> Matrix<Promoted<Number, NumberOf<Context>>, Sizes.output, Sizes.input> {
        return -learning_rate * regression_gradient(initial_weights, inputs<Sizes>(context), targets<Sizes>(context));
    }

    /// A whole prompt is no context: one sentence.
    template <TokenShape Given, class PromptNumber>
    constexpr auto weight_change(Prompt<Given, PromptNumber> const&) const {
        return functions_of_matrices_are_given_matrices<Prompt<Given, PromptNumber>>();
    }

    /// (x; y) <- (x; y - dW x) for every token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Sizes.tokens(), Number, Given, PromptNumber>();
        auto const dW = weight_change(prompt.context);
        return {.context = made_by([&] { return stepped(dW, prompt.context); }),
                .query = made_by([&] { return stepped(dW, prompt.query); })};
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<GradientStep, Tokens>();
    }

  private:
    template <AnyMatrix WeightChange, AnyMatrix Tokens>
    static constexpr auto stepped(WeightChange const& dW, Tokens const& tokens) {
        using Targets = Matrix<NumberOf<Tokens>, Sizes.output, cols_of<Tokens>>;
        auto const x = inputs<Sizes>(tokens);
        Targets const y = targets<Sizes>(tokens) - product(dW, x);
        return above(x, y);
    }
};

}  // namespace incontext

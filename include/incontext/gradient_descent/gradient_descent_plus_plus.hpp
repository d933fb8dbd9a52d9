// SPDX-License-Identifier: MIT
/// @file
/// GD++: a gradient step that also improves the conditioning of its data.
///
///     dW = -(eta/N) (W0 X - Y) X^T
///     (x; y) <- (x - gamma X X^T x; y - dW x)          both from the old x
///
/// The inputs' Hessian X X^T becomes (I - gamma H) H (I - gamma H): an eigenvalue l becomes l (1 - gamma l)^2. Large
/// eigenvalues shrink, so the next step converges faster. This is what deeper trained transformers find.
#pragma once

#include "incontext/gradient_descent/gradient_step.hpp"

namespace incontext {

/// One step of GD++, as a TokenUpdate. gamma multiplies the un-normalised X X^T; gamma = 0 is GradientStep.
///
/// Source: [vonOswald2023] sec. 3 and A.10. Units: learning_rate and gamma in 1 / (input unit)^2.
/// Exactness: that of Number. Cost: that of GradientStep and input^2 (context + sequence_length) multiplications.
/// Errors: as GradientStep. X X^T x is made before gamma meets it: inputs below 1e-13 or above 1e12 in float (1e-103, 1e102 in double)
/// leave the range there, and as_attention of it does not. Test: tests/static/stack.cpp, tests/unit/gradient_descent_plus_plus.cpp (eigenvalue map).
template <Dimensions Sizes, class Number>
struct GradientDescentPlusPlus {
    static_assert(are_valid_dimensions<Sizes>, "the sizes are listed in the first error");

    static constexpr Dimensions dimensions = Sizes;
    static constexpr bool is_affine_in_query = true;
    using Scalar = Number;
    template <class Other>
    using with_number = GradientDescentPlusPlus<Sizes, Other>;

    using Weights = Placed<the_initial_weights_W0, Number, Sizes.output, Sizes.input>;

    Number learning_rate = Number(0);
    Number gamma = Number(0);
    Weights initial_weights{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"learning_rate", "gamma", "initial_weights">,
                                &GradientDescentPlusPlus::learning_rate, &GradientDescentPlusPlus::gamma,
                                &GradientDescentPlusPlus::initial_weights> {};

    /// The gradient step that this is for gamma = 0.
    [[nodiscard]] constexpr GradientStep<Sizes, Number> gradient_step() const {
        return {.learning_rate = learning_rate, .initial_weights = initial_weights};
    }

    /// (x; y) <- (x - gamma X X^T x; y - dW x) for every token.
    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> const& prompt) const {
        require_fitting_prompt<Sizes.tokens(), Number, Given, PromptNumber>();
        auto const X = inputs<Sizes>(prompt.context);
        auto const stepped = gradient_step()(prompt);
        auto const hessian = product(X, transpose(X));
        return {.context = above(conditioned(hessian, X), targets<Sizes>(stepped.context)),
                .query = above(conditioned(hessian, inputs<Sizes>(prompt.query)), targets<Sizes>(stepped.query))};
    }

    /// A matrix of tokens is no prompt: one sentence.
    template <AnyMatrix Tokens>
    constexpr auto operator()(Tokens const&) const {
        return an_update_is_asked_with_a_prompt<GradientDescentPlusPlus, Tokens>();
    }

  private:
    /// x - gamma X X^T x of every token.
    template <AnyMatrix Hessian, AnyMatrix OfTokens>
    constexpr OfTokens conditioned(Hessian const& hessian, OfTokens const& x) const {
        return x - gamma * product(hessian, x);
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
// Linear layers that are other rules than plain gradient descent: preconditioned gradient descent [Ahn2023], and Newton's
// iteration for an inverse [Fu2023]. Compiling this file is the test.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr symbolic::AnySizes symbols{};
constexpr Arbitrary<sizes, Modular> numbers{};

// ------------------------------------- W_K^T W_Q = diag(A, 0) is preconditioning: W1 = W0 - (eta/N) (W0 X - Y) X^T A, any A

template <class Any>
constexpr auto gradient_step(Any const& any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
}

/// Prop. 1 with A in place of I in the query projection.
constexpr auto preconditioned_layer = []<class Any>(Any any) {
    using Number = typename Any::Scalar;
    constexpr int input = Any::dimensions.input;
    constexpr int output = Any::dimensions.output;
    auto layer = as_attention(gradient_step(any));
    layer.query = blocks(any.matrix(input_axis, input_axis, "A"), zero<Number, input, output>(),
                         zero<Number, output, input>(), zero<Number, output>());
    return layer;
};

/// The definition. Side: A on the right of the gradient; or its transpose, in a refutation.
template <class Any, bool Transposed>
struct PreconditionedStep {
    Any any;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const X = inputs<given>(prompt.context);
        auto const Xq = inputs<given>(prompt.query);
        auto const Y = targets<given>(prompt.context);
        auto A = any.matrix(input_axis, input_axis, "A");
        if (Transposed) {
            A = transpose(A);
        }
        Matrix<Number, given.output, given.input> const dW =
            -any.learning_rate() * product(regression_gradient(any.initial_weights(), X, Y), A);
        return {.context = above(X, Y - product(dW, X)),
                .query = above(Xq, targets<given>(prompt.query) - product(dW, Xq))};
    }
};
template <bool Transposed = false>
constexpr auto preconditioned_step = []<class Any>(Any any) { return PreconditionedStep<Any, Transposed>{any}; };

static_assert(!different_for_some_sizes(preconditioned_step<>, preconditioned_layer));
static_assert(identical<sizes, 3>(preconditioned_step<>, preconditioned_layer));
// Refuted: A transposed; no A.
static_assert(different<sizes>(preconditioned_step<true>, preconditioned_layer));
static_assert(different<sizes>(preconditioned_step<>, [](auto any) { return as_attention(gradient_step(any)); }));

/// For every K, by induction: a layer whose matrices are those of W0 maps the state of any W to that of the stepped one.
template <class Any>
constexpr bool induction_step(Any const& any, bool forgets_A = false) {
    constexpr Dimensions given = Any::dimensions;
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const W = any.matrix(output_axis, input_axis, "W");
    auto const state = [&](auto const& weights) {
        return Prompt<given.tokens(), typename Any::Scalar>{
            .context = above(X, Y - product(weights - any.initial_weights(), X)),
            .query = above(Xq, -product(weights, Xq))};
    };
    auto const gradient = regression_gradient(W, X, Y);
    auto const A = any.matrix(input_axis, input_axis, "A");
    auto const direction = forgets_A ? gradient : product(gradient, A);
    return trusted::same(preconditioned_layer(any)(state(W)), state(W - any.learning_rate() * direction));
}
static_assert(induction_step(symbols) && induction_step(numbers));
static_assert(!induction_step(symbols, true) && !induction_step(numbers, true));

// --------------------------- Newton's iteration for the inverse of S: M <- 2 M - M S M, so that I - M_k S = (I - M_0 S)^(2^k)

/// One layer of two heads on the tokens (s_j; m_j; e_j), whose columns are those of S^T, M and I: from the residual stream and
/// the two heads, M + M - M S M. Doubled: with the head that adds M once more; without it, in a refutation.
template <class Any, class Square>
constexpr Square after_newton_layer(Any const&, Square const& S, Square const& M, bool doubled = true) {
    using Number = typename Any::Scalar;
    constexpr int d = Any::dimensions.input;
    constexpr TokenShape shape{.token_dim = 3 * d, .context = d};
    using Head = LinearSelfAttention<shape, Number, d, d>;
    auto const I = identity<Number, 3 * d>();
    auto const of_s = rows<0, d>(I);
    auto const of_m = rows<d, d>(I);
    auto const of_e = rows<2 * d, d>(I);
    Head const minus_MSM{.query = of_m, .key = of_s, .value = of_m, .output = Number(-1) * transpose(of_m)};
    Head const plus_M{.query = of_e, .key = of_e, .value = of_m, .output = Number(doubled ? 1 : 0) * transpose(of_m)};
    Prompt<shape, Number> prompt{.context = above(above(transpose(S), M), identity<Number, d>()),
                                 .query = zero<Number, 3 * d, 1>()};
    return rows<d, d>(heads(minus_MSM, plus_M)(prompt).context);
}

template <class Any>
constexpr auto residual_of_inverse(Any const&, auto const& M, auto const& S) {
    return identity<typename Any::Scalar, Any::dimensions.input>() - product(M, S);
}

/// Induction: I - M' S = (I - M S)^2 for every M and S. Power 2, or 1 in a refutation.
template <class Any>
constexpr bool residual_is_squared(Any const& any, bool doubled = true) {
    auto const S = any.matrix(input_axis, input_axis, "S");
    auto const M = any.matrix(input_axis, input_axis, "M");
    auto const residual = residual_of_inverse(any, M, S);
    auto const next = after_newton_layer(any, S, M, doubled);
    return trusted::same(residual_of_inverse(any, next, S), product(residual, residual));
}
static_assert(residual_is_squared(symbols) && residual_is_squared(numbers));
static_assert(!residual_is_squared(symbols, false) && !residual_is_squared(numbers, false));

/// Three layers with S = X X^T, the Hessian of regression: I - M_3 S = (I - M_0 S)^8. Layers: 3, or another number in a
/// refutation.
template <class Any>
constexpr bool three_layers_are_the_eighth_power(Any const& any, int layers = 3) {
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const S = product(X, transpose(X));
    auto M = any.matrix(input_axis, input_axis, "M");
    auto power = residual_of_inverse(any, M, S);
    for (int doubling = 0; doubling < 3; ++doubling) {
        power = product(power, power);
    }
    for (int layer = 0; layer < layers; ++layer) {
        M = after_newton_layer(any, S, M);
    }
    return trusted::same(residual_of_inverse(any, M, S), power);
}
static_assert(three_layers_are_the_eighth_power(symbols) && three_layers_are_the_eighth_power(numbers));
static_assert(!three_layers_are_the_eighth_power(numbers, 2));

}  // namespace

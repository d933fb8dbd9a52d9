// SPDX-License-Identifier: MIT
// What linear attention cannot do: each update of a token is homogeneous of degree 3 in the prompt, and a step of ridge
// regression is not. And what several heads are: one F, of one gram matrix. Compiling this file is the test.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr symbolic::AnySizes symbols{};
constexpr Arbitrary<sizes, Modular> numbers{};

// -------------------------------------------------------------------------------------------- any layer of linear attention

/// A head of which all four projections are free, of any key and value dimension. Two heads have other names.
template <class Any>
constexpr auto any_head(Any const& any, bool second = false) {
    auto const beside_each_other = [&](auto rows, char const* of_x, char const* of_y) {
        return beside(any.matrix(rows, input_axis, of_x), any.matrix(rows, output_axis, of_y));
    };
    return LinearSelfAttention<Any::dimensions.tokens(), typename Any::Scalar, Any::keys, Any::values>{
        .query = beside_each_other(key_axis, second ? "QX2" : "QX", second ? "QY2" : "QY"),
        .key = beside_each_other(key_axis, second ? "KX2" : "KX", second ? "KY2" : "KY"),
        .value = beside_each_other(value_axis, second ? "VX2" : "VX", second ? "VY2" : "VY"),
        .output = above(any.matrix(input_axis, value_axis, second ? "PX2" : "PX"),
                        any.matrix(output_axis, value_axis, second ? "PY2" : "PY"))};
}
constexpr auto any_layer = [](auto const& any) { return any_head(any); };
constexpr auto any_two_heads = [](auto const& any) { return heads(any_head(any), any_head(any, true)); };
constexpr auto gradient_step = []<class Any>(Any const& any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};

// ------------------------------------------------- update(c tokens) = c^3 update(tokens), whatever the projections, for any c

template <TokenShape Shape, class Number>
constexpr Prompt<Shape, Number> scaled(Number const& c, Prompt<Shape, Number> const& prompt) {
    return {.context = c * prompt.context, .query = c * prompt.query};
}
template <TokenShape Shape, class Number>
constexpr Prompt<Shape, Number> minus(Prompt<Shape, Number> const& a, Prompt<Shape, Number> const& b) {
    return {.context = a.context - b.context, .query = a.query - b.query};
}

template <class Any, class Statement>
constexpr bool is_homogeneous(Any const& any, Statement const& statement, int degree = 3) {
    auto const update = statement(any);
    auto const prompt = any.prompt();
    auto const c = any.scalar("c");
    auto power = c;
    for (int factor = 1; factor < degree; ++factor) {
        power = power * c;
    }
    auto const of_scaled = minus(update(scaled(c, prompt)), scaled(c, prompt));
    return trusted::same(of_scaled, scaled(power, minus(update(prompt), prompt)));
}
static_assert(is_homogeneous(symbols, any_layer) && is_homogeneous(numbers, any_layer));
static_assert(is_homogeneous(numbers, any_two_heads));  // for all sizes: a sum of two such updates
static_assert(is_homogeneous(symbols, gradient_step) && is_homogeneous(numbers, gradient_step));
// Refuted: of another degree.
static_assert(!is_homogeneous(numbers, any_layer, 2) && !is_homogeneous(numbers, any_layer, 1));

// -------------------------------------------------------------------------------------------------- a step of ridge regression

/// Gradient descent on 1/(2N) sum |W x_i - y_i|^2 + lambda/2 |W|^2: dW = -eta ((1/N) (W0 X - Y) X^T + lambda W0).
template <class Any>
struct RidgeStep {
    Any any;
    Matrix<typename Any::Scalar, Any::dimensions.output, Any::dimensions.input> W0;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const X = inputs<given>(prompt.context);
        auto const Xq = inputs<given>(prompt.query);
        auto const Y = targets<given>(prompt.context);
        Matrix<Number, given.output, given.input> const dW =
            -any.learning_rate() * (regression_gradient(W0, X, Y) + any.scalar("lam") * W0);
        return {.context = above(X, Y - product(dW, X)),
                .query = above(Xq, targets<given>(prompt.query) - product(dW, Xq))};
    }
};
constexpr auto ridge_step = []<class Any>(Any const& any) { return RidgeStep<Any>{any, any.initial_weights()}; };

// Refuted: that it is the update of some layer of linear attention. Its decay eta lambda W0 x is of degree 1.
static_assert(!is_homogeneous(symbols, ridge_step) && !is_homogeneous(numbers, ridge_step));

// With W0 = 0 there is nothing that could decay: the first step is that of gradient descent, and so it is a layer.
constexpr auto ridge_step_from_zero = []<class Any>(Any any) {
    auto const W0 = any.initial_weights();
    return RidgeStep<Any>{any, W0 - W0};
};
constexpr auto layer_from_zero = []<class Any>(Any any) {
    auto const W0 = any.initial_weights();
    return as_attention(GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), W0 - W0});
};
static_assert(!different_for_some_sizes(ridge_step_from_zero, layer_from_zero));
static_assert(is_homogeneous(symbols, ridge_step_from_zero));

/// The second step decays what the first has learned: the same layer again is not that step.
template <class Any>
constexpr bool second_layer_is_the_second_step(Any const& any, bool with_decay) {
    constexpr Dimensions given = Any::dimensions;
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const eta = any.learning_rate();
    auto const zero_weights = any.initial_weights() - any.initial_weights();
    auto const W1 = zero_weights - eta * regression_gradient(zero_weights, X, Y);
    auto const gradient = regression_gradient(W1, X, Y);
    auto const W2 = with_decay ? W1 - eta * (gradient + any.scalar("lam") * W1) : W1 - eta * gradient;
    return trusted::same(prediction<given>(looped<2>(layer_from_zero(any))(embed(X, Y, Xq, zero_weights))),
                         product(W2, Xq));
}
static_assert(!second_layer_is_the_second_step(numbers, true));
static_assert(second_layer_is_the_second_step(symbols, false) && second_layer_is_the_second_step(numbers, false));

/// What it takes: the first target t beside the residual r, and beside the attention a linear map of each token by itself,
/// which is of degree 1: r <- r - (eta/N) R X^T x + eta lambda (t - r). Tokens (x; t; r); the query is (x_q; 0; -W x_q).
template <class Any>
constexpr bool ridge_with_a_map_of_each_token(Any const& any, bool keeps_the_first_target = true) {
    using Number = typename Any::Scalar;
    constexpr Dimensions given = Any::dimensions;
    constexpr int in = given.input;
    constexpr int out = given.output;
    constexpr TokenShape shape{.token_dim = in + 2 * out, .context = given.context, .query = given.query};
    using State = Prompt<shape, Number>;
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const state = [&](auto const& W) -> State {
        return {.context = above(above(X, Y), Y - product(W, X)),
                .query = above(above(Xq, zero<Number, out, given.query>()), -product(W, Xq))};
    };
    auto const I = identity<Number, shape.token_dim>();
    auto const of_x = rows<0, in>(I);
    auto const of_t = rows<in, out>(I);
    auto const of_r = rows<in + out, out>(I);
    Number const rate = any.learning_rate() * one_over_context<Number>(given.context);
    LinearSelfAttention<shape, Number, in, out> const layer{
        .query = of_x, .key = of_x, .value = of_r, .output = -rate * transpose(of_r)};
    auto const decay = any.learning_rate() * any.scalar("lam");
    auto const target = keeps_the_first_target ? of_t : of_t - of_t;
    auto const map = decay * product(transpose(of_r), target - of_r);

    auto const W = any.matrix(output_axis, input_axis, "W");
    auto const before = state(W);
    auto after = layer(before);
    after.context = after.context + product(map, before.context);
    after.query = after.query + product(map, before.query);
    auto const gradient = regression_gradient(W, X, Y) + any.scalar("lam") * W;
    return trusted::same(after, state(W - any.learning_rate() * gradient));
}
static_assert(ridge_with_a_map_of_each_token(symbols) && ridge_with_a_map_of_each_token(numbers));
static_assert(!ridge_with_a_map_of_each_token(numbers, false));

// ------------------------------------------- H heads are one F = sum over h of P_h W_V,h G W_K,h^T W_Q,h with one G = C C^T

template <class Any>
constexpr bool heads_share_one_gram_matrix(Any const& any, bool without_second = false) {
    auto const first = any_head(any);
    auto const second = any_head(any, true);
    auto const C = any.prompt().context;
    auto const G = gram(C);
    auto const F = any_two_heads(any).fast_weights(C);
    auto const of_first = product(first.output, first.value, G, transpose(first.key), first.query);
    auto const of_second = product(second.output, second.value, G, transpose(second.key), second.query);
    auto const sum = without_second ? of_first : of_first + of_second;
    return trusted::same(F, sum) && (without_second || trusted::same(F, any_two_heads(any).fast_weights_of_gram(G)));
}
static_assert(heads_share_one_gram_matrix(symbols) && heads_share_one_gram_matrix(numbers));
static_assert(!heads_share_one_gram_matrix(numbers, true));

/// Two heads with the same queries and keys are one head, whose P W_V is the sum.
template <class Any>
constexpr bool heads_of_like_scores_are_one_head(Any const& any, bool like_scores) {
    auto const first = any_head(any);
    auto second = any_head(any, true);
    if (like_scores) {
        second.query = first.query;
        second.key = first.key;
    }
    auto const C = any.prompt().context;
    auto const output_value = product(first.output, first.value) + product(second.output, second.value);
    return trusted::same(heads(first, second).fast_weights(C),
                         product(output_value, gram(C), transpose(first.key), first.query));
}
static_assert(heads_of_like_scores_are_one_head(symbols, true) && heads_of_like_scores_are_one_head(numbers, true));
static_assert(!heads_of_like_scores_are_one_head(numbers, false));

}  // namespace

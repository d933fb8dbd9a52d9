// SPDX-License-Identifier: MIT
// Attention with any scores is functional gradient descent, and K steps are a sum of powers. The kernel of features is one
// case of it, linear attention another. Compiling this file is the test.
//
//     layer       y_j <- y_j - (eta/N) sum_i y_i k(x_i, x_j)         scores k(x_i, x_j): G [context x context], g [context x query]
//     descent     f <- f - (eta/N) sum_i (f(x_i) - y_i) k(x_i, .)    [Cheng2023]
//
// G and g are free: k need be neither symmetric nor positive, and may depend on the context, as softmax does.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr Dimensions small{.input = 1, .output = 2, .context = 4, .query = 3};
constexpr symbolic::AnySizes symbols{};
constexpr Arbitrary<sizes, Modular> numbers{};

template <class Any>
constexpr auto rate_of(Any const& any) {
    return any.learning_rate() * one_over_context<typename Any::Scalar>(Any::dimensions.context);
}
template <class Any>
constexpr auto scores_of_context(Any const& any) {
    return any.matrix(context_axis, context_axis, "G");
}
template <class Any>
constexpr auto scores_of_query(Any const& any) {
    return any.matrix(context_axis, query_axis, "g");
}

/// Attention whose scores are given: keys i, queries j, values -y_i.
template <class Any>
struct ScoredAttention {
    Any any;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const Y = targets<given>(prompt.context);
        Number const rate = rate_of(any);
        return {.context = above(inputs<given>(prompt.context), Y - rate * product(Y, scores_of_context(any))),
                .query = above(inputs<given>(prompt.query),
                               targets<given>(prompt.query) - rate * product(Y, scores_of_query(any)))};
    }
};

/// Functional gradient descent, K steps from f = 0, as an update of the targets: y <- y - f(x). The function is
/// f = sum of a_i k(x_i, .), known by its coefficients a [output x context].
template <int K, class Any>
struct FunctionalDescent {
    Any any;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const Y = targets<given>(prompt.context);
        Number const rate = rate_of(any);
        auto const G = scores_of_context(any);
        auto a = zero<Number, given.output, given.context>();
        for (int step = 0; step < K; ++step) {
            Matrix<Number, given.output, given.context> const f = product(a, G);  // its values at the examples
            a = a - rate * (f - Y);
        }
        return {.context = above(inputs<given>(prompt.context), Y - product(a, G)),
                .query = above(inputs<given>(prompt.query),
                               targets<given>(prompt.query) - product(a, scores_of_query(any)))};
    }
};

template <int K, class Any>
struct Repeated {
    ScoredAttention<Any> layer;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int k = 0; k < K; ++k) {
            prompt = layer(prompt);
        }
        return prompt;
    }
};

constexpr auto attention = []<class Any>(Any any) { return ScoredAttention<Any>{any}; };
template <int K>
constexpr auto layers = []<class Any>(Any any) { return Repeated<K, Any>{{any}}; };
template <int K>
constexpr auto descent = []<class Any>(Any any) { return FunctionalDescent<K, Any>{any}; };

// ------------------------------------------------------------------------------------------- one layer is one step, K are K

// By symbols for all sizes, and by numbers at one.
static_assert(!different_for_some_sizes(descent<1>, attention) && !different_for_some_sizes(descent<3>, layers<3>));
static_assert(identical<small>(descent<3>, layers<3>));  // the degree is asked, too

// Refuted: another number of steps; scores transposed (the kernel is not symmetric).
static_assert(different<small>(descent<2>, layers<3>) && different<small>(descent<3>, layers<2>));
static_assert(different<small>(descent<1>, []<class Any>(Any any) {
    return [any]<TokenShape Shape, class Number>(Prompt<Shape, Number> const& prompt) -> Prompt<Shape, Number> {
        constexpr Dimensions given = Any::dimensions;
        auto result = ScoredAttention<Any>{any}(prompt);
        auto const Y = targets<given>(prompt.context);
        result.context =
            above(inputs<given>(prompt.context), Y - rate_of(any) * product(Y, transpose(scores_of_context(any))));
        return result;
    };
}));

/// For every K, by induction. f of coefficients a: the tokens hold (Y - a G; -a g). One layer leads to a - (eta/N) (a G - Y).
template <class Any, class Coefficients>
constexpr auto state_of(Any const& any, Coefficients const& a) {
    auto const Y = any.matrix(output_axis, context_axis, "y");
    return Prompt<Any::dimensions.tokens(), typename Any::Scalar>{
        .context = above(any.matrix(input_axis, context_axis, "x"), Y - product(a, scores_of_context(any))),
        .query = above(any.matrix(input_axis, query_axis, "xq"), -product(a, scores_of_query(any)))};
}
template <class Any>
constexpr bool induction_step(Any const& any, bool forgets_f = false) {
    auto const a = any.matrix(output_axis, context_axis, "a");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const residual = forgets_f ? -Y : product(a, scores_of_context(any)) - Y;
    return trusted::same(attention(any)(state_of(any, a)), state_of(any, a - rate_of(any) * residual));
}
static_assert(induction_step(symbols) && induction_step(numbers));
static_assert(!induction_step(symbols, true) && !induction_step(numbers, true));

// ------------------------------------------------------- K steps from 0 predict (eta/N) sum over k < K of Y (I - (eta/N) G)^k g

template <int K, class Any>
constexpr bool prediction_is_a_sum_of_powers(Any const& any, int powers = K) {
    using Number = typename Any::Scalar;
    constexpr Dimensions given = Any::dimensions;
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const contraction = identity<Number, given.context>() - rate_of(any) * scores_of_context(any);
    auto Y_power = Y;
    auto sum = zero<Number, given.output, given.query>();
    for (int k = 0; k < powers; ++k) {
        sum = sum + rate_of(any) * product(Y_power, scores_of_query(any));
        Y_power = product(Y_power, contraction);
    }
    auto const start = state_of(any, zero<Number, given.output, given.context>());
    return trusted::same(prediction<given>(Repeated<K, Any>{{any}}(start)), sum);
}
static_assert(prediction_is_a_sum_of_powers<1>(symbols) && prediction_is_a_sum_of_powers<3>(symbols));
static_assert(prediction_is_a_sum_of_powers<6>(Arbitrary<small, Modular>{}));
static_assert(!prediction_is_a_sum_of_powers<3>(symbols, 2) && !prediction_is_a_sum_of_powers<3>(symbols, 4));

/// For every K, by induction. After k layers the context holds Y B, with B the k-th power, and the query -(eta/N) Y S g, with S
/// the sum of the powers before. One layer leads from any B and S to B (I - (eta/N) G) and S + B.
template <class Any>
constexpr bool powers_go_on(Any const& any, bool other_order = false) {
    using Number = typename Any::Scalar;
    constexpr Dimensions given = Any::dimensions;
    using State = Prompt<given.tokens(), Number>;
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const B = any.matrix(context_axis, context_axis, "B");
    auto const sum = any.matrix(context_axis, context_axis, "S");
    auto const g = scores_of_query(any);
    auto const state = [&](auto const& power, auto const& sum_of_powers) -> State {
        return {
            .context = above(any.matrix(input_axis, context_axis, "x"), product(Y, power)),
            .query = above(any.matrix(input_axis, query_axis, "xq"), -(rate_of(any) * product(Y, sum_of_powers, g)))};
    };
    auto const contraction = identity<Number, given.context>() - rate_of(any) * scores_of_context(any);
    auto const next = other_order ? product(contraction, B) : product(B, contraction);
    return trusted::same(attention(any)(state(B, sum)), state(next, sum + B));
}
static_assert(powers_go_on(symbols) && powers_go_on(numbers));
static_assert(!powers_go_on(symbols, true) && !powers_go_on(numbers, true));

// --------------------------------------------------------------------- kernels of features: the library's layer is such a layer

/// The library's layer over features, from W0 = 0, is attention with the scores k(x, x') = m(x)^T m(x'), for every m.
template <class Any>
constexpr bool features_are_a_kernel(Any const& any, int share = 1) {
    using Number = typename Any::Scalar;
    constexpr Dimensions features{.input = Any::features,
                                  .output = Any::dimensions.output,
                                  .context = Any::dimensions.context,
                                  .query = Any::dimensions.query};
    auto const m = any.map(feature_axis, "m");
    auto const M = m(any.matrix(input_axis, context_axis, "x"));
    auto const Mq = m(any.matrix(input_axis, query_axis, "xq"));
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Yq = any.matrix(output_axis, query_axis, "yq");
    auto const layer = as_attention(
        GradientStep<features, Number>{any.learning_rate(), zero<Number, features.output, features.input>()});
    auto const updated = layer(Prompt<features.tokens(), Number>{.context = above(M, Y), .query = above(Mq, Yq)});
    Number const rate = Number(share) * rate_of(any);
    return trusted::same(targets<features>(updated.context), Y - rate * product(Y, transpose(M), M)) &&
           trusted::same(targets<features>(updated.query), Yq - rate * product(Y, transpose(M), Mq));
}
static_assert(features_are_a_kernel(symbols) && features_are_a_kernel(numbers));
static_assert(!features_are_a_kernel(symbols, 2) && !features_are_a_kernel(numbers, 2));

}  // namespace

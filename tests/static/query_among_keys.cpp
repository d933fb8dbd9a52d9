// SPDX-License-Identifier: MIT
// The query token among the keys and values, as in the paper's notation: one layer with W0 = 0 does not notice it. Two layers
// do, and so does one with W0 != 0: in the second layer the query is an example (x_q; -prediction). Compiling this file is the
// test.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 1};
constexpr symbolic::AnySizes symbols{};
constexpr Arbitrary<sizes, Modular> numbers{};

enum class Weights { zero, any };

template <class Any>
constexpr auto initial_weights(Any const& any, Weights weights) {
    auto const W0 = any.initial_weights();
    return weights == Weights::any ? W0 : W0 - W0;
}

/// The prediction after K layers of Prop. 1, embedded as (x_q; -W0 x_q), keys and values from the N examples.
template <int K, class Any>
constexpr auto apart(Any const& any, Weights weights) {
    constexpr Dimensions given = Any::dimensions;
    auto const W0 = initial_weights(any, weights);
    auto const layer = as_attention(GradientStep<given, typename Any::Scalar>{any.learning_rate(), W0});
    auto const prompt = embed(any.matrix(input_axis, context_axis, "x"), any.matrix(output_axis, context_axis, "y"),
                              any.matrix(input_axis, query_axis, "xq"), W0);
    return prediction<given>(looped<K>(layer)(prompt));
}

/// The same projections, eta/N included; keys and values from the N examples and the query tokens.
template <int K, class Any>
constexpr auto among_keys(Any const& any, Weights weights) {
    using Number = typename Any::Scalar;
    constexpr Dimensions given = Any::dimensions;
    constexpr TokenShape shape{.token_dim = given.input + given.output,
                               .context = given.context + given.query,
                               .query = given.query,
                               .input = given.input};
    auto const W0 = initial_weights(any, weights);
    auto const of_examples = as_attention(GradientStep<given, Number>{any.learning_rate(), W0});
    LinearSelfAttention<shape, Number> const layer{
        .query = of_examples.query, .key = of_examples.key, .value = of_examples.value, .output = of_examples.output};
    auto const prompt = embed(any.matrix(input_axis, context_axis, "x"), any.matrix(output_axis, context_axis, "y"),
                              any.matrix(input_axis, query_axis, "xq"), W0);
    auto const updated =
        looped<K>(layer)(Prompt<shape, Number>{.context = beside(prompt.context, prompt.query), .query = prompt.query});
    return prediction_of(rows<given.input, given.output>(updated.query));
}

template <int K, class Any>
constexpr bool makes_no_difference(Any const& any, Weights weights) {
    return trusted::same(apart<K>(any, weights), among_keys<K>(any, weights));
}

static_assert(makes_no_difference<1>(symbols, Weights::zero) && makes_no_difference<1>(numbers, Weights::zero));
static_assert(!makes_no_difference<2>(symbols, Weights::zero) && !makes_no_difference<2>(numbers, Weights::zero));
static_assert(!makes_no_difference<1>(symbols, Weights::any) && !makes_no_difference<1>(numbers, Weights::any));

/// What one layer with W0 does instead: the query token (x_q; -W0 x_q) is an example whose residual is 2 W0 x_q, the value row
/// W0 x - y. It adds (eta/N) 2 W0 x_q x_q^T x_q to the target. Share: 2, or 1 in a refutation.
template <class Any>
constexpr bool query_is_an_example(Any const& any, int share) {
    using Number = typename Any::Scalar;
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    Number const rate = any.learning_rate() * one_over_context<Number>(Any::dimensions.context);
    return trusted::same(
        among_keys<1>(any, Weights::any),
        apart<1>(any, Weights::any) - Number(share) * rate * product(any.initial_weights(), Xq, transpose(Xq), Xq));
}
static_assert(query_is_an_example(symbols, 2) && query_is_an_example(numbers, 2));
static_assert(!query_is_an_example(symbols, 1) && !query_is_an_example(numbers, 1));

}  // namespace

// SPDX-License-Identifier: MIT
// A proof that cannot fail proves nothing: every mistake that is easily made must be refuted, with symbols and numbers.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = any.learning_rate(),
                                                               .initial_weights = any.initial_weights()};
};

/// The layer of Prop. 1 after spoil(layer) did something to its projections.
template <class Spoil>
constexpr auto spoiled(Spoil spoil) {
    return [spoil](auto any) {
        auto layer = as_attention(gradient_step(any));
        spoil(layer, any);
        return layer;
    };
}

template <class Wrong>
constexpr bool refuted(Wrong wrong) {
    return different<sizes>(gradient_step, wrong) && different_for_some_sizes(gradient_step, wrong);
}

// Nothing spoiled: nothing to refute. (Without this line, `refuted` could be true of everything.)
static_assert(!different<sizes>(gradient_step, spoiled([](auto&, auto const&) {})));
static_assert(!different_for_some_sizes(gradient_step, spoiled([](auto&, auto const&) {})));

// The sign of the step.
static_assert(refuted(spoiled([](auto& layer, auto const&) { layer.output = -layer.output; })));

// 1/N missing: eta instead of eta/N.
static_assert(refuted(spoiled([]<class Any>(auto& layer, Any const& any) {
    layer.output = identity<typename Any::Scalar, Any::dimensions.tokens().token_dim>(any.learning_rate());
})));

// The learning rate doubled.
static_assert(refuted(spoiled([](auto& layer, auto const&) { layer.output = layer.output + layer.output; })));

// W0 dropped.
static_assert(refuted([](auto any) {
    auto step = gradient_step(any);
    step.initial_weights = step.initial_weights - step.initial_weights;
    return as_attention(step);
}));

// W0 transposed. For all sizes this does not even multiply (tests/compile_fail/transposed_weights.cpp); where input and
// output are equal it does, and is wrong.
constexpr Dimensions square{.input = 3, .output = 3, .context = 7, .query = 4};
static_assert(different<square>(gradient_step, [](auto any) {
    auto step = gradient_step(any);
    step.initial_weights = transpose(any.initial_weights());
    return as_attention(step);
}));

// The value block in the upper row instead of the lower one (square, so that it fits), in the token's x instead of y.
static_assert(different<square>(gradient_step, [](auto any) {
    auto layer = as_attention(gradient_step(any));
    layer.value = above(rows<3, 3>(layer.value), rows<0, 3>(layer.value));
    return layer;
}));

// The value's identity block with the wrong sign: W0 x + y.
static_assert(refuted(spoiled([]<class Any>(auto& layer, Any const& any) {
    using Number = typename Any::Scalar;
    constexpr int input = Any::dimensions.input;
    constexpr int output = Any::dimensions.output;
    layer.value =
        blocks(zero<Number, input>(), zero<Number, input, output>(), any.initial_weights(), identity<Number, output>());
})));

// Keys and queries that read y as well.
static_assert(refuted(spoiled([]<class Any>(auto& layer, Any const&) {
    layer.key = identity<typename Any::Scalar, Any::dimensions.tokens().token_dim>();
    layer.query = layer.key;
})));

// Keys alone may read y: what the queries do not ask for does not matter. Not a mistake, and not refuted.
constexpr auto with_keys_that_read_y = spoiled([]<class Any>(auto& layer, Any const&) {
    layer.key = identity<typename Any::Scalar, Any::dimensions.tokens().token_dim>();
});
static_assert(!different<sizes>(gradient_step, with_keys_that_read_y));
static_assert(!different_for_some_sizes(gradient_step, with_keys_that_read_y));

/// A layer that counts the query tokens as keys and values, too.
template <class Layer>
struct AttendingToQueries {
    Layer layer;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        auto const from_context = layer.fast_weights(prompt.context);
        auto const from_query = layer.fast_weights(prompt.query);
        return with_fast_weights(from_context + from_query, prompt);
    }
};
static_assert(refuted([](auto any) {
    return AttendingToQueries<decltype(as_attention(gradient_step(any)))>{as_attention(gradient_step(any))};
}));

/// A step that changes the context but forgets the query.
template <class Step>
struct ForgettingTheQuery {
    Step step;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return {.context = step(prompt).context, .query = prompt.query};
    }
};
static_assert(refuted([](auto any) { return ForgettingTheQuery<decltype(gradient_step(any))>{gradient_step(any)}; }));

// The first difference of that one is in the first query token, in its first y.
constexpr Difference in_the_query = first_difference<sizes>(
    gradient_step, [](auto any) { return ForgettingTheQuery<decltype(gradient_step(any))>{gradient_step(any)}; });
static_assert(in_the_query.token == sizes.context && in_the_query.row == sizes.input);
static_assert(in_the_query.expected != in_the_query.actual);

// An online rule goes through the examples one by one and learns between them. Numbers see that; with symbols it does not
// compile (tests/compile_fail/symbolic_entries.cpp).
template <Dimensions Sizes, class Number>
struct OnlineRule {
    Number rate;
    Matrix<Number, Sizes.output, Sizes.input> initial_weights;

    template <TokenShape Shape, class N>
    constexpr Prompt<Shape, N> operator()(Prompt<Shape, N> const& prompt) const {
        auto const X = inputs<Sizes>(prompt.context);
        auto const Y = targets<Sizes>(prompt.context);
        auto weights = initial_weights;
        for (int i = 0; i < Sizes.context; ++i) {
            auto const x = generate<N, Sizes.input, 1>([&](int row, int) { return X(row, i); });
            auto const y = generate<N, Sizes.output, 1>([&](int row, int) { return Y(row, i); });
            weights = weights + rate * product(y - product(weights, x), transpose(x));
        }
        auto const dW = weights - initial_weights;
        auto const stepped = [&](auto const& tokens) {
            return above(inputs<Sizes>(tokens), targets<Sizes>(tokens) - product(dW, inputs<Sizes>(tokens)));
        };
        return {.context = stepped(prompt.context), .query = stepped(prompt.query)};
    }
};
static_assert(different<sizes>(gradient_step, []<class Any>(Any any) {
    using Number = typename Any::Scalar;
    return OnlineRule<Any::dimensions, Number>{any.learning_rate() * one_over_context<Number>(Any::dimensions.context),
                                               any.initial_weights()};
}));

// The prediction without its sign.
template <class Any>
constexpr bool prediction_without_its_sign_is_right(Any const& any) {
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const W0 = any.initial_weights();
    auto const prompt =
        embed(any.matrix(input_axis, context_axis, "x"), any.matrix(output_axis, context_axis, "y"), Xq, W0);
    auto const updated_weights = W0 + gradient_step(any).weight_change(prompt.context);
    return trusted::same(targets<Any::dimensions>(gradient_step(any)(prompt).query), product(updated_weights, Xq));
}
static_assert(!prediction_without_its_sign_is_right(symbolic::AnySizes{}));
static_assert(!prediction_without_its_sign_is_right(Arbitrary<sizes, Modular>{}));

}  // namespace

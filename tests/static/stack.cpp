// SPDX-License-Identifier: MIT
// Depth: K layers are K steps, GD++ is attention, and a linear stack sees its context through C C^T alone.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto plus_plus = []<class Any>(Any any) {
    return GradientDescentPlusPlus<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.scalar("gamma"),
                                                                          any.initial_weights()};
};

// ------------------------------------------------------------------------------------ K looped layers are K steps

template <int K>
constexpr auto looped_steps = [](auto any) { return looped<K>(gradient_step(any)); };
template <int K>
constexpr auto looped_layers = [](auto any) { return looped<K>(as_attention(gradient_step(any))); };

static_assert(identical_for_all_sizes(looped_steps<1>, looped_layers<1>));
static_assert(identical_for_all_sizes(looped_steps<2>, looped_layers<2>));
static_assert(identical_for_all_sizes(looped_steps<3>, looped_layers<3>));
static_assert(identical<sizes>(looped_steps<10>, looped_layers<10>));
static_assert(different<sizes>(looped_steps<2>, looped_layers<3>));

// For every K, by induction. State after k steps, weights W: tokens (X; Y - (W - W0) X), queries (Xq; -W Xq) up to W0.
// One layer from an arbitrary such state, with the matrices of W0, leads to the state of W' = W - eta dL/dW (W).
template <class Any>
constexpr auto state_of_weights(Any const& any,
                                Matrix<typename Any::Scalar, Any::dimensions.output, Any::dimensions.input> const& W) {
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    return Prompt<Any::dimensions.tokens(), typename Any::Scalar>{
        .context = above(X, Y - product(W - any.initial_weights(), X)), .query = above(Xq, -product(W, Xq))};
}
template <class Any>
constexpr bool induction_step(Any const& any) {
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Y = any.matrix(output_axis, context_axis, "y");
    auto const W = any.matrix(output_axis, input_axis, "W");
    auto const next = W - any.learning_rate() * regression_gradient(W, X, Y);
    return trusted::same(as_attention(gradient_step(any))(state_of_weights(any, W)), state_of_weights(any, next));
}
template <class Any>
constexpr bool induction_begins(Any const& any) {
    return trusted::same(state_of_weights(any, any.initial_weights()),
                         embed(any.matrix(input_axis, context_axis, "x"), any.matrix(output_axis, context_axis, "y"),
                               any.matrix(input_axis, query_axis, "xq"), any.initial_weights()));
}
static_assert(induction_begins(symbolic::AnySizes{}) && induction_step(symbolic::AnySizes{}));
static_assert(induction_begins(Arbitrary<sizes, Modular>{}) && induction_step(Arbitrary<sizes, Modular>{}));

// --------------------------------------------------------------------------------------------------------- GD++

constexpr auto plus_plus_layer = [](auto any) { return as_attention(plus_plus(any)); };
static_assert(identical_for_all_sizes(plus_plus, plus_plus_layer));
static_assert(identical_for_all_sizes<2>(plus_plus, plus_plus_layer));
static_assert(identical<sizes, 4>(plus_plus, plus_plus_layer));
static_assert(identical<Dimensions{.input = 10, .output = 1, .context = 10}>(plus_plus, plus_plus_layer));

// gamma = 0 is gradient descent; gamma != 0 is not.
static_assert(identical_for_all_sizes(gradient_step, [](auto any) {
    auto step = plus_plus(any);
    step.gamma = step.gamma - step.gamma;
    return step;
}));
static_assert(different_for_some_sizes(gradient_step, plus_plus));

// gamma of the last layer has no effect on the prediction.
template <class Any>
constexpr bool last_gamma_has_no_effect(Any const& any) {
    auto const prompt = any.prompt();
    auto const once = plus_plus(any)(prompt);
    return trusted::same(prediction<Any::dimensions>(plus_plus(any)(once)),
                         prediction<Any::dimensions>(gradient_step(any)(once)));
}
static_assert(last_gamma_has_no_effect(symbolic::AnySizes{}));

// The Hessian H = X X^T becomes (I - gamma H) H (I - gamma H): each eigenvalue l becomes l (1 - gamma l)^2.
constexpr bool hessian_is_mapped() {
    symbolic::AnySizes const any{};
    auto const X = inputs<any.dimensions>(any.prompt().context);
    auto const moved = inputs<any.dimensions>(plus_plus(any)(any.prompt()).context);
    auto const H = product(X, transpose(X));
    auto const contraction = identity<Polynomial, 1>() - any.scalar("gamma") * H;
    return trusted::same(product(moved, transpose(moved)), product(contraction, H, contraction));
}
static_assert(hessian_is_mapped());

// Rates and gamma of their own in every layer.
constexpr auto own_rates = []<class Any>(Any any) {
    auto first = plus_plus(any);
    auto second = first;
    second.learning_rate = any.scalar("eta2");
    second.gamma = any.scalar("gam2");
    return stacked(first, second, gradient_step(any));
};
constexpr auto own_rates_as_attention = []<class Any>(Any any) {
    auto const steps = own_rates(any);
    namespace hana = boost::hana;
    return stacked(as_attention(hana::at_c<0>(steps.layers)), as_attention(hana::at_c<1>(steps.layers)),
                   as_attention(hana::at_c<2>(steps.layers)));
};
static_assert(identical<sizes>(own_rates, own_rates_as_attention));

// ------------------------------------------------------------------------------------------------- parts of stacks

// A damped gradient step is a gradient step with the rate lambda eta.
static_assert(identical_for_all_sizes([](auto any) { return damped(any.scalar("lamda"), gradient_step(any)); },
                                      [](auto any) {
                                          auto step = gradient_step(any);
                                          step.learning_rate = any.scalar("lamda") * step.learning_rate;
                                          return step;
                                      }));

// A step of GD++ of which only y moves is a gradient step.
static_assert(identical_for_all_sizes(gradient_step, []<class Any>(Any any) {
    return only_targets_move<Any::dimensions>(plus_plus(any));
}));

// ------------------------------------------------------------------------------------------------------- the trace

template <class Any>
constexpr bool trace_is_the_prediction_at_every_depth(Any const& any) {
    auto const layer = plus_plus_layer(any);
    auto const traced = trace<Any::dimensions>(looped<3>(layer), any.prompt());
    auto const of_own = trace<Any::dimensions>(stacked(layer, layer, layer), any.prompt());
    auto prompt = any.prompt();
    for (int k = 0; k < 3; ++k) {
        prompt = layer(prompt);
        if (!(traced.after[k] == prediction<Any::dimensions>(prompt)) || !(of_own.after[k] == traced.after[k])) {
            return false;
        }
    }
    return true;
}
static_assert(trace_is_the_prediction_at_every_depth(Arbitrary<sizes, Modular>{}));

// ------------------------------------------------------------------------------------------------- the gram form

constexpr Arbitrary<sizes, Modular> any_numbers{};

/// A layer without any structure: every projection of field elements.
template <int KeyDim, int ValueDim>
constexpr auto any_head(std::uint32_t seed) {
    auto const draw = [seed](char const* name) {
        return [seed, name](int row, int col) {
            return Unknown<Modular>::draw({seed}, name, Axis::none, Axis::none,
                                          static_cast<std::uint32_t>(16 * row + col));
        };
    };
    return LinearSelfAttention<sizes.tokens(), Modular, KeyDim, ValueDim>{
        .query = generate<Modular, KeyDim, 5>(draw("W_Q")),
        .key = generate<Modular, KeyDim, 5>(draw("W_K")),
        .value = generate<Modular, ValueDim, 5>(draw("W_V")),
        .output = generate<Modular, 5, ValueDim>(draw("P"))};
}

constexpr auto some_stack = stacked(any_head<5, 5>(1), heads(any_head<6, 8>(2), any_head<2, 3>(3)), any_head<1, 9>(4));
static_assert(answer_by_gram<QueryTokens>(some_stack, any_numbers.prompt()) == some_stack(any_numbers.prompt()).query);

constexpr auto some_loop = looped<4>(any_head<5, 6>(5));
static_assert(answer_by_gram<QueryTokens>(some_loop, any_numbers.prompt()) == some_loop(any_numbers.prompt()).query);

// For all sizes, on the steps of GD++.
constexpr bool gram_form_is_the_stack_for_all_sizes() {
    symbolic::AnySizes const any{};
    auto const stack = looped<2>(as_attention(gradient_step(any)));
    return trusted::same(answer_by_gram<QueryTokens>(stack, any.prompt()),
                         BlockMatrix<2, 1>(stack(any.prompt()).query));
}
static_assert(gram_form_is_the_stack_for_all_sizes());

}  // namespace

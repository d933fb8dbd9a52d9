// SPDX-License-Identifier: MIT
// Prop. 2: linear attention over features m(x) is gradient descent on a linear model of m(x), for every map m. Compiling this
// file is the test.
#include <utility>

#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr Dimensions small{.input = 3, .output = 2, .context = 4};

/// The problem over features: inputs are columns of m.
template <class Any>
constexpr Dimensions over_features{.input = Any::features,
                                   .output = Any::dimensions.output,
                                   .context = Any::dimensions.context,
                                   .query = Any::dimensions.query};
template <class Any>
using FeaturePrompt = Prompt<over_features<Any>.tokens(), typename Any::Scalar>;

template <class Any>
constexpr auto any_weights(Any const& any, char const* name = "W0") {
    return any.matrix(output_axis, feature_axis, name);
}
template <class Any>
constexpr auto step_over_features(Any const& any) {
    return GradientStep<over_features<Any>, typename Any::Scalar>{any.learning_rate(), any_weights(any)};
}

/// (x; y) <- (x; y part of layer(m(x); y)): the map acts on the inputs of all tokens, then the layer on what it made of them.
/// MapOfQueries: the same map, or another one in a refutation.
template <class Any, class Layer, class Map = decltype(std::declval<Any>().map(feature_axis, "m")),
          class MapOfQueries = Map>
struct OnFeatures {
    Layer layer;
    Map map;
    MapOfQueries map_of_queries;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const X = inputs<given>(prompt.context);
        auto const Xq = inputs<given>(prompt.query);
        FeaturePrompt<Any> const updated =
            layer(FeaturePrompt<Any>{.context = above(map(X), targets<given>(prompt.context)),
                                     .query = above(map_of_queries(Xq), targets<given>(prompt.query))});
        return {.context = above(X, targets<over_features<Any>>(updated.context)),
                .query = above(Xq, targets<over_features<Any>>(updated.query))};
    }
};
template <class Any, class Layer>
constexpr auto on_features(Any const& any, Layer const& layer) {
    auto const m = any.map(feature_axis, "m");
    return OnFeatures<Any, Layer>{layer, m, m};
}

/// The definition: gradient descent on L(W) = 1/(2N) sum |W m(x_i) - y_i|^2 from W0, as y <- y - dW m(x).
template <class Any>
struct DescentOnFeatures {
    Any any;

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        constexpr Dimensions given = Any::dimensions;
        auto const m = any.map(feature_axis, "m");
        auto const X = inputs<given>(prompt.context);
        auto const Xq = inputs<given>(prompt.query);
        auto const Y = targets<given>(prompt.context);
        auto const M = m(X);
        Matrix<Number, given.output, Any::features> const dW =
            -any.learning_rate() * regression_gradient(any_weights(any), M, Y);
        return {.context = above(X, Y - product(dW, M)),
                .query = above(Xq, targets<given>(prompt.query) - product(dW, m(Xq)))};
    }
};

constexpr auto descent = []<class Any>(Any any) { return DescentOnFeatures<Any>{any}; };
constexpr auto layer_on_features = [](auto any) { return on_features(any, as_attention(step_over_features(any))); };

// ------------------------------------------------------------- one layer: for all sizes, any m, any W0, any outputs, any tokens

static_assert(identical_for_all_sizes(descent, layer_on_features));

// Three layers of the same matrices, at one size.
static_assert(identical<small, 3>(descent, layer_on_features));

// ------------------------------------------------------------------------------------------- K layers, for every K, by induction

/// What the tokens hold after steps that led from W0 to W: (m(X); Y - (W - W0) m(X)), queries (m(Xq); -W m(Xq)).
template <class Any, class Weights>
constexpr FeaturePrompt<Any> state_of_weights(Any const& any, Weights const& W) {
    auto const m = any.map(feature_axis, "m");
    auto const M = m(any.matrix(input_axis, context_axis, "x"));
    auto const Mq = m(any.matrix(input_axis, query_axis, "xq"));
    auto const Y = any.matrix(output_axis, context_axis, "y");
    return {.context = above(M, Y - product(W - any_weights(any), M)), .query = above(Mq, -product(W, Mq))};
}
template <class Any>
constexpr auto gradient_at(Any const& any, char const* weights) {
    auto const M = any.map(feature_axis, "m")(any.matrix(input_axis, context_axis, "x"));
    return regression_gradient(any_weights(any, weights), M, any.matrix(output_axis, context_axis, "y"));
}

/// K = 0: the state is the embedded problem.
template <class Any>
constexpr bool induction_begins(Any const& any) {
    auto const m = any.map(feature_axis, "m");
    return trusted::same(state_of_weights(any, any_weights(any)),
                         embed(m(any.matrix(input_axis, context_axis, "x")), any.matrix(output_axis, context_axis, "y"),
                               m(any.matrix(input_axis, query_axis, "xq")), any_weights(any)));
}

/// K to K + 1: one layer, whose matrices are those of W0, maps the state of any W to the state of W - eta dL/dW (W).
/// Turned: the rate taken with the other sign, which must fail.
template <class Any>
constexpr bool induction_step(Any const& any, bool turned = false) {
    auto const W = any_weights(any, "W");
    auto const change = any.learning_rate() * gradient_at(any, "W");
    auto const next = turned ? W + change : W - change;
    return trusted::same(as_attention(step_over_features(any))(state_of_weights(any, W)), state_of_weights(any, next));
}

/// The prediction after one layer is that of the weights after one step.
template <class Any>
constexpr bool prediction_is_that_of_the_stepped_weights(Any const& any) {
    auto const updated = as_attention(step_over_features(any))(state_of_weights(any, any_weights(any)));
    auto const W1 = any_weights(any) - any.learning_rate() * gradient_at(any, "W0");
    auto const Mq = any.map(feature_axis, "m")(any.matrix(input_axis, query_axis, "xq"));
    return trusted::same(prediction<over_features<Any>>(updated), product(W1, Mq));
}

constexpr Arbitrary<sizes, Modular> numbers{};
static_assert(induction_begins(symbolic::AnySizes{}) && induction_begins(numbers));
static_assert(induction_step(symbolic::AnySizes{}) && induction_step(numbers));
static_assert(!induction_step(symbolic::AnySizes{}, true) && !induction_step(numbers, true));
static_assert(prediction_is_that_of_the_stepped_weights(symbolic::AnySizes{}));
static_assert(prediction_is_that_of_the_stepped_weights(numbers));

// ------------------------------------------------------------------------------------------------------------------ kernels

/// From W0 = 0 one layer predicts (eta/N) sum y_i k(x_i, x_q) with k(x, x') = m(x)^T m(x'). [vonOswald2023] Prop. 2.
/// Power: 1, or 2 in a refutation.
template <class Any>
constexpr bool first_prediction_is_that_of_the_kernel(Any const& any, int power = 1) {
    using Number = typename Any::Scalar;
    constexpr Dimensions problem = over_features<Any>;
    auto const m = any.map(feature_axis, "m");
    auto const M = m(any.matrix(input_axis, context_axis, "x"));
    auto const Mq = m(any.matrix(input_axis, query_axis, "xq"));
    auto const Y = any.matrix(output_axis, context_axis, "y");
    GradientStep<problem, Number> const step{any.learning_rate(), zero<Number, problem.output, problem.input>()};
    auto const kernel = product(transpose(M), Mq);
    Number rate = any.learning_rate() * one_over_context<Number>(problem.context);
    if (power == 2) {
        rate = rate * rate;
    }
    return trusted::same(prediction<problem>(as_attention(step)(embed(M, Y, Mq))), rate * product(Y, kernel));
}
static_assert(first_prediction_is_that_of_the_kernel(symbolic::AnySizes{}));
static_assert(first_prediction_is_that_of_the_kernel(numbers));
static_assert(!first_prediction_is_that_of_the_kernel(symbolic::AnySizes{}, 2));

// ------------------------------------------------------------------------- a map of whole tokens, e -> (phi(e); tau(e)), W0 = 0

/// The layer on (phi(e); tau(e)). It reads out -tau_q + (eta/N) T Phi^T phi_q: what an embedding with an MLP over the whole
/// token (x; y) learns a linear model of. MinusTau: +1, or 0 in a refutation, for a query whose target is cleared.
template <class Any>
constexpr bool whole_tokens_are_mapped(Any const& any, int minus_tau = 1) {
    using Number = typename Any::Scalar;
    constexpr Dimensions problem = over_features<Any>;
    auto const phi = any.map(feature_axis, "f");
    auto const tau = any.map(output_axis, "t");
    auto const tokens = any.prompt();
    Matrix<Number, rows_of<decltype(tokens.context)>, problem.context> const& e = tokens.context;
    Matrix<Number, rows_of<decltype(tokens.query)>, problem.query> const& e_q = tokens.query;
    FeaturePrompt<Any> const mapped{.context = above(phi(e), tau(e)), .query = above(phi(e_q), tau(e_q))};
    GradientStep<problem, Number> const step{any.learning_rate(), zero<Number, problem.output, problem.input>()};
    Number const rate = any.learning_rate() * one_over_context<Number>(problem.context);
    return trusted::same(prediction<problem>(as_attention(step)(mapped)),
                         rate * product(tau(e), transpose(phi(e)), phi(e_q)) - Number(minus_tau) * tau(e_q));
}
static_assert(whole_tokens_are_mapped(symbolic::AnySizes{}) && whole_tokens_are_mapped(numbers));
static_assert(!whole_tokens_are_mapped(symbolic::AnySizes{}, 0) && !whole_tokens_are_mapped(numbers, 0));

// ----------------------------------------------------------------------------------------------------------- refuted

// The query mapped by another map than the context.
static_assert(different<small>(descent, []<class Any>(Any any) {
    auto const layer = as_attention(step_over_features(any));
    auto const m = any.map(feature_axis, "m");
    return OnFeatures<Any, decltype(layer)>{layer, m, any.map(feature_axis, "n")};
}));

// Without 1/N; twice the rate.
static_assert(different<small>(descent, []<class Any>(Any any) {
    auto step = step_over_features(any);
    step.learning_rate = step.learning_rate * context_size<typename Any::Scalar>(Any::dimensions.context);
    return on_features(any, as_attention(step));
}));
static_assert(different<small>(descent, [](auto any) {
    auto step = step_over_features(any);
    step.learning_rate = step.learning_rate + step.learning_rate;
    return on_features(any, as_attention(step));
}));

// Values that forget W0.
static_assert(different<small>(descent, []<class Any>(Any any) {
    auto step = step_over_features(any);
    step.initial_weights = step.initial_weights - step.initial_weights;
    return on_features(any, as_attention(step));
}));

// Two layers are not one.
static_assert(different<small>(
    [](auto any) { return on_features(any, looped<2>(as_attention(step_over_features(any)))); }, layer_on_features));

// ------------------------------------------------------------------------------------------- what an unknown map is, and is not

template <class Any>
constexpr auto features_of(Any const& any, char const* map, char const* argument) {
    return any.map(feature_axis, map)(any.matrix(input_axis, context_axis, argument));
}
// The same map at the same columns; other maps and other columns have other values. So it is with symbols.
static_assert(features_of(numbers, "m", "x") == features_of(numbers, "m", "x"));
static_assert(!(features_of(numbers, "m", "x") == features_of(numbers, "n", "x")));
static_assert(!(features_of(numbers, "m", "x") == features_of(numbers, "m", "z")));
static_assert(trusted::same(features_of(symbolic::AnySizes{}, "m", "x"), features_of(symbolic::AnySizes{}, "m", "x")));
static_assert(!trusted::same(features_of(symbolic::AnySizes{}, "m", "x"), features_of(symbolic::AnySizes{}, "n", "x")));
static_assert(!trusted::same(features_of(symbolic::AnySizes{}, "m", "x"), features_of(symbolic::AnySizes{}, "m", "z")));

// So it is of whole tokens.
constexpr auto tokens = symbolic::AnySizes{}.prompt();
constexpr BlockMatrix<2, 1> context_tokens = tokens.context;
static_assert(!trusted::same(symbolic::AnySizes{}.map(feature_axis, "f")(context_tokens),
                             symbolic::AnySizes{}.map(feature_axis, "g")(context_tokens)));

// It sees every row of a column, and only that column.
constexpr bool value_follows_its_column_alone() {
    auto const m = numbers.map(feature_axis, "m");
    auto X = numbers.matrix(input_axis, context_axis, "x");
    auto const before = m(X);
    for (int row = 0; row < sizes.input; ++row) {
        auto changed = X;
        changed(row, 2) += Modular(1);
        auto const after = m(changed);
        for (int col = 0; col < sizes.context; ++col) {
            for (int feature = 0; feature < numbers.features; ++feature) {
                if ((after(feature, col) == before(feature, col)) != (col != 2)) {
                    return false;
                }
            }
        }
    }
    for (int row = 0; row < sizes.input; ++row) {
        X(row, 5) = X(row, 1);
    }
    auto const of_equal_columns = m(X);
    return of_equal_columns(0, 5) == of_equal_columns(0, 1) && !(of_equal_columns(0, 1) == of_equal_columns(1, 1));
}
static_assert(value_follows_its_column_alone());

// It is not linear, nor any other map that somebody knows.
static_assert(!trusted::same(features_of(symbolic::AnySizes{}, "m", "x"),
                             symbolic::AnySizes{}.matrix(feature_axis, context_axis, "M")));
constexpr bool is_not_odd() {
    auto const m = numbers.map(feature_axis, "m");
    auto const X = numbers.matrix(input_axis, context_axis, "x");
    return !(m(-X) == -m(X));
}
static_assert(is_not_odd());

// In fractions: whole numbers, which a person can follow.
static_assert(!different<Dimensions{.input = 2, .output = 1, .context = 3}, Rational>(descent, layer_on_features));

// Degrees: a value is an unknown, as an input is in Prop. 1.
static_assert(degree_of<small>(descent) == 5);

template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};
// Symbols: of a computed block nobody knows where it is another column, so it is refused; and so are other sizes than inputs.
static_assert(is_refused<[] {
    symbolic::AnySizes const any{};
    return any.map(feature_axis, "m")(any.learning_rate() * any.matrix(input_axis, context_axis, "x"));
}>);
static_assert(is_refused<[] {
    symbolic::AnySizes const any{};
    return any.map(feature_axis, "m")(-any.matrix(input_axis, context_axis, "x"));
}>);
static_assert(is_refused<[] {
    symbolic::AnySizes const any{};
    return any.map(feature_axis, "m")(any.matrix(output_axis, context_axis, "y"));
}>);
static_assert(is_refused<[] {
    symbolic::AnySizes const any{};
    return any.map(feature_axis, "m")(transpose(any.matrix(context_axis, input_axis, "x")));
}>);
static_assert(is_refused<[] {
    symbolic::AnySizes const any{};
    return any.map(feature_axis,
                   "m")(above(any.matrix(input_axis, context_axis, "x"), any.matrix(output_axis, context_axis, "y")));
}>);
static_assert(is_refused<[] { return features_of(numbers, "mm", "x"); }> &&
              is_refused<[] { return features_of(numbers, "", "x"); }>);
// Nobody else has the name of a value.
static_assert(is_refused<[] { return numbers.matrix(feature_axis, context_axis, "m(x)"); }>);
static_assert(is_refused<[] { return numbers.matrix(feature_axis, context_axis, "m[e]"); }>);

}  // namespace

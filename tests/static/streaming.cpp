// SPDX-License-Identifier: MIT
// A context that is observed example by example, or by tables of them, predicts what the stack predicts from the prompt; its memory is fixed.
#include "incontext/construction/gradient_descent_plus_plus.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/streaming/streaming_context.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};

/// Numbers without any structure: a congruential sequence.
template <int Rows, int Cols>
constexpr auto any_matrix(long long seed) {
    return generate<Modular, Rows, Cols>([&](int row, int col) {
        return Modular(static_cast<int>((seed * 7919 + row * 104729 + col * 1299709 + 17) % 999983));
    });
}

constexpr auto W0 = any_matrix<2, 3>(1);
constexpr auto X = any_matrix<3, 7>(2);
constexpr auto Y = any_matrix<2, 7>(3);
constexpr auto x = any_matrix<3, 1>(4);

template <class Matrix>
constexpr auto column(Matrix const& matrix, int col) {
    return generate<Modular, rows_of<Matrix>, 1>([&](int row, int) { return matrix(row, col); });
}

template <int First, int Count, class Matrix>
constexpr auto columns(Matrix const& matrix) {
    return generate<Modular, rows_of<Matrix>, Count>([&](int row, int col) { return matrix(row, First + col); });
}

/// The prediction after the seven examples of (X; Y), observed one by one, `times` times over.
template <class Model>
constexpr auto streamed(Model const& model, int times) {
    StreamingContext<sizes, Model> context(model, W0);
    for (int i = 0; i < 7 * times; ++i) {
        static_cast<void>(context.observe(column(X, i % 7), column(Y, i % 7)));
    }
    return context.predict(x);
}

template <class Model>
constexpr bool streaming_is_the_stack(Model const& model) {
    auto const expected = prediction<sizes>(model(embed(X, Y, x, W0)));
    // The mean of the examples does not change when all of them are observed again, so neither does the prediction.
    return streamed(model, 1) == expected && streamed(model, 3) == expected;
}

constexpr GradientDescentPlusPlus<sizes, Modular> step{Modular(5), Modular(3), W0};
constexpr auto layer = as_attention(step);
constexpr auto gradient_layer = as_attention(step.gradient_step());
static_assert(streaming_is_the_stack(looped<1>(layer)));
static_assert(streaming_is_the_stack(looped<4>(gradient_layer)));
static_assert(streaming_is_the_stack(looped<3>(layer)));
static_assert(streaming_is_the_stack(stacked(layer, heads(gradient_layer, layer), gradient_layer)));

/// Where N times the moments of the mean example leave the range, they are not made, and the answer is the same.
template <class Model>
constexpr bool the_mean_example_answers_as_all(Model const& model) {
    using Asked = QueryTargets<sizes>;
    auto const mean = any_matrix<5, 5>(5);
    auto const query = any_matrix<5, 1>(6);
    Matrix<Modular, 5, 5> const all = Modular(sizes.context) * mean;
    GramPrompt<sizes.tokens(), Modular> const of_one(mean, query);
    return streaming_context::answer_by_mean<Asked>(model, of_one, sizes.context) ==
           answer_by_gram<Asked>(model, GramPrompt<sizes.tokens(), Modular>(all, query));
}
static_assert(the_mean_example_answers_as_all(looped<1>(layer)));
static_assert(the_mean_example_answers_as_all(looped<3>(layer)));
static_assert(the_mean_example_answers_as_all(stacked(layer, heads(gradient_layer, layer), gradient_layer)));

/// The same examples in tables: inputs and outputs apart, then both in one, then the last two in tables of one column.
template <class Model>
constexpr bool tables_are_the_stack(Model const& model) {
    auto const expected = prediction<sizes>(model(embed(X, Y, x, W0)));
    StreamingContext<sizes, Model> apart(model, W0);
    static_cast<void>(apart.observe(X, Y));
    StreamingContext<sizes, Model> in_one(model, W0);
    static_cast<void>(in_one.observe_tokens(above(X, Y)));
    StreamingContext<sizes, Model> in_three(model, W0);
    static_cast<void>(in_three.observe(columns<0, 3>(X), columns<0, 3>(Y)));
    static_cast<void>(in_three.observe_tokens(above(columns<3, 3>(X), columns<3, 3>(Y))));
    static_cast<void>(in_three.observe_tokens(above(column(X, 6), column(Y, 6))));
    return apart.predict(x) == expected && in_one.predict(x) == expected && in_three.predict(x) == expected &&
           apart.count() == 7 && in_one.count() == 7 && in_three.count() == 7;
}
static_assert(tables_are_the_stack(looped<1>(layer)));
static_assert(tables_are_the_stack(looped<3>(layer)));
static_assert(tables_are_the_stack(stacked(layer, heads(gradient_layer, layer), gradient_layer)));

// A table longer than what is copied or summed at once.
constexpr bool long_tables_are_their_examples() {
    auto const inputs = any_matrix<3, 300>(5);
    auto const outputs = any_matrix<2, 300>(6);
    using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), Modular>, 1>>;
    Context one_by_one(looped<1>(layer), W0);
    for (int i = 0; i < 300; ++i) {
        static_cast<void>(one_by_one.observe(column(inputs, i), column(outputs, i)));
    }
    Context apart(looped<1>(layer), W0);
    static_cast<void>(apart.observe(inputs, outputs));
    return apart.gram() == one_by_one.gram() && apart.count() == 300;
}
static_assert(long_tables_are_their_examples());

// Without examples the prediction is that of W0; what was forgotten has no effect.
constexpr bool begins_with_the_initial_weights() {
    StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), Modular>, 2>> context(looped<2>(layer), W0);
    bool const at_first = context.predict(x) == product(W0, x) && context.count() == 0;
    static_cast<void>(context.observe(x, column(Y, 0)));
    bool const then = !(context.predict(x) == product(W0, x)) && context.count() == 1;
    context.forget();
    return at_first && then && context.predict(x) == product(W0, x) && context.count() == 0;
}
static_assert(begins_with_the_initial_weights());

}  // namespace

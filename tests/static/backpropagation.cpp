// SPDX-License-Identifier: MIT
// Backpropagation is the transpose of the derivative: <v, J u> = <J^T v, u>, exactly, for the code that trains.
//
// J u is computed by running the layer itself on dual numbers w + u e; J^T v by the pullback.
#include "incontext/theorem.hpp"
#include "incontext/training/backpropagation.hpp"
#include "incontext/training/loss.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
using Prompt1 = Prompt<shape, Modular>;
using Head = LinearSelfAttention<shape, Modular, 6, 8>;
using SquareHead = LinearSelfAttention<shape, Modular>;
using Heads = MultiHeadAttention<SquareHead, Head>;

/// Fills a layer or prompt with field elements that depend on `stream`.
template <class Tree>
constexpr Tree drawn(char const* stream) {
    Tree tree{};
    std::uint32_t entry = 0;
    for_each_parameter(
        [&](char const*, auto& matrix) {
            for (Modular& number : matrix.entries) {
                number = Unknown<Modular>::draw({}, stream, Axis::none, Axis::none, entry++);
            }
        },
        tree);
    return tree;
}
constexpr Prompt1 drawn_prompt(std::uint32_t seed) { return Arbitrary<sizes, Modular>{.seed = seed}.prompt(); }

template <int Rows, int Cols>
constexpr Modular inner_product(ExactMatrix<Modular, Rows, Cols> const& a, ExactMatrix<Modular, Rows, Cols> const& b) {
    Modular sum(0);
    for (int i = 0; i < Rows * Cols; ++i) {
        sum += a.entries[i] * b.entries[i];
    }
    return sum;
}
constexpr Modular inner_product(Prompt1 const& a, Prompt1 const& b) {
    return inner_product(a.context, b.context) + inner_product(a.query, b.query);
}
template <class Layer>
constexpr Modular inner_product_of_parameters(Layer const& a, Layer const& b) {
    Modular sum(0);
    for_each_parameter([&](char const*, auto const& x, auto const& y) { sum += inner_product(x, y); }, a, b);
    return sum;
}

using D = Dual<Modular>;
template <int Rows, int Cols>
constexpr auto along(ExactMatrix<Modular, Rows, Cols> const& value, ExactMatrix<Modular, Rows, Cols> const& direction) {
    return generate<D, Rows, Cols>([&](int row, int col) { return D(value(row, col), direction(row, col)); });
}
template <class Layer>
constexpr auto along(Layer const& value, Layer const& direction)
    requires is_parameter_tree<Layer>
{
    typename Layer::template with_number<D> result{};
    for_each_parameter([](char const*, auto& to, auto const& at, auto const& u) { to = along(at, u); }, result, value,
                       direction);
    return result;
}
constexpr Prompt<shape, D> along(Prompt1 const& value, Prompt1 const& direction) {
    return {.context = along(value.context, direction.context), .query = along(value.query, direction.query)};
}
template <int Rows, int Cols>
constexpr auto derivative(ExactMatrix<D, Rows, Cols> const& a) {
    return generate<Modular, Rows, Cols>([&](int row, int col) { return a(row, col).derivative; });
}

// ------------------------------------------------------------------------------------------------- a whole layer

template <class Layer>
constexpr bool pullback_is_the_transpose() {
    auto const layer = drawn<Layer>("w");
    auto const layer_direction = drawn<Layer>("u");
    auto const prompt = drawn_prompt(1);
    auto const prompt_direction = drawn_prompt(2);
    auto const cotangent = drawn_prompt(3);

    auto const pushed = along(layer, layer_direction)(along(prompt, prompt_direction));
    Modular const forward = inner_product(cotangent, {.context = derivative(pushed.context),  //
                                                      .query = derivative(pushed.query)});

    Layer gradient{};
    auto const pulled = pull_back(layer, prompt, cotangent, gradient);
    return forward == inner_product_of_parameters(gradient, layer_direction) + inner_product(pulled, prompt_direction);
}
static_assert(pullback_is_the_transpose<SquareHead>());
static_assert(pullback_is_the_transpose<Head>());
static_assert(pullback_is_the_transpose<Heads>());

// Not only the sum: each projection alone. A gradient in the wrong place could otherwise hide behind another.
template <class Layer, int Projection>
constexpr bool pullback_is_right_for() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt(1);
    auto const cotangent = drawn_prompt(3);
    auto direction = drawn<Layer>("u");
    int place = 0;
    for_each_parameter(
        [&](char const*, auto& matrix) {
            if (place++ != Projection) {
                matrix = zero<Modular, rows_of<decltype(matrix)>, cols_of<decltype(matrix)>>();
            }
        },
        direction);
    auto const pushed = along(layer, direction)(along(prompt, Prompt1{}));
    Modular const forward =
        inner_product(cotangent, {.context = derivative(pushed.context), .query = derivative(pushed.query)});
    Layer gradient{};
    static_cast<void>(pull_back(layer, prompt, cotangent, gradient));
    return forward == inner_product_of_parameters(gradient, direction) && !(forward == Modular(0));
}
static_assert(pullback_is_right_for<Head, 0>() && pullback_is_right_for<Head, 1>());
static_assert(pullback_is_right_for<Head, 2>() && pullback_is_right_for<Head, 3>());
static_assert(pullback_is_right_for<Heads, 0>() && pullback_is_right_for<Heads, 7>());

// ------------------------------------------------------------------------------------------ the query-only read-out

// Without a cotangent of the context, the short pullback gives what the long one gives.
template <class Layer>
constexpr bool query_pullback_is_the_pullback() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt(1);
    Prompt1 cotangent{};
    cotangent.query = drawn_prompt(3).query;
    Layer expected{};
    static_cast<void>(pull_back(layer, prompt, cotangent, expected));
    Layer actual{};
    using Query = ExactMatrix<Modular, shape.token_dim, shape.query>;
    pull_back_query(layer, gram(prompt.context), static_cast<Query const&>(prompt.query),
                    static_cast<Query const&>(cotangent.query), actual);
    bool same = true;
    for_each_parameter([&](char const*, auto const& a, auto const& b) { same = same && a == b; }, expected, actual);
    return same && !(inner_product_of_parameters(expected, expected) == Modular(0));
}
static_assert(query_pullback_is_the_pullback<SquareHead>());
static_assert(query_pullback_is_the_pullback<Head>());
static_assert(query_pullback_is_the_pullback<Heads>());

// ---------------------------------------------------------------------------------------------------------- the loss

template <class Layer>
constexpr bool loss_gradient_is_the_derivative() {
    auto const layer = drawn<Layer>("w");
    auto const direction = drawn<Layer>("u");
    auto const prompt = drawn_prompt(1);
    auto const target = Arbitrary<sizes, Modular>{}.matrix(output_axis, query_axis, "T");

    auto const predicted = prediction<sizes>(along(layer, direction)(along(prompt, Prompt1{})));
    auto const loss = task_loss<sizes, D>(predicted, along(target, zero<Modular, 2, 4>()));

    Layer gradient{};
    Modular const weight(1);
    Modular const value = add_loss_and_gradient<sizes>(layer, prompt, target, weight, gradient);
    Layer none{};
    Modular const padding = add_loss_and_gradient<sizes>(layer, prompt, target, Modular(0), none);
    return value == loss.value && loss.derivative == inner_product_of_parameters(gradient, direction) &&
           padding == Modular(0) && inner_product_of_parameters(none, direction) == Modular(0);
}
static_assert(loss_gradient_is_the_derivative<SquareHead>());
static_assert(loss_gradient_is_the_derivative<Heads>());

}  // namespace

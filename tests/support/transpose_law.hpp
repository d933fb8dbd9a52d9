// SPDX-License-Identifier: MIT
/// @file
/// <v, J u> = <J^T v, u> for a layer: J u by running the layer on dual numbers w + u e, J^T v by the pullback.
#pragma once

#include "incontext/theorem.hpp"
#include "incontext/training/backpropagation.hpp"
#include "incontext/training/loss.hpp"
#include "incontext/training/stack_backpropagation.hpp"

namespace transpose_law {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
using Prompt1 = Prompt<shape, Modular>;

/// Fills a layer or prompt with field elements that depend on `stream`.
template <class Tree>
constexpr Tree drawn(char const* stream) {
    Tree tree{};
    std::uint32_t entry = 0;
    auto const draw = [&] { return Unknown<Modular>::draw({}, stream, Axis::none, Axis::none, entry++); };
    for_each_parameter(
        [&](char const*, auto& leaf) {
            if constexpr (AnyMatrix<decltype(leaf)>) {
                for (Modular& number : leaf.entries) {
                    number = draw();
                }
            } else {
                leaf = draw();
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
constexpr Modular inner_product(Modular const& a, Modular const& b) { return a * b; }
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
constexpr D along(Modular const& value, Modular const& direction) { return {value, direction}; }
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
}  // namespace transpose_law

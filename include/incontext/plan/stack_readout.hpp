// SPDX-License-Identifier: MIT
/// @file
/// The query-only read-out of stacks: all tokens through every layer but the last, of that the query tokens alone; or,
/// where that takes fewer multiplications, the moments through all of them.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/length.hpp>

#include "incontext/plan/moment_form.hpp"
#include "incontext/plan/query_readout.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"

namespace incontext {

/// Whether a stack is cheaper by the moments of this context: the longer the context and the deeper the stack.
/// Test: tests/unit/operation_count.cpp.
template <class Stack, TokenShape Shape>
[[nodiscard]] constexpr bool moments_pay() {
    if constexpr (requires(Stack const& stack, Prompt<Shape, typename Stack::Scalar> const& prompt) {
                      updated_query_by_moments(stack, prompt);
                  }) {
        return OperationCount<Stack>::by_moments(Shape) < OperationCount<Stack>::query_only(Shape);
    } else {
        return false;
    }
}

/// The query tokens after one layer applied Depth times [token_dim x query].
///
/// Exactness: identical to stack(prompt).query in exact arithmetic. Cost: Depth - 1 layers and a read-out, or less by
/// moments. Errors: the layer's. Test: tests/static/stack_backpropagation.cpp, tests/static/plan.cpp.
template <class Layer, int Depth, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query(LoopedStack<Layer, Depth> const& stack, Prompt<Shape, Number> prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    if constexpr (moments_pay<LoopedStack<Layer, Depth>, Shape>()) {
        return updated_query_by_moments(stack, prompt);
    } else {
        for (int k = 1; k < Depth; ++k) {
            prompt = stack.layer(prompt);
        }
        return query_after(stack.layer, prompt);
    }
}

/// The query tokens after layers First, First + 1, ... of a tuple.
template <int First, class Layers, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto query_after_layers(Layers const& layers, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    auto const& layer = boost::hana::at_c<First>(layers);
    if constexpr (First + 1 == decltype(boost::hana::length(layers))::value) {
        return query_after(layer, prompt);
    } else {
        Prompt<Shape, Number> const after = layer(prompt);
        return query_after_layers<First + 1>(layers, after);
    }
}

/// The query tokens after layers of their own [token_dim x query]. As for LoopedStack.
template <class... Layers, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query(LayerStack<Layers...> const& stack, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    if constexpr (moments_pay<LayerStack<Layers...>, Shape>()) {
        return updated_query_by_moments(stack, prompt);
    } else {
        return query_after_layers<0>(stack.layers, prompt);
    }
}

/// The query tokens after a clipped layer: the read-out's, cut.
template <class Layer, int Limit, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto updated_query(Clipped<Layer, Limit> const& part, Prompt<Shape, Number> const& prompt)
    -> Matrix<Number, Shape.token_dim, Shape.query> {
    return Clipped<Layer, Limit>::cut(query_after(part.layer, prompt));
}

}  // namespace incontext

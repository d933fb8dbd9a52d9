// SPDX-License-Identifier: MIT
/// @file
/// What the formulations of layers and stacks are given, and what they must yield.
///
/// One layer is given small whole numbers, on which float makes no error: the results must be equal to those in double.
/// A deep stack would soon leave the whole numbers that float holds, so the layers of stacks are scaled down, and the
/// results must agree with double within a rounding bound that is derived here.
#pragma once

#include <cstddef>
#include <vector>

#include "formulation.hpp"
#include "rounding.hpp"
#include "whole_numbers.hpp"

namespace bench {

/// Ten examples and one query, as in the paper, of any token dimension.
template <int TokenDimension>
inline constexpr TokenShape shape_of{.token_dim = TokenDimension, .context = 10};

/// Entry of the prompts: from -1 to 5.
[[nodiscard]] inline int entry_of_prompt(int task, int row, int token) {
    return 2 + small_number(100 + task, row, token);
}

/// One prompt, or those of all lanes.
template <TokenShape Shape, class Number>
[[nodiscard]] Prompt<Shape, Number> prompt_number(int index) {
    auto const at = [index](int row, int token) {
        return in_lanes<Number>(index, [=](int task) { return entry_of_prompt(task, row, token); });
    };
    return {.context = generate<Number, Shape.token_dim, Shape.context>(at),
            .query = generate<Number, Shape.token_dim, 1>([&](int row, int) { return at(row, Shape.context); })};
}

template <TokenShape Shape, class Number>
[[nodiscard]] std::vector<Prompt<Shape, Number>> prompts() {
    std::vector<Prompt<Shape, Number>> all(batch / lanes_in<Number>);
    for (int i = 0; i < batch / lanes_in<Number>; ++i) {
        all[static_cast<std::size_t>(i)] = prompt_number<Shape, Number>(i);
    }
    return all;
}

/// The weights of one layer: whole numbers.
struct WholeWeights {
    template <TokenShape Shape, class Number>
    [[nodiscard]] static LinearSelfAttention<Shape, Number> layer(int /*index*/) {
        return whole_layer<Shape, Number>();
    }
};

/// The weights of a stack's layers: 0 and 2^-18 in P, 0 and 1 elsewhere. Scaling by a power of two rounds nothing.
///
/// Each layer changes the tokens by some hundredths of what they are. As no weight is negative, little cancels, and a
/// layer that is left out, or a last one that reads the first one's context, shows as hundreds of times the bound.
struct ScaledWeights {
    template <TokenShape Shape, class Number>
    [[nodiscard]] static LinearSelfAttention<Shape, Number> layer(int index) {
        auto layer = whole_layer<Shape, Number>(1 + 4 * index);
        for_each_parameter([](char const*, auto& matrix) { matrix = matrix.cwiseAbs().eval(); }, layer);
        layer.output *= Number(0x1p-18);
        return layer;
    }
};

/// What one layer yields, all tokens or the query token alone.
///
/// Entries of a prompt are at most 5, rows and columns of the weights sum to at most 2 in absolute value. So whatever is
/// multiplied first, no entry of any P W_V C C^T W_K^T W_Q e, or of a part of it, exceeds 2^4 (5 N) (5 T) 5, with nothing
/// rounded.
template <TokenShape Shape>
[[nodiscard]] Expected const& expected_of_layer();
template <TokenShape Shape>
[[nodiscard]] Expected const& expected_of_query();

/// The query token after `Depth` layers, and how far rounding may carry it in float.
template <TokenShape Shape, int Depth>
[[nodiscard]] Expected const& expected_of_stack();

// ------------------------------------------------------------------------------------------------------- details ----

template <TokenShape Shape>
Expected const& expected_of_layer() {
    static_assert(16 * (5 * Shape.context) * (5 * Shape.token_dim) * 5 + 5 < 0x1p24,
                  "whole numbers up to 2^24 are exact in float");
    static Expected const expected = [] {
        constexpr int length = Shape.sequence_length();
        Expected result{Dynamic<double>(Shape.token_dim, batch * length)};
        auto const layer = whole_layer<Shape, double>();
        for (int task = 0; task < batch; ++task) {
            auto const updated = layer(prompt_number<Shape, double>(task));
            result.values.middleCols(task * length, Shape.context) = updated.context;
            result.values.col(task * length + Shape.context) = updated.query;
        }
        return result;
    }();
    return expected;
}

template <TokenShape Shape>
Expected const& expected_of_query() {
    static Expected const expected = [] {
        Expected result{Dynamic<double>(Shape.token_dim, batch)};
        auto const& tokens = expected_of_layer<Shape>().values;
        for (int task = 0; task < batch; ++task) {
            result.values.col(task) = tokens.col(task * Shape.sequence_length() + Shape.context);
        }
        return result;
    }();
    return expected;
}

/// Tokens, an upper bound of their absolute values, and a bound of what rounding has done to them.
///
/// A layer is a polynomial of weights and tokens, and no weight is negative. Let A >= |tokens| and D >= the error of the
/// computed tokens. Then the next A is layer(A), and as every term passes at most k roundings, whatever is multiplied
/// first, the next D is (1 + gamma_k) layer(A + D) - layer(A). k: the six products in P W_V C C^T W_K^T W_Q e have inner
/// sizes T, but one, N; the token is added; T more for what the moment form, which keeps C C^T in place of C, rounds
/// elsewhere.
template <TokenShape Shape>
struct BoundedPrompt {
    Prompt<Shape, double> tokens;
    Prompt<Shape, double> magnitude;
    Prompt<Shape, double> error;

    explicit BoundedPrompt(int task)
        : tokens(prompt_number<Shape, double>(task)),
          magnitude{.context = tokens.context.cwiseAbs(), .query = tokens.query.cwiseAbs()},
          error{.context = 0.0 * tokens.context, .query = 0.0 * tokens.query} {}

    void pass(LinearSelfAttention<Shape, double> const& layer) {
        constexpr double factor = 1 + gamma(6 * Shape.token_dim + Shape.context + 2);
        auto const enlarged = layer(Prompt<Shape, double>{.context = magnitude.context + error.context,
                                                          .query = magnitude.query + error.query});
        tokens = layer(tokens);
        magnitude = layer(magnitude);
        error.context = factor * enlarged.context - magnitude.context;
        error.query = factor * enlarged.query - magnitude.query;
    }
};

template <TokenShape Shape, int Depth>
Expected const& expected_of_stack() {
    static Expected const expected = [] {
        std::vector<LinearSelfAttention<Shape, double>> layers;
        for (int index = 0; index < Depth; ++index) {
            layers.push_back(ScaledWeights::layer<Shape, double>(index));
        }
        Expected result{Dynamic<double>(Shape.token_dim, batch), Dynamic<double>(Shape.token_dim, batch)};
        for (int task = 0; task < batch; ++task) {
            BoundedPrompt<Shape> prompt(task);
            for (auto const& layer : layers) {
                prompt.pass(layer);
            }
            result.values.col(task) = prompt.tokens.query;
            result.bounds.col(task) = prompt.error.query;
        }
        return result;
    }();
    return expected;
}

}  // namespace bench

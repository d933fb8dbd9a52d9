// SPDX-License-Identifier: MIT
/// @file
/// What the formulations are given: small whole numbers, on which float arithmetic makes no error.
///
/// Then every formulation, in any order of operations, must yield the same result to the last bit, and a comparison with
/// double finds what a tolerance would hide. The speed of floating-point arithmetic does not depend on the numbers (there
/// are no denormals here).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

#include "incontext/incontext.hpp"

namespace bench {

using namespace incontext;

/// Tasks that every work is done on, unless said otherwise.
inline constexpr int batch = 2048;

using Floats = Lanes<float, native_float_lanes>;

template <class Number>
using Dynamic = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;

/// Ten examples and one query, as in the paper, of any token dimension.
template <int TokenDimension>
inline constexpr TokenShape shape_of{.token_dim = TokenDimension, .context = 10};

/// The numbers from -3 to 3, unrelated for unlike arguments.
[[nodiscard]] inline int small_number(int stream, int row, int col) {
    auto const block = threefry2x32(WordPair<std::uint32_t>{0, static_cast<std::uint32_t>(stream)},
                                    {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(col)});
    return static_cast<int>(block.first % 7) - 3;
}

/// Entry of the prompts, in which the query follows the context: from -1 to 5.
[[nodiscard]] inline int entry_of_prompt(int task, int row, int token) {
    return 2 + small_number(100 + task, row, token);
}

/// A matrix with two entries of +-1 in every row and every column; zero elsewhere.
template <class Number, int Size>
[[nodiscard]] Matrix<Number, Size, Size> whole_matrix(int stream) {
    return generate<Number, Size, Size>([&](int row, int col) {
        int const diagonal = (col - row + Size) % Size;
        bool const is_zero = diagonal != stream % Size && diagonal != (3 * stream + 1) % Size;
        return Number(is_zero ? 0 : small_number(stream, row, col) < 0 ? -1 : 1);
    });
}

/// The projections of the layer.
template <TokenShape Shape, class Number>
[[nodiscard]] LinearSelfAttention<Shape, Number> whole_layer() {
    constexpr int size = Shape.token_dim;
    return {.query = whole_matrix<Number, size>(1),
            .key = whole_matrix<Number, size>(2),
            .value = whole_matrix<Number, size>(3),
            .output = whole_matrix<Number, size>(4)};
}

template <class Number>
inline constexpr int lanes_in = 1;
template <class Number>
    requires is_lanes<Number>
inline constexpr int lanes_in<Number> = Number::lane_count;

/// entry(task) for the task, or one entry for each of the tasks, that element number `index` of a vector holds.
template <class Number, class Entry>
[[nodiscard]] Number in_lanes(int index, Entry const& entry) {
    if constexpr (is_lanes<Number>) {
        Number lanes;
        for (int lane = 0; lane < lanes_in<Number>; ++lane) {
            lanes.set(lane, static_cast<typename Number::Lane>(entry(index * lanes_in<Number> + lane)));
        }
        return lanes;
    } else {
        return Number(entry(index));
    }
}

/// The prompts of all tasks.
template <TokenShape Shape, class Number>
[[nodiscard]] std::vector<Prompt<Shape, Number>> prompts() {
    std::vector<Prompt<Shape, Number>> all(batch / lanes_in<Number>);
    for (int i = 0; i < batch / lanes_in<Number>; ++i) {
        auto const at = [i](int row, int token) {
            return in_lanes<Number>(i, [=](int task) { return entry_of_prompt(task, row, token); });
        };
        all[static_cast<std::size_t>(i)] = {
            .context = generate<Number, Shape.token_dim, Shape.context>(at),
            .query = generate<Number, Shape.token_dim, 1>([&](int row, int) { return at(row, Shape.context); })};
    }
    return all;
}

/// Makes a new object where one was: assigned, the result of a function would be copied, which takes as long as a third of a
/// small product.
template <class T, class Make>
void renew(T& place, Make const& make) {
    static_assert(std::is_trivially_destructible_v<T>);
    ::new (static_cast<void*>(&place)) T(make());
}

/// What one layer yields, all tokens or the query token alone.
///
/// Entries of a prompt are at most 5, rows and columns of the weights sum to at most 2 in absolute value. So whatever is
/// multiplied first, no entry of any P W_V C C^T W_K^T W_Q e, or of a part of it, exceeds 2^4 (5 N) (5 T) 5, with nothing
/// rounded.
template <TokenShape Shape>
[[nodiscard]] Dynamic<double> const& expected_of_layer() {
    static_assert(16 * (5 * Shape.context) * (5 * Shape.token_dim) * 5 + 5 < 0x1p24,
                  "whole numbers up to 2^24 are exact in float");
    static Dynamic<double> const expected = [] {
        Dynamic<double> result(Shape.token_dim, batch * Shape.sequence_length());
        Eigen::Index at = 0;
        for (auto const& prompt : prompts<Shape, double>()) {
            auto const updated = whole_layer<Shape, double>()(prompt);
            result.middleCols(at, Shape.context) = updated.context;
            result.col(at + Shape.context) = updated.query;
            at += Shape.sequence_length();
        }
        return result;
    }();
    return expected;
}

template <TokenShape Shape>
[[nodiscard]] Dynamic<double> const& expected_of_query() {
    static Dynamic<double> const expected = [] {
        Dynamic<double> result(Shape.token_dim, batch);
        for (int task = 0; task < batch; ++task) {
            result.col(task) = expected_of_layer<Shape>().col((task + 1) * Shape.sequence_length() - 1);
        }
        return result;
    }();
    return expected;
}

}  // namespace bench

// SPDX-License-Identifier: MIT
/// @file
/// The input of the benchmarks: small whole numbers, on which float arithmetic makes no error.
///
/// Then every formulation, in every family of numbers and in any order of operations, must yield the same result to the
/// last bit, and a comparison with double finds what a tolerance would hide. The speed of floating-point arithmetic
/// does not depend on the numbers (there are no denormals here).
#pragma once

#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

#include "incontext/incontext.hpp"
#include "plain_eigen.hpp"

namespace bench {

using namespace incontext;

template <class Number>
inline constexpr int lanes_in = 1;
template <class Number>
    requires is_lanes<Number>
inline constexpr int lanes_in<Number> = Number::lane_count;

/// The numbers from -3 to 3 and from -1 to 1, unrelated for unlike arguments.
[[nodiscard]] inline int small_number(int stream, int row, int col) {
    auto const block = threefry2x32(WordPair<std::uint32_t>{0, static_cast<std::uint32_t>(stream)},
                                    {static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(col)});
    return static_cast<int>(block.first % 7) - 3;
}
[[nodiscard]] inline int sign(int stream, int row, int col) {
    return small_number(stream, row, col) < 0 ? -1 : 1;
}

/// A matrix with two entries of +-1 in every row and every column; zero elsewhere.
template <class Number, int Size>
[[nodiscard]] Matrix<Number, Size, Size> whole_matrix(int stream) {
    return generate<Number, Size, Size>([&](int row, int col) {
        int const diagonal = (col - row + Size) % Size;
        bool const is_zero = diagonal != stream % Size && diagonal != (3 * stream + 1) % Size;
        return Number(is_zero ? 0 : sign(stream, row, col));
    });
}

/// The same four projections in any family. Layers of a stack have streams of their own.
template <TokenShape Shape, class Number>
[[nodiscard]] LinearSelfAttention<Shape, Number> whole_layer(int first_stream = 1) {
    constexpr int size = Shape.token_dim;
    return {.query = whole_matrix<Number, size>(first_stream),
            .key = whole_matrix<Number, size>(first_stream + 1),
            .value = whole_matrix<Number, size>(first_stream + 2),
            .output = whole_matrix<Number, size>(first_stream + 3)};
}

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

/// Makes a new object where one was: assigned, the result of a function would be copied, which takes as long as a third of a
/// small product.
template <class T, class Make>
void renew(T& place, Make const& make) {
    static_assert(std::is_trivially_destructible_v<T>);
    ::new (static_cast<void*>(&place)) T(make());
}

/// The lane of a task, or the number itself.
template <class Number>
[[nodiscard]] auto of_task(Number const& number, [[maybe_unused]] int task) {
    if constexpr (is_lanes<Number>) {
        return number[task % lanes_in<Number>];
    } else {
        return number;
    }
}

/// True if a number of any family is this whole number.
[[nodiscard]] inline bool equals(Modular const& number, double whole) {
    return number == Modular(static_cast<long long>(whole));
}
template <std::floating_point Number>
[[nodiscard]] bool equals(Number number, double whole) {
    return static_cast<double>(number) == whole;
}

/// The same weights in dynamic matrices.
template <class Number, class Layer>
[[nodiscard]] PlainLayer<Number> in_plain_matrices(Layer const& layer) {
    return {layer.query.template cast<Number>(), layer.key.template cast<Number>(), layer.value.template cast<Number>(),
            layer.output.template cast<Number>()};
}

/// Tasks in large matrices: entry(task, row, token), where the query follows the context, and target(task).
template <class Number, class Entry, class Target>
[[nodiscard]] PlainTasks<Number> in_plain_matrices(TokenShape const& shape, int count, Entry const& entry,
                                                   Target const& target) {
    PlainTasks<Number> tasks(count, shape.token_dim, shape.context);
    for (int task = 0; task < count; ++task) {
        for (int row = 0; row < shape.token_dim; ++row) {
            for (int token = 0; token <= shape.context; ++token) {
                (token < shape.context ? tasks.contexts(row, task * shape.context + token) : tasks.queries(row, task)) =
                    static_cast<Number>(entry(task, row, token));
            }
        }
        tasks.targets(0, task) = static_cast<Number>(target(task));
    }
    return tasks;
}

}  // namespace bench

// SPDX-License-Identifier: MIT
/// @file
/// The experiment once more, in plain double and textbook loops: what the library's float lanes are held against.
///
/// Nothing here calls an operator of the library: a layer is four matrices and the formula. Only the draw of the tasks is
/// the library's (one lane at a time), since it is the same task that both must see.
///
/// The error of float. Every entry that the library computes is a sum of products, and with m the same sum over absolute
/// values and k roundings on the longest path, |computed - exact| <= k u / (1 - k u) m, u = 2^-24 [Higham2002] sec. 3.1. To
/// get m, the plain formula is evaluated on absolute values (`absolute`).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "incontext/support/parameters.hpp"
#include "incontext/task/linear_regression.hpp"

namespace test {

using namespace incontext;

/// A matrix of doubles, row by row.
struct Plain {
    int rows = 0;
    int cols = 0;
    std::vector<double> entries;

    Plain() = default;
    Plain(int row_count, int col_count)
        : rows(row_count), cols(col_count), entries(static_cast<std::size_t>(row_count * col_count)) {}

    double& operator()(int row, int col) { return entries[static_cast<std::size_t>(row * cols + col)]; }
    double operator()(int row, int col) const { return entries[static_cast<std::size_t>(row * cols + col)]; }
};

inline Plain operator*(Plain const& a, Plain const& b) {
    Plain result(a.rows, b.cols);
    for (int row = 0; row < a.rows; ++row) {
        for (int i = 0; i < a.cols; ++i) {
            for (int col = 0; col < b.cols; ++col) {
                result(row, col) += a(row, i) * b(i, col);
            }
        }
    }
    return result;
}

inline Plain operator+(Plain a, Plain const& b) {
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        a.entries[i] += b.entries[i];
    }
    return a;
}

inline Plain operator*(double factor, Plain a) {
    for (double& entry : a.entries) {
        entry *= factor;
    }
    return a;
}

inline Plain transposed(Plain const& a) {
    Plain result(a.cols, a.rows);
    for (int row = 0; row < a.rows; ++row) {
        for (int col = 0; col < a.cols; ++col) {
            result(col, row) = a(row, col);
        }
    }
    return result;
}

inline Plain lowest_rows(Plain const& a, int count) {
    Plain result(count, a.cols);
    for (int row = 0; row < count; ++row) {
        for (int col = 0; col < a.cols; ++col) {
            result(row, col) = a(a.rows - count + row, col);
        }
    }
    return result;
}

/// The sum of products of corresponding entries; of a matrix with itself its squared norm.
inline double inner_product(Plain const& a, Plain const& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        sum += a.entries[i] * b.entries[i];
    }
    return sum;
}

inline Plain absolute(Plain a) {
    for (double& entry : a.entries) {
        entry = std::abs(entry);
    }
    return a;
}

template <class M>
Plain plain(M const& matrix, int lane = 0) {
    Plain result(rows_of<M>, cols_of<M>);
    for (int row = 0; row < rows_of<M>; ++row) {
        for (int col = 0; col < cols_of<M>; ++col) {
            if constexpr (is_lanes<NumberOf<M>>) {
                result(row, col) = static_cast<double>(matrix(row, col)[lane]);
            } else {
                result(row, col) = static_cast<double>(matrix(row, col));
            }
        }
    }
    return result;
}

/// One head: its projections query, key, value, output.
using PlainHead = std::array<Plain, 4>;

using PlainLayer = std::vector<PlainHead>;

/// The heads of a layer, read off its parameters.
template <class Layer>
PlainLayer plain_layer(Layer const& layer) {
    PlainLayer heads;
    std::size_t index = 0;
    for_each_parameter(
        [&](char const*, auto const& projection) {
            if (index % 4 == 0) {
                heads.emplace_back();
            }
            heads.back()[index++ % 4] = plain(projection);
        },
        layer);
    return heads;
}

/// Fast weights: the sum over heads of P (W_V C) (W_K C)^T W_Q.
inline Plain fast_weights(PlainLayer const& layer, Plain const& C) {
    Plain F(C.rows, C.rows);
    for (auto const& [query, key, value, output] : layer) {
        F = F + output * (value * C) * transposed(key * C) * query;
    }
    return F;
}

struct PlainTask {
    Plain context;
    Plain query;
    Plain target;
};

template <Dimensions Sizes>
PlainTask plain_task(Keys<1> const& key, LinearRegression const& distribution = {}) {
    auto const task = distribution.draw<Sizes>(key);
    return {.context = plain(task.prompt.context), .query = plain(task.prompt.query), .target = plain(task.target)};
}

/// The tasks split(key, count).
template <Dimensions Sizes>
std::vector<PlainTask> plain_tasks(Keys<1> const& key, int count, LinearRegression const& distribution = {}) {
    std::vector<PlainTask> tasks;
    for (int i = 0; i < count; ++i) {
        tasks.push_back(plain_task<Sizes>(
            split_key(key, static_cast<std::uint32_t>(count), Lanes<std::uint32_t, 1>(static_cast<std::uint32_t>(i))),
            distribution));
    }
    return tasks;
}

/// -(y part of the updated query tokens).
inline Plain predicted(PlainLayer const& layer, PlainTask const& task) {
    return -1 * lowest_rows(task.query + fast_weights(layer, task.context) * task.query, task.target.rows);
}

/// 1/2 mean |prediction - target|^2.
inline double mean_loss(PlainLayer const& layer, std::vector<PlainTask> const& tasks) {
    double sum = 0;
    for (auto const& task : tasks) {
        Plain const error = predicted(layer, task) + -1 * task.target;
        sum += inner_product(error, error) / 2;
    }
    return sum / static_cast<double>(tasks.size());
}

inline PlainLayer absolute(PlainLayer layer) {
    for (auto& head : layer) {
        for (auto& projection : head) {
            projection = absolute(projection);
        }
    }
    return layer;
}

/// Tasks on which mean_loss yields m: the prediction is minus a sum of absolute values then, and the target adds to it.
inline std::vector<PlainTask> absolute(std::vector<PlainTask> tasks) {
    for (auto& [context, query, target] : tasks) {
        context = absolute(context);
        query = absolute(query);
        target = absolute(target);
    }
    return tasks;
}

/// How far k roundings in float carry a sum of absolute value `magnitude`.
inline double float_bound(int roundings, double magnitude) {
    double const k_u = roundings * 0x1p-24;
    return k_u / (1 - k_u) * magnitude;
}

/// The roundings of a query entry after a layer, asked for alone or by the definition: a product of inner size n rounds n
/// times on each path.
///
///     alone:       C C^T N, W_Q q d, W_K^T . k, G . d, W_V . d, P . v, heads h, q + .  1
///     definition:  W_V C d, P . v, W_K C d, (.)(.)^T N, . W_Q k, heads h, F q d, q + .  1
constexpr int roundings_of_query(int token_dim, int key_dim, int value_dim, int context, int heads) {
    return context + 3 * token_dim + key_dim + value_dim + 2 * heads + 1;
}

}  // namespace test

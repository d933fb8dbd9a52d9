// SPDX-License-Identifier: MIT
/// @file
/// The layer written with calls of a library of linear algebra (gemm.hpp).
///
/// A block is some tasks whose products with the shared weights are made by one call; the fastest number of tasks competes
/// (add_formulation). Columns padded to whole registers were tried, and did not pay here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "gemm.hpp"
#include "given.hpp"

namespace bench {

/// The four projections as they are, or W_K^T W_Q and P W_V in place of W_Q and W_V.
struct DynamicLayer {
    Dynamic<float> query, key, value, output;

    [[nodiscard]] DynamicLayer merged() const { return {key.transpose() * query, {}, output * value, {}}; }
};

template <TokenShape Shape>
[[nodiscard]] DynamicLayer dynamic_layer() {
    auto const layer = whole_layer<Shape, float>();
    return {layer.query, layer.key, layer.value, layer.output};
}

/// All tokens, as rows: e <- e + (e W_Q^T) (C W_K^T)^T (C W_V^T) P^T, from left to right, so that the tokens of a block are
/// one tall matrix. With merged projections, e <- e + (e W_KQ^T) C^T (C W_PV^T).
template <GemmLibrary Gemm, TokenShape Shape, bool IsMerged, int TasksAtOnce>
class GemmLayer {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    static constexpr int L = N + 1;
    static constexpr int stride = TasksAtOnce * L;
    static constexpr int size = stride * T;
    static constexpr int blocks = batch / TasksAtOnce;
    // All rows of a block are projected by one call: where a context is wanted, queries, too.
    static constexpr int rows = TasksAtOnce == 1 ? L : stride;
    static constexpr int rows_of_contexts = TasksAtOnce == 1 ? N : rows;

    static constexpr int offset(int task, int row, int token) { return row * stride + task * L + token; }

  public:
    [[nodiscard]] static constexpr double flops() {
        return 2.0 * ((IsMerged ? 1 : 2) * T * T * (L + std::min(L, rows_of_contexts)) + 2 * T * N * L);
    }
    [[nodiscard]] static std::string label() { return std::to_string(TasksAtOnce) + " at once"; }

    GemmLayer() {
        for (int task = 0; task < batch; ++task) {
            for (int token = 0; token < L; ++token) {
                for (int row = 0; row < T; ++row) {
                    given_(offset(task % TasksAtOnce, row, token), task / TasksAtOnce) =
                        static_cast<float>(entry_of_prompt(task, row, token));
                }
            }
        }
    }

    void operator()() {
        DynamicLayer const layer = IsMerged ? layer_.merged() : layer_;
        for (int block = 0; block < blocks; ++block) {
            update(layer, given_.col(block).data(), updated_.col(block).data());
        }
    }
    [[nodiscard]] float result(int task, int row, int token) const {
        return updated_(offset(task % TasksAtOnce, row, token), task / TasksAtOnce);
    }

  private:
    void update(DynamicLayer const& layer, float const* E, float* updated) {
        project_(E, layer.query.data(), Q_.data());
        project_context_(E, layer.value.data(), V_.data());
        std::copy_n(E, size, updated);
        if constexpr (IsMerged) {
            attend(E, updated);
        } else {
            project_context_(E, layer.key.data(), K_.data());
            attend(K_.data(), values_.data());
            add_projection_(values_.data(), layer.output.data(), updated);
        }
    }

    void attend(float const* keys, float* result) {
        for (int task = 0; task < TasksAtOnce; ++task) {
            auto const at = static_cast<std::ptrdiff_t>(task) * L;
            score_(Q_.data() + at, keys + at, scores_.data());
            read_(scores_.data(), V_.data() + at, result + at);
        }
    }

    Gemm project_{GemmShape{rows, T, T, stride, T, stride, true}};
    Gemm project_context_{GemmShape{rows_of_contexts, T, T, stride, T, stride, true}};
    Gemm score_{GemmShape{L, T, N, stride, stride, L, true}};
    Gemm read_{GemmShape{L, N, T, L, stride, stride, false, IsMerged}};
    Gemm add_projection_{GemmShape{rows, T, T, stride, T, stride, true, true}};
    using Block = Dynamic<float>;
    Block Q_ = Block::Zero(stride, T), K_ = Q_, V_ = Q_, values_ = Q_, scores_ = Block::Zero(L, N);
    Block given_ = Block::Zero(size, blocks), updated_ = given_;
    DynamicLayer layer_ = dynamic_layer<Shape>();
};

/// The query token alone, with merged projections: q <- q + W_PV (C (C^T (W_KQ q))), for contexts that are kept in both
/// orders, tokens as rows and as columns.
template <GemmLibrary Gemm, TokenShape Shape>
class GemmQuery {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    static constexpr int at_once = 64;

  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * (2 * T * T + 2 * T * N); }

    GemmQuery() {
        for (int task = 0; task < batch; ++task) {
            for (int row = 0; row < T; ++row) {
                for (int token = 0; token < N; ++token) {
                    rows_.at(task, token, row) = columns_.at(task, row, token) =
                        static_cast<float>(entry_of_prompt(task, row, token));
                }
                queries_(row, task) = static_cast<float>(entry_of_prompt(task, row, N));
            }
        }
    }

    void operator()() {
        DynamicLayer const layer = layer_.merged();
        for (int first = 0; first < batch; first += at_once) {
            project_(layer.query.data(), queries_.col(first).data(), keys_.data());
            for (int i = 0; i < at_once; ++i) {
                score_(rows_.of(first + i), keys_.col(i).data(), scores_.data());
                read_(columns_.of(first + i), scores_.data(), attended_.col(i).data());
            }
            updated_.middleCols(first, at_once) = queries_.middleCols(first, at_once);
            add_projection_(layer.value.data(), attended_.data(), updated_.col(first).data());
        }
    }
    [[nodiscard]] float result(int task, int row, int /*col*/) const { return updated_(row, task); }

  private:
    Gemm project_{GemmShape{T, T, at_once, T, T, T}};
    Gemm score_{GemmShape{N, T, 1, N, T, N}};
    Gemm read_{GemmShape{T, N, 1, T, N, T}};
    Gemm add_projection_{GemmShape{T, T, at_once, T, T, T, false, true}};
    DynamicLayer layer_ = dynamic_layer<Shape>();
    MatricesOfTasks rows_{T, N};
    MatricesOfTasks columns_{N, T};
    Dynamic<float> queries_{T, batch}, updated_{T, batch};
    Dynamic<float> keys_{T, at_once}, attended_{T, at_once}, scores_{N, 1};
};

}  // namespace bench

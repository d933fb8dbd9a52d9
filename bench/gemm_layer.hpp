// SPDX-License-Identifier: MIT
/// @file
/// Layers and stacks written with calls of a library of linear algebra (gemm.hpp).
///
/// A block is some tasks whose products with the shared weights are made by one call. Tokens lie in memory as suits the
/// formula, if it pays with columns padded to whole registers; the fastest of all these competes (Fastest).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "formulation.hpp"
#include "gemm.hpp"
#include "layer_input.hpp"

namespace bench {

/// W_K^T W_Q and P W_V in place of W_Q and W_V.
[[nodiscard]] inline PlainLayer<float> merged_in_place_of_four(PlainLayer<float> const& layer) {
    return {.query = layer.key.transpose() * layer.query, .key = {}, .value = layer.output * layer.value, .output = {}};
}

/// Tokens as rows, e <- e + (e W_Q^T) (C W_K^T)^T (C W_V^T) P^T, from left to right: the tokens of a block are one tall
/// matrix. With merged projections, e <- e + (e W_KQ^T) C^T (C W_PV^T).
template <GemmLibrary Gemm, TokenShape Shape, bool IsMerged, int TasksAtOnce, bool IsPadded>
class ByScores {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    static constexpr int L = N + 1;
    static constexpr int rows_of_task = IsPadded ? padded(L) : L;
    // All rows of a block are projected by one call: padding and, where a context is wanted, queries, too.
    static constexpr int rows = TasksAtOnce == 1 ? L : TasksAtOnce * rows_of_task;
    static constexpr int rows_of_contexts = TasksAtOnce == 1 ? N : rows;

  public:
    using Library = Gemm;
    static constexpr int tasks = TasksAtOnce;
    static constexpr int stride = TasksAtOnce * rows_of_task;
    static constexpr int size = stride * T;
    static constexpr double flops =  // without those on padding
        2.0 * ((IsMerged ? 1 : 2) * T * T * (L + std::min(L, rows_of_contexts)) + 2 * T * N * L);

    [[nodiscard]] static constexpr int offset(int task, int row, int token) {
        return row * stride + task * rows_of_task + token;
    }

    [[nodiscard]] static std::string label() {
        return "by scores, " + std::to_string(tasks) + " at once" + (IsPadded ? ", padded" : "");
    }

    [[nodiscard]] static PlainLayer<float> prepared(PlainLayer<float> const& layer) {
        return IsMerged ? merged_in_place_of_four(layer) : layer;
    }

    void operator()(PlainLayer<float> const& layer, float const* E, float* updated) {
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

  private:
    void attend(float const* keys, float* result) {
        for (int task = 0; task < tasks; ++task) {
            auto const at = static_cast<std::ptrdiff_t>(task) * rows_of_task;
            score_(Q_.data() + at, keys + at, scores_.data());
            read_(scores_.data(), V_.data() + at, result + at);
        }
    }

    Gemm project_{GemmShape{rows, T, T, stride, T, stride, true}};
    Gemm project_context_{GemmShape{rows_of_contexts, T, T, stride, T, stride, true}};
    Gemm score_{GemmShape{L, T, N, stride, stride, rows_of_task, true}};
    Gemm read_{GemmShape{L, N, T, rows_of_task, stride, stride, false, IsMerged}};
    Gemm add_projection_{GemmShape{rows, T, T, stride, T, stride, true, true}};
    using Block = Dynamic<float>;
    Block Q_ = Block::Zero(stride, T), K_ = Q_, V_ = Q_, values_ = Q_, scores_ = Block::Zero(rows_of_task, N);
};

/// Tokens as columns, merged, e <- e + F e, a task at a time: F = (W_PV (C C^T)) W_KQ or ((W_PV C) C^T) W_KQ, whichever
/// takes fewer multiplications. Fewer than by scores where tokens are short.
template <GemmLibrary Gemm, TokenShape Shape, bool IsPadded>
class ByFastWeights {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    static constexpr int L = N + 1;
    static constexpr bool gram_pays = T < N;

  public:
    using Library = Gemm;
    static constexpr int tasks = 1;
    static constexpr int stride = IsPadded ? padded(T) : T;
    static constexpr int size = stride * L;
    static constexpr double flops = 2.0 * (T * T * (gram_pays ? N + 2 * T : 2 * N + T) + T * T * L);

    [[nodiscard]] static constexpr int offset(int /*task*/, int row, int token) { return token * stride + row; }

    [[nodiscard]] static std::string label() { return std::string("by fast weights") + (IsPadded ? ", padded" : ""); }

    [[nodiscard]] static PlainLayer<float> prepared(PlainLayer<float> const& layer) {
        return merged_in_place_of_four(layer);
    }

    void operator()(PlainLayer<float> const& layer, float const* E, float* updated) {
        if constexpr (gram_pays) {
            times_context_(E, E, V_.data());
            times_(layer.value.data(), V_.data(), M_.data());
        } else {
            project_(layer.value.data(), E, V_.data());
            times_context_(V_.data(), E, M_.data());
        }
        times_key_query_(M_.data(), layer.query.data(), F_.data());
        std::copy_n(E, size, updated);
        add_update_(F_.data(), E, updated);
    }

  private:
    Gemm project_{GemmShape{T, T, N, T, stride, stride}};
    Gemm times_context_{GemmShape{T, N, T, stride, stride, stride, true}};
    Gemm times_{GemmShape{T, T, T, T, stride, stride}};
    Gemm times_key_query_{GemmShape{T, T, T, stride, T, stride}};
    Gemm add_update_{GemmShape{T, T, L, stride, stride, stride, false, true}};
    using Block = Dynamic<float>;
    Block V_ = Block::Zero(stride, std::max(T, N)), M_ = Block::Zero(stride, T), F_ = M_;
};

/// The tokens of all tasks as a block formula wants them, and the layers.
template <class Block, TokenShape Shape, int Depth, class Weights>
class GemmInput {
  protected:
    static constexpr int T = Shape.token_dim;
    static constexpr int blocks = batch / Block::tasks;
    static_assert(blocks * Block::tasks == batch);
    using Layers = std::array<PlainLayer<float>, Depth>;

    Dynamic<float> given_ = Dynamic<float>::Zero(Block::size, blocks);
    Layers layers_;

    GemmInput() {
        for (int task = 0; task < batch; ++task) {
            for (int token = 0; token <= Shape.context; ++token) {
                for (int row = 0; row < T; ++row) {
                    given_(Block::offset(task % Block::tasks, row, token), task / Block::tasks) =
                        static_cast<float>(entry_of_prompt(task, row, token));
                }
            }
        }
        for (int index = 0; index < Depth; ++index) {
            layers_[static_cast<std::size_t>(index)] =
                in_plain_matrices<float>(Weights::template layer<Shape, float>(index));
        }
    }

  public:
    [[nodiscard]] static std::string missing() { return Block::Library::missing(); }
    [[nodiscard]] static std::string label() { return Block::label(); }
};

/// One layer, all tokens.
template <class Block, TokenShape Shape>
class GemmLayer : public GemmInput<Block, Shape, 1, WholeWeights> {
  public:
    [[nodiscard]] static constexpr double flops() { return Block::flops; }

    void operator()() {
        auto const layer = Block::prepared(this->layers_[0]);
        for (int block = 0; block < this->blocks; ++block) {
            update_(layer, this->given_.col(block).data(), updated_.col(block).data());
        }
    }
    [[nodiscard]] float result(int task, int row, int token) const {
        return updated_(Block::offset(task % Block::tasks, row, token), task / Block::tasks);
    }

  private:
    Block update_;
    Dynamic<float> updated_ = Dynamic<float>::Zero(Block::size, this->blocks);
};

/// The query tokens of a block alone, with merged projections: q <- q + W_PV (C (C^T (W_KQ q))).
///
/// Contexts lie with tokens as rows. C^T k is then one call per task; so is C s where the contexts are kept with tokens
/// as columns, too, and else it is s^T C^T, of which a library of small products makes less.
template <GemmLibrary Gemm, TokenShape Shape, int TasksAtOnce, int Stride>
class QueriesOfBlock {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;

  public:
    static constexpr double flops = 2.0 * (2 * T * T + 2 * T * N);

    /// contexts: of the block's tasks, `step` numbers apart; columns: the same as columns, one after the other, or null.
    /// queries and updated: [T x TasksAtOnce].
    void operator()(PlainLayer<float> const& layer, float const* contexts, int step, float const* columns,
                    float const* queries, float* updated) {
        project_(layer.query.data(), queries, keys_.data());
        for (int task = 0; task < TasksAtOnce; ++task) {
            float const* const C = contexts + static_cast<std::ptrdiff_t>(task) * step;
            float* const read = read_.col(task).data();
            score_(C, keys_.col(task).data(), scores_.data());
            if (columns != nullptr) {
                read_columns_(columns + static_cast<std::ptrdiff_t>(task) * T * N, scores_.data(), read);
            } else {
                read_rows_(scores_.data(), C, read);
            }
        }
        std::copy_n(queries, T * TasksAtOnce, updated);
        add_projection_(layer.value.data(), read_.data(), updated);
    }

  private:
    Gemm project_{GemmShape{T, T, TasksAtOnce, T, T, T}};
    Gemm score_{GemmShape{N, T, 1, Stride, T, N}};
    Gemm read_columns_{GemmShape{T, N, 1, T, N, T}};
    Gemm read_rows_{GemmShape{1, N, T, 1, Stride, 1}};
    Gemm add_projection_{GemmShape{T, T, TasksAtOnce, T, T, T, false, true}};
    Dynamic<float> keys_{T, TasksAtOnce}, read_{T, TasksAtOnce}, scores_{N, 1};
};

/// The query token after one layer, from contexts that are kept in both orders.
template <GemmLibrary Gemm, TokenShape Shape, class Weights>
class GemmQuery {
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    static constexpr int at_once = 64;
    using Block = QueriesOfBlock<Gemm, Shape, at_once, N>;

  public:
    [[nodiscard]] static constexpr double flops() { return Block::flops; }

    GemmQuery() {
        for (int task = 0; task < batch; ++task) {
            for (int row = 0; row < T; ++row) {
                for (int token = 0; token < N; ++token) {
                    auto const number = static_cast<float>(entry_of_prompt(task, row, token));
                    rows_.at(task, token, row) = number;
                    columns_.at(task, row, token) = number;
                }
                queries_(row, task) = static_cast<float>(entry_of_prompt(task, row, N));
            }
        }
    }

    void operator()() {
        auto const layer = merged_in_place_of_four(layer_);
        for (int first = 0; first < batch; first += at_once) {
            update_(layer, rows_.of(first), N * T, columns_.of(first), queries_.col(first).data(),
                    updated_.col(first).data());
        }
    }
    [[nodiscard]] float result(int task, int row, int /*col*/) const { return updated_(row, task); }
    [[nodiscard]] static std::string missing() { return Gemm::missing(); }

  private:
    PlainLayer<float> layer_ = in_plain_matrices<float>(Weights::template layer<Shape, float>(0));
    MatricesOfTasks rows_{T, N};
    MatricesOfTasks columns_{N, T};
    Dynamic<float> queries_{T, batch}, updated_{T, batch};
    Block update_;
};

/// The query token after `Depth` layers, a block of tasks through all of them: all tokens through the layers but the
/// last. Block: ByScores, merged.
template <class Block, TokenShape Shape, int Depth>
class GemmStack : public GemmInput<Block, Shape, Depth, ScaledWeights> {
    static constexpr int T = Shape.token_dim;
    using Queries = QueriesOfBlock<typename Block::Library, Shape, Block::tasks, Block::stride>;

  public:
    [[nodiscard]] static constexpr double flops() { return (Depth - 1) * Block::flops + Queries::flops; }

    void operator()() {
        std::array<PlainLayer<float>, Depth> layers;
        std::transform(this->layers_.begin(), this->layers_.end(), layers.begin(), Block::prepared);
        for (int block = 0; block < this->blocks; ++block) {
            float const* tokens = this->given_.col(block).data();
            for (std::size_t index = 0; index + 1 < Depth; ++index) {
                float* const next = between_.col(static_cast<int>(index % 2)).data();
                update_(layers[index], tokens, next);
                tokens = next;
            }
            for (int task = 0; task < Block::tasks; ++task) {
                for (int row = 0; row < T; ++row) {
                    queries_(row, task) = tokens[Block::offset(task, row, Shape.context)];
                }
            }
            read_out_(layers[Depth - 1], tokens, Block::offset(1, 0, 0), nullptr, queries_.data(),
                      updated_.col(block * Block::tasks).data());
        }
    }
    [[nodiscard]] float result(int task, int row, int /*col*/) const { return updated_(row, task); }

  private:
    Block update_;
    Queries read_out_;
    Dynamic<float> between_ = Dynamic<float>::Zero(Block::size, 2);
    Dynamic<float> queries_{T, Block::tasks}, updated_{T, batch};
};

}  // namespace bench

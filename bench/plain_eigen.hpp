// SPDX-License-Identifier: MIT
/// @file
/// The peers: the same layer, loss and gradient as one would write them with dynamic Eigen matrices and nothing else.
///
/// Written for speed as far as plain Eigen goes: one large matrix holds all tasks side by side, temporaries are kept
/// from task to task, no product is assigned through a hidden temporary (noalias). Of the spellings that were tried the
/// fastest stand here; lazyProduct, which wins for fixed sizes, costs dynamic ones 1.2 to 1.6 times the time.
#pragma once

#include <Eigen/Core>
#include <algorithm>

namespace bench {

template <class Number>
using Dynamic = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;

/// W_Q, W_K, W_V, P. Also the shape of a gradient.
template <class Number>
struct PlainLayer {
    Dynamic<Number> query;
    Dynamic<Number> key;
    Dynamic<Number> value;
    Dynamic<Number> output;

    void set_zero(Eigen::Index token_dim) {
        for (Dynamic<Number>* matrix : {&query, &key, &value, &output}) {
            matrix->setZero(token_dim, token_dim);
        }
    }
};

/// Tasks side by side: those of the tokens of one task are neighbours.
template <class Number>
struct PlainTasks {
    Eigen::Index count;
    Eigen::Index context;      // tokens per task that are attended to
    Dynamic<Number> tokens;    // [token_dim x count (context + 1)]: the context of a task, then its query
    Dynamic<Number> contexts;  // [token_dim x count context]: the same, apart
    Dynamic<Number> queries;   // [token_dim x count]
    Dynamic<Number> targets;   // [1 x count]

    PlainTasks(Eigen::Index task_count, Eigen::Index token_dim, Eigen::Index context_length)
        : count(task_count),
          context(context_length),
          tokens(token_dim, task_count * (context_length + 1)),
          contexts(token_dim, task_count * context_length),
          queries(token_dim, task_count),
          targets(1, task_count) {}

    [[nodiscard]] Eigen::Index token_dim() const { return tokens.rows(); }
};

// ---------------------------------------------------------------------------------------------------- the layer ----

/// Task by task, as the paper writes it: E <- E + P V (K^T Q).
/// Multiply-adds per task with T = token_dim, N = context, L = N + 1: T^2 (2 N + 2 L) + 2 T N L.
template <class Number>
class TaskByTask {
  public:
    void operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, Dynamic<Number>& result) {
        auto const N = tasks.context;
        auto const L = N + 1;
        for (Eigen::Index i = 0; i < tasks.count; ++i) {
            auto const E = tasks.tokens.middleCols(i * L, L);
            auto const C = E.leftCols(N);
            K_.noalias() = layer.key * C;
            V_.noalias() = layer.value * C;
            Q_.noalias() = layer.query * E;
            scores_.noalias() = K_.transpose() * Q_;
            values_.noalias() = V_ * scores_;
            auto updated = result.middleCols(i * L, L);
            updated = E;
            updated.noalias() += layer.output * values_;
        }
    }

  private:
    Dynamic<Number> K_, V_, Q_, scores_, values_;
};

/// Sixty-four tasks at once where the weights are shared, so that those products are large and still in the cache.
/// Multiply-adds per task: T^2 4 L + 2 T N L (the keys and values of the queries are computed and not used).
template <class Number>
class ManyTasksAtOnce {
  public:
    void operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, Dynamic<Number>& result) {
        auto const N = tasks.context;
        auto const L = N + 1;
        for (Eigen::Index first = 0; first < tasks.count; first += at_once) {
            auto const count = std::min(at_once, tasks.count - first);
            auto const E = tasks.tokens.middleCols(first * L, count * L);
            K_.noalias() = layer.key * E;
            V_.noalias() = layer.value * E;
            Q_.noalias() = layer.query * E;
            values_.resize(E.rows(), E.cols());
            for (Eigen::Index i = 0; i < count; ++i) {
                scores_.noalias() = K_.middleCols(i * L, N).transpose() * Q_.middleCols(i * L, L);
                values_.middleCols(i * L, L).noalias() = V_.middleCols(i * L, N) * scores_;
            }
            auto updated = result.middleCols(first * L, count * L);
            updated = E;
            updated.noalias() += layer.output * values_;
        }
    }

  private:
    static constexpr Eigen::Index at_once = 64;
    Dynamic<Number> K_, V_, Q_, scores_, values_;
};

/// The same with P W_V and W_K^T W_Q multiplied out beforehand: E <- E + (P W_V C) (C^T W_K^T W_Q E).
/// Less work than the four projections ask for. Multiply-adds per task: T^2 2 L + 2 T N L.
template <class Number>
class MergedManyTasksAtOnce {
  public:
    void operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, Dynamic<Number>& result) {
        auto const N = tasks.context;
        auto const L = N + 1;
        output_value_.noalias() = layer.output * layer.value;
        key_query_.noalias() = layer.key.transpose() * layer.query;
        for (Eigen::Index first = 0; first < tasks.count; first += at_once) {
            auto const count = std::min(at_once, tasks.count - first);
            auto const E = tasks.tokens.middleCols(first * L, count * L);
            V_.noalias() = output_value_ * E;
            Q_.noalias() = key_query_ * E;
            auto updated = result.middleCols(first * L, count * L);
            updated = E;
            for (Eigen::Index i = 0; i < count; ++i) {
                scores_.noalias() = E.middleCols(i * L, N).transpose() * Q_.middleCols(i * L, L);
                updated.middleCols(i * L, L).noalias() += V_.middleCols(i * L, N) * scores_;
            }
        }
    }

  private:
    static constexpr Eigen::Index at_once = 64;
    Dynamic<Number> output_value_, key_query_, V_, Q_, scores_;
};

/// The query tokens alone, all tasks at once: q <- q + P W_V C (C^T (W_K^T W_Q q)).
/// Multiply-adds per task: 4 T^2 + 2 T N.
template <class Number>
class QueriesAtOnce {
  public:
    void operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, Dynamic<Number>& result) {
        auto const N = tasks.context;
        queries_.noalias() = layer.query * tasks.queries;
        keys_.noalias() = layer.key.transpose() * queries_;
        read_.resize(keys_.rows(), keys_.cols());
        for (Eigen::Index i = 0; i < tasks.count; ++i) {
            auto const C = tasks.contexts.middleCols(i * N, N);
            scores_.noalias() = C.transpose() * keys_.col(i);
            read_.col(i).noalias() = C * scores_;
        }
        values_.noalias() = layer.value * read_;
        result = tasks.queries;
        result.noalias() += layer.output * values_;
    }

  private:
    Dynamic<Number> queries_, keys_, read_, values_;
    Eigen::Matrix<Number, Eigen::Dynamic, 1> scores_;
};

// ------------------------------------------------------------------------------------------- loss and gradient ----

/// Task by task: 1/2 mean (prediction - target)^2 of the query token, and its derivative by the projections.
/// Multiply-adds per task: 4 T^2 N + 2 T^2 + 6 T N + 3 T. Of P only the last row is needed: the rest does not predict.
template <class Number>
class GradientTaskByTask {
  public:
    Number operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, PlainLayer<Number>& gradient) {
        auto const T = tasks.token_dim();
        auto const N = tasks.context;
        gradient.set_zero(T);
        Number loss(0);
        for (Eigen::Index i = 0; i < tasks.count; ++i) {
            auto const C = tasks.contexts.middleCols(i * N, N);
            auto const q = tasks.queries.col(i);
            // forward
            K_.noalias() = layer.key * C;
            V_.noalias() = layer.value * C;
            query_.noalias() = layer.query * q;
            scores_.noalias() = K_.transpose() * query_;
            value_.noalias() = V_ * scores_;
            Number const y = q(T - 1) + layer.output.row(T - 1).dot(value_);
            Number const error = -y - tasks.targets(0, i);
            loss += error * error;
            // backward: the prediction is -y, so the loss changes by -error with y
            gradient.output.row(T - 1).noalias() -= error * value_.transpose();
            value_bar_.noalias() = layer.output.row(T - 1).transpose() * -error;
            V_bar_.noalias() = value_bar_ * scores_.transpose();
            scores_bar_.noalias() = V_.transpose() * value_bar_;
            K_bar_.noalias() = query_ * scores_bar_.transpose();
            query_bar_.noalias() = K_ * scores_bar_;
            gradient.value.noalias() += V_bar_ * C.transpose();
            gradient.key.noalias() += K_bar_ * C.transpose();
            gradient.query.noalias() += query_bar_ * q.transpose();
        }
        auto const mean = Number(1) / static_cast<Number>(tasks.count);
        for (Dynamic<Number>* matrix : {&gradient.query, &gradient.key, &gradient.value, &gradient.output}) {
            *matrix *= mean;
        }
        return loss * mean / 2;
    }

  private:
    using Column = Eigen::Matrix<Number, Eigen::Dynamic, 1>;
    Dynamic<Number> K_, V_, K_bar_, V_bar_;
    Column query_, scores_, value_, query_bar_, scores_bar_, value_bar_;
};

/// The same with all tasks at once wherever the weights are shared; only the context is read task by task.
/// Multiply-adds per task: 8 T^2 + 4 T N + 3 T.
template <class Number>
class GradientAllTasksAtOnce {
  public:
    Number operator()(PlainLayer<Number> const& layer, PlainTasks<Number> const& tasks, PlainLayer<Number>& gradient) {
        auto const T = tasks.token_dim();
        gradient.set_zero(T);
        // forward
        queries_.noalias() = layer.query * tasks.queries;
        keys_.noalias() = layer.key.transpose() * queries_;
        read(tasks, keys_, read_);
        values_.noalias() = layer.value * read_;
        errors_ = -tasks.queries.bottomRows(1) - tasks.targets;
        errors_.noalias() -= layer.output.bottomRows(1) * values_;
        // backward
        auto const mean = Number(1) / static_cast<Number>(tasks.count);
        Number const loss = errors_.squaredNorm() * mean / 2;
        errors_ *= -mean;
        gradient.output.bottomRows(1).noalias() = errors_ * values_.transpose();
        values_bar_.noalias() = layer.output.bottomRows(1).transpose() * errors_;
        gradient.value.noalias() = values_bar_ * read_.transpose();
        read_bar_.noalias() = layer.value.transpose() * values_bar_;
        read(tasks, read_bar_, keys_bar_);
        gradient.key.noalias() = queries_ * keys_bar_.transpose();
        queries_bar_.noalias() = layer.key * keys_bar_;
        gradient.query.noalias() = queries_bar_ * tasks.queries.transpose();
        return loss;
    }

  private:
    /// C C^T times one column per task.
    void read(PlainTasks<Number> const& tasks, Dynamic<Number> const& columns, Dynamic<Number>& result) {
        result.resize(columns.rows(), columns.cols());
        for (Eigen::Index i = 0; i < tasks.count; ++i) {
            auto const C = tasks.contexts.middleCols(i * tasks.context, tasks.context);
            scores_.noalias() = C.transpose() * columns.col(i);
            result.col(i).noalias() = C * scores_;
        }
    }

    Dynamic<Number> queries_, keys_, read_, values_, errors_, queries_bar_, keys_bar_, read_bar_, values_bar_;
    Eigen::Matrix<Number, Eigen::Dynamic, 1> scores_;
};

}  // namespace bench

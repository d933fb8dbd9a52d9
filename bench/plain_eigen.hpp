// SPDX-License-Identifier: MIT
/// @file
/// The peers of a training step: the same loss and gradient as one would write them with dynamic Eigen matrices.
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
    Dynamic<Number> contexts;  // [token_dim x count context]
    Dynamic<Number> queries;   // [token_dim x count]
    Dynamic<Number> targets;   // [1 x count]

    PlainTasks(Eigen::Index task_count, Eigen::Index token_dim, Eigen::Index context_length)
        : count(task_count),
          context(context_length),
          contexts(token_dim, task_count * context_length),
          queries(token_dim, task_count),
          targets(1, task_count) {}

    [[nodiscard]] Eigen::Index token_dim() const { return contexts.rows(); }
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

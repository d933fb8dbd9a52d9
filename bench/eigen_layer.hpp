// SPDX-License-Identifier: MIT
/// @file
/// The layer as a user of Eigen's fixed sizes writes it, task by task, and nothing else.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "given.hpp"

namespace bench {

/// a * b, or a.lazyProduct(b).
struct Times {
    template <class A, class B>
    static Eigen::Matrix<float, rows_of<A>, cols_of<B>> of(A const& a, B const& b) {
        Eigen::Matrix<float, rows_of<A>, cols_of<B>> result;
        result.noalias() = a * b;
        return result;
    }
};
struct LazyTimes {
    template <class A, class B>
    static Eigen::Matrix<float, rows_of<A>, cols_of<B>> of(A const& a, B const& b) {
        Eigen::Matrix<float, rows_of<A>, cols_of<B>> result;
        result.noalias() = a.lazyProduct(b);
        return result;
    }
};

/// The tokens of every task, the weights and the results.
template <TokenShape Shape, int UpdatedTokens>
class EigenTasks {
  public:
    EigenTasks() {
        for (int task = 0; task < batch; ++task) {
            given_[static_cast<std::size_t>(task)] = generate<float, T, N + 1>(
                [=](int row, int token) { return static_cast<float>(entry_of_prompt(task, row, token)); });
        }
    }

    [[nodiscard]] float result(int task, int row, int token) const {
        return updated_[static_cast<std::size_t>(task)](row, token);
    }

  protected:
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    using Tokens = Eigen::Matrix<float, T, N + 1>;
    using Updated = Eigen::Matrix<float, T, UpdatedTokens>;

    LinearSelfAttention<Shape, float> layer_ = whole_layer<Shape, float>();
    std::vector<Tokens> given_ = std::vector<Tokens>(batch);
    std::vector<Updated> updated_ = std::vector<Updated>(batch);
};

/// The paper's formula, e + P (W_V C) ((W_K C)^T (W_Q e)).
template <TokenShape Shape, class Times>
class EigenLayer : public EigenTasks<Shape, Shape.context + 1> {
  public:
    [[nodiscard]] static constexpr double flops() {
        constexpr double T = Shape.token_dim;
        constexpr double N = Shape.context;
        return 2 * (T * T * (2 * N + 2 * (N + 1)) + 2 * T * N * (N + 1));
    }

    void operator()() {
        for (std::size_t task = 0; task < batch; ++task) {
            auto const& E = this->given_[task];
            auto const C = E.template leftCols<Shape.context>();
            auto const K = Times::of(this->layer_.key, C);
            auto const V = Times::of(this->layer_.value, C);
            auto const scores = Times::of(K.transpose(), Times::of(this->layer_.query, E));
            this->updated_[task] = E + Times::of(this->layer_.output, Times::of(V, scores));
        }
    }
};

/// With merged projections, e + (W_PV C) (C^T (W_KQ e)): the fewest multiplications where a token is longer than the context.
template <TokenShape Shape, class Times>
class EigenMerged : public EigenTasks<Shape, Shape.context + 1> {
  public:
    [[nodiscard]] static constexpr double flops() {
        constexpr double T = Shape.token_dim;
        constexpr double N = Shape.context;
        return 2 * (T * T * (N + N + 1) + 2 * T * N * (N + 1));
    }

    void operator()() {
        auto const key_query = Times::of(this->layer_.key.transpose(), this->layer_.query);
        auto const output_value = Times::of(this->layer_.output, this->layer_.value);
        for (std::size_t task = 0; task < batch; ++task) {
            auto const& E = this->given_[task];
            auto const C = E.template leftCols<Shape.context>();
            auto const scores = Times::of(C.transpose(), Times::of(key_query, E));
            this->updated_[task] = E + Times::of(Times::of(output_value, C), scores);
        }
    }
};

/// The query token alone, from the right: q + W_PV (C (C^T (W_KQ q))).
template <TokenShape Shape, class Times>
class EigenQuery : public EigenTasks<Shape, 1> {
  public:
    [[nodiscard]] static constexpr double flops() { return 4.0 * Shape.token_dim * (Shape.token_dim + Shape.context); }

    void operator()() {
        auto const key_query = Times::of(this->layer_.key.transpose(), this->layer_.query);
        auto const output_value = Times::of(this->layer_.output, this->layer_.value);
        for (std::size_t task = 0; task < batch; ++task) {
            auto const C = this->given_[task].template leftCols<Shape.context>();
            auto const q = this->given_[task].template rightCols<1>();
            auto const attended = Times::of(C, Times::of(C.transpose(), Times::of(key_query, q)));
            this->updated_[task] = q + Times::of(output_value, attended);
        }
    }
};

}  // namespace bench

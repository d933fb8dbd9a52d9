// SPDX-License-Identifier: MIT
/// @file
/// Layers and stacks as a user of Eigen's fixed sizes writes them, task by task, and nothing else.
///
/// Times is a * b or a.lazyProduct(b); a formula says in which order the product of eight matrices is multiplied.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <vector>

#include "formulation.hpp"
#include "layer_input.hpp"

namespace bench {

template <class A, class B>
using EigenProduct = Eigen::Matrix<float, rows_of<A>, cols_of<B>>;

struct Times {
    template <class A, class B>
    static EigenProduct<A, B> of(A const& a, B const& b) {
        EigenProduct<A, B> result;
        result.noalias() = a * b;
        return result;
    }
};
struct LazyTimes {
    template <class A, class B>
    static EigenProduct<A, B> of(A const& a, B const& b) {
        EigenProduct<A, B> result;
        result.noalias() = a.lazyProduct(b);
        return result;
    }
};

/// W_Q, W_K, W_V, P; or W_K^T W_Q and P W_V in place of W_Q and W_V.
template <int T>
struct EigenWeights {
    using Projection = Eigen::Matrix<float, T, T>;
    Projection query, key, value, output;
};

/// The paper's formula, e + P (W_V C) ((W_K C)^T (W_Q e)).
template <class Times>
struct PaperFormula {
    template <int T>
    static EigenWeights<T> const& prepared(EigenWeights<T> const& layer) {
        return layer;
    }

    template <int T, class Tokens>
    static Tokens all_tokens(EigenWeights<T> const& layer, Tokens const& E) {
        auto const C = E.template leftCols<cols_of<Tokens> - 1>();
        auto const K = Times::of(layer.key, C);
        auto const V = Times::of(layer.value, C);
        auto const scores = Times::of(K.transpose(), Times::of(layer.query, E));
        return E + Times::of(layer.output, Times::of(V, scores));
    }
    static constexpr double flops_of_all_tokens(double T, double N) {
        return 2 * (T * T * (2 * N + 2 * (N + 1)) + 2 * T * N * (N + 1));
    }

    /// The query token alone, from the right: a column times a matrix, seven times.
    template <int T, class Context, class Query>
    static EigenProduct<Context, Query> query(EigenWeights<T> const& layer, Context const& C, Query const& q) {
        auto const key = Times::of(layer.key.transpose(), Times::of(layer.query, q));
        auto const read = Times::of(C, Times::of(C.transpose(), key));
        return q + Times::of(layer.output, Times::of(layer.value, read));
    }
    static constexpr double flops_of_query(double T, double N) { return 2 * (4 * T * T + 2 * T * N); }
};

/// With merged projections: W_KQ = W_K^T W_Q, W_PV = P W_V.
template <class Times>
struct MergedFormula {
    template <int T>
    static EigenWeights<T> prepared(EigenWeights<T> const& layer) {
        return {.query = Times::of(layer.key.transpose(), layer.query),
                .key = {},
                .value = Times::of(layer.output, layer.value),
                .output = {}};
    }

    template <int T, class Context, class Query>
    static EigenProduct<Context, Query> query(EigenWeights<T> const& layer, Context const& C, Query const& q) {
        return q + Times::of(layer.value, Times::of(C, Times::of(C.transpose(), Times::of(layer.query, q))));
    }
    static constexpr double flops_of_query(double T, double N) { return 2 * (2 * T * T + 2 * T * N); }
};

/// e + (W_PV C) (C^T (W_KQ e)): fewest multiplications where a token is longer than the context.
template <class Times>
struct MergedByScores : MergedFormula<Times> {
    static constexpr char const* label = "by scores";

    template <int T, class Tokens>
    static Tokens all_tokens(EigenWeights<T> const& layer, Tokens const& E) {
        auto const C = E.template leftCols<cols_of<Tokens> - 1>();
        auto const scores = Times::of(C.transpose(), Times::of(layer.query, E));
        return E + Times::of(Times::of(layer.value, C), scores);
    }
    static constexpr double flops_of_all_tokens(double T, double N) {
        return 2 * (T * T * (N + N + 1) + 2 * T * N * (N + 1));
    }
};

/// e + F e, F = (W_PV (C C^T)) W_KQ: fewest where the context is longer.
template <class Times>
struct MergedByFastWeights : MergedFormula<Times> {
    static constexpr char const* label = "by fast weights";

    template <int T, class Tokens>
    static Tokens all_tokens(EigenWeights<T> const& layer, Tokens const& E) {
        auto const C = E.template leftCols<cols_of<Tokens> - 1>();
        auto const F = Times::of(Times::of(layer.value, Times::of(C, C.transpose())), layer.query);
        return E + Times::of(F, E);
    }
    static constexpr double flops_of_all_tokens(double T, double N) {
        return 2 * (T * T * (N + N + 1) + 2 * T * T * T);
    }
};

/// The tokens of every task, and the layers.
template <TokenShape Shape, int Depth, class Weights>
class EigenInput {
  protected:
    static constexpr int T = Shape.token_dim;
    static constexpr int N = Shape.context;
    using Tokens = Eigen::Matrix<float, T, N + 1>;
    using Layers = std::array<EigenWeights<T>, Depth>;

    std::vector<Tokens> given_ = std::vector<Tokens>(batch);
    Layers layers_;

    EigenInput() {
        for (int task = 0; task < batch; ++task) {
            given_[static_cast<std::size_t>(task)] = generate<float, T, N + 1>(
                [=](int row, int token) { return static_cast<float>(entry_of_prompt(task, row, token)); });
        }
        for (int index = 0; index < Depth; ++index) {
            auto const layer = Weights::template layer<Shape, float>(index);
            layers_[static_cast<std::size_t>(index)] = {layer.query, layer.key, layer.value, layer.output};
        }
    }

    template <class Formula>
    static std::array<EigenWeights<T>, Depth> prepared(Layers const& layers) {
        Layers result;
        for (std::size_t index = 0; index < Depth; ++index) {
            result[index] = Formula::prepared(layers[index]);
        }
        return result;
    }
};

/// One layer, all tokens.
template <TokenShape Shape, class Formula>
class EigenLayer : EigenInput<Shape, 1, WholeWeights> {
  public:
    [[nodiscard]] static constexpr double flops() {
        return Formula::flops_of_all_tokens(Shape.token_dim, Shape.context);
    }

    void operator()() {
        auto const layer = Formula::prepared(this->layers_[0]);
        for (std::size_t task = 0; task < batch; ++task) {
            updated_[task] = Formula::all_tokens(layer, this->given_[task]);
        }
    }
    [[nodiscard]] float result(int task, int row, int token) const {
        return updated_[static_cast<std::size_t>(task)](row, token);
    }
    [[nodiscard]] static std::string label() {
        if constexpr (requires { Formula::label; }) {
            return Formula::label;
        } else {
            return "";
        }
    }

  private:
    std::vector<typename EigenLayer::Tokens> updated_ = this->given_;
};

/// The query token after `Depth` layers: all tokens through the layers but the last.
template <TokenShape Shape, class Formula, int Depth, class Weights>
class EigenQuery : EigenInput<Shape, Depth, Weights> {
  public:
    [[nodiscard]] static constexpr double flops() {
        return (Depth - 1) * Formula::flops_of_all_tokens(Shape.token_dim, Shape.context) +
               Formula::flops_of_query(Shape.token_dim, Shape.context);
    }

    void operator()() {
        auto const layers = this->template prepared<Formula>(this->layers_);
        for (std::size_t task = 0; task < batch; ++task) {
            auto tokens = this->given_[task];
            for (std::size_t index = 0; index + 1 < Depth; ++index) {
                tokens = Formula::all_tokens(layers[index], tokens);
            }
            updated_[task] = Formula::query(layers[Depth - 1], tokens.template leftCols<Shape.context>(),
                                            tokens.template rightCols<1>());
        }
    }
    [[nodiscard]] float result(int task, int row, int /*col*/) const {
        return updated_[static_cast<std::size_t>(task)](row);
    }

  private:
    using Query = Eigen::Matrix<float, Shape.token_dim, 1>;
    std::vector<Query> updated_ = std::vector<Query>(batch);
};

}  // namespace bench

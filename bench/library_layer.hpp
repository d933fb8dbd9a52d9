// SPDX-License-Identifier: MIT
/// @file
/// The library's layers and stacks as they compete: the operators of the library on one family of numbers.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "formulation.hpp"
#include "layer_input.hpp"

namespace bench {

/// The form that a model is run in: the one that the library chooses, or the definition.
struct ChosenPlan {
    template <class Model>
    static auto form_of(Model const& model) {
        return fast_form(model);
    }
    static auto query_after(auto const& form, auto const& prompt) { return incontext::query_after(form, prompt); }

    /// Multiplications of the query token's update.
    template <class Form>
    static constexpr long query_only(TokenShape shape) {
        if constexpr (requires { OperationCount<Form>::by_moments(shape); }) {
            return std::min(OperationCount<Form>::query_only(shape), OperationCount<Form>::by_moments(shape));
        } else {
            return OperationCount<Form>::query_only(shape);
        }
    }
};
struct Definition {
    template <class Model>
    static Model const& form_of(Model const& model) {
        return model;
    }
    static auto query_after(auto const& form, auto const& prompt) { return form(prompt).query; }

    template <class Form>
    static constexpr long query_only(TokenShape shape) {
        return OperationCount<Form>::all_tokens(shape);
    }
};

/// Layers of their own.
template <TokenShape Shape, class Number, int Depth>
[[nodiscard]] auto model_of_depth() {
    return [&]<int... Index>(std::integer_sequence<int, Index...>) {
        return stacked(ScaledWeights::layer<Shape, Number>(Index)...);
    }
    (std::make_integer_sequence<int, Depth>());
}

/// One layer, all tokens. The weights become the form in every iteration, as in every step of a training.
template <TokenShape Shape, class Weight, class Number, class Plan>
class LibraryLayer {
    using Layer = LinearSelfAttention<Shape, Weight>;
    using Form = std::remove_cvref_t<decltype(Plan::form_of(std::declval<Layer const&>()))>;

  public:
    [[nodiscard]] static constexpr double flops() {
        return std::is_same_v<Number, Modular> ? 0 : 2.0 * OperationCount<Form>::all_tokens(Shape);
    }

    void operator()() {
        auto const& form = Plan::form_of(layer_);
        for (std::size_t i = 0; i < given_.size(); ++i) {
            renew(updated_[i], [&] { return form(given_[i]); });
        }
    }
    [[nodiscard]] auto result(int task, int row, int token) const {
        auto const& tokens = updated_[static_cast<std::size_t>(task / lanes_in<Number>)];
        return of_task(token < Shape.context ? tokens.context(row, token) : tokens.query(row, 0), task);
    }

  private:
    Layer layer_ = whole_layer<Shape, Weight>();
    std::vector<Prompt<Shape, Number>> given_ = prompts<Shape, Number>();
    std::vector<Prompt<Shape, Number>> updated_ = given_;
};

/// A layer or a stack, the query token alone. Model: a function object that makes it.
template <TokenShape Shape, class Number, class Plan, class MakeModel>
class LibraryQuery {
    using Model = std::invoke_result_t<MakeModel>;
    using Form = std::remove_cvref_t<decltype(Plan::form_of(std::declval<Model const&>()))>;
    using Query = Matrix<Number, Shape.token_dim, 1>;

  public:
    [[nodiscard]] static constexpr double flops() { return 2.0 * Plan::template query_only<Form>(Shape); }

    void operator()() {
        auto const& form = Plan::form_of(model_);
        for (std::size_t i = 0; i < given_.size(); ++i) {
            renew(updated_[i], [&] { return Plan::query_after(form, given_[i]); });
        }
    }
    [[nodiscard]] auto result(int task, int row, int /*col*/) const {
        return of_task(updated_[static_cast<std::size_t>(task / lanes_in<Number>)](row, 0), task);
    }

  private:
    Model model_ = MakeModel()();
    std::vector<Prompt<Shape, Number>> given_ = prompts<Shape, Number>();
    std::vector<Query> updated_ = std::vector<Query>(given_.size());
};

/// The makers of models.
template <TokenShape Shape>
struct WholeLayer {
    auto operator()() const { return whole_layer<Shape, float>(); }
};
template <TokenShape Shape, int Depth>
struct StackOfLayers {
    auto operator()() const { return model_of_depth<Shape, float, Depth>(); }
};

}  // namespace bench

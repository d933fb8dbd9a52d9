// SPDX-License-Identifier: MIT
/// @file
/// The library's layer as it competes, sixteen prompts in lanes. All that the benchmarks use of the library's plans is here.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "given.hpp"

namespace bench {

/// The form that the library chooses for a model by its counts, and the query after it alone.
template <class Model>
[[nodiscard]] auto chosen_form(Model const& model) {
    return fast_form(model);
}
[[nodiscard]] auto query_by_chosen_form(auto const& form, auto const& prompt) {
    return query_after(form, prompt);
}

/// Flops of a form on one prompt: all tokens, or the query alone.
template <class Form>
[[nodiscard]] constexpr double flops_of_all_tokens(TokenShape shape) {
    return 2.0 * static_cast<double>(OperationCount<Form>::all_tokens(shape));
}
template <class Form>
[[nodiscard]] constexpr double flops_of_query(TokenShape shape) {
    return 2.0 * static_cast<double>(OperationCount<Form>::query_only(shape));
}

/// Flops of a prediction from moments that are there, by a looped stack.
template <TokenShape Shape, int Depth>
[[nodiscard]] constexpr double flops_of_prediction_by_moments() {
    using Stack = decltype(chosen_form(looped<Depth>(whole_layer<Shape, float>())));
    return 2.0 * static_cast<double>(OperationCount<Stack>::by_moments(Shape) - multiplications_of_gram(Shape));
}

/// One layer, all tokens, as its definition or in the chosen form. The weights become the form in every iteration, as in
/// every step of a training.
template <TokenShape Shape, bool IsChosen>
class LibraryLayer {
    static auto form_of(LinearSelfAttention<Shape, float> const& layer) {
        if constexpr (IsChosen) {
            return chosen_form(layer);
        } else {
            return layer;
        }
    }
    using Form = decltype(form_of(whole_layer<Shape, float>()));

  public:
    [[nodiscard]] static constexpr double flops() { return flops_of_all_tokens<Form>(Shape); }

    void operator()() {
        Form const form = form_of(layer_);
        for (std::size_t i = 0; i < given_.size(); ++i) {
            renew(updated_[i], [&] { return form(given_[i]); });
        }
    }
    [[nodiscard]] float result(int task, int row, int token) const {
        auto const& tokens = updated_[static_cast<std::size_t>(task / lanes_in<Floats>)];
        return (token < Shape.context ? tokens.context(row, token) : tokens.query(row, 0))[task % lanes_in<Floats>];
    }

  private:
    LinearSelfAttention<Shape, float> layer_ = whole_layer<Shape, float>();
    std::vector<Prompt<Shape, Floats>> given_ = prompts<Shape, Floats>();
    std::vector<Prompt<Shape, Floats>> updated_ = given_;
};

/// The query token alone, in the chosen form.
template <TokenShape Shape>
class LibraryQuery {
    using Form = decltype(chosen_form(whole_layer<Shape, float>()));
    using Query = Matrix<Floats, Shape.token_dim, 1>;

  public:
    [[nodiscard]] static constexpr double flops() { return flops_of_query<Form>(Shape); }

    void operator()() {
        Form const form = chosen_form(layer_);
        for (std::size_t i = 0; i < given_.size(); ++i) {
            renew(updated_[i], [&] { return query_by_chosen_form(form, given_[i]); });
        }
    }
    [[nodiscard]] float result(int task, int row, int /*col*/) const {
        return updated_[static_cast<std::size_t>(task / lanes_in<Floats>)](row, 0)[task % lanes_in<Floats>];
    }

  private:
    LinearSelfAttention<Shape, float> layer_ = whole_layer<Shape, float>();
    std::vector<Prompt<Shape, Floats>> given_ = prompts<Shape, Floats>();
    std::vector<Query> updated_ = std::vector<Query>(given_.size());
};

}  // namespace bench

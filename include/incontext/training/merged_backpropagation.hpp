// SPDX-License-Identifier: MIT
/// @file
/// Backpropagation through layers with merged projections, and from there to the four projections.
///
/// With A = W_PV, B = W_KQ, G = C C^T and a bar for "derivative of the loss by":
///
///     forward                          backward
///     C' = C + F C,  Q' = Q + F Q      F_ = C'_ C^T + Q'_ Q^T     C_ = C'_ + F^T C'_ + (G_ + G_^T) C     Q_ = Q'_ + F^T Q'_
///     F  = A G B                       A_ = F_ B^T G     B_ = (A G)^T F_     G_ = A^T F_ B^T
///     A  = P W_V,  B = W_K^T W_Q       P_ = A_ W_V^T     W_V_ = P^T A_       W_K_ = W_Q B_^T     W_Q_ = W_K B_
///
/// The last line is linear in A_ and B_, so it is done once for a whole batch. A forward pass hands G, A G and F on to its
/// pullback, which would otherwise make them again.
#pragma once

#include <boost/hana/at.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/front.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/range.hpp>
#include <concepts>
#include <utility>

#include "incontext/plan/fast_form.hpp"
#include "incontext/plan/merged.hpp"
#include "incontext/training/backpropagation.hpp"

namespace incontext {

/// What an update has made of a prompt, and whatever of its work the pullback can use again: here nothing.
/// Cost: its memory, which a stack needs once per layer.
template <class Update, TokenShape Given, class Number>
struct ForwardPass {
    Prompt<Given, Number> result;
};

/// The forward pass: its result is update(prompt). Exactness: that of the update. Test: tests/static/stack_backpropagation.cpp.
template <class Update, TokenShape Given, class Number>
[[nodiscard]] constexpr ForwardPass<Update, Given, Number> forward_pass(Update const& update,
                                                                        Prompt<Given, Number> const& prompt) {
    return {.result = update(prompt)};
}

/// The pullback of an update that has been applied to this prompt. Exactness, errors: those of pull_back without a pass.
/// Test: tests/static/stack_backpropagation.cpp.
template <class Update, TokenShape Given, class Number, class Gradient>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(Update const& update, Prompt<Given, Number> const& prompt,
                                                        ForwardPass<Update, Given, Number> const& /*pass*/,
                                                        Prompt<Given, Number> const& cotangent, Gradient& gradient) {
    return pull_back(update, prompt, cotangent, gradient);
}

/// The derivative by the parameters alone, of an update that has been applied to this prompt: here what pull_back yields.
/// Test: tests/static/stack_backpropagation.cpp.
template <class Update, TokenShape Given, class Number, class Gradient>
constexpr void pull_back_parameters(Update const& update, Prompt<Given, Number> const& prompt,
                                    ForwardPass<Update, Given, Number> const& pass,
                                    Prompt<Given, Number> const& cotangent, Gradient& gradient) {
    static_cast<void>(pull_back(update, prompt, pass, cotangent, gradient));
}

/// The same with merged projections: G, F and, for each head, A G.
///
/// Made in place, member by member: a copy costs as much as a product.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
struct ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> {
    using Square = Matrix<Number, Shape.token_dim, Shape.token_dim>;
    Square gram;
    Square values_of_moments[Heads];
    Square fast_weights;
    Prompt<Given, Number> result;

    constexpr ForwardPass(MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt)
        : ForwardPass(layer, prompt, std::make_integer_sequence<int, Heads>{}) {}

  private:
    template <int... Head>
    constexpr ForwardPass(MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
                          std::integer_sequence<int, Head...>)
        : gram(incontext::gram(prompt.context)),
          values_of_moments{product(boost::hana::at_c<Head>(layer.heads).output_value, gram)...},
          fast_weights(product(values_of_moments[0], boost::hana::front(layer.heads).key_query)),
          result(with_fast_weights(with_other_heads(layer), prompt)) {}

    /// F, once all heads are in it.
    constexpr Square const& with_other_heads(MergedAttention<Shape, Weight, Heads> const& layer) {
        [&]<int... Head>(std::integer_sequence<int, Head...>) {
            (add_product(fast_weights, values_of_moments[Head + 1],
                         boost::hana::at_c<Head + 1>(layer.heads).key_query),
             ...);
        }(std::make_integer_sequence<int, Heads - 1>{});
        return fast_weights;
    }
};

template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass(MergedAttention<Shape, Weight, Heads> const& layer,
                                          Prompt<Given, Number> const& prompt)
    -> ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number>;

/// Adds A_ and B_ of every head to `gradient` and returns the derivative by the prompt.
///
/// Exactness: exact in the exact family. Cost: 4 t^3 per head and t^2 (3 n + 2 q) multiplications (t token_dim, n context,
/// q query). Errors: none beyond the layer's. Test: tests/static/backpropagation.cpp.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> const& pass,
    Prompt<Given, Number> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient);

/// The derivative by the parameters alone: of a first layer's prompt nobody asks it.
/// Cost: 3 t^3 per head and t^2 (n + q) multiplications. Test: tests/static/stack_backpropagation.cpp.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr void pull_back_parameters(MergedAttention<Shape, Weight, Heads> const& layer,
                                    Prompt<Given, Number> const& prompt,
                                    ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> const& pass,
                                    Prompt<Given, Number> const& cotangent,
                                    MergedAttention<Shape, Number, Heads>& gradient);

/// The same for a prompt that the layer has not been applied to.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back(MergedAttention<Shape, Weight, Heads> const& layer,
                                                        Prompt<Given, Number> const& prompt,
                                                        Prompt<Given, Number> const& cotangent,
                                                        MergedAttention<Shape, Number, Heads>& gradient) {
    return pull_back(layer, prompt, forward_pass(layer, prompt), cotangent, gradient);
}

/// The pullback of the query-only read-out, by the products and by the prompt.
///
/// With k = B q and b = A^T c:   A_ = c (C C^T k)^T,   B_ = (C C^T b) q^T,   C_ = b (C^T k)^T + k (C^T b)^T,
/// q_ = c + B^T C C^T b. Exactness: exact in the exact family. Cost: (5 t^2 + 6 t n) q multiplications per head.
/// Test: tests/static/stack_backpropagation.cpp (equal to pull_back with a zero context cotangent).
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[nodiscard]] constexpr Prompt<Given, Number> pull_back_readout(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    Matrix<Number, Given.token_dim, Given.query> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient);

/// From the derivative by the parameters of fast_form(update) to that by the update's own, added to `gradient`.
///
/// Exactness: exact in the exact family. Cost: four products per head that was merged, once per batch.
/// Errors: none. Test: tests/static/stack_backpropagation.cpp.
template <class Update>
constexpr void pull_back_fast_form(Update const& update, Update const& by_form, Update& gradient);
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
constexpr void pull_back_fast_form(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                   MergedAttention<Shape, Number> const& by_form,
                                   LinearSelfAttention<Shape, Number, KeyDim, ValueDim>& gradient);
template <class... Heads, TokenShape Shape, class Number, int Count>
constexpr void pull_back_fast_form(MultiHeadAttention<Heads...> const& layer,
                                   MergedAttention<Shape, Number, Count> const& by_form,
                                   MultiHeadAttention<Heads...>& gradient);
template <class Part, class Form>
    requires(!std::same_as<Part, Form> && requires(Part const& part) { part.layer; })
constexpr void pull_back_fast_form(Part const& part, Form const& by_form, Part& gradient);
template <class... Layers, class... Forms>
    requires(!std::same_as<LayerStack<Layers...>, LayerStack<Forms...>>)
constexpr void pull_back_fast_form(LayerStack<Layers...> const& stack, LayerStack<Forms...> const& by_form,
                                   LayerStack<Layers...>& gradient);

// ------------------------------------------------------------------------------------------------------- details ----

// None of the next three is inlined: a model calls them for every layer, and programs have several models of one layer.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[gnu::noinline]] constexpr auto forward_pass(MergedAttention<Shape, Weight, Heads> const& layer,
                                              Prompt<Given, Number> const& prompt)
    -> ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> {
    require_fitting_prompt<Shape, Weight, Given, Number>();
    return {layer, prompt};
}

namespace backpropagation {

/// Adds A_ and B_ of every head; calls pull_back_moments(products, F_ B^T, number of the head) for what G_ takes.
template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number, class PullBackMoments>
constexpr void pull_back_products(MergedAttention<Shape, Weight, Heads> const& layer,
                                  ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> const& pass,
                                  Matrix<Number, Shape.token_dim, Shape.token_dim> const& F_,
                                  MergedAttention<Shape, Number, Heads>& gradient,
                                  PullBackMoments const& pull_back_moments) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::int_c<0>, hana::int_c<Heads>), [&](auto head) {
        constexpr auto place = hana::size_c<static_cast<std::size_t>(decltype(head)::value)>;
        auto const& products = layer.heads[place];
        auto const F_times_B = product_with_transpose(F_, products.key_query);
        add_product(gradient.heads[place].output_value, F_times_B, pass.gram);
        add_product_of_transpose(gradient.heads[place].key_query, pass.values_of_moments[head], F_);
        pull_back_moments(products, F_times_B, head);
    });
}

}  // namespace backpropagation

template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[gnu::noinline]] constexpr void pull_back_parameters(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> const& pass,
    Prompt<Given, Number> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient) {
    backpropagation::pull_back_products(layer, pass, backpropagation::fast_weights_cotangent(prompt, cotangent), gradient,
                                        [](auto const&, auto const&, auto) {});
}

template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
[[gnu::noinline]] constexpr Prompt<Given, Number> pull_back(
    MergedAttention<Shape, Weight, Heads> const& layer, Prompt<Given, Number> const& prompt,
    ForwardPass<MergedAttention<Shape, Weight, Heads>, Given, Number> const& pass,
    Prompt<Given, Number> const& cotangent, MergedAttention<Shape, Number, Heads>& gradient) {
    using Square = Matrix<Number, Shape.token_dim, Shape.token_dim>;
    auto const& F = pass.fast_weights;
    Square G_;
    backpropagation::pull_back_products(
        layer, pass, backpropagation::fast_weights_cotangent(prompt, cotangent), gradient,
        [&](auto const& products, Square const& F_times_B, auto head) {
            if constexpr (decltype(head)::value == 0) {
                G_ = product_of_transpose(products.output_value, F_times_B);
            } else {
                add_product_of_transpose(G_, products.output_value, F_times_B);
            }
        });
    Prompt<Given, Number> by_prompt = cotangent;
    add_product_of_transpose(by_prompt.context, F, cotangent.context);
    add_product(by_prompt.context, Square(G_ + transpose(G_)), prompt.context);
    add_product_of_transpose(by_prompt.query, F, cotangent.query);
    return by_prompt;
}

template <TokenShape Shape, class Weight, int Heads, TokenShape Given, class Number>
constexpr Prompt<Given, Number> pull_back_readout(MergedAttention<Shape, Weight, Heads> const& layer,
                                                  Prompt<Given, Number> const& prompt,
                                                  Matrix<Number, Given.token_dim, Given.query> const& cotangent,
                                                  MergedAttention<Shape, Number, Heads>& gradient) {
    auto const& C = prompt.context;
    auto const& q = prompt.query;
    Prompt<Given, Number> sum{.context = zero<Number, Given.token_dim, Given.context>(), .query = cotangent};
    backpropagation::for_each_head(layer, gradient, [&](auto const& head, auto& head_gradient) {
        auto const k = product(head.key_query, q);
        auto const b = product_of_transpose(head.output_value, cotangent);
        auto const attended = product_of_transpose(C, k);       // C^T k [context x query]
        auto const attended_back = product_of_transpose(C, b);  // C^T b [context x query]
        auto const moments_of_b = product(C, attended_back);
        add_product_with_transpose(head_gradient.output_value, cotangent, product(C, attended));
        add_product_with_transpose(head_gradient.key_query, moments_of_b, q);
        add_product_with_transpose(sum.context, b, attended);
        add_product_with_transpose(sum.context, k, attended_back);
        add_product_of_transpose(sum.query, head.key_query, moments_of_b);
    });
    return sum;
}

namespace backpropagation {

/// P_ += A_ W_V^T, W_V_ += P^T A_, W_K_ += W_Q B_^T, W_Q_ += W_K B_.
template <class Head, class Products>
constexpr void pull_back_merging(Head const& head, Products const& by_products, Head& gradient) {
    add_product_with_transpose(gradient.output, by_products.output_value, head.value);
    add_product_of_transpose(gradient.value, head.output, by_products.output_value);
    add_product_with_transpose(gradient.key, head.query, by_products.key_query);
    add_product(gradient.query, head.key, by_products.key_query);
}

}  // namespace backpropagation

template <class Update>
constexpr void pull_back_fast_form(Update const& /*update*/, Update const& by_form, Update& gradient) {
    for_each_parameter([](char const*, auto& sum, auto const& part) { sum += part; }, gradient, by_form);
}

template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
constexpr void pull_back_fast_form(LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer,
                                   MergedAttention<Shape, Number> const& by_form,
                                   LinearSelfAttention<Shape, Number, KeyDim, ValueDim>& gradient) {
    backpropagation::pull_back_merging(layer, boost::hana::front(by_form.heads), gradient);
}

template <class... Heads, TokenShape Shape, class Number, int Count>
constexpr void pull_back_fast_form(MultiHeadAttention<Heads...> const& layer,
                                   MergedAttention<Shape, Number, Count> const& by_form,
                                   MultiHeadAttention<Heads...>& gradient) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::size_c<0>, hana::length(layer.heads)), [&](auto head) {
        backpropagation::pull_back_merging(layer.heads[head], by_form.heads[head], gradient.heads[head]);
    });
}

template <class Part, class Form>
    requires(!std::same_as<Part, Form> && requires(Part const& part) { part.layer; })
constexpr void pull_back_fast_form(Part const& part, Form const& by_form, Part& gradient) {
    if constexpr (requires { part.damping; }) {
        gradient.damping += by_form.damping;
    }
    pull_back_fast_form(part.layer, by_form.layer, gradient.layer);
}

template <class... Layers, class... Forms>
    requires(!std::same_as<LayerStack<Layers...>, LayerStack<Forms...>>)
constexpr void pull_back_fast_form(LayerStack<Layers...> const& stack, LayerStack<Forms...> const& by_form,
                                   LayerStack<Layers...>& gradient) {
    namespace hana = boost::hana;
    hana::for_each(hana::make_range(hana::size_c<0>, hana::length(stack.layers)), [&](auto layer) {
        pull_back_fast_form(stack.layers[layer], by_form.layers[layer], gradient.layers[layer]);
    });
}

}  // namespace incontext

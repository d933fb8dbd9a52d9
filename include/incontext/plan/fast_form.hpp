// SPDX-License-Identifier: MIT
/// @file
/// The form of an update that evaluation and training run: merged projections where they take fewer multiplications.
///
///     LinearSelfAttention, MultiHeadAttention     MergedAttention, or themselves where heads are thin
///     stacks, parts of layers                     the same of what is in them
///     anything else                               itself
///
/// Every form has a name, and can be called by it instead of leaving the choice to the counts:
///
/// | wanted            | form                        | its name                                                       |
/// |-------------------|-----------------------------|----------------------------------------------------------------|
/// | all tokens        | as the paper writes it      | layer(prompt)                                                  |
/// |                   | F of merged projections     | with_fast_weights(merged_layer(layer).fast_weights(C), prompt) |
/// |                   | scores                      | with_scores(merged_layer(layer), prompt)                       |
/// |                   | **chosen by the counts**    | fast_form(layer)(prompt)                                       |
/// | the query tokens  | all tokens, then the query  | stack(prompt).query                                            |
/// |                   | the last layer's answer     | answer_by_tokens<QueryTokens>(stack, prompt)                   |
/// |                   | by the gram matrix          | answer_by_gram<QueryTokens>(stack, prompt)                     |
/// |                   | **chosen by the counts**    | answer<QueryTokens>(fast_form(stack), prompt)                  |
///
/// Layers are merged where that pays for all tokens; heads so thin that it would pay for the query alone stay as they are.
#pragma once

#include <boost/hana/unpack.hpp>
#include <concepts>
#include <type_traits>
#include <utility>

#include "incontext/pass/operations.hpp"
#include "incontext/plan/merged.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// Whether a layer updates all tokens with fewer multiplications from merged projections: not where heads are thin.
/// Test: tests/static/plan.cpp.
template <class Layer>
inline constexpr bool merging_pays = false;
template <HasMergedLayer Layer>
inline constexpr bool merging_pays<Layer> =
    multiplications<decltype(merged_layer(std::declval<Layer const&>())), Layer::shape>(plans::all_tokens) <
    multiplications<Layer, Layer::shape>(plans::all_tokens);

/// The form that evaluation and training run.
///
/// fast_form(update) is identical to the update in exact arithmetic, for every update of this library; of your layer the law of
/// pullbacks asks it (equivalence/pullback_law.hpp), at the sizes of the law. Exactness: a rounding per operation;
/// prompts for which it overflows or loses digits below the normal numbers, and the update does not, are answered in the order
/// of the definition; up to where products of two entries of the context are lost (pass/range.hpp: 1e-19 in float). The
/// products W_K^T W_Q and P W_V themselves must be within the range of the numbers, and so must P W_V C or, with it, the
/// keys. A stack that answers by the gram matrix does not see what an inner layer's F loses.
/// A kind that wraps a layer takes part by a member template with_layer<Other>, the same kind around another layer; its
/// other members, as BOOST_HANA_DEFINE_STRUCT lists them, are copied. A kind that reads the parameters of its layer has no
/// with_layer: those of the merged layer are others. Cost: that of the merging, once, for any number of prompts. Errors: a with_layer
/// that is another kind around the same layer does not compile.
/// Test: tests/static/plan.cpp.
template <class Update>
[[nodiscard]] constexpr auto fast_form(Update const& update) {
    static_assert(a_layer_is_not_made_by_inheritance<Update>::value, "see the first error");
    if constexpr (merging_pays<Update>) {
        return merged_layer(update);
    } else if constexpr (AnyStack<Update> && requires { update.layers; }) {
        return boost::hana::unpack(update.layers, [](auto const&... layer) { return stacked(fast_form(layer)...); });
    } else if constexpr (requires { typename Update::template with_layer<decltype(fast_form(update.layer))>; }) {
        static_assert(with_layer_is_the_same_kind_around_another_layer<Update>::value, "see the first error");
        typename Update::template with_layer<decltype(fast_form(update.layer))> form{};
        for_each_member(
            []<class Member, class OfForm>(Member const& member, OfForm& of_form) {
                if constexpr (std::same_as<Member, OfForm>) {
                    of_form = member;
                } else {
                    of_form = fast_form(member);
                }
            },
            update, form);
        return form;
    } else {
        return update;
    }
}

/// The type of fast_form(update). Test: tests/static/plan.cpp.
template <class Update>
using FastForm = std::remove_cvref_t<decltype(fast_form(std::declval<Update const&>()))>;

/// Whether a merged layer is made of four projections per head, the kinds whose derivative pull_back_form carries back.
template <class Layer>
inline constexpr bool has_four_projections_per_head = false;
template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
inline constexpr bool has_four_projections_per_head<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>> = true;
template <class... Heads>
inline constexpr bool has_four_projections_per_head<MultiHeadAttention<Heads...>> = true;

/// Whether pull_back_form knows the way back from the merged layer, where there is one.
template <class Layer>
inline constexpr bool merged_layer_is_known = true;
template <HasMergedLayer Layer>
inline constexpr bool merged_layer_is_known<Layer> = has_four_projections_per_head<Layer>;

/// Test: tests/compile_fail/merged_layer_of_ones_own.cpp.
template <class Layer>
struct the_derivative_of_a_merged_layer_goes_back_to_four_projections {
    static_assert(merged_layer_is_known<Layer>,
                  "the fast_form of this layer is the merged_layer that is written beside it, and nobody knows how the "
                  "derivative of that goes back to the layer: pull_back_form knows LinearSelfAttention and "
                  "MultiHeadAttention. Without a merged_layer of its own the layer is its fast_form, and trains");
    static constexpr bool value = true;  // also where the assertion failed: more errors would not help
};

/// From the derivative with respect to the parameters of fast_form(update) to that of the update's own, added to `gradient`.
///
///     P_ += A_ W_V^T     W_V_ += P^T A_     W_K_ += W_Q B_^T     W_Q_ += W_K B_          A = P W_V, B = W_K^T W_Q
///
/// It is linear in A_ and B_, so it is done once for a whole batch. Exactness: exact in the exact family. Cost: four
/// products per head that was merged. Errors: a kind of your own with a merged layer beside it does not compile. Test: tests/static/backpropagation.cpp, form_that_is_the_layer.cpp.
template <class Update, class Form>
constexpr void pull_back_form(Update const& update, Form const& by_form, Update& gradient) {
    if constexpr (std::same_as<Update, Form>) {
        if constexpr (parameters::is_tree<Update>) {
            for_each_parameter([](char const*, auto& sum, auto const& part) { sum += part; }, gradient, by_form);
        } else {
            gradient += by_form;
        }
    } else if constexpr (!merged_layer_is_known<Update>) {
        static_cast<void>(sizeof(the_derivative_of_a_merged_layer_goes_back_to_four_projections<Update>));
    } else if constexpr (HasMergedLayer<Update>) {
        auto const& heads = heads_of(update);
        auto&& gradients = heads_of(gradient);
        for_each_element<static_cast<std::size_t>(Update::head_count)>(
            [](auto const& head, auto const& by_products, auto& head_gradient) {
                add_product_with_transpose(head_gradient.output, by_products.output_value, head.value);
                add_product_of_transpose(head_gradient.value, head.output, by_products.output_value);
                add_product_with_transpose(head_gradient.key, head.query, by_products.key_query);
                add_product(head_gradient.query, head.key, by_products.key_query);
            },
            heads, by_form.heads, gradients);
    } else {
        for_each_member(
            [](auto const& member, auto const& by_member, auto& sum) { pull_back_form(member, by_member, sum); },
            update, by_form, gradient);
    }
}

}  // namespace incontext

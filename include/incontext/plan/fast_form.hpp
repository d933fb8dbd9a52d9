// SPDX-License-Identifier: MIT
/// @file
/// The form of an update that evaluation and training run: merged projections where they take fewer multiplications.
///
///     LinearSelfAttention, MultiHeadAttention     MergedAttention, or themselves where heads are thin
///     stacks, parts of layers                     the same of what is in them
///     anything else                               itself
///
/// Every plan has a name, and can be called by it instead of leaving the choice to the counts:
///
/// | wanted            | plan                        | its name                                             |
/// |-------------------|-----------------------------|------------------------------------------------------|
/// | all tokens        | as the paper writes it      | layer(prompt)                                        |
/// |                   | F of merged projections     | with_fast_weights(merged_layer(layer).fast_weights(C), prompt) |
/// |                   | scores                      | with_scores(merged_layer(layer), prompt)             |
/// |                   | **chosen by the counts**    | fast_form(layer)(prompt)                             |
/// | the query tokens  | all tokens, then the query  | stack(prompt).query                                  |
/// |                   | read-out of the last layer  | query_after(stack, prompt)                           |
/// |                   | moments                     | updated_query_by_moments(stack, prompt)              |
/// |                   | **chosen by the counts**    | query_after(fast_form(stack), prompt)                |
///
/// Layers are merged where that pays for all tokens; heads so thin that it would pay for the query alone stay as they are.
#pragma once

#include <boost/hana/unpack.hpp>
#include <type_traits>
#include <utility>

#include "incontext/plan/merged.hpp"
#include "incontext/plan/operation_count.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"

namespace incontext {

/// The update itself, copied: for whatever has no faster form.
///
/// fast_form(update) is identical to the update in exact arithmetic, for every update. Exactness: a rounding per operation.
/// Cost: that of the merging, once, for any number of prompts. Errors: none. Test: tests/static/plan.cpp.
template <class Update>
[[nodiscard]] constexpr Update fast_form(Update const& update) {
    return update;
}

/// Whether a layer updates all tokens with fewer multiplications from merged projections: not where heads are thin.
/// Test: tests/static/plan.cpp.
template <class Layer>
inline constexpr bool merging_pays =
    OperationCount<decltype(merged_layer(std::declval<Layer const&>()))>::all_tokens(Layer::shape) <
    OperationCount<Layer>::all_tokens(Layer::shape);

template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
    requires merging_pays<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>>
[[nodiscard]] constexpr MergedAttention<Shape, Number> fast_form(
    LinearSelfAttention<Shape, Number, KeyDim, ValueDim> const& layer) {
    return merged_layer(layer);
}
template <class... Heads>
    requires merging_pays<MultiHeadAttention<Heads...>>
[[nodiscard]] constexpr auto fast_form(MultiHeadAttention<Heads...> const& layer) {
    return merged_layer(layer);
}

/// The type of fast_form(update). Test: tests/static/plan.cpp.
template <class Update>
using FastForm = std::remove_cvref_t<decltype(fast_form(std::declval<Update const&>()))>;

template <class Layer>
[[nodiscard]] constexpr auto fast_form(Damped<Layer> const& part);
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr auto fast_form(OnlyTargetsMove<Sizes, Layer> const& part);
template <class Layer, int Limit>
[[nodiscard]] constexpr auto fast_form(Clipped<Layer, Limit> const& part);
template <class Layer, int Depth>
[[nodiscard]] constexpr auto fast_form(LoopedStack<Layer, Depth> const& stack);
template <class... Layers>
[[nodiscard]] constexpr auto fast_form(LayerStack<Layers...> const& stack);

// ------------------------------------------------------------------------------------------------------- details ----

template <class Layer>
constexpr auto fast_form(Damped<Layer> const& part) {
    return damped(part.damping, fast_form(part.layer));
}
template <Dimensions Sizes, class Layer>
constexpr auto fast_form(OnlyTargetsMove<Sizes, Layer> const& part) {
    return only_targets_move<Sizes>(fast_form(part.layer));
}
template <class Layer, int Limit>
constexpr auto fast_form(Clipped<Layer, Limit> const& part) {
    return clipped<Limit>(fast_form(part.layer));
}
template <class Layer, int Depth>
constexpr auto fast_form(LoopedStack<Layer, Depth> const& stack) {
    return looped<Depth>(fast_form(stack.layer));
}
template <class... Layers>
constexpr auto fast_form(LayerStack<Layers...> const& stack) {
    return boost::hana::unpack(stack.layers,
                               [](auto const&... layer) { return stacked(fast_form(layer)...); });
}

}  // namespace incontext

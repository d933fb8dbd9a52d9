// SPDX-License-Identifier: MIT
// Two layers of linear attention that answer without the context between them: answer and pullback are those of one after the
// other, exactly, for one head and several, one query token and several, at the top of a stack and alone.
#include "incontext/attention/two_layers.hpp"

#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/stack.hpp"

namespace {

using namespace incontext;

using laws::AtOnce;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4, .query = 2};
constexpr TokenShape shape = sizes.tokens();
using Merged = MergedAttention<shape, Modular>;
using MergedHeads = MergedAttention<shape, Modular, 2>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;
using UnlikeHeads = MultiHeadAttention<Thin, LinearSelfAttention<shape, Modular, 1, 2>>;

template <class Lower, class Upper>
constexpr bool both_are_right = laws::law_holds_where_asked<sizes, QueryTokens, AtOnce<Lower, Upper>>() &&
                                laws::law_holds_where_asked<sizes, QueryTargets<sizes>, AtOnce<Lower, Upper>>();
static_assert(both_are_right<Merged, Merged>);
static_assert(both_are_right<MergedHeads, Thin>);
static_assert(both_are_right<Merged, MergedHeads>);
static_assert(both_are_right<MergedHeads, UnlikeHeads>);
// Each parameter alone: a gradient in the wrong place could otherwise hide behind another.
template <class Lower, class Upper, int... Parameter>
constexpr bool each_is_right(std::integer_sequence<int, Parameter...>) {
    return (laws::derivative_is_right_of<sizes, QueryTargets<sizes>, AtOnce<Lower, Upper>, Parameter> && ...);
}
static_assert(each_is_right<MergedHeads, Thin>(std::make_integer_sequence<int, 4 + 4>{}));

// In a stack, at sizes where it pays: the last two of its layers, and of a stack of two both.
constexpr Dimensions longer{.input = 4, .output = 1, .context = 9};
using Longer = MergedAttention<longer.tokens(), Modular>;
template <class Stack>
constexpr bool ends_at_once =
    requires(PassOf<QueryTargets<longer>, Stack, Prompt<longer.tokens(), Modular>> const& pass) {
    pass.last().query;
};
static_assert(ends_at_once<LayerStack<Longer, Longer>> && ends_at_once<LayerStack<Longer, Longer, Longer>>);
static_assert(ends_at_once<LoopedStack<Longer, 2>> && ends_at_once<LoopedStack<Longer, 3>>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LayerStack<Longer, Longer>>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LayerStack<Longer, Longer, Longer>>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LoopedStack<Longer, 2>>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LoopedStack<Longer, 3>>);

// Not where the lower layer has its four projections, and not where query tokens are many.
static_assert(!ends_at_once<LayerStack<LinearSelfAttention<longer.tokens(), Modular>, Longer>>);
static_assert(!last_two_pay<QueryTokens, Merged, Merged, shape>);
static_assert(!last_two_pay<AllTokens, Longer, Longer, longer.tokens()>);

// The law asks this of the kind, at any sizes: a layer that gives itself for the layer of F^T is refused where it does not pay, too.
struct NotTransposed : Merged {
    template <class Other>
    using with_number =
        std::conditional_t<std::same_as<Other, Modular>, NotTransposed, typename Merged::template with_number<Other>>;
    [[nodiscard]] constexpr NotTransposed const& transposed() const { return *this; }
};
static_assert(TransposableLayer<NotTransposed> && laws::associations_agree<sizes, Merged>);
static_assert(!laws::associations_agree<sizes, NotTransposed>);

}  // namespace

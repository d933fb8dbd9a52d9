// SPDX-License-Identifier: MIT
// Two layers of linear attention that answer without the context between them: answer and pullback are those of one after the
// other, exactly, for one head and several, one query token and several, at the top of a stack and alone.
#include "incontext/attention/two_layers.hpp"

#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/stack.hpp"

namespace {

using namespace incontext;

/// upper(lower(prompt)), of which any question about query tokens is answered at once.
template <class Lower, class Upper>
struct AtOnce {
    using Scalar = typename Lower::Scalar;
    template <class Other>
    using with_number =
        AtOnce<typename Lower::template with_number<Other>, typename Upper::template with_number<Other>>;

    BOOST_HANA_DEFINE_STRUCT(AtOnce, (Lower, lower), (Upper, upper));

    template <TokenShape Given, class Number>
    [[nodiscard]] constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return upper(lower(prompt));
    }

    template <class Asked, TokenShape Given, class Number>
    friend constexpr auto forward_pass(Asked, AtOnce const& layers,
                                       Prompt<Given, Number> const& prompt) requires(!std::same_as<Asked, AllTokens>) {
        return forward_pass_of_two<Asked>(layers.lower, layers.upper, prompt);
    }
    template <class Asked, class Wanted, TokenShape Given, class Number, class Gradient>
    friend constexpr auto pull_back(Asked, Wanted wanted, AtOnce const& layers, Prompt<Given, Number> const& prompt,
                                    PassOfTwoLayers<Asked, Lower, Upper, Given, Number> const& pass,
                                    Answer<Asked, Given, Number> const& cotangent, Gradient& gradient) {
        return pull_back_two<Asked>(wanted, layers.lower, layers.upper, prompt, pass, cotangent, gradient.lower,
                                    gradient.upper);
    }
};

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
template <class... Layers>
constexpr bool ends_at_once =
    requires(PassOf<QueryTargets<longer>, LayerStack<Layers...>, Prompt<longer.tokens(), Modular>> const& pass) {
    pass.last().query;
};
static_assert(ends_at_once<Longer, Longer> && ends_at_once<Longer, Longer, Longer>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LayerStack<Longer, Longer>>);
static_assert(laws::pullback_is_transpose_of_derivative<longer, LayerStack<Longer, Longer, Longer>>);

// Not where the lower layer has its four projections, and not where query tokens are many.
static_assert(!ends_at_once<LinearSelfAttention<longer.tokens(), Modular>, Longer>);
static_assert(!last_two_pay<QueryTokens, MergedAttention<shape, Counted>, MergedAttention<shape, Counted>, shape>);
static_assert(!last_two_pay<AllTokens, MergedAttention<longer.tokens(), Counted>,
                            MergedAttention<longer.tokens(), Counted>, longer.tokens()>);

}  // namespace

// SPDX-License-Identifier: MIT
// A layer behind a LayerNorm of its own, and one that does not learn.
#include "incontext/stack/normalised.hpp"

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/token_wise/mlp.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
constexpr TokenShape shape = sizes.tokens();
using SomePrompt = Prompt<shape, Modular>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;
using Feedforward = Residual<TokenWise<MLP<Modular, 3, 4, 3, AnyFunction<"f">>>>;

template <class Layer>
constexpr bool pullback_is_right = HasForwardPass<Layer, AllTokens, SomePrompt>&&
    HasForwardPass<Layer, QueryTokens, SomePrompt>&& laws::pullback_is_transpose_of_derivative<sizes, Layer>;

static_assert(pullback_is_right<Normalised<Thin>>);
static_assert(pullback_is_right<Normalised<SoftmaxAttention<Thin>>>);
static_assert(pullback_is_right<Normalised<Feedforward, LayerNorm<Modular, 3>>>);
static_assert(laws::first_wrong_derivative<sizes, Normalised<Thin>>() == laws::everything);

/// t + (layer(n) - n), with the residual around the norm and not after it.
constexpr bool is_its_formula() {
    auto const update = laws::drawn<Normalised<Thin>>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const n = update.norm(prompt);
    auto const moved = update.layer(n);
    SomePrompt const expected{.context = prompt.context + (moved.context - n.context),
                              .query = prompt.query + (moved.query - n.query)};
    return update(prompt) == expected && !(expected == moved);
}
static_assert(is_its_formula());

/// A layer behind a norm begins with a norm that is one.
constexpr bool begins_with_scale_one() {
    auto const update = normalised_layer(Thin{});
    return update.norm.map.scale == generate<Modular, 3, 1>([](int, int) { return Modular(1); }) &&
           update.norm.map.offset == zero<Modular, 3, 1>();
}
static_assert(begins_with_scale_one());

/// The form that runs has the layer in it merged where that pays, and is the same.
constexpr bool form_is_the_update() {
    auto const update = laws::drawn<Normalised<LinearSelfAttention<shape, Modular>>>("w");
    auto const form = fast_form(update);
    static_assert(!std::is_same_v<decltype(form), decltype(update)>);
    auto const prompt = laws::drawn_prompt<sizes>(1);
    return form(prompt) == update(prompt);
}
static_assert(form_is_the_update());

/// A frozen layer is the layer, passes its cotangent on, and has no derivative of its own.
template <class Layer>
constexpr bool is_frozen() {
    auto const layer = laws::drawn<Layer>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const cotangent = laws::drawn_prompt<sizes>(3);
    Layer gradient{};
    auto const before = laws::drawn<Frozen<Layer>>("g");
    auto gradient_of_frozen = before;
    return frozen(layer)(prompt) == layer(prompt) &&
           pull_back(frozen(layer), prompt, cotangent, gradient_of_frozen) ==
               pull_back(layer, prompt, cotangent, gradient) &&
           laws::same_parameters(gradient_of_frozen, before) && !laws::same_parameters(gradient, Layer{});
}
static_assert(is_frozen<Thin>());
static_assert(is_frozen<SoftmaxAttention<Thin>>());

// The law holds of a frozen layer, whose parameters do not move, and of models with one: first, in the middle and last, where an
// embedding makes tokens wider (the last is the control of [vonOswald2023] Fig. 4), and looped.
static_assert(pullback_is_right<Frozen<Thin>> && pullback_is_right<Normalised<Frozen<Thin>>>);
using Embedding = TokenWise<Linear<Modular, 3, 4>>;
using Features = Residual<TokenWise<MLPWithBiases<Modular, 4, 3, 4, AnyFunction<"f">>>>;
using Wide = LinearSelfAttention<Dimensions{.input = 3, .output = 1, .context = 3, .query = 2}.tokens(), Modular, 2, 1>;
static_assert(pullback_is_right<LayerStack<Frozen<Embedding>, Features, Wide>>);
static_assert(pullback_is_right<LayerStack<Embedding, Frozen<Features>, Wide>>);
static_assert(pullback_is_right<LayerStack<Embedding, Features, Frozen<Wide>>>);
static_assert(pullback_is_right<LoopedStack<Frozen<Thin>, 2>>);
static_assert(laws::first_wrong_derivative<sizes, LayerStack<Embedding, Features, Frozen<Wide>>>() == laws::everything);

/// A kind without a pass, which is differentiated by dual numbers: what is frozen in it has no derivative, either.
constexpr Dimensions smallest{.input = 1, .output = 1, .context = 1};
template <class Number>
struct HalfFrozen {
    template <class Other>
    using with_number = HalfFrozen<Other>;
    using Scalar = Number;

    Frozen<LinearSelfAttention<smallest.tokens(), Number, 1, 1>> first;
    LinearSelfAttention<smallest.tokens(), Number, 1, 1> second;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"first", "second">, &HalfFrozen::first, &HalfFrozen::second> {};

    template <TokenShape Given, class PromptNumber>
    constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const {
        return second(first(prompt));
    }
};
static_assert(!HasForwardPass<HalfFrozen<Modular>, AllTokens, Prompt<smallest.tokens(), Modular>>);
static_assert(laws::pullback_is_transpose_of_derivative<smallest, HalfFrozen<Modular>>);

}  // namespace

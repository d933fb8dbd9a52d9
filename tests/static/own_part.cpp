// SPDX-License-Identifier: MIT
// A part of one's own: what docs/extending.md asks for, and everything that then follows without another line.
//
//     Scaled      token <- factor layer(token)
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/normalised.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

template <class Layer>
struct Scaled {
    static constexpr bool is_part = true;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = Scaled<typename Layer::template with_number<Other>>;
    template <class Other>
    using with_layer = Scaled<Other>;

    Scalar factor = Scalar(1);  // a beginning that is not 0, which a derivative must not begin with
    Layer layer{};

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"factor", "layer">, &Scaled::factor, &Scaled::layer> {};

    template <TokenShape Given, class Number>
    [[nodiscard]] constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }

    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const&, OfAnswer const& answer) const {
        return of_each_matrix([&](auto const& tokens) { return factor * tokens; }, answer);
    }
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const& answer,
                                                   OfAnswer const& cotangent, Gradient& gradient) const {
        return of_each_matrix(
            [&](auto const& tokens, auto const& c) {
                gradient.factor += inner_product(tokens, c);
                return factor * c;
            },
            answer, cotangent);
    }
};

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5, .query = 4};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;
using Merged = MergedAttention<sizes.tokens(), Modular>;
static_assert(Part<Scaled<Layer>> && !Part<Layer> && !Part<LoopedStack<Layer, 2>>);

// It is right, alone, around another part, and in a stack; asked for all tokens, the query tokens, or their targets.
static_assert(laws::derivative_is_right<sizes, AllTokens, Scaled<Merged>>());
static_assert(laws::derivative_is_right<sizes, QueryTargets<sizes>, Scaled<Damped<Merged>>>());
static_assert(laws::derivative_is_right<sizes, QueryTokens, LayerStack<Merged, Scaled<Merged>>>());
static_assert(laws::answer_is_right<sizes, QueryTargets<sizes>, LoopedStack<Scaled<Layer>, 2>>());

// Frozen it does not move, from whatever number its factor begins with.
static_assert(laws::derivative_is_right<sizes, AllTokens, Frozen<Scaled<Merged>>>());

// Its layer is merged where that pays, and its operations are counted.
static_assert(std::is_same_v<FastForm<Scaled<Layer>>, Scaled<Merged>>);
static_assert(laws::fast_form_is_right_of<sizes, Scaled<Layer>>);
constexpr auto run = [](auto const& update, auto const& prompt) { return update(prompt); };
static_assert(multiplications<Scaled<Layer>, sizes.tokens()>(run) ==
              multiplications<Layer, sizes.tokens()>(run) + 3 * 9);

// ------------------------------------------------------------------- a part that reads the parameters of its layer

/// token <- (sum of the entries of the parameters) layer(token): around merged projections it is another update. Its pullback is
/// right. Undisturbed: without with_layer, the form that runs is the kind itself.
template <class Layer, bool IsPart>
struct WeighedByParameters {
    static constexpr bool is_part = IsPart;
    using Scalar = typename Layer::Scalar;
    template <class Other>
    using with_number = WeighedByParameters<typename Layer::template with_number<Other>, IsPart>;
    template <class Other>
        requires(IsPart)
    using with_layer = WeighedByParameters<Other, IsPart>;

    BOOST_HANA_DEFINE_STRUCT(WeighedByParameters, (Layer, layer));

    [[nodiscard]] constexpr Scalar weight() const {
        Scalar sum(0);
        for_each_parameter([&](char const*, auto const& matrix) { sum += matrix(0, 0); }, layer);
        return sum;
    }
    template <TokenShape Given, class Number>
    [[nodiscard]] constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return after_layer(AllTokens{}, prompt, layer(prompt));
    }
    template <class Asked, class APrompt, class OfAnswer>
    [[nodiscard]] constexpr OfAnswer after_layer(Asked, APrompt const&, OfAnswer const& answer) const {
        return of_each_matrix([&](auto const& tokens) { return weight() * tokens; }, answer);
    }
    template <class Asked, class APrompt, class OfAnswer, class Gradient>
    [[nodiscard]] constexpr OfAnswer back_to_layer(Asked, APrompt const&, OfAnswer const& answer,
                                                   OfAnswer const& cotangent, Gradient& gradient) const {
        return of_each_matrix(
            [&](auto const& tokens, auto const& c) {
                auto const by_weight = inner_product(tokens, c);
                for_each_parameter([&](char const*, auto& matrix) { matrix(0, 0) += by_weight; }, gradient.layer);
                return weight() * c;
            },
            answer, cotangent);
    }
};
using Weighed = WeighedByParameters<Layer, true>;
static_assert(laws::derivative_is_right_of<sizes, AllTokens, Weighed>);
static_assert(laws::derivative_is_right_of<sizes, QueryTargets<sizes>, Weighed>);
static_assert(!laws::fast_form_is_right_of<sizes, Weighed>);
static_assert(!laws::pullback_is_transpose_of_derivative<sizes, Weighed>);
static_assert(laws::pullback_is_transpose_of_derivative<sizes, WeighedByParameters<Merged, true>>);  // nothing to merge
static_assert(std::is_same_v<FastForm<WeighedByParameters<Layer, false>>, WeighedByParameters<Layer, false>>);

}  // namespace

// SPDX-License-Identifier: MIT
// A layer that is not worth merging is trained as it is: its gradient is added, parameter by parameter.
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"

namespace {

using namespace incontext;

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7, .query = 4}, Modular, 1, 1>;
static_assert(std::is_same_v<FastForm<Layer>, Layer>);

constexpr bool gradient_is_added() {
    auto const by_form = laws::drawn<Layer>("f");
    auto const before = laws::drawn<Layer>("g");
    Layer gradient = before;
    pull_back_form(laws::drawn<Layer>("w"), by_form, gradient);
    return gradient.query == before.query + by_form.query && gradient.key == before.key + by_form.key &&
           gradient.value == before.value + by_form.value && gradient.output == before.output + by_form.output;
}
static_assert(gradient_is_added());

/// A kind of one's own around a layer that is merged: its own numbers stand in an array.
template <class Inner>
struct Mixed {
    using Scalar = typename Inner::Scalar;
    template <class Other>
    using with_number = Mixed<typename Inner::template with_number<Other>>;
    template <class Other>
    using with_layer = Mixed<Other>;

    ArrayOf<Scalar, 2> shares{};
    Inner layer{};
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"shares", "layer">, &Mixed::shares, &Mixed::layer> {};

    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query = Number(shares[0]) * prompt.query + Number(shares[1]) * layer(prompt).query;
        return prompt;
    }
};
using Around = Mixed<LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4, .query = 1}, Modular>>;
static_assert(!std::is_same_v<FastForm<Around>, Around>);

constexpr bool gradient_of_numbers_in_an_array_is_added() {
    auto const by_form = laws::drawn<FastForm<Around>>("f");
    auto const before = laws::drawn<Around>("g");
    Around gradient = before;
    pull_back_form(laws::drawn<Around>("w"), by_form, gradient);
    return gradient.shares[0] == before.shares[0] + by_form.shares[0] &&
           gradient.shares[1] == before.shares[1] + by_form.shares[1];
}
static_assert(gradient_of_numbers_in_an_array_is_added());

}  // namespace

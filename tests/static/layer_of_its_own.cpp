// SPDX-License-Identifier: MIT
// Which layers are their own, and which are another one by inheritance, whose passes would run in the place of theirs.
#include "incontext/plan/merged.hpp"
#include "incontext/theorem_nonlinear.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3};
template <class Number>
using Attention = LinearSelfAttention<shape, Number>;

// One of the names that passes know is inherited, and another one its own: in either order, and where the inherited one is hidden.
template <class Number>
struct WithMap : Attention<Number> {
    template <class Other>
    using with_number = WithMap<Other>;
    Number map;
};
template <class Number>
struct WithHeads : LoopedStack<Attention<Number>, 2> {
    template <class Other>
    using with_number = WithHeads<Other>;
    Number heads;
};
template <class Number>
struct WithLayer : LayerStack<Attention<Number>, Attention<Number>> {
    template <class Other>
    using with_number = WithLayer<Other>;
    Number layer;
};
template <class Number>
struct WithLayers : TokenWise<LayerNorm<Number, 2>> {
    template <class Other>
    using with_number = WithLayers<Other>;
    Number layers;
};
template <class Number>
struct WithAllButHeads : MergedAttention<shape, Number> {
    template <class Other>
    using with_number = WithAllButHeads<Other>;
    Number layer;
    Number layers;
    Number map;
    Number query;
    Number key;
};
template <class Number>
struct WithQuery : Attention<Number> {
    template <class Other>
    using with_number = WithQuery<Other>;
    Number query;
};
template <class Number>
struct WithKey : Attention<Number> {
    template <class Other>
    using with_number = WithKey<Other>;
    Number key;
};
static_assert(!is_a_layer_of_its_own<WithMap<Modular>> && !is_a_layer_of_its_own<WithHeads<Modular>>);
static_assert(!is_a_layer_of_its_own<WithLayer<Modular>> && !is_a_layer_of_its_own<WithLayers<Modular>>);
static_assert(!is_a_layer_of_its_own<WithAllButHeads<Modular>>);
static_assert(!is_a_layer_of_its_own<WithQuery<Modular>> && !is_a_layer_of_its_own<WithKey<Modular>>);

// All of the names at once, each its own; and a base that is no layer.
template <class Number>
struct HasAll {
    using Scalar = Number;
    template <class Other>
    using with_number = HasAll<Other>;
    Number layer;
    Number layers;
    Number heads;
    Number map;
    Number query;
    Number key;
};
struct Projection {
    Modular query;
};
struct OfProjection : Projection {
    using Scalar = Modular;
    template <class Other>
    using with_number = OfProjection;
};

// Constants and functions of these names are nobody's parameters.
struct SaysConstants {
    using Scalar = Modular;
    template <class Other>
    using with_number = SaysConstants;
    static constexpr int layers = 4;
    static constexpr int heads() { return 2; }
    constexpr int map() const { return 3; }
    constexpr int query(int token) const { return token; }
    constexpr int query(int token, int row) const { return token + row; }
};
static_assert(is_a_layer_of_its_own<SaysConstants>);
static_assert(is_a_layer_of_its_own<HasAll<Modular>> && is_a_layer_of_its_own<OfProjection>);
static_assert(is_a_layer_of_its_own<Attention<Modular>> && is_a_layer_of_its_own<Attention<Modular> const>);

}  // namespace

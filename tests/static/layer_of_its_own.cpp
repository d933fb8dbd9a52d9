// SPDX-License-Identifier: MIT
// Which layers are their own, and which are another one by inheritance, whose passes would run in the place of theirs.
#include "incontext/plan/merged.hpp"
#include "incontext/theorem_nonlinear.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3};
template <class Number>
using Attention = LinearSelfAttention<shape, Number>;

// One of the names that passes know is inherited and not listed, and another one its own: in either order, and where the inherited one
// is hidden.
template <class Number>
struct WithMap : Attention<Number> {
    template <class Other>
    using with_number = WithMap<Other>;
    Number map;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"map">, &WithMap::map> {};
};
template <class Number>
struct WithHeads : LoopedStack<Attention<Number>, 2> {
    template <class Other>
    using with_number = WithHeads<Other>;
    Number heads;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"heads">, &WithHeads::heads> {};
};
template <class Number>
struct WithLayer : LayerStack<Attention<Number>, Attention<Number>> {
    template <class Other>
    using with_number = WithLayer<Other>;
    Number layer;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layer">, &WithLayer::layer> {};
};
template <class Number>
struct WithLayers : TokenWise<LayerNorm<Number, 2>> {
    template <class Other>
    using with_number = WithLayers<Other>;
    Number layers;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"layers">, &WithLayers::layers> {};
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
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"layer", "layers", "map", "query", "key">, &WithAllButHeads::layer,
                                &WithAllButHeads::layers, &WithAllButHeads::map, &WithAllButHeads::query,
                                &WithAllButHeads::key> {};
};
template <class Number>
struct WithQuery : Attention<Number> {
    template <class Other>
    using with_number = WithQuery<Other>;
    Number query;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"query">, &WithQuery::query> {};
};
template <class Number>
struct WithKey : Attention<Number> {
    template <class Other>
    using with_number = WithKey<Other>;
    Number key;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key">, &WithKey::key> {};
};
static_assert(!is_a_layer_of_its_own<WithMap<Modular>> && !is_a_layer_of_its_own<WithHeads<Modular>>);
static_assert(!is_a_layer_of_its_own<WithLayer<Modular>> && !is_a_layer_of_its_own<WithLayers<Modular>>);
static_assert(!is_a_layer_of_its_own<WithAllButHeads<Modular>>);
static_assert(!is_a_layer_of_its_own<WithQuery<Modular>> && !is_a_layer_of_its_own<WithKey<Modular>>);

// A kind with names that no pass of the library knows, and a pass that is found for what is derived: listed in either way.
template <class Number>
struct Weighed {
    using Scalar = Number;
    template <class Other>
    using with_number = Weighed<Other>;
    BOOST_HANA_DEFINE_STRUCT(Weighed, (Number, first), (Number, second));
};
template <class Number>
struct Initialised {
    using Scalar = Number;
    template <class Other>
    using with_number = Initialised<Other>;
    Number first{};
    Number second{};
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"first", "second">, &Initialised::first, &Initialised::second> {};
};
/// Without Scalar, which is said by what is derived, or by nobody.
template <class Number>
struct NoScalar {
    template <class Other>
    using with_number = NoScalar<Other>;
    BOOST_HANA_DEFINE_STRUCT(NoScalar, (Number, first));
};
template <class Number>
struct SaysScalar : NoScalar<Number> {
    using Scalar = Number;
    template <class Other>
    using with_number = SaysScalar<Other>;
};
static_assert(!is_a_layer_of_its_own<SaysScalar<Modular>>);
template <template <class> class Kind, class Number>
struct FromKind : Kind<Number> {
    template <class Other>
    using with_number = FromKind<Kind, Other>;
};
template <template <class> class Kind, class Number>
struct ListsOneMore : Kind<Number> {
    template <class Other>
    using with_number = ListsOneMore<Kind, Other>;
    Number third{};
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"third", "second">, &ListsOneMore::third, &ListsOneMore::second> {};
};
template <template <class> class Kind>
constexpr bool is_asked_whose_its_members_are =
    is_a_layer_of_its_own<Kind<Modular>> && !is_a_layer_of_its_own<FromKind<Kind, Modular>> &&
    !is_a_layer_of_its_own<ListsOneMore<Kind, Modular>>;
static_assert(is_a_layer_of_its_own<NoScalar<Modular>> && !is_a_layer_of_its_own<FromKind<NoScalar, Modular>>);
static_assert(is_asked_whose_its_members_are<Weighed> && is_asked_whose_its_members_are<Initialised>);

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

// ------------------------------------------------------------------------------------------------ passes of a base ----

// A kind has no parameters, or what is derived from it hides them by its own: neither has the pass of the base.
template <class Number>
struct Halved : WithPositions<Number, 2, SinusoidalPositions<2>> {
    using Base = WithPositions<Number, 2, SinusoidalPositions<2>>;
    template <class Other>
    using with_number = Halved<Other>;

    template <TokenShape Given, class PromptNumber>
    [[nodiscard]] constexpr auto operator()(Prompt<Given, PromptNumber> const& prompt) const {
        auto const whole = Base::operator()(prompt);
        return decltype(whole){.context = half * whole.context, .query = half * whole.query};
    }
};
template <class Base, class Number>
struct Hides : Base {
    template <class Other>
    using with_number = Hides<typename Base::template with_number<Other>, Other>;
    Number layer;
    Number map;
};
using SomePrompt = Prompt<shape, Modular>;
template <class Base>
constexpr bool is_not_taken_for =
    HasForwardPass<Base, AllTokens, SomePrompt> && !HasForwardPass<Hides<Base, Modular>, AllTokens, SomePrompt>;
static_assert(HasForwardPass<Halved<Modular>::Base, AllTokens, SomePrompt>);
static_assert(!HasForwardPass<Halved<Modular>, AllTokens, SomePrompt>);
static_assert(is_not_taken_for<TokenWise<LayerNorm<Modular, 2>>>);
static_assert(is_not_taken_for<SoftmaxAttention<Attention<Modular>>>);
static_assert(is_not_taken_for<Normalised<Attention<Modular>>>);
static_assert(is_not_taken_for<Frozen<Attention<Modular>>>);

constexpr bool answers_and_derivatives_are_those_of_the_operator() {
    Halved<Modular> const update{};
    SomePrompt const prompt{.context = generate<Modular, 2, 3>([](int row, int col) { return Modular(7 * row + col); }),
                            .query = generate<Modular, 2, 1>([](int row, int) { return Modular(3 + row); })};
    auto const after = update(prompt);
    Halved<Modular> gradient{};
    auto const back = pull_back(update, prompt, after, gradient);
    return rows<0, 2>(after.query) == half * prompt.query && answer<QueryTokens>(update, prompt) == after.query &&
           answer<QueryTokens>(stacked(update), prompt) == after.query &&
           result_of(forward_pass<AllTokens>(update, prompt)) == after &&
           back.context == ratio<1, 4> * prompt.context && back.query == ratio<1, 4> * prompt.query;
}
static_assert(answers_and_derivatives_are_those_of_the_operator());

}  // namespace

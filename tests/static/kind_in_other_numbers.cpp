// SPDX-License-Identifier: MIT
// Which updates are themselves in other numbers, and which are another one there: by inheritance, or by an argument that is lost.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

/// Whether it is itself in its own numbers, and in others.
template <class Kind>
constexpr bool is_itself =
    is_a_layer_of_its_own<Kind>&& is_the_same_kind<Kind, typename Kind::template with_number<Degree>>;
template <class Kind>
constexpr bool is_another =
    !is_a_layer_of_its_own<Kind> && !is_the_same_kind<Kind, typename Kind::template with_number<Degree>>;

// --------------------------------------------------------------------------------------------------- with Scalar ----

template <class Number, int Factor>
struct Times {
    using Scalar = Number;
    template <class Other>
    using with_number = Times<Other, Factor>;
};
template <class Number, int Factor = 1>
struct TimesOne {
    using Scalar = Number;
    template <class Other>
    using with_number = TimesOne<Other>;
};
/// In its own numbers it is itself, and in others it has lost its factor.
template <class Number, int Factor>
struct TimesOneElsewhere {
    using Scalar = Number;
    template <class Other>
    using with_number = TimesOneElsewhere<Other, std::is_same_v<Other, Number> ? Factor : 1>;
};
struct Derived : Times<Modular, 3> {};

static_assert(is_itself<Times<Modular, 3>> && is_itself<TimesOne<Modular>>);
static_assert(is_another<TimesOne<Modular, 3>> && is_another<Derived>);
static_assert(is_a_layer_of_its_own<TimesOneElsewhere<Modular, 3>>);
static_assert(!is_the_same_kind<TimesOneElsewhere<Modular, 3>, TimesOneElsewhere<Degree, 1>>);
using Layer = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 4}, Modular>;
static_assert(is_itself<Layer> && is_itself<LayerStack<Layer, LoopedStack<Layer, 2>>> && is_itself<Damped<Layer>>);

// ----------------------------------------------------------------------------------------------- without Scalar ----

template <class Number, int Factor>
struct Quiet {
    template <class Other>
    using with_number = Quiet<Other, Factor>;
};
template <class Inner>
struct AroundQuiet {
    template <class Other>
    using with_number = AroundQuiet<typename Inner::template with_number<Other>>;
};
template <class Number, class Other = Number>
struct QuietOfTwo {
    template <class Another>
    using with_number = QuietOfTwo<Another>;
};
struct OfNoNumber {
    template <class>
    using with_number = OfNoNumber;
};
struct DerivedQuiet : Quiet<Modular, 3> {};
struct DerivedFromAround : AroundQuiet<Quiet<Lanes<float, 4>, 3>> {};
struct DerivedFromNoNumber : OfNoNumber {};

static_assert(std::is_same_v<OwnNumber<Quiet<Modular, 3>>::type, Modular>);
static_assert(std::is_same_v<OwnNumber<DerivedQuiet>::type, Modular>);
static_assert(is_itself<Quiet<Modular, 3>> && is_itself<AroundQuiet<Quiet<float, 3>>> && is_itself<OfNoNumber>);
static_assert(is_itself<QuietOfTwo<float>> && is_a_layer_of_its_own<Quiet<Modular, 3> const>);
static_assert(is_another<DerivedQuiet> && is_another<DerivedFromAround> && is_another<DerivedFromNoNumber>);
static_assert(!is_a_layer_of_its_own<DerivedQuiet const>);

// An argument that is lost, of a kind of which no number is deduced: it is that of its first parameter.
template <class Number, int Factor = 1>
struct QuietTimesOne {
    template <class Other>
    using with_number = QuietTimesOne<Other>;
    Matrix<Number, 2, 1> rate;
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &QuietTimesOne::rate> {};
};
static_assert(is_the_same_kind<QuietTimesOne<Modular>, QuietTimesOne<Degree>>);
static_assert(!is_the_same_kind<QuietTimesOne<Modular, 3>, QuietTimesOne<Degree>>);

// What says no with_number is not asked.
static_assert(is_a_layer_of_its_own<int> && is_a_layer_of_its_own<decltype([] {})>);

}  // namespace

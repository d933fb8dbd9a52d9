// SPDX-License-Identifier: MIT
// Layers of rules whose templates have further parameters with defaults.
#include "incontext/online.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};

/// The additive rule at `Times` times the rate.
template <MemoryShape Shape, class Number, int Times = 2>
struct Repeated : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = Repeated<Shape, Other, Times>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        typename Base::Value const value = (Number(Times) * example.rate) * example.value;
        add_outer_product(state.S, value, example.key);
    }
};

struct Twice {
    static constexpr int times = 2;
};
/// The same, by a type and by a second value.
template <MemoryShape Shape, class Number, class HowOften = Twice>
struct ByType : Repeated<Shape, Number, HowOften::times> {
    template <class Other>
    using with_number = ByType<Shape, Other, HowOften>;
};
template <MemoryShape Shape, class Number, int Times = 1, bool Doubled = true>
struct ByTwoValues : Repeated<Shape, Number, Doubled ? 2 * Times : Times> {
    template <class Other>
    using with_number = ByTwoValues<Shape, Other, Times, Doubled>;
};

template <class Any>
constexpr auto step(Any any, int times) {
    using Number = typename Any::Scalar;
    return GradientStep<Any::dimensions, Number>{Number(times) * any.learning_rate(), any.initial_weights()};
}
constexpr auto additive = [](auto any) { return as_online_attention<AdditiveRule>(step(any, 2)); };
constexpr auto repeated = [](auto any) { return as_online_attention<Repeated>(step(any, 1)); };
constexpr auto by_type = [](auto any) { return as_online_attention<ByType>(step(any, 1)); };
constexpr auto by_two_values = [](auto any) { return as_online_attention<ByTwoValues>(step(any, 1)); };
constexpr auto of_layer = [](auto any) {
    auto const one = step(any, 1);
    return online<Repeated>(as_online_attention<AdditiveRule>(one).layer, one.learning_rate);
};
static_assert(identical<sizes>(additive, repeated));
static_assert(identical<sizes>(additive, by_type));
static_assert(identical<sizes>(additive, by_two_values));
static_assert(identical<sizes>(additive, of_layer));

}  // namespace

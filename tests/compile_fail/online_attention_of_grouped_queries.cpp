// SPDX-License-Identifier: MIT
// A layer of a rule that is asked two questions at a time, of which a token has one: the other would be read unwritten.
//
// expected: the rule (in this message) has the MemoryShape that the layer gives it
#include "incontext/theorem.hpp"
#include "incontext/online.hpp"

using namespace incontext;

template <MemoryShape Shape, class Number>
#ifdef BROKEN
struct MyRule : DeltaRule<MemoryShape{Shape.key_dim, Shape.value_dim, 2}, Number> {
#else
struct MyRule : DeltaRule<Shape, Number> {
#endif
    template <class Other>
    using with_number = MyRule<Shape, Other>;
};

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4, .query = 2};
constexpr auto layer = []<class Any>(Any any) {
    using Step = GradientStep<Any::dimensions, typename Any::Scalar>;
    return as_online_attention<MyRule>(Step{any.learning_rate(), any.initial_weights()});
};
static_assert(identical<sizes>(layer, layer));

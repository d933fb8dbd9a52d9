// SPDX-License-Identifier: MIT
// An unknown called "X": it would be the x of the context tokens, and a rule that never reads them would be proved right.
//
// expected: the_names_X_Y_Xq_Yq_and_N_belong_to_the_prompt
#include "incontext/theorem.hpp"

using namespace incontext;

template <Dimensions Sizes, class Number>
struct WithPositions {
    Matrix<Number, Sizes.input, Sizes.context> positions;

    template <TokenShape Shape>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.context = prompt.context + above(positions, targets<Sizes>(prompt.context));
        return prompt;
    }
};
constexpr auto with_positions = []<class Any>(Any any) {
#ifdef BROKEN
    auto const positions = any.matrix(input_axis, context_axis, "X");
#else
    auto const positions = any.matrix(input_axis, context_axis, "P");
#endif
    return WithPositions<Any::dimensions, typename Any::Scalar>{positions};
};

static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7}>(with_positions, with_positions));

// SPDX-License-Identifier: MIT
// 1/sqrt of a padded token: its keys are normalised, and where it runs 0 times 1/sqrt(0) is NaN.
//
// expected: a_function_is_asked_at_its_pole
#include "incontext/number/function.hpp"
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

/// Subtracts sum_i y_i <k_i / |k_i|, x> from the query; Padding: tokens of zeros behind the context.
template <int Padding>
struct NormalisedKeys {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        constexpr int tokens = Shape.context + Padding;
        auto const padded = generate<Number, 3, tokens>(
            [&](int row, int token) { return token < Shape.context ? Number(prompt.context(row, token)) : Number(0); });
        Number sum(0);
        for (int token = 0; token < tokens; ++token) {
            Number const& first = padded(0, token);
            Number const& second = padded(1, token);
            Number const over_norm = value_of<ReciprocalRoot>(Number(first * first + second * second));
            sum += padded(2, token) * over_norm * (first * prompt.query(0, 0) + second * prompt.query(1, 0));
        }
        prompt.query(2, 0) -= sum;
        return prompt;
    }
};

#ifdef BROKEN
static_assert(identical<sizes>(NormalisedKeys<0>{}, NormalisedKeys<5>{}));
#else
static_assert(identical<sizes>(NormalisedKeys<0>{}, NormalisedKeys<0>{}));
#endif

// SPDX-License-Identifier: MIT
// An update that drops the oldest example, and says so as an embedding says its wider tokens.
//
// expected: this update makes more or fewer tokens of its context or its query, and must not
// expected-gcc: an_update_must_keep_the_number_of_tokens<incontext::TokenShape{3, 5, 4, 2}, incontext::TokenShape{3, 4, 4, 2}>
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 5, .query = 4};

struct WithoutTheOldest {
#ifdef BROKEN
    static constexpr int dropped = 1;
#else
    static constexpr int dropped = 0;  // a factor of 0 leaves an example out
#endif
    template <TokenShape Given>
    static constexpr TokenShape shape_after{
        .token_dim = Given.token_dim, .context = Given.context - dropped, .query = Given.query, .input = Given.input};

    template <TokenShape Shape, class Number>
    constexpr PromptAfter<WithoutTheOldest, Prompt<Shape, Number>> operator()(
        Prompt<Shape, Number> const& prompt) const {
        PromptAfter<WithoutTheOldest, Prompt<Shape, Number>> result;
        result.query = prompt.query;
        for (int i = 0; i + dropped < Shape.context; ++i) {
            for (int row = 0; row < Shape.token_dim; ++row) {
                result.context(row, i) = Number(i + dropped > 0) * prompt.context(row, i + dropped);
            }
        }
        return result;
    }
};

static_assert(identical<sizes>(WithoutTheOldest{}, WithoutTheOldest{}));

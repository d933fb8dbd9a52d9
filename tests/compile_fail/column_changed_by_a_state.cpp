// SPDX-License-Identifier: MIT
// A column that is changed by what counts its calls: once for a row of exact numbers, once for a register of float.
//
// expected: this comparison cannot be made while compiling
// expected: what_changes_a_column_has_a_state_or_reads_what_is_changed
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 15, .output = 1, .context = 2, .query = 1};

struct TimesRow {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        int row = 0;
        columns::change(prompt.query, 0, prompt.context, 0, Shape.token_dim,
                        [&](auto const& entry, auto const&) { return entry * Number(++row); });
#else
        for (int row = 0; row < Shape.token_dim; ++row) {
            prompt.query(row, 0) *= Number(row + 1);
        }
#endif
        return prompt;
    }
};

static_assert(identical<sizes>(TimesRow{}, TimesRow{}));

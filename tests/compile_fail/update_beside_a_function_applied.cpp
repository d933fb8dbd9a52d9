// SPDX-License-Identifier: MIT
// A function of yours that has the name of one of the library's: it is not the one that a proof calls.
//
// expected: the two token updates differ
#include "incontext/theorem.hpp"

constexpr incontext::Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

namespace mine {

struct Nothing {
    template <incontext::TokenShape Shape, class Number>
    constexpr incontext::Prompt<Shape, Number> operator()(incontext::Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

struct Doubled {
    template <incontext::TokenShape Shape, class Number>
    constexpr incontext::Prompt<Shape, Number> operator()(incontext::Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        prompt.query = prompt.query + prompt.query;
#endif
        return prompt;
    }
};

/// Does not apply the update.
template <class Update, incontext::TokenShape Shape, class Number>
constexpr incontext::Prompt<Shape, Number> applied(Update const&, incontext::Prompt<Shape, Number> const& prompt, int) {
    return prompt;
}

}  // namespace mine

static_assert(incontext::identical<sizes>(mine::Nothing{}, mine::Doubled{}));

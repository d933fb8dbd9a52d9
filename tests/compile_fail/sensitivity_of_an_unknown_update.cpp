// SPDX-License-Identifier: MIT
// An update of which nobody knows a derivative: it has no pass, takes no dual numbers, and does not say that it is affine.
//
// expected: the sensitivity of this update is not known: it has no forward_pass and takes no dual numbers (pass/pass.hpp), and does not say that it is affine in its query tokens, by static constexpr bool is_affine_in_query = true
#include "incontext/experiment/alignment.hpp"

using namespace incontext;

struct Doubled {
#ifndef BROKEN
    static constexpr bool is_affine_in_query = true;
#endif
    template <TokenShape Given, class Number>
    Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = prompt.context, .query = prompt.query + prompt.query};
    }
};

auto s(Prompt<TokenShape{3, 4, 1, 2}, float> const& prompt) {
    return sensitivity<Dimensions{.input = 2, .output = 1, .context = 4}>(Doubled{}, prompt);
}

// SPDX-License-Identifier: MIT
// G += G G by add_product: exact numbers would take the product first, and those that run write G while they read it.
//
// expected: the_sum_of_a_product_is_a_matrix_of_its_own
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr auto squared = [](auto prompt) {
    auto G = gram(prompt.context);
    G += product(G, G);
    prompt.context = product(G, prompt.context);
    return prompt;
};
constexpr auto in_place = [](auto prompt) {
    auto G = gram(prompt.context);
#ifdef BROKEN
    add_product(G, G, G);
#else
    auto const before = G;
    add_product(G, before, before);
#endif
    prompt.context = product(G, prompt.context);
    return prompt;
};

static_assert(identical<sizes>(squared, in_place));

// SPDX-License-Identifier: MIT
// An unknown map m at x^p with p = 2^61 - 1: that is m(x) in the field of integers modulo p, and nowhere else.
//
// expected: the degree of these updates (the first number in this message) is above 2^30
// expected-gcc: the_degree_is_not_far_below_the_modulus<2305843009213693951, 1073741824>
// expected-clang: 2305843009213693951LL <= 1073741824LL
#include "incontext/equivalence/any_map.hpp"
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 1, .output = 2, .context = 3};

/// (x; y) <- (x; m(x)) of the query tokens.
template <class Any>
constexpr auto mapped(Any const& any, auto const& changed) {
    return [=](auto prompt) {
        auto const X = inputs<Any::dimensions>(prompt.query);
        prompt.query = above(X, any.map(output_axis, "m")(changed(X)));
        return prompt;
    };
}
constexpr auto expected = [](auto any) { return mapped(any, [](auto const& X) { return X; }); };
constexpr auto actual = [](auto any) {
    return mapped(any, [](auto X) {
#ifdef BROKEN
        auto power = X(0, 0);
        for (int i = 1; i < 61; ++i) {  // the product of x^(2^i), i = 0 .. 60
            power = power * power;
            X(0, 0) = X(0, 0) * power;
        }
#endif
        return X;
    });
};

static_assert(identical<sizes>(expected, actual));

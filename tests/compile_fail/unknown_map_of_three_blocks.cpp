// SPDX-License-Identifier: MIT
// An unknown map of symbols, given a column that was put together.
//
// expected: a map of symbols is given inputs, one block, or whole tokens, two
#include "incontext/equivalence/any_map.hpp"
#include "incontext/theorem.hpp"

using namespace incontext;

constexpr auto mapped = []<class Any>(Any any) {
    auto const X = any.matrix(input_axis, context_axis, "x");
#ifdef BROKEN
    return any.map(feature_axis, "m")(above(above(X, X), X));
#else
    return any.map(feature_axis, "m")(X);
#endif
};
using Values = decltype(mapped(symbolic::AnySizes{}));

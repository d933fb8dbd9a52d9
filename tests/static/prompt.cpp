// SPDX-License-Identifier: MIT
// Prompts on numbers worked by hand: embedding with and without initial weights, equality, conversion.
#include "incontext/matrix/exact.hpp"
#include "incontext/number/rational.hpp"
#include "incontext/token/prompt.hpp"

namespace {

using namespace incontext;

template <int Rows, int Cols>
using M = ExactMatrix<Rational, Rows, Cols>;

constexpr M<2, 3> X{1, 2, 3, 4, 5, 6};
constexpr M<1, 3> Y{7, 8, 9};
constexpr M<2, 1> Xq{10, 20};
constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

constexpr auto prompt = embed(X, Y, Xq);
static_assert(decltype(prompt)::shape == sizes.tokens());
static_assert(prompt.context == M<3, 3>{1, 2, 7, 3, 4, 8, 5, 6, 9} && prompt.query == M<3, 1>{10, 20, 0});
static_assert(embed(X, Y, Xq, M<1, 2>{3, -1}).query == M<3, 1>{10, 20, -10});
static_assert(embed(X, Y, Xq, M<1, 2>{3, -1}).context == prompt.context);
static_assert(inputs<sizes>(prompt.context) == X && targets<sizes>(prompt.context) == Y);
static_assert(prediction<sizes>(embed(X, Y, Xq, M<1, 2>{3, -1})) == M<1, 1>{10});

constexpr Prompt<sizes.tokens(), Rational> other_context{.context = -prompt.context, .query = prompt.query};
constexpr Prompt<sizes.tokens(), Rational> other_query{.context = prompt.context, .query = -prompt.query};
static_assert(prompt == prompt && !(prompt == other_context) && !(prompt == other_query));

constexpr Prompt<sizes.tokens().without_split(), Rational> forgotten = prompt;
static_assert(prompt == forgotten && forgotten == prompt && !(prompt != forgotten));
static_assert(embed(X, Y, Xq, M<1, 2>{3, -1}) != forgotten && !(forgotten == embed(X, Y, Xq, M<1, 2>{3, -1})));
static_assert(forgotten.context == prompt.context && forgotten.query == prompt.query);

}  // namespace

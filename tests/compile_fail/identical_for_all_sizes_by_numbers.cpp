// SPDX-License-Identifier: MIT
// A layer that is another one at each size of the cross check. In symbols every size is 1, and nothing differs. At all sizes but the
// first the difference vanishes at the witnesses of the first seed: each is compared at another one.
//
// expected: the two token updates differ: read this message's Difference{token, row, expected {numerator, denominator}
// expected-gcc: the_two_updates_differ_at<incontext::Difference{7, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{10, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{12, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{5, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{4, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{3, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{2, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{33, 0,
// expected-gcc: the_two_updates_differ_at<incontext::Difference{1, 0,
// expected-clang: the_two_updates_differ_at<{7, 0,
// expected-clang: the_two_updates_differ_at<{10, 0,
// expected-clang: the_two_updates_differ_at<{12, 0,
// expected-clang: the_two_updates_differ_at<{5, 0,
// expected-clang: the_two_updates_differ_at<{4, 0,
// expected-clang: the_two_updates_differ_at<{3, 0,
// expected-clang: the_two_updates_differ_at<{2, 0,
// expected-clang: the_two_updates_differ_at<{33, 0,
// expected-clang: the_two_updates_differ_at<{1, 0,
#include "incontext/theorem.hpp"

using namespace incontext;

struct Nothing {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};
struct MyLayer {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
#ifdef BROKEN
        if constexpr (Shape.token_dim > 2 || Shape.context > 1) {
            constexpr Dimensions sizes{.input = Shape.input,
                                       .output = Shape.token_dim - Shape.input,
                                       .context = Shape.context,
                                       .query = Shape.query};
            constexpr Modular drawn = Arbitrary<sizes, Modular>{}.prompt().query(0, 0);
            constexpr bool is_first = sizes == sizes_of_cross_check[0];
            prompt.query(0, 0) += prompt.query(0, 0) - Number(is_first ? 0 : drawn.residue());
        }
#endif
        return prompt;
    }
};

static_assert(identical_for_all_sizes(Nothing{}, MyLayer{}));

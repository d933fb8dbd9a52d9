// SPDX-License-Identifier: MIT
// A linear layer whose fast weights in the definition's order are others where the first of them is zero: that of no drawn context is.
//
// expected: a symbol stands for every value, so it is not compared
#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

template <TokenShape Shape, class Number>
struct MyLayer : LinearSelfAttention<Shape, Number> {
    template <class Other>
    using with_number = MyLayer<Shape, Other>;

    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights_by_values(Context const& C) const {
        auto F = zero<NumberOf<Context>, Shape.token_dim, Shape.token_dim>();
        F = this->fast_weights(C);
#ifdef BROKEN
        if (F(0, 0) == Number(0)) {
            F(1, 1) = Number(0);
        }
#endif
        return F;
    }
};

static_assert(laws::associations_agree<sizes, MyLayer<sizes.tokens(), Modular>>);

// SPDX-License-Identifier: MIT
// A layer with a merged layer of its own beside it, which would run and train in its place. The derivative of the scale is lost
// there: training would leave it alone.
//
// expected: the fast_form of this layer is the merged_layer that is written beside it
#include "incontext/incontext.hpp"

using namespace incontext;

template <TokenShape Shape, class Number>
struct MyLayer {
    static constexpr TokenShape shape = Shape;
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
    using Attention = LinearSelfAttention<Shape, Number>;
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Attention, attention), (Number, scale));

    constexpr Attention scaled() const {
        auto layer = attention;
        layer.output = scale * layer.output;
        return layer;
    }
    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return scaled()(prompt);
    }
#ifdef BROKEN
    friend constexpr MergedAttention<Shape, Number> merged_layer(MyLayer const& layer) {
        return incontext::merged_layer(layer.scaled());
    }
#endif
};

constexpr Dimensions sizes{.input = 1, .output = 1, .context = 3, .query = 1};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<sizes.tokens(), Modular>>);

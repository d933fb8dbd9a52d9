// SPDX-License-Identifier: MIT
// A linear layer of one's own with a scale that no Hana struct lists: a context would predict with the scale that a new layer has.
//
// expected: a regressor keeps what is listed, and would lose the others at every call
// expected: a_regressor_keeps_what_is_listed<
#include "incontext/incontext.hpp"

using namespace incontext;

template <TokenShape Shape, class Number>
struct MyLayer {
    static constexpr TokenShape shape = Shape;
    static constexpr int head_count = 1;
    using Scalar = Number;
    template <class Other>
    using with_number = MyLayer<Shape, Other>;
    using Attention = LinearSelfAttention<Shape, Number>;
#ifdef BROKEN
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Attention, attention));
    Number scale = Number(1);
#else
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Attention, attention), (Number, scale));
#endif

    template <AnyMatrix Context>
    constexpr auto keep_fast_weights(Context const& C) const {
        auto kept = attention.keep_fast_weights(C);
        kept.fast_weights = scale * kept.fast_weights;
        return kept;
    }
    template <AnyMatrix Gram>
    constexpr auto fast_weights_of_gram(Gram const& G) const -> Matrix<Number, Shape.token_dim, Shape.token_dim> {
        return scale * attention.fast_weights_of_gram(G);
    }
    template <AnyMatrix Context>
    constexpr auto fast_weights(Context const& C) const {
        return keep_fast_weights(C).fast_weights;
    }
    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return with_fast_weights(fast_weights(prompt.context), prompt);
    }
};

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
using Model = LoopedStack<MyLayer<sizes.tokens(), float>, 2>;

auto shown(Model const& model) {
    return StreamingContext<sizes, Model>(model);
}

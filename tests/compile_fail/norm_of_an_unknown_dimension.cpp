// SPDX-License-Identifier: MIT
// A layer that does not say its shape, behind a norm that is not told one. Its map is a number, and no map of tokens.
//
// expected: this layer does not say of what dimension its tokens are, so its norm must: Normalised<Layer, LayerNorm<float, 8>>
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

struct MyLayer {
    using Scalar = Modular;
    template <class Other>
    using with_number = MyLayer;
    BOOST_HANA_DEFINE_STRUCT(MyLayer, (Modular, map));

    template <class APrompt>
    constexpr APrompt operator()(APrompt const& prompt) const {
        return prompt;
    }
};

#ifdef BROKEN
using Layer = Normalised<MyLayer>;
#else
using Layer = Normalised<MyLayer, LayerNorm<Modular, 3>>;
#endif
[[maybe_unused]] constexpr Layer layer{};

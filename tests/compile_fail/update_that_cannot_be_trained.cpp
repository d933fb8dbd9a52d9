// SPDX-License-Identifier: MIT
// A kind of layer without a pullback, and without with_number, so that it cannot be run on dual numbers either.
//
// expected: this update cannot be trained
#include "incontext/theorem.hpp"
#include "incontext/training/loss.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

template <class Number>
struct Scaled {
    using Scalar = Number;
    BOOST_HANA_DEFINE_STRUCT(Scaled, (Number, factor));
#ifndef BROKEN
    template <class Other>
    using with_number = Scaled<Other>;
#endif

    template <TokenShape Given>
    constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = factor * prompt.context, .query = factor * prompt.query};
    }
};

Modular loss(Scaled<Modular> const& layer, Prompt<sizes.tokens(), Modular> const& prompt,
             Matrix<Modular, 1, 1> const& target, Scaled<Modular>& gradient) {
    return add_loss_and_gradient<sizes>(layer, prompt, target, Modular(1), gradient);
}

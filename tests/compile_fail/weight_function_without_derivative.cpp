// SPDX-License-Identifier: MIT
// A weight function of softmax that returns its value alone.
//
// expected: an activation or weight function is a struct with a static at(z)
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

constexpr TokenShape shape{.token_dim = 3, .context = 4};

struct Square {
    template <class Number>
#ifdef BROKEN
    static constexpr Number at(Number const& z) {
        return z * z;
#else
    static constexpr ValueAndDerivative<Number> at(Number const& z) {
        return {z * z, z + z};
#endif
    }
};

auto answered(LinearSelfAttention<shape, Modular> const& heads, Prompt<shape, Modular> const& prompt) {
    return softmax_attention<Square>(heads)(prompt);
}

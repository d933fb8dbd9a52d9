// SPDX-License-Identifier: MIT
// Prop. 1, proved by the compiler for all sizes (Compiler Explorer: -std=c++20). Write N(1) for N(-1), and it says what differs.
// The header: cmake --build build/release --target single_headers (docs/which_header.md).
#include "incontext_theorem.hpp"
using namespace incontext;

constexpr auto step = []<class Any>(Any any) {  // gradient descent with any learning rate, from any W0
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = []<class Any, class N = typename Any::Scalar>(Any any) {  // attention; N is a kind of number
    constexpr int x = Any::dimensions.input, y = Any::dimensions.output;
    auto const reads_x = blocks(identity<N, x>(), zero<N, x, y>(), zero<N, y, x>(), zero<N, y>());  // W_Q, W_K
    auto const residual = blocks(zero<N, x>(), zero<N, x, y>(), any.initial_weights(), identity<N, y>(N(-1)));  // W_V
    auto const P = identity<N, x + y>(any.learning_rate() * one_over_context<N>(Any::dimensions.context));
    return LinearSelfAttention<Any::dimensions.tokens(), N>{reads_x, reads_x, residual, P};
};
static_assert(identical_for_all_sizes(step, layer));

// SPDX-License-Identifier: MIT
// How many multiplications does a prediction take, and which of the proved forms takes the fewest?
//
//   definition   every layer updates every token: F = P (W_V C)(W_K C)^T W_Q, token <- token + F token
//   read-out     the same, but the last layer updates only the query token
//   merged       the read-out of layers that hold the products W_KQ = W_K^T W_Q, W_PV = P W_V:  F = W_PV (C C^T) W_KQ
//   moments      one pass over the context makes the gram matrix G = C C^T; each layer then updates G, at a cost that
//                does not depend on the context's length
//
// And how many does it take to update all tokens, which every layer but the last must do?
//
//   by F         F = W_PV (C C^T) W_KQ is computed, and applied to every token
//   by scores    token <- token + W_PV (C (C^T (W_KQ token))): F is not computed; W_KQ token is its score direction
//
// The counts are computed while compiling, and there they decide which form runs. tests/unit/operation_count.cpp
// compares them with a number that counts its own multiplications; tests/static proves that all forms predict the same.
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

template <int Context, int Depth>
void print_row() {
    constexpr TokenShape shape{.token_dim = 11, .context = Context, .query = 1};
    using Definition = OperationCount<LoopedStack<LinearSelfAttention<shape, float>, Depth>>;
    using MergedStack = LoopedStack<FastForm<LinearSelfAttention<shape, float>>, Depth>;
    using Merged = OperationCount<MergedStack>;
    std::printf("%8d %6d %12ld %9ld %8ld %8ld    %s\n", Context, Depth, Definition::all_tokens(shape),
                Definition::query_only(shape), Merged::query_only(shape), Merged::by_moments(shape),
                moments_pay<MergedStack, shape>() ? "moments" : "merged");
}

template <int TokenDim, int Context>
void print_row_of_all_tokens() {
    constexpr TokenShape shape{.token_dim = TokenDim, .context = Context, .query = 1};
    using Merged = OperationCount<MergedAttention<shape, float>>;
    std::printf("%8d %9d %12ld %9ld %9ld    %s\n", TokenDim, Context,
                OperationCount<LinearSelfAttention<shape, float>>::all_tokens(shape), Merged::by_fast_weights(shape),
                Merged::by_scores(shape), scores_pay(shape, 1) ? "scores" : "F");
}

int main() {
    std::printf(" context  depth   definition  read-out   merged  moments    chosen\n");
    print_row<10, 1>();
    print_row<10, 2>();
    print_row<10, 5>();
    print_row<10, 10>();
    print_row<100, 1>();
    print_row<100, 2>();
    print_row<100, 5>();
    print_row<1000, 5>();

    std::printf("\n  tokens   context   definition      by F by scores    chosen\n");
    print_row_of_all_tokens<4, 10>();
    print_row_of_all_tokens<11, 10>();
    print_row_of_all_tokens<16, 10>();
    print_row_of_all_tokens<32, 10>();
    print_row_of_all_tokens<32, 100>();
}

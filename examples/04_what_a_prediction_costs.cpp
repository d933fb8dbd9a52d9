// SPDX-License-Identifier: MIT
// How many multiplications does a prediction take, and which of the proven forms takes the fewest?
//
//   definition   every token through every layer: F = P (W_V C)(W_K C)^T W_Q, token <- token + F token
//   last layer   the same, but of the last layer the query token alone
//   merged       the same of layers that hold W_K^T W_Q and P W_V:  F = W_PV (C C^T) W_KQ
//   gram         one pass over the context makes G = C C^T; each layer then steps G, whatever the context's length
//
// And how many does it take to update all tokens, as every layer but the last must?
//
//   by F         F = W_PV (C C^T) W_KQ is made, and applied to every token
//   by scores    token <- token + W_PV (C (C^T (W_KQ token))): F is never made
//
// Nobody derived these numbers: while compiling, each form is run on matrices that have a shape and no entries, and that
// count what is done with them. The smallest count decides which form runs. (tests/unit/operations.cpp holds the counts
// against numbers that count themselves; tests/static proves that all forms predict the same.)
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

constexpr auto all_tokens = [](auto const& update, auto const& prompt) { return update(prompt); };
constexpr auto query_by_tokens = [](auto const& update, auto const& prompt) {
    return answer_by_tokens<QueryTokens>(update, prompt);
};
constexpr auto query_by_gram = [](auto const& update, auto const& prompt) {
    return answer_by_gram<QueryTokens>(update, prompt);
};
constexpr auto by_fast_weights = [](auto const& update, auto const& prompt) {
    return with_fast_weights(update.fast_weights(prompt.context), prompt);
};
constexpr auto by_scores = [](auto const& update, auto const& prompt) { return with_scores(update, prompt); };

template <int Context, int Depth>
void print_row() {
    constexpr TokenShape shape{.token_dim = 11, .context = Context, .query = 1};
    using Stack = LoopedStack<LinearSelfAttention<shape, float>, Depth>;
    using Merged = FastForm<Stack>;
    std::printf("%8d %6d %12lld %11lld %8lld %8lld    %s\n", Context, Depth, multiplications<Stack, shape>(all_tokens),
                multiplications<Stack, shape>(query_by_tokens), multiplications<Merged, shape>(query_by_tokens),
                multiplications<Merged, shape>(query_by_gram),
                gram_pays_for_stack<QueryTokens, Merged, shape> ? "gram" : "merged");
}

template <int TokenDim, int Context>
void print_row_of_all_tokens() {
    constexpr TokenShape shape{.token_dim = TokenDim, .context = Context, .query = 1};
    using Layer = LinearSelfAttention<shape, float>;
    using Merged = MergedAttention<shape, float>;
    std::printf("%8d %9d %12lld %9lld %9lld    %s\n", TokenDim, Context, multiplications<Layer, shape>(all_tokens),
                multiplications<Merged, shape>(by_fast_weights), multiplications<Merged, shape>(by_scores),
                scores_pay<Merged, shape> ? "scores" : "F");
}

int main() {
    std::printf(" context  depth   definition  last layer   merged     gram    chosen\n");
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

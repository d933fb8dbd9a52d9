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
// And what does it save to ask a layer for less, when it is trained? The layer goes forward, and then back for the
// derivatives with respect to its parameters alone, or with respect to the prompt as well.
//
// Nobody derived these numbers. While compiling, each form runs on matrices that have a shape and no entries and count
// what is done with them. The smallest count decides which form runs. (tests/unit/operations.cpp holds the counts
// against numbers that count themselves; tests/static proves that all forms predict the same.)
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

constexpr TokenShape paper{.token_dim = 11, .context = 10, .query = 1};
using PaperLayer = MergedAttention<paper, float>;

template <int Context, int Depth>
void print_row() {
    constexpr TokenShape shape{.token_dim = 11, .context = Context, .query = 1};
    using Stack = LoopedStack<LinearSelfAttention<shape, float>, Depth>;
    using Merged = FastForm<Stack>;
    std::printf("%8d %6d %12lld %11lld %8lld %8lld    %s\n", Context, Depth,
                multiplications<Stack, shape>(plans::all_tokens),
                multiplications<Stack, shape>(plans::answering_by_tokens<QueryTokens>),
                multiplications<Merged, shape>(plans::answering_by_tokens<QueryTokens>),
                multiplications<Merged, shape>(plans::answering_by_gram<QueryTokens>),
                gram_pays_for_stack<QueryTokens, Merged, shape> ? "gram" : "merged");
}

template <int TokenDim, int Context>
void print_row_of_all_tokens() {
    constexpr TokenShape shape{.token_dim = TokenDim, .context = Context, .query = 1};
    using Layer = LinearSelfAttention<shape, float>;
    using Merged = MergedAttention<shape, float>;
    std::printf("%8d %9d %12lld %9lld %9lld    %s\n", TokenDim, Context,
                multiplications<Layer, shape>(plans::all_tokens),
                multiplications<Merged, shape>(plans::by_fast_weights),
                multiplications<Merged, shape>(plans::by_scores), scores_pay<Merged, shape> ? "scores" : "F");
}

/// There, and back if something is wanted; the result stands for the cotangent.
template <class Asked, class... Wanted>
constexpr auto training = [](auto const& layer, auto const& prompt) {
    auto gradient = layer;
    [[maybe_unused]] auto const pass = forward_pass<Asked>(layer, prompt);
    (static_cast<void>(pull_back<Asked>(Wanted{}, layer, prompt, pass, result_of(pass), gradient)), ...);
    return gradient;
};

template <class Asked>
void print_row_of_training(char const* asked) {
    std::printf("%14s %9lld %12lld %12lld\n", asked, multiplications<PaperLayer, paper>(training<Asked>),
                multiplications<PaperLayer, paper>(training<Asked, ParametersAlone>),
                multiplications<PaperLayer, paper>(training<Asked, ParametersAndPrompt>));
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

    std::printf("\n         asked   forward   parameters   and prompt\n");
    print_row_of_training<AllTokens>("all tokens");
    print_row_of_training<QueryTokens>("query tokens");
    print_row_of_training<QueryTargets<Dimensions{.input = 10, .output = 1, .context = 10}>>("query targets");
}

// SPDX-License-Identifier: MIT
// The tie to the paper: linear attention one token at a time is Prop. 1 on every prefix, and the delta rule a step on
// one example.
#include <utility>

#include "incontext/construction/proposition_1.hpp"
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/online.hpp"
#include "incontext/streaming/streaming_context.hpp"

namespace {

using namespace incontext;

constexpr int input = 3;
constexpr int output = 2;
constexpr MemoryShape shape{.key_dim = input, .value_dim = output};
using Additive = AdditiveRule<shape, Modular>;
using Delta = DeltaRule<shape, Modular>;

template <int Length>
constexpr auto stream = streams::drawn<Additive, Length>({});

/// The keys, or the values, of the first Length tokens as a matrix.
template <int Length, int Rows, class Column>
constexpr auto table(Column const& column) {
    return generate<Modular, Rows, Length>([&](int row, int token) -> Modular {
        return column(stream<7>.examples[static_cast<std::size_t>(token)])(row, 0);
    });
}

constexpr auto W0 = streams::drawn<Additive, 1>({.seed = 3}).initial.S;
constexpr Modular eta(11);

/// The additive rule's memory of the errors y - W0 x of the first Length examples, at the rate 1, from 0.
template <int Length>
constexpr auto memory_of_errors() {
    Additive::State state;
    for (int token = 0; token < Length; ++token) {
        auto example = stream<7>.examples[static_cast<std::size_t>(token)];
        example.value = example.value - product(W0, example.key);
        example.rate = Modular(1);
        Additive::observe(state, example);
    }
    return state;
}

/// Prop. 1 on the prefix of Length examples: the layer's prediction, dW of the step, and eta/N times the memory are
/// one thing.
template <int Length>
constexpr bool prefix_is_proposition_1() {
    constexpr Dimensions sizes{.input = input, .output = output, .context = Length};
    GradientStep<sizes, Modular> const step{.learning_rate = eta, .initial_weights = W0};
    auto const X = table<Length, input>([](auto const& example) { return example.key; });
    auto const Y = table<Length, output>([](auto const& example) { return example.value; });
    auto const x = stream<7>.queries[Length - 1];
    auto const memory = memory_of_errors<Length>();
    Modular const rate = eta / Modular(Length);
    auto const predicted = prediction<sizes>(as_attention(step)(embed(X, Y, x, W0)));
    return rate * memory.S == step.weight_change(above(X, Y)) &&
           predicted == product(W0, x) + rate * Additive::read(memory, x);
}
static_assert([]<int... Length>(std::integer_sequence<int, Length...>) {
    return (prefix_is_proposition_1<Length + 1>() && ...);
}(std::make_integer_sequence<int, 6>{}));

// Linear self-attention with any projections is the additive rule: every context token is an example (W_K e, W_V e) at the rate 1, and every
// token e reads the memory, token <- token + P S W_Q e.
constexpr bool linear_attention_is_additive() {
    constexpr Dimensions sizes{.input = input, .output = output, .context = 4, .query = 2};
    constexpr int key_dim = 6;
    constexpr int value_dim = 7;
    using Layer = LinearSelfAttention<sizes.tokens(), Modular, key_dim, value_dim>;
    using Rule = AdditiveRule<MemoryShape{.key_dim = key_dim, .value_dim = value_dim}, Modular>;
    auto const layer = laws::drawn<Layer>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const token_of = [](auto const& tokens, int token) {
        return generate<Modular, input + output, 1>([&](int row, int) -> Modular { return tokens(row, token); });
    };
    Rule::State memory;
    for (int token = 0; token < sizes.context; ++token) {
        auto const e = token_of(prompt.context, token);
        Rule::observe(memory, {.key = product(layer.key, e), .value = product(layer.value, e), .rate = Modular(1)});
    }
    auto const updated = layer(prompt);
    auto const is_read = [&](auto const& tokens, auto const& after, int token) {
        auto const e = token_of(tokens, token);
        return token_of(after, token) == e + product(layer.output, Rule::read(memory, product(layer.query, e)));
    };
    bool same = true;
    for (int token = 0; token < sizes.context; ++token) {
        same = same && is_read(prompt.context, updated.context, token);
    }
    for (int token = 0; token < sizes.query; ++token) {
        same = same && is_read(prompt.query, updated.query, token);
    }
    return same;
}
static_assert(linear_attention_is_additive());

// The delta rule is a step of the library's own gradient descent on one example, whatever the memory is: W <- W + dW
// (W), N = 1.
constexpr bool delta_is_a_step_on_one_example() {
    constexpr Dimensions one_example{.input = input, .output = output, .context = 1};
    auto const& example = stream<7>.examples[0];
    GradientStep<one_example, Modular> const step{.learning_rate = example.rate, .initial_weights = W0};
    Delta::State state{.S = W0};
    Delta::observe(state, example);
    return state.S == W0 + step.weight_change(above(example.key, example.value)) &&
           state.S == W0 - example.rate * regression_gradient(W0, example.key, example.value);
}
static_assert(delta_is_a_step_on_one_example());

// So K tokens are K steps, each on its own example; and the loss of the example just seen at rate 1/|k|^2 is 0.
constexpr bool delta_fits_the_last_example() {
    auto example = stream<7>.examples[0];
    example.rate = Modular(1) / inner_product(example.key, example.key);
    Delta::State state{.S = W0};
    Delta::observe(state, example);
    return regression_loss(state.S, example.key, example.value) == Modular(0);
}
static_assert(delta_fits_the_last_example());

// A streaming context is the additive rule on whole tokens: its gram matrix is
// N/n times the memory of key = value = (x; y), at the rate 1.
constexpr bool streaming_context_is_additive() {
    constexpr Dimensions sizes{.input = input, .output = output, .context = 4};
    constexpr MemoryShape of_tokens{.key_dim = input + output, .value_dim = input + output};
    GradientStep<sizes, Modular> const step{.learning_rate = eta, .initial_weights = W0};
    StreamingContext<sizes, LoopedStack<decltype(as_attention(step)), 1>> context(looped<1>(as_attention(step)), W0);
    AdditiveRule<of_tokens, Modular>::State memory;
    for (auto const& seen : stream<7>.examples) {
        static_cast<void>(context.observe(seen.key, seen.value));
        AdditiveRule<of_tokens, Modular>::observe(
            memory, {.key = above(seen.key, seen.value), .value = above(seen.key, seen.value), .rate = Modular(1)});
    }
    return Modular(7) * context.gram() == Modular(sizes.context) * memory.S;  // N/n times the sum
}
static_assert(streaming_context_is_additive());

}  // namespace

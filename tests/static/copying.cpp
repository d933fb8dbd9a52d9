// SPDX-License-Identifier: MIT
// Prop. 3, corrected: plain tokens become examples by one layer of three heads, and Prop. 1 follows. For all contents and
// all counts of examples. The paper's own matrices, and what they leave behind. Compiling this file is the test.
#include <type_traits>

#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr symbolic::AnySizes symbols{};
constexpr Arbitrary<sizes, Modular> numbers{};

/// Contents are of the input's size, examples as many as the context's.
template <class Any>
constexpr PlainTokenSizes plain{
    .content = Any::dimensions.input, .examples = Any::dimensions.context, .query = Any::dimensions.query};
template <class Any>
using Plain = PlainPrompt<plain<Any>, typename Any::Scalar>;

template <class Any>
constexpr auto inputs_of(Any const& any) {
    return any.matrix(input_axis, context_axis, "x");
}
/// c(y_j), any column of the content's size.
template <class Any>
constexpr auto targets_of(Any const& any) {
    return any.matrix(input_axis, context_axis, "y");
}
template <class Any>
constexpr auto query_of(Any const& any) {
    return any.matrix(input_axis, query_axis, "xq");
}
template <class Any>
constexpr Plain<Any> given_prompt(Any const& any) {
    return plain_prompt(inputs_of(any), targets_of(any), query_of(any));
}

/// x_j = (x_j; c(y_j); 0; 0), y_j = 0, the query as it was.
template <class Any>
constexpr Plain<Any> copied_prompt(Any const& any) {
    using Number = typename Any::Scalar;
    constexpr int examples = plain<Any>.examples;
    auto const pairs = above(above(inputs_of(any), targets_of(any)), zero<Number, 2 * examples, examples>());
    return {.context = beside(pairs, zero<Number, plain<Any>.tokens().token_dim, examples>()),
            .query = given_prompt(any).query};
}

// ----------------------------------------------------------------------------------------------------- copy, erase, clean

template <class Any>
constexpr bool copies(Any const& any) {
    return trusted::same(copying_layer<plain<Any>, typename Any::Scalar>()(given_prompt(any)), copied_prompt(any));
}
static_assert(copies(symbols) && copies(numbers));
static_assert(copies(Arbitrary<Dimensions{.input = 1, .output = 1, .context = 1}, Modular>{}));

// No head is left out.
template <class Any, class Change>
constexpr bool copies_after(Any const& any, Change const& change) {
    auto layer = copying_layer<plain<Any>, typename Any::Scalar>();
    change(layer.heads);
    return trusted::same(layer(given_prompt(any)), copied_prompt(any));
}
template <int Head>
constexpr auto without_head = [](auto& heads) { heads[Head].output = heads[Head].output - heads[Head].output; };
static_assert(copies_after(symbols, [](auto&) {}));
static_assert(!copies_after(symbols, without_head<0>));
static_assert(!copies_after(symbols, without_head<1>));
static_assert(!copies_after(symbols, without_head<2>));
// The head that copies, asked by y tokens as well; the head that erases, asked by the x tokens.
static_assert(!copies_after(symbols, [](auto& heads) { heads[0].query = heads[0].query + heads[0].key; }));
static_assert(!copies_after(symbols, [](auto& heads) { heads[1].query = heads[0].query; }));
// Looking for the token itself in place of the one that follows.
static_assert(!copies_after(symbols, [](auto& heads) { heads[0].key = heads[0].query; }));

// ------------------------------------------------------------------------------------------------------------ then Prop. 1

/// After the copy the step predicts (eta/N) sum of c(y_j) x_j^T x_q.
template <class Any, class First>
constexpr auto prediction_after(Any const& any, First const& first) {
    auto const step = step_after_copying<plain<Any>, typename Any::Scalar>(any.learning_rate());
    return prediction_in_slot<plain<Any>>(stacked(first, step)(given_prompt(any)).query);
}
template <class Any>
constexpr auto prediction_of_one_step(Any const& any) {
    using Number = typename Any::Scalar;
    Number const rate = any.learning_rate() * one_over_context<Number>(Any::dimensions.context);
    return rate * product(targets_of(any), transpose(inputs_of(any)), query_of(any));
}
template <class Any>
constexpr bool plain_tokens_are_learned_from(Any const& any, int of_rate = 1) {
    return trusted::same(
        typename Any::Scalar(of_rate) * prediction_after(any, copying_layer<plain<Any>, typename Any::Scalar>()),
        prediction_of_one_step(any));
}
static_assert(plain_tokens_are_learned_from(symbols) && plain_tokens_are_learned_from(numbers));
static_assert(!plain_tokens_are_learned_from(symbols, 2));

/// So two layers on plain tokens are one gradient step from W0 = 0 on the examples (x_j; c(y_j)).
template <class Any>
constexpr bool two_layers_are_one_gradient_step(Any const& any) {
    using Number = typename Any::Scalar;
    constexpr Dimensions paired{.input = plain<Any>.content,
                                .output = plain<Any>.content,
                                .context = plain<Any>.examples,
                                .query = plain<Any>.query};
    GradientStep<paired, Number> const step{any.learning_rate(), zero<Number, paired.output, paired.input>()};
    auto const after_step = step(embed(inputs_of(any), targets_of(any), query_of(any)));
    return trusted::same(prediction_after(any, copying_layer<plain<Any>, Number>()), prediction<paired>(after_step));
}
static_assert(two_layers_are_one_gradient_step(symbols) && two_layers_are_one_gradient_step(numbers));

// Without the copy nothing is learned: all slots are empty.
constexpr auto step_alone =
    step_after_copying<plain<std::remove_cv_t<decltype(numbers)>>, Modular>(numbers.learning_rate());
static_assert(prediction_in_slot<plain<std::remove_cv_t<decltype(numbers)>>>(step_alone(given_prompt(numbers)).query) ==
              zero<Modular, sizes.input, sizes.query>());

// ------------------------------------------------------------------------------------------------- the paper's own matrices

// [vonOswald2023] Prop. 3 as it is printed: tokens x_1, y_1, ..., x_N, y_N, x_q with one-hot positions p_1 .. p_2N+1, of which
// each content is as long; W_K = [0 I], W_Q = [0 S^T] with S p_j+1 = p_j, W_V = [[0, 0], [I, -S]], P = I, on all tokens.
namespace printed {

constexpr int examples = 3;
constexpr int positions = 2 * examples + 1;
constexpr TokenShape shape{.token_dim = 2 * positions, .context = positions - 1};
using Tokens = Prompt<shape, Modular>;
using Layer = LinearSelfAttention<shape, Modular, positions, 2 * positions>;

constexpr auto C = generate<Modular, positions, positions>([](int row, int col) {
    return Unknown<Modular>::draw({}, "c", Axis::none, Axis::none, static_cast<std::uint32_t>(8 * row + col));
});
constexpr auto prompt() {
    constexpr auto I = identity<Modular, positions>();
    auto const all = above(C, I);
    return Tokens{.context = generate<Modular, 2 * positions, positions - 1>([&](int r, int c) { return all(r, c); }),
                  .query = generate<Modular, 2 * positions, 1>([&](int r, int) { return all(r, positions - 1); })};
}

constexpr auto O = zero<Modular, positions>();
constexpr auto I = identity<Modular, positions>();
constexpr auto S =
    generate<Modular, positions, positions>([](int row, int col) { return Modular(col == row + 1 ? 1 : 0); });
constexpr Layer copy{.query = beside(O, transpose(S)),
                     .key = beside(O, I),
                     .value = blocks(O, O, I, Modular(-1) * S),
                     .output = identity<Modular, 2 * positions>()};

/// The second head, which subtracts each y token from itself: keys and queries are the positions 2, 4, ...
constexpr auto of_y = generate<Modular, positions, positions>(
    [](int row, int col) { return Modular(row == col && row % 2 == 1 ? 1 : 0); });
constexpr Layer subtract{.query = beside(O, of_y),
                         .key = beside(O, of_y),
                         .value = identity<Modular, 2 * positions>(Modular(-1)),
                         .output = identity<Modular, 2 * positions>()};
constexpr Tokens after_one_head = copy(prompt());
constexpr Tokens after = heads(copy, subtract)(prompt());

/// Column `token` of the context is (content; slot).
template <AnyMatrix Content, AnyMatrix Slot>
constexpr bool is(Tokens const& tokens, int token, Content const& content, int of_content, Slot const& slot) {
    for (int row = 0; row < positions; ++row) {
        if (!(tokens.context(row, token) == content(row, of_content)) ||
            !(tokens.context(positions + row, token) == slot(row, 0))) {
            return false;
        }
    }
    return true;
}
constexpr auto column(AnyMatrix auto const& matrix, int col) {
    return generate<Modular, positions, 1>([&](int row, int) { return matrix(row, col); });
}

/// What is true of it: every x token becomes (x_j; c(y_j)), with one head and with two.
constexpr bool x_tokens_are_right() {
    for (int j = 0; j < examples; ++j) {
        if (!is(after_one_head, 2 * j, C, 2 * j, column(C, 2 * j + 1)) ||
            !is(after, 2 * j, C, 2 * j, column(C, 2 * j + 1))) {
            return false;
        }
    }
    return true;
}
static_assert(x_tokens_are_right());

/// Refuted: the y tokens become 0. They are (0; c(x_j+1) - p) after both heads, but for the last, which no key follows.
constexpr bool y_tokens_are_zero(int first, int count) {
    for (int j = first; j < first + count; ++j) {
        if (!is(after, 2 * j + 1, O, 0, column(O, 0))) {
            return false;
        }
    }
    return true;
}
constexpr bool y_tokens_keep_what_was_copied() {
    for (int j = 0; j + 1 < examples; ++j) {
        if (!is(after, 2 * j + 1, O, 0, column(C, 2 * j + 2) - column(I, 2 * j + 1))) {
            return false;
        }
    }
    return true;
}
static_assert(!y_tokens_are_zero(0, examples) && !y_tokens_are_zero(0, 1) && !y_tokens_are_zero(1, 1));
static_assert(y_tokens_keep_what_was_copied() && y_tokens_are_zero(examples - 1, 1));

/// Refuted: the layer of one head leaves the content of a successor in every slot. The last y token and the query have none:
/// each keeps its position.
static_assert(is(after_one_head, 2 * examples - 1, C, 2 * examples - 1, column(I, 2 * examples - 1)));
static_assert(after.query == prompt().query && !(rows<positions, positions>(after.query) == column(O, 0)));

/// Refuted: Prop. 1 after it predicts (eta/N) sum of c(y_j) x_j^T x_q. It is off by the query's own position, and by no more:
/// a y token has no content then, so that nobody attends to it.
constexpr bool prediction_is_off_by_the_position(Modular const& by) {
    Modular const rate = Modular(5) / Modular(examples);
    using Step = LinearSelfAttention<shape, Modular, positions, positions>;
    Step const step{.query = beside(I, O), .key = beside(I, O), .value = beside(O, -I), .output = rate * above(O, I)};
    auto const x_q = column(C, 2 * examples);
    auto expected = zero<Modular, positions, 1>();
    for (int j = 0; j < examples; ++j) {
        expected += rate * product(column(C, 2 * j + 1), transpose(column(C, 2 * j)), x_q);
    }
    auto const predicted = prediction_of(rows<positions, positions>(step(after).query));
    return predicted == expected - by * column(I, 2 * examples);
}
static_assert(!prediction_is_off_by_the_position(Modular(0)) && prediction_is_off_by_the_position(Modular(1)));

}  // namespace printed

}  // namespace

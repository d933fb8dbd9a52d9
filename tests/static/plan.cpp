// SPDX-License-Identifier: MIT
// Optimised forms are proven, not trusted: merged projections, what is asked of the query alone, and its choices, are the layer's.
#include "incontext/plan/fast_form.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
constexpr Arbitrary<sizes, Modular> any{};

/// Any matrix [Rows x Cols] of field elements.
template <int Rows, int Cols>
constexpr auto matrix(char const* name) {
    return generate<Modular, Rows, Cols>([&](int row, int col) {
        return Unknown<Modular>::draw({}, name, Axis::none, Axis::none, static_cast<std::uint32_t>(col * Rows + row));
    });
}

constexpr LinearSelfAttention<shape, Modular> head{
    .query = matrix<5, 5>("WQ"), .key = matrix<5, 5>("WK"), .value = matrix<5, 5>("WV"), .output = matrix<5, 5>("P")};
constexpr LinearSelfAttention<shape, Modular, 6, 8> other_head{.query = matrix<6, 5>("WQ2"),
                                                               .key = matrix<6, 5>("WK2"),
                                                               .value = matrix<8, 5>("WV2"),
                                                               .output = matrix<5, 8>("P2")};

static_assert(gram(any.prompt().context) == product(any.prompt().context, transpose(any.prompt().context)));
static_assert(answer<QueryTokens>(head, any.prompt()) == head(any.prompt()).query);
static_assert(answer<QueryTokens>(other_head, any.prompt()) == other_head(any.prompt()).query);
static_assert(answer<QueryTokens>(heads(head, other_head), any.prompt()) ==
              heads(head, other_head)(any.prompt()).query);

// An update without an answer of its own is applied as it is.
constexpr GradientStep<sizes, Modular> gradient_step{.learning_rate = any.learning_rate(),
                                                     .initial_weights = any.initial_weights()};
static_assert(answer<QueryTokens>(gradient_step, any.prompt()) == gradient_step(any.prompt()).query);
static_assert(answer<QueryTokens>(head, any.prompt()) == head(any.prompt()).query);

// The two products are all that a head is.
static_assert(merged(other_head).layer()(any.prompt()) == other_head(any.prompt()));
static_assert(merged_layer(other_head)(any.prompt()) == other_head(any.prompt()));
static_assert(merged_layer(heads(head, other_head))(any.prompt()) == heads(head, other_head)(any.prompt()));
static_assert(answer<QueryTokens>(merged_layer(heads(head, other_head)), any.prompt()) ==
              heads(head, other_head)(any.prompt()).query);

// All tokens by scores or by fast weights, whichever the count of operations would choose.
constexpr bool both_updates_are_the_layer() {
    auto const prompt = any.prompt();
    auto const layer = merged_layer(heads(head, other_head));
    auto const expected = heads(head, other_head)(prompt);
    return with_scores(layer, prompt) == expected &&
           with_fast_weights(layer.fast_weights(prompt.context), prompt) == expected &&
           by_values(layer, prompt) == expected && by_values(heads(head, other_head), prompt) == expected &&
           answering_by_values<QueryTokens>(layer, prompt) == expected.query &&
           answering_by_fast_weights_of_gram<QueryTokens>(layer, GramPrompt(prompt)) == expected.query &&
           fast_weights_by_keys(layer, GramPrompt(prompt)) == layer.fast_weights(prompt.context) &&
           fast_weights_by_keys(other_head, GramPrompt(prompt)) == other_head.fast_weights(prompt.context);
}
static_assert(both_updates_are_the_layer());

// Each way to read a query out, whichever the count of operations would choose.
constexpr bool both_answers_are_the_layer() {
    auto const prompt = any.prompt();
    auto const layer = heads(head, other_head);
    auto const query = static_cast<ExactMatrix<Modular, 5, 4> const&>(prompt.query);
    auto const G = gram(prompt.context);
    auto const& C = prompt.context;
    auto const by_gram = [&](auto const& key) { return product(G, key); };
    auto const by_context = [&](auto const& key) { return product(C, product_of_transpose(C, key)); };
    auto const expected = layer(prompt).query;
    return updated_with(layer, by_gram, query) == expected && updated_with(layer, by_context, query) == expected &&
           updated_with(merged_layer(layer), by_gram, query) == expected &&
           updated_with(merged_layer(layer), by_context, query) == expected;
}
static_assert(both_answers_are_the_layer());

// ------------------------------------------------------------------------------------------------- the form that runs

constexpr LinearSelfAttention<shape, Modular, 1, 1> thin_head{.query = matrix<1, 5>("WQ3"),
                                                              .key = matrix<1, 5>("WK3"),
                                                              .value = matrix<1, 5>("WV3"),
                                                              .output = matrix<5, 1>("P3")};
static_assert(std::is_same_v<FastForm<decltype(head)>, MergedAttention<shape, Modular>>);
static_assert(std::is_same_v<FastForm<decltype(thin_head)>, std::remove_const_t<decltype(thin_head)>>);

constexpr auto own = stacked(head, heads(head, other_head), thin_head);
constexpr auto in_parts = looped<2>(damped(Modular(3), only_targets_move<sizes>(other_head)));
static_assert(fast_form(own)(any.prompt()) == own(any.prompt()));
static_assert(fast_form(in_parts)(any.prompt()) == in_parts(any.prompt()));
static_assert(!std::is_same_v<FastForm<decltype(own)>, std::remove_const_t<decltype(own)>>);
static_assert(!std::is_same_v<FastForm<decltype(in_parts)>, std::remove_const_t<decltype(in_parts)>>);

// A stack is read out by its tokens in a short context and by its gram matrix in a long one; both are the stack.
template <int Context>
constexpr bool answer_is_the_stack(bool by_gram) {
    constexpr Dimensions given{.input = 2, .output = 1, .context = Context};
    constexpr Arbitrary<given, Modular> any_of_length{};
    auto const layer = as_attention(GradientDescentPlusPlus<given, Modular>{
        any_of_length.learning_rate(), any_of_length.scalar("gamma"), any_of_length.initial_weights()});
    auto const prompt = any_of_length.prompt();
    auto const loop = looped<3>(merged_layer(layer));
    auto const stack = stacked(layer, merged_layer(layer));
    using Loop = std::remove_const_t<decltype(loop)>;
    using Stack = std::remove_const_t<decltype(stack)>;
    return gram_pays_for_stack<QueryTokens, Loop, given.tokens()> == by_gram &&
           gram_pays_for_stack<QueryTokens, Stack, given.tokens()> == by_gram &&
           answer<QueryTokens>(loop, prompt) == loop(prompt).query &&
           answer<QueryTokens>(stack, prompt) == stack(prompt).query &&
           answer_by_gram<QueryTokens>(loop, prompt) == loop(prompt).query &&
           answer_by_gram<QueryTokens>(stack, prompt) == stack(prompt).query;
}
static_assert(answer_is_the_stack<2>(false));
static_assert(answer_is_the_stack<40>(true));

// All tokens are updated by fast weights where the context is long, by scores where the token is large; both are the layer.
template <int Context>
constexpr bool update_is_the_layer(bool by_scores) {
    constexpr Dimensions given{.input = 3, .output = 2, .context = Context};
    constexpr Arbitrary<given, Modular> any_of_length{};
    auto const layer =
        as_attention(GradientStep<given, Modular>{any_of_length.learning_rate(), any_of_length.initial_weights()});
    auto const prompt = any_of_length.prompt();
    return scores_pay<MergedAttention<given.tokens(), Counted>, given.tokens()> == by_scores &&
           fast_form(layer)(prompt) == layer(prompt);
}
static_assert(update_is_the_layer<2>(true));
static_assert(update_is_the_layer<40>(false));

// Refuted where it should be: the context is not updated, so the query of a second application differs.
static_assert(!(answer<QueryTokens>(head, head(any.prompt())) == answer<QueryTokens>(head, any.prompt())));

// For all sizes, where the entries of G are blocks and the mirrored half holds their transposes.
constexpr bool answer_is_the_gradient_step_for_all_sizes() {
    symbolic::AnySizes const symbols{};
    GradientStep<symbols.dimensions, Polynomial> const step{.learning_rate = symbols.learning_rate(),
                                                            .initial_weights = symbols.initial_weights()};
    return trusted::same(answer<QueryTokens>(as_attention(step), symbols.prompt()),
                         BlockMatrix<2, 1>(step(symbols.prompt()).query));
}
static_assert(answer_is_the_gradient_step_for_all_sizes());

}  // namespace

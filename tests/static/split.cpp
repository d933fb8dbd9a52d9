// SPDX-License-Identifier: MIT
// A layer that does not know how tokens split does with prompts that know what it does with those that do not, and the other
// way round, through every question that can be asked. (Where both know and differ it does not compile:
// tests/compile_fail/split_of_*.cpp.)
#include "incontext/streaming/streaming_context.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

// y = (2 x, 3 x): one input and two outputs, in tokens of three rows.
constexpr Dimensions sizes{.input = 1, .output = 2, .context = 4};
constexpr TokenShape unknown = sizes.tokens().without_split();
constexpr ExactMatrix<Rational, 1, 4> X{1, -1, 1, -1};
constexpr ExactMatrix<Rational, 2, 4> Y{2, 3, -2, -3, 2, 3, -2, -3};  // column by column
constexpr auto prompt = embed(X, Y, ExactMatrix<Rational, 1, 1>{1});
constexpr GradientStep<sizes, Rational> step{.learning_rate = 1, .initial_weights = zero<Rational, 2, 1>()};
static_assert(prediction<sizes>(as_attention(step)(prompt)) == ExactMatrix<Rational, 2, 1>{2, 3});

constexpr Prompt<unknown, Rational> forgotten = prompt;
constexpr LinearSelfAttention<unknown, Rational> plain = as_attention(step);

template <class Layer, TokenShape Shape>
constexpr bool predicts(Layer const& layer, Prompt<Shape, Rational> const& given) {
    ExactMatrix<Rational, 2, 1> const right{2, 3};
    using Asked = QueryTargets<sizes>;
    auto const stack = stacked(layer, damped(Rational(0), layer));
    return prediction<sizes>(layer(given)) == right && prediction_of(answer<Asked>(layer, given)) == right &&
           prediction_of(answer_by_scores<Asked>(layer, given)) == right &&
           prediction_of(answer_by_gram<Asked>(looped<1>(layer), given)) == right &&
           prediction<sizes>(fast_form(layer)(given)) == right && prediction<sizes>(stack(given)) == right &&
           trace<sizes>(looped<1>(layer), given).after[0] == right &&
           prediction<sizes>(only_targets_move<sizes>(layer)(given)) == right &&
           targets<sizes>(with_scores(layer, given).query) == -right;
}
static_assert(predicts(as_attention(step), prompt));
static_assert(predicts(as_attention(step), forgotten));
static_assert(predicts(plain, prompt));
static_assert(predicts(plain, forgotten));
static_assert(step(forgotten) == Prompt<unknown, Rational>(step(prompt)));

// Heads and stacked layers, of which one knows and one does not: together they know.
static_assert(decltype(heads(plain, as_attention(step)))::shape == sizes.tokens());
static_assert(decltype(heads(as_attention(step), plain))::shape == sizes.tokens());
static_assert(decltype(stacked(plain, as_attention(step)))::known_shape == sizes.tokens());
static_assert(heads(plain, as_attention(step))(prompt) == heads(as_attention(step), as_attention(step))(prompt));
static_assert(fast_form(heads(plain, as_attention(step)))(prompt) == heads(plain, plain)(prompt));

// A stream of a model that does not know, and of one whose type is const, as decltype of a constant gives it.
constexpr bool streams() {
    constexpr auto model = looped<1>(plain);
    StreamingContext<sizes, decltype(model)> context(model);
    for (int example = 0; example < 4; ++example) {
        static_cast<void>(context.observe(ExactMatrix<Rational, 1, 1>{X(0, example)},
                                          ExactMatrix<Rational, 2, 1>{Y(0, example), Y(1, example)}));
    }
    return context.predict(ExactMatrix<Rational, 1, 1>{1}) == ExactMatrix<Rational, 2, 1>{2, 3};
}
static_assert(streams());

// Converted, each projection stays in its place.
constexpr auto any_matrix(int seed) {
    return generate<Rational, 3, 3>([=](int row, int col) { return Rational((seed * (3 * row + col + 1)) % 7 - 3); });
}
constexpr LinearSelfAttention<sizes.tokens(), Rational> general{
    .query = any_matrix(1), .key = any_matrix(2), .value = any_matrix(4), .output = any_matrix(5)};
constexpr LinearSelfAttention<unknown, Rational> general_without_split = general;
static_assert(general_without_split(prompt) == general(prompt));

}  // namespace

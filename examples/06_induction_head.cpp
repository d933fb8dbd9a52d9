// SPDX-License-Identifier: MIT
// An induction head puts inputs and targets together, and attention is a step of gradient descent again.
//
//   question   Prompts rarely hold (x; y) in one token. What if x_1, y_1, x_2, y_2, ... are tokens of their own?
//   answer     One layer with three heads, which knows positions, copies each y_j into its x_j, erases the y tokens and cleans the
//              positions away; the layer of Prop. 1 follows, exactly (Prop. 3 of [vonOswald2023], corrected)
//
//   a token is (content; slot; position of an x; position of a y)
#include <incontext/construction/copying.hpp>
#include <incontext/incontext.hpp>
#include <iomanip>
#include <iostream>

using namespace incontext;

template <class Any>
constexpr PlainTokenSizes plain{
    .content = Any::dimensions.input, .examples = Any::dimensions.context, .query = Any::dimensions.query};

// Any contents x_j, y_j, x_q: what the first layer makes of them, and what both layers predict. `times`: 1, or another rate.
template <class Any>
constexpr bool copies_then_steps(Any const& any, int times = 1) {
    using Number = typename Any::Scalar;
    auto const x = any.matrix(input_axis, context_axis, "x");
    auto const y = any.matrix(input_axis, context_axis, "y");
    auto const xq = any.matrix(input_axis, query_axis, "xq");
    auto const prompt = plain_prompt(x, y, xq);
    auto const copied = copying_layer<plain<Any>, Number>()(prompt);
    auto const predicted =
        prediction_in_slot<plain<Any>>(step_after_copying<plain<Any>, Number>(any.learning_rate())(copied).query);

    constexpr int content = plain<Any>.content, examples = plain<Any>.examples;
    auto const pairs = above(above(x, y), zero<Number, 2 * examples, examples>());
    PlainPrompt<plain<Any>, Number> const expected{
        .context = beside(pairs, zero<Number, 2 * content + 2 * examples, examples>()), .query = prompt.query};

    constexpr Dimensions paired{.input = content, .output = content, .context = examples, .query = plain<Any>.query};
    GradientStep<paired, Number> const step{Number(times) * any.learning_rate(), zero<Number, content, content>()};
    return trusted::same(copied, expected) && trusted::same(predicted, prediction<paired>(step(embed(x, y, xq))));
}

// For all sizes by symbols, and at one size by numbers. Twice the rate is another step.
static_assert(copies_then_steps(symbolic::AnySizes{}));
static_assert(copies_then_steps(Arbitrary<Dimensions{.input = 2, .output = 1, .context = 3}, Modular>{}));
static_assert(!copies_then_steps(symbolic::AnySizes{}, 2));

int main() {
    // Four examples of y = 2 x1 - x2; the content of a target is (0; y). The answer to the query is 2 * 3 - 1 = 5.
    constexpr PlainTokenSizes sizes{.content = 2, .examples = 4};
    Eigen::Matrix<float, 2, 4> X, C;
    X << 1, 0, -1, 2, 0, 1, 1, 1;
    C << Eigen::RowVector4f::Zero(), Eigen::RowVector2f(2, -1) * X;
    Eigen::Vector2f const query(3, 1);
    auto const prompt = plain_prompt(X, C, query);
    auto const copied = copying_layer<sizes, float>()(prompt);
    auto const show = [&](char const* what, auto const& context) {
        std::cout << what << "\n";
        for (int row = 0; row < 2 * sizes.content; ++row) {
            std::cout << (row < sizes.content ? "  content" : "  slot   ");
            for (int token = 0; token < 2 * sizes.examples; ++token) {
                std::cout << std::setw(4) << context(row, token);
            }
            std::cout << "\n";
        }
    };
    show("tokens x_1 ... x_4, y_1 ... y_4", prompt.context);
    show("the same after the induction head", copied.context);

    auto const step = step_after_copying<sizes, float>(0.5f);
    constexpr Dimensions paired{.input = 2, .output = 2, .context = 4};
    GradientStep<paired, float> const gradient_step{.learning_rate = 0.5f};
    std::cout << "prediction by two layers " << prediction_in_slot<sizes>(step(copied).query)(1, 0)
              << ", by a step of gradient descent " << prediction<paired>(gradient_step(embed(X, C, query)))(1, 0)
              << "\n";
}

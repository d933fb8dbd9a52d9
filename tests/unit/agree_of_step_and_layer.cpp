// SPDX-License-Identifier: MIT
// The gradient step and the layer that is the step agree in every floating family, on numbers that do round; and the
// conversion of numbers that agree is made of.
#include <algorithm>

#include "catch.hpp"
#include "support/floating.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Step = GradientStep<sizes, Number>;


TEMPLATE_LIST_TEST_CASE("a gradient step and the layer that is the step agree on many prompts", "", test::Floating) {
    double worst = 0;
    for (unsigned stream = 0; stream < 100; ++stream) {
        auto const step = test::uneven_step<sizes, TestType>(10 * stream);
        Agreement const found = agree(step, as_attention(step), test::uneven_prompt<shape, TestType>(10 * stream + 5));
        REQUIRE(found);
        REQUIRE(found.of_bound <= 1);
        worst = std::max(worst, found.of_bound);
    }
    REQUIRE(worst > 0);  // they do round differently
}

TEST_CASE("plain weights agree on prompts of lanes") {
    for (unsigned stream = 0; stream < 10; ++stream) {
        auto const step = test::uneven_step<sizes, float>(10 * stream);
        REQUIRE(agree(step, as_attention(step), test::uneven_prompt<shape, Lanes<float, 8>>(10 * stream + 5)));
    }
}

TEST_CASE("converting changes the numbers of matrices, prompts, layers and rules, entry by entry") {
    auto const twice = [](double number) { return Rational(static_cast<long long>(2 * number)); };
    auto const matrix = test::drawn_matrix<double, 2, 3>(1);
    auto const step = test::drawn_parameters<Step<double>>(2);
    auto const prompt = test::drawn_prompt<shape, double>(3);
    Matrix<Rational, 2, 3> const of_matrix = converted<Rational>(matrix, twice);
    Step<Rational> const of_step = converted<Rational>(step, twice);
    Prompt<shape, Rational> const of_prompt = converted<Rational>(prompt, twice);
    REQUIRE((of_step.learning_rate == twice(step.learning_rate)));
    for (int row = 0; row < 2; ++row) {
        for (int col = 0; col < 3; ++col) {
            REQUIRE((of_matrix(row, col) == twice(matrix(row, col))));
            REQUIRE((of_step.initial_weights(row, col) == twice(step.initial_weights(row, col))));
        }
    }
    REQUIRE((of_prompt.context(4, 6) == twice(prompt.context(4, 6))));
    REQUIRE((of_prompt.query(4, 3) == twice(prompt.query(4, 3))));
}

}  // namespace

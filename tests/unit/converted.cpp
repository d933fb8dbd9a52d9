// SPDX-License-Identifier: MIT
// Conversion to other numbers reaches every entry of what is converted.
#include "incontext/token/converted.hpp"

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Step = GradientStep<sizes, Number>;

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

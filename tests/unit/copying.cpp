// SPDX-License-Identifier: MIT
// Prop. 3 on the numbers that run: whole numbers, which no family rounds, so every family owes the same equality.
// What it is about is in tests/static/copying.cpp.
#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::drawn_matrix;
using test::equal;

// Eight examples, so that 1/N does not round.
constexpr PlainTokenSizes plain{.content = 3, .examples = 8, .query = 4};
constexpr Dimensions paired{.input = 3, .output = 3, .context = 8, .query = 4};

TEMPLATE_LIST_TEST_CASE("two layers on plain tokens are one gradient step on the examples", "", test::Families) {
    auto const X = drawn_matrix<TestType, 3, 8>(1);
    auto const Y = drawn_matrix<TestType, 3, 8>(2);
    auto const Xq = drawn_matrix<TestType, 3, 4>(3);
    TestType const rate(3);
    auto const copying = copying_layer<plain, TestType>();
    auto const copied = copying(plain_prompt(X, Y, Xq));
    auto const zeros = zero<TestType, 16, 8>();
    REQUIRE(equal(copied.context, beside(above(above(X, Y), zeros), zero<TestType, 22, 8>())));
    REQUIRE(equal(copied.query, above(Xq, zero<TestType, 19, 4>())));

    GradientStep<paired, TestType> const step{rate, zero<TestType, 3, 3>()};
    auto const by_step = prediction<paired>(step(embed(X, Y, Xq)));
    auto const by_layers = step_after_copying<plain, TestType>(rate)(copied);
    REQUIRE(equal(prediction_in_slot<plain>(by_layers.query), by_step));
}

TEST_CASE("plain tokens know their sizes") {
    REQUIRE(plain.tokens() == TokenShape{.token_dim = 22, .context = 16, .query = 4});
    REQUIRE(plain == PlainTokenSizes{3, 8, 4});
    REQUIRE_FALSE(plain == PlainTokenSizes{3, 8});
}

}  // namespace

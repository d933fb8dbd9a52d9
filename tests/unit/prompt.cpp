// SPDX-License-Identifier: MIT
// How a regression problem is written into a prompt, and read from it: against the definition, token by token.
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::drawn_matrix;
using test::equal;
using test::sizes;

template <class Number>
struct Problem {
    Matrix<Number, 3, 7> X = drawn_matrix<Number, 3, 7>(1);
    Matrix<Number, 2, 7> Y = drawn_matrix<Number, 2, 7>(2);
    Matrix<Number, 3, 4> Xq = drawn_matrix<Number, 3, 4>(3);
    Matrix<Number, 2, 3> W0 = drawn_matrix<Number, 2, 3>(4);
};

TEMPLATE_LIST_TEST_CASE("a context token is an example, input above target", "", test::Families) {
    Problem<TestType> const problem;
    auto const prompt = embed(problem.X, problem.Y, problem.Xq, problem.W0);
    STATIC_REQUIRE(decltype(prompt)::shape == TokenShape{.token_dim = 5, .context = 7, .query = 4, .input = 3});
    for (int token = 0; token < 7; ++token) {
        for (int row = 0; row < 5; ++row) {
            CAPTURE(token, row);
            REQUIRE((prompt.context(row, token) == (row < 3 ? problem.X(row, token) : problem.Y(row - 3, token))));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("a query token is its input above minus its initial prediction", "", test::Families) {
    Problem<TestType> const problem;
    auto const prompt = embed(problem.X, problem.Y, problem.Xq, problem.W0);
    for (int token = 0; token < 4; ++token) {
        for (int row = 0; row < 3; ++row) {
            REQUIRE((prompt.query(row, token) == problem.Xq(row, token)));
        }
        for (int output = 0; output < 2; ++output) {
            CAPTURE(token, output);
            TestType initial_prediction(0);
            for (int i = 0; i < 3; ++i) {
                initial_prediction += problem.W0(output, i) * problem.Xq(i, token);
            }
            REQUIRE((prompt.query(3 + output, token) == -initial_prediction));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("without initial weights the query's target is zero", "", test::Families) {
    Problem<TestType> const problem;
    auto const prompt = embed(problem.X, problem.Y, problem.Xq);
    REQUIRE(equal(prompt.context, embed(problem.X, problem.Y, problem.Xq, problem.W0).context));
    REQUIRE(equal(inputs<sizes>(prompt.query), problem.Xq));
    REQUIRE(equal(targets<sizes>(prompt.query), zero<TestType, 2, 4>()));
}

TEST_CASE("that zero is no product: it is 0 and not -0, and 0 for a query that is not finite") {
    for (double const x :
         {3.0, -3.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(x);
        auto const prompt = embed(Matrix<double, 1, 2>(1, 2), Matrix<double, 1, 2>(2, 4), Matrix<double, 1, 1>(x));
        REQUIRE(prompt.query(1, 0) == 0);
        REQUIRE(!std::signbit(prompt.query(1, 0)));
        REQUIRE(equal(prompt.context, embed(Matrix<double, 1, 2>(1, 2), Matrix<double, 1, 2>(2, 4),
                                            Matrix<double, 1, 1>(1), Matrix<double, 1, 1>(5))
                                          .context));
    }
}

TEMPLATE_LIST_TEST_CASE("inputs and targets of the tokens are read as they were written", "", test::Families) {
    Problem<TestType> const problem;
    auto const prompt = embed(problem.X, problem.Y, problem.Xq, problem.W0);
    REQUIRE(equal(inputs<sizes>(prompt.context), problem.X));
    REQUIRE(equal(targets<sizes>(prompt.context), problem.Y));
    REQUIRE(equal(inputs<sizes>(prompt.query), problem.Xq));
}

TEMPLATE_LIST_TEST_CASE("the prediction is minus the target part of the query tokens", "", test::Families) {
    auto const prompt = test::drawn_prompt<sizes.tokens(), TestType>(5);
    auto const predicted = prediction<sizes>(prompt);
    STATIC_REQUIRE(rows_of<decltype(predicted)> == 2);
    STATIC_REQUIRE(cols_of<decltype(predicted)> == 4);
    for (int token = 0; token < 4; ++token) {
        for (int output = 0; output < 2; ++output) {
            REQUIRE((predicted(output, token) == -prompt.query(3 + output, token)));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("any number of query tokens is read out", "", test::Families) {
    auto const prompt = test::drawn_prompt<TokenShape{5, 7, 6}, TestType>(5);
    auto const predicted = prediction<sizes>(prompt);
    STATIC_REQUIRE(cols_of<decltype(predicted)> == 6);
    REQUIRE((predicted(1, 5) == -prompt.query(4, 5)));
}

TEMPLATE_LIST_TEST_CASE("a prompt that no step has changed predicts with the initial weights", "", test::Families) {
    Problem<TestType> const problem;
    auto const prompt = embed(problem.X, problem.Y, problem.Xq, problem.W0);
    REQUIRE(equal(prediction<sizes>(prompt), product(problem.W0, problem.Xq)));
}

TEMPLATE_LIST_TEST_CASE("a prompt may have one query token, one output and one example", "", test::Families) {
    auto const prompt = embed(drawn_matrix<TestType, 3, 1>(1), drawn_matrix<TestType, 1, 1>(2),
                              drawn_matrix<TestType, 3, 1>(3), drawn_matrix<TestType, 1, 3>(4));
    STATIC_REQUIRE(decltype(prompt)::shape == TokenShape{.token_dim = 4, .context = 1, .query = 1, .input = 3});
    REQUIRE(equal(prediction<Dimensions{3, 1, 1, 1}>(prompt),
                  product(drawn_matrix<TestType, 1, 3>(4), drawn_matrix<TestType, 3, 1>(3))));
}

TEST_CASE("two shapes agree where their sizes are equal, and their splits or one of them is unknown") {
    constexpr TokenShape unknown{.token_dim = 5, .context = 7, .query = 4};
    STATIC_REQUIRE(splits_agree(sizes.tokens(), unknown));
    STATIC_REQUIRE(splits_agree(unknown, sizes.tokens()));
    STATIC_REQUIRE_FALSE(splits_agree(sizes.tokens(), Dimensions{2, 3, 7, 4}.tokens()));
    STATIC_REQUIRE(shapes_agree(sizes.tokens(), unknown));
    STATIC_REQUIRE_FALSE(shapes_agree(sizes.tokens(), Dimensions{2, 3, 7, 4}.tokens()));
    STATIC_REQUIRE_FALSE(shapes_agree(sizes.tokens(), Dimensions{3, 2, 7, 1}.tokens()));
    STATIC_REQUIRE(sizes.tokens().without_split() == unknown);
}

TEMPLATE_LIST_TEST_CASE("a prompt forgets how its tokens split, and learns it again", "", test::Families) {
    constexpr TokenShape unknown = sizes.tokens().without_split();
    auto const prompt = test::drawn_prompt<sizes.tokens(), TestType>(5);
    Prompt<unknown, TestType> const forgotten = prompt;
    PromptOf<sizes, TestType> const again = forgotten;
    REQUIRE(equal(forgotten.context, prompt.context));
    REQUIRE(equal(forgotten.query, prompt.query));
    REQUIRE((again == prompt));
    REQUIRE(equal(prediction<sizes>(forgotten), prediction<sizes>(prompt)));
    STATIC_REQUIRE_FALSE(std::is_convertible_v<PromptOf<sizes, TestType>, PromptOf<Dimensions{2, 3, 7, 4}, TestType>>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<PromptOf<sizes, TestType>, PromptOf<Dimensions{3, 2, 7, 1}, TestType>>);
}

TEMPLATE_LIST_TEST_CASE("prompts are equal only if every token is", "", test::Families) {
    auto const prompt = test::drawn_prompt<sizes.tokens(), TestType>(5);
    auto other_context = prompt;
    other_context.context(4, 6) += TestType(1);
    auto other_query = prompt;
    other_query.query(4, 3) += TestType(1);
    REQUIRE((prompt == prompt));
    REQUIRE_FALSE((prompt == other_context));
    REQUIRE_FALSE((prompt == other_query));
}

TEST_CASE("a layer accepts prompts of its own numbers, and lanes of them") {
    STATIC_REQUIRE(acts_on<float, float>);
    STATIC_REQUIRE(acts_on<float, Lanes<float, 16>>);
    STATIC_REQUIRE(acts_on<Modular, Modular>);
    STATIC_REQUIRE_FALSE(acts_on<float, double>);
    STATIC_REQUIRE_FALSE(acts_on<double, Lanes<float, 16>>);
    STATIC_REQUIRE_FALSE(acts_on<Lanes<float, 16>, float>);
}

TEST_CASE("the sequence is the context and the query tokens") {
    STATIC_REQUIRE(sizes.tokens().sequence_length() == 11);
    STATIC_REQUIRE(sizes.tokens().token_dim == 5);
    STATIC_REQUIRE(Dimensions{.input = 3, .output = 2, .context = 7}.tokens().query == 1);
}

}  // namespace

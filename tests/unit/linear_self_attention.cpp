// SPDX-License-Identifier: MIT
// The layer against the sum that defines it, written out token by token:
//
//     e_j <- e_j + sum over heads h, context tokens i of  P_h v_{h,i} <k_{h,i}, q_{h,j}>
//     q_{h,j} = W_Q,h e_j     k_{h,i} = W_K,h e_i     v_{h,i} = W_V,h e_i
//
// Weights are -1, 0 or 1, tokens at most 2: a head sums fewer than 8 * 5 * 7 * 5 * 6 * 5 terms of at most 8, below 2^19,
// so no family rounds and all owe equality.
#include <vector>

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::applied;
using test::drawn_parameters;
using test::drawn_prompt;
using test::equal;

constexpr TokenShape shape = test::sizes.tokens();

template <class Number>
using Head = LinearSelfAttention<shape, Number, 6, 8>;  // key and value dimensions of their own
template <class Number>
using SquareHead = LinearSelfAttention<shape, Number>;

template <class Number>
using Vector = std::vector<Number>;

template <AnyMatrix M>
[[gnu::noinline]] Vector<NumberOf<M>> token(M const& tokens, int index) {
    Vector<NumberOf<M>> entries;
    for (int row = 0; row < rows_of<M>; ++row) {
        entries.push_back(tokens(row, index));
    }
    return entries;
}

template <AnyMatrix M, class Number>
[[gnu::noinline]] Vector<Number> projected(M const& projection, Vector<Number> const& vector) {
    Vector<Number> result;
    for (int row = 0; row < rows_of<M>; ++row) {
        Number sum(0);
        for (int col = 0; col < cols_of<M>; ++col) {
            sum += projection(row, col) * vector[static_cast<std::size_t>(col)];
        }
        result.push_back(sum);
    }
    return result;
}

template <class Number>
[[gnu::noinline]] Number inner_product(Vector<Number> const& a, Vector<Number> const& b) {
    Number sum(0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

/// Token j of the result, by the sum over the heads and the context tokens.
template <TokenShape Given, class Number, class... Heads>
Vector<Number> updated_token(Prompt<Given, Number> const& prompt, Vector<Number> const& e_j, Heads const&... heads) {
    auto result = e_j;
    auto const add = [&](auto const& head) {
        auto const q = projected(head.query, e_j);
        for (int i = 0; i < Given.context; ++i) {
            auto const e_i = token(prompt.context, i);
            Number const score = inner_product(projected(head.key, e_i), q);
            auto const change = projected(head.output, projected(head.value, e_i));
            for (std::size_t row = 0; row < result.size(); ++row) {
                result[row] += change[row] * score;
            }
        }
    };
    (add(heads), ...);
    return result;
}

/// True if `updated` is what the sum gives, for every token.
template <TokenShape Given, class Number, class... Heads>
[[gnu::noinline]] bool is_the_sum(Prompt<Given, Number> const& updated, Prompt<Given, Number> const& prompt,
                                  Heads const&... heads) {
    bool all = true;
    for (int j = 0; j < Given.context; ++j) {
        all = all && token(updated.context, j) == updated_token(prompt, token(prompt.context, j), heads...);
    }
    for (int j = 0; j < Given.query; ++j) {
        all = all && token(updated.query, j) == updated_token(prompt, token(prompt.query, j), heads...);
    }
    return all;
}

TEMPLATE_LIST_TEST_CASE("a head is the sum over the context tokens", "", test::Families) {
    auto const prompt = drawn_prompt<shape, TestType>(1);
    auto const head = drawn_parameters<Head<TestType>>(10, 1);
    REQUIRE(is_the_sum(applied(head, prompt), prompt, head));
}

TEMPLATE_LIST_TEST_CASE("several heads, of unlike key and value dimensions, add up", "", test::Matrices) {
    auto const prompt = drawn_prompt<shape, TestType>(1);
    auto const first = drawn_parameters<SquareHead<TestType>>(10, 1);
    auto const second = drawn_parameters<Head<TestType>>(20, 1);
    auto const layer = heads(first, second);
    REQUIRE(is_the_sum(applied(layer, prompt), prompt, first, second));
    REQUIRE(equal(applied(layer, prompt), applied(heads(second, first), prompt)));
    REQUIRE(equal(applied(heads(first), prompt), first(prompt)));
}

TEMPLATE_LIST_TEST_CASE("a layer takes any number of query tokens", "", test::Matrices) {
    auto const head = drawn_parameters<Head<TestType>>(10, 1);
    auto const one = drawn_prompt<TokenShape{5, 7, 1}, TestType>(1);
    auto const nine = drawn_prompt<TokenShape{5, 7, 9}, TestType>(1);
    REQUIRE(is_the_sum(applied(head, one), one, head));
    REQUIRE(is_the_sum(applied(head, nine), nine, head));
    auto const layer = heads(head, drawn_parameters<SquareHead<TestType>>(20, 1));
    REQUIRE(is_the_sum(applied(layer, nine), nine, head, drawn_parameters<SquareHead<TestType>>(20, 1)));
}

TEST_CASE("plain weights act on prompts of lanes as on one prompt per lane") {
    using Floats = Lanes<float, 4>;
    auto const prompt = drawn_prompt<shape, Floats>(1);
    auto const head = drawn_parameters<Head<float>>(10, 1);
    auto const updated = applied(head, prompt);
    for (int lane = 0; lane < 4; ++lane) {
        auto const of_lane = [&](auto const& tokens) {
            return generate<float, rows_of<decltype(tokens)>, cols_of<decltype(tokens)>>(
                [&](int row, int col) { return tokens(row, col)[lane]; });
        };
        Prompt<shape, float> const alone{.context = of_lane(prompt.context), .query = of_lane(prompt.query)};
        Prompt<shape, float> const expected = applied(head, alone);
        REQUIRE(equal(of_lane(updated.context), expected.context));
        REQUIRE(equal(of_lane(updated.query), expected.query));
    }
}

TEMPLATE_LIST_TEST_CASE("no query token acts as a key or a value", "", test::Matrices) {
    auto const head = drawn_parameters<Head<TestType>>(10, 1);
    auto const prompt = drawn_prompt<shape, TestType>(1);
    auto changed = prompt;
    changed.query(2, 1) += TestType(1);
    auto const before = applied(head, prompt);
    auto const after = applied(head, changed);
    REQUIRE(equal(before.context, after.context));
    for (int j = 0; j < shape.query; ++j) {
        CAPTURE(j);
        REQUIRE((token(before.query, j) == token(after.query, j)) == (j != 1));
    }
}

TEMPLATE_LIST_TEST_CASE("the fast weights are what the tokens are multiplied with", "", test::Matrices) {
    auto const layer = heads(drawn_parameters<SquareHead<TestType>>(10, 1), drawn_parameters<Head<TestType>>(20, 1));
    auto const prompt = drawn_prompt<shape, TestType>(1);
    auto const F = layer.fast_weights(prompt.context);
    STATIC_REQUIRE(rows_of<decltype(F)> == 5);
    STATIC_REQUIRE(cols_of<decltype(F)> == 5);
    REQUIRE(equal(with_fast_weights(F, prompt), applied(layer, prompt)));
    for (int j = 0; j < shape.query; ++j) {
        auto expected = token(prompt.query, j);
        auto const change = projected(F, expected);
        for (std::size_t row = 0; row < expected.size(); ++row) {
            expected[row] += change[row];
        }
        REQUIRE((token(applied(layer, prompt).query, j) == expected));
    }
}

TEMPLATE_LIST_TEST_CASE("scaling one projection by s and its partner by 1/s changes nothing", "", test::Matrices) {
    auto const head = drawn_parameters<Head<TestType>>(10, 1);
    auto const prompt = drawn_prompt<shape, TestType>(1);
    // s a power of two: the scaling does not round either.
    for (TestType const& s : {TestType(4), TestType(-2), TestType(1) / TestType(8)}) {
        TestType const inverse = TestType(1) / s;
        Head<TestType> scaled = head;
        scaled.query = s * head.query;
        REQUIRE_FALSE(equal(applied(scaled, prompt), applied(head, prompt)));
        scaled.key = inverse * head.key;
        REQUIRE(equal(applied(scaled, prompt), applied(head, prompt)));
        scaled.value = s * head.value;
        REQUIRE_FALSE(equal(applied(scaled, prompt), applied(head, prompt)));
        scaled.output = inverse * head.output;
        REQUIRE(equal(applied(scaled, prompt), applied(head, prompt)));
    }
}

TEMPLATE_LIST_TEST_CASE("a layer without output changes no token", "", test::Matrices) {
    auto head = drawn_parameters<Head<TestType>>(10, 1);
    auto const prompt = drawn_prompt<shape, TestType>(1);
    head.output = zero<TestType, 5, 8>();
    REQUIRE(equal(applied(head, prompt), prompt));
}

}  // namespace

// SPDX-License-Identifier: MIT
// The two products of a head, the scale that is fixed in them, and the layer half way between two.
//
// Projections are powers of two or 0, the mean diagonals are powers of two as well: nothing rounds, so the comparisons are
// exact in float.
#include <limits>
#include <stdexcept>

#include "catch.hpp"
#include "incontext/experiment/interpolation.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::applied;
using test::equal;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();
using Layer = LinearSelfAttention<shape, float>;
constexpr Dimensions dyadic = test::dyadic_sizes;
using Products = MergedProjections<shape, float>;

/// Whole products with mean diagonal `scale` over the first three entries, the last two entries being free.
Products products(unsigned stream, float scale) {
    Products result{.key_query = test::drawn_matrix<float, 5, 5>(stream, 2),
                    .output_value = test::drawn_matrix<float, 5, 5>(stream + 1, 2)};
    result.key_query(0, 0) = scale + 2;
    result.key_query(1, 1) = scale - 3;
    result.key_query(2, 2) = scale + 1;
    result.key_query(3, 3) = 16;  // belongs to the target: must not count
    return result;
}

TEMPLATE_TEST_CASE("the products of a head are all that its result depends on", "", Modular, double) {
    auto const head = test::drawn_parameters<LinearSelfAttention<shape, TestType, 6, 8>>(1, 1);
    auto const both = merged(head);
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 5; ++col) {
            TestType key_query(0);
            for (int i = 0; i < 6; ++i) {
                key_query += head.key(i, row) * head.query(i, col);
            }
            TestType output_value(0);
            for (int i = 0; i < 8; ++i) {
                output_value += head.output(row, i) * head.value(i, col);
            }
            REQUIRE((both.key_query(row, col) == key_query));
            REQUIRE((both.output_value(row, col) == output_value));
        }
    }
    auto const prompt = test::drawn_prompt<shape, TestType>(7);
    REQUIRE(equal(both.layer()(prompt), head(prompt)));
}

TEST_CASE(
    "normalising makes the mean diagonal over the inputs one, and changes no result, for a scale of either sign") {
    auto const prompt = test::drawn_prompt<shape, float>(7);
    for (float const scale : {4.0f, 0.5f, -1.0f, -8.0f}) {
        CAPTURE(scale);
        Products const before = products(1, scale);
        Products const after = normalised<sizes, float>(before);
        REQUIRE(after.key_query(0, 0) + after.key_query(1, 1) + after.key_query(2, 2) == 3);
        REQUIRE(after.key_query(4, 1) == before.key_query(4, 1) / scale);
        REQUIRE(after.output_value(1, 4) == before.output_value(1, 4) * scale);
        REQUIRE(equal(applied(after.layer(), prompt), applied(before.layer(), prompt)));
    }
}

TEST_CASE("a mean diagonal of zero, or one that is not finite, is refused") {
    Products zero_scale = products(1, 0);
    REQUIRE(zero_scale.key_query(0, 0) == 2);  // the entries are not zero, their mean is
    REQUIRE_THROWS_AS((normalised<sizes, float>(zero_scale)), std::domain_error);
    for (float const bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        Products not_finite = products(1, 1);
        not_finite.key_query(1, 1) = bad;
        REQUIRE_THROWS_AS((normalised<sizes, float>(not_finite)), std::domain_error);
    }
    Layer const nothing = zero_scale.layer();
    Layer const something = products(1, 1).layer();
    REQUIRE_THROWS_AS((interpolated<sizes, float>(nothing, something)), std::domain_error);
    REQUIRE_THROWS_AS((interpolated<sizes, float>(something, nothing)), std::domain_error);
}

TEST_CASE("a layer interpolated with itself gives the same prompt") {
    auto const prompt = test::drawn_prompt<shape, float>(7);
    for (float const scale : {2.0f, -2.0f}) {
        Layer const layer = products(3, scale).layer();
        REQUIRE(equal(applied(interpolated<sizes, float>(layer, layer), prompt), applied(layer, prompt)));
    }
}

TEST_CASE("a layer is interpolated with the same layer written in another scale, of the other sign included") {
    auto const prompt = test::drawn_prompt<shape, float>(7);
    Layer const layer = products(3, 2).layer();
    for (float const s : {4.0f, -0.5f}) {
        Layer other = layer;
        other.query = s * layer.query;
        other.value = layer.value / s;
        REQUIRE(equal(applied(interpolated<sizes, float>(layer, other), prompt), applied(layer, prompt)));
        // In between, split between W_K and P as well.
        other.key = s * layer.key;
        other.output = layer.output / s;
        REQUIRE(equal(applied(interpolated<sizes, float>(layer, other), prompt), applied(layer, prompt)));
    }
}

TEST_CASE("the layer half way has the mean of both products, each of mean diagonal one") {
    Products const a = products(3, 2);
    Products const b = products(5, -4);
    Products const middle = merged(interpolated<sizes, float>(a.layer(), b.layer()));
    for (int row = 0; row < 5; ++row) {
        for (int col = 0; col < 5; ++col) {
            CAPTURE(row, col);
            REQUIRE(middle.key_query(row, col) == (a.key_query(row, col) / 2 + b.key_query(row, col) / -4) / 2);
            REQUIRE(middle.output_value(row, col) ==
                    (a.output_value(row, col) * 2 + b.output_value(row, col) * -4) / 2);
        }
    }
    Products const back = merged(interpolated<sizes, float>(b.layer(), a.layer()));
    REQUIRE((back.key_query == middle.key_query));
    REQUIRE((back.output_value == middle.output_value));
}

TEST_CASE("half way between gradient steps of two rates is the step of the mean rate") {
    // Rates and N are powers of two: nothing rounds.
    auto const step = [](float rate) {
        GradientStep<dyadic, float> result = test::drawn_parameters<GradientStep<dyadic, float>>(9);
        result.learning_rate = rate;
        return result;
    };
    auto const prompt = test::drawn_prompt<dyadic.tokens(), float>(7);
    auto const middle = interpolated<dyadic, float>(as_attention(step(2)), as_attention(step(6)));
    REQUIRE(equal(applied(middle, prompt), applied(step(4), prompt)));
}

}  // namespace

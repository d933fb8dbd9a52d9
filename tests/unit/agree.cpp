// SPDX-License-Identifier: MIT
// The rounding bound: floats never leave it, against exact arithmetic on the same numbers. That it is narrow enough to see
// what is not the same is in agree_refuses.cpp.
//
// The numbers are multiples of 1/8 that floats hold exactly; the operators round all the same, since N = 7 does not divide
// and the results have too many bits. Exact results are Rational. For double, attention on eighths would fit 53 bits, so it
// is held against 128-bit integers on whole numbers of 13 bits.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "support/floating.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Head = LinearSelfAttention<shape, Number, 6, 8>;
template <class Number>
using TwoHeads = MultiHeadAttention<LinearSelfAttention<shape, Number>, Head<Number>>;
template <class Number>
using Step = GradientStep<sizes, Number>;

// ----------------------------------------------------------------------------- inside the bound: against exact numbers ----

/// A fraction of the exact family as long double: relative error below 3 * 2^-64, against bounds of many 2^-53.
long double as_long_double(Rational const& number) {
    return static_cast<long double>(number.numerator()) / static_cast<long double>(number.denominator());
}

/// Integers of 128 bits: exact for sums of products that stay below 2^127. All that a layer asks of a number.
struct Wide {
    __extension__ using Integer = __int128;
    Integer integer = 0;

    constexpr Wide() = default;
    constexpr Wide(Integer value) : integer(value) {}
    friend constexpr Wide operator+(Wide a, Wide b) { return {a.integer + b.integer}; }
    friend constexpr Wide operator*(Wide a, Wide b) { return {a.integer * b.integer}; }
    constexpr Wide& operator+=(Wide b) { return integer += b.integer, *this; }
};

/// What of the bound the worst entry uses, and how many entries are not computed exactly.
struct Usage {
    double of_bound = 0;
    int rounded = 0;

    void see(double difference, double bound) {
        of_bound = test::larger_or_nan(of_bound, difference == 0 ? 0 : difference / bound);
        rounded += difference != 0;
    }
};

/// |computed - exact| of one lane in units of the bound, over all entries. distance(computed, exact) is free of rounding
/// that would matter.
template <class Number, class Exact, class Update, class ExactUpdate, TokenShape Shape, class Distance>
Usage usage(Update const& update, ExactUpdate const& exact_update, Prompt<Shape, Number> const& prompt,
            Prompt<Shape, Exact> const& exact_prompt, int lane, Distance const& distance) {
    auto const computed = test::applied(update, prompt);
    auto const exact = test::applied(exact_update, exact_prompt);
    auto const bounds = error_bounds(update, prompt, lane);
    Usage result;
    auto const see = [&](auto const& of_computed, auto const& of_exact, auto const& of_bounds) {
        for (int row = 0; row < rows_of<decltype(of_computed)>; ++row) {
            for (int col = 0; col < cols_of<decltype(of_computed)>; ++col) {
                result.see(distance(test::LaneOf<Number>::at(of_computed(row, col), lane), of_exact(row, col)),
                           static_cast<double>(of_bounds(row, col).error()));
            }
        }
    };
    see(computed.context, exact.context, bounds.context);
    see(computed.query, exact.query, bounds.query);
    return result;
}

/// Draws an update and a prompt of eighths, and compares every lane with Rational on the numbers of that lane.
template <class Number, template <class> class Update>
Usage usage_on_eighths(unsigned stream) {
    auto const update = test::in_eighths<Number>(test::drawn_parameters<Update<Number>>(stream, 24));
    auto const prompt = test::in_eighths<Number>(test::drawn_prompt<shape, Number>(stream + 50, 24));
    Usage worst;
    for (int lane = 0; lane < test::LaneOf<Number>::count; ++lane) {
        auto const exactly = [lane](Number const& number) {
            return Rational(static_cast<long long>(8 * test::LaneOf<Number>::at(number, lane)), 8);
        };
        Usage const of_lane =
            usage(update, converted<Rational>(update, exactly), prompt, converted<Rational>(prompt, exactly), lane,
                  [](double computed, Rational const& exact) {
                      long double const distance = static_cast<long double>(computed) - as_long_double(exact);
                      return static_cast<double>(distance < 0 ? -distance : distance);
                  });
        worst.of_bound = test::larger_or_nan(worst.of_bound, of_lane.of_bound);
        worst.rounded += of_lane.rounded;
    }
    return worst;
}

TEMPLATE_LIST_TEST_CASE("a computed gradient step is within the bound of the exact one", "", test::Floating) {
    int rounded = 0;
    for (unsigned stream = 0; stream < 20; ++stream) {
        Usage const found = usage_on_eighths<TestType, Step>(100 * stream);
        CAPTURE(stream, found.of_bound);
        REQUIRE(found.of_bound <= 1);
        rounded += found.rounded;
    }
    REQUIRE(rounded > 100);  // so that something was tested
}

TEST_CASE("a computed layer of one head is within the bound of the exact one") {
    for (unsigned stream = 0; stream < 20; ++stream) {
        Usage const found = usage_on_eighths<float, Head>(100 * stream);
        CAPTURE(stream, found.of_bound);
        REQUIRE(found.of_bound <= 1);
        REQUIRE(found.rounded > 0);
    }
}

TEST_CASE("a computed layer of two heads is, in every lane, within the bound of the exact one") {
    for (unsigned stream = 0; stream < 10; ++stream) {
        Usage const found = usage_on_eighths<Lanes<float, 8>, TwoHeads>(100 * stream);
        CAPTURE(stream, found.of_bound);
        REQUIRE(found.of_bound <= 1);
        REQUIRE(found.rounded > 0);
    }
}

template <template <class> class Layer>
Usage usage_on_wide_integers(unsigned stream) {
    // Seven factors of at most 2^13 and fewer than 2^17 terms: below 2^108, and as many bits more than a double has. A
    // double of that size is an integer, so the distance is exact.
    constexpr int largest = 1 << 13;
    auto const exactly = [](double number) { return Wide(static_cast<Wide::Integer>(number)); };
    auto const update = test::drawn_parameters<Layer<double>>(stream, largest);
    auto const prompt = test::drawn_prompt<shape, double>(stream + 50, largest);
    return usage(update, converted<Wide>(update, exactly), prompt, converted<Wide>(prompt, exactly), 0,
                 [](double computed, Wide const& exact) {
                     return std::abs(static_cast<double>(static_cast<Wide::Integer>(computed) - exact.integer));
                 });
}

TEST_CASE("a computed layer of doubles is within the bound of the exact one") {
    for (unsigned stream = 0; stream < 10; ++stream) {
        Usage const found = usage_on_wide_integers<TwoHeads>(100 * stream);
        CAPTURE(stream, found.of_bound);
        REQUIRE(found.of_bound <= 1);
        REQUIRE(found.rounded > 0);
    }
}

/// The largest use of the bound by the query of the smallest gradient step, over many draws. Double stands for exact: its
/// own errors are 2^-29 of float's.
template <int Context>
double largest_usage_of_the_smallest_step() {
    constexpr Dimensions smallest{.input = 1, .output = 1, .context = Context};
    auto const in_double = [](float number) { return static_cast<double>(number); };
    double worst = 0;
    for (unsigned stream = 0; stream < 50000; ++stream) {
        auto const step = test::uneven_step<smallest, float>(10 * stream);
        auto const prompt = test::uneven_prompt<smallest.tokens(), float>(10 * stream + 5);
        double const computed = in_double(test::applied(step, prompt).query(1, 0));
        double const exact =
            test::applied(converted<double>(step, in_double), converted<double>(prompt, in_double)).query(1, 0);
        double const bound = error_bounds(step, prompt).query(1, 0).error();
        worst = test::larger_or_nan(worst, std::abs(computed - exact) / bound);
    }
    return worst;
}

TEST_CASE("where few numbers round, rounding comes near the bound and stays within") {
    // About eight roundings on a path: in 50,000 draws some have most of their roundings on the same side (a quarter to .4
    // of the bound is seen, with and without fused multiply-add). A count of roundings that is three times too low would
    // be exceeded.
    double const worst =
        test::larger_or_nan(largest_usage_of_the_smallest_step<1>(), largest_usage_of_the_smallest_step<3>());
    CAPTURE(worst);
    REQUIRE(worst <= 1);
    REQUIRE(worst > 0.1);
}

// ------------------------------------------------------------------------------------------- the layer and the step ----

TEMPLATE_LIST_TEST_CASE("a gradient step and the layer that is the step agree on many prompts", "", test::Floating) {
    double worst = 0;
    for (unsigned stream = 0; stream < 100; ++stream) {
        auto const step = test::uneven_step<sizes, TestType>(10 * stream);
        Agreement const found = agree(step, as_attention(step), test::uneven_prompt<shape, TestType>(10 * stream + 5));
        REQUIRE(found);
        REQUIRE(found.of_bound <= 1);
        worst = test::larger_or_nan(worst, found.of_bound);
    }
    REQUIRE(worst > 0);  // they do round differently
}

TEST_CASE("plain weights agree on prompts of lanes") {
    for (unsigned stream = 0; stream < 10; ++stream) {
        auto const step = test::uneven_step<sizes, float>(10 * stream);
        REQUIRE(agree(step, as_attention(step), test::uneven_prompt<shape, Lanes<float, 8>>(10 * stream + 5)));
    }
}

}  // namespace

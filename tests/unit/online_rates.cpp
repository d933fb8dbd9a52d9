// SPDX-License-Identifier: MIT
// Rates that follow the key, where rate |k|^2 is above the greatest number: in float, double and lanes, in every form, and backwards.
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "catch.hpp"
#include "incontext/incontext.hpp"

namespace {

using namespace incontext;

/// rate / (1 + rate |k|^2).
long double implicit_rate(long double rate, long double square) {
    return rate / (1 + rate * square);
}

/// Calls visit(rate, square) for powers of two up to the range of a regressor.
template <class Number, class Visit>
void for_each_rate_and_square(Visit const& visit) {
    int const most = std::numeric_limits<Number>::max_exponent - 3;
    int const step = most / 24;
    for (int of_rate = -most; of_rate <= most; of_rate += step) {
        for (int of_square = -most; of_square <= most; of_square += step) {
            visit(std::ldexp(Number(1.25), of_rate), std::ldexp(Number(1.5), of_square));
        }
    }
}

template <class Number>
void the_rate_is_the_definition() {
    int overflown = 0;
    constexpr Number epsilon = std::numeric_limits<Number>::epsilon();
    constexpr Number least = std::numeric_limits<Number>::min();
    for_each_rate_and_square<Number>([&](Number rate, Number square) {
        CAPTURE(rate, square);
        auto const near = [&](Number is, long double should) {
            if (std::abs(should) > static_cast<long double>(std::numeric_limits<Number>::max())) {
                return std::isinf(is) && std::signbit(is) == std::signbit(should);
            }
            return std::abs(static_cast<long double>(is) - should) <=
                   4 * static_cast<long double>(epsilon) * std::abs(should) + static_cast<long double>(least);
        };
        long double const actual = implicit_rate(rate, square);
        long double const shrunk = actual / static_cast<long double>(rate);
        REQUIRE(near(ImplicitRate::of(rate, square), actual));
        auto const derivative = ImplicitRate::derivative(rate, square);
        REQUIRE(near(derivative.by_rate.first, shrunk));
        REQUIRE(near(derivative.by_rate.second, shrunk));
        REQUIRE(near(derivative.by_square.first, -actual));
        REQUIRE(near(derivative.by_square.second, actual));
        overflown += std::isinf(rate * square) ? 1 : 0;
    });
    REQUIRE(overflown > 100);
    REQUIRE(ImplicitRate::of(std::numeric_limits<Number>::infinity(), Number(4)) == Number(0.25));
    REQUIRE(ImplicitRate::of(Number(0), std::numeric_limits<Number>::max()) == Number(0));
}

TEST_CASE("the implicit rate is the definition at every rate and key, and so is its derivative") {
    the_rate_is_the_definition<float>();
    the_rate_is_the_definition<double>();
}

/// A rate that is written for two numbers, and would be taken for the two factors of the first.
template <class Derivative>
concept IsMadeOfTwoNumbers = requires {
    Derivative{1.0, 2.0};
};
static_assert(!IsMadeOfTwoNumbers<ImplicitRate::Derivative<double>>);

TEST_CASE("of lanes each is as alone, whether its neighbours overflow or not") {
    using Pack = Lanes<float, 8>;
    std::array<float, 8> const rates{1.0f, 1e30f, 1e-30f, 3.0f, 1e20f, 0.0f, 1e10f, 7.0f};
    std::array<float, 8> const squares{2.0f, 1e10f, 1e20f, 0.3f, 1e36f, 1e10f, 1e38f, 1e38f};
    Pack rate(0.0f);
    Pack square(0.0f);
    for (int lane = 0; lane < 8; ++lane) {
        rate.set(lane, rates[static_cast<std::size_t>(lane)]);
        square.set(lane, squares[static_cast<std::size_t>(lane)]);
    }
    Pack const actual = ImplicitRate::of(rate, square);
    auto const derivative = ImplicitRate::derivative(rate, square);
    for (int lane = 0; lane < 8; ++lane) {
        CAPTURE(lane);
        float const own_rate = rates[static_cast<std::size_t>(lane)];
        float const own_square = squares[static_cast<std::size_t>(lane)];
        REQUIRE(actual[lane] == ImplicitRate::of(own_rate, own_square));
        auto const own = ImplicitRate::derivative(own_rate, own_square);
        REQUIRE(derivative.by_rate.first[lane] == own.by_rate.first);
        REQUIRE(derivative.by_rate.second[lane] == own.by_rate.second);
        REQUIRE(derivative.by_square.first[lane] == own.by_square.first);
        REQUIRE(derivative.by_square.second[lane] == own.by_square.second);
        REQUIRE((actual[lane] > 0) == (own_rate > 0));
    }
}

/// Keys along the axes, so that each example is learned by itself: S k = v a/(1 + a) with a = rate |k|^2, in every form.
template <class Number>
void every_form_learns(Number rate, Number size) {
    CAPTURE(rate, size);
    using Rule = ImplicitDeltaRule<MemoryShape{.key_dim = 3, .value_dim = 1}, Number>;
    std::array<typename Rule::Example, 3> examples;
    std::array<typename Rule::Query, 3> queries;
    for (int t = 0; t < 3; ++t) {
        auto& example = examples[static_cast<std::size_t>(t)];
        example.key.setZero();
        example.key(t) = size;
        example.value.setConstant(Number(3));
        example.rate = rate;
        queries[static_cast<std::size_t>(t)] = example.key;
    }
    double const step = static_cast<double>(implicit_rate(rate, static_cast<long double>(size) * size) *
                                            static_cast<long double>(size) * size);
    auto const check = [&](auto const& form) {
        typename Rule::State state{};
        std::array<typename Rule::Answer, 3> answers;
        REQUIRE(form(Rule{}, state, std::span<typename Rule::Example const>(examples),
                     std::span<typename Rule::Query const>(queries),
                     std::span<typename Rule::Answer>(answers)) == Answered::all);
        for (auto const& answer : answers) {
            REQUIRE(static_cast<double>(answer(0)) == Approx(3 * step).epsilon(1e-5));
        }
    };
    check([](auto&&... of) { return in_sequence(of...); });
    check([](auto&&... of) { return in_chunks<3>(of...); });
    check([](auto&&... of) { return in_scan<4>(of...); });

    auto regressor = implicit_lms<3, 1>(rate);
    REQUIRE(regressor.observe(examples[0].key, Matrix<Number, 1, 1>(Number(3))) == Observation::observed);
    REQUIRE(static_cast<double>(regressor.predict(queries[0])(0)) == Approx(3 * step).epsilon(1e-5));
    REQUIRE(regressor.bounded() == 0);
}

TEST_CASE("an implicit step of any rate is learned, in every form") {
    for (float const rate : {1.0f, 1e6f, 1e9f, 1e18f}) {
        for (float const size : {0.01f, 1.0f, 1.7e9f, 1.7e12f, 1.7e15f, 1e18f}) {
            every_form_learns(rate, size);
        }
    }
    for (double const rate : {1.0, 1e100, 1e150}) {
        for (double const size : {1.0, 1e80, 1e120, 1e150}) {
            every_form_learns(rate, size);
        }
    }
}

}  // namespace

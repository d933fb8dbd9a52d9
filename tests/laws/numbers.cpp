// SPDX-License-Identifier: MIT
// What every number owes the operators: the laws of a ring, in whatever family.
//
// The samples are eighths of whole numbers below 4, so that float and double compute every expression here without
// rounding (a product of three has 9 fractional bits and fewer than 24 in all) and owe exact equality as well.
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using trusted::same;

using Numbers =
    std::tuple<Modular, Rational, Dual<Modular>, Dual<Rational>, PowerSeries<Modular, 4>, PowerSeries<Rational, 3>,
               float, double, Dual<double>, Lanes<float, 4>, Lanes<float, 16>, Lanes<double, 2>, Polynomial>;

template <class Number>
inline constexpr bool is_symbolic = std::is_same_v<Number, Polynomial>;

/// Numbers that differ from one another. Symbols stand for square blocks here, so that all of them can be multiplied.
template <class Number>
std::vector<Number> samples() {
    std::vector<Number> all{Number(0), Number(1), Number(-1), Number(3)};
    if constexpr (is_symbolic<Number>) {
        Polynomial const A(Letter("A", Axis::input, Axis::input));
        Polynomial const B(Letter("B", Axis::input, Axis::input));
        Polynomial const eta(Letter("eta"));
        all.insert(all.end(), {A, B, A.transposed() * B, eta * A - B, Polynomial(2) + eta * B * A});
    } else {
        for (unsigned entry = 0; entry < 6; ++entry) {
            all.push_back(test::drawn_eighths<Number>(17, entry, 31));
        }
    }
    return all;
}

TEMPLATE_LIST_TEST_CASE("sums are associative and commutative, with zero and negatives", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        REQUIRE(same(a + TestType(0), a));
        REQUIRE(same(a + (-a), TestType(0)));
        for (auto const& b : all) {
            REQUIRE(same(a + b, b + a));
            REQUIRE(same(a - b, a + (-b)));
            for (auto const& c : all) {
                REQUIRE(same((a + b) + c, a + (b + c)));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("products are associative, with one and zero, and distribute over sums", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        REQUIRE(same(a * TestType(1), a));
        REQUIRE(same(TestType(1) * a, a));
        REQUIRE(same(a * TestType(0), TestType(0)));
        REQUIRE(same(TestType(0) * a, TestType(0)));
        REQUIRE(same(a * TestType(-1), -a));
        for (auto const& b : all) {
            REQUIRE(same((-a) * b, -(a * b)));
            for (auto const& c : all) {
                REQUIRE(same((a * b) * c, a * (b * c)));
                REQUIRE(same(a * (b + c), a * b + a * c));
                REQUIRE(same((a + b) * c, a * c + b * c));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("products commute, but for symbols of matrices", "", Numbers) {
    auto const all = samples<TestType>();
    if constexpr (is_symbolic<TestType>) {
        REQUIRE_FALSE(same(all[4] * all[5], all[5] * all[4]));
        Polynomial const eta(Letter("eta"));
        REQUIRE(same(eta * all[4], all[4] * eta));
    } else {
        for (auto const& a : all) {
            for (auto const& b : all) {
                REQUIRE(same(a * b, b * a));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("equal means the same number, and no other", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        REQUIRE(same(a, a));
        REQUIRE_FALSE(same(a + TestType(1), a));
        REQUIRE_FALSE(same(a * TestType(2) + TestType(1), a + a));
    }
    REQUIRE_FALSE(same(TestType(0), TestType(1)));
}

TEMPLATE_LIST_TEST_CASE("whole numbers are added and multiplied as whole numbers", "", Numbers) {
    for (int a = -5; a <= 5; ++a) {
        for (int b = -5; b <= 5; ++b) {
            CAPTURE(a, b);
            REQUIRE(same(TestType(a) + TestType(b), TestType(a + b)));
            REQUIRE(same(TestType(a) - TestType(b), TestType(a - b)));
            REQUIRE(same(TestType(a) * TestType(b), TestType(a * b)));
            REQUIRE(same(TestType(a), TestType(b)) == (a == b));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("the assigning operators do what the plain ones do", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        for (auto const& b : all) {
            TestType sum = a;
            sum += b;
            REQUIRE(same(sum, a + b));
            TestType difference = a;
            difference -= b;
            REQUIRE(same(difference, a - b));
            TestType product = a;
            product *= b;
            REQUIRE(same(product, a * b));
        }
        for (TestType const& divisor : {TestType(2), TestType(-8)}) {
            TestType quotient = a;
            quotient /= divisor;
            REQUIRE(same(quotient, a / divisor));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("a quotient times its divisor is the dividend", "", Numbers) {
    for (auto const& a : samples<TestType>()) {
        // Powers of two, so that floating quotients are exact.
        for (TestType const& divisor : {TestType(1), TestType(2), TestType(-4), TestType(1) / TestType(8)}) {
            REQUIRE(same(a / divisor * divisor, a));
            REQUIRE(same(a / divisor / divisor, a / (divisor * divisor)));
        }
    }
    REQUIRE(same(TestType(3) / TestType(4) + TestType(1) / TestType(4), TestType(1)));
}

TEMPLATE_LIST_TEST_CASE("the context's size times one over it is one, on either side of a number", "", Numbers) {
    constexpr int context = is_symbolic<TestType> ? 1 : 8;
    TestType const size = context_size<TestType>(context);
    TestType const inverse = one_over_context<TestType>(context);
    REQUIRE(same(size * inverse, TestType(1)));
    REQUIRE(same(TestType(1) / size, inverse));
    REQUIRE(same(TestType(1) / inverse, size));
    for (auto const& a : samples<TestType>()) {
        REQUIRE(same(size * a * inverse, a));
        REQUIRE(same(size * (size * a) * inverse, a * size));
        REQUIRE(same(a / size, a * inverse));
    }
    REQUIRE_FALSE(same(size, TestType(context + 1)));
}

}  // namespace

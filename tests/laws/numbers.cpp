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

using Numbers = std::tuple<Modular, Rational, Dual<Modular>, Dual<Rational>, float, double, Dual<double>,
                           Lanes<float, 4>, Lanes<float, 16>, Lanes<double, 2>, Polynomial>;

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
        REQUIRE((a + TestType(0) == a));
        REQUIRE((a + (-a) == TestType(0)));
        for (auto const& b : all) {
            REQUIRE((a + b == b + a));
            REQUIRE((a - b == a + (-b)));
            for (auto const& c : all) {
                REQUIRE(((a + b) + c == a + (b + c)));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("products are associative, with one and zero, and distribute over sums", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        REQUIRE((a * TestType(1) == a));
        REQUIRE((TestType(1) * a == a));
        REQUIRE((a * TestType(0) == TestType(0)));
        REQUIRE((TestType(0) * a == TestType(0)));
        REQUIRE((a * TestType(-1) == -a));
        for (auto const& b : all) {
            REQUIRE(((-a) * b == -(a * b)));
            for (auto const& c : all) {
                REQUIRE(((a * b) * c == a * (b * c)));
                REQUIRE((a * (b + c) == a * b + a * c));
                REQUIRE(((a + b) * c == a * c + b * c));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("products commute, but for symbols of matrices", "", Numbers) {
    auto const all = samples<TestType>();
    if constexpr (is_symbolic<TestType>) {
        REQUIRE_FALSE((all[4] * all[5] == all[5] * all[4]));
        Polynomial const eta(Letter("eta"));
        REQUIRE((eta * all[4] == all[4] * eta));
    } else {
        for (auto const& a : all) {
            for (auto const& b : all) {
                REQUIRE((a * b == b * a));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("equal means the same number, and no other", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        REQUIRE((a == a));
        REQUIRE_FALSE((a + TestType(1) == a));
        REQUIRE_FALSE((a * TestType(2) + TestType(1) == a + a));
    }
    REQUIRE_FALSE((TestType(0) == TestType(1)));
}

TEMPLATE_LIST_TEST_CASE("whole numbers are added and multiplied as whole numbers", "", Numbers) {
    for (int a = -5; a <= 5; ++a) {
        for (int b = -5; b <= 5; ++b) {
            CAPTURE(a, b);
            REQUIRE((TestType(a) + TestType(b) == TestType(a + b)));
            REQUIRE((TestType(a) - TestType(b) == TestType(a - b)));
            REQUIRE((TestType(a) * TestType(b) == TestType(a * b)));
            REQUIRE((TestType(a) == TestType(b)) == (a == b));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("the assigning operators do what the plain ones do", "", Numbers) {
    auto const all = samples<TestType>();
    for (auto const& a : all) {
        for (auto const& b : all) {
            TestType sum = a;
            sum += b;
            REQUIRE((sum == a + b));
            if constexpr (requires { sum -= b; }) {
                TestType difference = a;
                difference -= b;
                REQUIRE((difference == a - b));
            }
        }
    }
}

TEMPLATE_LIST_TEST_CASE("a quotient times its divisor is the dividend", "", Numbers) {
    if constexpr (!is_symbolic<TestType>) {
        for (auto const& a : samples<TestType>()) {
            // Powers of two, so that floating quotients are exact.
            for (TestType const& divisor : {TestType(1), TestType(2), TestType(-4), TestType(1) / TestType(8)}) {
                REQUIRE((a / divisor * divisor == a));
                REQUIRE((a / divisor / divisor == a / (divisor * divisor)));
            }
        }
        REQUIRE((TestType(3) / TestType(4) + TestType(1) / TestType(4) == TestType(1)));
    } else {
        // Symbols do not divide; the only inverse they know is the letter 1/N, which commutes.
        TestType const inverse = one_over_context<TestType>(1);
        for (auto const& a : samples<TestType>()) {
            REQUIRE((a * inverse == inverse * a));
        }
    }
}

TEMPLATE_LIST_TEST_CASE("one over the context, summed over the context, is one", "", Numbers) {
    if constexpr (is_symbolic<TestType>) {
        // A context of one block of N columns: N has no value, so the sum of one is the letter itself.
        REQUIRE((one_over_context<TestType>(1) == TestType(Letter("1/N"))));
    } else {
        TestType sum(0);
        for (int i = 0; i < 8; ++i) {
            sum += one_over_context<TestType>(8);
        }
        REQUIRE((sum == TestType(1)));
    }
}

}  // namespace

// SPDX-License-Identifier: MIT
// Degrees of sums, products and quotients, counted by hand: the bound of escape_probability rests on them.
#include "incontext/number/degree.hpp"

#include "incontext/matrix/exact.hpp"

#include <type_traits>

#include "incontext/number/number.hpp"

namespace {

using namespace incontext;

constexpr Degree x = Degree::unknown();
constexpr Degree zero(0);
constexpr Degree seven(7);

constexpr bool is(Degree degree, long long numerator, long long denominator = 0) {
    return !trusted::is_zero(degree) && degree.numerator() == numerator && degree.denominator() == denominator;
}

static_assert(is(x, 1) && is(seven, 0) && trusted::is_zero(zero) && trusted::is_zero(Degree()));
static_assert(is(x * x * x, 3) && is(seven * x, 1) && is(-x, 1));
static_assert(is(x + x * x, 2) && is(x * x + x, 2) && is(x - x * x, 2) && is(x * x - seven, 2));

// A constant zero is absorbing in products, neutral in sums, and no divisor.
static_assert(trusted::is_zero(zero * x) && trusted::is_zero(x * zero) && trusted::is_zero(zero / x));
static_assert(is(x + zero, 1) && is(zero + x, 1) && trusted::is_zero(zero + zero) && is(zero + seven, 0));
template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};
static_assert(is_refused<[] { return x / zero; }> && !is_refused<[] { return x / seven; }>);

// What nobody wrote is read by an operator, on either side.
constexpr Degree nobodys = Degree::unwritten(trusted::Key{});
static_assert(is_refused<[] { return x / nobodys; }> && is_refused<[] { return nobodys / x; }>);
static_assert(is_refused<[] { return zero / nobodys; }> && is_refused<[] { return seven / nobodys; }>);
static_assert(is_refused<[] { return x * nobodys; }> && is_refused<[] { return x + nobodys; }>);

// a/b: numerator and denominator. A sum a/b + c/d is (a d + c b) / (b d).
constexpr Degree cube = x * x * x;
constexpr Degree quotient = x / (x * x);              // 1 over 2
constexpr Degree other = (x * x * x * x * x) / cube;  // 5 over 3
static_assert(is(quotient, 1, 2) && is(other, 5, 3) && is(cube / quotient, 5, 1));
static_assert(is(quotient * other, 6, 5) && is(quotient / other, 4, 7));
static_assert(is(quotient + other, 7, 5) && is(other + quotient, 7, 5) && is(quotient - other, 7, 5));
static_assert(is(quotient + x, 3, 2) && is(x + quotient, 3, 2) && is(quotient + quotient, 3, 4));
static_assert(is(cube + x / (x * x * x * x), 7, 4) && is(x / (x * x * x * x) + cube, 7, 4));

constexpr bool assigning_operators_do_what_the_plain_ones_do() {
    Degree sum = x;
    sum += cube;
    Degree difference = x;
    difference -= cube;
    Degree product = x;
    product *= cube;
    Degree of_quotient = x;
    of_quotient /= cube;
    return is(sum, 3) && is(difference, 3) && is(product, 4) && is(of_quotient, 1, 3);
}
static_assert(assigning_operators_do_what_the_plain_ones_do());

// They stop and never overflow.
constexpr Degree power_of_two(int doublings) {
    Degree power = x;
    for (int i = 0; i < doublings; ++i) {
        power *= power;
    }
    return power;
}
static_assert(is(power_of_two(61), 1LL << 61) && is(power_of_two(62), Degree::largest));
static_assert(is(power_of_two(62) * x, Degree::largest) && is(seven / power_of_two(70), 0, Degree::largest));

static_assert(is(one_over_context<Degree>(7), 0) && is(x * one_over_context<Degree>(7), 1));

// A product of matrices is the sum of its terms, one after the other: constants, zeros, quotients, and degrees that stop.
constexpr int kinds = 10;
constexpr Degree large = power_of_two(61);
constexpr Degree kind[kinds]{x, zero, seven, quotient, other, large, large / large, cube, x / power_of_two(62), zero};
template <int Inner>
constexpr bool product_is_the_sum_of_its_terms() {
    for (int i = 0; i < kinds; ++i) {
        for (int step = 1; step < 4; ++step) {
            auto const a =
                generate<Degree, 2, Inner>([&](int row, int col) { return kind[(i + col + 3 * row) % kinds]; });
            auto const b =
                generate<Degree, Inner, 1>([&](int row, int) { return kind[(2 * i + step * row + 1) % kinds]; });
            auto const result = product(a, b);
            for (int row = 0; row < 2; ++row) {
                Degree sum(0);
                for (int k = 0; k < Inner; ++k) {
                    sum += a(row, k) * b(k, 0);
                }
                bool const both_are_zero = trusted::is_zero(sum) && trusted::is_zero(result(row, 0));
                if (!both_are_zero && !is(result(row, 0), sum.numerator(), sum.denominator())) {
                    return false;
                }
            }
        }
    }
    return true;
}
static_assert(product_is_the_sum_of_its_terms<1>() && product_is_the_sum_of_its_terms<2>());
static_assert(product_is_the_sum_of_its_terms<3>() && product_is_the_sum_of_its_terms<5>());

constexpr ExactMatrix<Degree, 1, 1> most{power_of_two(62)};
constexpr ExactMatrix<Degree, 1, 1> least{seven / power_of_two(62)};
static_assert(is(product(most, most)(0, 0), Degree::largest) && is(product(least, least)(0, 0), 0, Degree::largest));

}  // namespace

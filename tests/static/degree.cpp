// SPDX-License-Identifier: MIT
// Degrees of sums, products and quotients, counted by hand: the bound of escape_probability rests on them.
#include "incontext/number/degree.hpp"

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

}  // namespace

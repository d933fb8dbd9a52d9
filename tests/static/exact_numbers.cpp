// SPDX-License-Identifier: MIT
// Exact numbers by hand, while compiling: at the edges of the field, fractions in lowest terms and what does not fit, dual
// numbers; which are known to be zero (products of matrices leave these terms out); the assigning operators.
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/number/dual.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/polynomial.hpp"
#include "incontext/number/rational.hpp"

namespace {

using namespace incontext;
using trusted::is_zero;

static_assert(is_zero(Modular(0)) && is_zero(Modular()) && is_zero(Modular(5) - Modular(5)));
static_assert(!is_zero(Modular(1)) && !is_zero(Modular(-1)));
static_assert(is_zero(Rational(0)) && is_zero(Rational(0, 7)) && !is_zero(Rational(1)) && !is_zero(Rational(-1, 3)));
static_assert(!is_zero(0.0));  // a float may have been rounded

template <class Number>
constexpr bool assigning_operators_do_what_the_plain_ones_do(Number const& a, Number const& b) {
    Number sum = a;
    sum += b;
    Number difference = a;
    difference -= b;
    Number product = a;
    product *= b;
    Number quotient = a;
    quotient /= Number(3);
    return trusted::same(sum, a + b) && trusted::same(difference, a - b) && trusted::same(product, a * b) &&
           trusted::same(quotient, a / Number(3)) && trusted::same(quotient * Number(3), a);
}
static_assert(assigning_operators_do_what_the_plain_ones_do(Modular(5), Modular(7)));
static_assert(assigning_operators_do_what_the_plain_ones_do(Rational(5, 2), Rational(7)));
static_assert(assigning_operators_do_what_the_plain_ones_do(Dual<Rational>(5, 1), Dual<Rational>(7, -2)));
static_assert(assigning_operators_do_what_the_plain_ones_do(Polynomial(Letter("eta")), Polynomial(Letter("gamma"))));

template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};

// ---------------------------------------------------------------------------------------------------------- Modular

constexpr std::uint64_t p = (std::uint64_t{1} << 61) - 1;
constexpr auto P = static_cast<long long>(p);
static_assert(Modular::modulus == p && Modular(-7).residue() == p - 7 && Modular(P - 1).residue() == p - 1);
static_assert(Modular(P).residue() == 0 && Modular(-P).residue() == 0 && Modular(-P - 1).residue() == p - 1);
static_assert(Modular(std::numeric_limits<unsigned long long>::max()).residue() == 7);
static_assert((Modular(-1) + Modular(-1)).residue() == p - 2 && (Modular(1) + Modular(-1)).residue() == 0);
static_assert((Modular(3) - Modular(5)).residue() == p - 2 && (Modular(5) - Modular(3)).residue() == 2);
static_assert((-Modular(0)).residue() == 0 && (-Modular(2)).residue() == p - 2);
static_assert((Modular(1LL << 60) * Modular(8)).residue() == 4 && (Modular(-1) * Modular(-1)).residue() == 1);
static_assert((Modular(-1) * Modular(2)).residue() == p - 2 && (Modular(5) * Modular(7)).residue() == 35);
static_assert((Modular(6) / Modular(3)).residue() == 2 && (Modular(7) / Modular(1)).residue() == 7);
static_assert((Modular(5) / Modular(11) * Modular(11)).residue() == 5);
static_assert(is_refused<[] { return Modular(1) / Modular(0); }> &&
              !is_refused<[] { return Modular(0) / Modular(1); }>);
static_assert(Modular(3) == Modular(3 + P) && !(Modular(3) == Modular(4)));

// --------------------------------------------------------------------------------------------------------- Rational

constexpr bool is(Rational const& fraction, long long numerator, long long denominator) {
    return fraction.numerator() == numerator && fraction.denominator() == denominator;
}
static_assert(is(Rational(2, 4), 1, 2) && is(Rational(-2, 4), -1, 2) && is(Rational(2, -4), -1, 2));
static_assert(is(Rational(4, -2), -2, 1) && is(Rational(-6, -4), 3, 2) && is(Rational(0, -7), 0, 1));
static_assert(is(Rational(1, 2) + Rational(1, 3), 5, 6) && is(Rational(1, 2) - Rational(1, 3), 1, 6));
static_assert(is(Rational(2, 3) * Rational(5, 7), 10, 21) && is(Rational(2, 3) / Rational(5, 7), 14, 15));
static_assert(is(-Rational(2, 3), -2, 3) && is(Rational(1, 2) / Rational(-3), -1, 6));
static_assert(!(Rational(1, 2) == Rational(1, 3)) && !(Rational(1, 3) == Rational(2, 3)));
static_assert(static_cast<double>(Rational(3, 4)) > 0.74 && static_cast<double>(Rational(3, 4)) < 0.76);

constexpr long long largest = 1LL << 62;
static_assert(is(Rational(largest) + Rational(0), largest, 1) && is(Rational(-largest) + Rational(0), -largest, 1));
static_assert(is(Rational(1LL << 31) * Rational(1LL << 31), largest, 1) && is(Rational(1, largest), 1, largest));
static_assert(is_refused<[] { return Rational(largest) + Rational(1); }>);
static_assert(is_refused<[] { return Rational(-largest) - Rational(1); }>);
static_assert(is_refused<[] { return Rational(std::numeric_limits<unsigned long long>::max()); }>);
static_assert(is_refused<[] { return Rational(std::numeric_limits<long long>::min()); }>);
static_assert(is_refused<[] { return Rational(largest + 1); }>);
static_assert(is_refused<[] { return Rational(1, 0); }> && is_refused<[] { return Rational(1) / Rational(0); }>);

// ------------------------------------------------------------------------------------------------------------- Dual

using Pair = Dual<Rational>;
constexpr Pair a(3, 2);
constexpr Pair b(5, 7);
static_assert(a + b == Pair(8, 9) && a - b == Pair(-2, -5) && -a == Pair(-3, -2));
static_assert(a * b == Pair(15, 31));
static_assert(a / b == Pair(Rational(3, 5), Rational(-11, 25)) && Pair(9) == Pair(9, 0));

}  // namespace

// SPDX-License-Identifier: MIT
// The bound of rounding, term by term, where errors are as large as values: each term of the formulas then shows.
#include "incontext/number/error_bound.hpp"

namespace {

using incontext::ErrorBound;
using Bound = ErrorBound<float>;

constexpr double u = 0x1p-24;

/// 1 as the sum of 2^22 terms: ku = 1/4, so that the error is 1/3.
constexpr Bound rough() {
    Bound sum = Bound::of(0x1p-22);
    for (int i = 0; i < 22; ++i) {
        sum += sum;
    }
    return sum;
}
constexpr Bound x = rough();
constexpr double e = 1.0 / 3;
constexpr double room = 1 - 1e-6;  // k is 2^22 - 1
static_assert(x.value() >= 1 && x.value() <= 1 && x.error() > e * room && x.error() < e * (1 + 1e-5));

constexpr bool is_near(double bound, double expected) {
    return bound > expected * room && bound < expected * (1 + 1e-5);
}
static_assert(is_near(x.magnitude(), 1 + 2 * e));
static_assert(is_near((x * x).error(), 2 * (1 + e) * e + e * e));
static_assert(is_near((x * Bound::of(3)).error(), 3 * e) && is_near((Bound::of(3) * x).error(), 3 * e));

// A divisor is at least |b| - 2 e.
static_assert(is_near((Bound::of(3) / x).error(), 3 * e / (1 - 2 * e) / (1 - 2 * e)));
static_assert(is_near((x / Bound::of(2)).error(), e / 2));
static_assert(is_near((x / x).error(), (e + (1 + e) * e / (1 - 2 * e)) / (1 - 2 * e)));
constexpr Bound almost_zero = Bound::of(0.1) - Bound::of(0.1) + Bound::of(1e-9);
static_assert(almost_zero.value() > 0 && (Bound::of(1) / almost_zero).error() > 1e300);

// A sum carries the errors of both; the bound leaves room for its own rounding.
constexpr Bound product = Bound::of(-3) * Bound::of(5);
static_assert((Bound::of(3) + product).error() > u * 15 + u * 18 && (product + Bound::of(3)).error() > u * 15 + u * 18);
static_assert(product.error() > u * 15 * (1 + 0x1p-21));

static_assert(larger(x, Bound::of(0.5)).value() > 0.9 && larger(Bound::of(0.5), x).value() > 0.9);
static_assert(smaller(x, Bound::of(0.5)).value() < 0.6 && smaller(Bound::of(0.5), x).value() < 0.6);
static_assert(is_near(larger(Bound::of(0.5), x).error(), e) && is_near(smaller(x, Bound::of(0.5)).error(), e));

}  // namespace

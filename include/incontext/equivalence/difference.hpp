// SPDX-License-Identifier: MIT
/// @file
/// The first place where two token updates differ, and how the compiler says it.
#pragma once

#include <cstdint>

#include "incontext/number/modular.hpp"
#include "incontext/number/rational.hpp"

namespace incontext {

/// A fraction as a template argument, so that a compiler prints it.
struct Fraction {
    long long numerator = 0;
    long long denominator = 1;

    friend constexpr bool operator==(Fraction const&, Fraction const&) = default;
};

/// Where two updates differ first, and what they say there. Both count from 0. token: 0..context-1 are the context, then the queries.
/// row: 0..input-1 is x, then y. Test: tests/unit/difference.cpp.
struct Difference {
    int token = -1;
    int row = -1;
    Fraction expected{};
    Fraction actual{};

    /// True if there is a difference.
    [[nodiscard]] constexpr explicit operator bool() const { return token >= 0; }

    friend constexpr bool operator==(Difference const&, Difference const&) = default;
};

/// The message of a failed `identical`. Test: tests/compile_fail/identical_*.cpp.
template <Difference First>
struct the_two_updates_differ_at {
    static_assert(
        !First,
        "the two token updates differ: read this message's Difference{token, row, expected "
        "{numerator, denominator}, actual {numerator, denominator}}; tokens (the context, then the queries) and "
        "rows (the input, then the output) count from 0");
    static constexpr bool value = true;
};

/// A fraction as it is. Exact. Test: tests/unit/difference.cpp.
[[nodiscard]] constexpr Fraction as_fraction(Rational number) {
    return {.numerator = number.numerator(), .denominator = number.denominator()};
}
/// The fraction n/d with the smallest terms that is congruent to a residue; residue/1 if there is none below 2^30.
///
/// Differences are searched with small whole witnesses, so the residue of a short fraction is that fraction.
/// Exactness: exact. Cost: Euclid's algorithm. Test: tests/unit/difference.cpp.
[[nodiscard]] constexpr Fraction as_fraction(Modular number) {
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    std::int64_t remainder = static_cast<std::int64_t>(Modular::modulus);
    std::int64_t next_remainder = static_cast<std::int64_t>(number.residue());
    std::int64_t factor = 0;
    std::int64_t next_factor = 1;
    while (next_remainder >= limit) {
        std::int64_t const quotient = remainder / next_remainder;
        std::int64_t const old_remainder = remainder;
        std::int64_t const old_factor = factor;
        remainder = next_remainder;
        factor = next_factor;
        next_remainder = old_remainder - quotient * remainder;
        next_factor = old_factor - quotient * factor;
    }
    if (next_factor >= limit || next_factor <= -limit) {
        return {static_cast<long long>(number.residue()), 1};
    }
    return next_factor < 0 ? Fraction{-next_remainder, -next_factor} : Fraction{next_remainder, next_factor};
}

}  // namespace incontext

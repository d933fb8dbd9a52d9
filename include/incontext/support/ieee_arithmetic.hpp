// SPDX-License-Identifier: MIT
/// @file
/// Where a result would be silently wrong if the compiler may compute as if there were no rounding, no infinity and no NaN.
///
///     -ffast-math, -Ofast                                 everything below
///     -ffinite-math-only                                  no check for a NaN or an infinity
///     -fassociative-math, -funsafe-math-optimizations     no compensated sum: (a + b) - a is b
///
/// Attention, gradient descent and predictions only round otherwise then, and are allowed. What checks for finite numbers or
/// carries on what was rounded off asks require_ieee_arithmetic, and does not compile.
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include "incontext/support/message.hpp"
#include "incontext/support/version.hpp"

namespace incontext {

/// Whether floating-point arithmetic rounds as IEEE 754 says, and knows infinities and NaN.
///
/// g++ tells all of these options, clang++ -ffast-math, -Ofast, -ffp-model=fast and -ffinite-math-only. clang++
/// tells neither -fassociative-math and -funsafe-math-optimizations by themselves (the compensated sums are compiled without
/// them all the same) nor -fno-honor-nans and -fno-honor-infinities by themselves: those are not seen.
/// Test: tests/architecture/fast_math.
inline constexpr bool arithmetic_is_ieee =
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
    false;
#else
    true;
#endif

/// Floating-point numbers, one or a pack of lanes. Exact numbers are exact whatever the options.
template <class Number>
inline constexpr bool is_floating = std::is_floating_point_v<Number>;
template <class Number>
    requires requires {
        typename Number::Lane;
    }
inline constexpr bool is_floating<Number> = std::is_floating_point_v<typename Number::Lane>;

/// Does not compile for floating-point numbers where arithmetic is not IEEE's.
///
/// Called where it matters, and not where a header is included. In a function that is no template of Number, name one of its
/// template parameters after Number, so that it is asked when that is used. Cost: none.
/// Test: tests/architecture/fast_math, tests/compile_fail/fast_math.cpp.
template <class Number, class...>
constexpr void require_ieee_arithmetic() {
    static_assert(arithmetic_is_ieee || !is_floating<Number>,
                  "compensated sums and checks for finite numbers need IEEE arithmetic: compile this file without "
                  "-ffast-math, -Ofast, -ffinite-math-only, -fassociative-math and -funsafe-math-optimizations");
}

/// Whether this thread keeps subnormal numbers, as IEEE 754 says: neither results nor operands are rounded to zero.
///
/// The processor is asked, because what decides it is no option of this file: a program or a library that is linked with
/// -ffast-math sets it for all, and so do audio hosts. Cost: a product. Test: tests/unit/agree_knows_nothing.cpp.
template <std::floating_point Number>
[[nodiscard]] inline bool keeps_subnormal_numbers() {
    Number volatile const least_normal = std::numeric_limits<Number>::min();
    Number volatile const half_of_it = least_normal * Number(0.5);
    return half_of_it > 0;
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A sum that carries on what was rounded off it, so that its error hardly grows with the number of terms.
///
///     s + r = sum of the terms             s as far as one number holds it, r what does not fit beside it
#pragma once

#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// sum <- sum + term, with what was rounded off before; what is rounded off now is the new rest.
///
/// Source: Kahan's summation [Higham2002] sec. 4.3, with Knuth's two-sum, which does not ask which is larger, so that
/// lanes need no branch. Exactness: the error of sum + rest after n terms is at most (2 u + n u^2) sum of |terms|, u half
/// the distance from 1 to the next number; in exact arithmetic rest stays 0. Errors: with -ffast-math and the like it does not
/// compile (support/ieee_arithmetic.hpp). Test: tests/unit/streaming.cpp, tests/compile_fail/fast_math.cpp.
template <class Value>
constexpr void add_compensated(Value& sum, Value& rest, Value const& term) {
#if defined(__clang__)
#pragma clang fp reassociate(off)  // it does not tell -fassociative-math
#endif
    require_ieee_arithmetic<Value>();
    Value const corrected = rest + term;
    Value const next = sum + corrected;
    Value const of_corrected = next - sum;
    rest = (sum - (next - of_corrected)) + (corrected - of_corrected);
    sum = next;
}

}  // namespace incontext

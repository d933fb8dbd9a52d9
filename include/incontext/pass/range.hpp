// SPDX-License-Identifier: MIT
/// @file
/// Where a fast form leaves the range of its numbers, the definition is asked instead.
///
///     (P W_V C)(C^T d)     the definition's order: residuals are scaled by the rate before they meet an input again
///     P W_V (C (C^T d))    by scores: holds the input's third power, which overflows where the definition does not
///
/// A form that equals the definition in exact arithmetic need not have its range. What overflows stays infinite or NaN in sums
/// and products, so an answer that is finite had nothing overflow: one product and one sum per entry of the answer tell.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Numbers that overflow: float, double and lanes of them. Exact, symbolic and counting numbers have no such range.
template <class Number>
inline constexpr bool has_limited_range = std::floating_point<Number>;
template <class Number>
    requires requires {
        typename Number::Lane;
    }
inline constexpr bool has_limited_range<Number> = has_limited_range<typename Number::Lane>;

namespace range {

/// Whether a number is infinite or NaN, by its bits: 1 or 0. For compilers that take it for granted that no number is
/// (-ffinite-math-only, -ffast-math); the empty instruction keeps from them that these are the bits of one.
template <class Number>
    requires(std::same_as<Number, float> || std::same_as<Number, double>)
[[nodiscard]] Number one_if_not_finite(Number const& number) {
    using Bits = std::conditional_t<std::same_as<Number, float>, std::uint32_t, std::uint64_t>;
    constexpr Bits exponent = ((Bits(1) << (8 * sizeof(Bits) - std::numeric_limits<Number>::digits)) - 1)
                              << (std::numeric_limits<Number>::digits - 1);
    Bits bits = std::bit_cast<Bits>(number);
    __asm__("" : "+r"(bits));
    return (bits & exponent) == exponent ? Number(1) : Number(0);
}
template <class Number>
    requires requires {
        typename Number::Lane;
    }
[[nodiscard]] Number one_if_not_finite(Number const& number) {
    Number result(0);
    for (int lane = 0; lane < Number::lane_count; ++lane) {
        result.set(lane, one_if_not_finite(number[lane]));
    }
    return result;
}

/// 0 if every entry is finite, NaN if one is not; lane by lane. In any order, for all terms are zeros. Where the compiler knows no NaN, a
/// number above 0 in its place. Test: tests/unit/range.cpp, tests/architecture/fast_math.
template <AnyMatrix M>
[[nodiscard]] NumberOf<M> zero_or_nan(M const& matrix) {
    if constexpr (arithmetic_is_ieee) {
        return (matrix * NumberOf<M>(0)).sum();
    } else {
        NumberOf<M> count(0);
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                count += one_if_not_finite(matrix(row, col));
            }
        }
        return count;
    }
}

/// Whether it is 0, in all lanes.
template <class Number>
[[nodiscard]] constexpr bool is_zero(Number const& number) {
    if constexpr (requires { typename Number::Lane; }) {
        return sum_of_lanes(number) == 0;
    } else {
        return number == 0;
    }
}

/// One lane of a layer, a prompt or whatever else stands before a form; of what holds no lanes, itself.
template <class T>
[[nodiscard]] auto lane_of(T const& update, [[maybe_unused]] int lane) {
    if constexpr (is_lanes<typename T::Scalar>) {
        return converted<typename T::Scalar::Lane>(update, [&](auto const& number) { return number[lane]; });
    } else {
        return update;
    }
}
template <TokenShape Shape, class Number, int Count>
[[nodiscard]] auto lane_of(Prompt<Shape, Lanes<Number, Count>> const& prompt, int lane) {
    return converted<Number>(prompt, [&](auto const& lanes) { return lanes[lane]; });
}

/// The lane of a matrix, or of the matrices of a prompt, set to what was computed for it alone.
template <AnyMatrix M, AnyMatrix OfLane>
void set_lane(M& matrix, int lane, OfLane const& entries) {
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            matrix(row, col).set(lane, entries(row, col));
        }
    }
}
template <TokenShape Shape, class Number, int Count>
void set_lane(Prompt<Shape, Lanes<Number, Count>>& prompt, int lane, Prompt<Shape, Number> const& of_lane) {
    set_lane(prompt.context, lane, of_lane.context);
    set_lane(prompt.query, lane, of_lane.query);
}

/// Not inlined: it must not cost the fast form registers, nor have the compiler keep out of the fast form what both call.
template <class Number, class Answer, class Definition, class Update, class APrompt>
[[gnu::noinline, gnu::cold]] void replace_by_definition([[maybe_unused]] Number const& nan, Answer& fast,
                                                        Definition const& definition, Update const& update,
                                                        APrompt const& prompt) {
    if constexpr (is_lanes<Number>) {
        for (int lane = 0; lane < Number::lane_count; ++lane) {
            if (nan[lane] != 0) {
                set_lane(fast, lane, definition(lane_of(update, lane), lane_of(prompt, lane)));
            }
        }
    } else {
        fast = definition(update, prompt);
    }
}

}  // namespace range

/// Replaces a fast form's answer by definition(update, prompt) where an entry of `witness` is infinite or NaN. Of lanes only
/// those are computed anew, each by itself, so that what one task gets does not depend on the tasks beside it.
///
/// Exactness: an answer that is finite is not touched. Cost: one multiplication and one sum per entry of the witness; the
/// definition only where it is needed. Errors: none; where the definition is not finite either, nor is the answer.
/// Test: tests/unit/range.cpp.
template <class Definition, class Update, class APrompt, class Answer, AnyMatrix Witness>
constexpr void fall_back_on([[maybe_unused]] Definition const& definition, [[maybe_unused]] Update const& update,
                            [[maybe_unused]] APrompt const& prompt, [[maybe_unused]] Answer& fast,
                            [[maybe_unused]] Witness const& witness) {
    if constexpr (has_limited_range<NumberOf<Witness>>) {
        auto const nan = range::zero_or_nan(witness);
        if (!range::is_zero(nan)) [[unlikely]] {
            if constexpr (AnyMatrix<Answer>) {
                Answer replaced = fast;  // so that the address of `fast` is not taken, and it may stay in registers
                range::replace_by_definition(nan, replaced, definition, update, prompt);
                fast = replaced;
            } else {
                range::replace_by_definition(nan, fast, definition, update, prompt);
            }
        }
    }
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Where a fast form leaves the range of its numbers, the definition is asked instead.
///
///     (P W_V C)(C^T d)     the definition's order: residuals are scaled by the rate before they meet an input again
///     P W_V (C (C^T d))    by scores: holds the input's third power, which overflows where the definition does not
///
/// A form that equals the definition in exact arithmetic need not have its range. What overflows stays infinite or NaN in sums
/// and products, so an answer that is finite had nothing overflow: one product and one sum per entry of the answer tell.
///
/// What falls below the normal numbers leaves no trace. But a form is linear in the tokens it updates, so tokens times a power
/// of 2 give the answer times that power, in every bit, unless digits were lost: a form that is asked twice tells. It is
/// asked where an entry of the answer is small and an entry of the prompt is very small, and so not of prompts in ordinary units.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/number/number.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Numbers that overflow, and fall below the normal ones: float, double and lanes of them. Exact, symbolic and counting numbers have no such range.
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

/// Below this magnitude an entry of an answer is looked at again: 6e-5, as one answer of some ten thousand is by chance.
inline constexpr double small_answer = 0x1p-14;

/// 2^exponent, which has to be in range; of lanes, the number of each.
template <class Number>
[[nodiscard]] constexpr auto power_of_2(int exponent) {
    auto power = std::numeric_limits<Number>::epsilon() / std::numeric_limits<Number>::epsilon();
    for (; exponent > 0; --exponent) {
        power *= 2;
    }
    for (; exponent < 0; ++exponent) {
        power /= 2;
    }
    return power;
}

/// Products of three numbers from here on, two of the context and one of a token, are far above the least normal number:
/// above 1e-25 in float and 1e-205 in double. As many powers of 2 as lie between are left for weights and for digits.
template <class Number>
inline constexpr auto tiny_entry = power_of_2<Number>(std::numeric_limits<Number>::min_exponent * 2 / 9);

/// The root of the first power of 2 beyond the range: 2^64 in float, 2^512 in double.
template <class Number>
inline constexpr auto greatest_root = power_of_2<Number>(std::numeric_limits<Number>::max_exponent / 2);

/// Above 0 where an entry of an answer is small, 0 in the other lanes. NaN is passed over. By squares, which take fewer
/// instructions than magnitudes.
template <AnyMatrix M>
[[nodiscard]] constexpr NumberOf<M> is_small(M const& matrix) {
    using Number = NumberOf<M>;
    Number const square(small_answer * small_answer);
    Number least = square;
    for (int col = 0; col < cols_of<M>; ++col) {
        Number of_column = square;  // columns do not wait for each other
        for (int row = 0; row < rows_of<M>; ++row) {
            of_column = smaller(of_column, Number(matrix(row, col) * matrix(row, col)));
        }
        least = smaller(least, of_column);
    }
    return larger(square - least, Number(0));
}

/// Whether an answer is finite and not small, in all lanes.
template <AnyMatrix M>
[[nodiscard]] constexpr bool is_ordinary(M const& matrix) {
    using Number = NumberOf<M>;
    if constexpr (arithmetic_is_ieee && std::floating_point<Number> && rows_of<M> * cols_of<M> <= 8) {
        bool all = true;
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                Number const entry = matrix(row, col);
                Number const magnitude = larger(entry, -entry);
                all = all & (Number(small_answer) <= magnitude) & (magnitude <= std::numeric_limits<Number>::max());
            }
        }
        return all;
    } else if constexpr (arithmetic_is_ieee && is_lanes<Number> && rows_of<M> * cols_of<M> <= 8) {
        // Masks of all ones where it is not. As whole numbers they are added in fewer cycles than numbers.
        using Lane = typename Number::Lane;
        using Masks = Lanes<std::conditional_t<sizeof(Lane) == 4, std::uint32_t, std::uint64_t>, Number::lane_count>;
        Masks others(0U);
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                Number const magnitude = larger(matrix(row, col), -matrix(row, col));
                auto const is_one = (Number(small_answer).pack <= magnitude.pack) &
                                    (magnitude.pack <= Number(std::numeric_limits<Lane>::max()).pack);
                others = others | Masks(std::bit_cast<typename Masks::Pack>(~is_one));
            }
        }
        return sum_of_lanes(others) == 0;
    } else {
        return is_zero(zero_or_nan(matrix) + is_small(matrix));
    }
}

/// Above 0 where an entry is not 0 and its magnitude is below the limit, a power of 2; 0 in the other lanes.
template <AnyMatrix M>
[[nodiscard]] constexpr NumberOf<M> has_tiny_entry(M const& matrix, NumberOf<M> const& limit) {
    using Number = NumberOf<M>;
    Number found(0);
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            Number const entry = matrix(row, col);
            Number const of_limit = larger(entry, -entry) / limit;
            found = larger(found, of_limit * (Number(1) - of_limit));
        }
    }
    return found;
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

/// A form of an update, as a function of the tokens that it updates, and what it multiplies these with: the context, whose
/// entries meet twice (square = false), or its gram matrix (square = true).
template <bool Square, AnyMatrix Seen, AnyMatrix Tokens, class Form>
struct LinearForm {
    Seen const& seen;
    Tokens const& tokens;
    Form const& form;
};
/// That of a context. Exact.
template <AnyMatrix Seen, AnyMatrix Tokens, class Form>
[[nodiscard]] constexpr LinearForm<false, Seen, Tokens, Form> of_context(Seen const& C, Tokens const& tokens,
                                                                         Form const& form) {
    return {C, tokens, form};
}
/// That of a gram matrix. Exact.
template <AnyMatrix Seen, AnyMatrix Tokens, class Form>
[[nodiscard]] constexpr LinearForm<true, Seen, Tokens, Form> of_gram(Seen const& G, Tokens const& tokens,
                                                                     Form const& form) {
    return {G, tokens, form};
}

/// form(tokens). Not inlined, so that whoever asks has it rounded by the same code.
template <class Form, AnyMatrix Tokens>
[[nodiscard, gnu::noinline, gnu::cold]] constexpr auto made_of(Form const& form, Tokens const& tokens) {
    return form(tokens);
}

/// max(largest, |entry|), lane by lane.
template <class Number>
[[nodiscard]] constexpr Number larger_magnitude(Number const& largest, Number const& entry) {
    return larger(largest, larger(entry, -entry));
}

/// The largest magnitude of an entry.
template <AnyMatrix M>
[[nodiscard]] constexpr NumberOf<M> largest_entry(M const& matrix) {
    using Number = NumberOf<M>;
    Number largest(0);
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            largest = larger_magnitude(largest, Number(matrix(row, col)));
        }
    }
    return largest;
}

/// The sum of |more - power once| over their entries.
template <AnyMatrix M, class Number>
[[nodiscard]] constexpr Number distance_from_power(M const& more, M const& once, Number const& power) {
    Number sum(0);
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = 0; row < rows_of<M>; ++row) {
            Number const difference = more(row, col) - once(row, col) * power;
            sum += larger(difference, -difference);
        }
    }
    return sum;
}

/// The distances found so far, and in lanes where there is none yet this one, unless it is not finite.
template <class Number>
void add_finite(Number& distance, Number& is_found, Number const& next) {
    Number const nan = zero_or_nan(generate<Number, 1, 1>([&](int, int) { return next; }));
    if constexpr (is_lanes<Number>) {
        for (int lane = 0; lane < Number::lane_count; ++lane) {
            if (is_found[lane] == 0 && nan[lane] == 0) {
                distance.set(lane, next[lane]);
                is_found.set(lane, 1);
            }
        }
    } else if (is_found == 0 && nan == 0) {
        distance = next;
        is_found = 1;
    }
}

/// Above 0 in lanes where the form of tokens times a power of 2 is not that power times `once`, the form of the tokens. The power is the greatest
/// of 2^64, of which the form is `more`, 2^32, ..., 2 (2^512 in double) by which nothing leaves the range: what does is large, and no
/// sign of digits that were lost. 0 where there is none.
template <class Form, AnyMatrix Tokens, AnyMatrix Once>
[[nodiscard]] NumberOf<Tokens> distance_from_powers(Form const& form, Tokens const& tokens, Once const& once,
                                                    Once const& more) {
    using Number = NumberOf<Tokens>;
    Number distance(0);
    Number is_found(0);
    add_finite(distance, is_found, distance_from_power(more, once, Number(greatest_root<Number>)));
    for (int exponent = std::numeric_limits<Number>::max_exponent / 4; exponent > 0; exponent /= 2) {
        if (is_zero(Number(1) - is_found)) {
            break;
        }
        Number const power(power_of_2<Number>(exponent));
        add_finite(distance, is_found, distance_from_power(made_of(form, Tokens(tokens * power)), once, power));
    }
    return distance;
}

/// Above 0 in lanes where the form lost digits: of tokens times a power of 2 it is not that power times what it is of the tokens. Where the
/// tokens are still below 1 then, it may be 0 of both, and is asked once more.
template <bool Square, AnyMatrix Seen, AnyMatrix Tokens, class Form>
[[nodiscard, gnu::noinline, gnu::cold]] constexpr NumberOf<Tokens> has_lost_digits(
    LinearForm<Square, Seen, Tokens, Form> const& of) {
    using Number = NumberOf<Tokens>;
    using OfTokens = Matrix<Number, rows_of<Tokens>, cols_of<Tokens>>;
    constexpr auto tiny = tiny_entry<Number>;
    Number const is_tiny =
        larger(has_tiny_entry(of.seen, Number(Square ? tiny * tiny : tiny)), has_tiny_entry(of.tokens, Number(tiny)));
    if (is_zero(is_tiny)) {
        return Number(0);
    }
    OfTokens const tokens = of.tokens;
    OfTokens const scaled = tokens * Number(greatest_root<Number>);
    auto const once = made_of(of.form, tokens);
    auto const more = made_of(of.form, scaled);
    Number lost = distance_from_powers(of.form, tokens, once, more);
    Number const is_below_one = larger(Number(1) - largest_entry(scaled), Number(0));
    if (!is_zero(is_below_one)) {
        auto const most = made_of(of.form, OfTokens(scaled * Number(greatest_root<Number>)));
        lost += smaller(is_below_one, distance_from_powers(of.form, scaled, more, most));
    }
    return smaller(is_tiny, lost);
}

/// A question whether a form lost digits, with all that it is about made where it is asked: what a fast form keeps for it costs
/// registers.
template <class Ask>
struct AskedLater {
    Ask ask;
};
template <class Ask>
AskedLater(Ask) -> AskedLater<Ask>;  // clang++ 14 needs it
template <class Ask>
[[nodiscard, gnu::noinline, gnu::cold]] constexpr auto has_lost_digits(AskedLater<Ask> const& later) {
    return later.ask();
}

/// A B, by code that no fast form calls: what is called from here as well, compilers keep out of the fast form.
template <AnyMatrix A, AnyMatrix B>
[[nodiscard, gnu::noinline, gnu::cold]] constexpr auto product_by_entries(A const& a, B const& b) {
    using Number = std::remove_cvref_t<decltype(a(0, 0) * b(0, 0))>;  // lanes where one of them holds lanes
    return generate<Number, rows_of<A>, cols_of<B>>([&](int row, int col) {
        Number sum(0);
        for (int k = 0; k < cols_of<A>; ++k) {
            sum += a(row, k) * b(k, col);
        }
        return sum;
    });
}

/// The lanes of an answer that left the range or lost digits, by the definition.
template <AnyMatrix Witness, class Answer, class Definition, class Update, class APrompt, class... Forms>
[[gnu::noinline, gnu::cold]] constexpr void replace_where_needed(Witness const& witness, Answer& fast,
                                                                 Definition const& definition, Update const& update,
                                                                 APrompt const& prompt,
                                                                 [[maybe_unused]] Forms const&... forms) {
    auto replaced = zero_or_nan(witness);
    if constexpr (sizeof...(Forms) > 0) {
        auto const small = is_small(witness);
        if (!is_zero(small)) {
            ((replaced += smaller(small, has_lost_digits(forms))), ...);
        }
    }
    if (!is_zero(replaced)) {
        replace_by_definition(replaced, fast, definition, update, prompt);
    }
}

}  // namespace range

/// Replaces a fast form's answer by definition(update, prompt) where an entry of `witness` is infinite or NaN, and where the
/// witness is small and one of the forms lost digits below the normal numbers. Of lanes only those are computed anew, each by itself,
/// so that what one task gets does not depend on the tasks beside it.
///
/// Exactness: an answer that is finite and lost no digits is not touched. Digits are not looked for where every entry of the witness is 6e-5
/// or above (range::small_answer), nor where no entry of the prompt is tiny (range::tiny_entry: 7e-9 in float, 9e-69 in double). They
/// are not found where products of two entries of the context are below the normal numbers themselves, nor surely beside numbers so large
/// that only a small power of 2 times them is in range.
/// Cost: one multiplication and one sum per entry of the witness, and as much again where forms are given; each form two or three times
/// more where the witness is small and an entry tiny, and once more for each power that leaves the range; the definition only where it is
/// needed. Errors: none; where the definition is not finite either, nor is the answer. Test: tests/unit/range.cpp.
template <class Definition, class Update, class APrompt, class Answer, AnyMatrix Witness, class... Forms>
constexpr void fall_back_on([[maybe_unused]] Definition const& definition, [[maybe_unused]] Update const& update,
                            [[maybe_unused]] APrompt const& prompt, [[maybe_unused]] Answer& fast,
                            [[maybe_unused]] Witness const& witness, [[maybe_unused]] Forms const&... forms) {
    if constexpr (has_limited_range<NumberOf<Witness>>) {
        bool is_fine = false;
        if constexpr (sizeof...(Forms) > 0) {
            is_fine = range::is_ordinary(witness);
        } else {
            is_fine = range::is_zero(range::zero_or_nan(witness));
        }
        if (!is_fine) [[unlikely]] {
            if constexpr (AnyMatrix<Answer>) {
                static_assert(std::same_as<Answer, Witness>);  // an answer is its own witness
                Answer replaced = fast;  // so that the address of `fast` is not taken, and it may stay in registers
                range::replace_where_needed(replaced, replaced, definition, update, prompt, forms...);
                fast = replaced;
            } else {
                range::replace_where_needed(witness, fast, definition, update, prompt, forms...);
            }
        }
    }
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// agree(a, b, prompt): two updates that are identical on paper agree in floating point, within a bound that is derived.
///
/// Each update is evaluated twice by the same source: on the given numbers, and on Magnitude, which yields for every
/// entry how far rounding can have carried it (number/magnitude.hpp). Two computed results of the same exact value can
/// differ by no more than the sum of their bounds; a larger difference proves that the updates are not the same.
///
/// The numbers of each update are taken as exact. as_attention rounds eta/N once or twice when it makes a layer; the two
/// products with identity blocks (W_K, W_Q), which round nothing but are counted, leave room for that.
#pragma once

#include <cmath>
#include <concepts>

#include "incontext/matrix/eigen.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/number/magnitude.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Test: tests/compile_fail/agree_without_numbers.cpp.
template <class Update>
struct an_update_must_say_its_numbers {
    static_assert(
        ConvertibleUpdate<Update>,
        "agree evaluates an update on other numbers as well: it must be a Boost.Hana struct of its parameters "
        "with a member template with_number<Other>, as in gradient_descent/gradient_step.hpp");
};

/// The result of `agree`: whether it holds, and the place where difference / bound is largest.
struct Agreement {
    bool holds = true;
    int token = 0;
    int row = 0;
    int lane = 0;
    double difference = 0;
    double bound = 0;
    double of_bound = 0;  // difference / bound

    [[nodiscard]] constexpr explicit operator bool() const { return holds; }
};

/// How far every entry of update(prompt) can be from its exact value, as magnitudes [token_dim x tokens].
///
/// lane selects a task where prompt or update hold Lanes. Cost: the update's, on Magnitude.
/// Test: tests/unit/agree.cpp (against Rational on the same numbers, for float, double and lanes).
template <ConvertibleUpdate Update, TokenShape Shape, class Number>
[[nodiscard]] constexpr Prompt<Shape, Magnitude> magnitudes(Update const& update, Prompt<Shape, Number> const& prompt,
                                                            int lane = 0) {
    auto const magnitude_of = [lane](auto const& number) {
        if constexpr (requires { number[lane]; }) {
            return Magnitude::of(static_cast<double>(number[lane]));
        } else {
            return Magnitude::of(static_cast<double>(number));
        }
    };
    return converted<Magnitude>(update, magnitude_of)(converted<Magnitude>(prompt, magnitude_of));
}

/// True if a(prompt) and b(prompt) differ nowhere by more than rounding explains, for every lane.
///
/// |a - b| <= gamma_{k_a} m_a + gamma_{k_b} m_b, entry by entry [Higham2002] sec. 3.1.
/// Exactness: a difference beyond the bound is never due to rounding (barring overflow and underflow).
/// Cost: each update twice (per lane: once on Magnitude). Errors: a NaN in either result makes it false.
/// Test: tests/unit/agree.cpp.
template <class A, class B, TokenShape Shape, class Number>
[[nodiscard]] Agreement agree(A const& a, B const& b, Prompt<Shape, Number> const& prompt);

// ------------------------------------------------------------------------------------------------------- details ----

namespace agreement {

template <class Number>
struct LanesIn {
    using Lane = Number;
    static constexpr int count = 1;
    static double at(Number const& number, int) { return static_cast<double>(number); }
};

template <class Number>
    requires is_lanes<Number>
struct LanesIn<Number> {
    using Lane = typename Number::Lane;
    static constexpr int count = Number::lane_count;
    static double at(Number const& number, int lane) { return static_cast<double>(number[lane]); }
};

template <class Number, AnyMatrix Tokens, AnyMatrix Magnitudes>
void compare(Tokens const& a, Tokens const& b, Magnitudes const& of_a, Magnitudes const& of_b, int lane,
             int first_token, Agreement& worst) {
    for (int col = 0; col < cols_of<Tokens>; ++col) {
        for (int row = 0; row < rows_of<Tokens>; ++row) {
            using Lane = typename LanesIn<Number>::Lane;
            double const difference =
                std::abs(LanesIn<Number>::at(a(row, col), lane) - LanesIn<Number>::at(b(row, col), lane));
            double const bound = of_a(row, col).template bound<Lane>() + of_b(row, col).template bound<Lane>();
            // A NaN is never within a bound, and worse than any number.
            double const of_bound = difference == 0 ? 0 : difference / bound;
            if (!std::isnan(worst.of_bound) && !(of_bound <= worst.of_bound)) {
                worst = {.holds = worst.holds && of_bound <= 1,
                         .token = first_token + col,
                         .row = row,
                         .lane = lane,
                         .difference = difference,
                         .bound = bound,
                         .of_bound = of_bound};
            }
        }
    }
}

}  // namespace agreement

template <class A, class B, TokenShape Shape, class Number>
Agreement agree(A const& a, B const& b, Prompt<Shape, Number> const& prompt) {
    static_cast<void>(an_update_must_say_its_numbers<A>{});
    static_cast<void>(an_update_must_say_its_numbers<B>{});
    auto const from_a = a(prompt);
    auto const from_b = b(prompt);
    Agreement worst;
    for (int lane = 0; lane < agreement::LanesIn<Number>::count; ++lane) {
        auto const of_a = magnitudes(a, prompt, lane);
        auto const of_b = magnitudes(b, prompt, lane);
        agreement::compare<Number>(from_a.context, from_b.context, of_a.context, of_b.context, lane, 0, worst);
        agreement::compare<Number>(from_a.query, from_b.query, of_a.query, of_b.query, lane, Shape.context, worst);
    }
    return worst;
}

}  // namespace incontext

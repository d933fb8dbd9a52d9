// SPDX-License-Identifier: MIT
/// @file
/// The delta rule at rates that follow the key: the implicit step (Longhorn), and the normalised step (NLMS).
///
///     implicit      S' = argmin |S' - S|^2 + rate |S' k - v|^2         the delta rule at rate / (1 + rate |k|^2)
///     normalised    S' = S + rate (v - S k) k^T / |k|^2                the delta rule at rate / |k|^2
///
/// Source: [Liu2024]; [Widrow1960], normalised. Reading: both are bounded whatever the key's length is: the implicit
/// step for every rate from 0 on, the normalised one for rates from 0 to 2. A normalised step of rate 1
/// leaves no error at its key: S' k = v.
#pragma once

#include <limits>
#include <string_view>

#include "incontext/number/lanes.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/recurrence/delta.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// rate / (1 + rate |k|^2).
///
/// Exactness: three roundings; where rate |k|^2 overflows, those of 1 / (1/rate + |k|^2), which is the same. Errors: where |k|^2 itself
/// overflows, the rate is 0; -ffast-math does not compile. Test: tests/static/online_identities.cpp, tests/unit/online_rates.cpp (large rates and keys).
struct ImplicitRate {
    static constexpr std::string_view name = "implicit_delta";
    static constexpr bool divides_by_square_of_key = false;

    /// Stable at every rate from 0 on.
    template <class Number>
    [[nodiscard]] static constexpr Number largest_stable_rate(Number const& /*square_of_key*/) {
        return std::numeric_limits<Number>::infinity();
    }

    /// The rate of the update, from the given rate and |k|^2: the formula above.
    template <class Number>
    [[nodiscard]] static constexpr Number of(Number const& rate, Number const& square_of_key) {
        Number const step = rate * square_of_key;
        return unless_overflown(step, Number(rate / (Number(1) + step)), rate, square_of_key);
    }

    /// The derivative with respect to rate, and to |k|^2, each as the two factors that it is made of: their product may be below the
    /// least number or above the greatest where the derivative of a loss is neither. Multiply one by one.
    template <class Number>
    struct Factors {
        /// A derivative of a rate of yours that is written as one number does not compile: it would be taken for two factors.
        constexpr Factors(Number const& a, Number const& b) : first(a), second(b) {}

        Number first;
        Number second;
    };
    template <class Number>
    struct Derivative {
        Factors<Number> by_rate;
        Factors<Number> by_square;
    };
    template <class Number>
    [[nodiscard]] static constexpr Derivative<Number> derivative(Number const& rate, Number const& square_of_key) {
        Number const step = rate * square_of_key;
        Number const shrunk = Number(1) / (Number(1) + step);
        Number const actual = unless_overflown(step, Number(rate * shrunk), rate, square_of_key);
        return {.by_rate = {shrunk, shrunk}, .by_square = {-actual, actual}};
    }

  private:
    /// The definition; 1 / (1/rate + |k|^2) where the step, rate |k|^2, overflowed: rate / infinity would be 0. Lane by lane.
    template <class Number>
    [[nodiscard]] static constexpr Number unless_overflown([[maybe_unused]] Number const& step,
                                                           Number const& definition,
                                                           [[maybe_unused]] Number const& rate,
                                                           [[maybe_unused]] Number const& square_of_key) {
        if constexpr (has_limited_range<Number>) {
            require_ieee_arithmetic<Number>();
            if (!range::is_zero(Number(step - step))) [[unlikely]] {
                Number const instead = Number(1) / (Number(1) / rate + square_of_key);
                if constexpr (is_lanes<Number>) {
                    Number const infinity(std::numeric_limits<Number>::infinity());
                    Number const is_finite = where_below(step, infinity, Number(1));
                    return where_below(step, infinity, definition) + where_below(is_finite, Number(1), instead);
                } else {
                    return instead;
                }
            }
        }
        return definition;
    }
};

/// rate / |k|^2. Errors: a key of 0 has none: infinite or NaN in floating point, a division by zero in exact numbers.
struct NormalisedRate {
    static constexpr std::string_view name = "normalised_delta";
    static constexpr bool divides_by_square_of_key = true;

    /// Stable up to 2, whatever the key.
    template <class Number>
    [[nodiscard]] static constexpr Number largest_stable_rate(Number const& /*square_of_key*/) {
        return Number(2);
    }

    /// The rate of the update, from the given rate and |k|^2: the formula above.
    template <class Number>
    [[nodiscard]] static constexpr Number of(Number const& rate, Number const& square_of_key) {
        return rate / square_of_key;
    }
    template <class Number>
    [[nodiscard]] static constexpr ImplicitRate::Derivative<Number> derivative(Number const& rate,
                                                                               Number const& square_of_key) {
        Number const inverse = Number(1) / square_of_key;
        return {.by_rate = {inverse, Number(1)}, .by_square = {-(rate * inverse), inverse}};
    }
};

/// The delta rule at RateOf::of(rate, |k|^2).
///
/// Shapes, exactness: as DeltaRule. Cost: its, and key_dim multiplications (one more of the implicit rate) and a division per
/// example. Errors: those of RateOf.
/// Test: tests/static/online_rules.cpp (its forms), tests/static/online_identities.cpp (the implicit step's
/// equation), tests/unit/online_gradients_at_extremes.cpp (backwards, at large and small keys).
template <MemoryShape Shape, class Number, class RateOf>
struct DeltaRuleAtRate : ReadsAffineMemory<DeltaRuleAtRate<Shape, Number, RateOf>, Shape, Number, RatedExample> {
    using Base = ReadsAffineMemory<DeltaRuleAtRate, Shape, Number, RatedExample>;
    using typename Base::Example;
    using typename Base::Key;
    using typename Base::State;
    template <class Other>
    using with_number = DeltaRuleAtRate<Shape, Other, RateOf>;
    using Delta = DeltaRule<Shape, Number>;
    static constexpr std::string_view name = RateOf::name;
    static constexpr bool divides_by_square_of_key = RateOf::divides_by_square_of_key;

    /// As DeltaRule's, at the rate that follows the key.
    [[nodiscard]] static constexpr Number step(Example const& example, Number const& square_of_key) {
        return RateOf::of(example.rate, square_of_key) * square_of_key;
    }
    /// The largest rate at which no step is above 2.
    [[nodiscard]] static constexpr Number largest_stable_rate(Number const& square_of_key) {
        return RateOf::largest_stable_rate(square_of_key);
    }

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        Delta::observe(state, at_its_rate(example));
    }
    [[nodiscard]] static constexpr auto transition(Example const& example) noexcept(never_throws<Number>) {
        return Delta::transition(at_its_rate(example));
    }

    /// The derivatives of a transition, added to those of its example.
    static constexpr void pull_back_transition(Example const& example, auto const& step_,
                                               Example& example_) noexcept(never_throws<Number>) {
        Number const rate_before = example_.rate;
        example_.rate = Number(0);
        Delta::pull_back_transition(at_its_rate(example), step_, example_);
        auto const derivative = RateOf::derivative(example.rate, inner_product(example.key, example.key));
        Number const twice = (Number(1) + Number(1)) * example_.rate * derivative.by_square.first;
        Key const scaled = derivative.by_square.second * example.key;
        example_.key += twice * scaled;
        example_.rate = rate_before + example_.rate * derivative.by_rate.first * derivative.by_rate.second;
    }

  private:
    static constexpr Example at_its_rate(Example example) {
        example.rate = RateOf::of(example.rate, inner_product(example.key, example.key));
        return example;
    }
};

/// The implicit step. Test: tests/static/online_identities.cpp.
template <MemoryShape Shape, class Number>
using ImplicitDeltaRule = DeltaRuleAtRate<Shape, Number, ImplicitRate>;

/// The normalised step. Test: tests/static/online_identities.cpp.
template <MemoryShape Shape, class Number>
using NormalisedDeltaRule = DeltaRuleAtRate<Shape, Number, NormalisedRate>;

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Recursive least squares as engineers run it: with forgetting, and with a covariance that cannot lose its sign.
///
///     R <- R / gate,     e = v - S k,     S <- S + rate e (R k)^T / (1 + rate k^T R k),
///     R <- R - rate (R k)(R k)^T / (1 + rate k^T R k),     kept as R = U diag(D) U^T               o = S q
///
/// Source: [Bierman1977]; [Haykin2014] ch. 10 for the rule. Reading: S minimises sum of rate_t gate^(T-t) |S k_t - v_t|^2
/// + gate^T penalty |S|^2. It is the mesa layer's rule (recurrence/recursive_least_squares.hpp) with S = G R in place of G, and where
/// gates are below 1 its penalty fades with the examples.
///
/// A regressor also guards R against wind-up (`guard` below), and where that acts S is no longer that minimum. Measured on 4 white
/// inputs, after 200 examples: off by up to a third at a gate of .8 and a penalty of 1, by less than 1e-4 at gates of .9 and above with
/// penalties from 1e-3 to 1 (tests/unit/streaming_least_squares.cpp).
///
/// U is unit upper triangular, D a diagonal without negative entries. Every D is a product and quotient of numbers that are
/// not negative, so that R cannot become indefinite by rounding; symmetric it is by construction.
#pragma once

#include <limits>
#include <string_view>

#include "incontext/pass/range.hpp"
#include "incontext/recurrence/online_rule.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

struct the_triangle_U_of_a_covariance;
struct the_diagonal_D_of_a_covariance;

/// S [value_dim x key_dim], U [key_dim x key_dim], D [key_dim x 1]. A state of zeros is one, too, of an infinite penalty: from it nothing is
/// ever learned. Begin with the rule's initial_state().
template <MemoryShape Shape, class Number>
struct FactoredState {
    template <class Other>
    using with_number = FactoredState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};
    Placed<the_triangle_U_of_a_covariance, Number, Shape.key_dim, Shape.key_dim> U{};
    Placed<the_diagonal_D_of_a_covariance, Number, Shape.key_dim, 1> D{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S", "U", "D">, &FactoredState::S,
                                                       &FactoredState::U, &FactoredState::D> {};
};

/// As above. The rule holds its penalty; a rule begins with the penalty 1.
///
/// Units: penalty in (key unit)^2, rate is a weight without unit. Exactness: one rounding per operation; D stays without
/// negative entries, and R symmetric and without negative eigenvalues, whatever is rounded. Cost: 3 key_dim (key_dim - 1) / 2 + 7 key_dim + 1 + (2
/// key_dim + 1) value_dim multiplications and key_dim + 1 divisions per example; value_dim key_dim queries per answer. Errors: a gate of 0
/// divides by zero; where 1 + rate k^T R k overflows, S is NaN; -ffast-math does not compile. Test: tests/static/factored_least_squares.cpp (the mesa layer's memory;
/// weighted ridge regression), tests/unit/streaming_least_squares.cpp (10^6 examples), tests/unit/streaming_guards.cpp (large keys).
template <MemoryShape Shape, class Number>
struct FactoredLeastSquaresRule : ReadsMemory<Shape, Number, GatedExample, FactoredState> {
    using Base = ReadsMemory<Shape, Number, GatedExample, FactoredState>;
    using typename Base::Example;
    using typename Base::Key;
    using typename Base::State;
    using typename Base::Value;
    template <class Other>
    using with_number = FactoredLeastSquaresRule<Shape, Other>;
    using RuleOfMembers = FactoredLeastSquaresRule;  // what derives from it is told by it
    static constexpr std::string_view name = "factored_least_squares";
    static constexpr bool divides_by_gate = true;

    Number penalty = Number(1);

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"penalty">, &FactoredLeastSquaresRule::penalty> {};

    /// What a drawn state has to be made to be one of this rule's: U unit upper triangular.
    static constexpr void make_symmetric(State& state) {
        for (int col = 0; col < Shape.key_dim; ++col) {
            for (int row = col; row < Shape.key_dim; ++row) {
                state.U(row, col) = Number(row == col ? 1 : 0);
            }
        }
    }

    /// Nothing learned: S = 0, R = I / penalty.
    [[nodiscard]] constexpr State initial_state() const {
        State state{};
        make_symmetric(state);
        for (int i = 0; i < Shape.key_dim; ++i) {
            state.D(i, 0) = Number(1) / penalty;
        }
        return state;
    }

    static constexpr void observe(State& state, Example const& example) noexcept(never_throws<Number>) {
        Value const error = example.value - product(state.S, example.key);
        Number const grown = Number(1) / example.gate;
        Key gain;
        Number alpha(1);
        Number inverse_of_alpha(1);
        for (int j = 0; j < Shape.key_dim; ++j) {
            Number f = example.key(j, 0);  // (U^T k)_j
            for (int i = 0; i < j; ++i) {
                f += state.U(i, j) * example.key(i, 0);
            }
            Number const before = alpha;
            Number const weighted = example.rate * f;
            Number const d = grown * state.D(j, 0);
            Number const g = d * f;
            Number const factor = -(weighted * inverse_of_alpha);
            alpha += weighted * g;
            inverse_of_alpha = Number(1) / alpha;
            state.D(j, 0) = d * (before * inverse_of_alpha);
            for (int i = 0; i < j; ++i) {
                Number const u = state.U(i, j);
                state.U(i, j) = u + factor * gain(i, 0);
                gain(i, 0) += g * u;
            }
            gain(j, 0) = g;
        }
        if constexpr (has_limited_range<Number>) {
            require_ieee_arithmetic<Number>();
            inverse_of_alpha += alpha - alpha;  // NaN where alpha overflowed: 1/alpha = 0 would look like a gain
        }
        Number const scale = example.rate * inverse_of_alpha;
        Value const correction = scale * error;
        add_outer_product(state.S, correction, gain);
    }

    /// What was learned counts `factor` times as much from now on: R <- R / factor. S stays.
    constexpr void fade(State& state, Number const& factor) const noexcept(never_throws<Number>) {
        Number const grown = Number(1) / factor;
        state.D *= grown;
    }

    /// Against wind-up: where examples excite some directions only, forgetting lets R grow without end in the others. No
    /// column of U may make more of R than at the beginning: D_j |u_j|^2 <= 1 / penalty. Then tr R <= key_dim / penalty, and directions
    /// that are excited forget as before. A D_j below the smallest normal number has lost its digits, or is a 0 that no gate makes
    /// grow again; raised to that number it would forget examples. It becomes NaN, which a regressor refuses; what rounding alone
    /// brought there is raised. A state that it has left it changes by a few epsilon at most, where the sum of squares is rounded otherwise.
    /// For numbers with an order. Cost: key_dim (key_dim + 1) / 2 multiplications.
    /// Test: tests/unit/streaming_guards.cpp.
    constexpr void guard(State& state) const noexcept {
        Number const most = Number(1) / penalty;
        constexpr Number least = std::numeric_limits<Number>::min();
        // An example with rate f^2 D below its rounding takes D down by 3/2 epsilon at most: 1/alpha and two products are rounded.
        constexpr Number rounded_to_least = least * (Number(1) - Number(4) * std::numeric_limits<Number>::epsilon());
        for (int j = 0; j < Shape.key_dim; ++j) {
            Number square(1);
            for (int i = 0; i < j; ++i) {
                square += state.U(i, j) * state.U(i, j);
            }
            if (most < state.D(j, 0) * square) {
                state.D(j, 0) = most / square;
            }
            if (state.D(j, 0) < least) {
                state.D(j, 0) = state.D(j, 0) < rounded_to_least ? std::numeric_limits<Number>::quiet_NaN() : least;
            }
        }
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// The regressors by their names in engineering. Each is a rule of recurrence/ with its settings.
///
///     auto filter = lms<16, 1>(0.01f);                       16 inputs, 1 output, in float
///     filter.observe(x, y); filter.predict(x);
///
/// | name             | rule                                                  | memory grows as | when to take it: docs/streaming.md   |
/// |------------------|-------------------------------------------------------|-----------------|--------------------------------------|
/// | lms              | S <- S + rate (y - S x) x^T                           | input           | white inputs of a known size         |
/// | nlms             | the same at rate / abs(x)^2                           | input           | inputs of any size, none near 0      |
/// | implicit_lms     | the same at rate / (1 + rate abs(x)^2)                | input           | inputs of any size: NLMS that divides by epsilon + abs(x)^2, epsilon = 1 / rate |
/// | leaky_lms        | S <- gate S before the step                           | input           | what was learned shall fade          |
/// | rls              | least squares, examples fade by gate                  | input^2         | correlated inputs, one pass          |
/// | ridge_memory     | the same by sums; solved when asked                   | input^2         | merging; seldom asked                |
/// | StreamingContext | K steps of gradient descent on the mean loss          | input^2         | merging; a trained stack             |
#pragma once

#include <concepts>

#include "incontext/recurrence/delta.hpp"
#include "incontext/recurrence/factored_least_squares.hpp"
#include "incontext/recurrence/gated_delta.hpp"
#include "incontext/recurrence/implicit_delta.hpp"
#include "incontext/recurrence/ridge_memory.hpp"
#include "incontext/streaming/streaming_regressor.hpp"

namespace incontext {

/// The type of lms<Input, Output>(rate). Test of all types: tests/static/streaming_regressor.cpp.
template <int Input, int Output, class Number>
using Lms = StreamingRegressor<DeltaRule<MemoryShape{Input, Output}, Number>>;
/// The type of nlms<Input, Output>(rate).
template <int Input, int Output, class Number>
using Nlms = StreamingRegressor<NormalisedDeltaRule<MemoryShape{Input, Output}, Number>>;
/// The type of implicit_lms<Input, Output>(rate).
template <int Input, int Output, class Number>
using ImplicitLms = StreamingRegressor<ImplicitDeltaRule<MemoryShape{Input, Output}, Number>>;
/// The type of leaky_lms<Input, Output>(rate, gate).
template <int Input, int Output, class Number>
using LeakyLms = StreamingRegressor<GatedDeltaRule<MemoryShape{Input, Output}, Number>>;
/// The type of rls<Input, Output>(gate, penalty).
template <int Input, int Output, class Number>
using Rls = StreamingRegressor<FactoredLeastSquaresRule<MemoryShape{Input, Output}, Number>>;
/// The type of ridge_memory<Input, Output>(gate, penalty).
template <int Input, int Output, class Number, class Solver = ByElimination>
using RidgeMemory = StreamingRegressor<RidgeMemoryRule<MemoryShape{Input, Output}, Number, Solver>>;

namespace regressors {

/// A regressor whose one setting is its rate.
template <class Regressor>
[[nodiscard]] constexpr Regressor at_rate(typename Regressor::Scalar const& rate) {
    typename Regressor::Settings settings{};
    settings.rate = rate;
    return Regressor(settings);
}

}  // namespace regressors

/// Least mean squares. Units: rate in 1/(input unit)^2. Errors: as StreamingRegressor; so for all.
template <int Input, int Output, class Number>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr Lms<Input, Output, Number> lms(Number const& rate) {
    return regressors::at_rate<Lms<Input, Output, Number>>(rate);
}

/// Normalised LMS: rate from 0 to 2, without unit; 1 makes S x = y. From an x with |x|^2 below 10^-31 (float) or
/// 10^-292 (double) nothing is learned.
template <int Input, int Output, class Number>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr Nlms<Input, Output, Number> nlms(Number const& rate) {
    return regressors::at_rate<Nlms<Input, Output, Number>>(rate);
}

/// The implicit step: stable at every rate.
template <int Input, int Output, class Number>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr ImplicitLms<Input, Output, Number> implicit_lms(Number const& rate) {
    return regressors::at_rate<ImplicitLms<Input, Output, Number>>(rate);
}

/// LMS whose memory fades by `gate`, 0 to 1, with each example.
template <int Input, int Output, class Number>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr LeakyLms<Input, Output, Number> leaky_lms(Number const& rate, Number const& gate) {
    typename LeakyLms<Input, Output, Number>::Settings settings{};
    settings.rate = rate;
    settings.gate = gate;
    return LeakyLms<Input, Output, Number>(settings);
}

/// Recursive least squares (RLS). gate: the forgetting factor, above 0 to 1, by which an example counts less with every one after it. The first
/// covariance is I / penalty; penalty in (input unit)^2.
/// At small gates with large penalties the guard against wind-up changes the minimum (recurrence/factored_least_squares.hpp).
template <int Input, int Output, class Number>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr Rls<Input, Output, Number> rls(Number const& gate, Number const& penalty) {
    typename Rls<Input, Output, Number>::Settings settings{};
    settings.gate = gate;
    FactoredLeastSquaresRule<MemoryShape{Input, Output}, Number> rule;
    rule.penalty = penalty;
    return Rls<Input, Output, Number>(settings, rule);
}

/// Ridge regression on sums that fade, with one penalty for all inputs that does not.
template <int Input, int Output, class Number, class Solver = ByElimination>
    requires(!std::integral<Number>)
[[nodiscard]] constexpr RidgeMemory<Input, Output, Number, Solver> ridge_memory(Number const& gate,
                                                                                Number const& penalty) {
    typename RidgeMemory<Input, Output, Number, Solver>::Settings settings{};
    settings.gate = gate;
    RidgeMemoryRule<MemoryShape{Input, Output}, Number, Solver> rule;
    rule.penalty = Matrix<Number, Input, 1>(generate<Number, Input, 1>([&](int, int) { return penalty; }));
    return RidgeMemory<Input, Output, Number, Solver>(settings, rule);
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// Test: tests/compile_fail/regressor_of_one_size.cpp, regressor_at_an_integer.cpp.
template <class... Arguments>
struct a_regressor_has_two_sizes_and_its_settings {
    static_assert(never<Arguments...>,
                  "a regressor is made with two sizes and its settings, all of one type of numbers, which is no "
                  "integer (1.0f, not 1): lms<input, output>(rate), "
                  "nlms<input, output>(rate), implicit_lms<input, output>(rate), leaky_lms<input, output>(rate, gate), "
                  "rls<input, "
                  "output>(gate, penalty), ridge_memory<input, output>(gate, penalty)");
};

// Without one of these: one sentence.
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto lms(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto nlms(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto implicit_lms(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto leaky_lms(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto rls(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires(sizeof...(Values) > 0)
constexpr auto ridge_memory(Arguments const&...) {
    return a_regressor_has_two_sizes_and_its_settings<Arguments...>();
}

}  // namespace incontext

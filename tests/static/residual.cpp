// SPDX-License-Identifier: MIT
// What K steps of GD++ leave of an eigendirection: the recursion is what the steps do, and its derivative with respect to
// their rates, worked by hand, is that of dual numbers, exactly.
#include "incontext/experiment/residual.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions one_input{.input = 1, .output = 1, .context = 7, .query = 4};
constexpr Arbitrary<one_input, Modular> any{};

/// Rates for each of Depth steps, no two alike.
template <std::size_t Depth>
constexpr auto any_rates() {
    std::array<StepRatesOf<Modular>, Depth> rates;
    for (std::size_t k = 0; k < Depth; ++k) {
        Arbitrary<one_input, Modular> const of_step{.seed = static_cast<std::uint32_t>(k)};
        rates[k] = {of_step.learning_rate(), of_step.scalar("gamma")};
    }
    return rates;
}

// With one input X X^T is its own eigenvalue. Whatever the teacher w, K steps from W0 = 0 predict (1 - r_K) w x.
template <std::size_t Depth>
constexpr bool residual_is_what_the_steps_leave() {
    auto const rates = any_rates<Depth>();
    auto const X = any.matrix(input_axis, context_axis, "x");
    auto const Xq = any.matrix(input_axis, query_axis, "xq");
    auto const w = any.matrix(output_axis, input_axis, "w");
    auto prompt = embed(X, product(w, X), Xq);
    for (auto const& [learning_rate, gamma] : rates) {
        prompt = GradientDescentPlusPlus<one_input, Modular>{
            .learning_rate = learning_rate, .gamma = gamma, .initial_weights = zero<Modular, 1>()}(prompt);
    }
    Modular const eigenvalue = product(X, transpose(X))(0, 0);
    return product(w, Xq) - prediction<one_input>(prompt) ==
           residual(eigenvalue, one_input.context, rates) * product(w, Xq);
}
static_assert(residual_is_what_the_steps_leave<1>());
static_assert(residual_is_what_the_steps_leave<2>());
static_assert(residual_is_what_the_steps_leave<5>());

// Along each rate in turn: residual evaluated at that rate + 1 e.
template <std::size_t Depth>
constexpr bool derivative_is_that_of_dual_numbers() {
    Modular const eigenvalue = any.scalar("l");
    auto const rates = any_rates<Depth>();
    std::array<StepRatesOf<Modular>, Depth> derivative;
    Modular const value = residual_with_derivative(eigenvalue, one_input.context, rates, derivative);
    bool same = value == residual(eigenvalue, one_input.context, rates);

    std::array<StepRatesOf<Dual<Modular>>, Depth> constant_rates;
    for (std::size_t k = 0; k < Depth; ++k) {
        constant_rates[k] = {{rates[k].learning_rate, Modular(0)}, {rates[k].gamma, Modular(0)}};
    }
    Dual<Modular> const constant_eigenvalue(eigenvalue, Modular(0));
    for (std::size_t k = 0; k < Depth; ++k) {
        auto along_eta = constant_rates;
        along_eta[k].learning_rate.derivative = Modular(1);
        same = same && residual(constant_eigenvalue, one_input.context, along_eta) ==
                           Dual<Modular>(value, derivative[k].learning_rate);
        auto along_gamma = constant_rates;
        along_gamma[k].gamma.derivative = Modular(1);
        same = same && residual(constant_eigenvalue, one_input.context, along_gamma) ==
                           Dual<Modular>(value, derivative[k].gamma);
    }
    return same;
}
static_assert(derivative_is_that_of_dual_numbers<1>());
static_assert(derivative_is_that_of_dual_numbers<2>());
static_assert(derivative_is_that_of_dual_numbers<3>());
static_assert(derivative_is_that_of_dual_numbers<8>());

// By hand, with l = 2, N = 1: r_2 = (1 - 2 eta_0)(1 - 2 eta_1 (1 - 2 gamma_0)^2) at eta = (2, 3), gamma = (1, 5).
constexpr bool two_steps_are_as_by_hand() {
    std::array<StepRatesOf<Rational>, 2> const rates{{{Rational(2), Rational(1)}, {Rational(3), Rational(5)}}};
    std::array<StepRatesOf<Rational>, 2> derivative;
    return residual_with_derivative(Rational(2), 1, rates, derivative) == Rational(15) &&
           derivative[0].learning_rate == Rational(10) && derivative[1].learning_rate == Rational(6) &&
           derivative[0].gamma == Rational(72) && derivative[1].gamma == Rational(0);
}
static_assert(two_steps_are_as_by_hand());

// No step leaves everything; gamma of the last step has no effect, others do.
static_assert(residual(any.scalar("l"), one_input.context, {}) == Modular(1));
constexpr bool last_gamma_has_no_effect() {
    auto rates = any_rates<3>();
    std::array<StepRatesOf<Modular>, 3> derivative;
    static_cast<void>(residual_with_derivative(any.scalar("l"), one_input.context, rates, derivative));
    return derivative[2].gamma == Modular(0) && derivative[1].gamma != Modular(0) && derivative[0].gamma != Modular(0);
}
static_assert(last_gamma_has_no_effect());

}  // namespace

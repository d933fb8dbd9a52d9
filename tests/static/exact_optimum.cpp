// SPDX-License-Identifier: MIT
// The best learning rate of one step, and its expected loss, as fractions.
#include "incontext/experiment/exact_optimum.hpp"

namespace {

using namespace incontext;

// The paper's setting: N = d = 10, inputs uniform in (-1/2, 1/2).
constexpr OneStepOptimum paper = one_step_optimum(uniform_inputs(), 10, 10);
static_assert(paper.learning_rate == Rational(200, 33));
static_assert(paper.loss == Rational{245, 1188});

// One input, one example: E (1 - eta x^2)^2 with E x^2 = s, E x^4 = kappa s^2 is least at eta = 1 / (kappa s), and is
// then 1 - 1/kappa; the loss is half of s times that. Uniform in (-1, 1): s = 1/3, kappa = 9/5.
constexpr OneStepOptimum smallest = one_step_optimum(uniform_inputs(2), 1, 1);
static_assert(smallest.learning_rate == Rational(5, 3));
static_assert(smallest.loss == Rational(1, 6) * (Rational(1) - Rational(5, 9)));

// Larger inputs by r: eta* / r^2 and loss* r^2.
constexpr OneStepOptimum twice_as_large = one_step_optimum(uniform_inputs(2), 10, 10);
static_assert(twice_as_large.learning_rate * Rational(4) == paper.learning_rate);
static_assert(twice_as_large.loss == paper.loss * Rational(4));

// Two outputs cost twice as much at the same rate.
static_assert(one_step_optimum(uniform_inputs(), 10, 10, 2).loss == paper.loss * Rational(2));
static_assert(one_step_optimum(uniform_inputs(), 10, 10, 2).learning_rate == paper.learning_rate);

// Heavier tails need a smaller rate and leave a larger loss.
constexpr OneStepOptimum normal = one_step_optimum(normal_inputs(Rational(1, 12)), 10, 10);
static_assert(normal.learning_rate == Rational(120, 21));
static_assert(normal.loss == Rational(5, 12) * (Rational(1) - Rational(10, 21)));

}  // namespace

// SPDX-License-Identifier: MIT
// The best learning rate of one step, and its expected loss, as fractions.
#include <array>

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

// ------------------------------------------------------------------------ the step on centred inputs, of two softmax heads

constexpr OneStepOptimum centred = centred_step_optimum(uniform_inputs(), 10, 10);
static_assert(centred.learning_rate == Rational(3000, 473) && centred.loss == Rational{310, 1419});
static_assert(centred_step_optimum(uniform_inputs(), 10, 20).loss == Rational(2465, 17316));
static_assert(centred_step_optimum(uniform_inputs(), 10, 50).loss == Rational(1535, 22059));
static_assert(!(centred.loss == paper.loss) && !(centred.learning_rate == paper.learning_rate));

// Two examples x, z of one input: A = (x - z)^2 / 4, so E A = s/2 and E A^2 = (2 kappa s^2 + 6 s^2) / 16; with kappa = 3 that
// is 3/4 s^2. The loss 1/2 s (1 - 2 eta s/2 + eta^2 3/4 s^2) is least at eta = 2/(3 s): 1/2 s (1 - 1/3).
constexpr OneStepOptimum of_two = centred_step_optimum(normal_inputs(), 1, 2);
static_assert(of_two.learning_rate == Rational(2, 3) && of_two.loss == Rational(1, 3));
// With kappa = 9/5 it is E A^2 = 3/5 s^2: eta = 5/(6 s), 1/2 s (1 - 5/12).
constexpr OneStepOptimum of_two_uniform = centred_step_optimum(uniform_inputs(2), 1, 2);
static_assert(of_two_uniform.learning_rate == Rational(5, 2) && of_two_uniform.loss == Rational(7, 72));

// One example minus itself teaches nothing.
static_assert(centred_step_optimum(uniform_inputs(), 10, 1).loss == Rational(10, 24));
static_assert(centred_step_optimum(uniform_inputs(), 10, 10, 2).loss == centred.loss * Rational(2));

// ---------------------------------------------------------------------------------------------- covariance and noise

// Equal variances without noise are the formula above.
constexpr std::array<Rational, 3> equal{Rational(1, 4), Rational(1, 4), Rational(1, 4)};
static_assert(one_step_optimum(equal, 0, 7).learning_rate ==
              one_step_optimum(normal_inputs(Rational(1, 4)), 3, 7).learning_rate);
static_assert(one_step_optimum(equal, 0, 7).loss == one_step_optimum(normal_inputs(Rational(1, 4)), 3, 7).loss);

// Variances 1 and 2, one example: tr L = 3, tr L^2 = 5, tr L^3 = 9; without noise eta = 5 / (18 + 15).
constexpr std::array<Rational, 2> unequal{1, 2};
static_assert(one_step_optimum(unequal, 0, 1).learning_rate == Rational(5, 33));
static_assert(one_step_optimum(unequal, 0, 1).loss == (Rational(3) - Rational(25, 33)) / Rational(2));
// With noise of variance 3: eta = 5 / (18 + 30); with many examples the noise averages out.
static_assert(one_step_optimum(unequal, 3, 1).learning_rate == Rational(5, 48));
static_assert(one_step_optimum(unequal, 3, 1000000).learning_rate == Rational(5000000, 9000039));
// One scalar rate does not suit two variances: with no end of examples the loss of (1 - eta l)^2 stays.
static_assert(!(one_step_optimum(unequal, 0, 1).loss == one_step_optimum(equal, 0, 1).loss));

}  // namespace

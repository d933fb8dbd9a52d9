// SPDX-License-Identifier: MIT
/// @file
/// The operators and the proofs, without Eigen: light enough for a compile-time playground.
///
/// Read in this order. Each header says what it is about in its first lines.
#pragma once

#include "incontext/support/version.hpp"  // the version

#if __cplusplus >= 202002L  // otherwise that header has said what is missing, and more errors would not help

#include "incontext/support/message.hpp"          // how a mistake is told at compile time
#include "incontext/support/wrong_calls.hpp"      // ... of a call that fits no function
#include "incontext/support/failure.hpp"          // how a mistake is told at run time
#include "incontext/support/ieee_arithmetic.hpp"  // where -ffast-math is refused
#include "incontext/support/threefry.hpp"    // counter-based random numbers: a draw is a function of key and counter
#include "incontext/support/parameters.hpp"  // walking over the parameters of a layer

#include "incontext/number/number.hpp"       // what the operators ask of a number
#include "incontext/number/constant.hpp"     // half, ratio<3, 4>: the same number in every family
#include "incontext/number/refused.hpp"      // what exact and symbolic numbers refuse
#include "incontext/number/modular.hpp"      // exact: integers modulo 2^61 - 1
#include "incontext/number/rational.hpp"     // exact: fractions
#include "incontext/number/letter.hpp"       // symbolic: letters, each a matrix of unnamed size
#include "incontext/number/polynomial.hpp"   // polynomials in such letters
#include "incontext/number/spelling.hpp"     // how they are written in a message
#include "incontext/number/dual.hpp"         // derivatives
#include "incontext/number/series.hpp"       // power series: softmax to any order
#include "incontext/number/degree.hpp"       // degrees: how sure an exact check is
#include "incontext/number/error_bound.hpp"  // how far rounding can carry a result
#include "incontext/number/counted.hpp"      // how many operations a form takes

#include "incontext/matrix/matrix.hpp"  // Matrix<Number, Rows, Cols>: one name for every family; product, transpose
#include "incontext/matrix/wrong_calls.hpp"   // what its functions say of other arguments
#include "incontext/matrix/refused.hpp"       // what exact and symbolic matrices refuse
#include "incontext/matrix/blocks.hpp"        // made entry by entry: zero, identity, blocks, rows
#include "incontext/matrix/placed.hpp"        // a matrix in a named place, and what is said of one that does not fit
#include "incontext/matrix/exact.hpp"         // the matrices of the exact family, and of every class of numbers
#include "incontext/matrix/block_matrix.hpp"  // matrices of symbolic blocks
#include "incontext/matrix/gram.hpp"          // G = C C^T
#include "incontext/matrix/counted.hpp"   // matrices with a shape and no entries, which count what is done with them
#include "incontext/matrix/set_zero.hpp"  // all parameters of a layer set to zero

#include "incontext/token/dimensions.hpp"   // TokenShape, Dimensions
#include "incontext/token/wrong_calls.hpp"  // what functions of prompts say of other arguments
#include "incontext/token/prompt.hpp"       // Prompt, embed, prediction: the one minus sign
#include "incontext/token/converted.hpp"    // the same in other numbers

#include "incontext/pass/asked.hpp"            // what is asked of an update: all tokens, query tokens, their targets
#include "incontext/pass/pass.hpp"             // a forward pass that keeps what its pullback wants
#include "incontext/pass/by_dual_numbers.hpp"  // the pullback of whatever has none
#include "incontext/pass/range.hpp"            // the definition, where a fast form leaves the range of its numbers
#include "incontext/pass/operations.hpp"       // the multiplications of a form, counted by running it

#include "incontext/attention/by_scores.hpp"              // heads, token by token
#include "incontext/attention/linear_layer.hpp"           // F token in four associations; passes and pullbacks of two
#include "incontext/attention/two_layers.hpp"             // two of them that answer, without the context between
#include "incontext/attention/linear_self_attention.hpp"  // F = P (W_V C)(W_K C)^T W_Q; one head, several heads
#include "incontext/attention/causally_masked.hpp"        // a context token sees those before it
#include "incontext/attention/gram_prompt.hpp"  // a prompt known by its gram matrix: all that linear layers need

#include "incontext/gradient_descent/regression.hpp"                  // the loss and its gradient
#include "incontext/gradient_descent/gradient_step.hpp"               // (x; y) <- (x; y - dW x)
#include "incontext/gradient_descent/gradient_descent_plus_plus.hpp"  // (x; y) <- (x - gamma X X^T x; y - dW x)

#include "incontext/construction/proposition_1.hpp"               // as_attention: the layer that is a gradient step
#include "incontext/construction/gradient_descent_plus_plus.hpp"  // as_attention: the layer that is a step of GD++
#include "incontext/construction/copying.hpp"                     // Prop. 3, corrected: plain tokens become examples

#include "incontext/stack/stack.hpp"  // untied layers, looped layers, what is asked of them
#include "incontext/stack/parts.hpp"  // damping, token clip, inputs that stay, residuals

#include "incontext/plan/merged.hpp"     // the two products that a head consists of, as a layer
#include "incontext/plan/fast_form.hpp"  // the form that evaluation and training run

#include "incontext/equivalence/difference.hpp"               // where two updates differ, and how it is said
#include "incontext/equivalence/arbitrary.hpp"                // "for any learning rate, any W0, any prompt"
#include "incontext/equivalence/identical.hpp"                // the same for these sizes
#include "incontext/equivalence/any_map.hpp"                  // "for any features": a map that nobody evaluates
#include "incontext/equivalence/identical_for_all_sizes.hpp"  // the same for all sizes
#include "incontext/equivalence/drawn_layer.hpp"              // a layer whose every number is drawn
#include "incontext/equivalence/pullback_law.hpp"             // is a pullback the transpose of the derivative?

#endif

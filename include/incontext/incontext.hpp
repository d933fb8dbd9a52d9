// SPDX-License-Identifier: MIT
/// @file
/// incontext: one layer of linear self-attention is one step of gradient descent, checked on the code that runs.
///
/// The contents page: everything, in reading order. The part that needs no Eigen comes first. What is listed "By itself" is
/// not included: Eigen's eigenvalue solver would cost everybody a tenth more of compiling, few read files of others, and printing
/// is for debugging.
#pragma once

#include "incontext/theorem.hpp"            // the operators and the proofs
#include "incontext/theorem_nonlinear.hpp"  // softmax, MLPs, LayerNorm, positions
#include "incontext/online.hpp"             // the same theorem one token at a time: online rules and their forms

#if __cplusplus >= 202002L

#include "incontext/support/one_register_width.hpp"  // objects for registers of two widths do not link
#include "incontext/matrix/one_alignment.hpp"        // nor those whose Eigen matrices are aligned otherwise

#include "incontext/number/lanes.hpp"         // one number of sixteen tasks at once
#include "incontext/number/lane_math.hpp"     // their logarithm and inverse error function
#include "incontext/number/elementary.hpp"    // their exp, tanh, log and reciprocal square root, for every float
#include "incontext/number/lane_sine.hpp"     // their sine
#include "incontext/matrix/lane_kernel.hpp"   // products of lanes at the speed of the registers
#include "incontext/matrix/lane_storage.hpp"  // large matrices of lanes live on the heap
#include "incontext/matrix/eigen.hpp"         // the matrices that run: Eigen's, plain or with lanes as entries
#include "incontext/equivalence/agree.hpp"    // the same within a derived rounding bound
#include "incontext/recurrence/agree_on_streams.hpp"     // ... of forms of an online rule
#include "incontext/gradient_descent/learning_rate.hpp"  // the largest learning rate that is stable

#include "incontext/streaming/online_regressor.hpp"     // what learns from a stream: the concept
#include "incontext/streaming/saved_bytes.hpp"          // as bytes, and back only if they are what was saved
#include "incontext/streaming/rule_of_regressor.hpp"    // which rules are one
#include "incontext/streaming/streaming_regressor.hpp"  // every online rule as a regressor
#include "incontext/streaming/regressors.hpp"           // LMS, NLMS, RLS, ... by their names

#include "incontext/streaming/compensated_sum.hpp"    // a sum that carries on what was rounded off it
#include "incontext/streaming/register.hpp"           // what is done with one register of tokens
#include "incontext/streaming/sums_in_registers.hpp"  // the two ways to hold sums of token token^T
#include "incontext/streaming/token_products.hpp"     // the gram matrix of a table of tokens, in one pass
#include "incontext/streaming/moments.hpp"            // the sum of token token^T that a stream is
#include "incontext/streaming/fading_moments.hpp"     // ... and what is left of it as it fades
#include "incontext/streaming/observed_table.hpp"     // examples as they are given to a stream
#include "incontext/streaming/streaming_context.hpp"  // a context that grows, in memory that does not

#include "incontext/task/keys.hpp"                // keys of random words: split, fold
#include "incontext/task/random.hpp"              // uniform, normal, exponential and Laplace numbers
#include "incontext/task/permutation.hpp"         // a random order; k different things out of n
#include "incontext/task/loss.hpp"                // half the mean squared error of the query
#include "incontext/task/batch.hpp"               // batches in packs of lanes, packs in chunks
#include "incontext/task/task.hpp"                // a task; what a distribution of tasks is
#include "incontext/task/linear_regression.hpp"   // the tasks of the paper
#include "incontext/task/sixteen_bit_inputs.hpp"  // the same with half the random bits, for training alone
#include "incontext/task/unseen_inputs.hpp"       // exponential, normal and Laplace inputs, never seen in training
#include "incontext/task/noisy_targets.hpp"       // some context targets are noise
#include "incontext/task/sine_waves.hpp"          // non-linear regression: sine waves
#include "incontext/task/plain_tokens.hpp"        // inputs and targets are tokens of their own

#include "incontext/support/workers.hpp"          // threads that wait for chunks of work
#include "incontext/training/loss.hpp"            // the loss of a model and its derivative
#include "incontext/training/adam.hpp"            // the optimiser; clipping by the global norm
#include "incontext/training/initialisation.hpp"  // truncated normal weights
#include "incontext/training/training.hpp"        // the loop

#include "incontext/experiment/exact_optimum.hpp"       // eta* and loss* of one step, as fractions
#include "incontext/experiment/residual.hpp"            // what K steps leave of one eigendirection
#include "incontext/experiment/evaluation.hpp"          // losses on a fixed set of tasks
#include "incontext/experiment/losses_by_depth.hpp"     // the same after every layer of a stack
#include "incontext/experiment/learning_rate_scan.hpp"  // the best learning rate of a rule
#include "incontext/experiment/least_squares.hpp"       // baselines: least squares and ridge regression
#include "incontext/experiment/alignment.hpp"           // how alike two updates are
#include "incontext/experiment/interpolation.hpp"       // the mean of two heads

// By itself: "incontext/experiment/spectrum.hpp"       // gradient descent and GD++ at any depth, by eigenvalues
// By itself: "incontext/experiment/fitted_rates.hpp"   // the rates with the smallest expected loss

#include "incontext/io/read_file.hpp"    // a file as bytes
#include "incontext/io/atomic_file.hpp"  // files that are never half-written
#include "incontext/io/parameters.hpp"   // parameters as exact text and back

// By itself: "incontext/io/print.hpp"        // std::cout << prompt << layer << agreement << difference
// By itself: "incontext/io/arrays.hpp"       // parameters as named arrays, in the layout that the caller says
// By itself: "incontext/io/npy.hpp"          // an array in numpy's format
// By itself: "incontext/io/npz.hpp"          // several of them
// By itself: "incontext/io/safetensors.hpp"  // the same in the format of PyTorch and JAX
// By itself: "incontext/io/pytorch.hpp"      // the names and the layout of torch.nn.MultiheadAttention

#endif

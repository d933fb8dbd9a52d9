// SPDX-License-Identifier: MIT
/// @file
/// The same theorem one token at a time: online rules, their forms, their derivatives, and the proofs. Without Eigen.
///
/// The contents page of recurrence/, in reading order. With Eigen (incontext/matrix/eigen.hpp before the first use, or
/// incontext/incontext.hpp) the same rules run on float, double and lanes.
#pragma once

#include "incontext/support/version.hpp"  // the version

#if __cplusplus >= 202002L  // otherwise that header has said what is missing

#include "incontext/recurrence/columns.hpp"           // columns at the width of the registers
#include "incontext/recurrence/memory.hpp"            // what a rule remembers, is shown and answers
#include "incontext/recurrence/transition.hpp"        // what one example does to the memory of an affine rule
#include "incontext/recurrence/optional_members.hpp"  // what a rule may have and need not
#include "incontext/recurrence/online_rule.hpp"       // the concept
#include "incontext/recurrence/rule_beginnings.hpp"   // what is there before the first example
#include "incontext/recurrence/derived_rule.hpp"      // whether a derivative is the rule's own

#include "incontext/recurrence/additive.hpp"                // linear attention: a step of batch gradient descent
#include "incontext/recurrence/delta.hpp"                   // DeltaNet: a step of stochastic gradient descent
#include "incontext/recurrence/gated_delta.hpp"             // Gated DeltaNet: weight decay, and then that step
#include "incontext/recurrence/channel_gated_delta.hpp"     // KDA: decay per channel
#include "incontext/recurrence/decoupled_delta.hpp"         // Gated DeltaNet-2: erasing and writing apart
#include "incontext/recurrence/diagonal_plus_low_rank.hpp"  // RWKV-7: the transition itself
#include "incontext/recurrence/implicit_delta.hpp"          // Longhorn and NLMS: rates that follow the key
#include "incontext/recurrence/mini_batch.hpp"              // TTT: gradients taken where the batch began
#include "incontext/recurrence/momentum.hpp"                // the memory and its velocity

#include "incontext/recurrence/in_sequence.hpp"      // the definition: one token after the other
#include "incontext/recurrence/unit_triangular.hpp"  // three plans for the system in a chunk; which is refused
#include "incontext/recurrence/range_of_chunks.hpp"  // where a chunk leaves the range of its numbers
#include "incontext/recurrence/in_chunks.hpp"        // products of matrices: the UT transform of every affine rule
#include "incontext/recurrence/in_scan.hpp"          // a tree of affine maps

#include "incontext/recurrence/recursive_least_squares.hpp"  // the mesa layer: ridge regression, one example at a time
#include "incontext/recurrence/ridge_memory.hpp"             // MesaNet: the memory fades, the penalty does not
#include "incontext/recurrence/factored_least_squares.hpp"  // RLS with forgetting, in a form that rounding cannot spoil

#include "incontext/recurrence/heads.hpp"             // several memories side by side
#include "incontext/recurrence/online_attention.hpp"  // a rule as an update of all tokens of a prompt

#include "incontext/recurrence/gradient.hpp"              // the derivative of a stream, in few kept states
#include "incontext/recurrence/gradient_in_chunks.hpp"    // the same by products of matrices
#include "incontext/recurrence/identical_on_streams.hpp"  // two forms are the same, or where they differ
#include "incontext/recurrence/stream_pullback_law.hpp"   // is it right?

#endif

// SPDX-License-Identifier: MIT
/// @file
/// The operators of the paper's second half, without Eigen: softmax attention, MLPs, LayerNorm, positions, and their proofs.
///
/// Read after incontext/theorem.hpp, in this order.
#pragma once

#include "incontext/theorem.hpp"

#if __cplusplus >= 202002L

#include "incontext/number/elementary.hpp"  // exp, tanh, log, 1/sqrt of lanes
#include "incontext/support/fnv1a.hpp"      // a name as 64 bits
#include "incontext/number/function.hpp"    // exp, tanh, 1/sqrt: what runs, and what a proof knows of them
#include "incontext/number/activation.hpp"  // GELU, ReLU, polynomials, any function

#include "incontext/token_wise/map.hpp"         // what a map of tokens is
#include "incontext/token_wise/token_wise.hpp"  // updates that look at one token at a time
#include "incontext/token_wise/mlp.hpp"         // embeddings, perceptrons
#include "incontext/token_wise/layer_norm.hpp"  // LayerNorm
#include "incontext/token_wise/positions.hpp"   // positions under tokens

#include "incontext/attention/softmax_attention.hpp"  // weights that are positive and sum to one

#include "incontext/stack/normalised.hpp"  // a layer behind a LayerNorm; one that does not learn

#endif

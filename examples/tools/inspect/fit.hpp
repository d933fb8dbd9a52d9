// SPDX-License-Identifier: MIT
/// @file
/// The step of gradient descent that is nearest to a layer.
#pragma once

#include "inspect/model.hpp"

namespace inspect {

/// By least squares over the entries of T, where F_ad = sum over b, c of T_abcd G_bc and T is made symmetric in b and c, as G is:
///
///     T_abcd = sum over heads of (P W_V)_ab (W_K^T W_Q)_cd         gradient descent: P W_V = (eta/N) [[0, 0], [W0, -I]],
///                                                                   GD++: [[-gamma I, 0], ...]; W_K^T W_Q = [[I, 0], [0, 0]]
///
/// Of the last layer count the rows of targets and the columns of inputs alone: nothing else reaches a prediction of (x; 0).
///
/// The parts of eta, gamma and each entry of W0 have no entry of T in common, so each is a mean of its own entries.
[[nodiscard]] Fit fit_of(Layer const& layer, incontext::Dimensions const& sizes, bool is_last);

}  // namespace inspect

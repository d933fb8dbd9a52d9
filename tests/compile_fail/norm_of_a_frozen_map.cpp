// SPDX-License-Identifier: MIT
// The feed-forward half of a pre-norm block that does not learn, without the residual that its map of tokens needs.
//
// expected: a layer behind a norm adds its update to its tokens, and a map of tokens adds nothing: t + (map(n) - n) is no layer of a transformer. Write Normalised<Residual<TokenWise<Map>>>
#include "incontext/theorem_nonlinear.hpp"

using namespace incontext;

using Map = TokenWise<MLP<Modular, 3, 8, 3>>;
#ifdef BROKEN
using Layer = Normalised<Frozen<Map>>;
#else
using Layer = Normalised<Frozen<Residual<Map>>>;
#endif
[[maybe_unused]] constexpr Layer layer{};

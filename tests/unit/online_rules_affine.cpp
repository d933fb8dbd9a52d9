// SPDX-License-Identifier: MIT
// As online_rules.cpp, of the other affine rules.

#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

TEST_CASE("the other affine rules are exact but for rounding, in every form") {
    in_all_forms<DecoupledDeltaRule<shape, float>>();
    in_all_forms<DiagonalPlusLowRankRule<shape, float>>();
    in_all_forms<ImplicitDeltaRule<shape, float>>();
    in_all_forms<NormalisedDeltaRule<shape, float>>();
}

}  // namespace

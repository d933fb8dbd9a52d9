// SPDX-License-Identifier: MIT
// As online_rules.cpp, of the rules that are not affine in S.

#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

TEST_CASE("rules that are not affine are exact but for rounding") {
    in_all_forms<LeastSquaresRule<shape, float>>();
    in_all_forms<MiniBatchRule<shape, float>>();
    in_all_forms<MomentumRule<shape, float>>();
    in_all_numbers<RidgeMemoryRule<shape, float>>(forms::sequence);
}

}  // namespace

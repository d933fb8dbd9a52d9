// SPDX-License-Identifier: MIT
// A pullback that returns nothing serves a first layer, whose prompt is data, and no other.
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/pass/pass.hpp"

namespace {

using namespace incontext;

using APrompt = Prompt<TokenShape{.token_dim = 2, .context = 3}, Modular>;

struct Kind {
    struct Pass {
        APrompt result;
    };
    [[maybe_unused]] friend constexpr Pass forward_pass(AllTokens, Kind const&, APrompt const& prompt) {
        return {prompt};
    }
    template <class Wanted>
    friend constexpr void pull_back(AllTokens, Wanted, Kind const&, APrompt const&, Pass const&, APrompt const&,
                                    Kind&) {}
};
template <class Wanted>
constexpr bool is_enough_for = pass::HasPullback<AllTokens, Wanted, Kind, APrompt, Kind::Pass, APrompt, Kind>;
static_assert(HasForwardPass<Kind, AllTokens, APrompt>);
static_assert(is_enough_for<ParametersAlone> && !is_enough_for<ParametersAndPrompt>);

}  // namespace

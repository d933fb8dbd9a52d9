// SPDX-License-Identifier: MIT
// A layer that is not worth merging is trained as it is: its gradient is added, parameter by parameter.
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"

namespace {

using namespace incontext;

using Layer = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 7, .query = 4}, Modular, 1, 1>;
static_assert(std::is_same_v<FastForm<Layer>, Layer>);

constexpr bool gradient_is_added() {
    auto const by_form = laws::drawn<Layer>("f");
    auto const before = laws::drawn<Layer>("g");
    Layer gradient = before;
    pull_back_form(laws::drawn<Layer>("w"), by_form, gradient);
    return gradient.query == before.query + by_form.query && gradient.key == before.key + by_form.key &&
           gradient.value == before.value + by_form.value && gradient.output == before.output + by_form.output;
}
static_assert(gradient_is_added());

}  // namespace

// SPDX-License-Identifier: MIT
// The law asks a linear layer for all tokens and for its queries: a layer that is wrong in one of these alone is noticed.
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/equivalence/pullback_law.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
using Layer = LinearSelfAttention<sizes.tokens(), Modular>;

/// What a pass keeps is not what the layer does.
struct WrongOfAllTokens : Layer {
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto keep_fast_weights(Context const& C) const {
        auto kept = Layer::keep_fast_weights(C);
        kept.fast_weights *= Modular(2);
        return kept;
    }
};
/// Targets alone are not what the layer does.
struct WrongOfTargets : Layer {
    template <class Asked, AnyMatrix Sum, AnyMatrix Attended>
    [[nodiscard]] constexpr auto plus_output(Sum const& sum, Attended const& g) const {
        constexpr int factor = std::is_same_v<Asked, QueryTokens> ? 1 : 2;
        return Layer::plus_output<Asked>(sum, Modular(factor) * g);
    }
};
static_assert(LinearLayer<WrongOfAllTokens> && LinearLayer<WrongOfTargets>);
static_assert(laws::associations_agree<sizes, Layer>);
static_assert(!laws::associations_agree<sizes, WrongOfAllTokens> && laws::queries_are_right<sizes, WrongOfAllTokens>());
static_assert(!laws::associations_agree<sizes, WrongOfTargets> && laws::all_tokens_are_right<sizes, WrongOfTargets>());

// Parameters are the same if each is: the first as well as the last.
constexpr bool every_parameter_counts() {
    auto const layer = laws::drawn<Layer>("w");
    auto other_query = layer;
    other_query.query(0, 0) += Modular(1);
    auto other_output = layer;
    other_output.output(2, 2) += Modular(1);
    return laws::same_parameters(layer, layer) && !laws::same_parameters(layer, other_query) &&
           !laws::same_parameters(layer, other_output);
}
static_assert(every_parameter_counts());

}  // namespace

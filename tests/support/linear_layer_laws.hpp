// SPDX-License-Identifier: MIT
/// @file
/// What every LinearLayer owes: four associations of one formula, F token = P (W_V C)(W_K C)^T W_Q token, are the same.
#pragma once

#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/theorem.hpp"

namespace linear_layer_laws {

using namespace incontext;
using namespace incontext::laws;

/// All tokens: by the layer, by its fast weights, by those that a pass keeps, by those of the gram matrix, and by scores.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr bool associations_agree_on_all_tokens(Layer const&) {
    static_assert(LinearLayer<Layer>);
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const& C = prompt.context;
    auto const F = layer.fast_weights(C);
    return with_fast_weights(F, prompt) == layer(prompt) && layer.keep_fast_weights(C).fast_weights == F &&
           layer.fast_weights_of_gram(gram(C)) == F && with_scores(layer, prompt) == layer(prompt);
}

/// Query tokens and their targets: by scores, by the gram matrix, of a prompt known by its gram matrix; and that prompt after
/// the layer is the updated prompt's.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr bool associations_agree_on_queries(Layer const&) {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const after = layer(prompt);
    using Targets = QueryTargets<Sizes>;
    GramPrompt<Sizes.tokens(), Modular> const known(prompt);
    return answer_by_scores<QueryTokens>(layer, prompt) == QueryTokens::of(after) &&
           answer_by_gram<QueryTokens>(layer, prompt) == QueryTokens::of(after) &&
           answer_by_scores<Targets>(layer, prompt) == Targets::of(after) &&
           answer_by_gram<Targets>(layer, prompt) == Targets::of(after) &&
           answer<QueryTokens>(layer, known) == QueryTokens::of(after) &&
           updated(layer, known).gram == gram(after.context) && updated(layer, known).query == QueryTokens::of(after);
}

}  // namespace linear_layer_laws

// SPDX-License-Identifier: MIT
// The context of a prompt leaves the range of its numbers and the query tokens do not, or the other way round; in one lane of
// several. Every form then gives the definition's answer. (tests/unit/range.cpp: the same inputs in any unit.)
#include <array>
#include <cmath>

#include "catch.hpp"
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/plan/merged.hpp"
#include "incontext/stack/stack.hpp"

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3};
using Layer = LinearSelfAttention<shape, float>;

/// Keys and queries read the first row, values the second one, which the output writes.
Layer layer() {
    Layer made;
    made.query << 1e-15f, 0, 0, 0;
    made.key << 1e-15f, 0, 0, 0;
    made.value << 0, 0, 0, 1e-15f;
    made.output << 0, 0, 0, 1;
    return made;
}

/// By the definition P W_V C (W_K C)^T W_Q, in double.
template <int Tokens>
void require_updated(Matrix<float, 2, 3> const& C, Matrix<float, 2, Tokens> const& before,
                     Matrix<float, 2, Tokens> const& after) {
    double sum = 0;
    for (int i = 0; i < 3; ++i) {
        sum += 1e-15 * double(C(1, i)) * 1e-15 * double(C(0, i));
    }
    for (int token = 0; token < Tokens; ++token) {
        double const right = double(before(1, token)) + sum * 1e-15 * double(before(0, token));
        CAPTURE(token, right, after(1, token));
        REQUIRE(after(0, token) == before(0, token));
        REQUIRE(std::abs(double(after(1, token)) - right) <= 1e-5 * std::abs(right));
    }
}
void require_updated(Prompt<shape, float> const& before, Prompt<shape, float> const& after) {
    require_updated<3>(before.context, before.context, after.context);
    require_updated<1>(before.context, before.query, after.query);
}

Prompt<shape, float> large_context() {
    Prompt<shape, float> prompt;
    prompt.context << 1e25f, 2e25f, 3e25f, 1e15f, 1e15f, 2e15f;
    prompt.query << 1e-5f, 2e-5f;
    return prompt;
}
Prompt<shape, float> large_query() {
    Prompt<shape, float> prompt;
    prompt.context << 3e15f, 4e15f, 5e15f, 1e15f, 1e15f, 2e15f;
    prompt.query << 1e38f, 2e20f;
    return prompt;
}
Prompt<shape, float> small_prompt() {
    Prompt<shape, float> prompt;
    prompt.context << 3e15f, 1e15f, 2e15f, 1e15f, 2e15f, 2e15f;
    prompt.query << 1e15f, 2e14f;
    return prompt;
}

/// All tokens, of one prompt or of a prompt of lanes.
template <class OfLayer, class APrompt, class See>
void for_each_update(OfLayer const& of, APrompt const& prompt, See const& see) {
    see("by scores", with_scores(of, prompt));
    auto const merged = merged_layer(of);
    see("merged", merged(prompt));
    see("merged, by scores", with_scores(merged, prompt));
}

TEST_CASE("a context whose scores overflow beside query tokens whose scores do not, and the other way round") {
    for (auto const& prompt : {large_context(), large_query(), small_prompt()}) {
        for_each_update(layer(), prompt, [&](char const* form, auto const& updated) {
            CAPTURE(form);
            require_updated(prompt, updated);
        });
    }
    auto const prompt = large_context();
    REQUIRE(!std::isfinite(gram(prompt.context)(0, 0)));
    require_updated(prompt, with_fast_weights(fast_weights_by_values(merged_layer(layer()), prompt.context), prompt));
}

TEST_CASE("what is asked of the query tokens alone, by each form") {
    auto const prompt = large_query();
    auto const require = [&](char const* form, Matrix<float, 2, 1> const& query) {
        CAPTURE(form);
        require_updated<1>(prompt.context, prompt.query, query);
    };
    require("by scores", answer_by_scores<QueryTokens>(layer(), prompt));
    require("by the gram matrix", answer_by_gram<QueryTokens>(layer(), prompt));
    require("known by the gram matrix", answer<QueryTokens>(layer(), GramPrompt<shape, float>(prompt)));
    // A context whose gram matrix overflows: the stack asks its layers.
    auto const far = large_context();
    auto const of_stack = answer_by_gram<QueryTokens>(looped<1>(layer()), far);
    require_updated<1>(far.context, far.query, of_stack);
}

TEST_CASE("of lanes those alone that overflow, each by itself") {
    using Floats = Lanes<float, 4>;
    Prompt<shape, float> const each[4] = {small_prompt(), large_context(), small_prompt(), large_query()};
    Prompt<shape, Floats> prompt;
    for (int lane = 0; lane < 4; ++lane) {
        range::set_lane(prompt, lane, each[lane]);
    }
    auto const require = [&](char const* form, Prompt<shape, Floats> const& updated) {
        for (int lane = 0; lane < 4; ++lane) {
            CAPTURE(form, lane);
            require_updated(each[lane], range::lane_of(updated, lane));
        }
    };
    for_each_update(layer(), prompt, require);
    // Layers that differ from lane to lane.
    auto const scale = [](int lane) { return 1.0f / static_cast<float>(1 << lane); };
    auto layers = converted<Floats>(layer(), [](float number) { return Floats(number); });
    for (int lane = 0; lane < 4; ++lane) {
        layers.value(1, 1).set(lane, layer().value(1, 1) * scale(lane));
    }
    auto const updated = with_scores(layers, prompt);
    for (int lane = 0; lane < 4; ++lane) {
        auto of_lane = layer();
        of_lane.value *= scale(lane);
        Matrix<float, 2, 1> const right = by_values(of_lane, each[lane]).query;
        Matrix<float, 2, 1> const found = range::lane_of(updated, lane).query;
        CAPTURE(lane, right(1), found(1));
        REQUIRE(std::abs(found(1) - right(1)) <= 1e-5f * std::abs(right(1)));
    }
}

// ------------------------------------------------------------------------------ projections in unlike units ----

constexpr TokenShape long_shape{.token_dim = 2, .context = 40};
using LongLayer = LinearSelfAttention<long_shape, float>;
static_assert(!scores_pay<MergedAttention<long_shape, Counted>, long_shape>);  // F is made

/// W_Q = query I, W_K = key I, W_V = value I, P = output I.
LongLayer layer_of_units(float query, float key, float value, float output) {
    auto const I = identity<float, 2>();
    LongLayer made;
    made.query = query * I;
    made.key = key * I;
    made.value = value * I;
    made.output = output * I;
    return made;
}
Prompt<long_shape, float> prompt_of_units(float of_context, float of_query) {
    Prompt<long_shape, float> prompt;
    for (int i = 0; i < 40; ++i) {
        prompt.context(0, i) = of_context * (1 + 0.013f * static_cast<float>(i));
        prompt.context(1, i) = of_context * (0.7f - 0.011f * static_cast<float>(i));
    }
    prompt.query << of_query, 0;
    return prompt;
}
/// Row 1 of the query: what F writes there, 23.58078 query key value output of_context^2 of_query.
void require_query(Prompt<long_shape, float> const& updated, double right) {
    CAPTURE(updated.query(1), right);
    REQUIRE(std::abs(double(updated.query(1)) - right) <= 1e-5 * std::abs(right));
}

struct UnlikeUnits {
    char const* what;
    LongLayer layer;
    Prompt<long_shape, float> prompt;
    double right;
};
std::array<UnlikeUnits, 5> unlike_units() {
    return {
        {{"P W_V (C C^T) overflows", layer_of_units(1, 1e-30f, 1, 1e10f), prompt_of_units(1e18f, 1e12f), 2.358078e29},
         {"P W_V (C C^T) loses digits", layer_of_units(1, 1e36f, 1, 1e-6f), prompt_of_units(1e-18f, 1), 2.358078e-5},
         {"P W_V (C C^T) is lost", layer_of_units(1, 1e30f, 1, 1e-10f), prompt_of_units(1e-18f, 1), 2.358078e-15},
         {"C C^T and the keys overflow", layer_of_units(1e20f, 1, 1e-30f, 1), prompt_of_units(1e20f, 1e-10f),
          2.358078e21},
         {"ordinary units", layer_of_units(1, 1, 1, 1e-2f), prompt_of_units(1, 1), .2358078}}};
}

TEST_CASE("large P W_V beside small W_K^T W_Q, and the other way round") {
    for (auto const& [what, layer, prompt, right] : unlike_units()) {
        CAPTURE(what);
        require_query(layer(prompt), right);
        require_query(merged_layer(layer)(prompt), right);
        auto const half = layer_of_units(layer.query(0, 0), layer.key(0, 0), layer.value(0, 0), layer.output(0, 0) / 2);
        require_query(merged_layer(heads(half, half))(prompt), right);
    }
}

TEST_CASE("of lanes in unlike units those alone that leave the range") {
    using Floats = Lanes<float, 4>;
    auto const units = unlike_units();
    auto const& ordinary = units.back();
    Prompt<long_shape, Floats> prompt;
    auto layers = converted<Floats>(merged_layer(ordinary.layer), [](float number) { return Floats(number); });
    for (int lane = 0; lane < 4; ++lane) {
        auto const& of_lane = lane == 1 ? units[2] : lane == 3 ? units[0] : ordinary;
        range::set_lane(prompt, lane, of_lane.prompt);
        auto const products = merged_layer(of_lane.layer).heads[0];
        range::set_lane(layers.heads[0].key_query, lane, products.key_query);
        range::set_lane(layers.heads[0].output_value, lane, products.output_value);
    }
    auto const updated = layers(prompt);
    require_query(range::lane_of(updated, 1), units[2].right);
    require_query(range::lane_of(updated, 3), units[0].right);
    auto const alone = converted<Floats>(merged_layer(ordinary.layer), [](float number) { return Floats(number); })(
        converted<Floats>(ordinary.prompt, [](float number) { return Floats(number); }));
    for (int lane : {0, 2}) {
        REQUIRE(range::lane_of(updated, lane) == range::lane_of(alone, lane));
    }
}

TEST_CASE("small answers that lost nothing keep their bits") {
    auto const merged = merged_layer(layer_of_units(1.1f, .3f, .7f, 1e-6f));
    int unlike = 0;  // that the definition's order would have rounded otherwise
    for (float unit : {1e-6f, 2.3e-6f, 3.1e-6f, 4.7e-4f, 5.9e-4f, 6.1e-4f, 7.3e-4f, 8.3e-4f}) {
        auto const prompt = prompt_of_units(unit, 1e-2f);  // G: tiny below 1e-5, of which nothing is lost
        auto const by_gram = with_fast_weights(merged.fast_weights_of_gram(gram(prompt.context)), prompt);
        REQUIRE(merged(prompt) == by_gram);
        unlike += by_values(merged, prompt) == by_gram ? 0 : 1;
    }
    REQUIRE(unlike > 0);
}

}  // namespace

// SPDX-License-Identifier: MIT
/// @file
/// What prompts, and functions that are given one, say where they are called wrongly (support/wrong_calls.hpp).
#pragma once

#include "incontext/matrix/wrong_calls.hpp"
#include "incontext/support/message.hpp"
#include "incontext/support/wrong_calls.hpp"
#include "incontext/token/dimensions.hpp"

namespace incontext {

// --------------------------------------------------------------------------------------------------- wrong calls ----

template <TokenShape Shape, class Number>
struct Prompt;

/// Test: tests/compile_fail/prompt_before_the_layer.cpp, layer_of_a_matrix.cpp, asked_without_a_question.cpp.
template <class... Arguments>
struct an_update_is_asked_with_a_prompt {
    static_assert(
        never<Arguments...>,
        "an update comes first and a whole Prompt after it: layer(prompt); answer<Asked>(layer, prompt) and "
        "forward_pass<Asked>(layer, prompt), where Asked is AllTokens, QueryTokens or QueryTargets<sizes>; "
        "pull_back(layer, prompt, "
        "cotangent, gradient), where the cotangent is a Prompt; trace<sizes>(stack, prompt); sensitivity<sizes>(layer, "
        "prompt); agree(first, second, prompt); error_bounds(layer, prompt); and of what a layer returned "
        "prediction<sizes>(updated)");
};

// What is no matrix.
template <auto... Values, class... Arguments>
    requires(sizeof...(Arguments) > 2 || GivenToThisLibrary<Arguments...>)  // vectors of the standard library, too
constexpr auto embed(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto prediction_of(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
/// Whether a type is a Prompt.
template <class T>
inline constexpr bool is_prompt = false;
template <TokenShape Shape, class Number>
inline constexpr bool is_prompt<Prompt<Shape, Number>> = true;

/// Takes a Prompt, and what is derived from one. Only its type is asked.
template <TokenShape Shape, class Number>
void takes_a_prompt(Prompt<Shape, Number> const&);
/// Whether a class is derived from Prompt. It is given to functions as the Prompt that it is, so none of their last ones takes it.
template <class T>
concept DerivesFromPrompt = !is_prompt<T> && requires(T const& derived) {
    takes_a_prompt(derived);
};

/// Of what is no prompt, or without sizes.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto prediction(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}

/// Test: tests/compile_fail/sum_of_prompts.cpp.
template <class Left, class Right>
struct a_prompt_is_no_matrix {
    static_assert(
        never<Left>,
        "a Prompt is no matrix and has no sum or product: write it for prompt.context and for prompt.query, which "
        "are matrices, and return {.context = ..., .query = ...}");
};

// Sums and products of prompts.
template <TokenShape Shape, class Number, class Other>
constexpr auto operator+(Prompt<Shape, Number> const&, Other const&) {
    return a_prompt_is_no_matrix<Prompt<Shape, Number>, Other>();
}
template <TokenShape Shape, class Number, class Other>
    requires(!is_prompt<Other>)
constexpr auto operator+(Other const&, Prompt<Shape, Number> const&) {
    return a_prompt_is_no_matrix<Other, Prompt<Shape, Number>>();
}
template <TokenShape Shape, class Number, class Other>
constexpr auto operator-(Prompt<Shape, Number> const&, Other const&) {
    return a_prompt_is_no_matrix<Prompt<Shape, Number>, Other>();
}
template <TokenShape Shape, class Number, class Other>
    requires(!is_prompt<Other>)
constexpr auto operator-(Other const&, Prompt<Shape, Number> const&) {
    return a_prompt_is_no_matrix<Other, Prompt<Shape, Number>>();
}
template <TokenShape Shape, class Number, class Other>
constexpr auto operator*(Prompt<Shape, Number> const&, Other const&) {
    return a_prompt_is_no_matrix<Prompt<Shape, Number>, Other>();
}
template <TokenShape Shape, class Number, class Other>
    requires(!is_prompt<Other>)
constexpr auto operator*(Other const&, Prompt<Shape, Number> const&) {
    return a_prompt_is_no_matrix<Other, Prompt<Shape, Number>>();
}

// Without sizes.
template <class Tokens>
    requires OfThisLibrary<Tokens>
constexpr auto inputs(Tokens const&) {
    return functions_of_matrices_are_given_matrices<Tokens>();
}
template <class Tokens>
    requires OfThisLibrary<Tokens>
constexpr auto targets(Tokens const&) {
    return functions_of_matrices_are_given_matrices<Tokens>();
}

/// Test: tests/compile_fail/loop_without_a_depth.cpp, damped_without_a_factor.cpp.
template <class... Arguments>
struct a_layer_is_built_around_others_so {
    static_assert(never<Arguments...>,
                  "a layer is built around others by looped<depth>(layer), damped(factor, layer), where the factor is "
                  "a number of "
                  "the layer's, clipped<limit>(layer), only_targets_move<sizes>(layer), stacked(layer, more...) and "
                  "heads(head, more...): "
                  "a depth, a limit and sizes stand between < and >, and sizes are Dimensions");
};

/// Whether the first of these is a Prompt.
template <class... Arguments>
inline constexpr bool begins_with_a_prompt = false;
template <class First, class... More>
inline constexpr bool begins_with_a_prompt<First, More...> = is_prompt<First>;

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Is a pullback right? The law that every differentiable kind of layer owes, as a question for a static_assert:
///
///     <v, J u> = <J^T v, u>        J u: the layer itself, run on dual numbers w + u e;  J^T v: its pullback
///
///     static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<shape, Modular>>);
///
/// All numbers are drawn from the field of Modular numbers, so "equal" is ==, and a wrong pullback escapes with a probability
/// below 2^-29, for degrees below 1000 below 10^-15 (Schwartz-Zippel, as in equivalence/identical.hpp). Ours are put through it in tests/static/backpropagation.cpp, yours in examples/05_train_your_own_layer.cpp.
#pragma once

#include <cstdint>
#include <type_traits>

#include "incontext/attention/gram_prompt.hpp"
#include "incontext/attention/linear_layer.hpp"
#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/equivalence/identical.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext::laws {

/// A layer whose every number is drawn by its place and the name of a stream.
template <class Layer>
[[nodiscard]] constexpr Layer drawn(char const* stream) {
    Layer layer{};
    std::uint32_t entry = 0;
    auto const draw = [&] { return Unknown<Modular>::draw({}, stream, Axis::none, Axis::none, entry++); };
    for_each_parameter(
        [&](char const*, auto& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                for (Modular& number : parameter.entries) {
                    number = draw();
                }
            } else {
                parameter = draw();
            }
        },
        layer);
    return layer;
}

/// A prompt of drawn numbers.
template <Dimensions Sizes>
[[nodiscard]] constexpr Prompt<Sizes.tokens(), Modular> drawn_prompt(std::uint32_t seed) {
    return Arbitrary<Sizes, Modular>{.seed = seed}.prompt();
}

/// <a, b> of answers: of matrices, or of prompts.
template <class A>
[[nodiscard]] constexpr auto inner_product_of_answers(A const& a, A const& b) {
    if constexpr (AnyMatrix<A>) {
        return inner_product(a, b);
    } else {
        return inner_product(a.context, b.context) + inner_product(a.query, b.query);
    }
}

/// <a, b> of the parameters of two layers.
template <class Layer>
[[nodiscard]] constexpr Modular inner_product_of_parameters(Layer const& a, Layer const& b) {
    Modular sum(0);
    for_each_parameter(
        [&](char const*, auto const& x, auto const& y) {
            if constexpr (AnyMatrix<decltype(x)>) {
                sum += inner_product(x, y);
            } else {
                sum += x * y;
            }
        },
        a, b);
    return sum;
}

/// Whether two layers have the same parameters.
template <class Layer>
[[nodiscard]] constexpr bool same_parameters(Layer const& a, Layer const& b) {
    bool same = true;
    for_each_parameter([&](char const*, auto const& x, auto const& y) { same = same && x == y; }, a, b);
    return same;
}

using Pair = Dual<Modular>;

/// at + along e, entry by entry: of numbers, matrices, prompts and layers.
[[nodiscard]] constexpr Pair along(Modular const& at, Modular const& direction) {
    return {at, direction};
}
template <AnyMatrix M>
[[nodiscard]] constexpr auto along(M const& at, M const& direction) {
    return generate<Pair, rows_of<M>, cols_of<M>>(
        [&](int row, int col) { return Pair(at(row, col), direction(row, col)); });
}
template <TokenShape Shape>
[[nodiscard]] constexpr Prompt<Shape, Pair> along(Prompt<Shape, Modular> const& at,
                                                  Prompt<Shape, Modular> const& direction) {
    return {.context = along(at.context, direction.context), .query = along(at.query, direction.query)};
}
template <class Layer>
    requires is_parameter_tree<Layer>
[[nodiscard]] constexpr auto along(Layer const& at, Layer const& direction) {
    typename Layer::template with_number<Pair> result{};
    for_each_parameter([](char const*, auto& to, auto const& x, auto const& u) { to = along(x, u); }, result, at,
                       direction);
    return result;
}

/// The layer with every parameter (a matrix or a scalar) zero but number `kept`.
template <class Layer>
[[nodiscard]] constexpr Layer only_parameter(Layer layer, int kept) {
    int place = 0;
    for_each_parameter(
        [&](char const*, auto& parameter) {
            if (place++ != kept) {
                parameter = std::remove_cvref_t<decltype(parameter)>{};  // zero: the exact family has no other default
            }
        },
        layer);
    return layer;
}

/// How many parameters a layer has.
template <class Layer>
inline constexpr int parameters_of = [] {
    Layer layer{};
    int count = 0;
    for_each_parameter([&](char const*, auto&) { ++count; }, layer);
    return count;
}();

/// What moves in a question: everything at once, the prompt alone, or parameter number 0, 1, ... alone.
inline constexpr int everything = -2;
inline constexpr int the_prompt = -1;

/// One question: <v, J u> = <J^T v, u> for what is asked, where u moves `Moved`. The pullback adds to a gradient that is not
/// zero, and the pullback of the parameters alone agrees with that of both.
template <Dimensions Sizes, class Asked, class Layer, int Moved = everything>
[[nodiscard]] constexpr bool derivative_is_right() {
    auto const layer = drawn<Layer>("w");
    auto const direction = Moved == everything ? drawn<Layer>("u") : only_parameter(drawn<Layer>("u"), Moved);
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const prompt_direction = Moved < 0 ? drawn_prompt<Sizes>(2) : Prompt<Sizes.tokens(), Modular>{};
    AnswerOf<Asked, Layer, Sizes.tokens(), Modular> const cotangent =
        Asked::of(drawn_prompt<dimensions_after<Layer, Sizes>>(3));

    auto const pushed = Asked::of(along(layer, direction)(along(prompt, prompt_direction)));
    Modular const forward = by_dual_numbers::along_cotangent(cotangent, pushed);

    auto const before = drawn<Layer>("g");
    Layer gradient = before;
    auto const pass = forward_pass<Asked>(layer, prompt);
    auto const by_prompt = pull_back<Asked>(ParametersAndPrompt{}, layer, prompt, pass, cotangent, gradient);
    Layer gradient_alone = before;
    pull_back<Asked>(ParametersAlone{}, layer, prompt, pass, cotangent, gradient_alone);

    Modular const back = inner_product_of_parameters(gradient, direction) -
                         inner_product_of_parameters(before, direction) +
                         inner_product_of_answers(by_prompt, prompt_direction);
    return forward == back && (Moved >= 0 || same_parameters(gradient, gradient_alone));
}

/// Another question: the answer of a pass, and the answer without one, are the part of the updated prompt that is asked for.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr bool answer_is_right() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const expected = AnswerOf<Asked, Layer, Sizes.tokens(), Modular>(Asked::of(layer(prompt)));
    return result_of(forward_pass<Asked>(layer, prompt)) == expected && answer<Asked>(layer, prompt) == expected;
}

/// Questions of a LinearLayer, whose sizes choose the association that runs: all of them are the layer. All tokens by its fast
/// weights, by those that a pass keeps, by those of the gram matrix, and by scores.
template <Dimensions Sizes, LinearLayer Layer>
[[nodiscard]] constexpr bool all_tokens_are_right() {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const& C = prompt.context;
    auto const F = layer.fast_weights(C);
    return with_fast_weights(F, prompt) == layer(prompt) && layer.keep_fast_weights(C).fast_weights == F &&
           layer.fast_weights_of_gram(gram(C)) == F && with_scores(layer, prompt) == layer(prompt);
}

/// Query tokens and their targets by scores, by the gram matrix, and of a prompt that is known by its gram matrix; and that
/// prompt after the layer is the updated one.
template <Dimensions Sizes, LinearLayer Layer>
[[nodiscard]] constexpr bool queries_are_right() {
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

/// The largest degree in what a pass answers and a pullback returns, by running both on Degree. A layer that compares its
/// entries does not compile: the drawn point lies on one side of the comparison.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr long long degree_of_derivative() {
    using Unknowns = typename Layer::template with_number<Degree>;
    Unknowns layer{};
    Unknowns gradient{};
    for_each_parameter(
        [](char const*, auto& parameter) {
            using Parameter = std::remove_cvref_t<decltype(parameter)>;
            if constexpr (AnyMatrix<Parameter>) {
                parameter = generate<Degree, rows_of<Parameter>, cols_of<Parameter>>(
                    [](int, int) { return Degree::unknown(); });
            } else {
                parameter = Degree::unknown();
            }
        },
        layer);
    set_zero(gradient);
    auto const prompt = Arbitrary<Sizes, Degree>{}.prompt();
    AnswerOf<Asked, Layer, Sizes.tokens(), Degree> const cotangent =
        Asked::of(Arbitrary<dimensions_after<Layer, Sizes>, Degree>{}.prompt());
    static_cast<void>(layer(prompt));
    auto const pass = forward_pass<Asked>(layer, prompt);
    auto const by_prompt = pull_back<Asked>(ParametersAndPrompt{}, layer, prompt, pass, cotangent, gradient);
    exact_trial::Degrees largest;
    largest.see(by_prompt.context);
    largest.see(by_prompt.query);
    for_each_parameter([&](char const*, auto const& parameter) { largest.see(parameter); }, gradient);
    return largest.larger();
}

/// Test: tests/compile_fail/law_of_a_layer_with_another_member.cpp.
template <class Layer, int SizeOfLayer, int SizeOfParameters>
struct a_layer_has_members_that_are_no_parameters {
    static_assert(
        SizeOfLayer == SizeOfParameters,
        "this layer has members that its Hana struct does not list (compare the sizes in this message): the law draws "
        "parameters only, and would hold for one value of the others. List them, or make them template arguments");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/law_of_a_frozen_layer.cpp.
template <class Layer, int Parameters, int Learned>
struct a_frozen_layer_has_no_law {
    static_assert(
        Parameters == Learned,
        "the law is false of a frozen layer, and of a model with one, by their nature: the update moves with its "
        "parameters, and the pullback says that it does not (compare the counts of all, then of learned parameters, "
        "in this message). Ask the law of the layer without Frozen; its pullback is the one that runs");
    static constexpr bool value = true;
};

template <class Layer>
[[nodiscard]] constexpr bool no_layer_is_frozen() {
    constexpr auto count = [](bool learned_alone) {
        int parameters = 0;
        auto const one_more = [&](char const*, auto const&) { ++parameters; };
        Layer layer{};
        learned_alone ? for_each_learned_parameter(one_more, layer) : for_each_parameter(one_more, layer);
        return parameters;
    };
    return a_frozen_layer_has_no_law<Layer, count(false), count(true)>::value;
}

template <class Layer>
[[nodiscard]] constexpr bool all_members_are_parameters() {
    constexpr int listed = [] {
        int size = 0;
        Layer layer{};
        for_each_parameter([&](char const*, auto const& parameter) { size += static_cast<int>(sizeof(parameter)); },
                           layer);
        return size;
    }();
    if constexpr (!std::is_empty_v<Layer>) {
        return a_layer_has_members_that_are_no_parameters<Layer, static_cast<int>(sizeof(Layer)), listed>::value;
    }
    return true;
}

template <bool... Conditions>
inline constexpr bool all = (Conditions && ...);

// Each question is a constant of its own: clang 14 stops at a million steps for one.
template <Dimensions Sizes, class Asked, class Layer, int Moved = everything>
inline constexpr bool derivative_is_right_of = derivative_is_right<Sizes, Asked, Layer, Moved>();
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr bool degree_is_small_of =
    degree_of_derivative<Sizes, Asked, Layer>() <= exact_trial::largest_proved_degree;
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr bool answer_is_right_of = answer_is_right<Sizes, Asked, Layer>();
template <Dimensions Sizes, class Layer>
inline constexpr bool associations_agree = true;
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool all_tokens_are_right_of = all_tokens_are_right<Sizes, Layer>();
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool queries_are_right_of = queries_are_right<Sizes, Layer>();
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool associations_agree<Sizes, Layer> =
    all<all_tokens_are_right_of<Sizes, Layer>, queries_are_right_of<Sizes, Layer>>;

/// The law, for all that can be asked: true if the pullback of Layer is the transpose of its derivative, and its answers
/// are right.
///
/// Layer: a kind over Modular numbers, which has an operator() over Dual numbers, and passes over Degree: neither may compare
/// its entries, and the degrees are at most 2^30. Every member is a parameter. A kind that has no pass, or whose pass is not
/// found, is right because it is differentiated by dual numbers: ask HasForwardPass as well.
template <Dimensions Sizes, class Layer>
inline constexpr bool pullback_is_transpose_of_derivative =
    all<no_layer_is_frozen<Layer>(),                                    //
        all_members_are_parameters<Layer>(),                            //
        degree_is_small_of<Sizes, AllTokens, Layer>,                    //
        degree_is_small_of<Sizes, QueryTokens, Layer>,                  //
        degree_is_small_of<Sizes, TargetsOf<Layer, Sizes>, Layer>,      //
        derivative_is_right_of<Sizes, AllTokens, Layer>,                //
        derivative_is_right_of<Sizes, QueryTokens, Layer>,              //
        derivative_is_right_of<Sizes, TargetsOf<Layer, Sizes>, Layer>,  //
        answer_is_right_of<Sizes, AllTokens, Layer>,                    //
        answer_is_right_of<Sizes, QueryTokens, Layer>,                  //
        answer_is_right_of<Sizes, TargetsOf<Layer, Sizes>, Layer>,      //
        associations_agree<Sizes, Layer>>;

/// Which derivative is wrong: the number of the first wrong parameter, in the order of for_each_parameter; -1, the prompt's;
/// -2, none.
template <Dimensions Sizes, class Layer, int Moved = the_prompt>
[[nodiscard]] consteval int first_wrong_derivative() {
    static_assert(no_layer_is_frozen<Layer>(), "see the first error");
    if constexpr (Moved == parameters_of<Layer>) {
        return everything;
    } else if constexpr (derivative_is_right_of<Sizes, AllTokens, Layer, Moved> &&
                         derivative_is_right_of<Sizes, QueryTokens, Layer, Moved> &&
                         derivative_is_right_of<Sizes, TargetsOf<Layer, Sizes>, Layer, Moved>) {
        return first_wrong_derivative<Sizes, Layer, Moved + 1>();
    } else {
        return Moved;
    }
}

}  // namespace incontext::laws

// SPDX-License-Identifier: MIT
/// @file
/// Is a pullback right? The law that every differentiable kind of layer owes, as a question for a static_assert:
///
///     <v, J u> = <J^T v, u>        J u: the layer itself, run on dual numbers w + u e;  J^T v: its pullback
///
///     static_assert(laws::pullback_is_transpose_of_derivative<sizes>(MyLayer<shape, Modular>{}));
///
/// All numbers are drawn from the field of Modular numbers, so "equal" is ==, and a wrong pullback escapes with a probability
/// below 10^-16 (Schwartz-Zippel, as in equivalence/identical.hpp). The values of the layer that is passed do not matter, its
/// type does. Ours are put through it in tests/static/backpropagation.cpp, yours in examples/05_train_your_own_layer.cpp.
#pragma once

#include <cstdint>
#include <type_traits>

#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/matrix/blocks.hpp"
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
[[nodiscard]] constexpr Modular inner_product_of_answers(A const& a, A const& b) {
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
[[nodiscard]] constexpr Pair along(Modular const& at, Modular const& direction) { return {at, direction}; }
template <AnyMatrix M>
[[nodiscard]] constexpr auto along(M const& at, M const& direction) {
    return generate<Pair, rows_of<M>, cols_of<M>>([&](int row, int col) { return Pair(at(row, col), direction(row, col)); });
}
template <TokenShape Shape>
[[nodiscard]] constexpr Prompt<Shape, Pair> along(Prompt<Shape, Modular> const& at, Prompt<Shape, Modular> const& direction) {
    return {.context = along(at.context, direction.context), .query = along(at.query, direction.query)};
}
template <class Layer>
    requires is_parameter_tree<Layer>
[[nodiscard]] constexpr auto along(Layer const& at, Layer const& direction) {
    typename Layer::template with_number<Pair> result{};
    for_each_parameter([](char const*, auto& to, auto const& x, auto const& u) { to = along(x, u); }, result, at, direction);
    return result;
}

/// The layer with every parameter zero but number `kept`: a direction that moves one parameter alone. -1 keeps all.
template <class Layer>
[[nodiscard]] constexpr Layer only_parameter(Layer layer, int kept) {
    int place = 0;
    for_each_parameter(
        [&](char const*, auto& parameter) {
            if (kept >= 0 && place != kept) {
                parameter = std::remove_cvref_t<decltype(parameter)>{};  // zero: the exact family has no other default
            }
            ++place;
        },
        layer);
    return layer;
}

/// How many parameters (matrices or scalars) a layer has.
template <class Layer>
[[nodiscard]] constexpr int parameters_of(Layer layer) {
    int count = 0;
    for_each_parameter([&](char const*, auto&) { ++count; }, layer);
    return count;
}

/// <v, J u> = <J^T v, u> for what is asked: u moves the prompt and one parameter alone (-1: all of them), and the pullback
/// adds to a gradient that is not zero. The pass answers what the layer does, and the pullback of the parameters alone
/// agrees with that of both.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr bool pullback_is_transpose_of_derivative(Layer const&, int parameter = -1) {
    auto const layer = drawn<Layer>("w");
    auto const direction = only_parameter(drawn<Layer>("u"), parameter);
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const prompt_direction = drawn_prompt<Sizes>(2);
    Answer<Asked, Sizes.tokens(), Modular> const cotangent = Asked::of(drawn_prompt<Sizes>(3));

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
    return forward == back && same_parameters(gradient, gradient_alone);
}

/// The answer of a pass, and the answer without one, are the part of the updated prompt that is asked for.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr bool answer_is_part_of_the_result(Layer const&) {
    auto const layer = drawn<Layer>("w");
    auto const prompt = drawn_prompt<Sizes>(1);
    auto const expected = Answer<Asked, Sizes.tokens(), Modular>(Asked::of(layer(prompt)));
    return result_of(forward_pass<Asked>(layer, prompt)) == expected && answer<Asked>(layer, prompt) == expected;
}

/// Both laws for all that can be asked, with every parameter moved at once. A difference does not hide: the numbers drawn
/// for each parameter are independent.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr bool pullback_is_transpose_of_derivative(Layer const& layer) {
    return pullback_is_transpose_of_derivative<Sizes, AllTokens>(layer, -1) &&
           pullback_is_transpose_of_derivative<Sizes, QueryTokens>(layer, -1) &&
           pullback_is_transpose_of_derivative<Sizes, QueryTargets<Sizes>>(layer, -1) &&
           answer_is_part_of_the_result<Sizes, AllTokens>(layer) &&
           answer_is_part_of_the_result<Sizes, QueryTokens>(layer) &&
           answer_is_part_of_the_result<Sizes, QueryTargets<Sizes>>(layer);
}

/// The same with each parameter moved alone, which names the one that is wrong.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr int first_wrong_parameter(Layer const& layer) {
    for (int parameter = 0; parameter < parameters_of(layer); ++parameter) {
        if (!pullback_is_transpose_of_derivative<Sizes, AllTokens>(layer, parameter)) {
            return parameter;
        }
    }
    return -1;
}

}  // namespace incontext::laws

// SPDX-License-Identifier: MIT
/// @file
/// Is a pullback right? The law that every differentiable kind of layer owes, as a question for a static_assert:
///
///     <v, J u> = <J^T v, u>        J u: the layer itself, run on dual numbers w + u e;  J^T v: its pullback
///
/// The parameters of a Frozen layer do not move (u is 0 there), and J^T v is 0 for them: what training is told.
///
///     static_assert(laws::pullback_is_transpose_of_derivative<sizes, MyLayer<shape, Modular>>);
///
/// All numbers are drawn from the field of Modular numbers, so "equal" is ==. Of layers that do not divide a wrong pullback escapes with
/// a probability below 2^-29, for degrees below 1000 below 10^-15 (Schwartz-Zippel, as in equivalence/identical.hpp): the degree of each
/// number in answers and derivatives is counted. What is compared is a sum of them; of layers that divide, as softmax and a LayerNorm do,
/// the degree of that sum, whose terms have unlike denominators, is not counted, and no probability is stated. Ours are put through it
/// in tests/static/backpropagation.cpp, yours in examples/05_train_your_own_layer.cpp.
#pragma once

#include <cstdint>
#include <type_traits>

#include "incontext/attention/gram_prompt.hpp"
#include "incontext/attention/linear_layer.hpp"
#include "incontext/attention/two_layers.hpp"
#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/equivalence/drawn_layer.hpp"
#include "incontext/equivalence/identical.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext::laws {

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
    incontext::for_each_parameter(
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
    incontext::for_each_parameter([&](char const*, auto const& x, auto const& y) { same = same && x == y; }, a, b);
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
    incontext::for_each_parameter([](char const*, auto& to, auto const& x, auto const& u) { to = along(x, u); }, result,
                                  at, direction);
    return result;
}

/// The layer with every parameter (a matrix or a scalar) zero but number `kept`.
template <class Layer>
[[nodiscard]] constexpr Layer only_parameter(Layer layer, int kept) {
    int place = 0;
    incontext::for_each_parameter(
        [&](char const*, auto& parameter) {
            if (place++ != kept) {
                parameter = std::remove_cvref_t<decltype(parameter)>{};  // zero: the exact family has no other default
            }
        },
        layer);
    return layer;
}

/// What moves in a question: everything at once, the prompt alone, or parameter number 0, 1, ... alone.
inline constexpr int everything = -2;
inline constexpr int the_prompt = -1;

// What the questions share is a constant, evaluated once: what is drawn, the update of the drawn prompt, its derivative, and what
// each pullback returns.

/// The numbers of the drawn layer, where they move, and those of the gradient to which the pullback adds.
template <int Count>
inline constexpr auto the_numbers = drawn_numbers<Count>("w");
template <int Count>
inline constexpr auto the_direction = drawn_numbers<Count>("u");
template <int Count>
inline constexpr auto the_gradient_before = drawn_numbers<Count>("g");
template <class Layer>
inline constexpr Layer the_layer = layer_of<Layer>(the_numbers<count_of<Layer>.numbers>);

/// Which numbers of a layer learn: 1, and 0 in a layer that is frozen.
template <class Layer>
inline constexpr auto the_learned = [] {
    constexpr int count = count_of<Layer>.numbers;
    Numbers<Modular, count> ones;
    for (int place = 0; place < count; ++place) {
        ones.values[place] = Modular(1);
    }
    Layer learned = layer_of<Layer>(Numbers<Modular, count>{});  // zero, whatever Layer{} begins with
    Layer const all = layer_of<Layer>(ones);
    incontext::for_each_learned_parameter([](char const*, auto& to, auto const& one) { to = one; }, learned, all);
    return numbers_in<Modular>(learned);
}();

/// The drawn prompt (1), where it moves (2), and of the tokens after the layer the cotangent (3).
template <Dimensions Sizes, std::uint32_t Seed>
inline constexpr Prompt<Sizes.tokens(), Modular> the_prompt_drawn = drawn_prompt<Sizes>(Seed);

/// The updated prompt: what every answer is a part of.
template <Dimensions Sizes, class Layer>
inline constexpr auto the_update = the_layer<Layer>(the_prompt_drawn<Sizes, 1>);

/// Where the numbers of the layer move, and where the prompt does.
template <class Layer>
[[nodiscard]] constexpr auto direction_of_layer(int moved) {
    constexpr auto all = the_direction<count_of<Layer>.numbers>;
    return moved == everything ? all : numbers_in<Modular>(only_parameter(layer_of<Layer>(all), moved));
}
template <Dimensions Sizes>
[[nodiscard]] constexpr Prompt<Sizes.tokens(), Modular> direction_of_prompt(int moved) {
    return moved < 0 ? the_prompt_drawn<Sizes, 2> : Prompt<Sizes.tokens(), Modular>{};
}

/// update + J u e: the layer itself on dual numbers. Where it is frozen, u is 0.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr auto update_of_dual_numbers(int moved) {
    constexpr int count = count_of<Layer>.numbers;
    auto const direction = direction_of_layer<Layer>(moved);
    Numbers<Pair, count> numbers;
    for (int place = 0; place < count; ++place) {
        numbers.values[place] = {the_numbers<count>.values[place],
                                 the_learned<Layer>.values[place] * direction.values[place]};
    }
    auto const layer = layer_of<typename Layer::template with_number<Pair>>(numbers);
    auto const prompt = along(the_prompt_drawn<Sizes, 1>, direction_of_prompt<Sizes>(moved));
    return layer(prompt);
}
template <Dimensions Sizes, class Layer, int Moved>
inline constexpr auto pushed_forward = update_of_dual_numbers<Sizes, Layer>(Moved);

template <Dimensions Sizes, class Asked, class Layer>
inline constexpr AnswerOf<Asked, Layer, Sizes.tokens(), Modular> the_cotangent =
    Asked::of(the_prompt_drawn<dimensions_after<Layer, Sizes>, 3>);

/// What a pass answers and a pullback adds to a gradient that is not zero, and what that of the parameters alone does.
template <Dimensions Sizes, int Count>
struct PulledBack {
    bool answer_is_right = false;
    Numbers<Modular, Count> gradient;
    Numbers<Modular, Count> gradient_alone;
    Prompt<Sizes.tokens(), Modular> by_prompt;
};
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr auto pulled_back() {
    constexpr int count = count_of<Layer>.numbers;
    auto const& layer = the_layer<Layer>;
    auto const& prompt = the_prompt_drawn<Sizes, 1>;
    auto const& cotangent = the_cotangent<Sizes, Asked, Layer>;
    PulledBack<Sizes, count> result;
    auto const pass = forward_pass<Asked>(layer, prompt);
    result.answer_is_right = result_of(pass) == Asked::of(the_update<Sizes, Layer>);
    Layer gradient = layer_of<Layer>(the_gradient_before<count>);
    Layer gradient_alone = gradient;
    result.by_prompt = pull_back<Asked>(ParametersAndPrompt{}, layer, prompt, pass, cotangent, gradient);
    pull_back<Asked>(ParametersAlone{}, layer, prompt, pass, cotangent, gradient_alone);
    result.gradient = numbers_in<Modular>(gradient);
    result.gradient_alone = numbers_in<Modular>(gradient_alone);
    for (int place = 0; place < count; ++place) {
        result.gradient.values[place] -= the_gradient_before<count>.values[place];
        result.gradient_alone.values[place] -= the_gradient_before<count>.values[place];
    }
    return result;
}
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr auto the_pullback = pulled_back<Sizes, Asked, Layer>();

/// Whether the value part of an update on dual numbers is the update: else its derivative is that of something else.
template <class Duals, class Update>
[[nodiscard]] constexpr bool values_are(Duals const& pushed, Update const& update) {
    if constexpr (AnyMatrix<Update>) {
        for (int col = 0; col < cols_of<Update>; ++col) {
            for (int row = 0; row < rows_of<Update>; ++row) {
                if (!(pushed(row, col).value == update(row, col))) {
                    return false;
                }
            }
        }
        return true;
    } else {
        return values_are(pushed.context, update.context) && values_are(pushed.query, update.query);
    }
}

/// One question: <v, J u> = <J^T v, u> for what is asked, where u moves `moved`, and pushed = update + J u e. The pullback of the
/// parameters alone agrees with that of both, in the parameters that move.
template <Dimensions Sizes, class Asked, class Layer, class Pushed>
[[nodiscard]] constexpr bool is_transposed(Pushed const& pushed, int moved) {
    auto const& pulled = the_pullback<Sizes, Asked, Layer>;
    Modular const forward = by_dual_numbers::along_cotangent(the_cotangent<Sizes, Asked, Layer>, Asked::of(pushed));
    auto const direction = direction_of_layer<Layer>(moved);
    Modular back = inner_product_of_answers(pulled.by_prompt, direction_of_prompt<Sizes>(moved));
    bool is_one_gradient = true;  // of the parameters that move
    for (int place = 0; place < count_of<Layer>.numbers; ++place) {
        back += pulled.gradient.values[place] * direction.values[place];
        bool const is_moved = !(direction.values[place] == Modular(0));
        is_one_gradient =
            is_one_gradient && (!is_moved || pulled.gradient.values[place] == pulled.gradient_alone.values[place]);
    }
    return forward == back && is_one_gradient;
}
template <Dimensions Sizes, class Asked, class Layer, int Moved = everything>
[[nodiscard]] constexpr bool derivative_is_right() {
    return is_transposed<Sizes, Asked, Layer>(pushed_forward<Sizes, Layer, Moved>, Moved);
}

/// Another question: the answer of a pass, and the answer without one, are the part of the updated prompt that is asked for; and the
/// layer is the same update on dual numbers.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr bool answer_is_right() {
    if (!values_are(pushed_forward<Sizes, Layer, everything>, the_update<Sizes, Layer>)) {
        return false;
    }
    AnswerOf<Asked, Layer, Sizes.tokens(), Modular> const without_pass =
        answer<Asked>(the_layer<Layer>, the_prompt_drawn<Sizes, 1>);
    return the_pullback<Sizes, Asked, Layer>.answer_is_right && without_pass == Asked::of(the_update<Sizes, Layer>);
}

/// Whether a layer has fast weights in the definition's order; else they are those that are asked already.
template <class Layer, class Context>
concept HasFastWeightsByValues = requires(Layer const& layer, Context const& C) {
    layer.fast_weights_by_values(C);
};

/// Questions of a LinearLayer, whose sizes choose the association that runs: all of them are the layer. All tokens by its fast
/// weights, by those that a pass keeps, by those of the gram matrix, by those of the definition's order, which answer where the
/// others leave the range of their numbers, and by scores.
template <Dimensions Sizes, LinearLayer Layer>
[[nodiscard]] constexpr bool all_tokens_are_right() {
    auto const& layer = the_layer<Layer>;
    auto const& prompt = the_prompt_drawn<Sizes, 1>;
    auto const& after = the_update<Sizes, Layer>;
    auto const& C = prompt.context;
    auto const F = layer.fast_weights(C);
    if constexpr (HasFastWeightsByValues<Layer, decltype(C)>) {
        if (!(layer.fast_weights_by_values(C) == F)) {
            return false;
        }
    }
    return with_fast_weights(F, prompt) == after && layer.keep_fast_weights(C).fast_weights == F &&
           layer.fast_weights_of_gram(gram(C)) == F && with_scores(layer, prompt) == after;
}

/// Query tokens and their targets by scores, by the gram matrix, and of a prompt that is known by its gram matrix; and that
/// prompt after the layer is the updated one.
template <Dimensions Sizes, LinearLayer Layer>
[[nodiscard]] constexpr bool queries_are_right() {
    auto const& layer = the_layer<Layer>;
    auto const& prompt = the_prompt_drawn<Sizes, 1>;
    auto const& after = the_update<Sizes, Layer>;
    using Targets = QueryTargets<Sizes>;
    GramPrompt<Sizes.tokens(), Modular> const known(prompt);
    return answer_by_scores<QueryTokens>(layer, prompt) == QueryTokens::of(after) &&
           answer_by_gram<QueryTokens>(layer, prompt) == QueryTokens::of(after) &&
           answer_by_scores<Targets>(layer, prompt) == Targets::of(after) &&
           answer_by_gram<Targets>(layer, prompt) == Targets::of(after) &&
           answer<QueryTokens>(layer, known) == QueryTokens::of(after) &&
           updated(layer, known).gram == gram(after.context) && updated(layer, known).query == QueryTokens::of(after);
}

/// A linear layer after itself, of which any question about query tokens is answered at once (attention/two_layers.hpp): what a
/// stack runs where that pays, and what asks transposed() and GradientInFactors of a layer.
template <TransposableLayer Lower, LinearLayer Upper = Lower>
struct AtOnce {
    using Scalar = typename Lower::Scalar;
    template <class Other>
    using with_number =
        AtOnce<typename Lower::template with_number<Other>, typename Upper::template with_number<Other>>;

    Lower lower;
    Upper upper;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"lower", "upper">, &AtOnce::lower, &AtOnce::upper> {};

    template <TokenShape Given, class Number>
    [[nodiscard]] constexpr Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return upper(lower(prompt));
    }

    template <class Asked, TokenShape Given, class Number>
    friend constexpr auto forward_pass(Asked, AtOnce const& layers,
                                       Prompt<Given, Number> const& prompt) requires(!std::same_as<Asked, AllTokens>) {
        return forward_pass_of_two<Asked>(layers.lower, layers.upper, prompt);
    }
    template <class Asked, class Wanted, TokenShape Given, class Number, class Gradient>
    friend constexpr auto pull_back(Asked, Wanted wanted, AtOnce const& layers, Prompt<Given, Number> const& prompt,
                                    PassOfTwoLayers<Asked, Lower, Upper, Given, Number> const& pass,
                                    Answer<Asked, Given, Number> const& cotangent, Gradient& gradient) {
        return pull_back_two<Asked>(wanted, layers.lower, layers.upper, prompt, pass, cotangent, gradient.lower,
                                    gradient.upper);
    }
};

/// A layer of unknowns, and the degrees of one.
template <class Layer>
[[nodiscard]] constexpr Layer layer_of_degrees(Degree const& degree) {
    constexpr int count = count_of<Layer>.numbers;
    Numbers<Degree, count> numbers;
    for (int place = 0; place < count; ++place) {
        numbers.values[place] = degree;
    }
    return layer_of<Layer>(numbers);
}
template <class Layer>
constexpr void see_parameters(exact_trial::Degrees& largest, Layer const& layer) {
    auto const numbers = numbers_in<Degree>(layer);
    for (int place = 0; place < count_of<Layer>.numbers; ++place) {
        largest.see(numbers.values[place]);
    }
}

/// The degrees of the entries of an answer: a matrix, or a prompt.
template <class OfAnswer>
constexpr void see_answer(exact_trial::Degrees& largest, OfAnswer const& answer) {
    if constexpr (AnyMatrix<OfAnswer>) {
        largest.see(answer);
    } else {
        largest.see(answer.context);
        largest.see(answer.query);
    }
}

/// The largest degree in an update, by running it on Degree: x^p is x in the field, and its derivative 0. What compares its
/// entries does not compile: the drawn point lies on one side of the comparison.
template <Dimensions Sizes, class Layer>
inline constexpr long long degree_of_update = [] {
    exact_trial::Degrees largest;
    auto const layer = layer_of_degrees<Layer>(Degree::unknown());
    auto const prompt = Arbitrary<Sizes, Degree>{}.prompt();
    see_answer(largest, layer(prompt));
    return largest.larger();
}();

/// The largest degree in what a layer, its pass, its answer and its pullbacks return. Errors: as the update.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] constexpr long long degree_of_derivative() {
    using Unknowns = typename Layer::template with_number<Degree>;
    auto const layer = layer_of_degrees<Unknowns>(Degree::unknown());
    auto gradient = layer_of_degrees<Unknowns>(Degree::unknown());  // as it is drawn: zeros absorb every factor
    auto gradient_alone = gradient;
    auto const prompt = Arbitrary<Sizes, Degree>{}.prompt();
    AnswerOf<Asked, Layer, Sizes.tokens(), Degree> const cotangent =
        Asked::of(Arbitrary<dimensions_after<Layer, Sizes>, Degree>{}.prompt());
    exact_trial::Degrees largest;
    see_answer(largest, answer<Asked>(layer, prompt));
    auto const pass = forward_pass<Asked>(layer, prompt);
    see_answer(largest, result_of(pass));
    see_answer(largest, pull_back<Asked>(ParametersAndPrompt{}, layer, prompt, pass, cotangent, gradient));
    pull_back<Asked>(ParametersAlone{}, layer, prompt, pass, cotangent, gradient_alone);
    see_parameters(largest, gradient);
    see_parameters(largest, gradient_alone);
    constexpr long long of_update = degree_of_update<Sizes, Unknowns>;
    return of_update > largest.larger() ? of_update : largest.larger();
}

/// The same, of the associations of a LinearLayer.
template <Dimensions Sizes, LinearLayer Layer>
[[nodiscard]] constexpr long long degree_of_associations() {
    auto const layer = layer_of_degrees<typename Layer::template with_number<Degree>>(Degree::unknown());
    auto const prompt = Arbitrary<Sizes, Degree>{}.prompt();
    auto const& C = prompt.context;
    exact_trial::Degrees largest;
    largest.see(layer.fast_weights(C));
    largest.see(layer.keep_fast_weights(C).fast_weights);
    largest.see(layer.fast_weights_of_gram(gram(C)));
    if constexpr (HasFastWeightsByValues<decltype(layer), decltype(C)>) {
        largest.see(layer.fast_weights_by_values(C));
    }
    see_answer(largest, with_scores(layer, prompt));
    using Targets = QueryTargets<Sizes>;
    GramPrompt<Sizes.tokens(), Degree> const known(prompt);
    largest.see(answer_by_scores<QueryTokens>(layer, prompt));
    largest.see(answer_by_gram<QueryTokens>(layer, prompt));
    largest.see(answer_by_scores<Targets>(layer, prompt));
    largest.see(answer_by_gram<Targets>(layer, prompt));
    auto const after = updated(layer, known);
    largest.see(after.gram);
    largest.see(after.query);
    return largest.larger();
}

/// Another question: fast_form, which evaluation, training and streams run, is the layer, and its derivative is carried back to that
/// of the layer. At the drawn point alone: it is not run on Degree.
template <Dimensions Sizes, class Layer>
[[nodiscard]] constexpr bool fast_form_is_right() {
    using Form = FastForm<Layer>;
    if constexpr (!std::is_same_v<Form, Layer>) {
        using Asked = TargetsOf<Layer, Sizes>;
        constexpr int count = count_of<Layer>.numbers;
        auto const& prompt = the_prompt_drawn<Sizes, 1>;
        Form const form = fast_form(the_layer<Layer>);
        auto const pass = forward_pass<Asked>(form, prompt);
        Form by_form = layer_of<Form>(Numbers<Modular, count_of<Form>.numbers>{});  // zero, whatever Form{} begins with
        pull_back<Asked>(ParametersAlone{}, form, prompt, pass, the_cotangent<Sizes, Asked, Layer>, by_form);
        Layer carried_back = layer_of<Layer>(the_gradient_before<count>);
        pull_back_form(the_layer<Layer>, by_form, carried_back);
        auto const numbers = numbers_in<Modular>(carried_back);
        for (int place = 0; place < count; ++place) {
            if (!(numbers.values[place] - the_gradient_before<count>.values[place] ==
                  the_pullback<Sizes, Asked, Layer>.gradient.values[place])) {
                return false;
            }
        }
        return form(prompt) == the_update<Sizes, Layer> && result_of(pass) == Asked::of(the_update<Sizes, Layer>);
    }
    return true;
}

template <bool... Conditions>
inline constexpr bool all = (Conditions && ...);

// Each question is a constant of its own: clang 14 stops at a million steps for one.
template <Dimensions Sizes, class Asked, class Layer, int Moved = everything>
inline constexpr bool derivative_is_right_of = derivative_is_right<Sizes, Asked, Layer, Moved>();
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr long long degree_of_derivative_of = degree_of_derivative<Sizes, Asked, Layer>();
/// Whether what the drawn point says of a derivative is a proof. Test: tests/static/law_notices.cpp.
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr bool degree_is_small_of =
    degree_of_derivative_of<Sizes, Asked, Layer> <= exact_trial::largest_proved_degree;
template <Dimensions Sizes, class Asked, class Layer>
inline constexpr bool answer_is_right_of = answer_is_right<Sizes, Asked, Layer>();
template <Dimensions Sizes, class Layer>
inline constexpr bool fast_form_is_right_of = fast_form_is_right<Sizes, Layer>();
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool all_tokens_are_right_of = all_tokens_are_right<Sizes, Layer>();
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool queries_are_right_of = queries_are_right<Sizes, Layer>();
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr long long degree_of_associations_of = degree_of_associations<Sizes, Layer>();

/// True, or does not compile: what is right at the drawn point is proved where its degree is small. A law is false of what is
/// wrong, and of nothing else.
template <long long Degree>
inline constexpr bool is_proved =
    the_degree_is_not_far_below_the_modulus<Degree, exact_trial::largest_proved_degree>::value;

/// All that is asked where one thing is asked of a layer. A wrong derivative ends the questions: what is left costs as much again.
template <Dimensions Sizes, class Asked, class Layer>
[[nodiscard]] consteval bool law_holds_where_asked() {
    if constexpr (derivative_is_right_of<Sizes, Asked, Layer>) {
        if constexpr (answer_is_right_of<Sizes, Asked, Layer>) {
            return is_proved<degree_of_derivative_of<Sizes, Asked, Layer>>;
        }
    }
    return false;
}
template <Dimensions Sizes, class Layer>
inline constexpr bool two_at_once_are_right_of = true;
template <Dimensions Sizes, TransposableLayer Layer>
inline constexpr bool two_at_once_are_right_of<Sizes, Layer> =
    all<law_holds_where_asked<Sizes, QueryTokens, AtOnce<Layer>>(),
        law_holds_where_asked<Sizes, QueryTargets<Sizes>, AtOnce<Layer>>()>;
template <Dimensions Sizes, class Layer>
inline constexpr bool associations_agree = true;
template <Dimensions Sizes, LinearLayer Layer>
inline constexpr bool associations_agree<Sizes, Layer> = [] {
    if constexpr (all<all_tokens_are_right_of<Sizes, Layer>, queries_are_right_of<Sizes, Layer>,
                      two_at_once_are_right_of<Sizes, Layer>>) {
        return is_proved<degree_of_associations_of<Sizes, Layer>>;
    }
    return false;
}();
/// The same of each thing that is asked, in turn, and of the associations and the fast form last.
template <Dimensions Sizes, class Layer, class Asked, class... Rest>
[[nodiscard]] consteval bool law_holds_where_each_is_asked() {
    if constexpr (!law_holds_where_asked<Sizes, Asked, Layer>()) {
        return false;
    } else if constexpr (sizeof...(Rest) > 0) {
        return law_holds_where_each_is_asked<Sizes, Layer, Rest...>();
    } else {
        return all<associations_agree<Sizes, Layer>, fast_form_is_right_of<Sizes, Layer>>;
    }
}
/// True, or does not compile: what is drawn of a layer in modular numbers is all of it.
template <class Layer>
[[nodiscard]] consteval bool is_drawn_as_a_whole() {
    return the_law_is_asked_of_a_layer_of_modular_numbers<Layer>::value && a_layer_says_its_numbers<Layer>::value &&
           all_members_are_parameters<Layer>();
}
template <Dimensions Sizes, class Layer>
[[nodiscard]] consteval bool law_holds() {
    static_assert(is_drawn_as_a_whole<Layer>() && with_layer_is_the_same_kind_around_another_layer<Layer>::value &&
                      the_derivative_of_a_merged_layer_goes_back_to_four_projections<Layer>::value,
                  "see the first error");
    if constexpr (!with_layer_keeps_the_kind<Layer> || !merged_layer_is_known<Layer>) {
        return true;  // that was said
    } else {
        return law_holds_where_each_is_asked<Sizes, Layer, AllTokens, QueryTokens, TargetsOf<Layer, Sizes>>();
    }
}

/// The law, for all that can be asked: true if the pullback of Layer is the transpose of its derivative, and its answers
/// and its fast_form are right; false if one of them is wrong.
///
/// Layer: a kind over Modular numbers, which has an operator() over Dual numbers, and passes, answers, pullbacks and (a
/// LinearLayer) associations over Degree: none of them may compare its entries. Every member is a parameter. A kind that has no pass, or whose pass is not
/// found, is right because it is differentiated by dual numbers: ask HasForwardPass as well.
/// Errors: a layer that is right at the drawn point and has a degree above 2^30, as two layers of softmax attention, does not
/// compile (docs/what_is_proved.md lists such stacks): first_wrong_derivative answers, without a proof.
/// Test: tests/static/law_notices.cpp, tests/compile_fail/law_of_two_layers_of_softmax.cpp.
template <Dimensions Sizes, class Layer>
inline constexpr bool pullback_is_transpose_of_derivative = law_holds<Sizes, Layer>();

/// Which derivative is wrong: the number of the first wrong parameter, in the order of for_each_parameter; -1, the prompt's;
/// -2, none. At the drawn point alone: no degree is asked, nor the fast form. Errors: a layer that is not drawn as a whole does not compile, as in the law.
/// Test: tests/static/law_notices.cpp, tests/compile_fail/first_wrong_of_a_member_listed_twice.cpp.
template <Dimensions Sizes, class Layer, int Moved = the_prompt>
[[nodiscard]] consteval int first_wrong_derivative() {
    static_assert(is_drawn_as_a_whole<Layer>(), "see the first error");
    if constexpr (Moved == count_of<Layer>.parameters) {
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

// SPDX-License-Identifier: MIT
// Softmax attention: its definition, its pullback for any weight function, and what is proved of it with any function in the
// place of exp.
#include "incontext/attention/softmax_attention.hpp"

#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/equivalence/identical.hpp"
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/number/activation.hpp"
#include "incontext/plan/fast_form.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
constexpr TokenShape shape = sizes.tokens();
using SomePrompt = Prompt<shape, Modular>;
using Thin = LinearSelfAttention<shape, Modular, 4, 1>;
using Head = LinearSelfAttention<shape, Modular, 2, 3>;
using Any = AnyFunction<"E">;

template <class Layer>
constexpr bool pullback_is_right = HasForwardPass<Layer, AllTokens, SomePrompt>&&
    HasForwardPass<Layer, QueryTokens, SomePrompt>&& laws::pullback_is_transpose_of_derivative<sizes, Layer>;
template <class Layer>
constexpr bool each_derivative_is_right = laws::first_wrong_derivative<sizes, Layer>() == laws::everything;

static_assert(pullback_is_right<SoftmaxAttention<Thin>>);
static_assert(pullback_is_right<SoftmaxAttention<MultiHeadAttention<Head, Head>, Any>>);
static_assert(pullback_is_right<SoftmaxAttention<MergedAttention<shape, Modular, 2>, Exponential, 2>>);
static_assert(each_derivative_is_right<SoftmaxAttention<MultiHeadAttention<Head, Thin>, Any, 7>>);
static_assert(pullback_is_right<SoftmaxAttention<Thin, PolynomialActivation<1, 0, 1>>>);  // weights 1 + u^2

// ---------------------------------------------------------------------------------------------------------- definition

/// The formula, token by token and head by head.
template <class Weight>
constexpr bool is_its_formula() {
    auto const layer = laws::drawn<SoftmaxAttention<MultiHeadAttention<Head, Head>, Weight, 9>>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    SomePrompt expected = prompt;
    auto const move = [&](auto& tokens, auto const& before) {
        for (int token = 0; token < cols_of<decltype(before)>; ++token) {
            for (auto const& head : layer.layer.heads) {
                auto const q = product(head.query, before);
                auto const k = product(head.key, prompt.context);
                auto const v = product(head.value, prompt.context);
                Modular sum(0);
                Modular weight[sizes.context];
                for (int i = 0; i < sizes.context; ++i) {
                    Modular score(0);
                    for (int row = 0; row < 2; ++row) {
                        score += k(row, i) * q(row, token);
                    }
                    weight[i] = Weight::at(score / Modular(3)).value;
                    sum += weight[i];
                }
                for (int row = 0; row < shape.token_dim; ++row) {
                    for (int i = 0; i < sizes.context; ++i) {
                        for (int value = 0; value < 3; ++value) {
                            tokens(row, token) += head.output(row, value) * v(value, i) * weight[i] / sum;
                        }
                    }
                }
            }
        }
    };
    move(expected.context, as_matrix(prompt.context));
    move(expected.query, as_matrix(prompt.query));
    return layer(prompt) == expected;
}
static_assert(is_its_formula<Exponential>());
static_assert(is_its_formula<Any>());

/// The weights of a token sum to one, and are those of its head.
constexpr bool weights_sum_to_one() {
    auto const layer = laws::drawn<SoftmaxAttention<MultiHeadAttention<Head, Head>, Any>>("w");
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const first = layer.weights(prompt.context, prompt.query);
    auto const second = layer.weights<1>(prompt.context, prompt.query);
    for (int token = 0; token < sizes.query; ++token) {
        Modular sum(0);
        for (int i = 0; i < sizes.context; ++i) {
            sum += first(i, token);
        }
        if (!(sum == Modular(1))) {
            return false;
        }
    }
    return !(first == second);
}
static_assert(weights_sum_to_one());

// The division by sqrt(key_dim): a fraction where it is one, else any number; kept where heads are merged.
static_assert(one_over_root<Rational, 9>() == Rational(1, 3) && one_over_root<Rational, 1>() == Rational(1));
static_assert(key_dimension<MultiHeadAttention<Head, Head>> == 2 && key_dimension<MultiHeadAttention<Head, Thin>> == 0);
static_assert(key_dimension<MergedAttention<shape, Modular, 2>> == 0);  // it no longer knows
using Square = LinearSelfAttention<shape, Modular>;
static_assert(std::is_same_v<FastForm<SoftmaxAttention<MultiHeadAttention<Square, Square>>>,
                             SoftmaxAttention<MergedAttention<shape, Modular, 2>, Exponential, 3>>);

// ------------------------------------------------------------------------------------------------ statements and refutations

/// One head of a form, over any numbers; only the number of what is compared changes.
template <class Any, class Weight, int ScaledBy = 4>
constexpr auto softmax_head(Any any) {
    using Number = typename Any::Scalar;
    constexpr TokenShape tokens = Any::dimensions.tokens();
    using OneHead = LinearSelfAttention<tokens, Number>;
    auto const matrix = [&](char const* name) {
        return generate<Number, tokens.token_dim, tokens.token_dim>([&](int row, int col) {
            char const entry[] = {name[0], static_cast<char>('a' + row), static_cast<char>('a' + col), 0};
            return any.scalar(entry);
        });
    };
    return SoftmaxAttention<OneHead, Weight, ScaledBy>{
        .layer = {.query = matrix("q"), .key = matrix("k"), .value = matrix("v"), .output = matrix("p")}};
}

// Merged projections are the layer, for any function in the place of exp.
constexpr auto head = []<class Any>(Any any) { return softmax_head<Any, Exponential>(any); };
constexpr auto merged_head = []<class Any>(Any any) { return fast_form(softmax_head<Any, Exponential>(any)); };
constexpr Dimensions small{.input = 1, .output = 1, .context = 3, .query = 2};
static_assert(identical<small>(head, merged_head));

// Without the scale, with another one, or with another function, it is another layer.
constexpr auto unscaled_head = []<class Any>(Any any) { return softmax_head<Any, Exponential, 1>(any); };
constexpr auto other_function = []<class Any>(Any any) { return softmax_head<Any, AnyFunction<"E">>(any); };
static_assert(first_difference<small>(head, unscaled_head));
static_assert(first_difference<small>(head, other_function));

/// Linear attention is softmax attention without its softmax, and not with it.
constexpr auto linear_head = []<class Any>(Any any) { return softmax_head<Any, Exponential>(any).layer; };
static_assert(first_difference<small>(head, linear_head));

/// Doubling every weight changes nothing, whatever the function is: weights are a quotient.
struct TwiceAny {
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& u) {
        auto const once = AnyFunction<"E">::at(u);
        return {once.value + once.value, once.derivative + once.derivative};
    }
};
constexpr auto twice = []<class Any>(Any any) { return softmax_head<Any, TwiceAny>(any); };
static_assert(identical<small>(other_function, twice));

// ------------------------------------------------------------------------------------------------------- the shift by max

/// E(u) = t^u for whole u: a function that turns sums into products, so that a shift of all scores by one number cancels. The
/// numbers that run shift them by the largest; here the softmax that they run is asked with every score in turn.
struct PowersOfT {
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& u) {
        for (int exponent = -32; exponent <= 32; ++exponent) {
            if (u == Number(exponent)) {
                return {power(exponent), Number(0)};
            }
        }
        throw "a score that is no small whole number";
    }
    static constexpr Modular power(int exponent) {
        Modular const t(12345);
        Modular result(1);
        for (int k = 0; k < (exponent < 0 ? -exponent : exponent); ++k) {
            result = exponent < 0 ? result / t : result * t;
        }
        return result;
    }
};
constexpr bool shift_changes_no_weight() {
    using Softmax = SoftmaxOfScores<PowersOfT>;
    int const scores[] = {3, -2, 0, 7, 1};
    auto const weights = [&](int shift) {
        Softmax::Kept<Modular, 5, 1> kept;
        Softmax::keep(generate<Modular, 5, 1>([&](int row, int) { return Modular(scores[row] - shift); }), kept);
        return kept.weights;
    };
    for (int const shift : {3, -2, 7, 20}) {
        if (!(weights(shift) == weights(0))) {
            return false;
        }
    }
    return !(weights(0)(0, 0) == weights(0)(1, 0));
}
static_assert(shift_changes_no_weight());

}  // namespace

// SPDX-License-Identifier: MIT
// The law of pullbacks notices each mistake that it is there to notice: kinds that are right but for one thing.
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/equivalence/pullback_law.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
constexpr TokenShape shape = sizes.tokens();
using Targets = QueryTargets<sizes>;

enum class Fault {
    none,
    gradient,
    gradient_is_set,
    gradient_is_added_to_layer,
    prompt_for_cotangent,
    gradient_alone,
    gradient_of_frozen,
    none_of_frozen,  // no fault: a frozen kind leaves the gradient alone
    prompt_context,
    prompt_query,
    prompt_across,  // right along the prompt itself
    result,
    answer,
    power_in_result,  // x^p is x at every drawn point, and its derivative 0 x^(p-1)
    power_in_answer,
    power_in_gradient,
    power_in_gradient_alone,
    power_in_prompt,
    power_in_update
};

/// x^p, p the modulus.
template <class Number>
constexpr Number to_the_modulus(Number x) {
    Number power(1);
    for (auto exponent = Modular::modulus; exponent != 0; exponent >>= 1, x = x * x) {
        power = exponent & 1 ? power * x : power;
    }
    return power;
}
template <AnyMatrix M>
constexpr M with_power(M matrix) {
    matrix(0, 0) = to_the_modulus(matrix(0, 0));
    return matrix;
}
template <TokenShape Given, class N>
constexpr Prompt<Given, N> with_power(Prompt<Given, N> const& prompt) {
    return {.context = with_power(prompt.context), .query = with_power(prompt.query)};
}

/// token <- factor token, with passes of its own. Fault: what is wrong where FaultyAsked is asked.
template <class Number, Fault TheFault, class FaultyAsked>
struct Scaled {
    using Scalar = Number;
    template <class Other>
    using with_number = Scaled<Other, TheFault, FaultyAsked>;
    static constexpr bool is_frozen = TheFault == Fault::gradient_of_frozen || TheFault == Fault::none_of_frozen;

    Number factor = Number(1);  // a beginning that is not 0, also where it is frozen

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"factor">, &Scaled::factor> {};

    template <class Asked>
    static constexpr bool has(Fault fault) {
        return fault == TheFault && std::is_same_v<Asked, FaultyAsked>;
    }

    template <TokenShape Given, class N>
    [[nodiscard]] constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        if constexpr (TheFault ==
                      Fault::power_in_update) {  // + (x^p) - (x^p), where one of them is 0 times the other in Dual
            N const nothing = to_the_modulus(prompt.query(0, 0)) - to_the_modulus(prompt.query(0, 0));
            return {.context = factor * prompt.context + nothing * prompt.context, .query = factor * prompt.query};
        }
        return {.context = factor * prompt.context, .query = factor * prompt.query};
    }

    template <class OfAnswer>
    struct Pass {
        OfAnswer result;
    };
    template <class Asked, TokenShape Given>
    friend constexpr auto forward_pass(Asked, Scaled const& layer, Prompt<Given, Number> const& prompt)
        -> Pass<Answer<Asked, Given, Number>> {
        if constexpr (has<Asked>(Fault::result)) {
            return {Asked::of(prompt)};
        } else if constexpr (has<Asked>(Fault::power_in_result)) {
            return {with_power(Answer<Asked, Given, Number>(Asked::of(layer(prompt))))};
        } else {
            return {Asked::of(layer(prompt))};
        }
    }
    template <class Asked, TokenShape Given>
    friend constexpr auto answer(Asked, Scaled const& layer, Prompt<Given, Number> const& prompt)
        -> Answer<Asked, Given, Number> {
        if constexpr (has<Asked>(Fault::answer)) {
            return Asked::of(prompt);
        } else if constexpr (has<Asked>(Fault::power_in_answer)) {
            return with_power(Answer<Asked, Given, Number>(Asked::of(layer(prompt))));
        } else {
            return Asked::of(layer(prompt));
        }
    }
    /// Times 1 + x^p - x: what was added before.
    template <class Asked, class Wanted>
    constexpr void see_power(Number const& x) {
        if constexpr (has<Asked>(Wanted::prompt ? Fault::power_in_gradient : Fault::power_in_gradient_alone)) {
            factor += factor * (to_the_modulus(x) - x);
        }
    }
    template <class Asked, class Wanted, TokenShape Given, class OfPass>
    friend constexpr Prompt<Given, Number> pull_back(Asked, Wanted, Scaled const& layer,
                                                     Prompt<Given, Number> const& prompt, OfPass const&,
                                                     Answer<Asked, Given, Number> const& cotangent, Scaled& gradient) {
        auto const lifted = Prompt<Given, Number>(Asked::template lifted<Given, Number>(cotangent));
        Number const along = laws::inner_product_of_answers(lifted, prompt);
        gradient.template see_power<Asked, Wanted>(prompt.query(0, 0));
        if constexpr (has<Asked>(Fault::gradient)) {
            gradient.factor += along + along;
        } else if constexpr (has<Asked>(Fault::gradient_is_set)) {
            gradient.factor = along;
        } else if constexpr (has<Asked>(Fault::gradient_is_added_to_layer)) {
            gradient.factor = layer.factor + along;
        } else if constexpr (has<Asked>(Fault::prompt_for_cotangent)) {
            gradient.factor += laws::inner_product_of_answers(prompt, prompt);
        } else if constexpr (has<Asked>(Fault::gradient_alone) && !Wanted::prompt) {
            gradient.factor -= along;
        } else if (!is_frozen || has<Asked>(Fault::gradient_of_frozen)) {
            gradient.factor += along;
        }
        auto by_prompt = layer(lifted);
        if constexpr (has<Asked>(Fault::prompt_context)) {
            by_prompt.context += prompt.context;
        }
        if constexpr (has<Asked>(Fault::prompt_query)) {
            by_prompt.query += prompt.query;
        }
        if constexpr (has<Asked>(Fault::prompt_across)) {
            by_prompt.query(0, 0) += prompt.query(1, 0);
            by_prompt.query(1, 0) -= prompt.query(0, 0);
        }
        if constexpr (has<Asked>(Fault::power_in_prompt)) {
            by_prompt = with_power(by_prompt);
        }
        return by_prompt;
    }
};

template <Fault TheFault, class FaultyAsked>
constexpr bool is_noticed = !laws::pullback_is_transpose_of_derivative<sizes, Scaled<Modular, TheFault, FaultyAsked>>;

static_assert(!is_noticed<Fault::none, AllTokens> && !is_noticed<Fault::none_of_frozen, AllTokens>);
template <class Asked>
constexpr bool all_are_noticed = is_noticed<Fault::gradient, Asked>&& is_noticed<Fault::gradient_is_set, Asked>&&
    is_noticed<Fault::gradient_alone, Asked>&& is_noticed<Fault::gradient_of_frozen, Asked>&& is_noticed<
        Fault::prompt_context, Asked>&& is_noticed<Fault::prompt_query, Asked>&& is_noticed<Fault::result, Asked>;
static_assert(all_are_noticed<AllTokens> && all_are_noticed<QueryTokens> && all_are_noticed<Targets>);
static_assert(is_noticed<Fault::answer, QueryTokens> && is_noticed<Fault::answer, Targets>);
static_assert(is_noticed<Fault::prompt_across, AllTokens> && is_noticed<Fault::prompt_for_cotangent, AllTokens> &&
              is_noticed<Fault::gradient_is_added_to_layer, AllTokens>);

// A frozen kind that adds a derivative is noticed where it does so, and not because the others do not add one.
template <class Asked>
constexpr bool is_noticed_where_asked =
    !laws::derivative_is_right_of<sizes, Asked, Scaled<Modular, Fault::gradient_of_frozen, Asked>>;
static_assert(is_noticed_where_asked<AllTokens> && is_noticed_where_asked<QueryTokens> &&
              is_noticed_where_asked<Targets>);

// x^p is x at the drawn point: all is right there, and nothing is proved (compile_fail/law_of_two_layers_of_softmax.cpp).
template <Fault TheFault, class Asked>
constexpr bool is_right_and_not_proved = laws::derivative_is_right_of<sizes, Asked, Scaled<Modular, TheFault, Asked>>&&
                                             laws::answer_is_right_of<sizes, Asked, Scaled<Modular, TheFault, Asked>> &&
                                         !laws::degree_is_small_of<sizes, Asked, Scaled<Modular, TheFault, Asked>>;
static_assert(is_right_and_not_proved<Fault::power_in_result, AllTokens> &&
              is_right_and_not_proved<Fault::power_in_result, QueryTokens> &&
              is_right_and_not_proved<Fault::power_in_result, Targets>);
static_assert(is_right_and_not_proved<Fault::power_in_answer, QueryTokens> &&
              is_right_and_not_proved<Fault::power_in_answer, Targets>);
static_assert(is_right_and_not_proved<Fault::power_in_gradient, AllTokens> &&
              is_right_and_not_proved<Fault::power_in_gradient, QueryTokens> &&
              is_right_and_not_proved<Fault::power_in_gradient_alone, Targets>);
static_assert(is_right_and_not_proved<Fault::power_in_prompt, AllTokens> &&
              is_right_and_not_proved<Fault::power_in_prompt, QueryTokens>);
static_assert(is_right_and_not_proved<Fault::power_in_update, AllTokens>);
static_assert(laws::degree_is_small_of<sizes, AllTokens, Scaled<Modular, Fault::none, AllTokens>>);

// The wrong parameter is named; -1 is the prompt; none is -2.
template <Fault TheFault, class FaultyAsked>
constexpr int first_wrong = laws::first_wrong_derivative<sizes, Scaled<Modular, TheFault, FaultyAsked>>();
static_assert(first_wrong<Fault::none, AllTokens> == -2 && first_wrong<Fault::none_of_frozen, AllTokens> == -2);
static_assert(first_wrong<Fault::gradient_of_frozen, QueryTokens> == 0);
static_assert(first_wrong<Fault::gradient_alone, AllTokens> == 0 && first_wrong<Fault::gradient_alone, Targets> == 0);
static_assert(first_wrong<Fault::gradient, AllTokens> == 0 && first_wrong<Fault::gradient, QueryTokens> == 0 &&
              first_wrong<Fault::gradient, Targets> == 0);
static_assert(first_wrong<Fault::prompt_context, AllTokens> == -1 && first_wrong<Fault::prompt_query, Targets> == -1);

// ---------------------------------------------------------------------------------------------- the dual numbers ----

/// query(0, 0) <- (factor a) (factor a + factor b), a and b the entries of the first query token: the factors of the product are two
/// references to one running sum. Pullback: of that, or of (factor a + factor b)^2, as dual numbers would be if their operators took
/// references. IsOther: dual numbers of this layer are another update, with the derivative of its pullback.
template <class Number, bool OfTheSquare, bool IsOther = false>
struct RunningSum {
    using Scalar = Number;
    template <class Other>
    using with_number = RunningSum<Other, OfTheSquare, IsOther>;

    BOOST_HANA_DEFINE_STRUCT(RunningSum, (Number, factor));

    template <TokenShape Given, class N>
    [[nodiscard]] constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        auto updated = prompt;
        N sum(0);
        auto const plus = [&](N const& entry) -> N const& {
            sum += factor * entry;
            return sum;
        };
        updated.query(0, 0) = plus(prompt.query(0, 0)) * plus(prompt.query(1, 0));
        if constexpr (IsOther && std::is_same_v<N, laws::Pair>) {
            updated.query(0, 0) += N(1);
        }
        return updated;
    }

    template <TokenShape Given, class N>
    struct Pass {
        Prompt<Given, N> result;
    };
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, RunningSum const& layer, Prompt<Given, N> const& prompt) {
        return {layer(prompt)};
    }
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, RunningSum const& layer,
                                                Prompt<Given, N> const& prompt, Pass<Given, N> const&,
                                                Prompt<Given, N> const& cotangent, with_number<N>& gradient) {
        N const f(layer.factor);
        N const a = prompt.query(0, 0);
        N const second = a + prompt.query(1, 0);
        N const first = OfTheSquare ? second : a;
        N const c = cotangent.query(0, 0);
        gradient.factor += N(2) * f * first * second * c;
        auto by_prompt = cotangent;
        by_prompt.query(0, 0) = f * f * (first + second) * c;
        by_prompt.query(1, 0) += f * f * (OfTheSquare ? first + second : a) * c;
        return by_prompt;
    }
};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, RunningSum<Modular, false>>);
static_assert(!laws::pullback_is_transpose_of_derivative<sizes, RunningSum<Modular, true>>);
static_assert(laws::derivative_is_right_of<sizes, AllTokens, RunningSum<Modular, false, true>>);
static_assert(!laws::pullback_is_transpose_of_derivative<sizes, RunningSum<Modular, false, true>>);

// ---------------------------------------------------------------------------------------------- the direction ----

/// token <- first second token. Across: a derivative that is right along the layer itself, first second - second first = 0, and in no
/// other direction.
template <class Number, bool IsAcross>
struct TwoFactors {
    using Scalar = Number;
    template <class Other>
    using with_number = TwoFactors<Other, IsAcross>;

    BOOST_HANA_DEFINE_STRUCT(TwoFactors, (Number, first), (Number, second));

    template <TokenShape Given, class N>
    [[nodiscard]] constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        N const both = N(first) * N(second);
        return {.context = both * prompt.context, .query = both * prompt.query};
    }

    template <TokenShape Given, class N>
    struct Pass {
        Prompt<Given, N> result;
    };
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, TwoFactors const& layer, Prompt<Given, N> const& prompt) {
        return {layer(prompt)};
    }
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, TwoFactors const& layer,
                                                Prompt<Given, N> const& prompt, Pass<Given, N> const&,
                                                Prompt<Given, N> const& cotangent, with_number<N>& gradient) {
        N const along = laws::inner_product_of_answers(cotangent, prompt);
        gradient.first += layer.second * (IsAcross ? along + N(1) : along);
        gradient.second += layer.first * (IsAcross ? along - N(1) : along);
        return layer(cotangent);
    }
};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, TwoFactors<Modular, false>>);
static_assert(!laws::pullback_is_transpose_of_derivative<sizes, TwoFactors<Modular, true>>);

// ------------------------------------------------------------------------------------------------ linear layers ----

enum class Form { none, fast_weights, kept, of_gram, by_values, scores, query_tokens, targets };

/// A layer of linear attention, of which one form is not the layer.
template <Form Wrong>
struct Linear : LinearSelfAttention<shape, Modular> {
    using Base = LinearSelfAttention<shape, Modular>;

    static constexpr Modular factor(bool is_wrong) { return is_wrong ? Modular(2) : Modular(1); }

    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights(Context const& C) const {
        return factor(Wrong == Form::fast_weights) * Base::fast_weights(C);
    }
    template <AnyMatrix Gram>
    [[nodiscard]] constexpr Gram fast_weights_of_gram(Gram const& G) const {
        return factor(Wrong == Form::of_gram || Wrong == Form::fast_weights) * Base::fast_weights_of_gram(G);
    }
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto keep_fast_weights(Context const& C) const {
        auto kept = Base::keep_fast_weights(C);
        kept.fast_weights *= factor(Wrong == Form::kept || Wrong == Form::fast_weights);
        return kept;
    }
    template <AnyMatrix Context>
    [[nodiscard]] constexpr auto fast_weights_by_values(Context const& C) const {
        return factor(Wrong == Form::by_values || Wrong == Form::fast_weights) * Base::fast_weights(C);
    }
    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto score_direction(Tokens const& T) const {
        return factor(Wrong == Form::scores) * Base::score_direction(T);
    }
    template <class Asked, AnyMatrix Sum, AnyMatrix Attended>
    [[nodiscard]] constexpr auto plus_output(Sum const& sum, Attended const& g) const {
        constexpr bool is_wrong = (std::is_same_v<Asked, QueryTokens> && Wrong == Form::query_tokens) ||
                                  (std::is_same_v<Asked, Targets> && Wrong == Form::targets);
        return Base::plus_output<Asked>(sum, factor(is_wrong) * g);
    }
};

template <Form Wrong>
constexpr bool all_tokens = laws::all_tokens_are_right<sizes, Linear<Wrong>>();
template <Form Wrong>
constexpr bool queries = laws::queries_are_right<sizes, Linear<Wrong>>();

static_assert(all_tokens<Form::none> && queries<Form::none>);
static_assert(!all_tokens<Form::fast_weights> && !all_tokens<Form::kept> && !all_tokens<Form::of_gram>);
static_assert(!all_tokens<Form::scores> && !all_tokens<Form::by_values>);
static_assert(!queries<Form::query_tokens> && !queries<Form::targets> && !queries<Form::of_gram>);

}  // namespace

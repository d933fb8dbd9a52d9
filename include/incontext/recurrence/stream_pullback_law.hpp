// SPDX-License-Identifier: MIT
/// @file
/// Is the derivative of a rule right? The law that every rule owes, as a question for a static_assert:
///
///     <v, J u> = <J^T v, u>        J u: a form itself, run on dual numbers;  J^T v: pull_back
///
///     static_assert(laws::stream_pullback_is_transpose_of_derivative<MyRule<shape, Modular>, 3, 2>(forms::sequence));
///
/// u moves every query, key, value, rate, gate and the initial state at once, v weighs every answer and the state
/// afterwards. All are drawn from the field modulo 2^61 - 1; a wrong derivative escapes as a wrong identity does
/// (equivalence/identical.hpp), of rules that do not divide; of others no probability is stated.
#pragma once

#include <cstddef>
#include <utility>

#include "incontext/number/dual.hpp"
#include "incontext/recurrence/derived_rule.hpp"
#include "incontext/recurrence/gradient.hpp"
#include "incontext/recurrence/gradient_in_chunks.hpp"
#include "incontext/recurrence/identical_on_streams.hpp"

namespace incontext {

/// pull_back, as an argument of the law. Test: tests/static/online_gradients.cpp.
struct TokenByToken {
    /// Adds the derivatives, as the pullback does; the spans fit.
    template <int Length, class Rule>
    static constexpr void run(Rule const& rule, StreamSpans<Rule> const& stream,
                              std::span<typename Rule::Answer const> answers_, typename Rule::State& state_,
                              std::span<typename Rule::Example> examples_, std::span<typename Rule::Query> queries_) {
        static_cast<void>(pull_back<Length>(rule, stream, answers_, state_, examples_, queries_));
    }
};

/// pull_back_in_chunks, likewise. Test: tests/static/online_gradients_in_chunks.cpp.
template <class Plan = BySubstitution>
struct InChunks {
    /// Adds the derivatives, as the pullback does; the spans fit.
    template <int Length, class Rule>
    static constexpr void run(Rule const& rule, StreamSpans<Rule> const& stream,
                              std::span<typename Rule::Answer const> answers_, typename Rule::State& state_,
                              std::span<typename Rule::Example> examples_, std::span<typename Rule::Query> queries_) {
        static_cast<void>(pull_back_in_chunks<Length, Plan>(rule, stream, answers_, state_, examples_, queries_));
    }
};

/// A derivative of a stream: with respect to the first state, or to a number of a token's example or query. number: in the order in
/// which the members' Hana struct lists them, matrices column by column; -1 of a state, whose numbers may depend on each other.
/// Test: tests/static/online_law_notices.cpp.
struct StreamDerivative {
    enum class Of { nothing, query, example, first_state };
    Of of = Of::nothing;
    int token = -1;
    int number = -1;

    friend constexpr bool operator==(StreamDerivative const&, StreamDerivative const&) = default;
};

namespace streams {

template <class Tree>
constexpr Modular inner_product_of_trees(Tree const& a, Tree const& b) {
    Modular sum(0);
    streams::for_each_number([&](Modular const& x, Modular const& y) { sum += x * y; }, a, b);
    return sum;
}

/// <weights, derivatives> of a tree of dual numbers.
template <class Tree, class Duals>
constexpr Modular along(Tree const& weights, Duals const& duals) {
    Modular sum(0);
    streams::for_each_number([&](Modular const& x, Dual<Modular> const& y) { sum += x * y.derivative; }, weights,
                             duals);
    return sum;
}

/// What the derivatives are added to: drawn numbers, and none is zero.
template <class Rule, int Tokens>
constexpr Stream<Rule, Tokens> drawn_gradient() {
    return drawn<Rule, Tokens>({.seed = 2});
}

/// The derivative by `keep` and a pullback, added to a gradient: a stream that holds the sums (its rule is not used).
template <int Length, class Backwards, class StreamOfRule, class Rule = typename StreamOfRule::RuleOfStream>
constexpr StreamOfRule pulled_back(StreamOfRule const& stream, auto const& weights, StreamOfRule gradient) {
    constexpr int tokens = StreamOfRule::length;
    gradient.initial = weights.state;
    ArrayOf<typename Rule::State, kept_states<Length>(tokens)> kept;
    ArrayOf<typename Rule::Answer, tokens> answers;
    typename Rule::State state = stream.initial;
    StreamSpans<Rule> const spans{.examples = {stream.examples.data(), stream.examples.size()},
                                  .queries = {stream.queries.data(), stream.queries.size()},
                                  .kept = {kept.data(), kept.size()}};
    static_cast<void>(keep<Length>(stream.rule, state, spans, {answers.data(), answers.size()}));
    Backwards::template run<Length, Rule>(stream.rule, spans, {weights.answers.data(), weights.answers.size()},
                                          gradient.initial, {gradient.examples.data(), gradient.examples.size()},
                                          {gradient.queries.data(), gradient.queries.size()});
    return gradient;
}

/// Drawn weights of answers and state.
template <class Rule, int Tokens>
constexpr auto drawn_weights() {
    StreamAnswer<typename Rule::State, typename Rule::Answer, Tokens> weights;
    draw<typename Rule::Scalar>({}, "byans", weights.answers);
    draw<typename Rule::Scalar>({}, "bysta", weights.state);
    return weights;
}

/// Leaves a stream as it was drawn.
struct AsDrawn {
    constexpr void operator()(auto&) const {}
};

/// Drawn numbers, and 0 where nothing is moved. Moved: what a StreamDerivative names, all numbers where that is -1; of nothing: all.
template <class Rule, int Tokens>
constexpr Stream<Rule, Tokens> drawn_direction(StreamDerivative const& moved) {
    using Of = StreamDerivative::Of;
    auto direction = drawn<Rule, Tokens>({.seed = 1});
    if (moved.of == Of::nothing) {
        return direction;
    }
    auto const keep_what_is_moved = [&](Of of, int token, auto& numbers) {
        bool const is_moved = moved.of == of && moved.token == token;
        int place = 0;
        auto const keep = [&](Modular& number) {
            if (!is_moved || (moved.number >= 0 && moved.number != place)) {
                number = Modular(0);
            }
            ++place;
        };
        streams::for_each_number(keep, numbers);
    };
    keep_what_is_moved(Of::first_state, -1, direction.initial);
    for (std::size_t token = 0; token < direction.examples.size(); ++token) {
        keep_what_is_moved(Of::example, static_cast<int>(token), direction.examples[token]);
        keep_what_is_moved(Of::query, static_cast<int>(token), direction.queries[token]);
    }
    return direction;
}

/// The stream's law in numbers, along one direction.
template <class Rule, int Tokens, int Length, class Backwards, class Form, class Prepare>
constexpr bool derivative_is_right(Form const& form, Prepare const& prepare, StreamDerivative const& moved_numbers) {
    using Numbers = typename Rule::template with_number<Modular>;
    using Duals = typename Rule::template with_number<Dual<Modular>>;
    auto stream = drawn<Numbers, Tokens>({});
    prepare(stream);
    auto const direction = drawn_direction<Numbers, Tokens>(moved_numbers);
    auto const weights = drawn_weights<Numbers, Tokens>();
    Stream<Duals, Tokens> moved;
    auto const move = [](auto& to, Modular const& at, Modular const& along) { to = Dual<Modular>(at, along); };
    streams::for_each_number(move, moved.initial, stream.initial, direction.initial);
    streams::for_each_number(move, moved.examples, stream.examples, direction.examples);
    streams::for_each_number(move, moved.queries, stream.queries, direction.queries);
    streams::for_each_number([](auto& to, Modular const& at) { to = Dual<Modular>(at, Modular(0)); }, moved.rule,
                             stream.rule);
    auto const pushed = form(std::as_const(moved));
    Modular const forward = along(weights.answers, pushed.answers) + along(weights.state, pushed.state);

    auto const before = drawn_gradient<Numbers, Tokens>();
    auto const gradient = pulled_back<Length, Backwards>(stream, weights, before);
    return forward + inner_product_of_trees(before.examples, direction.examples) +
               inner_product_of_trees(before.queries, direction.queries) ==
           inner_product_of_trees(gradient.initial, direction.initial) +
               inner_product_of_trees(gradient.examples, direction.examples) +
               inner_product_of_trees(gradient.queries, direction.queries);
}

/// The largest degree in the derivative, by running it on Degree, so that nothing in it is compared.
template <class Rule, int Tokens, int Length, class Backwards, class Form, class Prepare>
constexpr long long degree_of_derivative(Form const& form, Prepare const& prepare) {
    using Degrees = typename Rule::template with_number<Degree>;
    auto stream = drawn<Degrees, Tokens>({});
    prepare(stream);
    auto const gradient =
        pulled_back<Length, Backwards>(stream, drawn_weights<Degrees, Tokens>(), drawn_gradient<Degrees, Tokens>());
    auto const answer = form(std::as_const(stream));
    exact_trial::Degrees largest;
    auto const see = [&](Degree const& number) { largest.see(number); };
    streams::for_each_number(see, answer.answers);
    streams::for_each_number(see, answer.state);
    streams::for_each_number(see, gradient.initial);
    streams::for_each_number(see, gradient.examples);
    streams::for_each_number(see, gradient.queries);
    return largest.larger();
}

/// What the law asks while compiling, each as a constant of its own.
template <class Rule, int Tokens, int Length, class Backwards, class Form, class Prepare>
struct Law {
    struct DegreeOfDerivative {
        static constexpr long long answer() {
            return degree_of_derivative<Rule, Tokens, Length, Backwards>(Form{}, Prepare{});
        }
    };
    template <StreamDerivative Moved = StreamDerivative{}>
    struct DerivativeIsRight {
        static constexpr bool answer() {
            return derivative_is_right<Rule, Tokens, Length, Backwards>(Form{}, Prepare{}, Moved);
        }
    };
};

/// The law, of a rule that has a derivative and is drawn as a whole.
template <class Rule, int Tokens, int Length, class Backwards, class Form, class Prepare>
consteval bool law_holds() {
    using Questions = Law<Rule, Tokens, Length, Backwards, Form, Prepare>;
    if constexpr (!exact_trial::is_answered<typename Questions::DegreeOfDerivative>()) {
        return false;
    } else {
        constexpr long long degree = exact_trial::found<typename Questions::DegreeOfDerivative>.answer;
        static_assert(the_degree_is_not_far_below_the_modulus<degree, exact_trial::largest_proved_degree>::value,
                      "see the first error");
        using DerivativeIsRight = typename Questions::template DerivativeIsRight<>;
        return exact_trial::is_answered<DerivativeIsRight>() && exact_trial::found<DerivativeIsRight>.answer;
    }
}

/// Whether the law can be asked, or one sentence.
template <class Rule, int Tokens, class Form, class Prepare>
consteval bool law_can_be_asked() {
    static_assert(is_statement<Form> && is_statement<Prepare>, "see the first error");
    static_assert(this_is_not_an_online_rule<Rule>::value && this_rule_has_no_derivative<Rule>::value,
                  "see the first error");
    static_assert(a_chunk_has_tokens<Tokens>::value && streams::require_numbers_to_draw<Rule>(), "see the first error");
    if constexpr (DifferentiableRule<Rule> && streams::CanBeDrawn<Rule> && is_statement<Form> &&
                  is_statement<Prepare>) {
        if constexpr (streams::are_forms<Rule, Tokens, Form>) {
            using Numbers = typename Rule::template with_number<Modular>;
            static_assert(streams::all_is_drawn<Rule>(), "see the first error");
            static_assert(a_statement_answers_every_token_of_its_stream<
                              decltype(Form{}(std::declval<Stream<Numbers, Tokens> const&>())),
                              StreamAnswer<typename Numbers::State, typename Numbers::Answer, Tokens>>::value,
                          "see the first error");
            return true;
        }
    }
    return false;  // refused above
}

/// The first wrong derivative from this one on, as the pullback goes: the last token's query, its example, ..., the first state.
template <class Questions, StreamDerivative Asked>
consteval StreamDerivative first_wrong() {
    using Of = StreamDerivative::Of;
    using DerivativeIsRight = typename Questions::template DerivativeIsRight<Asked>;
    constexpr Of of = Asked.of;
    constexpr int token = Asked.token;
    constexpr int number = Asked.number;
    if constexpr (!exact_trial::is_answered<DerivativeIsRight>()) {
        return Asked;  // refused
    } else if constexpr (!exact_trial::found<DerivativeIsRight>.answer) {
        if constexpr (of == Of::first_state || number >= 0) {
            return Asked;
        } else {
            return first_wrong<Questions, StreamDerivative{of, token, 0}>();
        }
    } else if constexpr (number >= 0) {
        return first_wrong<Questions, StreamDerivative{of, token, number + 1}>();
    } else if constexpr (of == Of::query) {
        return first_wrong<Questions, StreamDerivative{Of::example, token}>();
    } else if constexpr (of == Of::example && token > 0) {
        return first_wrong<Questions, StreamDerivative{Of::query, token - 1}>();
    } else if constexpr (of == Of::example) {
        return first_wrong<Questions, StreamDerivative{Of::first_state}>();
    } else {
        return {};
    }
}

}  // namespace streams

namespace laws {

/// <v, J u> = <J^T v, u> for a form of a rule, on a stream of Tokens tokens; the pullback keeps a state every Length
/// tokens. Backwards: TokenByToken, or InChunks<Plan>.
///
/// Exactness: of rules that do not divide wrong with a probability below 2^-29, for the degree of each number in answers and derivatives is
/// at most 2^30. What is compared is a sum of them; of rules that divide the degree of that sum is not counted. Errors: a form or
/// a Prepare that holds values, of which the type alone is seen, a rule without derivative, a comparison of entries, a degree above 2^30, a stream beyond the limits of constant evaluation do
/// not compile. Test:
/// tests/static/online_gradients.cpp (true), tests/static/online_law_notices.cpp (each broken once), tests/compile_fail/stream_law_of_*.cpp.
template <class Rule, int Tokens, int Length = 2, class Backwards = TokenByToken, class Form,
          class Prepare = streams::AsDrawn>
[[nodiscard]] consteval bool stream_pullback_is_transpose_of_derivative(Form, Prepare = {}) {
    if constexpr (streams::law_can_be_asked<Rule, Tokens, Form, Prepare>()) {
        return streams::law_holds<Rule, Tokens, Length, Backwards, Form, Prepare>();
    }
    return false;  // refused above
}

/// Which derivative is wrong where the law is false: the first one as the pullback goes, from the last token to the first. Of a query
/// it is that of pull_back_read; of the last example what pull_back_observe adds to that, or pull_back_read to the state; of an earlier
/// example or of the first state, where the last example's is right, what is carried back to the state.
///
///     constexpr auto wrong = laws::first_wrong_stream_derivative<MyRule<shape, Modular>, 3>(forms::sequence);
///     static_assert(wrong.of == StreamDerivative::Of::nothing);
///
/// At the drawn point alone: no degree is asked. Cost: the law's, for each query and example that is looked at, and for each number of the wrong
/// one. Errors: as the law's. Test: tests/static/online_law_notices.cpp, tests/compile_fail/first_wrong_stream_derivative_of_values.cpp.
template <class Rule, int Tokens, int Length = 2, class Backwards = TokenByToken, class Form,
          class Prepare = streams::AsDrawn>
[[nodiscard]] consteval StreamDerivative first_wrong_stream_derivative(Form, Prepare = {}) {
    if constexpr (streams::law_can_be_asked<Rule, Tokens, Form, Prepare>()) {
        return streams::first_wrong<streams::Law<Rule, Tokens, Length, Backwards, Form, Prepare>,
                                    StreamDerivative{StreamDerivative::Of::query, Tokens - 1}>();
    }
    return {};  // refused above
}

// Without a length or a form: one sentence.
template <auto... Values, class... Arguments>
constexpr auto stream_pullback_is_transpose_of_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}
template <class Rule, class... Arguments>
constexpr auto stream_pullback_is_transpose_of_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <class Rule, int Tokens, class... Arguments>
    requires(sizeof...(Arguments) == 0)
constexpr auto stream_pullback_is_transpose_of_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}

template <auto... Values, class... Arguments>
constexpr auto first_wrong_stream_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}
template <class Rule, class... Arguments>
constexpr auto first_wrong_stream_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <class Rule, int Tokens, class... Arguments>
    requires(sizeof...(Arguments) == 0)
constexpr auto first_wrong_stream_derivative(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}

}  // namespace laws

}  // namespace incontext

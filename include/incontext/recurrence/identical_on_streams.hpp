// SPDX-License-Identifier: MIT
/// @file
/// identical_on_streams<Rule, tokens>(a, b): two forms (another rule is one by forms::by_rule) are the same on every stream of this
/// length, wherever neither divides by zero.
///
///     static_assert(identical_on_streams<GatedDeltaRule<shape, Modular>, 5>(forms::sequence, forms::chunks<2>));
///
/// A statement is a function from a Stream to a StreamAnswer: all answers, and the state afterwards. It is evaluated
/// as token updates are in equivalence/identical.hpp: exactly, at pseudo-random examples, gates, queries and initial
/// state (none of which is zero), and its degree is counted. Shapes with key_dim other than value_dim, and a length
/// that is no multiple of the chunk, see what square ones hide.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "incontext/equivalence/identical.hpp"
#include "incontext/recurrence/heads.hpp"
#include "incontext/recurrence/in_chunks.hpp"
#include "incontext/recurrence/in_scan.hpp"
#include "incontext/recurrence/in_sequence.hpp"

namespace incontext {

/// A stream of Length tokens, and the state to begin with.
template <OnlineRule Rule, int Length>
struct Stream {
    static constexpr int length = Length;
    static constexpr MemoryShape shape = Rule::shape;
    using Scalar = typename Rule::Scalar;
    using RuleOfStream = Rule;
    using State = typename Rule::State;
    using Example = typename Rule::Example;
    using Query = typename Rule::Query;

    template <class Other>
    using with_number = Stream<typename Rule::template with_number<Other>, Length>;

    Rule rule{};
    State initial{};
    ArrayOf<Example, Length> examples;
    ArrayOf<Query, Length> queries;
};

/// All answers of a stream, and the state after it.
template <class StateOf, class Answer, int Length>
struct StreamAnswer {
    ArrayOf<Answer, Length> answers;
    StateOf state{};
};

/// At run time this throws; in a static_assert both compilers print its name. Test: tests/compile_fail/form_that_refuses_a_stream.cpp.
[[noreturn]] inline void a_form_has_refused_the_stream() {
    fail<std::logic_error>("forms::run: the form has answered other than Answered::all, and done nothing");
}

namespace forms {

/// A rule on a stream, by a form that takes spans. Errors: a form that answers other than Answered::all throws
/// std::logic_error, or does not compile: what nobody has done would be equal.
template <class Rule, class StreamOfRule, class Form>
[[nodiscard]] constexpr auto run(Rule const& rule, StreamOfRule const& stream, Form const& form) {
    using State = typename Rule::State;
    using Example = typename Rule::Example const;
    using Query = typename Rule::Query const;
    using Answer = typename Rule::Answer;
    StreamAnswer<State, Answer, StreamOfRule::length> result;
    result.state = stream.initial;
    auto const answered = [&] {
        return form(rule, result.state, std::span<Example>(stream.examples.data(), stream.examples.size()),
                    std::span<Query>(stream.queries.data(), stream.queries.size()),
                    std::span<Answer>(result.answers.data(), result.answers.size()));
    };
    if constexpr (std::same_as<decltype(answered()), Answered>) {
        if (answered() != Answered::all) {
            a_form_has_refused_the_stream();
        }
    } else {
        static_cast<void>(answered());
    }
    return result;
}

/// Another rule in sequence on a stream of the same examples: by_rule(Mine{}, stream), where Mine has the stream's numbers.
template <class Rule, class StreamOfRule>
[[nodiscard]] constexpr auto by_rule(Rule const& rule, StreamOfRule const& stream) {
    return run(rule, stream, [](auto const& r, auto& state, auto examples, auto queries, auto answers) {
        return in_sequence(r, state, examples, queries, answers);
    });
}

/// The stream's rule in sequence: the definition.
inline constexpr auto sequence = [](auto const& stream) { return by_rule(stream.rule, stream); };

/// In chunks of Length tokens.
template <int Length, class Plan = BySubstitution>
inline constexpr auto chunks = [](auto const& stream) {
    return run(stream.rule, stream, [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
        return in_chunks<Length, Plan>(rule, state, examples, queries, answers);
    });
};

/// By trees of Length tokens.
template <int Length>
inline constexpr auto scan = [](auto const& stream) {
    return run(stream.rule, stream, [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
        return in_scan<Length>(rule, state, examples, queries, answers);
    });
};

}  // namespace forms

/// Where two forms differ first, and what they say there. token: 0, 1, ... is the answer of that token, and the
/// number of tokens the state after all of them (a second matrix of the state: one more, and so on). row, col: the
/// entry.
/// Test: tests/static/online_mistakes.cpp.
struct StreamDifference {
    int token = -1;
    int row = -1;
    int col = -1;
    Fraction expected{};
    Fraction actual{};

    /// True if there is a difference.
    [[nodiscard]] constexpr explicit operator bool() const { return token >= 0; }

    friend constexpr bool operator==(StreamDifference const&, StreamDifference const&) = default;
};

/// The message of a failed `identical_on_streams`. Test: tests/compile_fail/identical_on_streams_*.cpp.
template <StreamDifference First>
struct the_two_forms_differ_at {
    static_assert(
        !First,
        "the two forms differ on a stream: read this message's StreamDifference{token, row, col, expected "
        "{numerator, denominator}, actual {numerator, denominator}}; a token behind the last is the state afterwards");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/rules_in_place_of_forms.cpp.
template <class Form, class GivenStream>
struct a_form_is_a_function_of_a_stream {
    static constexpr bool value = std::is_invocable_v<Form const&, GivenStream const&>;
    static_assert(
        value,
        "a form is a function of a stream, as forms::sequence, forms::chunks<length> and forms::scan<length> "
        "are. Another rule is one as [](auto const& stream) { return forms::by_rule(OtherRule{}, stream); }, "
        "where OtherRule has the numbers of the stream, typename std::remove_cvref_t<decltype(stream)>::Scalar");
};

/// Test: tests/compile_fail/statement_that_answers_no_token.cpp.
template <class Given, class Required>
struct a_statement_answers_every_token_of_its_stream {
    static_assert(
        std::same_as<Given, Required>,
        "a statement about streams returns a StreamAnswer<State, Answer, tokens> of the rule, with an answer for every "
        "token of the stream: compare what it returns with what is required in this message");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/rule_without_numbers_of_its_own.cpp.
template <class Rule>
struct is_a_rule_of_its_own {
    static_assert(std::same_as<typename Rule::template with_number<typename Rule::Scalar>, Rule>,
                  "this rule's with_number names another rule, the one it derives from or one with other template "
                  "arguments, and the statement would be about that one: write template <class Other> using "
                  "with_number = MyRule<shape, Other>; in the rule itself");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/rule_with_another_member.cpp, state_with_padding.cpp, rule_beside_an_empty_member.cpp.
template <class Tree, bool IsListed>
struct a_stream_has_members_that_are_no_parameters {
    static_assert(
        IsListed,
        "a rule, its state, example, query or answer (in this message) has members that its Hana struct does not list, "
        "or alignas or an empty member, whose bytes could be one, or is no Hana struct: the members are not drawn and "
        "not compared, and the statement would hold for one value "
        "of them. List them, or make them template arguments");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/state_with_an_integer.cpp.
template <class Tree, bool AreNumbers>
struct the_leaves_of_a_rule_are_its_numbers {
    static_assert(
        AreNumbers,
        "a rule, its state, example, query or answer (in this message) lists a member that is neither a number of the "
        "rule nor a matrix of them, such as an int: it is not drawn. Make it a Number, or a template argument");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/answer_that_is_a_number.cpp.
template <class Given, bool IsAMatrix>
struct a_query_and_an_answer_are_matrices {
    static_assert(IsAMatrix,
                  "the Query and the Answer of a rule (in this message) are matrices, or an ArrayOf them, one for each "
                  "head: one number is a Matrix<Number, 1, 1>");
    static constexpr bool value = true;
};

/// What was shown: for this length and shape, at this degree, on the streams where neither statement divides by zero. True,
/// since what was not shown does not compile.
///
/// A form that divides by the gates is proved equal to a rule whose gates may be 0, and is 0/0 there: its
/// denominator_degree says that something is left to ask. 0 says that no answer is a quotient; poles of functions (1/sqrt), and quotients whose
/// numerator, or a factor beside them, is the constant 0, are not counted. Test:
/// tests/static/online_mistakes.cpp.
struct StreamProof {
    MemoryShape shape{};
    int tokens = 0;
    long long degree = 0;
    long long denominator_degree = 0;  // the largest degree of a denominator in what either answers or leaves
    double escape_probability = 0;

    [[nodiscard]] constexpr operator bool() const { return tokens > 0; }
};

/// The first difference between two statements on a drawn stream, or none. Expected, actual: functions from a Stream
/// to a StreamAnswer. Exactness: a difference is real; "none" is no proof, since the degree is not asked. Cost: each
/// statement once. Errors: a division by zero throws std::domain_error (at compile time: does not compile). Test:
/// tests/static/online_mistakes.cpp.
template <class Rule, int Length, class Expected, class Actual>
[[nodiscard]] constexpr StreamDifference first_difference_on_streams(Expected const& expected, Actual const& actual,
                                                                     WitnessKey key = {});

/// True if the statements differ, with a witness; false if no difference was found.
template <class Rule, int Length, class Expected, class Actual>
[[nodiscard]] constexpr bool different_on_streams(Expected const& expected, Actual const& actual, WitnessKey key = {}) {
    return static_cast<bool>(first_difference_on_streams<Rule, Length>(expected, actual, key));
}

/// A proof, or a compile-time error that names the first difference: on every stream where neither divides by zero.
///
/// Rule: an online rule in any numbers; its numbers are replaced. Exactness: wrong with probability
/// `escape_probability`, at most 2^-30 [Schwartz1980], [Zippel1979]. Errors: a difference, a degree above 2^30, a
/// division by zero, a comparison of entries do not compile. Test: tests/static/online_rules.cpp,
/// tests/compile_fail/identical_on_streams_*.cpp.
template <class Rule, int Length, std::uint32_t Seed = 0, class Expected, class Actual>
[[nodiscard]] consteval StreamProof identical_on_streams(Expected, Actual);

// ------------------------------------------------------------------------------------------------------- details ----

namespace streams {

/// Calls visit(number, number of the second, ...) for every number in trees, arrays or matrices of one kind, side by side.
template <class Visit, class First, class... More>
constexpr void for_each_number(Visit const& visit, First& first, More&... more) {
    using Tree = std::remove_const_t<First>;
    if constexpr (AnyMatrix<Tree>) {
        for (int col = 0; col < cols_of<Tree>; ++col) {
            for (int row = 0; row < rows_of<Tree>; ++row) {
                visit(first(row, col), more(row, col)...);
            }
        }
    } else if constexpr (parameters::is_array<Tree>) {
        for (std::size_t i = 0; i < first.size(); ++i) {
            streams::for_each_number(visit, first[i], more[i]...);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        incontext::for_each_parameter([&](char const*, auto&... leaf) { streams::for_each_number(visit, leaf...); },
                                      first, more...);
    } else if constexpr (!std::is_empty_v<Tree>) {
        visit(first, more...);
    }
}

/// Whether each leaf of a tree is a number, or a matrix of numbers.
template <class Number, class Tree>
consteval bool leaves_are_numbers() {
    if constexpr (AnyMatrix<Tree>) {
        return std::same_as<NumberOf<Tree>, Number>;
    } else if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        return parameters::holds_of_all_children<Tree>(
            []<class Child>() { return streams::leaves_are_numbers<Number, Child>(); });
    } else {
        return std::same_as<Tree, Number> || std::is_class_v<Tree>;  // a class that is none: all_members_are_listed
    }
}

/// Whether this is a matrix, or one for each head.
template <class Given>
consteval bool is_a_matrix_or_of_heads() {
    if constexpr (parameters::is_array<Given>) {
        return streams::is_a_matrix_or_of_heads<typename Given::value_type>();
    } else {
        return AnyMatrix<Given>;
    }
}

/// Whether a stream of the rule can be drawn and compared, number by number.
template <class Rule>
concept CanBeDrawn = OnlineRule<Rule> && leaves_are_numbers<typename Rule::Scalar, Rule>() &&
    leaves_are_numbers<typename Rule::Scalar, typename Rule::State>() &&
    leaves_are_numbers<typename Rule::Scalar, typename Rule::Example>() &&
    is_a_matrix_or_of_heads<typename Rule::Query>() && is_a_matrix_or_of_heads<typename Rule::Answer>();

/// The same, or does not compile, with one sentence.
template <class Rule>
consteval bool require_numbers_to_draw() {
    if constexpr (OnlineRule<Rule>) {
        using Number = typename Rule::Scalar;
        using State = typename Rule::State;
        using Example = typename Rule::Example;
        using Query = typename Rule::Query;
        using Answer = typename Rule::Answer;
        return the_leaves_of_a_rule_are_its_numbers<Rule, leaves_are_numbers<Number, Rule>()>::value &&
               the_leaves_of_a_rule_are_its_numbers<State, leaves_are_numbers<Number, State>()>::value &&
               the_leaves_of_a_rule_are_its_numbers<Example, leaves_are_numbers<Number, Example>()>::value &&
               a_query_and_an_answer_are_matrices<Query, is_a_matrix_or_of_heads<Query>()>::value &&
               a_query_and_an_answer_are_matrices<Answer, is_a_matrix_or_of_heads<Answer>()>::value;
    }
    return true;
}

/// Whether the numbers of a tree are all that it holds, each once.
template <class Tree>
inline constexpr bool lists_all_members = [] {
    if constexpr (std::is_empty_v<Tree>) {
        return true;
    } else if constexpr (AnyMatrix<Tree> || parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        Tree tree{};
        streams::for_each_number([](Modular& number) { number = Modular(0); }, tree);
        std::size_t listed = 0;
        bool once = true;
        streams::for_each_number(
            [&](Modular& number) {
                once = once && number == Modular(0);
                number = Modular(1);
                listed += sizeof number;
            },
            tree);
        return once && listed == sizeof(Tree);  // and no padding, in which another one could lie
    } else {
        return false;
    }
}();
/// Heads hold one rule and nothing else. Where that has no members it takes a byte, which no number is: of no other tree such a byte
/// counts, for in it another member can lie ([[no_unique_address]]).
template <class Rule, int Count>
inline constexpr bool lists_all_members<OnlineHeads<Rule, Count>> =
    sizeof(OnlineHeads<Rule, Count>) == sizeof(Rule) && lists_all_members<Rule>;

template <class Tree>
inline constexpr bool all_members_are_listed =
    a_stream_has_members_that_are_no_parameters<Tree, lists_all_members<Tree>>::value;

/// Whether a stream of the rule, in Modular numbers, is drawn and compared as a whole.
template <class Rule>
constexpr bool all_is_drawn() {
    using Numbers = typename Rule::template with_number<Modular>;
    return is_a_rule_of_its_own<Rule>::value && is_a_rule_of_its_own<Numbers>::value &&
           all_members_are_listed<Numbers> && all_members_are_listed<typename Numbers::State> &&
           all_members_are_listed<typename Numbers::Example> && all_members_are_listed<typename Numbers::Query> &&
           all_members_are_listed<typename Numbers::Answer>;
}

/// Every number of a tree drawn by its place, from the stream of that name.
template <class Number, class Tree>
constexpr void draw(WitnessKey const& key, char const* name, Tree& tree) {
    std::uint32_t entry = 0;
    streams::for_each_number(
        [&](auto& number) { number = Unknown<Number>::draw(key, name, Axis::none, Axis::none, entry++); }, tree);
}

/// A stream of drawn numbers.
template <class Rule, int Length>
constexpr Stream<Rule, Length> drawn(WitnessKey const& key) {
    using Number = typename Rule::Scalar;
    Stream<Rule, Length> stream;
    draw<Number>(key, "rule", stream.rule);
    draw<Number>(key, "state", stream.initial);
    draw<Number>(key, "shown", stream.examples);
    draw<Number>(key, "asked", stream.queries);
    if constexpr (MakesSymmetric<Rule>) {
        std::as_const(stream.rule).make_symmetric(stream.initial);
    }
    return stream;
}

/// Calls see(a, b) for two matrices side by side, or for those of each head, which may have heads.
template <class Given, class See>
constexpr void for_each_matrix(Given const& a, Given const& b, See const& see) {
    if constexpr (AnyMatrix<Given>) {
        see(a, b);
    } else {
        for (std::size_t head = 0; head < a.size(); ++head) {
            streams::for_each_matrix(a[head], b[head], see);
        }
    }
}

/// Calls see(token, row, col, expected, actual) for every number of two answers; the state's matrices come behind the
/// tokens.
template <class Answers, class See>
constexpr void for_each_entry(Answers const& a, Answers const& b, See const& see) {
    int token = 0;
    auto const matrix = [&](auto const& x, auto const& y) {
        for (int col = 0; col < cols_of<decltype(x)>; ++col) {
            for (int row = 0; row < rows_of<decltype(x)>; ++row) {
                see(token, row, col, x(row, col), y(row, col));
            }
        }
    };
    for (std::size_t i = 0; i < a.answers.size(); ++i, ++token) {
        streams::for_each_matrix(a.answers[i], b.answers[i], matrix);
    }
    incontext::for_each_parameter(
        [&](char const*, auto const& x, auto const& y) {
            if constexpr (AnyMatrix<decltype(x)>) {
                matrix(x, y);
            } else {  // a number
                see(token, 0, 0, x, y);
            }
            ++token;
        },
        a.state, b.state);
}

template <class Answers>
constexpr StreamDifference first_in(Answers const& expected, Answers const& actual, Witnesses from) {
    StreamDifference first;
    for_each_entry(expected, actual, [&](int token, int row, int col, auto const& x, auto const& y) {
        if (!first && !(x == y)) {
            first = {token, row, col, exact_trial::shown(x, from), exact_trial::shown(y, from)};
        }
    });
    return first;
}

/// Whether these are forms for streams of the rule, or does not compile.
template <class Rule, int Length, class... Form>
inline constexpr bool are_forms =
    (a_form_is_a_function_of_a_stream<Form, Stream<typename Rule::template with_number<Modular>, Length>>::value &&
     ...);

template <class Rule, int Length, class Statement>
constexpr exact_trial::Degrees degrees_of(Statement const& statement) {
    auto const stream = drawn<typename Rule::template with_number<Degree>, Length>({});  // named, as what is compared
    auto const answer = statement(stream);
    exact_trial::Degrees largest;
    for_each_entry(answer, answer, [&](int, int, int, Degree const& x, Degree const&) { largest.see(x); });
    return largest;
}

template <class Rule, int Length, std::uint32_t Seed, class Expected, class Actual>
struct Comparison {
    template <Witnesses From>
    struct DifferenceFrom {
        static constexpr StreamDifference answer() {
            return first_difference_on_streams<Rule, Length>(Expected{}, Actual{}, {.seed = Seed, .witnesses = From});
        }
    };
    template <class Statement>
    struct DegreesOf {
        static constexpr exact_trial::Degrees answer() { return degrees_of<Rule, Length>(Statement{}); }
    };
};

/// Whether every number of a stream can be read where the stream is a constant.
template <class Rule>
struct NumbersOfAConstant {
    static constexpr auto stream = drawn<typename Rule::template with_number<Degree>, 1>({});
    static constexpr bool answer() {
        auto const read = [](Degree const& number) { static_cast<void>(Degree(number)); };
        streams::for_each_number(read, stream.rule);
        streams::for_each_number(read, stream.initial);
        streams::for_each_number(read, stream.examples);
        streams::for_each_number(read, stream.queries);
        return true;
    }
};

/// Does not compile if a rule, its state or its example has a mutable member: a statement could leave something in it, and answer the next
/// stream otherwise. g++ 12 reads none in any constant expression; clang++ and g++ 14 none of a constant.
template <class Rule>
consteval void require_no_mutable_member() {
#if defined(__clang__) || __GNUC__ > 12
    static_cast<void>(exact_trial::answer_to<NumbersOfAConstant<Rule>>());
#endif
}

/// As identical_on_streams, of what it has looked at.
template <class Rule, int Length, std::uint32_t Seed, class Expected, class Actual>
consteval StreamProof compared() {
    using Questions = Comparison<Rule, Length, Seed, Expected, Actual>;
    using DifferenceFromAnywhere = typename Questions::template DifferenceFrom<Witnesses::anywhere>;
    using OfExpected = typename Questions::template DegreesOf<Expected>;
    using OfActual = typename Questions::template DegreesOf<Actual>;
    if constexpr (exact_trial::is_answered<DifferenceFromAnywhere>()) {
        constexpr StreamDifference first = exact_trial::found<DifferenceFromAnywhere>.answer;
        if constexpr (static_cast<bool>(first)) {
            constexpr auto small = exact_trial::found<typename Questions::template DifferenceFrom<Witnesses::small>>;
            constexpr StreamDifference legible = small.is_evaluated && small.answer ? small.answer : first;
            static_assert(the_two_forms_differ_at<legible>::value, "see the first error");
        } else if constexpr (exact_trial::is_answered<OfExpected>() && exact_trial::is_answered<OfActual>()) {
            constexpr exact_trial::Degrees of_expected = exact_trial::found<OfExpected>.answer;
            constexpr exact_trial::Degrees of_actual = exact_trial::found<OfActual>.answer;
            constexpr long long degree = exact_trial::degree_of_difference(of_expected, of_actual);
            static_assert(the_degree_is_not_far_below_the_modulus<degree, exact_trial::largest_proved_degree>::value,
                          "see the first error");
            streams::require_no_mutable_member<Rule>();
            return {.shape = Rule::shape,
                    .tokens = Length,
                    .degree = degree,
                    .denominator_degree = std::max(of_expected.denominator, of_actual.denominator),
                    .escape_probability = exact_trial::probability(degree)};
        }
    }
    return {};  // what was not shown did not compile
}

}  // namespace streams

template <class Rule, int Length, class Expected, class Actual>
constexpr StreamDifference first_difference_on_streams(Expected const& expected, Actual const& actual, WitnessKey key) {
    static_assert(this_is_not_an_online_rule<Rule>::value && streams::require_numbers_to_draw<Rule>(),
                  "see the first error");
    if constexpr (!streams::CanBeDrawn<Rule>) {  // refused above: what follows would be the next errors
        return {};
    } else {
        using Numbers = typename Rule::template with_number<Modular>;
        static_assert(streams::all_is_drawn<Rule>(), "see the first error");
        auto const stream = streams::drawn<Numbers, Length>(key);
        static_assert(streams::are_forms<Rule, Length, Expected, Actual>, "see the first error");
        using Required = StreamAnswer<typename Numbers::State, typename Numbers::Answer, Length>;
        static_assert(a_statement_answers_every_token_of_its_stream<decltype(expected(stream)), Required>::value &&
                          a_statement_answers_every_token_of_its_stream<decltype(actual(stream)), Required>::value,
                      "see the first error");
        return streams::first_in(expected(stream), actual(stream), key.witnesses);
    }
}

template <class Rule, int Length, std::uint32_t Seed, class Expected, class Actual>
consteval StreamProof identical_on_streams(Expected, Actual) {
    static_assert(is_statement<Expected> && is_statement<Actual>, "see the first error");
    static_assert(this_is_not_an_online_rule<Rule>::value && a_chunk_has_tokens<Length>::value &&
                      streams::require_numbers_to_draw<Rule>(),
                  "see the first error");
    if constexpr (streams::CanBeDrawn<Rule> && is_statement<Expected> && is_statement<Actual>) {
        if constexpr (streams::are_forms<Rule, Length, Expected, Actual>) {
            return streams::compared<Rule, Length, Seed, Expected, Actual>();
        }
    }
    return {};  // refused above
}

/// Test: tests/compile_fail/forms_of_no_length.cpp.
template <class... Arguments>
struct two_forms_are_compared_so {
    static_assert(
        never<Arguments...>,
        "two forms of a rule are compared by identical_on_streams<Rule, length>(first, second), "
        "different_on_streams<Rule, length>(first, second) and first_difference_on_streams<Rule, length>(first, "
        "second), in floating point by agree_on_streams(first, second, stream), and "
        "a derivative by laws::stream_pullback_is_transpose_of_derivative<Rule, length>(form) and, where that is "
        "false, laws::first_wrong_stream_derivative<Rule, length>(form), where a form is "
        "forms::sequence, forms::chunks<length>, forms::scan<length> or a function of a rule's stream");
};

// Without a rule or a length, or of another number of forms: one sentence.
template <auto... Values, class... Arguments>
constexpr auto identical_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}
template <class Rule, class... Arguments>
constexpr auto identical_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <class Rule, int Length, class... Arguments>
constexpr auto identical_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <auto... Values, class... Arguments>
constexpr auto different_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}
template <class Rule, class... Arguments>
constexpr auto different_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <class Rule, int Length, class... Arguments>
constexpr auto different_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <auto... Values, class... Arguments>
constexpr auto first_difference_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}
template <class Rule, class... Arguments>
constexpr auto first_difference_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}
template <class Rule, int Length, class... Arguments>
constexpr auto first_difference_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Rule, Arguments...>();
}

}  // namespace incontext

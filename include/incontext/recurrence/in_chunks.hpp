// SPDX-License-Identifier: MIT
/// @file
/// Length tokens at a time by products of matrices: the UT transform, for every affine rule.
///
/// A chunk begins with the memory S. Of its tokens, columns are i and j; Gamma_ij is the product of the decays j < t
/// <= i, made by multiplying and never as a quotient, so that a gate may be 0. With the rank one transition of token
/// i (recurrence/transition.hpp),
///
///     u_i = value_i + S_(i-1) read_i                             what token i writes at its key, the error that it corrects in it
///         = value_i + S (gamma_(i-1) read_i) + sum over j < i of u_j N_ji,        N_ji = <key_j, Gamma_(i-1)j read_i>
///     o_i = S (gamma_i q_i) + sum over j <= i of u_j <key_j, Gamma_ij q_i>
///     S'  = S gamma_L + sum over j of u_j (Gamma_Lj key_j)^T
///
/// so that U solves one unit triangular system, U (I - N) = value + S (gamma read). For the delta rule N is
/// -stril(rate K K^T)^T: [Yang2024]'s T is (I - N)^-T diag(rate). The last chunk is shorter: its missing tokens write, erase and
/// fade nothing.
#pragma once

#include <cstddef>
#include <span>

#include "incontext/matrix/blocks.hpp"
#include "incontext/recurrence/columns.hpp"
#include "incontext/recurrence/in_sequence.hpp"
#include "incontext/recurrence/range_of_chunks.hpp"
#include "incontext/recurrence/unit_triangular.hpp"

namespace incontext {

/// The decays of a chunk as factors of its columns and of its scores. Of each kind of decay one.
template <MemoryShape Shape, class Number, class Decay, int Length>
struct DecaysOfChunk;

/// A chunk of a rule: how it begins, what it answers, what it leaves. Other rules that can be computed in chunks
/// specialise it (recurrence/recursive_least_squares.hpp).
///
///     is_chunk = true                                     says that there is one
///     run(rule, state, examples, queries, answers)        all answers; state becomes that after the chunk
template <class Rule, int Length, class Plan>
struct Chunk;

/// A rule that runs in chunks by what it says: S becomes S A + B by its transition, and its answer is S q.
template <class Rule>
concept RunsByItsTransition = TransitionRule<Rule> && ReadsByReadsMemory<Rule>;

/// Whether a rule has a form in chunks.
template <class Rule, int Length, class Plan = BySubstitution>
concept HasChunks = RunsByItsTransition<Rule> || requires {
    Chunk<Rule, Length, Plan>::is_chunk;
};

/// Test: tests/compile_fail/chunks_of_an_affine_map.cpp.
template <class Rule, bool IsATransition>
struct chunks_are_made_of_Transitions {
    static_assert(IsATransition,
                  "chunks and derivatives are made of what a Transition names: decay, erase, value, key. The "
                  "transition(example) of this rule returns an AffineMap: run it by a scan or in sequence");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/chunks_of_a_rule_with_a_read.cpp.
template <class Rule, bool IsOfReadsMemory>
struct chunks_call_no_read {
    static_assert(IsOfReadsMemory,
                  "chunks and their derivatives answer S q by products of matrices and never call read(state, query): "
                  "this rule has a read of its own. Derive it from ReadsMemory and leave read to that, or run it by a "
                  "scan or in sequence");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/chunks_of_a_rule_without_them.cpp.
template <class Rule, int Length, class Plan>
struct this_rule_has_no_chunks {
    static_assert(HasChunks<Rule, Length, Plan> || HasTransition<Rule>,
                  "this rule has no form in chunks: it has no transition(example), and Chunk is not specialised for "
                  "it. Run it in "
                  "sequence");
    static constexpr bool value = [] {
        if constexpr (!HasChunks<Rule, Length, Plan> && HasTransition<Rule>) {
            if constexpr (this_rule_is_not_affine<Rule>::value && AffineRule<Rule>) {
                if constexpr (chunks_are_made_of_Transitions<Rule, TransitionRule<Rule>>::value &&
                              TransitionRule<Rule>) {
                    return chunks_call_no_read<Rule, ReadsByReadsMemory<Rule>>::value;
                }
            }
        }
        return true;
    }();
};

/// The definition, Length tokens at a time.
///
/// Plan: how the unit triangular system is solved (recurrence/unit_triangular.hpp). Memory: a few matrices [key_dim
/// or value_dim x Length] and two [Length x Length], on the stack. Cost per chunk, of rules that decay by a number:
/// Length^2 (2 key_dim + 1.5 value_dim) + 3 Length value_dim key_dim multiplications, in products of matrices but for
/// the .5; of rules that decay per channel the scores are made entry by entry. Exactness: as in_sequence in exact
/// numbers; in floating point another order of roundings. Errors: as in_sequence; a rule without this form does not
/// compile. A value, a rate or a state that is infinite or NaN makes the answers *before* it in its chunk NaN, too, where in_sequence has
/// them finite: products multiply it by the zeros of what those tokens do not see. Earlier chunks are not touched.
/// Range: a chunk of float, double or lanes whose scores, or products of decays, leave the range is run in sequence
/// (recurrence/range_of_chunks.hpp, which says what is found). What transition(example) itself loses, such as rate k, is lost as by a
/// scan. Cost: 2 to 3 % of a chunk; of one that leaves the range, that of in_sequence beside it.
/// Test: tests/static/online_rules.cpp (equal to in_sequence, gates of 0 among them), tests/unit/online_rules.cpp,
/// tests/unit/online_not_finite.cpp, tests/unit/online_chunks_in_range.cpp.
template <int Length, class Plan = BySubstitution, class Rule>
constexpr Answered in_chunks(Rule const& rule, typename Rule::State& state,
                             std::span<typename Rule::Example const> examples,
                             std::span<typename Rule::Query const> queries,
                             std::span<typename Rule::Answer> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && a_chunk_has_tokens<Length>::value, "see the first error");
    static_assert(this_rule_has_no_chunks<Rule, Length, Plan>::value, "see the first error");
    if (queries.size() != examples.size() || answers.size() != examples.size()) {
        return Answered::unlike_lengths;
    }
    if constexpr (Length >= 1 &&
                  HasChunks<Rule, Length, Plan>) {  // refused above: what follows would be the next errors
        for (std::size_t first = 0; first < examples.size(); first += Length) {
            std::size_t const left = examples.size() - first;
            std::size_t const count = left < Length ? left : Length;
            Chunk<Rule, Length, Plan>::run(rule, state, examples.subspan(first, count), queries.subspan(first, count),
                                           answers.subspan(first, count));
        }
    }
    return Answered::all;
}

/// A stream whose length is known, as one chunk. As in_chunks. Test: tests/static/online_rules.cpp.
template <class Plan = BySubstitution, class Rule, std::size_t Count>
constexpr void all_at_once(
    Rule const& rule, typename Rule::State& state, std::span<typename Rule::Example const, Count> examples,
    std::span<typename Rule::Query const, Count> queries,
    std::span<typename Rule::Answer, Count> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(Count != std::dynamic_extent,
                  "all_at_once takes spans whose length is known while compiling; in_chunks takes any");
    static_cast<void>(in_chunks<static_cast<int>(Count), Plan>(
        rule, state, std::span<typename Rule::Example const>(examples), std::span<typename Rule::Query const>(queries),
        std::span<typename Rule::Answer>(answers)));
}

// ------------------------------------------------------------------------------------------------------- details ----

namespace chunks {

/// write(matrix, token) for the tokens there are; columns of those that are missing are 0.
template <class M, class Write>
constexpr M side_by_side(std::size_t count, Write const& write) {
    M matrix = zero<NumberOf<M>, rows_of<M>, cols_of<M>>();
    for (int token = 0; token < static_cast<int>(count); ++token) {
        write(matrix, token);
    }
    return matrix;
}

/// A member of each example.
template <class M, class Example, class Member>
constexpr M of_examples(std::span<Example const> examples, Member Example::*member) {
    return side_by_side<M>(examples.size(), [&](M& matrix, int token) {
        columns::copy(matrix, token, examples[static_cast<std::size_t>(token)].*member, 0);
    });
}

/// The same times the rate of each example.
template <class M, class Example, class Member>
constexpr M of_rated_examples(std::span<Example const> examples, Member Example::*member) {
    return side_by_side<M>(examples.size(), [&](M& matrix, int token) {
        auto const& example = examples[static_cast<std::size_t>(token)];
        columns::copy(matrix, token, example.*member, 0);
        columns::scale(matrix, token, example.rate);
    });
}

/// Query number `group` of each token.
template <class M, class Query>
constexpr M queries_of_group(std::span<Query const> queries, int group) {
    return side_by_side<M>(queries.size(), [&](M& matrix, int token) {
        columns::copy(matrix, token, queries[static_cast<std::size_t>(token)], group);
    });
}

/// The answers to them.
template <class M, class Answer>
constexpr void write_answers(std::span<Answer> answers, int group, M const& o) {
    for (std::size_t token = 0; token < answers.size(); ++token) {
        columns::copy(answers[token], group, o, static_cast<int>(token));
    }
}

/// 0 below the diagonal, and on it unless WithDiagonal.
template <bool WithDiagonal, AnyMatrix M>
constexpr void keep_upper(M& scores) {
    using Number = NumberOf<M>;
    for (int i = 0; i < cols_of<M>; ++i) {
        for (int j = WithDiagonal ? i + 1 : i; j < rows_of<M>; ++j) {
            scores(j, i) = Number(0);
        }
    }
}

/// K^T others, of which a token sees those before it, and itself if WithDiagonal.
template <bool WithDiagonal, AnyMatrix M>
constexpr auto upper_scores(M const& keys, M const& others) {
    auto scores = product_of_transpose(keys, others);
    keep_upper<WithDiagonal>(scores);
    return scores;
}

}  // namespace chunks

/// Nothing fades: Gamma is 1.
template <MemoryShape Shape, class Number, int Length>
struct DecaysOfChunk<Shape, Number, NoDecay, Length> {
    constexpr void set(int, NoDecay) {}
    constexpr void finish() {}
    static constexpr chunks::Extent<Number> extent() { return {}; }
    template <AnyMatrix M>
    constexpr void fade_before(M&) const {}
    template <AnyMatrix M>
    constexpr void fade_through(M&) const {}
    template <AnyMatrix M>
    constexpr void fade_to_the_end(M&) const {}
    template <AnyMatrix M>
    constexpr void fade_whole(M&) const {}

    template <AnyMatrix M>
    constexpr auto scores_before(M const& keys, M const& reads) const {
        return chunks::upper_scores<false>(keys, reads);
    }
    template <AnyMatrix M>
    constexpr auto scores_through(M const& keys, M const& queries) const {
        return chunks::upper_scores<true>(keys, queries);
    }
};

/// One number for each token. through(j, i) = Gamma_ij, gamma(i) = gamma_i; Gamma_(i-1)j is through(j, i - 1).
template <MemoryShape Shape, class Number, int Length>
    requires(!AnyMatrix<Number>)
struct DecaysOfChunk<Shape, Number, Number, Length> {
    using Square = Matrix<Number, Length, Length>;
    using Row = Matrix<Number, Length, 1>;

    Row decay = generate<Number, Length, 1>([](int, int) { return Number(1); });
    Row gamma = decay;  // of the tokens up to this one
    Square through = zero<Number, Length>();

    constexpr void set(int token, Number const& of_token) { decay(token, 0) = of_token; }
    constexpr void finish() {
        Number from_the_first(1);
        for (int i = 0; i < Length; ++i) {
            from_the_first = from_the_first * decay(i, 0);
            gamma(i, 0) = from_the_first;
            for (int j = 0; j < i; ++j) {
                through(j, i) = through(j, i - 1) * decay(i, 0);
            }
            through(i, i) = Number(1);
        }
    }
    /// Of all products of decays.
    constexpr chunks::Extent<Number> extent() const {
        return chunks::extent_of_products(
            generate<Number, 1, Length>([&](int, int token) -> Number { return decay(token, 0); }));
    }
    template <AnyMatrix M>
    constexpr void fade_before(M& of_tokens) const {
        for (int token = 1; token < Length; ++token) {
            columns::scale(of_tokens, token, gamma(token - 1, 0));
        }
    }
    template <AnyMatrix M>
    constexpr void fade_through(M& of_tokens) const {
        scale_columns(of_tokens, gamma);
    }
    template <AnyMatrix M>
    constexpr void fade_to_the_end(M& of_tokens) const {
        for (int token = 0; token < Length; ++token) {
            columns::scale(of_tokens, token, through(token, Length - 1));
        }
    }
    template <AnyMatrix M>
    constexpr void fade_whole(M& memory) const {
        memory *= gamma(Length - 1, 0);
    }

    template <AnyMatrix M>
    constexpr auto scores_before(M const& keys, M const& reads) const {
        Square scores = chunks::upper_scores<false>(keys, reads);
        fade_scores<1>(scores);
        return scores;
    }
    template <AnyMatrix M>
    constexpr auto scores_through(M const& keys, M const& queries) const {
        Square scores = chunks::upper_scores<true>(keys, queries);
        fade_scores<0>(scores);
        return scores;
    }

    /// Column i of upper scores times that of token i - Before of Gamma.
    template <int Before>
    constexpr void fade_scores(Square& scores) const {
        for (int i = Before; i < Length; ++i) {
            columns::change(scores, i, through, i - Before, columns::in_whole_registers<Number>(i - Before + 1, Length),
                            [](auto const& score, auto const& decay_of_key) { return decay_of_key * score; });
        }
    }
};

/// One factor for each channel of each token. The key of token j fades while it is met by the tokens behind it.
template <MemoryShape Shape, class Number, class Decay, int Length>
    requires AnyMatrix<Decay>
struct DecaysOfChunk<Shape, Number, Decay, Length> {
    using Columns = Matrix<Number, Shape.key_dim, Length>;
    using Square = Matrix<Number, Length, Length>;

    Columns decay = generate<Number, Shape.key_dim, Length>([](int, int) { return Number(1); });
    Columns gamma = decay;       // of the tokens up to this one
    Columns to_the_end = decay;  // of the tokens behind this one

    constexpr void set(int token, Decay const& of_token) { columns::copy(decay, token, of_token, 0); }
    constexpr void finish() {
        for (int token = 0; token < Length; ++token) {
            columns::copy(gamma, token, decay, token);
            if (token > 0) {
                times_column(gamma, token, gamma, token - 1);
            }
        }
        for (int token = Length - 2; token >= 0; --token) {
            columns::copy(to_the_end, token, decay, token + 1);
            times_column(to_the_end, token, to_the_end, token + 1);
        }
    }
    constexpr chunks::Extent<Number> extent() const { return chunks::extent_of_products(decay); }
    constexpr void fade_before(Columns& of_tokens) const {
        for (int token = 1; token < Length; ++token) {
            times_column(of_tokens, token, gamma, token - 1);
        }
    }
    constexpr void fade_through(Columns& of_tokens) const {
        for (int token = 0; token < Length; ++token) {
            times_column(of_tokens, token, gamma, token);
        }
    }
    constexpr void fade_to_the_end(Columns& of_tokens) const {
        for (int token = 0; token < Length; ++token) {
            times_column(of_tokens, token, to_the_end, token);
        }
    }
    template <AnyMatrix M>
    constexpr void fade_whole(M& memory) const {
        for (int col = 0; col < Shape.key_dim; ++col) {
            columns::scale(memory, col, gamma(col, Length - 1));
        }
    }
    constexpr Square scores_before(Columns const& keys, Columns const& reads) const { return scores<1>(keys, reads); }
    constexpr Square scores_through(Columns const& keys, Columns const& queries) const {
        return scores<0>(keys, queries);
    }

  private:
    template <AnyMatrix M, AnyMatrix Factors>
    static constexpr void times_column(M& matrix, int col, Factors const& factors, int of) {
        columns::change(matrix, col, factors, of, Shape.key_dim,
                        [](auto const& entry, auto const& factor) { return entry * factor; });
    }

    /// Tokens whose scores are made together: with the keys before them by a product, among themselves entry by entry. Two
    /// registers of floats at most; short chunks, in which proofs are made, have parts, too.
    static constexpr int part = Length >= 32 ? 16 : Length > 2 ? 2 : Length;
    using Column = Matrix<Number, Shape.key_dim, 1>;

    /// (j, i): <key_j, Gamma other_i> over the tokens j < t <= i - Before, for i >= j + Before.
    ///
    /// Token i of a part that begins with token f meets a key before f through the factors of both sides of f: <key_j, Gamma
    /// other_i> = <Gamma_(f-1)j key_j, Gamma_(i)(f-1) other_i>, which is one product for the whole part. A channel of the keys lies in one
    /// column, so that registers hold keys and not channels. Cost: Length^2 key_dim multiplications, and Length (2 part +
    /// Length / part) key_dim entry by entry.
    template <int Before>
    constexpr Square scores(Columns const& keys, Columns const& others) const {
        auto result = zero<Number, Length>();
        auto far = zero<Number, Length, Shape.key_dim>();  // the keys before the part, faded up to its beginning
        for (int first = 0; first < Length; first += part) {
            int const count = Length - first < part ? Length - first : part;
            auto near = zero<Number, part, Shape.key_dim>();  // those of the part, faded so far
            auto of_near = zero<Number, part>();
            auto asked = zero<Number, Shape.key_dim, part>();
            Column so_far = generate<Number, Shape.key_dim, 1>([](int, int) { return Number(1); });
            for (int k = 0; k < count; ++k) {
                int const i = first + k;
                columns::copy(asked, k, others, i);
                if constexpr (Before == 0) {
                    times_column(so_far, 0, decay, i);
                }
                times_column(asked, k, so_far, 0);
                if constexpr (Before == 1) {
                    times_column(so_far, 0, decay, i);
                }
                add_scores_of_near<Before>(keys, others, i, k, near, of_near);
            }
            Matrix<Number, Length, part> const of_far = product(far, asked);
            for (int k = 0; k < count; ++k) {
                columns::copy(result, first + k, of_far, k);
                for (int j = 0; j < count; ++j) {
                    result(first + j, first + k) = of_near(j, k);
                }
            }
            for (int row = 0; row < Shape.key_dim; ++row) {
                columns::scale(far, row, Number(so_far(row, 0)));
                for (int j = 0; j < count; ++j) {
                    far(first + j, row) = near(j, row);
                }
            }
        }
        return result;
    }

    /// Token i, number k of its part: its scores with the keys of the part before it, which fade, and with its own.
    template <int Before, AnyMatrix Near, AnyMatrix Scores>
    constexpr void add_scores_of_near(Columns const& keys, Columns const& others, int i, int k, Near& near,
                                      Scores& of_near) const {
        auto const add_scores = [&] {
            columns::add_combination(of_near, k, near, 0, Shape.key_dim,
                                     [&](int row) -> Number const& { return others(row, i); });
        };
        if constexpr (Before == 1) {
            add_scores();
        }
        for (int row = 0; row < Shape.key_dim; ++row) {
            columns::scale(near, row, Number(decay(row, i)));
            near(k, row) = keys(row, i);
        }
        if constexpr (Before == 0) {
            add_scores();
        }
    }
};

template <RunsByItsTransition Rule, int Length, class Plan>
struct Chunk<Rule, Length, Plan> {
    static constexpr bool is_chunk = true;
    static constexpr MemoryShape shape = Rule::shape;
    using Number = typename Rule::Scalar;
    using Step = decltype(std::declval<Rule const&>().transition(std::declval<typename Rule::Example const&>()));
    using Erase = typename Step::Erase;
    using Keys = Matrix<Number, shape.key_dim, Length>;
    using Values = Matrix<Number, shape.value_dim, Length>;

    DecaysOfChunk<shape, Number, typename Step::Decay, Length> decays;
    Keys keys = zero<Number, shape.key_dim, Length>();
    Keys reads = zero<Number, shape.key_dim, Length>();
    Keys erased_at = zero<Number, shape.key_dim, Length>();
    Values values = zero<Number, shape.value_dim, Length>();

    constexpr Chunk(Rule const& rule, std::span<typename Rule::Example const> examples) {
        for (int token = 0; token < static_cast<int>(examples.size()); ++token) {
            auto const step = rule.transition(examples[static_cast<std::size_t>(token)]);
            columns::copy(keys, token, step.key, 0);
            columns::copy(values, token, step.value, 0);
            if constexpr (erases<Erase>) {
                columns::copy(reads, token, step.erase.read, 0);
            }
            if constexpr (erases_elsewhere<Erase>) {
                columns::copy(erased_at, token, step.erase.at, 0);
            }
            decays.set(token, step.decay);
        }
        decays.finish();
    }

    static constexpr void run(Rule const& rule, typename Rule::State& state,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries, std::span<typename Rule::Answer> answers) {
        Chunk chunk(rule, examples);
        auto const& S = state.S;
        Values const written = chunk.written(S, chunk.decays.scores_before(chunk.writes_at(), chunk.reads));
        if constexpr (has_limited_range<Number>) {
            if (chunk.leaves_range(queries, S, written)) [[unlikely]] {
                return chunks::run_in_sequence(rule, state, examples, queries, answers);
            }
        }
        for (int group = 0; group < shape.queries; ++group) {
            Keys q = chunks::queries_of_group<Keys>(queries, group);
            Values o = product(written, chunk.decays.scores_through(chunk.writes_at(), q));
            if constexpr (erases_elsewhere<Erase>) {
                add_product(o, chunk.values, chunk.decays.scores_through(chunk.keys, q));
            }
            chunk.decays.fade_through(q);
            add_product(o, S, q);
            chunks::write_answers(answers, group, o);
        }
        chunk.decays.fade_whole(state.S);
        chunk.decays.fade_to_the_end(chunk.keys);
        if constexpr (erases_elsewhere<Erase>) {
            chunk.decays.fade_to_the_end(chunk.erased_at);
            add_product_with_transpose(state.S, written, chunk.erased_at);
            add_product_with_transpose(state.S, chunk.values, chunk.keys);
        } else {
            add_product_with_transpose(state.S, written, chunk.keys);
        }
    }

    /// Whether the definition has to be run in place of this chunk (recurrence/range_of_chunks.hpp).
    template <AnyMatrix Memory>
    constexpr bool leaves_range(std::span<typename Rule::Query const> queries, Memory const& S,
                                Values const& written) const {
        chunks::RangeOfChunk<Number> range;
        if constexpr (!std::same_as<typename Step::Decay, NoDecay>) {
            range.fade(decays.extent());
        }
        auto const meet_all = [&](Keys const& at) {
            auto const of_keys = range.look(at);
            if constexpr (erases<Erase>) {
                range.template meet<Keys>(of_keys, reads);
            }
            for (int group = 0; group < shape.queries; ++group) {
                range.template meet_queries<Keys>(of_keys, queries, group);
            }
        };
        meet_all(keys);
        if constexpr (erases_elsewhere<Erase>) {
            meet_all(erased_at);
        }
        return range.is_left(S, written, values) || chunks::is_left_by_plan<Plan>(written);
    }

    /// Where `written` is written.
    constexpr Keys const& writes_at() const {
        if constexpr (erases_elsewhere<Erase>) {
            return erased_at;
        } else {
            return keys;
        }
    }

    /// U: value and error together; where a rule erases elsewhere than it writes, the erased part alone.
    template <AnyMatrix Memory, AnyMatrix N>
    constexpr Values written(Memory const& S, N const& scores) const {
        if constexpr (!erases<Erase>) {
            return values;
        } else {
            Keys faded = reads;
            decays.fade_before(faded);
            Values known = product(S, faded);
            if constexpr (erases_elsewhere<Erase>) {
                add_product(known, values, decays.scores_before(keys, reads));
            } else {
                known += values;
            }
            return Plan::solve(known, scores);
        }
    }
};

// Without a length, or in another order: one sentence.
template <class Rule, class... Arguments>
constexpr auto in_chunks(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}
template <int Length, class Rule, class... Arguments>
    requires(!are_arguments_of_a_form<Rule, Arguments...>)
constexpr auto in_chunks(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}

}  // namespace incontext

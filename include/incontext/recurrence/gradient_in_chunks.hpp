// SPDX-License-Identifier: MIT
/// @file
/// The derivative of a stream, Length tokens at a time by products of matrices: for every affine rule.
///
///     keep<Length>(...)                  as for pull_back (recurrence/gradient.hpp)
///     pull_back_in_chunks<Length>(...)   from the last chunk to the first, each by products
///
/// It is the chunk of recurrence/in_chunks.hpp transposed, statement by statement from its last to its first. With a bar for a
/// derivative, W = U^T O_bar in the places of the scores P of the queries, and V = U^T Y in those of N:
///
///     U_bar = S'_bar (to_the_end at) + O_bar P^T                      what is written is read by the state after and by the queries
///     Y (I - N)^T = U_bar                                             the transposed system: from the last token to the first
///     S_bar = S'_bar gamma_L + O_bar (gamma q)^T + Y (gamma read)^T
///     q_bar = gamma (.) S^T O_bar + at (Gamma (.) W)                  read_bar, likewise, of Y and V
///     at_bar = to_the_end (.) S'_bar^T U + q (Gamma (.) W)^T + read (Gamma (.) V)^T
///
/// A decay d_t is in every product Gamma_ij with j < t <= i. Products were made by multiplying, and so the derivative goes back
/// through the multiplications, from d_L to d_1. Nothing is divided by a decay, which may be 0.
///
/// Not covered: range. Scores P, N, W and V are made before they meet a third number, and the derivative of a chunk does not fall back where they
/// overflow or lose digits, as in_chunks does (recurrence/range_of_chunks.hpp). With keys and queries below 1e-15 in float
/// (1e-145 in double), or so large that products of two of them overflow, take pull_back.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "incontext/recurrence/gradient.hpp"
#include "incontext/recurrence/heads.hpp"
#include "incontext/recurrence/in_chunks.hpp"

namespace incontext {

/// The derivative of one chunk; of each kind of rule one.
///
///     run(rule, state, examples, queries, answers_, state_, examples_, queries_)       state: before the chunk
template <class Rule, int Length, class Plan>
struct ChunkPullback;

/// Whether a rule has its derivative in chunks.
template <class Rule, int Length, class Plan = BySubstitution>
concept HasChunkPullback = requires {
    ChunkPullback<Rule, Length, Plan>::is_pullback;
};

/// Test: tests/compile_fail/gradient_in_chunks_of_a_rule_without_it.cpp.
template <class Rule, int Length, class Plan>
struct this_rule_has_no_derivative_in_chunks {
    static_assert(HasChunkPullback<Rule, Length, Plan> || PullsBackTransition<Rule>,
                  "this rule has no derivative in chunks: it needs transition(example) and "
                  "pull_back_transition(example, step_, example_) (recurrence/online_rule.hpp). Take pull_back");
    static constexpr bool value = [] {
        if constexpr (!HasChunkPullback<Rule, Length, Plan> && PullsBackTransition<Rule>) {
            return chunks_call_no_read<Rule, ReadsByReadsMemory<Rule>>::value;
        }
        return true;
    }();
};

/// The derivative, backwards, Length tokens at a time: the same numbers as pull_back's, to which its arguments are described.
///
/// Cost per chunk, of rules that decay by a number: Length^2 (6 key_dim + 4 value_dim) + 7 Length value_dim key_dim
/// multiplications, in products of matrices but for the two systems; of rules that decay per channel the derivatives of the
/// scores are made entry by entry. Memory: some twenty matrices [key_dim or value_dim x Length] and ten [Length x Length],
/// on the stack. Exactness: as pull_back in exact numbers; in floating point another order of roundings. Errors: as pull_back, and
/// as in_chunks: what is not finite spreads over its chunk; a rule without this form does not compile. Test: tests/static/online_gradients_in_chunks.cpp (against dual numbers),
/// tests/unit/online_gradients_in_chunks.cpp (pull_back), online_gradients_rounded.cpp (float, double, lanes).
template <int Length, class Plan = BySubstitution, class Rule>
constexpr Answered pull_back_in_chunks(
    Rule const& rule, StreamSpans<Rule> const& stream, std::span<typename Rule::Answer const> answers_,
    typename Rule::State& state_, std::span<typename Rule::Example> examples_,
    std::span<typename Rule::Query> queries_) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && a_chunk_has_tokens<Length>::value, "see the first error");
    static_assert(this_rule_has_no_derivative_in_chunks<Rule, Length, Plan>::value, "see the first error");
    if (!fits<Length>(stream, answers_, examples_, queries_)) {
        return Answered::unlike_lengths;
    }
    if constexpr (HasChunkPullback<Rule, Length, Plan>) {  // refused above: what follows would be the next errors
        std::size_t const tokens = stream.examples.size();
        for (std::size_t chunk = stream.kept.size(); chunk-- > 0;) {
            std::size_t const first = chunk * Length;
            std::size_t const count = tokens - first < Length ? tokens - first : Length;
            ChunkPullback<Rule, Length, Plan>::run(rule, stream.kept[chunk], stream.examples.subspan(first, count),
                                                   stream.queries.subspan(first, count), answers_.subspan(first, count),
                                                   state_, examples_.subspan(first, count),
                                                   queries_.subspan(first, count));
        }
    }
    return Answered::all;
}

// ------------------------------------------------------------------------------------------------------- details ----

/// The derivative with respect to the decays of a chunk, gathered over all that they fade. Of each kind of decay one.
///
///     scores<Before>(decays, keys, others)       as DecaysOfChunk's, and what their pullback wants
///     pull_back_scores<Before>(...)              adds to those of keys and others
///     fade_before(decays, given, faded_)         adds; faded_ becomes the derivative of what was given. Of the other fades, too
///     finish(decays), of_token(token)            at last, and then the derivative of each decay
template <MemoryShape Shape, class Number, class Decay, int Length>
struct DecayGradient;

/// Nothing fades.
template <MemoryShape Shape, class Number, int Length>
struct DecayGradient<Shape, Number, NoDecay, Length> {
    using Decays = DecaysOfChunk<Shape, Number, NoDecay, Length>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Square = Matrix<Number, Length, Length>;

    struct Scores {
        Square faded;
    };
    template <int Before>
    static constexpr Scores scores(Decays const&, Keys const& keys, Keys const& others) {
        return {chunks::upper_scores<Before == 0>(keys, others)};
    }
    template <int Before>
    constexpr void pull_back_scores(Decays const&, Scores const&, Keys const& keys, Keys const& others, Square& scores_,
                                    Keys& keys_, Keys& others_) {
        chunks::keep_upper<Before == 0>(scores_);
        add_product_with_transpose(keys_, others, scores_);
        add_product(others_, keys, scores_);
    }
    constexpr void fade_before(Decays const&, Keys const&, Keys&) {}
    constexpr void fade_through(Decays const&, Keys const&, Keys&) {}
    constexpr void fade_to_the_end(Decays const&, Keys const&, Keys&) {}
    template <AnyMatrix M, AnyMatrix Changed>
    constexpr void fade_whole(Decays const&, M const&, Changed&) {}
    constexpr void finish(Decays const&) {}
    static constexpr NoDecay of_token(int) { return {}; }
};

/// One number for each token.
template <MemoryShape Shape, class Number, int Length>
    requires(!AnyMatrix<Number>)
struct DecayGradient<Shape, Number, Number, Length> {
    using Decays = DecaysOfChunk<Shape, Number, Number, Length>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Square = Matrix<Number, Length, Length>;
    using Row = Matrix<Number, Length, 1>;

    Row decay_ = zero<Number, Length, 1>();
    Row gamma_ = zero<Number, Length, 1>();
    Square through_ = zero<Number, Length>();

    struct Scores {
        Square plain;  // before they fade
        Square faded;
    };
    template <int Before>
    static constexpr Scores scores(Decays const& decays, Keys const& keys, Keys const& others) {
        Square const plain = chunks::upper_scores<Before == 0>(keys, others);
        Scores both{.plain = plain, .faded = plain};
        decays.template fade_scores<Before>(both.faded);
        return both;
    }
    template <int Before>
    constexpr void pull_back_scores(Decays const& decays, Scores const& both, Keys const& keys, Keys const& others,
                                    Square& scores_, Keys& keys_, Keys& others_) {
        chunks::keep_upper<Before == 0>(scores_);
        for (int i = Before; i < Length; ++i) {
            columns::add_products(through_, i - Before, both.plain, i, scores_, i);
        }
        decays.template fade_scores<Before>(scores_);
        add_product_with_transpose(keys_, others, scores_);
        add_product(others_, keys, scores_);
    }
    constexpr void fade_before(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 1; token < Length; ++token) {
            gamma_(token - 1, 0) += columns::inner_product(given, token, faded_, token);
        }
        decays.fade_before(faded_);
    }
    constexpr void fade_through(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 0; token < Length; ++token) {
            gamma_(token, 0) += columns::inner_product(given, token, faded_, token);
        }
        decays.fade_through(faded_);
    }
    constexpr void fade_to_the_end(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 0; token < Length; ++token) {
            through_(token, Length - 1) += columns::inner_product(given, token, faded_, token);
        }
        decays.fade_to_the_end(faded_);
    }
    template <AnyMatrix M, AnyMatrix Changed>
    constexpr void fade_whole(Decays const& decays, M const& given, Changed& faded_) {
        gamma_(Length - 1, 0) += inner_product(given, faded_);
        decays.fade_whole(faded_);
    }
    constexpr void finish(Decays const& decays) {
        for (int i = Length - 1; i > 0; --i) {
            Number const decay = decays.decay(i, 0);
            decay_(i, 0) += decays.gamma(i - 1, 0) * gamma_(i, 0);
            gamma_(i - 1, 0) += decay * gamma_(i, 0);
            decay_(i, 0) += columns::inner_product(decays.through, i - 1, through_, i);
            columns::change(through_, i - 1, through_, i, columns::in_whole_registers<Number>(i, Length),
                            [&](auto const& entry, auto const& behind) { return entry + decay * behind; });
        }
        decay_(0, 0) += gamma_(0, 0);
    }
    constexpr Number of_token(int token) const { return decay_(token, 0); }
};

/// One factor for each channel of each token.
template <MemoryShape Shape, class Number, class Decay, int Length>
    requires AnyMatrix<Decay>
struct DecayGradient<Shape, Number, Decay, Length> {
    using Decays = DecaysOfChunk<Shape, Number, Decay, Length>;
    using Keys = Matrix<Number, Shape.key_dim, Length>;
    using Square = Matrix<Number, Length, Length>;

    Keys decay_ = zero<Number, Shape.key_dim, Length>();
    Keys gamma_ = decay_;
    Keys to_the_end_ = decay_;

    struct Scores {
        Square faded;
    };
    template <int Before>
    static constexpr Scores scores(Decays const& decays, Keys const& keys, Keys const& others) {
        if constexpr (Before == 0) {
            return {decays.scores_through(keys, others)};
        } else {
            return {decays.scores_before(keys, others)};
        }
    }
    /// Score (j, i) is the sum over channels of key_j Gamma_mj other_i, m = i - Before. Key after key, and of each from the last token
    /// back to the key: so_far_ is the derivative with respect to Gamma_mj = Gamma_(m-1)j d_m, of all tokens from i on. Cost: 4
    /// Length^2 key_dim multiplications, entry by entry.
    template <int Before>
    constexpr void pull_back_scores(Decays const& decays, Scores const&, Keys const& keys, Keys const& others,
                                    Square const& scores_, Keys& keys_, Keys& others_) {
        columns::for_all_rows<Keys>([&](auto const& rows) {
            using Pack = typename std::remove_cvref_t<decltype(rows)>::Pack;
            ArrayOf<Pack, Length> gamma_of_key;
            for (int j = 0; j < Length; ++j) {
                auto const gamma = [&](int m) -> Pack& { return gamma_of_key[static_cast<std::size_t>(m)]; };
                gamma(j) = Pack(Number(1));
                for (int m = j + 1; m < Length; ++m) {
                    gamma(m) = gamma(m - 1) * rows.read(decays.decay, m);
                }
                Pack const key = rows.read(keys, j);
                Pack key_ = rows.read(keys_, j);
                Pack so_far_(Number(0));
                for (int i = Length - 1; i >= j + Before; --i) {
                    int const m = i - Before;
                    Pack const weighted = Pack(scores_(j, i)) * rows.read(others, i);
                    key_ = key_ + gamma(m) * weighted;
                    so_far_ = so_far_ + key * weighted;
                    rows.write(others_, i, rows.read(others_, i) + gamma(m) * key * Pack(scores_(j, i)));
                    if (m > j) {
                        rows.write(decay_, m, rows.read(decay_, m) + gamma(m - 1) * so_far_);
                        so_far_ = so_far_ * rows.read(decays.decay, m);
                    }
                }
                rows.write(keys_, j, key_);
            }
        });
    }
    constexpr void fade_before(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 1; token < Length; ++token) {
            columns::add_products(gamma_, token - 1, given, token, faded_, token);
        }
        decays.fade_before(faded_);
    }
    constexpr void fade_through(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 0; token < Length; ++token) {
            columns::add_products(gamma_, token, given, token, faded_, token);
        }
        decays.fade_through(faded_);
    }
    constexpr void fade_to_the_end(Decays const& decays, Keys const& given, Keys& faded_) {
        for (int token = 0; token < Length; ++token) {
            columns::add_products(to_the_end_, token, given, token, faded_, token);
        }
        decays.fade_to_the_end(faded_);
    }
    template <AnyMatrix M, AnyMatrix Changed>
    constexpr void fade_whole(Decays const& decays, M const& given, Changed& faded_) {
        for (int channel = 0; channel < Shape.key_dim; ++channel) {
            gamma_(channel, Length - 1) += columns::inner_product(given, channel, faded_, channel);
        }
        decays.fade_whole(faded_);
    }
    constexpr void finish(Decays const& decays) {
        for (int token = Length - 1; token > 0; --token) {
            columns::add_products(decay_, token, decays.gamma, token - 1, gamma_, token);
            columns::add_products(gamma_, token - 1, decays.decay, token, gamma_, token);
        }
        columns::change(decay_, 0, gamma_, 0, Shape.key_dim,
                        [](auto const& sum, auto const& one) { return sum + one; });
        for (int token = 0; token < Length - 1; ++token) {
            columns::add_products(decay_, token + 1, decays.to_the_end, token + 1, to_the_end_, token);
            columns::add_products(to_the_end_, token + 1, decays.decay, token + 1, to_the_end_, token);
        }
    }
    constexpr Decay of_token(int token) const {
        Decay result;
        columns::copy(result, 0, decay_, token);
        return result;
    }
};

template <PullsBackTransition Rule, int Length, class Plan>
    requires RunsByItsTransition<Rule>
struct ChunkPullback<Rule, Length, Plan> {
    static constexpr bool is_pullback = true;
    static constexpr MemoryShape shape = Rule::shape;
    using Number = typename Rule::Scalar;
    using Forward = Chunk<Rule, Length, Plan>;
    using Step = typename Forward::Step;
    using Erase = typename Forward::Erase;
    using Keys = typename Forward::Keys;
    using Values = typename Forward::Values;
    using Square = Matrix<Number, Length, Length>;
    using Gradient = DecayGradient<shape, Number, typename Step::Decay, Length>;
    using Scores = typename Gradient::Scores;
    using Memory = typename MemoryMatrices<shape, Number>::Memory;

    static constexpr void run(Rule const& rule, typename Rule::State const& before,
                              std::span<typename Rule::Example const> examples,
                              std::span<typename Rule::Query const> queries,
                              std::span<typename Rule::Answer const> answers_, typename Rule::State& state_,
                              std::span<typename Rule::Example> examples_, std::span<typename Rule::Query> queries_) {
        ChunkPullback pullback(rule, examples, before.S);
        pullback.back_from_state(state_);
        for (int group = 0; group < shape.queries; ++group) {
            pullback.back_from_answers(queries, answers_, group, state_, queries_);
        }
        pullback.back_from_written(state_);
        pullback.decays_.finish(pullback.chunk.decays);
        for (int token = 0; token < static_cast<int>(examples.size()); ++token) {
            auto const at = static_cast<std::size_t>(token);
            rule.pull_back_transition(examples[at], pullback.of_token(token), examples_[at]);
        }
    }

  private:
    Forward chunk;
    Memory const& S;
    Scores own;  // N
    Values written;

    Gradient decays_{};
    Keys keys_ = zero<Number, shape.key_dim, Length>();
    Keys reads_ = keys_;
    Keys erased_at_ = keys_;
    Values values_ = zero<Number, shape.value_dim, Length>();  // of those that are written as they are
    Values written_ = values_;

    constexpr ChunkPullback(Rule const& rule, std::span<typename Rule::Example const> examples, Memory const& memory)
        : chunk(rule, examples),
          S(memory),
          own(Gradient::template scores<1>(chunk.decays, chunk.writes_at(), chunk.reads)),
          written(chunk.written(S, own.faded)) {}

    /// The derivative with respect to where `written` is written.
    constexpr Keys& writes_at_() {
        if constexpr (erases_elsewhere<Erase>) {
            return erased_at_;
        } else {
            return keys_;
        }
    }

    /// S' = S gamma_L + U (to_the_end at)^T [+ values (to_the_end keys)^T].
    constexpr void back_from_state(typename Rule::State& state_) {
        auto const back = [&](Keys const& at, Values const& of, Keys& at_, Values& of_) {
            Keys faded = at;
            chunk.decays.fade_to_the_end(faded);
            add_product(of_, state_.S, faded);
            Keys faded_ = product_of_transpose(state_.S, of);
            decays_.fade_to_the_end(chunk.decays, at, faded_);
            at_ += faded_;
        };
        back(chunk.writes_at(), written, writes_at_(), written_);
        if constexpr (erases_elsewhere<Erase>) {
            back(chunk.keys, chunk.values, keys_, values_);
        }
        decays_.fade_whole(chunk.decays, S, state_.S);
    }

    /// O = S (gamma q) + U P [+ values P of the keys].
    constexpr void back_from_answers(std::span<typename Rule::Query const> queries,
                                     std::span<typename Rule::Answer const> answers_, int group,
                                     typename Rule::State& state_, std::span<typename Rule::Query> queries_) {
        Keys const q = chunks::queries_of_group<Keys>(queries, group);
        Values const o_ = chunks::queries_of_group<Values>(answers_, group);
        Keys faded = q;
        chunk.decays.fade_through(faded);
        add_product_with_transpose(state_.S, o_, faded);
        Keys q_ = product_of_transpose(S, o_);
        decays_.fade_through(chunk.decays, q, q_);
        back_from_scores<0>(Gradient::template scores<0>(chunk.decays, chunk.writes_at(), q), chunk.writes_at(), q,
                            written, o_, writes_at_(), q_, written_);
        if constexpr (erases_elsewhere<Erase>) {
            back_from_scores<0>(Gradient::template scores<0>(chunk.decays, chunk.keys, q), chunk.keys, q, chunk.values,
                                o_, keys_, q_, values_);
        }
        for (std::size_t token = 0; token < queries_.size(); ++token) {
            columns::change(queries_[token], group, q_, static_cast<int>(token), shape.key_dim,
                            [](auto const& sum, auto const& more) { return sum + more; });
        }
    }

    /// U (I - N) = values [M] + S (gamma read).
    constexpr void back_from_written(typename Rule::State& state_) {
        if constexpr (!erases<Erase>) {
            values_ = written_;
        } else {
            Values const known_ = Plan::solve_transposed(written_, own.faded);
            Square N_ = product_of_transpose(written, known_);
            decays_.template pull_back_scores<1>(chunk.decays, own, chunk.writes_at(), chunk.reads, N_, writes_at_(),
                                                 reads_);
            if constexpr (erases_elsewhere<Erase>) {
                back_from_scores<1>(Gradient::template scores<1>(chunk.decays, chunk.keys, chunk.reads), chunk.keys,
                                    chunk.reads, chunk.values, known_, keys_, reads_, values_);
            } else {
                values_ = known_;
            }
            Keys faded = chunk.reads;
            chunk.decays.fade_before(faded);
            Keys faded_ = product_of_transpose(S, known_);
            add_product_with_transpose(state_.S, known_, faded);
            decays_.fade_before(chunk.decays, chunk.reads, faded_);
            reads_ += faded_;
        }
    }

    /// result = of scores(keys, others).
    template <int Before>
    constexpr void back_from_scores(Scores const& scores, Keys const& keys, Keys const& others, Values const& of,
                                    Values const& result_, Keys& keys_of, Keys& others_of, Values& of_) {
        add_product_with_transpose(of_, result_, scores.faded);
        Square scores_ = product_of_transpose(of, result_);
        decays_.template pull_back_scores<Before>(chunk.decays, scores, keys, others, scores_, keys_of, others_of);
    }

    constexpr TransitionGradient<Step> of_token(int token) const {
        TransitionGradient<Step> step_;
        step_.decay = decays_.of_token(token);
        columns::copy(step_.read, 0, reads_, token);
        columns::copy(step_.at, 0, erased_at_, token);
        columns::copy(step_.value, 0, values_, token);
        columns::copy(step_.key, 0, keys_, token);
        return step_;
    }
};

/// Heads, one after the other.
template <class Rule, int Count, int Length, class Plan>
    requires HasChunkPullback<Rule, Length, Plan>
struct ChunkPullback<OnlineHeads<Rule, Count>, Length, Plan> {
    static constexpr bool is_pullback = true;
    using Heads = OnlineHeads<Rule, Count>;

    static constexpr void run(Heads const& heads, typename Heads::State const& before,
                              std::span<typename Heads::Example const> examples,
                              std::span<typename Heads::Query const> queries,
                              std::span<typename Heads::Answer const> answers_, typename Heads::State& state_,
                              std::span<typename Heads::Example> examples_, std::span<typename Heads::Query> queries_) {
        typename Rule::Example examples_of_head[Length];
        typename Rule::Query queries_of_head[Length];
        typename Rule::Answer answers_of_head_[Length];
        typename Rule::Example examples_of_head_[Length];
        typename Rule::Query queries_of_head_[Length];
        std::size_t const tokens = examples.size();
        for (std::size_t head = 0; head < Heads::count; ++head) {
            one_head::copy_from(examples, head, examples_of_head);
            one_head::copy_from(queries, head, queries_of_head);
            one_head::copy_from(answers_, head, answers_of_head_);
            one_head::copy_from(examples_, head, examples_of_head_);
            one_head::copy_from(queries_, head, queries_of_head_);
            ChunkPullback<Rule, Length, Plan>::run(heads.rule, before[head], {examples_of_head, tokens},
                                                   {queries_of_head, tokens}, {answers_of_head_, tokens}, state_[head],
                                                   {examples_of_head_, tokens}, {queries_of_head_, tokens});
            one_head::copy_to(examples_, head, examples_of_head_);
            one_head::copy_to(queries_, head, queries_of_head_);
        }
    }
};

}  // namespace incontext

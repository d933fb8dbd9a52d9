// SPDX-License-Identifier: MIT
/// @file
/// A tree of affine maps: the prefixes of Length tokens in 2 log2(Length) rounds.
///
///     token t is S -> S A_t + B_t           (A, B) then (A', B') = (A A', B A' + B')           state_t = (first ... t)(state_0)
///
/// Composition is associative, for all sizes (tests/static/online_for_all_sizes.cpp), so any tree gives the
/// recurrence. Rounds up: pairs, fours, ...; rounds down: what lies between them [Blelloch1990]. The maps of one
/// round do not wait for each other.
///
/// Range. A product A_0 A_1 ... may be infinite, 0, or so large that S A cancels, where the memory that it meets is an ordinary one in sequence:
/// keys with rate |k|^2 far above 2, gates that fade a large memory. A tree of such tokens is run in sequence.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "incontext/recurrence/in_sequence.hpp"
#include "incontext/recurrence/range_of_chunks.hpp"

namespace incontext {

/// Does nothing with a map that was made.
struct NobodyLooks {
    constexpr void operator()(auto const&) const {}
};

/// Every map becomes that of all tokens up to its own, in place; look(map) is called of each one that is made. Cost: at most 2 n
/// compositions. Errors: none. Test: tests/static/online_rules.cpp, tests/static/online_for_all_sizes.cpp (by symbols).
template <MemoryShape Shape, class Number, class Look = NobodyLooks>
constexpr void compose_prefixes(std::span<AffineMap<Shape, Number>> maps, Look const& look = {}) {
    std::size_t const count = maps.size();
    std::size_t stride = 1;
    for (; 2 * stride <= count; stride *= 2) {
        for (std::size_t last = 2 * stride - 1; last < count; last += 2 * stride) {
            maps[last] = then(maps[last - stride], maps[last]);
            look(maps[last]);
        }
    }
    for (; stride > 0; stride /= 2) {
        for (std::size_t last = 3 * stride - 1; last < count; last += 2 * stride) {
            maps[last] = then(maps[last - stride], maps[last]);
            look(maps[last]);
        }
    }
}

namespace chunks {

/// What tells whether the maps of a tree can be used. `Number` has a limited range. Of lanes, one that cannot is enough.
///
/// A map, of a token or of several, is used up to an entry of 1/sqrt(epsilon()): beyond it, more than half of the digits may cancel, in S A or in a
/// product with the next. What is written, and S A, must be finite. A product of decays below min()/epsilon() counts where a memory, or what is
/// written, is above 1/epsilon(), as of chunks.
/// Cost: a look at every map. Errors: none. Test: tests/unit/online_scans_in_range.cpp.
template <class Number>
class RangeOfTree {
    using Limits = std::numeric_limits<Number>;
    using Range = RangeOfChunk<Number>;
    static constexpr auto one = range::power_of_2<Number>(0);
    static constexpr auto most_of_a_map = range::power_of_2<Number>(Limits::digits / 2);
    static constexpr auto large = one / Limits::epsilon();

  public:
    /// The map of one token.
    template <MemoryShape Shape>
    constexpr void see_token(AffineMap<Shape, Number> const& map) {
        auto const of_A = Range::look(map.A);
        auto const of_B = Range::look(map.B);
        Number least(one);
        for (int row = 0; row < Shape.key_dim; ++row) {
            least = smaller(least, Number(of_A(row, 0)));
        }
        least_ = least_ * least;
        is_large_ = is_large_ || has_row_above(of_B, large);
        see_extents(of_A, of_B);
    }

    /// The map of several.
    template <MemoryShape Shape>
    constexpr void see(AffineMap<Shape, Number> const& map) {
        see_extents(Range::look(map.A), Range::look(map.B));
    }

    /// Whether the maps cannot be used on this memory.
    template <AnyMatrix Memory>
    [[nodiscard]] constexpr bool is_left(Memory const& S) const {
        auto const of_S = Range::look(S);
        if (is_beyond_ || has_row_above(of_S, Limits::max() / 4 / most_of_a_map / cols_of<Memory>)) [[unlikely]] {
            return true;
        }
        bool const may_be_lost =
            !range::is_zero(where_below(least_, Number(Limits::min() / Limits::epsilon()), Number(one)));
        return may_be_lost && (is_large_ || has_row_above(of_S, large));
    }

  private:
    Number least_ = Number(1);  // the least product of entries that are not 0
    bool is_large_ = false;     // something large is written
    bool is_beyond_ = false;    // a map cannot be used

    /// Maps are used up to these limits.
    template <class ExtentsOfA, class ExtentsOfB>
    constexpr void see_extents(ExtentsOfA const& of_A, ExtentsOfB const& of_B) {
        is_beyond_ = is_beyond_ || has_row_above(of_A, most_of_a_map) || has_row_above(of_B, Limits::max() / 2);
    }

    /// Whether a row has an entry above the limit, or NaN.
    template <class Extents>
    [[nodiscard]] static constexpr bool has_row_above(Extents const& extents, auto limit) {
        for (int row = 0; row < rows_of<Extents>; ++row) {
            if (Range::is_above(extents(row, 1), limit)) {
                return true;
            }
        }
        return false;
    }
};

}  // namespace chunks

/// The definition by a tree, Length tokens at a time; the last tree is smaller.
///
/// Memory: Length maps of key_dim (key_dim + value_dim) numbers, on the stack. Cost: per token at most 2 key_dim^2
/// (key_dim + value_dim), and value_dim key_dim (key_dim + queries), multiplications: key_dim times in_sequence's,
/// for log2(Length) rounds in place of Length. Exactness: as in_sequence in exact numbers; rounded over the range of in_sequence (above), but for
/// answers below min()/epsilon(), which may have lost digits. Errors: as in_sequence; a
/// rule that is not affine does not compile.
/// Test: tests/static/online_rules.cpp (equal to in_sequence), tests/unit/online_rules.cpp, tests/unit/online_scans_in_range.cpp.
template <int Length, class Rule>
constexpr Answered in_scan(Rule const& rule, typename Rule::State& state,
                           std::span<typename Rule::Example const> examples,
                           std::span<typename Rule::Query const> queries,
                           std::span<typename Rule::Answer> answers) noexcept(never_throws<typename Rule::Scalar>) {
    static_assert(this_is_not_an_online_rule<Rule>::value && this_rule_is_not_affine<Rule>::value,
                  "see the first error");
    static_assert(a_chunk_has_tokens<Length>::value, "see the first error");
    using Map = AffineMap<Rule::shape, typename Rule::Scalar>;
    if (queries.size() != examples.size() || answers.size() != examples.size()) {
        return Answered::unlike_lengths;
    }
    if constexpr (Length >= 1 && AffineRule<Rule>) {  // refused above: what follows would be the next errors
        using Scalar = typename Rule::Scalar;
        Map maps[Length];
        for (std::size_t first = 0; first < examples.size(); first += Length) {
            std::size_t const left = examples.size() - first;
            std::size_t const count = left < Length ? left : Length;
            for (std::size_t i = 0; i < count; ++i) {
                maps[i] = as_affine_map(rule.transition(examples[first + i]));
            }
            auto const before = state;
            if constexpr (has_limited_range<Scalar>) {
                chunks::RangeOfTree<Scalar> range;
                for (std::size_t i = 0; i < count; ++i) {
                    range.see_token(maps[i]);
                }
                compose_prefixes(std::span<Map>(maps, count), [&range](Map const& made) { range.see(made); });
                if (range.is_left(before.S)) [[unlikely]] {
                    chunks::run_in_sequence(rule, state, examples.subspan(first, count), queries.subspan(first, count),
                                            answers.subspan(first, count));
                    continue;
                }
            } else {
                compose_prefixes(std::span<Map>(maps, count));
            }
            for (std::size_t i = 0; i < count; ++i) {
                state.S = maps[i](before.S);
                answers[first + i] = rule.read(std::as_const(state), queries[first + i]);
            }
        }
    }
    return Answered::all;
}

// --------------------------------------------------------------------------------------------------- wrong calls ----

// Without a length, or in another order: one sentence.
template <class Rule, class... Arguments>
constexpr auto in_scan(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}
template <int Length, class Rule, class... Arguments>
    requires(!are_arguments_of_a_form<Rule, Arguments...>)
constexpr auto in_scan(Rule const&, Arguments&&...) {
    return a_form_takes_a_rule_its_state_and_three_spans<Rule, Arguments...>();
}

}  // namespace incontext

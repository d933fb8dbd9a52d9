// SPDX-License-Identifier: MIT
/// @file
/// Where a chunk leaves the range of its numbers, the definition is run in its place.
///
///     (u_j k_j^T) q_i      the definition: a key meets what is written at it before it meets a query
///     u_j <k_j, q_i>       in chunks: the score is made first, and is 0 or infinite where the product of all three is neither
///
/// A finite answer does not tell, for a score that is 0 leaves no trace. So a chunk is looked at before it writes an answer or the state. Of each
/// channel of the keys, and of all that they meet, the least magnitude that is not 0 and the largest are taken over the tokens. Their
/// products bound all terms of all scores. Where the largest of them could overflow, the chunk is run in sequence.
///
/// A term of a score, or a product of decays, that falls below the normal numbers is wrong by the least number at most. What it meets is
/// multiplied by that: it counts where what is written, or a memory, is above 1/epsilon(), and of decays where that times a bound of the
/// scores is above 1/epsilon()^2. So answers below min()/epsilon(), and of chunks that fade below min()/epsilon()^2, may have lost digits.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/number/number.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/recurrence/columns.hpp"
#include "incontext/recurrence/in_sequence.hpp"
#include "incontext/recurrence/unit_triangular.hpp"

namespace incontext::chunks {

/// The least magnitude that is not 0, and the largest; of lanes, in each.
template <class Number>
struct Extent {
    Number least = Number(1);
    Number most = Number(1);
};

/// The bits of numbers whose sign is taken away, as whole numbers: in the order of the magnitudes, with what is not finite at the end.
/// As such they are compared in fewer instructions.
template <class Pack>
struct MagnitudeBits {
    using Lane = Pack;
    using Bits = std::conditional_t<sizeof(Pack) == 4, std::uint32_t, std::uint64_t>;
};
template <class Number, int Count>
struct MagnitudeBits<Lanes<Number, Count>> {
    using Lane = Number;
    using Bits = Lanes<std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint64_t>, Count>;
};

/// What tells how large and how small the numbers of a chunk are, and whether its scores can be made of them. `Number` has a
/// limited range (has_limited_range). Of lanes, one that cannot is enough.
///
/// Exactness: nothing is changed. What is not finite counts as overflow. Cost: five instructions for a register of what is looked at,
/// some twenty for one of channels. Errors: none.
/// Test: tests/unit/online_chunks_in_range.cpp.
template <class Number>
class RangeOfChunk {
    using Limits = std::numeric_limits<Number>;

    static constexpr auto one = range::power_of_2<Number>(0);
    /// Half of the greatest number: bounds are rounded.
    static constexpr auto greatest = Limits::max() / 2;
    /// A product that is not below it has all its digits.
    static constexpr auto least_whole = Limits::min() / Limits::epsilon();
    static constexpr auto large = one / Limits::epsilon();

  public:
    /// Column 0: the least of each row that is not 0, the greatest number where there is none. Column 1: the largest.
    template <AnyMatrix M>
    using Extents = Matrix<Number, rows_of<M>, 2>;

    /// Those of a matrix.
    template <AnyMatrix M>
    [[nodiscard]] static constexpr Extents<M> look(M const& matrix) {
        Extents<M> extents = zero<Number, rows_of<M>, 2>();
        columns::for_all_rows<M>([&](auto const& rows) {
            auto const of_rows = extent_of(cols_of<M>, [&](int col) { return rows.read(matrix, col); });
            rows.write(extents, 0, of_rows.least);
            rows.write(extents, 1, of_rows.most);
        });
        return extents;
    }

    /// Whether a magnitude is above the limit, or NaN, in a lane.
    [[nodiscard]] static constexpr bool is_above(Number const& number, auto limit) {
        if constexpr (is_lanes<Number>) {
            return sum_of_lanes(Number(Number(one) - where_below(number, Number(limit), Number(one)))) != 0;
        } else {
            return !(number <= limit);
        }
    }

    /// These decays are in all that follows.
    constexpr void fade(Extent<Number> const& decays) {
        fades_ = fades_ || !(decays.least == Number(one)) || !(decays.most == Number(one));
        decays_.least = decays_.least * decays.least;
        decays_.most = decays_.most * decays.most;
    }

    /// One number of this row, or none, is in what follows.
    template <AnyMatrix M>
    constexpr void fade_by_one_of(M const& row) {
        auto const of_row = look(row);
        fade({smaller(Number(of_row(0, 0)), Number(one)), larger(Number(of_row(0, 1)), Number(one))});
    }

    /// The scores of keys and others are made, token by token.
    template <AnyMatrix Keys, AnyMatrix Others>
    constexpr void meet(Extents<Keys> const& of_keys, Others const& others) {
        meet_all<Keys>(of_keys, cols_of<Others>, [&](auto const& rows, int token) { return rows.read(others, token); });
    }
    /// The same of a query of each token.
    template <AnyMatrix Keys, AnyMatrix Query>
    constexpr void meet_queries(Extents<Keys> const& of_keys, std::span<Query const> queries, int group) {
        meet_all<Keys>(of_keys, static_cast<int>(queries.size()), [&](auto const& rows, int token) {
            return rows.read(queries[static_cast<std::size_t>(token)], group);
        });
    }

    /// Whether a score, or what fades, could overflow, or has lost digits beside these: what is written, and memories that fade.
    template <AnyMatrix... M>
    [[nodiscard]] constexpr bool is_left(M const&... matrices) const {
        Number const most_met = sum_ * decays_.most;
        if (is_above(most_met, greatest)) [[unlikely]] {
            return true;
        }
        if (!range::is_zero(is_lost_)) [[unlikely]] {
            if ((has_entry_above(matrices, Number(one), large) || ... || false)) {
                return true;
            }
        }
        if (fades_ && !range::is_zero(is_faded_)) [[unlikely]] {
            return (has_entry_above(matrices, larger(Number(one), most_met), large * large) || ... || false);
        }
        return false;
    }

  private:
    Extent<Number> decays_{};
    Number sum_{0};       // of all largest magnitudes and their products: a bound of scores
    Number is_lost_{0};   // above 0 where the least product is below least_whole
    Number is_faded_{0};  // above 0 where the least of them, times the least decay, is
    bool fades_ = false;

    /// The extent of read(0), ..., read(count - 1).
    template <class Read>
    static constexpr auto extent_of(int count, Read const& read) {
        using Pack = std::remove_cvref_t<decltype(read(0))>;
        using Bits = typename MagnitudeBits<Pack>::Bits;
        constexpr auto greatest_bits = std::bit_cast<typename MagnitudeBits<typename MagnitudeBits<Pack>::Lane>::Bits>(
            std::numeric_limits<typename MagnitudeBits<Pack>::Lane>::max());
        Bits const without_sign(~(decltype(greatest_bits)(1) << (8 * sizeof(greatest_bits) - 1)));
        Bits const bits_of_one(decltype(greatest_bits)(1));
        Bits least(static_cast<decltype(greatest_bits)>(greatest_bits - 1));  // less 1, so that 0 is the largest
        Bits most(decltype(greatest_bits)(0));
        for (int token = 0; token < count; ++token) {
            Bits const magnitude = std::bit_cast<Bits>(read(token)) & without_sign;
            most = larger(most, magnitude);
            least = smaller(least, Bits(magnitude - bits_of_one));
        }
        return Extent<Pack>{std::bit_cast<Pack>(Bits(least + bits_of_one)), std::bit_cast<Pack>(most)};
    }

    /// Adds to the bounds those of keys and of what read(rows, token) says of each token.
    template <AnyMatrix Keys, class Read>
    constexpr void meet_all(Extents<Keys> const& of_keys, int count, Read const& read) {
        columns::for_all_rows<Extents<Keys>>([&](auto const& rows) {
            using Pack = typename std::remove_cvref_t<decltype(rows)>::Pack;
            Extent<Pack> const others = extent_of(count, [&](int token) -> Pack { return read(rows, token); });
            Extent<Pack> const own{rows.read(of_keys, 0), rows.read(of_keys, 1)};
            Pack const least = own.least * others.least;
            Pack const least_of_all = smaller(smaller(own.least, others.least), smaller(least, Pack(one)));
            sum_ += total<Pack>(own.most * others.most + (own.most + others.most));
            is_lost_ += total<Pack>(where_below(least, Pack(least_whole), Pack(one)));
            is_faded_ += total<Pack>(where_below(least_of_all * decay_of<Pack>(), Pack(least_whole), Pack(one)));
        });
    }

    /// The least decay, for each lane of a register.
    template <class Pack>
    constexpr Pack decay_of() const {
        if constexpr (std::same_as<Pack, Number>) {
            return decays_.least;
        } else {
            return Pack(decays_.least);
        }
    }

    /// The sum of the lanes of a register; a number itself.
    template <class Pack>
    static constexpr Number total(Pack const& pack) {
        if constexpr (std::same_as<Pack, Number>) {
            return pack;
        } else {
            return sum_of_lanes(pack);
        }
    }

    /// Whether an entry times the factor is above the limit.
    template <AnyMatrix M>
    [[gnu::noinline, gnu::cold]] static constexpr bool has_entry_above(M const& matrix, Number const& factor,
                                                                       auto limit) {
        Extents<M> const extents = look(matrix);
        Number most(0);
        for (int row = 0; row < rows_of<M>; ++row) {
            most = larger(most, Number(extents(row, 1)));
        }
        return is_above(Number(most * factor), limit);
    }
};

/// The products of the decays of neighbouring tokens, a column each; a decay of 0 ends them.
template <AnyMatrix M>
[[nodiscard]] constexpr Extent<NumberOf<M>> extent_of_products(M const& decays) {
    using Number = NumberOf<M>;
    Extent<Number> extent;
    if constexpr (has_limited_range<Number>) {
        columns::for_all_rows<M>([&](auto const& rows) {
            using Pack = typename std::remove_cvref_t<decltype(rows)>::Pack;
            Pack shrunk(1);
            Pack grown(1);
            Pack least(1);
            for (int token = 0; token < cols_of<M>; ++token) {
                Pack const decay = rows.read(decays, token);
                Pack const magnitude = larger(decay, Pack(-decay));
                Pack const one_if_zero =
                    where_below(magnitude, Pack(std::numeric_limits<Number>::denorm_min()), Pack(1));
                shrunk = shrunk * smaller(magnitude, Pack(1)) + one_if_zero;
                grown = grown * larger(magnitude, Pack(1));
                least = smaller(least, shrunk);
            }
            if constexpr (std::same_as<Pack, Number>) {
                extent = {smaller(extent.least, least), larger(extent.most, grown) + (grown - grown)};  // NaN stays
            } else {
                for (int lane = 0; lane < Pack::lane_count; ++lane) {
                    auto const of_lane = grown[lane];
                    extent = {smaller(extent.least, least[lane]), larger(extent.most, of_lane) + (of_lane - of_lane)};
                }
            }
        });
    }
    return extent;
}

/// Whether the scores of keys and others cannot be made, nor decays be multiplied that meet these matrices: of a chunk whose
/// scores are not of its keys and queries alone.
template <AnyMatrix Keys, AnyMatrix Others, AnyMatrix... M>
[[nodiscard]] constexpr bool scores_leave_range([[maybe_unused]] Keys const& keys,
                                                [[maybe_unused]] Others const& others,
                                                [[maybe_unused]] Extent<NumberOf<Keys>> const& decays = {},
                                                [[maybe_unused]] M const&... matrices) {
    if constexpr (has_limited_range<NumberOf<Keys>>) {
        RangeOfChunk<NumberOf<Keys>> range;
        range.fade(decays);
        range.template meet<Keys>(range.look(keys), others);
        return range.is_left(matrices...);
    } else {
        return false;
    }
}

/// Whether a plan made what is written infinite or NaN: one that makes an inverse holds products that a substitution does not. Not seen: products
/// of these that fall below the normal numbers. In a constant expression it is not asked. Test: tests/unit/online_chunks_in_range.cpp.
template <class Plan, AnyMatrix M>
[[nodiscard]] constexpr bool is_left_by_plan([[maybe_unused]] M const& written) {
    if constexpr (std::same_as<Plan, BySubstitution> || !has_limited_range<NumberOf<M>>) {
        return false;
    } else {
        return !std::is_constant_evaluated() && !range::is_zero(range::zero_or_nan(written));
    }
}

/// The definition in place of a chunk, and its cost. Not inlined: it must not cost the chunk registers.
template <class Rule>
[[gnu::noinline, gnu::cold]] constexpr void run_in_sequence(Rule const& rule, typename Rule::State& state,
                                                            std::span<typename Rule::Example const> examples,
                                                            std::span<typename Rule::Query const> queries,
                                                            std::span<typename Rule::Answer> answers) {
    static_cast<void>(in_sequence(rule, state, examples, queries, answers));
}

}  // namespace incontext::chunks

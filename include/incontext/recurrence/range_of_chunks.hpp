// SPDX-License-Identifier: MIT
/// @file
/// Where a chunk leaves the range of its numbers, the definition is run in its place.
///
///     (u_j k_j^T) q_i      the definition: a key meets what is written at it before it meets a query
///     u_j <k_j, q_i>       in chunks: the score is made first, and is 0 or infinite where the product of all three is neither
///
/// A finite answer does not tell, for a score that is 0 leaves no trace. So the chunk is looked at before it runs. Of each channel
/// of the keys, and of all that they meet, the least magnitude that is not 0 and the largest are taken over the tokens. Their
/// products bound all terms of all scores. Where the largest of them could overflow, the chunk is run in sequence. Where the least
/// could lose digits, the scores of the magnitudes are made once more, times a power of 2, and the chunk is run in sequence if one
/// of them is not 0 and below min()/epsilon(). Terms that are small beside others of their score are no loss, nor are
/// channels in which one of the two is 0.
///
/// Decays are multiplied before they meet the memory. A product of them that falls below the normal numbers is an error of the
/// least number times what it should have met. So it counts where the memory, or what is written, is above 1/epsilon().
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
/// some twenty for one of channels, and where digits could be lost a product of matrices. Errors: none.
/// Test: tests/unit/online_chunks_in_range.cpp.
template <class Number>
class RangeOfChunk {
    using Limits = std::numeric_limits<Number>;

    static constexpr auto one = range::power_of_2<Number>(0);
    /// Half of the greatest number: bounds are rounded.
    static constexpr auto greatest = Limits::max() / 2;
    static constexpr auto smallest = Limits::min() / Limits::epsilon();
    /// Times this, the product of any two numbers is a normal one; and the limit times its square is in range.
    static constexpr auto power = range::power_of_2<Number>((Limits::digits - Limits::min_exponent) * 2 / 3);

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

    /// These decays are in all that follows.
    constexpr void fade(Extent<Number> const& decays) {
        fades_ = true;
        decays_.least = decays_.least * decays.least;
        decays_.most = decays_.most * decays.most;
    }

    /// The scores of keys and others are made: of tokens with those before them, and with themselves if WithDiagonal.
    template <bool WithDiagonal, AnyMatrix Keys, AnyMatrix Others>
    constexpr void meet(Keys const& keys, Extents<Keys> const& of_keys, Others const& others) {
        bool const is_lost = meet_all<Keys>(of_keys, cols_of<Others>,
                                            [&](auto const& rows, int token) { return rows.read(others, token); });
        if (is_lost) [[unlikely]] {
            is_lost_ = is_lost_ || loses_digits<WithDiagonal>(keys, others);
        }
    }
    /// The same of a query of each token, which sees its own.
    template <AnyMatrix Keys, AnyMatrix Query>
    constexpr void meet_queries(Keys const& keys, Extents<Keys> const& of_keys, std::span<Query const> queries,
                                int group) {
        bool const is_lost = meet_all<Keys>(
            of_keys, static_cast<int>(queries.size()),
            [&](auto const& rows, int token) { return rows.read(queries[static_cast<std::size_t>(token)], group); });
        if (is_lost) [[unlikely]] {
            is_lost_ = is_lost_ || loses_digits_of_queries(keys, queries, group);
        }
    }

    /// Whether a score, or what fades, could overflow, or a score has lost digits.
    [[nodiscard]] constexpr bool is_left() const { return is_lost_ || is_above(Number(sum_ * decays_.most), greatest); }

    /// Whether products of decays have lost digits of memories, or of what is written.
    template <AnyMatrix... M>
    [[nodiscard]] constexpr bool is_left_by_decays(M const&... matrices) const {
        if (fades_ && !range::is_zero(is_faded_)) [[unlikely]] {
            return (has_entry_above(matrices, one / Limits::epsilon()) || ... || false);
        }
        return false;
    }

  private:
    Extent<Number> decays_{};
    Number sum_{0};       // of all largest magnitudes and their products: a bound of scores
    Number is_faded_{0};  // above 0 where the least of them, times the least decay, is no normal number
    bool fades_ = false;
    bool is_lost_ = false;

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

    /// Adds to the bounds those of keys and of what read(rows, token) says of each token. Whether digits could be lost.
    template <AnyMatrix Keys, class Read>
    constexpr bool meet_all(Extents<Keys> const& of_keys, int count, Read const& read) {
        Number is_lost(0);
        columns::for_all_rows<Extents<Keys>>([&](auto const& rows) {
            using Pack = typename std::remove_cvref_t<decltype(rows)>::Pack;
            Extent<Pack> const others = extent_of(count, [&](int token) -> Pack { return read(rows, token); });
            Extent<Pack> const own{rows.read(of_keys, 0), rows.read(of_keys, 1)};
            Pack const least = own.least * others.least;
            Pack const least_of_all = smaller(smaller(own.least, others.least), smaller(least, Pack(one)));
            sum_ += total<Pack>(own.most * others.most + (own.most + others.most));
            is_lost += total<Pack>(where_below(least, Pack(smallest), Pack(one)));
            is_faded_ += total<Pack>(where_below(least_of_all * decay_of<Pack>(), Pack(smallest), Pack(one)));
        });
        return !range::is_zero(is_lost);
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

    /// Whether a magnitude is above the limit, or NaN, in a lane.
    static constexpr bool is_above(Number const& number, auto limit) {
        if constexpr (is_lanes<Number>) {
            return sum_of_lanes(Number(Number(one) - where_below(number, Number(limit), Number(one)))) != 0;
        } else {
            return !(number <= limit);
        }
    }

    template <AnyMatrix M>
    [[gnu::noinline, gnu::cold]] static constexpr bool has_entry_above(M const& matrix, auto limit) {
        Extents<M> const extents = look(matrix);
        Number most(0);
        for (int row = 0; row < rows_of<M>; ++row) {
            most = larger(most, Number(extents(row, 1)));
        }
        return is_above(most, limit);
    }

    /// As loses_digits, of queries that are not side by side.
    template <AnyMatrix Keys, AnyMatrix Query>
    [[gnu::noinline, gnu::cold]] static constexpr bool loses_digits_of_queries(Keys const& keys,
                                                                               std::span<Query const> queries,
                                                                               int group) {
        auto side_by_side = zero<Number, rows_of<Keys>, cols_of<Keys>>();
        for (int token = 0; token < static_cast<int>(queries.size()); ++token) {
            columns::copy(side_by_side, token, queries[static_cast<std::size_t>(token)], group);
        }
        return loses_digits<true>(keys, side_by_side);
    }

    /// The magnitudes times the power, none above the greatest number, so that no product with a 0 is NaN.
    template <AnyMatrix M>
    static constexpr Matrix<Number, rows_of<M>, cols_of<M>> magnified(M const& matrix) {
        return generate<Number, rows_of<M>, cols_of<M>>([&](int row, int col) {
            Number const entry = matrix(row, col);
            return smaller(Number(larger(entry, Number(-entry)) * Number(power)), Number(Limits::max()));
        });
    }

    /// Whether a score of the magnitudes is below the limit, and not 0.
    template <bool WithDiagonal, AnyMatrix Keys, AnyMatrix Others>
    [[gnu::noinline, gnu::cold]] static constexpr bool loses_digits(Keys const& keys, Others const& others) {
        auto const scores = product_of_transpose(magnified(keys), magnified(others));
        Number found(0);
        for (int i = 0; i < cols_of<Others>; ++i) {
            for (int j = 0; j < (WithDiagonal ? i + 1 : i); ++j) {
                Number const score = smaller(Number(scores(j, i)), Number(Limits::max()));
                found = larger(found, where_below(score, Number(smallest * power * power), score));
            }
        }
        return !range::is_zero(found);
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
                extent = {smaller(extent.least, least), larger(extent.most, grown)};
            } else {
                for (int lane = 0; lane < Pack::lane_count; ++lane) {
                    extent = {smaller(extent.least, least[lane]), larger(extent.most, grown[lane])};
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
        range.template meet<true>(keys, range.look(keys), others);
        return range.is_left() || range.is_left_by_decays(matrices...);
    } else {
        return false;
    }
}

/// Whether a plan made what is written infinite or NaN: one that makes an inverse holds products that a substitution does not.
template <class Plan, AnyMatrix M>
[[nodiscard]] constexpr bool is_left_by_plan([[maybe_unused]] M const& written) {
    if constexpr (std::same_as<Plan, BySubstitution> || !has_limited_range<NumberOf<M>>) {
        return false;
    } else {
        return !std::is_constant_evaluated() && !range::is_zero(range::zero_or_nan(written));
    }
}

/// The definition in place of a chunk. Not inlined: it must not cost the chunk registers.
template <class Rule>
[[gnu::noinline, gnu::cold]] constexpr void run_in_sequence(Rule const& rule, typename Rule::State& state,
                                                            std::span<typename Rule::Example const> examples,
                                                            std::span<typename Rule::Query const> queries,
                                                            std::span<typename Rule::Answer> answers) {
    static_cast<void>(in_sequence(rule, state, examples, queries, answers));
}

}  // namespace incontext::chunks

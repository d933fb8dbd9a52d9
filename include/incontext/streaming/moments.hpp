// SPDX-License-Identifier: MIT
/// @file
/// The moments of a stream: the sum of token token^T over its tokens, which is all that a linear stack sees of them.
///
///     G = S + R       S as far as one number holds an entry, R what was rounded off it (streaming/compensated_sum.hpp)
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <limits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/counted.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/streaming/compensated_sum.hpp"
#include "incontext/streaming/token_products.hpp"

namespace incontext {

/// G <- G + token token^T, entry by entry, as S + R.
///
/// Shapes: G [token_dim x token_dim]; it is symmetric, and of S and R the upper half is kept. Trivially copyable, without a heap.
/// In range: a sum of squares stays at most a quarter of the greatest number. Then no other sum, which is at most
/// sqrt(G_ii G_jj), overflows, nor does what add_compensated makes on the way. Exact numbers are always in range.
/// Held: a token that is not 0, while the trace of G stays below the smallest normal number with it, would lose its digits or vanish. It is not
/// added. Beside larger ones it is, and is the rounding dust that it is beside them.
/// Cost: adding a token takes token_dim (token_dim + 1) / 2 multiplications and seven times as many additions, and have_room_for
/// token_dim multiplications.
/// Exactness: exact in the exact family, where R stays 0. In floating point |error_ij| <= (6 u + n u^2) sqrt(G_ii G_jj) after n
/// tokens, u half the distance from 1 to the next number, and 264 u in place of 6 u where tables were added.
/// Test: tests/unit/streaming.cpp (10^7 examples), tests/unit/streaming_table.cpp (within the bound).
template <class Number, int TokenDimension>
class Moments {
  public:
    static constexpr int token_dim = TokenDimension;
    /// How many numbers it is: two for each entry of the upper half.
    static constexpr std::size_t numbers = static_cast<std::size_t>(token_dim) * (token_dim + 1);
    static constexpr bool is_guarded = has_limited_range<Number> || std::same_as<Number, Counted>;

    /// Whether the moments stay in range when this token is added, and hold it: their trace is then a normal number, or else the token is 0.
    template <AnyMatrix Token>
    [[nodiscard]] constexpr bool have_room_for([[maybe_unused]] Token const& token) const {
        if constexpr (is_guarded) {
            Number trace(0);
            for (int row = 0; row < token_dim; ++row) {
                trace += sum_(row, row) + token(row, 0) * token(row, 0);
            }
            return is_ordinary(trace) || have_room_at_the_ends(token);
        } else {
            return true;
        }
    }

    /// Adds a token that there is room for.
    template <AnyMatrix Token>
    constexpr void add(Token const& token) {
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                add_compensated(sum_(row, col), rest_(row, col), token(row, 0) * token(col, 0));
            }
        }
    }

    /// Adds those of tables. False: they would leave the range, or tokens that are not 0 were lost in them, as their trace is no normal number; and
    /// nothing was added. largest_entry() is asked where a trace is none: the largest absolute value in the tables, lane by lane.
    template <class LargestEntry>
    [[nodiscard]] constexpr bool add(TokenProducts<Number, token_dim> const& products,
                                     [[maybe_unused]] LargestEntry const& largest_entry) {
        Moments both = *this;
        products.for_each_sum([&](int row, int col, Number const& of_sum, Number const& of_rest) {
            add_compensated(both.sum_(row, col), both.rest_(row, col), of_sum);
            both.rest_(row, col) += of_rest;  // a rounding of of_sum at most
        });
        if constexpr (has_limited_range<Number>) {
            Number trace(0);
            for (int row = 0; row < token_dim; ++row) {
                trace += both.sum_(row, row);
            }
            Number const below = below_normal(trace);
            if (!range::is_zero(below) && !range::is_zero(smaller(below, largest_entry()))) [[unlikely]] {
                return false;
            }
        }
        return take_if_in_range(both);
    }

    /// Adds those of another stream. False: they would leave the range, and nothing was added.
    [[nodiscard]] constexpr bool add(Moments const& other) {
        Moments both = *this;
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                add_compensated(both.sum_(row, col), both.rest_(row, col), other.sum_(row, col));
                add_compensated(both.sum_(row, col), both.rest_(row, col), other.rest_(row, col));
            }
        }
        return take_if_in_range(both);
    }

    /// G <- factor G. Exactness: one rounding per entry and call, so after n calls the error of an entry is up to n u of it; up to
    /// u / (1 - factor) of what an entry becomes where a token is added before every call.
    constexpr void scale(Number const& factor) {
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                sum_(row, col) *= factor;
                rest_(row, col) *= factor;
            }
        }
    }

    /// An entry of G.
    [[nodiscard]] constexpr Number operator()(int row, int col) const {
        int const upper = row < col ? row : col;
        int const right = row < col ? col : row;
        return sum_(upper, right) + rest_(upper, right);
    }

    /// Calls visit(number) for each number of S and R.
    template <class Visit>
    constexpr void for_each_number(Visit const& visit) {
        for_each(visit, *this);
    }
    /// The same, where they are constant.
    template <class Visit>
    constexpr void for_each_number(Visit const& visit) const {
        for_each(visit, *this);
    }

    /// Whether these can be the moments of as many tokens: sums of squares are not below 0, what was rounded off is small beside them,
    /// and the other sums are no larger. Numbers: none beyond half of the greatest.
    /// Why this stays so whatever is called next, with nothing to spare for rounding: streaming/fading_moments.hpp.
    /// Test: tests/unit/streaming_saved_bytes.cpp (at these bounds; histories of streams of every size), tests/fuzz/saved_state.cpp.
    [[nodiscard]] constexpr bool can_be_of(long long tokens) const requires std::floating_point<Number> {
        using Limits = std::numeric_limits<Number>;
        auto const magnitude = [](Number number) { return number < 0 ? -number : number; };
        Number const room = static_cast<Number>(tokens) * Limits::min();
        bool possible = true;
        for (int col = 0; col < token_dim; ++col) {
            Number const square = sum_(col, col);
            possible = possible && magnitude(rest_(col, col)) <= (square < 2 * Limits::min() ? square : square / 2);
            for (int row = 0; row < col; ++row) {
                Number const squares = sum_(row, row) + square + room;
                possible =
                    possible && magnitude(sum_(row, col)) <= 2 * squares && magnitude(rest_(row, col)) <= squares;
            }
        }
        return possible;
    }

  private:
    /// How far a trace is below the smallest normal number, lane by lane; 0 if it is not. Of NaN anything but 0.
    static constexpr Number below_normal(Number const& trace) {
        return larger(Number(std::numeric_limits<Number>::min()) - trace, Number(0));
    }

    /// Whether a trace is a normal number of at most a quarter of the greatest: then so is every sum of squares, which is not below 0.
    static constexpr bool is_ordinary(Number const& trace) {
        if constexpr (std::floating_point<Number>) {
            using Limits = std::numeric_limits<Number>;
            return Limits::min() <= trace && trace <= Limits::max() / 4;
        } else if constexpr (has_limited_range<Number>) {
            return range::is_zero(below_normal(trace) + trace * Number(4) * Number(0));
        } else {
            return true;  // counted numbers
        }
    }

    /// have_room_for, where the trace is not ordinary.
    template <AnyMatrix Token>
    [[gnu::noinline]] constexpr bool have_room_at_the_ends([[maybe_unused]] Token const& token) const {
        if constexpr (has_limited_range<Number>) {
            Number nan(0);
            Number trace(0);
            Number largest_entry(0);
            for (int row = 0; row < token_dim; ++row) {
                Number const square = sum_(row, row) + token(row, 0) * token(row, 0);
                nan += square * Number(4) * Number(0);
                trace += square;
                largest_entry = range::larger_magnitude(largest_entry, token(row, 0));
            }
            return range::is_zero(nan) && range::is_zero(smaller(below_normal(trace), largest_entry));
        } else {
            return true;
        }
    }

    /// A square of numbers without anything else, so that what holds it is trivially copyable; Eigen's matrices are not.
    class PlainSquare {
      public:
        constexpr PlainSquare() {
            for (Number& number : numbers_) {
                number = Number(0);
            }
        }
        [[nodiscard]] constexpr Number& operator()(int row, int col) { return numbers_[place(row, col)]; }
        [[nodiscard]] constexpr Number const& operator()(int row, int col) const { return numbers_[place(row, col)]; }

      private:
        static constexpr std::size_t place(int row, int col) {
            return static_cast<std::size_t>(col) * token_dim + static_cast<std::size_t>(row);
        }
        std::array<Number, static_cast<std::size_t>(token_dim) * token_dim> numbers_;
    };

    template <class Visit, class Self>
    static constexpr void for_each(Visit const& visit, Self& moments) {
        for (int col = 0; col < token_dim; ++col) {
            for (int row = 0; row <= col; ++row) {
                visit(moments.sum_(row, col));
                visit(moments.rest_(row, col));
            }
        }
    }

    constexpr bool take_if_in_range(Moments const& both) {
        if constexpr (has_limited_range<Number>) {
            for (int row = 0; row < token_dim; ++row) {
                if (!range::is_zero(both.sum_(row, row) * Number(4) * Number(0))) [[unlikely]] {
                    return false;
                }
            }
        }
        *this = both;
        return true;
    }

    PlainSquare sum_;
    PlainSquare rest_;
};

}  // namespace incontext

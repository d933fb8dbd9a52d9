// SPDX-License-Identifier: MIT
/// @file
/// The sum of token token^T over a table of tokens: the one pass over a long context.
///
///     tokens that fit a register     sum_d[row] += token[row] * token[(row + d) mod token_dim],   d = 0 ... token_dim / 2
///     longer ones                    sum_c[row] += token[row] * token[c],   for registers of rows up to row c
///
/// All sums stay in registers while the tokens pass by. G is symmetric, and either way makes little more than half of its
/// products: of a token that fits a register and a copy of it that is turned by d places every pair of rows meets once.
/// Short tokens share a register: sixteen lanes hold four of dimension 4.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "incontext/number/lanes.hpp"

namespace incontext {

/// sum <- sum + term, with what was rounded off before; what is rounded off now is the new rest.
///
/// Source: Kahan's summation [Higham2002] sec. 4.3, with Knuth's two-sum, which does not ask which is larger, so that
/// lanes need no branch. Exactness: the error of sum + rest after n terms is at most (2 u + n u^2) sum of |terms|, u half
/// the distance from 1 to the next number; in exact arithmetic rest stays 0. Test: tests/unit/streaming.cpp.
template <class Value>
constexpr void add_compensated(Value& sum, Value& rest, Value const& term) {
    Value const corrected = rest + term;
    Value const next = sum + corrected;
    Value const of_corrected = next - sum;
    rest = (sum - (next - of_corrected)) + (corrected - of_corrected);
    sum = next;
}

namespace token_products {

/// Several numbers of a family without registers, computed with one by one.
template <class Number, int Count>
struct SideBySide;

/// A register of the target for float and double; of exact numbers 4, so that all that is done with registers is proven
/// on them; of Lanes, which are registers of their own, 1.
template <class Number>
struct RegisterOf {
    using type = SideBySide<Number, is_lanes<Number> ? 1 : 4>;
};
template <class Number>
    requires(std::same_as<Number, float> || std::same_as<Number, double>)
struct RegisterOf<Number> {
    using type = Lanes<Number, native_lanes<Number>>;
};

template <class Register, int TokenDimension>
struct Turned;
template <class Register, int TokenDimension>
struct Crossed;

}  // namespace token_products

/// The sum of token token^T over tables of tokens, each [token_dim x count], one token after the other.
///
/// Exactness: exact in the exact family. In floating point up to 256 tokens are summed plainly, and these sums with what
/// was rounded off them: |error_ij| <= (258 u + n u^2) sqrt(G_ii G_jj) after n tokens, u half the distance from 1 to the
/// next number. (A plain sum of b products passes at most b roundings, so its error is at most b u / (1 - b u) times the
/// sum of |products| [Higham2002] sec. 3.1, which is at most sqrt(G_ii G_jj).)
/// Cost: per token, with L lanes, (token_dim / 2 + 1) / (L / token_dim) multiply-adds of registers where a token fits one
/// (divisions of whole numbers), else the sum over rows c of c / L + 1. No heap. Reads nothing outside the table.
/// Errors: none. Test: tests/static/streaming_table.cpp (identical to `gram`, and no read outside the table, which does
/// not compile in a constant expression), tests/unit/streaming_table.cpp (within the bound).
template <class Number, int TokenDimension>
class TokenProducts {
  public:
    static constexpr int tokens_between_corrections = 256;

    /// Adds `count` tokens that follow one another in memory.
    constexpr void add(Number const* tokens, long long count) noexcept {
        long long const numbers = count * TokenDimension;
        long long const steps = numbers < Layout::reach ? 0 : (numbers - Layout::reach) / step + 1;
        for (long long first = 0; first < steps; first += steps_between_corrections) {
            add_steps(tokens + first * step, std::min(steps_between_corrections, steps - first));
        }
        add_last(tokens + steps * step, static_cast<int>(numbers - steps * step));
    }

    /// Calls visit(row, col, sum, rest) with what was summed to entry (row, col), row <= col: its entry of G is the sum
    /// of all sum + rest. Places are visited several times where tokens shared a register.
    template <class Visit>
    constexpr void for_each_sum(Visit const& visit) const {
        Layout::for_each_entry([&](int number, int lane, int row, int col) {
            auto const at = static_cast<std::size_t>(number);
            visit(row, col, Number(sum_[at][lane]), Number(rest_[at][lane]));
        });
    }

  private:
    using Register = typename token_products::RegisterOf<Number>::type;
    using Layout = std::conditional_t<TokenDimension <= Register::lane_count,
                                      token_products::Turned<Register, TokenDimension>,
                                      token_products::Crossed<Register, TokenDimension>>;
    using Sums = std::array<Register, static_cast<std::size_t>(Layout::sums)>;

    static constexpr int step = Layout::tokens_at_once * TokenDimension;
    static constexpr long long steps_between_corrections = tokens_between_corrections / Layout::tokens_at_once;

    static constexpr Sums zeros() {
        Sums sums;
        sums.fill(Register(Number(0)));
        return sums;
    }

    constexpr void add_steps(Number const* tokens, long long steps) {
        Sums const terms = Layout::sums_of(tokens, steps);
        for (std::size_t i = 0; i < terms.size(); ++i) {
            add_compensated(sum_[i], rest_[i], terms[i]);
        }
    }

    /// Tokens behind which a register would reach over the end of the table: from a copy, followed by zeros.
    constexpr void add_last(Number const* tokens, int numbers) {
        constexpr int most_steps = (Layout::reach - 1 + step - 1) / step;
        Number copied[most_steps * step + Layout::reach];
        std::fill(std::copy(tokens, tokens + numbers, copied), std::end(copied), Number(0));
        if (numbers > 0) {
            add_steps(copied, (numbers + step - 1) / step);
        }
    }

    Sums sum_ = zeros();
    Sums rest_ = zeros();
};

// ------------------------------------------------------------------------------------------------------- details ----

namespace token_products {

template <class Number, int Count>
struct SideBySide {
    static constexpr int lane_count = Count;

    Number numbers[Count];

    constexpr SideBySide() = default;
    constexpr explicit SideBySide(Number const& number) {
        for (Number& each : numbers) {
            each = number;
        }
    }

    [[nodiscard]] constexpr Number const& operator[](int lane) const { return numbers[lane]; }

    friend constexpr SideBySide operator+(SideBySide const& a, SideBySide const& b) {
        SideBySide result = a;
        for (int lane = 0; lane < Count; ++lane) {
            result.numbers[lane] += b.numbers[lane];
        }
        return result;
    }
    friend constexpr SideBySide operator-(SideBySide const& a, SideBySide const& b) {
        SideBySide result = a;
        for (int lane = 0; lane < Count; ++lane) {
            result.numbers[lane] -= b.numbers[lane];
        }
        return result;
    }
};

// ------------------------------------------------------------------------------ what is done with one register ----

/// The numbers from here on.
template <class Register, class Number>
constexpr Register loaded(Number const* from) {
    Register result;
    if constexpr (is_lanes<Register>) {
        std::memcpy(&result.pack, from, sizeof result.pack);
    } else {
        std::copy(from, from + Register::lane_count, result.numbers);
    }
    return result;
}

/// sum <- sum + a b. Written in one expression on the plain vector type, because clang fuses nothing across calls.
template <class Number, int Count>
void multiply_add(Lanes<Number, Count>& sum, Lanes<Number, Count> const& a, Lanes<Number, Count> const& b) {
    sum.pack += a.pack * b.pack;
}
template <class Number, int Count>
void multiply_add(Lanes<Number, Count>& sum, Lanes<Number, Count> const& a, Number b) {
    sum.pack += a.pack * b;
}
template <class Number, int Count>
constexpr void multiply_add(SideBySide<Number, Count>& sum, SideBySide<Number, Count> const& a,
                            SideBySide<Number, Count> const& b) {
    for (int lane = 0; lane < Count; ++lane) {
        sum.numbers[lane] += a.numbers[lane] * b.numbers[lane];
    }
}
template <class Number, int Count>
constexpr void multiply_add(SideBySide<Number, Count>& sum, SideBySide<Number, Count> const& a, Number const& b) {
    multiply_add(sum, a, SideBySide<Number, Count>(b));
}

/// Where lane number `lane` finds its number when the tokens in a register are turned by Turn places. Lanes behind the
/// last whole token keep theirs.
template <int LaneCount, int TokenDimension, int Turn>
constexpr int lane_turned_to(int lane) {
    int const row = lane % TokenDimension;
    int const beginning = lane - row;
    return beginning + TokenDimension <= LaneCount ? beginning + (row + Turn) % TokenDimension : lane;
}

template <int TokenDimension, int Turn, class Number, int Count>
constexpr SideBySide<Number, Count> turned(SideBySide<Number, Count> const& tokens) {
    SideBySide<Number, Count> result;
    for (int lane = 0; lane < Count; ++lane) {
        result.numbers[lane] = tokens.numbers[lane_turned_to<Count, TokenDimension, Turn>(lane)];
    }
    return result;
}
template <int TokenDimension, int Turn, class Number, int Count>
Lanes<Number, Count> turned(Lanes<Number, Count> const& tokens) {
    return [&]<int... Lane>(std::integer_sequence<int, Lane...>) {
        return Lanes<Number, Count>(__builtin_shufflevector(
            tokens.pack, tokens.pack, lane_turned_to<Count, TokenDimension, Turn>(Lane)...));
    }(std::make_integer_sequence<int, Count>{});
}

// ------------------------------------------------------------------------------------- the two ways to hold sums ----
//
// Both say how many tokens they take at once, how many numbers they read from the beginning of the first one (reach), how
// many registers of sums they have, how to make them, and which entry of G each lane belongs to.

/// Whole tokens in a register, times themselves turned by 0, 1, ... token_dim / 2 places.
template <class Register, int TokenDimension>
struct Turned {
    static constexpr int tokens_at_once = Register::lane_count / TokenDimension;
    static constexpr int reach = Register::lane_count;
    static constexpr int sums = TokenDimension / 2 + 1;

    template <class Number>
    static constexpr auto sums_of(Number const* tokens, long long steps) {
        return sums_of(tokens, steps, std::make_integer_sequence<int, sums>{});
    }

    /// visit(number of the sum, lane, row, col), row <= col. Turned by half of an even dimension, each pair meets twice.
    template <class Visit>
    static constexpr void for_each_entry(Visit const& visit) {
        for (int turn = 0; turn < sums; ++turn) {
            int const rows = 2 * turn == TokenDimension ? turn : TokenDimension;
            for (int lane = 0; lane < tokens_at_once * TokenDimension; ++lane) {
                int const row = lane % TokenDimension;
                int const other = (row + turn) % TokenDimension;
                if (row < rows) {
                    visit(turn, lane, std::min(row, other), std::max(row, other));
                }
            }
        }
    }

  private:
    template <class Number, int... Turn>
    static constexpr std::array<Register, sizeof...(Turn)> sums_of(Number const* tokens, long long steps,
                                                                   std::integer_sequence<int, Turn...>) {
        Register sum[]{Register(Number(0 * Turn))...};
        for (; steps > 0; --steps, tokens += tokens_at_once * TokenDimension) {
            auto const token = loaded<Register>(tokens);
            (multiply_add(sum[Turn], token, turned<TokenDimension, Turn>(token)), ...);
        }
        return {sum[Turn]...};
    }
};

/// Tokens of several registers, times each of their numbers. Where the sums are more than the target has registers, the
/// tokens pass by several times.
template <class Register, int TokenDimension>
struct Crossed {
    static constexpr int tokens_at_once = 1;
    static constexpr int lanes = Register::lane_count;
    static constexpr int reach = (TokenDimension + lanes - 1) / lanes * lanes;
    static constexpr int sums = [] {
        int count = 0;
        for (int col = 0; col < TokenDimension; ++col) {
            count += col / lanes + 1;
        }
        return count;
    }();

    template <class Number>
    static constexpr auto sums_of(Number const* tokens, long long steps) {
        std::array<Register, static_cast<std::size_t>(sums)> result;
        [&]<int... Pass>(std::integer_sequence<int, Pass...>) {
            (write_sums<Pass * sums_in_a_pass>(
                 tokens, steps, result,
                 std::make_integer_sequence<int, std::min(sums_in_a_pass, sums - Pass * sums_in_a_pass)>{}),
             ...);
        }(std::make_integer_sequence<int, passes>{});
        return result;
    }

    /// visit(number of the sum, lane, row, col), row <= col.
    template <class Visit>
    static constexpr void for_each_entry(Visit const& visit) {
        for (int number = 0; number < sums; ++number) {
            auto const [first_row, col] = places[static_cast<std::size_t>(number)];
            for (int row = first_row; row < first_row + lanes && row <= col; ++row) {
                visit(number, row - first_row, row, col);
            }
        }
    }

  private:
    /// The register of the rows from first_row on, times the number in row col.
    struct Place {
        int first_row;
        int col;
    };
    static constexpr auto places = [] {
        std::array<Place, static_cast<std::size_t>(sums)> places{};
        std::size_t number = 0;
        for (int col = 0; col < TokenDimension; ++col) {
            for (int first_row = 0; first_row <= col; first_row += lanes) {
                places[number++] = {first_row, col};
            }
        }
        return places;
    }();

    // Registers for sums; the others hold the token. AVX-512 has 32 and reads factors in place, the others have 16.
    static constexpr int registers_for_sums = native_float_lanes == 16 ? 26 : 12;
    static constexpr int passes = (sums + registers_for_sums - 1) / registers_for_sums;
    static constexpr int sums_in_a_pass = (sums + passes - 1) / passes;

    template <int First, class Number, class Sums, int... Sum>
    static constexpr void write_sums(Number const* tokens, long long steps, Sums& result,
                                     std::integer_sequence<int, Sum...>) {
        Register sum[]{Register(Number(0 * Sum))...};
        for (; steps > 0; --steps, tokens += TokenDimension) {
            (multiply_add(sum[Sum], loaded<Register>(tokens + places[First + Sum].first_row),
                          tokens[places[First + Sum].col]),
             ...);
        }
        ((result[First + Sum] = sum[Sum]), ...);
    }
};

}  // namespace token_products

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// The sum of token token^T over a table of tokens: the one pass over a long context.
///
///     G <- G + sum over the table of token token^T
///
/// All sums stay in registers while the tokens pass by, in the way that fits their dimension (streaming/sums_in_registers.hpp).
/// What a long sum rounds off is carried on (streaming/compensated_sum.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <type_traits>

#include "incontext/recurrence/memory.hpp"
#include "incontext/streaming/compensated_sum.hpp"
#include "incontext/streaming/register.hpp"
#include "incontext/streaming/sums_in_registers.hpp"

namespace incontext {

/// The sum of token token^T over tables of tokens, each [token_dim x count], one token after the other.
///
/// Exactness: exact in the exact family. In floating point up to 256 tokens are summed plainly, and these sums with what
/// was rounded off them: |error_ij| <= (258 u + n u^2) sqrt(G_ii G_jj) after n tokens, u half the distance from 1 to the
/// next number. (A plain sum of b products passes at most b roundings, so its error is at most b u / (1 - b u) times the
/// sum of |products| [Higham2002] sec. 3.1, which is at most sqrt(G_ii G_jj).)
/// Cost: per token, with L lanes, (token_dim / 2 + 1) / (L / token_dim) multiply-adds of registers where a token fits one
/// (token_dim / 2 and L / token_dim rounded down), else the sum over rows c of c / L + 1. No heap. Reads nothing outside the table.
/// Errors: none. Test: tests/static/streaming_table.cpp (identical to `gram`, and no read outside the table, which does
/// not compile in a constant expression), tests/unit/streaming_table.cpp (within the bound).
template <class Number, int TokenDimension>
class TokenProducts {
  public:
    static constexpr int tokens_between_corrections = 256;

    /// Adds `count` tokens that follow one another in memory.
    constexpr void add(Number const* tokens, long long count) noexcept(never_throws<Number>) {
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
    using Layout =
        std::conditional_t<TokenDimension <= Register::lane_count, token_products::Turned<Register, TokenDimension>,
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

}  // namespace incontext

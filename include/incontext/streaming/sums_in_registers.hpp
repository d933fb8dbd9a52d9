// SPDX-License-Identifier: MIT
/// @file
/// The two ways to hold the sum of token token^T in registers while the tokens pass by.
///
///     Turned: tokens that fit a register    sum_d[row] += token[row] * token[(row + d) mod token_dim],   d = 0 ... token_dim / 2
///     Crossed: longer ones                  sum_c[row] += token[row] * token[c],   for registers of rows up to row c
///
/// The sum is symmetric, and either way makes little more than half of its products: of a token that fits a register and a
/// copy of it that is turned by d places every pair of rows meets once. Short tokens share a register: sixteen lanes hold
/// four of dimension 4.
///
/// Both say how many tokens they take at once, how many numbers they read from the beginning of the first one (reach), how
/// many registers of sums they have, how to make them, and which entry of the sum each lane belongs to.
/// Exactness, cost, errors: those of TokenProducts, which chooses between them. Test: tests/static/streaming_table.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "incontext/number/lanes.hpp"
#include "incontext/streaming/register.hpp"

namespace incontext::token_products {

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
        }
        (std::make_integer_sequence<int, passes>{});
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

}  // namespace incontext::token_products

// SPDX-License-Identifier: MIT
/// @file
/// What the pass over a table of tokens does with a register: load it, turn its tokens, multiply and add.
///
///     loaded             lane <- number at this place of the table
///     turned             lane of row r of a token <- its row (r + turn) mod token_dim
///     multiply_add       sum <- sum + a b, lane by lane
///
/// Of float and double a register is one of the target's. Exact numbers have none; four of them side by side stand for one,
/// so that all that is done with registers is proven on them (tests/static/streaming_table.cpp).
#pragma once

#include <algorithm>
#include <concepts>
#include <cstring>
#include <utility>

#include "incontext/number/lanes.hpp"

namespace incontext::token_products {

/// Several numbers of a family without registers, computed with one by one.
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

/// A register of the target for float and double; of exact numbers 4; of Lanes, which are registers of their own, 1.
template <class Number>
struct RegisterOf {
    using type = SideBySide<Number, is_lanes<Number> ? 1 : 4>;
};
template <class Number>
    requires(std::same_as<Number, float> || std::same_as<Number, double>)
struct RegisterOf<Number> {
    using type = Lanes<Number, native_lanes<Number>>;
};

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
        return Lanes<Number, Count>(
            __builtin_shufflevector(tokens.pack, tokens.pack, lane_turned_to<Count, TokenDimension, Turn>(Lane)...));
    }
    (std::make_integer_sequence<int, Count>{});
}

}  // namespace incontext::token_products

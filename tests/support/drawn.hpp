// SPDX-License-Identifier: MIT
/// @file
/// One test body for every family of numbers: small numbers that no family rounds, drawn by name.
///
/// All draws are whole numbers (or eighths of them), a pure function of (stream, entry, part). Sums of their products
/// stay below 2^24 wherever a test compares with ==, so float, double and lanes compute them without any rounding, in
/// any order and with or without fused multiply-add: they owe the same equality as the exact families.
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>

#include "incontext/matrix/eigen.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/theorem.hpp"

namespace test {

using namespace incontext;

/// Pairwise different sizes, so that no transpose hides. The context is 8 where 1/N must not round.
inline constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
inline constexpr Dimensions dyadic_sizes{.input = 3, .output = 2, .context = 8, .query = 4};

/// A whole number in -largest..largest (splitmix64: independent of the library's generator).
[[gnu::noinline]] constexpr int whole(unsigned stream, unsigned entry, unsigned part, int largest) {
    std::uint64_t z = (std::uint64_t{stream} << 40) + (std::uint64_t{entry} << 8) + part + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z = z ^ (z >> 31);
    return static_cast<int>(static_cast<std::int64_t>(z % (2 * static_cast<std::uint64_t>(largest) + 1)) - largest);
}

/// How a number is made of whole ones: once, per lane, as value and derivative, or for each power.
template <class Number>
struct Drawn {
    static constexpr Number number(unsigned stream, unsigned entry, int largest) {
        return Number(whole(stream, entry, 0, largest));
    }
};

template <class Number, int Count>
struct Drawn<Lanes<Number, Count>> {
    [[gnu::noinline]] static Lanes<Number, Count> number(unsigned stream, unsigned entry, int largest) {
        Lanes<Number, Count> lanes(0);
        for (int lane = 0; lane < Count; ++lane) {
            lanes.set(lane, static_cast<Number>(whole(stream, entry, static_cast<unsigned>(lane), largest)));
        }
        return lanes;
    }
};

template <class Number>
struct Drawn<Dual<Number>> {
    static constexpr Dual<Number> number(unsigned stream, unsigned entry, int largest) {
        return {Number(whole(stream, entry, 0, largest)), Number(whole(stream, entry, 1, largest))};
    }
};

template <class Number, int K>
struct Drawn<PowerSeries<Number, K>> {
    static constexpr PowerSeries<Number, K> number(unsigned stream, unsigned entry, int largest) {
        PowerSeries<Number, K> series;
        for (int order = K - 1; order >= 0; --order) {  // by Horner's rule
            series = series.times_variable() +
                     PowerSeries<Number, K>(whole(stream, entry, static_cast<unsigned>(order), largest));
        }
        return series;
    }
};

template <class Number>
constexpr Number drawn(unsigned stream, unsigned entry = 0, int largest = 2) {
    return Drawn<Number>::number(stream, entry, largest);
}

/// k/8 for a whole k in -largest..largest.
template <class Number>
constexpr Number drawn_eighths(unsigned stream, unsigned entry = 0, int largest = 24) {
    return drawn<Number>(stream, entry, largest) / Number(8);
}

template <class Number, int Rows, int Cols>
[[gnu::noinline]] constexpr Matrix<Number, Rows, Cols> drawn_matrix(unsigned stream, int largest = 2) {
    return generate<Number, Rows, Cols>(
        [&](int row, int col) { return drawn<Number>(stream, static_cast<unsigned>(row * Cols + col), largest); });
}

/// Every parameter of a layer or learning rule.
template <class Tree>
constexpr Tree drawn_parameters(unsigned stream, int largest = 2) {
    Tree tree{};
    for_each_parameter(
        [&](char const*, auto& parameter) {
            using Leaf = std::remove_cvref_t<decltype(parameter)>;
            if constexpr (AnyMatrix<Leaf>) {
                parameter = drawn_matrix<NumberOf<Leaf>, rows_of<Leaf>, cols_of<Leaf>>(stream++, largest);
            } else {
                parameter = drawn<Leaf>(stream++, 0, largest);
            }
        },
        tree);
    return tree;
}

template <TokenShape Shape, class Number>
constexpr Prompt<Shape, Number> drawn_prompt(unsigned stream, int largest = 2) {
    return {.context = drawn_matrix<Number, Shape.token_dim, Shape.context>(stream, largest),
            .query = drawn_matrix<Number, Shape.token_dim, Shape.query>(stream + 1, largest)};
}

/// Same shape and the same entries (a NaN equals nothing).
template <AnyMatrix A, AnyMatrix B>
[[gnu::noinline]] constexpr bool equal(A const& a, B const& b) {
    static_assert(rows_of<A> == rows_of<B> && cols_of<A> == cols_of<B>);
    for (int row = 0; row < rows_of<A>; ++row) {
        for (int col = 0; col < cols_of<A>; ++col) {
            if (!(a(row, col) == b(row, col))) {
                return false;
            }
        }
    }
    return true;
}

template <TokenShape Shape, class Number>
constexpr bool equal(Prompt<Shape, Number> const& a, Prompt<Shape, Number> const& b) {
    return equal(a.context, b.context) && equal(a.query, b.query);
}

/// update(prompt), never inlined: tests compile faster so.
template <class Update, TokenShape Shape, class Number>
[[gnu::noinline]] constexpr Prompt<Shape, Number> applied(Update const& update, Prompt<Shape, Number> const& prompt) {
    return update(prompt);
}

/// Every kind of number that the operators run on.
using Families = std::tuple<Modular, Rational, Dual<Modular>, float, double, Lanes<float, 4>>;

/// One kind of number for each kind of matrix.
using Matrices = std::tuple<Modular, double, Lanes<float, 4>>;

}  // namespace test

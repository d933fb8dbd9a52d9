// SPDX-License-Identifier: MIT
/// @file
/// Unit triangular systems: X (I - N) = B, N strictly upper triangular, and three plans to solve them.
///
///     BySubstitution     x_i = b_i + sum over j < i of x_j N_ji
///     ByHalves           [[A, C], [0, B]]^-1 = [[A^-1, -A^-1 C B^-1], [0, B^-1]], and then one product
///     ByDoubling         (I - N)^-1 = (I + N)(I + N^2)(I + N^4) ..., and then one product
///
/// All three are exact in exact numbers. In floating point they are not alike: for keys that resemble each other the
/// powers of N grow like binomial coefficients and cancel. An a-priori bound of rounding cannot tell the plans apart,
/// because it bounds all of them by the same growth. A certificate can: with R = I - (I - N) Y of the inverse Y that
/// was computed,
///
///     |Y - (I - N)^-1| <= |Y| |R| / (1 - |R|)            in any matrix norm, where |R| < 1
///
/// A plan is chosen by its certificate first and by its count second: ByDoubling has the fewest steps, and is taken only where its
/// certificate is within 16 times the smallest.
#pragma once

#include <limits>
#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/recurrence/columns.hpp"
#include "incontext/support/ieee_arithmetic.hpp"

namespace incontext {

/// X with X (I - N) = B, column by column.
///
/// Shapes: B [rows x size], N [size x size]; only what is above N's diagonal is read. Exactness: exact, or as a
/// substitution: backward stable [Higham2002] ch. 8. Cost: rows size (size - 1) / 2 multiplications. Errors: none.
/// Test: tests/static/online_inverses.cpp, tests/unit/online_inverses.cpp.
struct BySubstitution {
    template <AnyMatrix B, AnyMatrix N>
    [[nodiscard]] static constexpr auto solve(B const& b, N const& strictly_upper)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> x = b;
        for (int col = 1; col < cols_of<B>; ++col) {
            columns::add_combination(x, col, x, 0, col,
                                     [&](int before) -> NumberOf<B> { return strictly_upper(before, col); });
        }
        return x;
    }

    /// X with X (I - N)^T = B: from the last column to the first.
    template <AnyMatrix B, AnyMatrix N>
    [[nodiscard]] static constexpr auto solve_transposed(B const& b, N const& strictly_upper)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> x = b;
        for (int col = cols_of<B> - 2; col >= 0; --col) {
            columns::add_combination(x, col, x, col + 1, cols_of<B>,
                                     [&](int behind) -> NumberOf<B> { return strictly_upper(col, behind); });
        }
        return x;
    }

    /// (I - N)^-1.
    template <AnyMatrix N>
    [[nodiscard]] static constexpr auto inverse(N const& strictly_upper) {
        return solve(identity<NumberOf<N>, cols_of<N>>(), strictly_upper);
    }
};

/// What the plans have in common that make the inverse, and then one product.
template <class Plan>
struct SolvesByInverse {
    /// X with X (I - N) = B.
    template <AnyMatrix B, AnyMatrix N>
    [[nodiscard]] static constexpr auto solve(B const& b, N const& strictly_upper)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        return product(b, Plan::inverse(strictly_upper));
    }
    /// X with X (I - N)^T = B.
    template <AnyMatrix B, AnyMatrix N>
    [[nodiscard]] static constexpr auto solve_transposed(B const& b, N const& strictly_upper)
        -> Matrix<NumberOf<B>, rows_of<B>, cols_of<B>> {
        return product_with_transpose(b, Plan::inverse(strictly_upper));
    }
};

/// The same with an inverse by halves. Exactness: as a substitution, but for a factor of the inverse's norm. Cost: about
/// size^3 / 3, and rows size^2 for the product; all of it products of matrices.
/// Test: tests/static/online_inverses.cpp, tests/unit/online_inverses.cpp.
struct ByHalves : SolvesByInverse<ByHalves> {
    /// (I - N)^-1.
    template <AnyMatrix N>
    [[nodiscard]] static constexpr auto inverse(N const& strictly_upper)
        -> Matrix<NumberOf<N>, cols_of<N>, cols_of<N>> {
        using Number = NumberOf<N>;
        constexpr int size = cols_of<N>;
        if constexpr (size == 1) {
            return identity<Number, 1>();
        } else {
            constexpr int first = size / 2;
            constexpr int second = size - first;
            auto const block =
                [&]<int Row, int Col, int Rows, int Cols>(std::integer_sequence<int, Row, Col, Rows, Cols>) {
                    return generate<Number, Rows, Cols>(
                        [&](int row, int col) -> Number { return strictly_upper(Row + row, Col + col); });
                };
            auto const A = inverse(block(std::integer_sequence<int, 0, 0, first, first>{}));
            auto const B = inverse(block(std::integer_sequence<int, first, first, second, second>{}));
            auto const C = block(std::integer_sequence<int, 0, first, first, second>{});  // of N: that of I - N is -C
            return blocks(A, product(A, C, B), zero<Number, second, first>(), B);
        }
    }
};

/// The same by powers of N. Its error is that of powers that cancel: ask best_plan before it runs.
/// Exactness: exact in exact numbers; in float, for 64 keys that resemble each other, useless. Cost: two products for each doubling from 2 up
/// to size, 2 (log2(size) - 1) for powers of 2.
/// Test: tests/static/online_inverses.cpp (equal in exact numbers), tests/unit/online_inverses.cpp (useless in float).
struct ByDoubling : SolvesByInverse<ByDoubling> {
    /// (I - N)^-1.
    template <AnyMatrix N>
    [[nodiscard]] static constexpr auto inverse(N const& strictly_upper)
        -> Matrix<NumberOf<N>, cols_of<N>, cols_of<N>> {
        using Number = NumberOf<N>;
        constexpr int size = cols_of<N>;
        using Square = Matrix<Number, size, size>;
        auto const I = identity<Number, size>();
        Square power = generate<Number, size, size>(
            [&](int row, int col) -> Number { return row < col ? Number(strictly_upper(row, col)) : Number(0); });
        Square result = I + power;
        for (int terms = 2; terms < size; terms *= 2) {
            Square const square = product(power, power);
            power = square;
            Square const factor = I + power;
            Square const next = product(result, factor);
            result = next;
        }
        return result;
    }
};

/// The largest sum of absolute values of a column: |M|_1. Exactness: one rounding per operation. Errors: NaN if an
/// entry is; -ffast-math does not compile.
template <AnyMatrix M>
[[nodiscard]] constexpr NumberOf<M> largest_column_sum(M const& matrix) {
    using Number = NumberOf<M>;
    require_ieee_arithmetic<Number>();
    Number largest(0);
    for (int col = 0; col < cols_of<M>; ++col) {
        Number sum(0);
        for (int row = 0; row < rows_of<M>; ++row) {
            sum += matrix(row, col) < Number(0) ? -matrix(row, col) : matrix(row, col);
        }
        largest = sum > largest || sum != sum ? sum : largest;
    }
    return largest;
}

/// |Y| |R| / (1 - |R|): how far a computed inverse Y of I - N is at most from the true one, in the norm |.|_1; infinite where
/// nothing is known (|R| >= 1, or not finite).
///
/// Source: [Higham2002] sec. 14.1 (a residual). The residual is computed in the number Wide, which must hold more
/// digits than that of Y where the bound is to be one: double for float. Cost: one product. Errors: none.
/// Test: tests/unit/online_inverses.cpp (never below the true error, and within a factor of 50 of it).
template <class Wide, AnyMatrix Y, AnyMatrix N>
[[nodiscard]] Wide certificate_of_inverse(Y const& computed, N const& strictly_upper) {
    constexpr int size = cols_of<N>;
    using Square = Matrix<Wide, size, size>;
    Square const y =
        generate<Wide, size, size>([&](int row, int col) { return static_cast<Wide>(computed(row, col)); });
    Square const I_minus_N = generate<Wide, size, size>([&](int row, int col) {
        return row < col ? -static_cast<Wide>(strictly_upper(row, col)) : static_cast<Wide>(row == col ? 1 : 0);
    });
    Square const residual = identity<Wide, size>() - product(I_minus_N, y);
    Wide const r = largest_column_sum(residual);
    return r < Wide(1) ? largest_column_sum(y) * r / (Wide(1) - r) : std::numeric_limits<Wide>::infinity();
}

/// The plans by name.
enum class InversePlan { by_substitution, by_halves, by_doubling };

/// The plan for systems like this one: of the plans whose certificate is within 16 times the smallest, the one with
/// the fewest sequential steps: doubling before halves before substitution. So doubling runs only where it can be
/// shown to be as accurate; where nothing is known of any, substitution does.
///
/// Cost: three inverses and three products: asked once, on keys that resemble each other as those to come.
/// Exactness: as certificate_of_inverse. Errors: none. Test: tests/unit/online_inverses.cpp.
template <class Wide, AnyMatrix N>
[[nodiscard]] InversePlan best_plan(N const& strictly_upper) {
    Wide const by_substitution = certificate_of_inverse<Wide>(BySubstitution::inverse(strictly_upper), strictly_upper);
    Wide const by_halves = certificate_of_inverse<Wide>(ByHalves::inverse(strictly_upper), strictly_upper);
    Wide const by_doubling = certificate_of_inverse<Wide>(ByDoubling::inverse(strictly_upper), strictly_upper);
    Wide const smallest = by_halves < by_substitution ? by_halves : by_substitution;
    auto const is_as_good = [&](Wide certificate) {
        return certificate <= Wide(16) * smallest && certificate < std::numeric_limits<Wide>::infinity();
    };
    return is_as_good(by_doubling) ? InversePlan::by_doubling
           : is_as_good(by_halves) ? InversePlan::by_halves
                                   : InversePlan::by_substitution;
}

}  // namespace incontext

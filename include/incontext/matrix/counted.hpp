// SPDX-License-Identifier: MIT
/// @file
/// CountedMatrix: a matrix that has a shape and no entries, and counts what is done with it.
///
///     A B          rows(A) cols(A) cols(B) multiplications
///     A A^T        rows(A) (rows(A) + 1) / 2 cols(A): it is symmetric (matrix/gram.hpp)
///     number A     rows(A) cols(A)
///
/// The operators of the library run on it like on any other matrix: it is the fifth family.
#pragma once

#include <concepts>

#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/counted.hpp"

namespace incontext {

namespace algebra {

/// A matrix [Rows x Cols] of Counted numbers. All of its entries are one: they differ in nothing. So a constant that is
/// written to one entry makes a constant of all, and what is done with some entries only must be done entry by entry.
///
/// Cost: a few steps per operation, whatever the shape. Errors: shapes that do not fit do not compile.
/// Test: tests/unit/operations.cpp.
template <int Rows, int Cols>
struct CountedMatrix {
    using Scalar = Counted;
    static constexpr int RowsAtCompileTime = Rows;
    static constexpr int ColsAtCompileTime = Cols;
    static constexpr long long size = static_cast<long long>(Rows) * Cols;

    Counted entry{};

    [[nodiscard]] constexpr Counted& operator()(int /*row*/, int /*col*/) { return entry; }
    [[nodiscard]] constexpr Counted const& operator()(int /*row*/, int /*col*/) const { return entry; }

    /// generate(entry): every entry takes what the first one takes; or the last, where the first is a constant.
    template <class Entry>
    [[nodiscard]] static constexpr CountedMatrix generated(Entry const& entry) {
        bool const first = Counted(entry(0, 0)).is_counted();
        return {Counted::repeat(first ? size - 1 : size,
                                [&]() -> Counted { return first ? entry(0, 0) : entry(Rows - 1, Cols - 1); })};
    }

    friend constexpr CountedMatrix operator+(CountedMatrix const& a, CountedMatrix const& b) {
        return {Counted::count(&Operations::additions, size, a.entry, b.entry)};
    }
    friend constexpr CountedMatrix operator-(CountedMatrix const& a, CountedMatrix const& b) {
        return {Counted::count(&Operations::additions, size, a.entry, b.entry)};
    }
    friend constexpr CountedMatrix operator-(CountedMatrix const& a) { return a; }
    friend constexpr CountedMatrix operator*(Counted const& factor, CountedMatrix const& a) {
        return {Counted::count(&Operations::multiplications, size, factor, a.entry)};
    }
    friend constexpr CountedMatrix operator*(CountedMatrix const& a, Counted const& factor) { return factor * a; }
    friend constexpr CountedMatrix operator/(CountedMatrix const& a, Counted const& divisor) {
        return {Counted::count(&Operations::divisions, size, a.entry, divisor)};
    }
    constexpr CountedMatrix& operator+=(CountedMatrix const& b) { return *this = *this + b; }
    constexpr CountedMatrix& operator-=(CountedMatrix const& b) { return *this = *this - b; }
    constexpr CountedMatrix& operator*=(Counted const& factor) { return *this = factor * *this; }
    constexpr CountedMatrix& operator/=(Counted const& divisor) { return *this = *this / divisor; }
    friend constexpr bool operator==(CountedMatrix const&, CountedMatrix const&) = default;
};

}  // namespace algebra
using algebra::CountedMatrix;

template <NumberClass Number, int Rows, int Cols>
    requires FixedSizes<Rows, Cols> && std::same_as<Number, Counted>
struct MatrixOf<Number, Rows, Cols> {
    using type = CountedMatrix<Rows, Cols>;
};

template <NumberClass Number>
    requires std::same_as<Number, Counted>
struct MatrixArithmetic<Number> {
    template <int Rows, int Cols>
    static constexpr CountedMatrix<Cols, Rows> transpose(CountedMatrix<Rows, Cols> const& a) {
        return {a.entry};
    }

    template <int Rows, int Inner, int Cols>
    static constexpr CountedMatrix<Rows, Cols> product(CountedMatrix<Rows, Inner> const& a,
                                                       CountedMatrix<Inner, Cols> const& b) {
        constexpr long long sums = static_cast<long long>(Rows) * Cols;
        static_cast<void>(Counted::count(&Operations::additions, sums * (Inner - 1), a.entry, b.entry));
        return {Counted::count(&Operations::multiplications, sums * Inner, a.entry, b.entry)};
    }

    template <int Rows, int Cols>
    static constexpr Counted inner_product(CountedMatrix<Rows, Cols> const& a, CountedMatrix<Rows, Cols> const& b) {
        static_cast<void>(Counted::count(&Operations::additions, a.size, a.entry, b.entry));
        return Counted::count(&Operations::multiplications, a.size, a.entry, b.entry);
    }

    template <int Rows, int Inner>
    static constexpr CountedMatrix<Rows, Rows> product_with_own_transpose(CountedMatrix<Rows, Inner> const& a) {
        constexpr long long sums = static_cast<long long>(Rows) * (Rows + 1) / 2;
        static_cast<void>(Counted::count(&Operations::additions, sums * (Inner - 1), a.entry));
        return {Counted::count(&Operations::multiplications, sums * Inner, a.entry)};
    }
};

}  // namespace incontext

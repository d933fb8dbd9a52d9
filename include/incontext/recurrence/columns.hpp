// SPDX-License-Identifier: MIT
/// @file
/// What a stream does with the columns of its matrices: copies them, lets them fade, adds others to them.
///
/// Eigen keeps the entries of a column of float or double one behind the other, so that a register holds several. The
/// optimiser sees that only at its highest level and only where it knows that two matrices are not one, and the loops of
/// a rule were five times slower at -O2. Here the width is written down (number/lanes.hpp); other numbers go entry by entry.
#pragma once

#include <concepts>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/lanes.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

namespace algebra {
class Modular;
class Rational;
}  // namespace algebra

namespace columns {

/// Whether the columns of a matrix lie in memory as arrays of float or double. (Of a map of constants Eigen gives no address.)
template <class M>
inline constexpr bool are_arrays = false;
template <class M>
    requires std::floating_point<NumberOf<M>> && requires(M const& matrix) {
        &matrix(0, 0);
        matrix.data();
        requires !M::IsRowMajor || M::RowsAtCompileTime == 1;
        requires M::RowsAtCompileTime == 1 || M::InnerStrideAtCompileTime == 1;
    }
inline constexpr bool are_arrays<M> = true;

/// Whether they are arrays of these numbers.
template <class M, class Number>
inline constexpr bool are_arrays_of = false;
template <class M, class Number>
    requires are_arrays<M>
inline constexpr bool are_arrays_of<M, Number> = std::same_as<NumberOf<M>, Number>;

/// Exact numbers whose == compares them.
template <class Number>
inline constexpr bool are_compared = std::same_as<Number, algebra::Modular> || std::same_as<Number, algebra::Rational>;

/// At run time this throws; in a constant expression both compilers print its name. Test: tests/unit/online_columns.cpp,
/// tests/compile_fail/column_changed_by_a_state.cpp.
[[noreturn]] inline void what_changes_a_column_has_a_state_or_reads_what_is_changed() {
    fail<std::logic_error>(
        "incontext: what changes a column counts its calls, or reads the column that is changed; it is called once for "
        "a "
        "register and once for a row");
}

/// Test: tests/compile_fail/columns_of_unlike_length.cpp.
template <int Rows, int RowsOfOther>
struct the_columns_are_of_one_length {
    static_assert(Rows == RowsOfOther,
                  "the columns of two matrices are read together, and they are of unlike length: compare their rows in "
                  "this message");
    static constexpr bool value = true;
};

/// How many rows of a column are whole registers.
template <class To, class From>
inline constexpr int rows_in_registers = 0;
template <class To, class From>
    requires(are_arrays<To>&& are_arrays_of<From, NumberOf<To>>)
inline constexpr int rows_in_registers<To, From> =
    rows_of<To> / native_lanes<NumberOf<To>> * native_lanes<NumberOf<To>>;

/// Rows of columns that are worked on together: those of a register, from `row` on. A matrix whose columns do not lie as arrays of these
/// numbers (by rows, a map with a stride) is read and written entry by entry. Test: tests/unit/online_columns.cpp.
template <class Number>
struct RowsOfRegister {
    using Pack = Lanes<Number, native_lanes<Number>>;
    int row;

    template <AnyMatrix M>
    [[nodiscard]] Pack read(M const& matrix, int col) const {
        Pack result;
        if constexpr (are_arrays_of<M, Number>) {
            std::memcpy(&result, &matrix(row, col), sizeof result);
        } else {
            for (int lane = 0; lane < Pack::lane_count; ++lane) {
                result.set(lane, static_cast<Number>(matrix(row + lane, col)));
            }
        }
        return result;
    }
    template <AnyMatrix M>
    void write(M& matrix, int col, Pack const& numbers) const {
        if constexpr (are_arrays_of<M, Number>) {
            std::memcpy(&matrix(row, col), &numbers, sizeof numbers);
        } else {
            for (int lane = 0; lane < Pack::lane_count; ++lane) {
                matrix(row + lane, col) = static_cast<NumberOf<M>>(numbers[lane]);
            }
        }
    }
};
/// A single row.
template <class Number>
struct SingleRow {
    using Pack = Number;
    int row;

    template <AnyMatrix M>
    [[nodiscard]] constexpr Number read(M const& matrix, int col) const {
        return matrix(row, col);
    }
    template <AnyMatrix M>
    constexpr void write(M& matrix, int col, Number const& number) const {
        matrix(row, col) = number;
    }
};

/// act(rows) for all rows of matrices of the kind M, as many together as a register holds. act reads and writes by `rows.read`
/// and `rows.write`, and computes with numbers of the type `rows`' Pack.
///
/// act is called once for a register of float and once for a row of other numbers, so it may neither count its calls nor read
/// a row that is not its own. Exact numbers go through the rows in an order that no formula has, the last but one first and the
/// last one last: what is done so is not the same as a formula that goes from row to row, or reads all of them first.
/// Exactness, cost: act's. Errors: none. Test: tests/unit/online_columns.cpp.
template <AnyMatrix M, class Act>
constexpr void for_all_rows(Act const& act) {
    using Number = NumberOf<M>;
    constexpr int in_registers = rows_in_registers<M, M>;
    if constexpr (in_registers > 0) {
        for (int row = 0; row < in_registers; row += native_lanes<Number>) {
            act(RowsOfRegister<Number>{row});
        }
    }
    if constexpr (std::is_class_v<Number> && !is_lanes<Number>) {
        for (int row = rows_of<M> - 2; row >= 0; --row) {
            act(SingleRow<Number>{row});
        }
        act(SingleRow<Number>{rows_of<M> - 1});
    } else {
        for (int row = in_registers; row < rows_of<M>; ++row) {
            act(SingleRow<Number>{row});
        }
    }
}

/// The first `count` rows, and those of the register in which the last of them lies, of a column of `rows`. For columns
/// whose other entries are 0 and stay so, or meet zeros alone.
template <class Number>
[[nodiscard]] constexpr int in_whole_registers(int count, int rows) {
    if constexpr (std::floating_point<Number>) {
        int const up = (count + native_lanes<Number> - 1) / native_lanes<Number> * native_lanes<Number>;
        return up < rows ? up : rows;
    } else {
        return count;
    }
}

/// to(row, col) <- act(to(row, col), from(row, of)) for the rows before `count`. `act` takes two numbers, or two packs, and
/// is a function of them: it is called once for a register of float, and once for a row of other numbers.
///
/// Exactness, cost: act's. Errors: an act that counts its calls, or reads what is changed, throws std::logic_error in
/// exact numbers, or does not compile: it is asked again for the last row and the first. Test: tests/unit/online_columns.cpp (every count
/// and register).
template <AnyMatrix To, AnyMatrix From, class Act>
constexpr void change(To& to, int col, From const& from, int of, int count, Act const& act) {
    if constexpr (are_arrays<To> && are_arrays_of<From, NumberOf<To>>) {
        using Number = NumberOf<To>;
        using Register = Lanes<Number, native_lanes<Number>>;
        int row = 0;
        Number* const here = &to(0, col);
        Number const* const there = &from(0, of);
        for (; row + Register::lane_count <= count; row += Register::lane_count) {
            Register changed;
            Register other;
            std::memcpy(&changed, here + row, sizeof changed);
            std::memcpy(&other, there + row, sizeof other);
            changed = act(changed, other);
            std::memcpy(here + row, &changed, sizeof changed);
        }
        for (; row < count; ++row) {
            here[row] = act(here[row], there[row]);
        }
    } else if constexpr (are_compared<NumberOf<To>>) {
        if (count <= 0) {
            return;
        }
        auto const first = to(0, col);
        auto const other_of_first = from(0, of);
        auto last = first;
        auto other_of_last = other_of_first;
        for (int row = 0; row < count; ++row) {
            last = to(row, col);
            other_of_last = from(row, of);
            to(row, col) = act(last, other_of_last);
        }
        if (!(act(last, other_of_last) == to(count - 1, col)) || !(act(first, other_of_first) == to(0, col))) {
            what_changes_a_column_has_a_state_or_reads_what_is_changed();
        }
    } else {
        for (int row = 0; row < count; ++row) {
            to(row, col) = act(to(row, col), from(row, of));
        }
    }
}

/// The column itself: to(row, col) <- from(row, of), all rows. Errors: columns of unlike length do not compile, here and below.
template <AnyMatrix To, AnyMatrix From>
constexpr void copy(To& to, int col, From const& from, int of) {
    static_assert(the_columns_are_of_one_length<rows_of<To>, rows_of<From>>::value, "see the first error");
    change(to, col, from, of, rows_of<To>, [](auto const&, auto const& other) { return other; });
}

/// The column times a factor, which may be an entry of it: it is copied.
template <AnyMatrix M, class Factor>
constexpr void scale(M& matrix, int col, Factor factor) {
    change(matrix, col, matrix, col, rows_of<M>, [&](auto const& entry, auto const&) { return entry * factor; });
}

/// to(row, col) <- to(row, col) + a(row, of_a) b(row, of_b), all rows.
///
/// Exactness: exact, or two roundings per entry (one where the target multiplies and adds at once). Cost: rows
/// multiplications. Errors: none. Test: tests/unit/online_columns.cpp.
template <AnyMatrix To, AnyMatrix A, AnyMatrix B>
constexpr void add_products(To& to, int col, A const& a, int of_a, B const& b, int of_b) {
    static_assert(the_columns_are_of_one_length<rows_of<To>, rows_of<A>>::value &&
                      the_columns_are_of_one_length<rows_of<To>, rows_of<B>>::value,
                  "see the first error");
    for_all_rows<To>(
        [&](auto const& rows) { rows.write(to, col, rows.read(to, col) + rows.read(a, of_a) * rows.read(b, of_b)); });
}

/// Sum of a(row, of_a) b(row, of_b), all rows. As add_products, and one rounding per sum.
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr NumberOf<A> inner_product(A const& a, int of_a, B const& b, int of_b) {
    using Number = NumberOf<A>;
    static_assert(the_columns_are_of_one_length<rows_of<A>, rows_of<B>>::value, "see the first error");
    Number sum(0);
    constexpr int in_registers = rows_in_registers<A, B>;
    if constexpr (in_registers > 0) {
        using Register = Lanes<Number, native_lanes<Number>>;
        Register sums(Number(0));
        for (int row = 0; row < in_registers; row += Register::lane_count) {
            RowsOfRegister<Number> const rows{row};
            sums = sums + rows.read(a, of_a) * rows.read(b, of_b);
        }
        sum = sum_of_lanes(sums);
    }
    for (int row = in_registers; row < rows_of<A>; ++row) {
        sum += a(row, of_a) * b(row, of_b);
    }
    return sum;
}

/// to(c, col) <- to(c, col) + sum of a(row, c) b(row, of), for each column c of A: M^T v. As inner_product. Test:
/// tests/static/online_gradients.cpp, tests/unit/online_columns.cpp.
template <AnyMatrix To, AnyMatrix A, AnyMatrix B>
constexpr void add_inner_products(To& to, int col, A const& a, B const& b, int of) {
    static_assert(the_columns_are_of_one_length<rows_of<To>, cols_of<A>>::value, "see the first error");
    for (int c = 0; c < cols_of<A>; ++c) {
        to(c, col) += inner_product(a, c, b, of);
    }
}

/// to(row, col) <- to(row, col) + sum over first <= j < end of from(row, j) factor(j), all rows: a few registers of sums at a time,
/// so that each entry of the column is read and written once. Other columns of the same matrix may be those added. `factor` is a
/// function of j alone: it is called once for some registers of float, for exact numbers that are compared twice, and for others once a row.
///
/// Exactness: exact, or two roundings per term (one where the target multiplies and adds at once). Cost: rows (end - first)
/// multiplications. Errors: a factor that counts its calls, or reads the column that is changed, throws std::logic_error in
/// exact numbers, or does not compile. Test: tests/unit/online_columns.cpp.
template <AnyMatrix To, AnyMatrix From, class Factor>
constexpr void add_combination(To& to, int col, From const& from, int first, int end, Factor const& factor) {
    using Number = NumberOf<To>;
    static_assert(the_columns_are_of_one_length<rows_of<To>, rows_of<From>>::value, "see the first error");
    if constexpr (are_compared<Number>) {
        Number factors[cols_of<From>];
        for (int j = first; j < end; ++j) {
            static_cast<void>(from(0, j));  // which tells of a column that there is not
            factors[j] = factor(j);
        }
        for (int row = 0; row < rows_of<To>; ++row) {
            Number sum = to(row, col);
            for (int j = first; j < end; ++j) {
                sum += from(row, j) * factors[j];
            }
            to(row, col) = sum;
        }
        for (int j = end - 1; j >= first; --j) {
            if (!(factors[j] == factor(j))) {
                what_changes_a_column_has_a_state_or_reads_what_is_changed();
            }
        }
        return;
    }
    if constexpr (are_arrays<To> && are_arrays_of<From, NumberOf<To>>) {
        int row = 0;
        using Register = Lanes<Number, native_lanes<Number>>;
        constexpr int width = Register::lane_count;
        // One by one: a copy of four registers at once would go through memory in halves of a register.
        auto const loaded = [](Number const* entries) {
            Register result;
            std::memcpy(&result, entries, sizeof result);
            return result;
        };
        auto const store = [](Number* entries, Register const& numbers) {
            std::memcpy(entries, &numbers, sizeof numbers);
        };
        for (; row + 4 * width <= rows_of<To>; row += 4 * width) {
            Number* const here = &to(row, col);
            Register one = loaded(here);
            Register two = loaded(here + width);
            Register three = loaded(here + 2 * width);
            Register four = loaded(here + 3 * width);
            for (int j = first; j < end; ++j) {
                Number const* const there = &from(row, j);
                Register const by(factor(j));
                one = one + loaded(there) * by;
                two = two + loaded(there + width) * by;
                three = three + loaded(there + 2 * width) * by;
                four = four + loaded(there + 3 * width) * by;
            }
            store(here, one);
            store(here + width, two);
            store(here + 2 * width, three);
            store(here + 3 * width, four);
        }
        // Single registers: four terms at a time, which need not wait for each other.
        for (; row < rows_in_registers<To, From>; row += width) {
            Register one = loaded(&to(row, col));
            Register two(Number(0));
            Register three(Number(0));
            Register four(Number(0));
            int const in_fours = first + (end - first) / 4 * 4;
            for (int j = first; j < in_fours; j += 4) {
                one = one + loaded(&from(row, j)) * Register(factor(j));
                two = two + loaded(&from(row, j + 1)) * Register(factor(j + 1));
                three = three + loaded(&from(row, j + 2)) * Register(factor(j + 2));
                four = four + loaded(&from(row, j + 3)) * Register(factor(j + 3));
            }
            for (int j = in_fours; j < end; ++j) {
                one = one + loaded(&from(row, j)) * Register(factor(j));
            }
            store(&to(row, col), (one + two) + (three + four));
        }
    }
    for (int row = rows_in_registers<To, From>; row < rows_of<To>; ++row) {
        Number sum = to(row, col);
        for (int j = first; j < end; ++j) {
            sum += from(row, j) * factor(j);
        }
        to(row, col) = sum;
    }
}

}  // namespace columns

}  // namespace incontext

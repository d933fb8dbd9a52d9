// SPDX-License-Identifier: MIT
/// @file
/// What an online rule remembers, what it is shown, and what it answers.
///
///     state S [value_dim x key_dim]           example (k, v, rate, gates)           answer o = S q [value_dim x queries]
///
/// The state **is** a model v = S k that is learned from one example after the other. Other software stores S^T, with keys
/// as rows; here a vector is a column, as everywhere in this library.
///
/// | here         | ONNX LinearAttention | shape                     |
/// |--------------|----------------------|---------------------------|
/// | query q      | query                | [key_dim x queries]       |
/// | key k        | key                  | [key_dim x 1]             |
/// | value v      | value                | [value_dim x 1]           |
/// | rate         | beta                 | a number                  |
/// | gate, gates  | exp(decay)           | a number, or [key_dim x 1]|
/// | answer o     | output               | [value_dim x queries]     |
/// | state S      | past_state^T         | [value_dim x key_dim]     |
#pragma once

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/support/message.hpp"
#include "incontext/recurrence/columns.hpp"
#include "incontext/support/parameters.hpp"

namespace incontext {

/// The sizes of a memory: of its keys, of its values, and how many queries read it after each example. More than one are
/// the grouped queries of a model in which several query heads share the keys and values of one.
struct MemoryShape {
    int key_dim;
    int value_dim;
    int queries = 1;

    friend constexpr bool operator==(MemoryShape const&, MemoryShape const&) = default;
};

/// Test: tests/compile_fail/memory_of_size_zero.cpp.
template <int KeyDim, int ValueDim, int Queries>
struct every_size_of_a_memory_must_be_positive {
    static_assert(
        KeyDim >= 1 && ValueDim >= 1 && Queries >= 1,
        "every size of a memory must be at least 1: key_dim, value_dim and queries are listed in this message in "
        "that order");
    static constexpr bool value = true;
};

// The places of a memory's matrices, for the sentence that tells a wrong shape.
struct the_memory_S;
struct the_gram_matrix_G;
struct the_inverse_gram_matrix_R;
struct the_gram_matrix_H_of_the_keys;
struct the_velocity_M;
struct the_anchor_of_a_batch;
struct the_key_of_an_example;
struct the_value_of_an_example;
struct the_gates_of_an_example;
struct the_erase_gates_of_an_example;
struct the_write_gates_of_an_example;
struct the_read_direction_of_an_example;
struct the_erase_direction_of_an_example;

/// The matrices of a memory of this shape.
template <MemoryShape Shape, class Number>
struct MemoryMatrices {
    static_assert(every_size_of_a_memory_must_be_positive<Shape.key_dim, Shape.value_dim, Shape.queries>::value,
                  "see the first error");
    using Key = Matrix<Number, Shape.key_dim, 1>;
    using Value = Matrix<Number, Shape.value_dim, 1>;
    using Query = Matrix<Number, Shape.key_dim, Shape.queries>;
    using Answer = Matrix<Number, Shape.value_dim, Shape.queries>;
    using Memory = Matrix<Number, Shape.value_dim, Shape.key_dim>;
    using KeyByKey = Matrix<Number, Shape.key_dim, Shape.key_dim>;
};

/// S alone: the state of every rule whose next state is an affine function of S.
template <MemoryShape Shape, class Number>
struct MemoryState {
    template <class Other>
    using with_number = MemoryState<Shape, Other>;

    Placed<the_memory_S, Number, Shape.value_dim, Shape.key_dim> S{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"S">, &MemoryState::S> {};
};

/// (k, v, rate). Rate: that of a step of gradient descent, in 1/(key unit)^2, or the weight of the example.
template <MemoryShape Shape, class Number>
struct RatedExample {
    template <class Other>
    using with_number = RatedExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"key", "value", "rate">, &RatedExample::key,
                                                       &RatedExample::value, &RatedExample::rate> {};
};

/// (k, v, rate, gate). Gate: what is kept of the memory, 0 to 1. It is the factor itself and not its logarithm: 0 is
/// allowed.
template <MemoryShape Shape, class Number>
struct GatedExample {
    template <class Other>
    using with_number = GatedExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);
    Number gate = Number(1);

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "rate", "gate">, &GatedExample::key,
                                &GatedExample::value, &GatedExample::rate, &GatedExample::gate> {};
};

/// Gates of 1, one for each channel of the key: nothing is forgotten. What examples begin with, as with a gate of 1. Exact.
/// Test: tests/unit/online_attention.cpp.
template <MemoryShape Shape, class Number>
[[nodiscard]] constexpr Matrix<Number, Shape.key_dim, 1> gates_of_one() {
    return trusted::generate<Number, Shape.key_dim, 1>([](int, int) { return Number(1); });
}

/// (k, v, rate, gates): a gate for each channel of the key.
template <MemoryShape Shape, class Number>
struct ChannelGatedExample {
    template <class Other>
    using with_number = ChannelGatedExample<Shape, Other>;

    Placed<the_key_of_an_example, Number, Shape.key_dim, 1> key{};
    Placed<the_value_of_an_example, Number, Shape.value_dim, 1> value{};
    Number rate = Number(1);
    Placed<the_gates_of_an_example, Number, Shape.key_dim, 1> gates = gates_of_one<Shape, Number>();

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"key", "value", "rate", "gates">, &ChannelGatedExample::key,
                                &ChannelGatedExample::value, &ChannelGatedExample::rate, &ChannelGatedExample::gates> {
    };
};

/// Whether arithmetic in these numbers never throws: float, double and lanes. Exact numbers throw at a division by zero.
template <class Number>
inline constexpr bool never_throws = !NumberClass<Number>;

// ----------------------------------------------------------------------------------------- what rules are made of ----

/// S += u k^T, in place. Cost: rows cols multiplications. Exactness: exact, or two roundings per entry.
/// Errors: shapes that do not fit do not compile. Test: tests/static/online_rules.cpp.
template <AnyMatrix Sum, AnyMatrix Left, AnyMatrix Right>
constexpr void add_outer_product(Sum& sum, Left const& u, Right const& k) {
    require_changed_sum<Sum, Left, Right, rows_of<Left>, rows_of<Right>>();
    if constexpr (requires { sum.block(trusted::Key{}, 0, 0); } || cols_of<Left> != 1 || cols_of<Right> != 1) {
        add_product_with_transpose(sum, u, k);  // which refuses unlike ones
    } else {
        for (int col = 0; col < rows_of<Right>; ++col) {
            NumberOf<Sum> const factor = k(col, 0);  // not read again for each entry that is written
            columns::change(sum, col, u, 0, rows_of<Left>,
                            [&](auto const& entry, auto const& more) { return entry + more * factor; });
        }
    }
}

/// S <- gate S + u k^T in one pass. As add_outer_product, at twice the multiplications, and three roundings per entry.
template <AnyMatrix Sum, AnyMatrix Left, AnyMatrix Right>
constexpr void fade_and_add_outer_product(Sum& sum, NumberOf<Sum> const& gate, Left const& u, Right const& k) {
    require_changed_sum<Sum, Left, Right, rows_of<Left>, rows_of<Right>>();
    if constexpr (requires { sum.block(trusted::Key{}, 0, 0); } || cols_of<Left> != 1 || cols_of<Right> != 1) {
        sum = gate * sum + product_with_transpose(u, k);
    } else {
        NumberOf<Sum> const kept = gate;
        for (int col = 0; col < rows_of<Right>; ++col) {
            NumberOf<Sum> const factor = k(col, 0);
            columns::change(sum, col, u, 0, rows_of<Left>,
                            [&](auto const& entry, auto const& more) { return kept * entry + more * factor; });
        }
    }
}

/// S <- S diag(gates) + u k^T in one pass. As above, with a gate for each column: gates [cols x 1].
template <AnyMatrix Sum, AnyMatrix Gates, AnyMatrix Left, AnyMatrix Right>
constexpr void fade_and_add_outer_product(Sum& sum, Gates const& gates, Left const& u, Right const& k) {
    require_changed_sum<Sum, Left, Right, rows_of<Left>, rows_of<Right>>();
    require_term<Gates, NumberOf<Sum>, rows_of<Right>, 1>();
    require_term<Left, NumberOf<Sum>, rows_of<Left>, 1>();
    require_term<Right, NumberOf<Sum>, rows_of<Right>, 1>();
    for (int col = 0; col < rows_of<Right>; ++col) {
        NumberOf<Sum> const kept = gates(col, 0);
        NumberOf<Sum> const factor = k(col, 0);
        columns::change(sum, col, u, 0, rows_of<Left>,
                        [&](auto const& entry, auto const& more) { return kept * entry + more * factor; });
    }
}

/// S += factor k k^T, in place; a symmetric S stays symmetric to the last bit. Cost: 2 rows^2 multiplications.
/// Exactness: exact, or three roundings per entry. Test: tests/unit/online_rules.cpp.
template <AnyMatrix Sum, AnyMatrix Key>
constexpr void add_square(Sum& sum, NumberOf<Sum> const& factor, Key const& k) {
    require_changed_sum<Sum, Key, Key, rows_of<Key>, rows_of<Key>>();
    require_term<Key, NumberOf<Key>, rows_of<Key>, 1>();
    NumberOf<Sum> const scale = factor;
    for (int col = 0; col < rows_of<Key>; ++col) {
        NumberOf<Sum> const other = k(col, 0);
        columns::change(sum, col, k, 0, rows_of<Key>, [&](auto const& entry, auto const& one) {
            auto const added = scale * (one * other);  // by itself: clang would fuse single rows, and no registers
            return entry + added;
        });
    }
}

/// Every column of M times its entry of `factors`: M diag(factors). As a change in place. Exact, or one rounding.
template <AnyMatrix M, AnyMatrix Factors>
constexpr void scale_columns(M& matrix, Factors const& factors) {
    require_term<Factors, NumberOf<M>, cols_of<M>, 1>();
    for (int col = 0; col < cols_of<M>; ++col) {
        columns::scale(matrix, col, NumberOf<M>(factors(col, 0)));
    }
}

/// The upper half of a square matrix copied to the lower one. Exact.
template <AnyMatrix M>
constexpr void copy_upper_half(M& matrix) {
    for (int col = 0; col < cols_of<M>; ++col) {
        for (int row = col + 1; row < rows_of<M>; ++row) {
            matrix(row, col) = matrix(col, row);
        }
    }
}

/// a_rc b_rc. Exact, or one rounding. Errors: shapes that differ do not compile.
template <AnyMatrix A, AnyMatrix B>
[[nodiscard]] constexpr auto entry_by_entry(A const& a, B const& b) -> Matrix<NumberOf<A>, rows_of<A>, cols_of<A>> {
    require_term<A, NumberOf<B>, rows_of<B>, cols_of<B>>();
    return generate<NumberOf<A>, rows_of<A>, cols_of<A>>(
        [&](int row, int col) -> NumberOf<A> { return a(row, col) * b(row, col); });
}

}  // namespace incontext

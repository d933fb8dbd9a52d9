// SPDX-License-Identifier: MIT
/// @file
/// What one example does to the memory of an affine rule: a decay, one rank erased, one rank written.
///
///     S <- S A + B,     A = diag(decay) + read at^T,     B = value key^T
///
/// | rule                | decay   | read               | at  | value    | key |
/// |---------------------|---------|--------------------|-----|----------|-----|
/// | additive            |         |                    |     | rate v   | k   |
/// | delta               |         | -rate k            | k   | rate v   | k   |
/// | gated delta         | gate    | -rate gate k       | k   | rate v   | k   |
/// | channel-gated delta | gates   | -rate gates (.) k  | k   | rate v   | k   |
/// | decoupled           | gates   | -gates (.) erase k | k   | write v  | k   |
/// | RWKV-7              | gates   | a                  | b   | v        | k   |
///
/// Every form of a rule (chunks, a scan) and its derivative are written once, over these. `read` acts on the memory
/// as it was, before the decay, so that nothing is ever divided by a gate and a gate may be 0.
#pragma once

#include <concepts>
#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/recurrence/memory.hpp"

namespace incontext {

/// A = I + ...: nothing fades. Test: tests/static/online_rules.cpp, as of all kinds of decay and of erasing.
struct NoDecay {};

/// B alone: nothing is erased.
struct NoErase {};

/// One rank is erased in the direction in which the example is written: at = key, as in every rule that corrects an error.
template <class Key>
struct EraseAtKey {
    Key read;
};

/// One rank is erased in a direction of its own.
template <class Key>
struct EraseElsewhere {
    Key read;
    Key at;
};

/// A matrix of one column, of these numbers and so many rows.
template <class M, class Number, int Rows>
concept ColumnOf = AnyMatrix<std::remove_cvref_t<M>> && std::same_as<NumberOf<M>, Number> &&
    std::same_as<Given<rows_of<M>, cols_of<M>>, Given<Rows, 1>>;

/// Whether this decays: by nothing, a number, or a factor for each channel.
template <class Decay, class Number, int KeyDim>
inline constexpr bool is_decay =
    std::same_as<Decay, NoDecay> || std::same_as<Decay, Number> || ColumnOf<Decay, Number, KeyDim>;

/// Whether this erases: nothing, or by vectors of the length of keys.
template <class Erase, class Number, int KeyDim>
inline constexpr bool is_erase = std::same_as<Erase, NoErase>;
template <class Key, class Number, int KeyDim>
inline constexpr bool is_erase<EraseAtKey<Key>, Number, KeyDim> = ColumnOf<Key, Number, KeyDim>;
template <class Key, class Number, int KeyDim>
inline constexpr bool is_erase<EraseElsewhere<Key>, Number, KeyDim> = ColumnOf<Key, Number, KeyDim>;

/// Test: tests/compile_fail/transition_of_another_decay.cpp.
template <MemoryShape Shape, class Number, class Decay, class Erase>
struct a_transition_decays_and_erases_by_keys {
    static_assert(
        is_decay<Decay, Number, Shape.key_dim> && is_erase<Erase, Number, Shape.key_dim>,
        "a Transition<Shape, Number, Decay, Erase> decays by NoDecay, a Number, or a factor for each channel "
        "[key_dim x 1], and erases by NoErase, EraseAtKey<Key> or EraseElsewhere<Key> with Key [key_dim x 1]");
    static constexpr bool value = true;
};

/// Decay: NoDecay, a number, or a key (one factor per channel). Erase: NoErase, EraseAtKey<Key> or EraseElsewhere<Key>.
template <MemoryShape Shape, class Number, class DecayOf, class EraseOf>
struct Transition {
    static_assert(a_transition_decays_and_erases_by_keys<Shape, Number, DecayOf, EraseOf>::value,
                  "see the first error");
    using Key = typename MemoryMatrices<Shape, Number>::Key;
    using Value = typename MemoryMatrices<Shape, Number>::Value;
    using Decay = DecayOf;
    using Erase = EraseOf;

    Decay decay;
    Erase erase;
    Value value;
    Key key;
};

/// Whether this is a Transition.
template <class T>
inline constexpr bool is_transition = false;
template <MemoryShape Shape, class Number, class Decay, class Erase>
inline constexpr bool is_transition<Transition<Shape, Number, Decay, Erase>> = true;

/// Whether a decay is one number, and not one for each channel.
template <class T, class Number>
inline constexpr bool is_number_decay = std::same_as<T, Number>;
/// Whether a transition erases anything.
template <class Erase>
inline constexpr bool erases = !std::same_as<Erase, NoErase>;
/// Whether it erases at another place than the key that it writes at.
template <class Erase>
inline constexpr bool erases_elsewhere = requires(Erase const& erase) {
    erase.at;
};

/// S <- S diag(decay) [any rows x key_dim].
template <AnyMatrix M>
constexpr void decay_columns(M&, NoDecay) {}
/// The same for one number.
template <AnyMatrix M>
constexpr void decay_columns(M& matrix, NumberOf<M> const& decay) {
    matrix *= decay;
}
/// The same for a factor of each column.
template <AnyMatrix M, AnyMatrix Factors>
constexpr void decay_columns(M& matrix, Factors const& decay) {
    scale_columns(matrix, decay);
}

// ------------------------------------------------------------------------------------------------ as whole matrices ----

/// S -> S A + B with whole matrices: A [key_dim x key_dim], B [value_dim x key_dim].
template <MemoryShape Shape, class Number>
struct AffineMap {
    typename MemoryMatrices<Shape, Number>::KeyByKey A = identity<Number, Shape.key_dim>();
    typename MemoryMatrices<Shape, Number>::Memory B = zero<Number, Shape.value_dim, Shape.key_dim>();

    [[nodiscard]] constexpr typename MemoryMatrices<Shape, Number>::Memory operator()(
        typename MemoryMatrices<Shape, Number>::Memory const& S) const {
        return plus_product(B, S, A);
    }
};

/// One after the other: S -> (S A1 + B1) A2 + B2. Associative, for all sizes; so any tree of them is the recurrence.
///
/// Cost: key_dim^2 (key_dim + value_dim) multiplications. Exactness: as product. Errors: none.
/// Test: tests/static/online_for_all_sizes.cpp (associative, and the map of both in a row, by symbols).
template <MemoryShape Shape, class Number>
[[nodiscard]] constexpr AffineMap<Shape, Number> then(AffineMap<Shape, Number> const& first,
                                                      AffineMap<Shape, Number> const& second) {
    return {.A = product(first.A, second.A), .B = plus_product(second.B, first.B, second.A)};
}

/// The whole matrices of a transition. Cost: key_dim (key_dim + value_dim) multiplications where it erases, without the first summand where
/// it does not, and key_dim^2 more where there is a decay. Test: tests/static/online_rules.cpp.
template <MemoryShape Shape, class Number, class Decay, class Erase>
[[nodiscard]] constexpr AffineMap<Shape, Number> as_affine_map(Transition<Shape, Number, Decay, Erase> const& step) {
    AffineMap<Shape, Number> map;
    decay_columns(map.A, step.decay);
    if constexpr (erases_elsewhere<Erase>) {
        add_outer_product(map.A, step.erase.read, step.erase.at);
    } else if constexpr (erases<Erase>) {
        add_outer_product(map.A, step.erase.read, step.key);
    }
    add_outer_product(map.B, step.value, step.key);
    return map;
}

/// Of a rule whose transition(example) is such a map already. Exact. Test: tests/static/online_own_transitions.cpp.
template <MemoryShape Shape, class Number>
[[nodiscard]] constexpr AffineMap<Shape, Number> as_affine_map(AffineMap<Shape, Number> const& map) {
    return map;
}

// -------------------------------------------------------------------------------------------------- its derivative ----

/// The derivative with respect to everything in a transition.
template <class Step>
struct TransitionGradient {
    using Number = NumberOf<typename Step::Key>;
    using Key = typename Step::Key;

    typename Step::Decay decay{};
    Key read = zero<Number, rows_of<Key>, 1>();
    Key at = read;
    typename Step::Value value{};
    Key key = read;
};

/// S' = S A + B, backwards: S_ holds dL/dS' before and dL/dS after.
///
///     value_ = S'_ key          key_ = S'_^T value         read_ = S^T (S'_ at)       at_ = S'_^T (S read)
///     decay_ = columns of S (.) S'_, summed                 S_ = S'_ diag(decay) + (S'_ at) read^T
///
/// S: the memory before the example. Shapes: as of the transition. Where a rule erases at its key, what at_
/// would be is added to key_, and at_ stays 0. Cost: 7 value_dim key_dim multiplications where something is erased,
/// else 2; with a decay 2 more.
/// Exactness: one rounding per operation. Errors: none. Test: tests/static/online_gradients.cpp (against dual numbers).
template <MemoryShape Shape, class Number, class Decay, class Erase>
constexpr auto pull_back(Transition<Shape, Number, Decay, Erase> const& step,
                         typename MemoryMatrices<Shape, Number>::Memory const& S,
                         typename MemoryMatrices<Shape, Number>::Memory& S_) {
    using Step = Transition<Shape, Number, Decay, Erase>;
    using Key = typename Step::Key;
    using Value = typename Step::Value;
    TransitionGradient<Step> gradient;
    gradient.value = product(S_, step.key);
    columns::add_inner_products(gradient.key, 0, S_, step.value, 0);
    if constexpr (AnyMatrix<Decay>) {
        for (int col = 0; col < Shape.key_dim; ++col) {
            gradient.decay(col, 0) = columns::inner_product(S, col, S_, col);
        }
    } else if constexpr (is_number_decay<Decay, Number>) {
        gradient.decay = Number(0);
        for (int col = 0; col < Shape.key_dim; ++col) {
            gradient.decay += columns::inner_product(S, col, S_, col);
        }
    }
    if constexpr (erases<Erase>) {
        Key const& at = [&]() -> Key const& {
            if constexpr (erases_elsewhere<Erase>) {
                return step.erase.at;
            } else {
                return step.key;
            }
        }();
        Value const back = product(S_, at);
        columns::add_inner_products(gradient.read, 0, S, back, 0);
        Value const erased = product(S, step.erase.read);
        if constexpr (erases_elsewhere<Erase>) {
            columns::add_inner_products(gradient.at, 0, S_, erased, 0);
        } else {
            columns::add_inner_products(gradient.key, 0, S_, erased, 0);
        }
        decay_columns(S_, step.decay);
        add_outer_product(S_, back, step.erase.read);
    } else {
        decay_columns(S_, step.decay);
    }
    return gradient;
}

}  // namespace incontext

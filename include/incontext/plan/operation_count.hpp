// SPDX-License-Identifier: MIT
/// @file
/// How many multiplications a form takes for one prompt, so that the cheapest is chosen while compiling.
///
///     t token_dim, n context, q query, k key_dim, v value_dim, H heads
///
///     | F of                 | multiplications                  | query tokens alone                                   |
///     |----------------------|----------------------------------|------------------------------------------------------|
///     | LinearSelfAttention  | 2 t n (k + v) + t^2 k            | 2 t (k + v) q + min(2 t n q, t (t+1)/2 n + t^2 q)    |
///     | MergedAttention      | t (t+1)/2 n + 2 H t^3            | 2 H t^2 q + min(2 H t n q, t (t+1)/2 n + H t^2 q)    |
///     | all tokens by F      | t^2 (n + q) more                 |                                                      |
///     | by scores, merged    | H (2 t^2 + 2 t n)(n + q) in all  |                                                      |
///
/// Once G = C C^T is known, F takes 2 H t^3 of merged and t^2 (k + v) + 2 t^3 of four projections; the moments after a
/// layer take F, 2 t^3 and t^2 q.
///
/// Every count here is compared with that of a number which counts its own multiplications.
#pragma once

#include <algorithm>

#include "incontext/plan/merged.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"

namespace incontext {

/// Multiplications of numbers, by the form of an update, for one prompt of a shape.
///
/// fast_weights(shape)            F
/// fast_weights_of_moments(shape) F, once G = C C^T is known
/// all_tokens(shape)              update(prompt)
/// query_only(shape)              updated_query(update, prompt), of stacks by their tokens
/// by_moments(shape)              updated_query_by_moments(update, prompt)       stacks of linear layers
///
/// Exactness: exact. Cost: none at run time. Errors: an update without a count of its own does not compile.
/// Test: tests/unit/operation_count.cpp (against counted multiplications).
template <class Update>
struct OperationCount;

/// G = C C^T: t (t + 1) / 2 n. Test: tests/unit/operation_count.cpp.
[[nodiscard]] constexpr long multiplications_of_gram(TokenShape shape) {
    return static_cast<long>(shape.token_dim) * (shape.token_dim + 1) / 2 * shape.context;
}

/// F applied to all tokens: t^2 (n + q). Test: tests/unit/operation_count.cpp.
[[nodiscard]] constexpr long multiplications_of_update(TokenShape shape) {
    return static_cast<long>(shape.token_dim) * shape.token_dim * (shape.context + shape.query);
}

template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
struct OperationCount<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>> {
    static constexpr int heads = 1;

    static constexpr long fast_weights(TokenShape shape) {
        long const t = shape.token_dim;
        return 2 * t * shape.context * (KeyDim + ValueDim) + t * t * KeyDim;
    }
    static constexpr long fast_weights_of_moments(TokenShape shape) {
        long const t = shape.token_dim;
        return t * t * (KeyDim + ValueDim) + 2 * t * t * t;
    }
    static constexpr long all_tokens(TokenShape shape) { return fast_weights(shape) + multiplications_of_update(shape); }

    /// The query tokens through the projections alone, without C.
    static constexpr long projections_of_query(TokenShape shape) {
        return 2L * shape.token_dim * (KeyDim + ValueDim) * shape.query;
    }
    static constexpr long query_only(TokenShape shape);
};

template <class... Heads>
struct OperationCount<MultiHeadAttention<Heads...>> {
    static constexpr int heads = static_cast<int>(sizeof...(Heads));

    static constexpr long fast_weights(TokenShape shape) { return (OperationCount<Heads>::fast_weights(shape) + ...); }
    static constexpr long fast_weights_of_moments(TokenShape shape) {
        return (OperationCount<Heads>::fast_weights_of_moments(shape) + ...);
    }
    static constexpr long all_tokens(TokenShape shape) { return fast_weights(shape) + multiplications_of_update(shape); }
    static constexpr long projections_of_query(TokenShape shape) {
        return (OperationCount<Heads>::projections_of_query(shape) + ...);
    }
    static constexpr long query_only(TokenShape shape);
};

template <TokenShape Shape, class Number, int Heads>
struct OperationCount<MergedAttention<Shape, Number, Heads>> {
    static constexpr int heads = Heads;

    static constexpr long fast_weights(TokenShape shape) {
        return multiplications_of_gram(shape) + fast_weights_of_moments(shape);
    }
    static constexpr long fast_weights_of_moments(TokenShape shape) {
        return 2L * Heads * shape.token_dim * shape.token_dim * shape.token_dim;
    }
    static constexpr long by_scores(TokenShape shape) {
        return 2L * Heads * shape.token_dim * (shape.token_dim + shape.context) * (shape.context + shape.query);
    }
    static constexpr long by_fast_weights(TokenShape shape) {
        return fast_weights(shape) + multiplications_of_update(shape);
    }
    static constexpr long all_tokens(TokenShape shape) {
        return scores_pay(shape, Heads) ? by_scores(shape) : by_fast_weights(shape);
    }
    static constexpr long projections_of_query(TokenShape shape) {
        return 2L * Heads * shape.token_dim * shape.token_dim * shape.query;
    }
    static constexpr long query_only(TokenShape shape);
};

/// Whether a read-out should make G = C C^T once and multiply each head's key by it, or multiply the key by C^T and C.
/// Test: tests/unit/operation_count.cpp.
template <class Layer>
[[nodiscard]] constexpr bool gram_pays_for_query(TokenShape shape) {
    long const heads = OperationCount<Layer>::heads;
    long const t = shape.token_dim;
    return multiplications_of_gram(shape) + heads * t * t * shape.query < 2 * heads * t * shape.context * shape.query;
}

template <class Update>
struct OperationCount<Damped<Update>> {
    static constexpr long all_tokens(TokenShape shape) {
        return OperationCount<Update>::all_tokens(shape) +
               static_cast<long>(shape.token_dim) * (shape.context + shape.query);
    }
    static constexpr long query_only(TokenShape shape) { return all_tokens(shape); }
};

template <Dimensions Sizes, class Update>
struct OperationCount<OnlyTargetsMove<Sizes, Update>> {
    static constexpr long all_tokens(TokenShape shape) { return OperationCount<Update>::all_tokens(shape); }
    static constexpr long query_only(TokenShape shape) { return all_tokens(shape); }
};

template <class Update, int Limit>
struct OperationCount<Clipped<Update, Limit>> {
    static constexpr long all_tokens(TokenShape shape) { return OperationCount<Update>::all_tokens(shape); }
    static constexpr long query_only(TokenShape shape) { return OperationCount<Update>::query_only(shape); }
};

template <class Layer, int Depth>
struct OperationCount<LoopedStack<Layer, Depth>> {
    static constexpr long all_tokens(TokenShape shape) { return Depth * OperationCount<Layer>::all_tokens(shape); }
    static constexpr long query_only(TokenShape shape) {
        return (Depth - 1) * OperationCount<Layer>::all_tokens(shape) + OperationCount<Layer>::query_only(shape);
    }
    static constexpr long by_moments(TokenShape shape);
};

template <class First, class... Layers>
struct OperationCount<LayerStack<First, Layers...>> {
    static constexpr long all_tokens(TokenShape shape) {
        return (OperationCount<First>::all_tokens(shape) + ... + OperationCount<Layers>::all_tokens(shape));
    }
    static constexpr long query_only(TokenShape shape);
    static constexpr long by_moments(TokenShape shape);
};

// ------------------------------------------------------------------------------------------------------- details ----

namespace operation_count {

template <class Layer>
constexpr long query_only(TokenShape shape) {
    using Count = OperationCount<Layer>;
    long const t = shape.token_dim;
    return Count::projections_of_query(shape) +
           (gram_pays_for_query<Layer>(shape)
                ? multiplications_of_gram(shape) + Count::heads * t * t * shape.query
                : 2 * Count::heads * t * shape.context * shape.query);
}

/// The moments after a layer: F, G <- (I + F) G (I + F)^T, q <- (I + F) q.
template <class Layer>
constexpr long moments_after(TokenShape shape) {
    long const t = shape.token_dim;
    return OperationCount<Layer>::fast_weights_of_moments(shape) + 2 * t * t * t + t * t * shape.query;
}

/// The read-out of a last layer, by moments.
template <class Layer>
constexpr long query_of_moments(TokenShape shape) {
    long const t = shape.token_dim;
    return OperationCount<Layer>::projections_of_query(shape) + OperationCount<Layer>::heads * t * t * shape.query;
}

template <class Last>
constexpr long query_only_of_layers(TokenShape shape) {
    return OperationCount<Last>::query_only(shape);
}
template <class First, class Second, class... Layers>
constexpr long query_only_of_layers(TokenShape shape) {
    return OperationCount<First>::all_tokens(shape) + query_only_of_layers<Second, Layers...>(shape);
}

template <class Last>
constexpr long moments_of_layers(TokenShape shape) {
    return query_of_moments<Last>(shape);
}
template <class First, class Second, class... Layers>
constexpr long moments_of_layers(TokenShape shape) {
    return moments_after<First>(shape) + moments_of_layers<Second, Layers...>(shape);
}

}  // namespace operation_count

template <TokenShape Shape, class Number, int KeyDim, int ValueDim>
constexpr long OperationCount<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>>::query_only(TokenShape shape) {
    return operation_count::query_only<LinearSelfAttention<Shape, Number, KeyDim, ValueDim>>(shape);
}
template <class... Heads>
constexpr long OperationCount<MultiHeadAttention<Heads...>>::query_only(TokenShape shape) {
    return operation_count::query_only<MultiHeadAttention<Heads...>>(shape);
}
template <TokenShape Shape, class Number, int Heads>
constexpr long OperationCount<MergedAttention<Shape, Number, Heads>>::query_only(TokenShape shape) {
    return operation_count::query_only<MergedAttention<Shape, Number, Heads>>(shape);
}
template <class Layer, int Depth>
constexpr long OperationCount<LoopedStack<Layer, Depth>>::by_moments(TokenShape shape) {
    return multiplications_of_gram(shape) + (Depth - 1) * operation_count::moments_after<Layer>(shape) +
           operation_count::query_of_moments<Layer>(shape);
}
template <class First, class... Layers>
constexpr long OperationCount<LayerStack<First, Layers...>>::query_only(TokenShape shape) {
    return operation_count::query_only_of_layers<First, Layers...>(shape);
}
template <class First, class... Layers>
constexpr long OperationCount<LayerStack<First, Layers...>>::by_moments(TokenShape shape) {
    return multiplications_of_gram(shape) + operation_count::moments_of_layers<First, Layers...>(shape);
}

}  // namespace incontext

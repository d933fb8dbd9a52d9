// SPDX-License-Identifier: MIT
/// @file
/// Two layers of linear attention that are asked for their query tokens: the context between them is never made.
///
///     C' = L C,  L = I + F of the lower layer         the upper layer reads it twice:  C'^T d = C^T (L^T d)    C' s = L (C s)
///
/// So L meets a few columns instead of a context, and L^T a few as well. To a column both are attention by scores
/// (attention/by_scores.hpp): L^T is the layer whose heads are transposed.
#pragma once

#include <cstddef>

#include "incontext/attention/by_scores.hpp"
#include "incontext/attention/linear_layer.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/pass/pass.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// A linear layer that knows the layer of F^T, for the same context, and has a gradient that is kept in factors.
///
/// Models: MergedAttention. Test: tests/static/two_layers.cpp.
template <class Layer>
concept TransposableLayer = LinearLayer<Layer> && requires(Layer const& layer) {
    layer.transposed().heads;
    typename Layer::template GradientInFactors<typename Layer::Scalar, 1>;
};

//     forward, for each head of the upper layer      backward, from the answer's y_
//     q' = L q          d = W_KQ q'                  b = W_PV^T y_           g's cotangent
//     r = L^T d         s = C^T r                    p_ = L^T b              s_ = C^T p_        C_ += p_ s^T + r s_^T
//     p = C s           g = L p                      r_ = C s_               d_ = L r_
//     y = q' + W_PV g                                q'_ = y_ + W_KQ^T d_    q_ = L^T q'_
//
// p_, d_ and q_ are made by the pullbacks of L p, L^T d and L q, which add to C_ and to the lower layer's gradient.

/// How many times L or L^T meets columns, as many as there are query tokens: for q', and for r and g of each head.
template <LinearLayer Upper>
inline constexpr int times_through_lower = 2 * Upper::head_count + 1;

/// The pass of both, made in place.
template <class Asked, class Lower, class Upper, TokenShape Given, class Number>
struct PassOfTwoLayers {
    using Columns = Matrix<Number, Given.token_dim, Given.query>;
    using Through = PassByScores<QueryTokens, Lower, Given, Number>;  // L or L^T of columns
    struct OfHead {
        Columns direction;                                  // d
        Through read;                                       // r
        Matrix<Number, Given.context, Given.query> scores;  // s
        Columns weighted;                                   // p
        Through attended;                                   // g
    };
    Through query;  // q'
    OfHead heads[Upper::head_count];
    Answer<Asked, Given, Number> result;
};

/// The pass of an upper layer on what a lower one makes.
///
/// Exactness: its result is answer<Asked>(upper, lower(prompt)) in exact arithmetic; where scores overflow, so does it, and
/// where they are below the normal numbers (inputs and outputs below 1e-13 in float) it has lost digits. Cost, of
/// one head each: (6 t^2 + 6 t n) q for L, (t^2 + 2 t n) q and a row of W_PV for the upper head (t token_dim, n context, q
/// query): no product of t^3. Errors: none. Test: tests/static/two_layers.cpp.
template <class Asked, TransposableLayer Lower, LinearLayer Upper, TokenShape Given, class Number>
[[nodiscard]] constexpr auto forward_pass_of_two(Lower const& lower, Upper const& upper,
                                                 Prompt<Given, Number> const& prompt)
    -> PassOfTwoLayers<Asked, Lower, Upper, Given, Number> {
    require_fitting_prompt<Lower::shape, typename Lower::Scalar, Given, Number>();
    require_fitting_prompt<Upper::shape, typename Upper::Scalar, Given, Number>();
    auto const& C = prompt.context;
    auto const pass_through = [&](auto const& layer, auto const& columns, auto& through) {
        through.result = columns;
        forward_by_scores<QueryTokens>(ScoresAsWeights{}, layer, C, columns, through.heads, through.result);
    };
    PassOfTwoLayers<Asked, Lower, Upper, Given, Number> pass{};
    pass_through(lower, as_matrix(prompt.query), pass.query);
    pass.result = asked_rows<Asked, Given>(pass.query.result);
    auto const& heads = heads_of(upper);
    for_each_element<static_cast<std::size_t>(Upper::head_count)>(
        [&](auto const& head, auto& of_head) {
            of_head.direction = head.score_direction(pass.query.result);
            pass_through(lower.transposed(), of_head.direction, of_head.read);
            of_head.scores = product_of_transpose(C, of_head.read.result);
            of_head.weighted = product(C, of_head.scores);
            pass_through(lower, of_head.weighted, of_head.attended);
            pass.result = head.template plus_output<Asked>(pass.result, of_head.attended.result);
        },
        heads, pass.heads);
    return pass;
}

/// Sum over i of a_i b_i^T, kept as its factors until `Columns` are there: so a sum is read and written once, and not for each.
template <class Number, int Rows, int Cols, int Columns>
struct SumInFactors {
    Matrix<Number, Rows, Columns> left;
    Matrix<Number, Cols, Columns> right;
    int columns = 0;

    /// Adds A B^T. Exact.
    template <AnyMatrix A, AnyMatrix B>
    friend constexpr void add_product_with_transpose(SumInFactors& sum, A const& a, B const& b) {
        for (int col = 0; col < cols_of<A>; ++col, ++sum.columns) {
            for (int row = 0; row < Rows; ++row) {
                sum.left(row, sum.columns) = a(row, col);
            }
            for (int row = 0; row < Cols; ++row) {
                sum.right(row, sum.columns) = b(row, col);
            }
        }
    }
};

/// Adds to the gradients of both layers; returns the prompt's derivative where it is wanted.
///
/// Exactness: exact in the exact family; in floating point the order of sums is another than that of two pullbacks. Cost: twice
/// that of the pass. Errors: none. Test: tests/static/two_layers.cpp.
template <class Asked, class Wanted, TransposableLayer Lower, LinearLayer Upper, TokenShape Given, class Number,
          class LowerGradient, class UpperGradient>
constexpr auto pull_back_two(Wanted, Lower const& lower, Upper const& upper, Prompt<Given, Number> const& prompt,
                             PassOfTwoLayers<Asked, Lower, Upper, Given, Number> const& pass,
                             Answer<Asked, Given, Number> const& cotangent, LowerGradient& lower_gradient,
                             UpperGradient& upper_gradient) {
    using Columns = Matrix<Number, Given.token_dim, Given.query>;
    constexpr int terms_of_context = 2 * (times_through_lower<Upper> * Lower::head_count + Upper::head_count);
    auto const& C = prompt.context;
    typename Lower::template GradientInFactors<Number, times_through_lower<Upper> * Given.query> lower_sums;
    SumInFactors<Number, Given.token_dim, Given.context, terms_of_context * Given.query> C_;
    // From the cotangent of what L, or L^T, made of columns to that of the columns, which begins as it.
    auto const back_through = [&](auto const& layer, auto const& columns, auto const& through, Columns const& from) {
        Columns by_columns = from;
        back_by_scores<QueryTokens>(ParametersAndPrompt{}, ScoresAsWeights{}, layer, C, columns, through.heads, from,
                                    lower_sums, C_, by_columns);
        return by_columns;
    };
    auto const& heads = heads_of(upper);
    auto&& gradients = heads_of(upper_gradient);
    Columns q_ = Asked::template lifted_query<Given, Number>(cotangent);
    for_each_element<static_cast<std::size_t>(Upper::head_count)>(
        [&](auto const& head, auto& head_gradient, auto const& of_head) {
            auto const& g = of_head.attended.result;
            Columns const b = head.template back_through_output<Asked>(g, cotangent, head_gradient);
            Columns const p_ = back_through(lower, of_head.weighted, of_head.attended, b);
            auto const s_ = product_of_transpose(C, p_);
            add_product_with_transpose(C_, p_, of_head.scores);
            add_product_with_transpose(C_, of_head.read.result, s_);
            Columns const d_ =
                back_through(lower.transposed(), of_head.direction, of_head.read, Columns(product(C, s_)));
            head.back_through_score_direction(ParametersAndPrompt{}, pass.query.result, d_, head_gradient, q_);
        },
        heads, gradients, pass.heads);
    Columns const by_query = back_through(lower, as_matrix(prompt.query), pass.query, q_);
    lower_sums.add_to(lower_gradient);
    if constexpr (Wanted::prompt) {
        return Prompt<Given, Number>{.context = made_by([&] { return product_with_transpose(C_.left, C_.right); }),
                                     .query = by_query};
    }
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// LayerNorm: a token without its mean, divided by its deviation, scaled and shifted entry by entry.
///
///     n = (t - mean t) / sqrt(mean (t - mean t)^2 + epsilon),      scale * n + offset
///
/// The mean is over the entries of one token. With epsilon = 0, c t gives what t gives for every c > 0.
#pragma once

#include <limits>
#include <utility>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/number/constant.hpp"
#include "incontext/number/function.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/dimensions.hpp"
#include "incontext/token_wise/map.hpp"

namespace incontext {

/// Before training a scale is 1 and an offset 0 (training/initialisation.hpp).
struct the_scale_of_a_LayerNorm {
    static constexpr int initial_value = 1;
};
/// The place of what is added; 0 before training.
struct the_offset_of_a_LayerNorm {
    static constexpr int initial_value = 0;
};

/// Test: tests/compile_fail/epsilon_that_is_no_constant.cpp.
template <class Epsilon>
struct the_epsilon_of_a_LayerNorm_is_an_exact_constant {
    static_assert(never<Epsilon>,
                  "the third argument of LayerNorm is the type of its epsilon, an exact constant: LayerNorm<float, 8, "
                  "Ratio<1, 100000>>");
    static constexpr bool value = false;
};
template <long long Numerator, long long Denominator>
struct the_epsilon_of_a_LayerNorm_is_an_exact_constant<Ratio<Numerator, Denominator>> {
    static constexpr bool value = true;
};

/// What a LayerNorm keeps: n, and 1 / sqrt(...) of each token.
template <AnyMatrix Tokens>
struct KeptByLayerNorm {
    Tokens normalised;
    Matrix<NumberOf<Tokens>, 1, cols_of<Tokens>> over_deviation;
    Tokens result;
};

/// The map of one token to scale * n + offset.
///
/// Epsilon: an exact constant type; Root: r(v) = v^(-1/2), a function as in number/function.hpp. Source: [Ba2016]; [vonOswald2023]
/// app. A.10, epsilon = 1e-5 as in its code. Exactness: a few roundings and those of r. In the exact families r is any function
/// with r' = -r^3 / 2. Cost: an r and a few multiplications for each token, and 3 for each entry; the pullback 1, and 6 more where
/// the tokens' derivative is wanted. Errors: a token whose squares overflow, in float above about
/// 1e19, becomes NaN, and with epsilon = 0 one whose entries are all the same, if it is centred to 0; with epsilon = 0 the derivative
/// by a token of the least numbers, in float below about 1e-38, is infinite or NaN, as 1 / deviation is out of range; a dimension below 1 does not compile.
/// A token of entries that are all the same is centred to 0 where neither their sum nor the mean is rounded. Else up to an ulp of the
/// entries is left, and n is made of that. Measured of 10^5 tokens from 1 to 2 (g++ 12): so it is of 78 in 100 at Dim 20, of 50 at 8, of 29 at 3
/// (of all with fused multiplications), of none at 2 and 4. With epsilon = 0 their n is finite, 1 or -1. With epsilon = 1e-5 |n| is at most
/// 2e-4 there, and grows with the entries: .93 (fused .82) at Dim 3 for 65552.4, whose ulp is above the root of epsilon.
/// Test: tests/static/token_wise.cpp (pullback; degree 0 where epsilon is 0), tests/unit/token_wise.cpp (against
/// double; entries that are all the same; small tokens).
template <class Number, int Dim, class Epsilon = Ratio<1, 100000>, class Root = ReciprocalRoot>
struct LayerNorm {
    static_assert(every_dimension_must_be_positive<Dim>::value, "the sizes are listed in the first error");
    static_assert(the_epsilon_of_a_LayerNorm_is_an_exact_constant<Epsilon>::value, "see the first error");

    using Scalar = Number;
    static constexpr int input_dim = Dim;
    static constexpr int output_dim = Dim;
    static constexpr bool is_of_single_tokens = true;
    template <class Other>
    using with_number = LayerNorm<Other, Dim, Epsilon, Root>;

    using Scale = Placed<the_scale_of_a_LayerNorm, Number, Dim, 1>;
    using Offset = Placed<the_offset_of_a_LayerNorm, Number, Dim, 1>;
    Scale scale;
    Offset offset;

    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"scale", "offset">, &LayerNorm::scale, &LayerNorm::offset> {};

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto operator()(Tokens const& tokens) const {
        return keep(tokens).result;
    }

    template <class Given>
        requires(!AnyMatrix<Given>)
    constexpr auto operator()(Given const&) const {
        return a_map_of_tokens_is_given_a_matrix_of_tokens<LayerNorm, Given>::value;
    }

    template <AnyMatrix Tokens>
    [[nodiscard]] constexpr auto keep(Tokens const& tokens) const {
        using N = NumberOf<Tokens>;
        KeptByLayerNorm<Matrix<N, Dim, cols_of<Tokens>>> kept;
        N const one_over_dim = N(ratio<1, Dim>);
        for (int token = 0; token < cols_of<Tokens>; ++token) {
            N squares = centre([&](int row) -> N { return tokens(row, token); }, kept.normalised, token);
            N unit(1);
            if constexpr (small_squares_matter<N>) {
                if (!range::is_zero(larger(N(least_squares_kept<N>) - squares, N(0)))) [[unlikely]] {
                    unit = one_where_large(squares);
                    squares = centre_in_units(unit, tokens, kept.normalised, token);
                }
            }
            N over_deviation = value_of<Root>(N(one_over_dim * squares + N(Epsilon{})));
            if constexpr (has_limited_range<N>) {
                over_deviation =
                    over_deviation * (N(1) + N(0) * squares);  // NaN, and not 0, where the squares overflow
            }
            kept.over_deviation(0, token) = small_squares_matter<N> ? N(over_deviation * unit) : over_deviation;
            for (int row = 0; row < Dim; ++row) {
                N const n = kept.normalised(row, token) * over_deviation;
                kept.normalised(row, token) = n;
                kept.result(row, token) = N(scale(row, 0)) * n + N(offset(row, 0));
            }
        }
        return kept;
    }

    ///     backward, c the cotangent, r = over_deviation: scale_ = c * n     offset_ = c     g = scale * c
    ///     t_ = r (g - mean g) + r' 2/Dim <g, t - mean t> (t - mean t) = r (g - mean g - n mean (g * n))
    /// since r' = -r^3 / 2.
    template <class Wanted, class Kept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
    constexpr auto pull_back(Wanted, Kept const& kept, Tokens const&, Cotangent const& cotangent,
                             Gradient& gradient) const {
        for (int row = 0; row < Dim; ++row) {
            auto scale_ = gradient.scale(row, 0);
            auto offset_ = gradient.offset(row, 0);
            for (int token = 0; token < cols_of<Tokens>; ++token) {
                scale_ += cotangent(row, token) * kept.normalised(row, token);
                offset_ += cotangent(row, token);
            }
            gradient.scale(row, 0) = scale_;
            gradient.offset(row, 0) = offset_;
        }
        if constexpr (Wanted::prompt) {
            return back_to_tokens(kept, cotangent);
        }
    }

  private:
    /// The entries of a token less their mean, into a column. Returns the sum of their squares.
    template <class Entry, AnyMatrix Columns>
    static constexpr NumberOf<Columns> centre(Entry const& entry, Columns& columns, int column) {
        using N = NumberOf<Columns>;
        N sum = entry(0);
        for (int row = 1; row < Dim; ++row) {
            sum += entry(row);
        }
        N const mean = N(ratio<1, Dim>) * sum;
        N squares(0);
        for (int row = 0; row < Dim; ++row) {
            N const centred = entry(row) - mean;
            columns(row, column) = centred;
            squares += centred * centred;
        }
        return squares;
    }

    // With epsilon = 0 the squares of a small token are all there is, and have lost digits where they are below the normal numbers.
    // Such a token is made anew in units of 2^-100 (float), of 2^-816 (double), from the entries on, whose mean is none of the least
    // numbers then either. Beside the smallest other epsilon, 10^-19, such squares cannot be seen.

    template <class N>
    static constexpr bool small_squares_matter = has_limited_range<N>&& Epsilon::numerator == 0;
    /// Sums of squares from here on are summed of squares with all digits that count: 2^-102 in float.
    template <class N>
    static constexpr auto least_squares_kept = range::power_of_2<N>(std::numeric_limits<N>::min_exponent - 1 +
                                                                    std::numeric_limits<N>::digits);

    /// By which a token is multiplied: 1 where the squares are kept, lane by lane.
    template <class N>
    [[nodiscard]] static constexpr N one_where_large(N const& squares) {
        constexpr auto power = range::power_of_2<N>(-std::numeric_limits<N>::min_exponent * 4 / 5);
        if constexpr (is_lanes<N>) {
            N unit(1);
            for (int lane = 0; lane < N::lane_count; ++lane) {
                unit.set(lane, one_where_large(squares[lane]));
            }
            return unit;
        } else {
            return squares < least_squares_kept<N> ? power : N(1);
        }
    }
    template <class N, AnyMatrix Tokens, AnyMatrix Columns>
    [[gnu::noinline, gnu::cold]] static constexpr N centre_in_units(N const& unit, Tokens const& tokens,
                                                                    Columns& columns, int column) {
        return centre([&](int row) -> N { return tokens(row, column) * unit; }, columns, column);
    }

    /// A function of its own, whose local variable g++ makes in the place of the result.
    template <class Kept, AnyMatrix Cotangent>
    [[nodiscard]] constexpr auto back_to_tokens(Kept const& kept, Cotangent const& cotangent) const {
        using N = NumberOf<Cotangent>;
        N const one_over_dim = N(ratio<1, Dim>);
        Matrix<N, Dim, cols_of<Cotangent>> by_tokens;
        for (int token = 0; token < cols_of<Cotangent>; ++token) {
            N sum(0);
            N along(0);
            for (int row = 0; row < Dim; ++row) {
                N const g = N(scale(row, 0)) * cotangent(row, token);
                by_tokens(row, token) = g;
                sum += g;
                along += g * kept.normalised(row, token);
            }
            for (int row = 0; row < Dim; ++row) {
                by_tokens(row, token) =
                    kept.over_deviation(0, token) *
                    (by_tokens(row, token) - one_over_dim * sum - kept.normalised(row, token) * (one_over_dim * along));
            }
        }
        return by_tokens;
    }
};

}  // namespace incontext

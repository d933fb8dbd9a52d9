// SPDX-License-Identifier: MIT
/// @file
/// The moments of a stream of which what was observed fades: each token weighs what is left of it.
///
///     add(token)               G <- G + token token^T, n <- n + 1
///     add(products, count)     G <- G + the sum over a table of so many tokens, n <- n + count
///     add(other)               G <- G + G of the other, n <- n + n of the other
///     forget(factor)           G <- factor G, n <- factor n
///     of_examples(N)           N/n G
///
/// n is the weight of the tokens together. While it is below 1/2 the moments wait: G / (2 n) is kept, which weighs 1/2, and n alone fades.
/// So sums do not become subnormal on the way to a small weight, and N/n G does not change in any bit by it. The next addition ends the wait.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/counted.hpp"
#include "incontext/pass/range.hpp"
#include "incontext/streaming/moments.hpp"
#include "incontext/streaming/online_regressor.hpp"
#include "incontext/streaming/saved_bytes.hpp"
#include "incontext/streaming/token_products.hpp"

namespace incontext {

namespace fading_moments {

/// How many numbers weigh what is observed: of floating-point numbers and lanes double, exact numbers themselves.
template <class Number>
struct WeightOf {
    using type = Number;
    using Factor = Number;
};
template <std::floating_point Number>
struct WeightOf<Number> {
    using type = double;
    using Factor = Number;
};
template <class Number>
    requires requires {
        typename Number::Lane;
    }
struct WeightOf<Number> {
    using type = double;
    using Factor = typename Number::Lane;
};

}  // namespace fading_moments

/// G and n of a stream, and how many tokens were added to it.
///
/// Shapes: G [token_dim x token_dim]. Trivially copyable, without a heap: Moments (streaming/moments.hpp), a weight and a counter.
/// In range, and held: as Moments; what they would refuse is not added, and whatever waits goes on waiting. N/n G is not held to that: where n
/// is much larger than N it may be subnormal where G is normal, and has lost digits. A model that multiplies it by a rate as large as that
/// shows it: in float, N = 2, of (1.2e-19, 1.2e-19) and 1999 tokens of 0 it is off by 1.8e-5 of itself.
/// Cost: of adding tokens that of Moments and of a weight; forget(factor) takes token_dim (token_dim + 1) multiplications, and while moments wait one.
/// Exactness: exact in the exact family, where nothing ever waits. In floating point as of Moments::scale down to a weight of 1/2. From there on only n
/// is rounded, however often it fades; ending the wait is one more scale.
///
/// What is saved is taken back (restore), whatever was called before: of a sum of squares s and what was rounded off it, r, it stays so that
/// |r| <= s, and |r| <= s/2 from twice the smallest normal number on. That leaves nothing to spare for rounding, and needs nothing.
///
///     add, a token    rounding keeps the order of numbers, so a square a >= 0 gives s + (a + r) >= s + r >= 0; add_compensated
///                     leaves as r at most half a unit in the last place of s, and 0 where s is subnormal
///     add, tables     the same, and a rounding of what is added
///     add, others     below twice the smallest normal number nothing is rounded, above it half of s is left; the two rests are added
///                     so that a rounding of s is left
///     forget          multiplies both by the same factor, which is at most 1; so do the beginning and the end of a wait, and two that wait when
///                     they are added
///     in range        to s a token is added only if s + a is in range, so s + (a + r) is below half of the greatest number; to
///                     what is beyond the range nothing is added
///     n               is at least 2^-64 where a token was added, up to a rounding, and at most their number; below 1/2 where moments wait, which
///                     forged ones below 1/2 need not do: made heavier they might leave the range
///
/// The other sums have a factor of four to spare, and where squares are subnormal as much as these can lose: less than the smallest
/// normal number for each token.
/// Test: tests/unit/streaming.cpp (waiting), tests/unit/streaming_regressor.cpp (down to 2^-64), tests/static/streaming_regressor.cpp (exact),
/// tests/unit/streaming_saved_bytes.cpp (at the bounds; histories of streams of every size), tests/fuzz/saved_state.cpp.
template <class Number, int TokenDimension>
class FadingMoments {
    using Sums = Moments<Number, TokenDimension>;
    using Products = TokenProducts<Number, TokenDimension>;
    using Weight = typename fading_moments::WeightOf<Number>::type;

  public:
    static constexpr int token_dim = TokenDimension;
    /// How many numbers are to be saved beside the weight and the counter.
    static constexpr std::size_t numbers = Sums::numbers;
    using Factor = typename fading_moments::WeightOf<Number>::Factor;
    using Gram = Matrix<Number, TokenDimension, TokenDimension>;

    /// Adds a token [token_dim x 1]. False: it is not finite, the moments would leave the range or be too small to hold it, and it was not added.
    /// Inlined: a compiler then sees that the token is no part of the sums. Else clang takes a fifth longer at 17 numbers a token.
    template <AnyMatrix Token>
    [[nodiscard, gnu::always_inline]] constexpr bool add(Token const& token) {
        if (!make_room_for(token)) {
            return false;
        }
        ++count_;
        weight_ += Weight(1);
        sums_.add(token);
        return true;
    }

    /// Adds the products of `count` tokens. False: as of a token, for one or several of them, and none was added. largest_entry() is the
    /// largest absolute value in them, lane by lane: asked where their squares may have been lost.
    template <class LargestEntry>
    [[nodiscard]] constexpr bool add(Products const& products, long long count, LargestEntry const& largest_entry) {
        if (!(is_waiting() ? add_after_waiting(products, largest_entry) : sums_.add(products, largest_entry)))
            [[unlikely]] {
            return false;
        }
        count_ += count;
        weight_ += weight_of(count);
        return true;
    }

    /// Adds the moments of another stream. False: they would leave the range, or the counter would, and nothing was added.
    [[nodiscard]] constexpr bool add(FadingMoments const& other) {
        if (!saved::is_a_count(count_, other.count_) || !add_sums(other)) {
            return false;
        }
        count_ += other.count_;
        return true;
    }

    /// Back to nothing added.
    constexpr void forget() { *this = {}; }

    /// Whether a factor is known to be 0, by which all is forgotten. Symbols and degrees are not compared.
    [[nodiscard]] static constexpr bool is_none(Factor const& factor) {
        if constexpr (has_limited_range<Number>) {
            return factor == Factor(0);
        } else {
            return trusted::is_zero(factor);
        }
    }

    /// G <- factor G, n <- factor n; 0 is forget(). n does not fall below 2^-64. Errors: of a factor that is none from 0 to 1
    /// Forgotten::out_of_range, and nothing was changed; exact factors are not asked whether they are.
    constexpr Forgotten forget(Factor const& factor) {
        if constexpr (has_limited_range<Number>) {
            if (!(Factor(0) <= factor && factor <= Factor(1))) {
                return Forgotten::out_of_range;
            }
        }
        if (is_none(factor)) {
            forget();
            return Forgotten::done;
        }
        if constexpr (has_limited_range<Number>) {
            Weight const left = weight_ * static_cast<Weight>(factor);
            if (weight_ < 0) {
                weight_ = std::min(left, std::max(weight_, -least_weight));
            } else if (left < weight_in_waiting) {
                fade_below_waiting(left);
            } else {
                weight_ = left;
                sums_.scale(Number(factor));
            }
        } else {
            weight_ *= factor;
            sums_.scale(Number(factor));
        }
        return Forgotten::done;
    }

    /// As many tokens as large as the mean of those added: N/n G; 0 of none. Infinite where that is beyond the range; rounded to a multiple of the
    /// smallest subnormal number where it is below the normal ones.
    [[nodiscard]] constexpr Gram of_examples(int examples) const {
        Number const scale = count_ == 0 ? Number(0) : scale_of<Number>(examples, weight_of_sums());
        return generate<Number, token_dim, token_dim>([&](int row, int col) { return scale * sums_(row, col); });
    }

    /// How many tokens were added.
    [[nodiscard]] constexpr long long count() const { return count_; }

    /// n as it is saved; below 0 it is -n of moments that wait.
    [[nodiscard]] constexpr double saved_weight() const requires std::floating_point<Number> { return weight_; }

    /// Calls visit(number) for each number of G as it is kept, in the order in which they are saved.
    template <class Visit>
    constexpr void for_each_number(Visit const& visit) const {
        sums_.for_each_number(visit);
    }

    /// Back to what count(), saved_weight() and for_each_number told. False: they are none that could, and nothing was changed.
    [[nodiscard]] constexpr bool restore(std::uint64_t count, double weight,
                                         Number const* of_sums) requires std::floating_point<Number> {
        FadingMoments read;
        read.count_ = static_cast<long long>(count);
        read.weight_ = weight;
        Number const* from = of_sums;
        read.sums_.for_each_number([&](Number& number) { number = *from++; });
        bool possible =
            saved::is_a_count(count) && saved::are_at_most(of_sums, numbers, std::numeric_limits<Number>::max() / 2);
        if (count == 0) {  // of no tokens every sum is 0
            possible = possible && saved::are_at_most(of_sums, numbers, Number(0));
        }
        bool const waits = weight > -weight_in_waiting && weight <= -least_weight / 2;
        bool const is_sum = weight >= least_weight / 2 && weight <= 1.001 * static_cast<double>(read.count_);
        possible = possible && (count == 0 ? weight == 0 : waits || is_sum);
        if (!possible || !read.sums_.can_be_of(read.count_)) {
            return false;
        }
        *this = read;
        return true;
    }

    /// Those of one token, whose every number reports to the tally (number/counted.hpp).
    [[nodiscard]] static constexpr FadingMoments counting(Operations& tally) requires std::same_as<Number, Counted> {
        FadingMoments result;
        result.sums_.for_each_number([&](Number& number) { number = Counted(tally); });
        result.weight_ = Counted(tally);
        result.count_ = 1;
        return result;
    }

  private:
    static constexpr double least_weight = 0x1p-64;
    static constexpr double weight_in_waiting = 0.5;

    /// Whether the moments wait at a weight of 1/2 while what was added weighs less: -weight_.
    constexpr bool is_waiting() const {
        if constexpr (has_limited_range<Number>) {
            return weight_ < 0;
        } else {
            return false;
        }
    }
    /// What the moments weigh as they are kept.
    constexpr Weight weight_of_sums() const {
        if constexpr (has_limited_range<Number>) {
            return is_waiting() ? weight_in_waiting : weight_;
        } else {
            return weight_;
        }
    }

    /// forget, to a weight below that of moments in waiting.
    constexpr void fade_below_waiting(double left) {
        if (weight_ >= weight_in_waiting) {
            sums_.scale(Number(static_cast<Factor>(weight_in_waiting / weight_)));
            weight_ = -std::max(left, least_weight);
        } else if (weight_ > 0) {  // restored from bytes of sums that do not wait; scaled up they might leave the range
            double const kept = left < least_weight ? std::min(least_weight / weight_, 1.0) : left / weight_;
            sums_.scale(Number(static_cast<Factor>(kept)));
            weight_ *= kept;
        }
    }

    /// The moments that waited, as light as they have become.
    constexpr Sums sums_after_waiting() const {
        Sums sums = sums_;
        if constexpr (has_limited_range<Number>) {
            sums.scale(Number(static_cast<Factor>(-weight_ / weight_in_waiting)));
        }
        return sums;
    }

    constexpr void end_waiting(Sums const& sums) {
        sums_ = sums;
        weight_ = -weight_;
    }

    /// Whether the moments stay in range with this token. Then they no longer wait.
    template <AnyMatrix Token>
    constexpr bool make_room_for(Token const& token) {
        if (is_waiting()) [[unlikely]] {
            auto const sums = sums_after_waiting();
            bool const is_room = sums.have_room_for(token);
            if (is_room) {
                end_waiting(sums);
            }
            return is_room;
        }
        return sums_.have_room_for(token);
    }

    /// Adds the products of tables to moments that wait, and they no longer do. False: they would leave the range, and wait.
    template <class LargestEntry>
    constexpr bool add_after_waiting(Products const& products, LargestEntry const& largest_entry) {
        auto sums = sums_after_waiting();
        bool const is_room = sums.add(products, largest_entry);
        if (is_room) {
            end_waiting(sums);
        }
        return is_room;
    }

    /// Adds G and n of another stream. False: they would leave the range, and nothing was added.
    constexpr bool add_sums(FadingMoments const& other) {
        if (is_waiting() || other.is_waiting()) [[unlikely]] {
            return add_with_waiting(other);
        }
        if (!sums_.add(other.sums_)) {
            return false;
        }
        weight_ += other.weight_;
        return true;
    }
    /// The same, where some wait. So do both together if neither is heavier than that.
    constexpr bool add_with_waiting(FadingMoments const& other) {
        if constexpr (has_limited_range<Number>) {
            auto const weight_of = [](FadingMoments const& one) {
                return one.is_waiting() ? -one.weight_ : one.weight_;
            };
            double const together = weight_of(*this) + weight_of(other);
            bool const wait = weight_ <= 0 && other.weight_ <= 0 && together < weight_in_waiting;
            auto const sums_of = [&](FadingMoments const& one) {
                auto sums = one.sums_;
                if (wait) {
                    sums.scale(Number(static_cast<Factor>(weight_of(one) / together)));
                } else if (one.is_waiting()) {
                    sums = one.sums_after_waiting();
                }
                return sums;
            };
            auto both = sums_of(*this);
            if (!both.add(sums_of(other))) {
                return false;
            }
            sums_ = both;
            weight_ = wait ? -together : together;
        }
        return true;
    }

    /// N/n; exactly 1 when n = N.
    template <class Of>
    static constexpr Of scale_of(int examples, Weight const& weight) {
        if constexpr (requires { typename Of::Lane; }) {
            return Of(scale_of<typename Of::Lane>(examples, weight));
        } else if constexpr (std::is_floating_point_v<Of>) {
            return static_cast<Of>(examples) / static_cast<Of>(weight);
        } else {
            return Of(examples) / weight;
        }
    }

    /// A count as a weight. An int is large enough for exact numbers.
    static constexpr Weight weight_of(long long count) {
        if constexpr (std::is_floating_point_v<Weight>) {
            return static_cast<Weight>(count);
        } else {
            return Weight(static_cast<int>(count));
        }
    }

    Sums sums_;
    Weight weight_ =
        Weight(0);  // below 0: what was added weighs as much, and its moments are kept at weight_in_waiting
    long long count_ = 0;
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
// Where nothing is known, agree says so: an entry that nobody wrote, results below their bounds, a prompt that was changed, a
// thread that rounds subnormal numbers to zero. Never "agree", and never a false "differ".
#include <boost/hana/define_struct.hpp>
#include <concepts>
#include <limits>

#include "catch.hpp"
#include "incontext/equivalence/agree.hpp"
#include "incontext/matrix/blocks.hpp"
#include "incontext/number/function.hpp"
#include "incontext/number/lanes.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace {

using namespace incontext;

constexpr TokenShape shape{.token_dim = 2, .context = 3, .query = 2};

/// An update of every token by itself, with one parameter. What it does is change<Kind>.
enum class Kind {
    nothing,
    unwritten,
    unwritten_sum,
    unwritten_bent,
    zeroes_its_prompt,
    lost,
    times_twice,
    times_square,
    constant
};

template <Kind Does, class Number>
struct Changes {
    using Scalar = Number;
    template <class Other>
    using with_number = Changes<Does, Other>;
    BOOST_HANA_DEFINE_STRUCT(Changes, (Number, w));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        if constexpr (Does == Kind::zeroes_its_prompt) {
            auto& changed = const_cast<Prompt<Given, N>&>(prompt);
            changed.context = zero<N, 2, 3>();
            changed.query = zero<N, 2, 2>();
        }
        Prompt<Given, N> result = prompt;
        if constexpr (Does == Kind::unwritten || Does == Kind::unwritten_sum || Does == Kind::unwritten_bent) {
            Matrix<N, 2, 2> query;
            if constexpr (std::floating_point<N>) {  // what lay in memory: here it is what the other update answers
                query = prompt.query;
            }
            query(0, 0) = prompt.query(0, 0);
            query(1, 0) = prompt.query(1, 0);
            query(0, 1) = prompt.query(0, 1);
            result.query = query;
            if constexpr (Does == Kind::unwritten_sum) {
                result.query(1, 1) += prompt.query(1, 0);
            }
            if constexpr (Does == Kind::unwritten_bent) {
                result.query(1, 1) = value_of<HyperbolicTangent>(N(result.query(1, 1)));
            }
        }
        change(result.context);
        change(result.query);
        return result;
    }

    template <AnyMatrix Tokens>
    constexpr void change(Tokens& tokens) const {
        using N = NumberOf<Tokens>;
        for (int row = 0; row < rows_of<Tokens>; ++row) {
            for (int col = 0; col < cols_of<Tokens>; ++col) {
                N& entry = tokens(row, col);
                if constexpr (Does == Kind::lost) {
                    N const larger_number = entry + w;
                    entry = larger_number - entry;
                } else if constexpr (Does == Kind::times_twice) {
                    N const once = w * entry;
                    entry = w * once;
                } else if constexpr (Does == Kind::times_square) {
                    N const square = w * w;
                    entry = square * entry;
                } else if constexpr (Does == Kind::constant) {
                    entry = w;
                }
            }
        }
    }
};

template <class Number>
Prompt<shape, Number> all(Number number) {
    Prompt<shape, Number> prompt;
    prompt.context.setConstant(number);
    prompt.query.setConstant(number);
    return prompt;
}

template <Kind A, Kind B, class Number>
Agreement compared(Number of_a, Number of_b, Number of_prompt) {
    return agree(Changes<A, Number>{of_a}, Changes<B, Number>{of_b}, all(of_prompt));
}

TEST_CASE("an entry that nobody wrote is no agreement, whatever lies in memory") {
    REQUIRE(compared<Kind::unwritten, Kind::nothing>(1.0f, 1.0f, 1.0f).verdict == Verdict::cannot_tell);
    REQUIRE(compared<Kind::unwritten, Kind::unwritten>(1.0, 1.0, 1.0).verdict == Verdict::cannot_tell);
    REQUIRE(compared<Kind::unwritten_sum, Kind::unwritten_sum>(1.0f, 1.0f, 1.0f).verdict == Verdict::cannot_tell);
    // Beside 1000 in the same row a bound of 2, which is what tanh leaves of any number, would be small.
    REQUIRE(compared<Kind::unwritten_bent, Kind::unwritten_bent>(1.0f, 1.0f, 1e3f).verdict == Verdict::cannot_tell);
    Agreement const found = compared<Kind::nothing, Kind::unwritten>(1.0f, 1.0f, 1.0f);
    REQUIRE(found.token == 3 + 1);
    REQUIRE(found.row == 1);
    // What is begun with {} or zero() is written.
    REQUIRE(Matrix<ErrorBound<float>, 2, 2>()(1, 1).error() > 1e300);
    REQUIRE(zero<ErrorBound<float>, 2, 2>()(1, 1).error() == 0);
    REQUIRE(ErrorBound<float>{}.error() == 0);
    REQUIRE((Prompt<shape, ErrorBound<float>>{}).query(1, 1).error() == 0);
}

TEST_CASE("an update that changes its prompt is compared by its answer") {
    REQUIRE(compared<Kind::zeroes_its_prompt, Kind::nothing>(1.0f, 1.0f, 1.0f).verdict == Verdict::differ);
    REQUIRE(compared<Kind::nothing, Kind::zeroes_its_prompt>(1.0f, 1.0f, 1.0f).verdict == Verdict::differ);
    REQUIRE(compared<Kind::constant, Kind::zeroes_its_prompt>(0.0f, 1.0f, 1.0f).verdict == Verdict::agree);
}

TEST_CASE("results that are below their bounds cannot be told, however large the prompt is") {
    // (1e10 + 1) - 1e10 and (1e10 + 500) - 1e10 are 0 in float.
    Agreement const found = compared<Kind::lost, Kind::lost>(1.0f, 500.0f, 1e10f);
    REQUIRE(found.verdict == Verdict::cannot_tell);
    REQUIRE(found.difference == 0);
    REQUIRE(found.bound > 500);
    REQUIRE(compared<Kind::lost, Kind::constant>(1.0f, 1.0f, 1e10f).verdict == Verdict::cannot_tell);
    REQUIRE(compared<Kind::lost, Kind::constant>(1.0, 1.0, 1e10).verdict == Verdict::agree);
    REQUIRE(compared<Kind::lost, Kind::constant>(1.0, 2.0, 1e10).verdict == Verdict::differ);
    REQUIRE(compared<Kind::constant, Kind::constant>(0.0f, -0.0f, 1e10f).verdict == Verdict::agree);
    REQUIRE(compared<Kind::times_twice, Kind::times_square>(1e-25f, 1e-25f, 1.0f).verdict == Verdict::cannot_tell);
}

TEST_CASE("an agreement without a difference names a place with its bound") {
    Agreement const found = compared<Kind::times_twice, Kind::times_twice>(3.0f, 3.0f, 1.0f);
    REQUIRE(found.verdict == Verdict::agree);
    REQUIRE(found.difference == 0);
    REQUIRE(found.of_bound == 0);
    REQUIRE(found.bound > 0);
    REQUIRE(found.scale == 9);
}

TEST_CASE(
    "values from the smallest to the largest number agree with themselves or cannot be told, and differ only if they "
    "do") {
    for (float const x : {1e-45f, 1e-40f, 1e-38f, 1e-30f, 1.0f, 1e30f, 3e38f, std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
        CAPTURE(x);
        Verdict const itself = compared<Kind::nothing, Kind::nothing>(1.0f, 1.0f, x).verdict;
        REQUIRE(itself == (x <= 3e38f ? Verdict::agree : Verdict::cannot_tell));
        Verdict const other = compared<Kind::nothing, Kind::times_twice>(1.0f, 1.25f, x).verdict;
        REQUIRE(other == (1e-44f < x && x < 2e38f ? Verdict::differ : Verdict::cannot_tell));
    }
}

#if defined(__SSE2__)
/// Results (1 << 15) or operands (1 << 6) that are subnormal are zero while it lives, as in a program linked with -ffast-math.
struct SubnormalsAreZero {
    unsigned const before = _mm_getcsr();
    explicit SubnormalsAreZero(unsigned bits) { _mm_setcsr(before | bits); }
    ~SubnormalsAreZero() { _mm_setcsr(before); }
};

TEST_CASE("where subnormal numbers are rounded to zero nothing is told") {
    // w (w x) = 1e-20, and (w w) x = 0 where w w = 1e-320 is rounded to zero: a difference that rounding explains.
    REQUIRE(compared<Kind::times_twice, Kind::times_square>(1e-160, 1e-160, 1e300).verdict == Verdict::agree);
    for (unsigned const bits : {1u << 15, 1u << 6, (1u << 15) | (1u << 6)}) {
        SubnormalsAreZero const so(bits);
        CAPTURE(bits);
        Agreement const found = compared<Kind::times_twice, Kind::times_square>(1e-160, 1e-160, 1e300);
        REQUIRE(found.verdict == Verdict::cannot_tell);
        REQUIRE_FALSE(found.holds);
        REQUIRE(compared<Kind::nothing, Kind::times_twice>(1.0f, 2.0f, 1e-40f).verdict == Verdict::cannot_tell);
        Agreement const of_lanes =
            agree(Changes<Kind::nothing, float>{1}, Changes<Kind::nothing, float>{1}, all(Lanes<float, 4>(1)));
        REQUIRE(of_lanes.verdict == Verdict::cannot_tell);
        REQUIRE_FALSE(of_lanes.holds);
        REQUIRE_FALSE(keeps_subnormal_numbers<float>());
        REQUIRE_FALSE(keeps_subnormal_numbers<double>());
    }
    REQUIRE(keeps_subnormal_numbers<float>());
    REQUIRE(keeps_subnormal_numbers<double>());
}
#endif
}  // namespace

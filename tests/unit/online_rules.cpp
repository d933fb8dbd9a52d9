// SPDX-License-Identifier: MIT
// Online rules in float, double and lanes, in every form: as far from the exact answers as rounding explains, and no
// further.
#include <cmath>
#include <type_traits>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/number/rational.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};
constexpr int tokens = 4;
constexpr int lanes = 4;

/// A stream of fractions with denominators of 2, one for each head. R and H are I, so that nothing divides by 0.
template <class Rule>
auto exact_stream(int head) {
    using Exact = typename Rule::template with_number<Rational>;
    auto stream = streams::drawn<Exact, tokens>({.seed = static_cast<std::uint32_t>(head)});
    auto const halve = [](Rational& number) { number = number / Rational(2); };
    streams::for_each_number(halve, stream.initial);
    streams::for_each_number(halve, stream.examples);
    streams::for_each_number(halve, stream.queries);
    for (auto& example : stream.examples) {
        if constexpr (requires { example.rate; }) {
            example.rate = Rational(1) / Rational(4);
        }
        if constexpr (requires { example.gate; }) {
            example.gate = Rational(head % 2) / Rational(2);  // 0 in half of the heads
        }
    }
    if constexpr (requires { stream.initial.R; }) {
        stream.initial.R = identity<Rational, shape.key_dim>();
    }
    if constexpr (requires { stream.initial.H; }) {
        stream.initial.H = identity<Rational, shape.key_dim>();
        stream.rule = Exact{};
    }
    return stream;
}

template <class Number>
Number input(Rational const& exact) {
    if constexpr (requires { Number::of(0.0); }) {
        return Number::of(static_cast<double>(exact));  // ErrorBound
    } else {
        return static_cast<Number>(static_cast<double>(exact));
    }
}

/// The exact streams in other numbers, one for each lane.
template <class Rule, class Number>
auto converted_stream() {
    using Converted = typename Rule::template with_number<Number>;
    Stream<Converted, tokens> stream;
    for (int head = 0; head < (is_lanes<Number> ? lanes : 1); ++head) {
        auto const exact = exact_stream<Rule>(head);
        auto const set = [&](Number& to, Rational const& from) {
            if constexpr (is_lanes<Number>) {
                to.set(head, input<typename Number::Lane>(from));
            } else {
                to = input<Number>(from);
            }
        };
        streams::for_each_number(set, stream.initial, exact.initial);
        streams::for_each_number(set, stream.examples, exact.examples);
        streams::for_each_number(set, stream.queries, exact.queries);
    }
    return stream;
}

/// The exact stream of one head with errors that are followed.
template <class Rule, class Floating>
auto bounded_stream(int head) {
    using Bounded = typename Rule::template with_number<ErrorBound<Floating>>;
    Stream<Bounded, tokens> stream;
    auto const exact = exact_stream<Rule>(head);
    auto const set = [](ErrorBound<Floating>& to, Rational const& from) { to = input<ErrorBound<Floating>>(from); };
    streams::for_each_number(set, stream.initial, exact.initial);
    streams::for_each_number(set, stream.examples, exact.examples);
    streams::for_each_number(set, stream.queries, exact.queries);
    return stream;
}

template <class Number>
struct FloatingOf {
    using type = Number;
};
template <class Number, int Count>
struct FloatingOf<Lanes<Number, Count>> {
    using type = Number;
};

/// Every answer and every number of the state, lane by lane, within the bound that the same form has on ErrorBound.
template <class Number, class Rule, class Form>
void is_exact_but_for_rounding(Form const& form) {
    using Floating = typename FloatingOf<Number>::type;
    auto const computed = form(converted_stream<Rule, Number>());
    for (int head = 0; head < (is_lanes<Number> ? lanes : 1); ++head) {
        auto const exact = forms::sequence(exact_stream<Rule>(head));
        auto const bounded = form(bounded_stream<Rule, Floating>(head));
        double largest = 0;
        int numbers = 0;
        bool finite = true;
        auto const compare = [&](Number const& x, Rational const& y, ErrorBound<Floating> const& bound) {
            double value = 0;
            if constexpr (is_lanes<Number>) {
                value = static_cast<double>(x[head]);
            } else {
                value = static_cast<double>(x);
            }
            // The bound is one of the distance to the exact number, which is rounded to double here.
            double const expected = static_cast<double>(y);
            double const error = std::abs(value - expected);
            double const allowed = static_cast<double>(bound.error()) + 0x1p-51 * std::abs(expected);
            finite = finite && std::isfinite(value) && allowed < 1;
            largest = std::max(largest, error / std::max(allowed, 1e-300));
            ++numbers;
        };
        streams::for_each_number(compare, computed.answers, exact.answers, bounded.answers);
        streams::for_each_number(compare, computed.state, exact.state, bounded.state);
        CAPTURE(head);
        CHECK(finite);
        CHECK(largest <= 1);
        CHECK(numbers >= tokens * shape.value_dim * shape.queries + shape.value_dim * shape.key_dim);
    }
}

template <class Rule, class Form>
void in_all_numbers(Form const& form) {
    is_exact_but_for_rounding<float, Rule>(form);
    is_exact_but_for_rounding<double, Rule>(form);
    is_exact_but_for_rounding<Lanes<float, lanes>, Rule>(form);
    is_exact_but_for_rounding<Lanes<double, lanes>, Rule>(form);
}

template <class Rule>
void in_all_forms() {
    in_all_numbers<Rule>(forms::sequence);
    in_all_numbers<Rule>(forms::chunks<3>);
    in_all_numbers<Rule>(forms::chunks<3, ByHalves>);
    if constexpr (AffineRule<Rule>) {
        in_all_numbers<Rule>(forms::scan<3>);
    }
}

TEST_CASE("the additive rule, the delta rule and its gates are exact but for rounding, in every form") {
    in_all_forms<AdditiveRule<shape, float>>();
    in_all_forms<DeltaRule<shape, float>>();
    in_all_forms<GatedDeltaRule<shape, float>>();
    in_all_forms<ChannelGatedDeltaRule<shape, float>>();
}

TEST_CASE("the other affine rules are exact but for rounding, in every form") {
    in_all_forms<DecoupledDeltaRule<shape, float>>();
    in_all_forms<DiagonalPlusLowRankRule<shape, float>>();
    in_all_forms<ImplicitDeltaRule<shape, float>>();
    in_all_forms<NormalisedDeltaRule<shape, float>>();
}

TEST_CASE("rules that are not affine are exact but for rounding") {
    in_all_forms<LeastSquaresRule<shape, float>>();
    in_all_numbers<MiniBatchRule<shape, float>>(forms::sequence);
    in_all_numbers<MomentumRule<shape, float>>(forms::sequence);
    in_all_numbers<RidgeMemoryRule<shape, float>>(forms::sequence);
}

TEST_CASE("what is symmetric stays so to the last bit") {
    using LeastSquares = LeastSquaresRule<shape, float>;
    using Ridge = RidgeMemoryRule<shape, float>;
    LeastSquares::State least_squares;
    least_squares.R = identity<float, 3>(2);
    Ridge::State ridge;
    unsigned bits = 1;
    for (int i = 0; i < 1000; ++i) {
        Ridge::Example example;
        for (int row = 0; row < 3; ++row) {
            bits = bits * 1664525u + 1013904223u;
            example.key(row, 0) = static_cast<float>(bits >> 8) * 0x1p-23f - 1;
        }
        example.rate = 0.3f;
        example.gate = 0.9f;
        Ridge::observe(ridge, example);
        LeastSquares::Example rated;
        rated.key = example.key;
        rated.rate = 0.3f;
        LeastSquares::observe(least_squares, rated);
    }
    CHECK(least_squares.R == least_squares.R.transpose());
    CHECK(ridge.H == ridge.H.transpose());
}

TEST_CASE("conjugate gradients that have nothing left to do stay where they are") {
    using Rule = RidgeMemoryRule<shape, float, ByConjugateGradients<20>>;
    Rule const rule;
    Rule::State state{};
    state.H = identity<float, 3>(3);
    state.G = Eigen::Matrix<float, 2, 3>::Ones();
    Rule::Query query;
    query << 1, 0, 2, 0, 3, 0;
    Rule::Answer const answer = rule.read(state, query);
    CHECK((answer - 0.25f * product(Eigen::Matrix<float, 2, 3>::Ones(), query)).cwiseAbs().maxCoeff() < 1e-6f);
}

TEST_CASE("conjugate gradients in chunks are those of each token alone") {
    using Rule = RidgeMemoryRule<MemoryShape{.key_dim = 6, .value_dim = 2}, double, ByConjugateGradients<6>>;
    constexpr int length = 21;
    Stream<Rule, length> stream;
    unsigned bits = 7;
    auto const uniform = [&] {
        bits = bits * 1664525u + 1013904223u;
        return static_cast<double>(bits >> 8) * 0x1p-23 - 1;
    };
    streams::for_each_number([&](double& number) { number = uniform(); }, stream.examples);
    streams::for_each_number([&](double& number) { number = uniform(); }, stream.queries);
    for (auto& example : stream.examples) {
        example.rate = 0.5;
        example.gate = 0.9;
    }
    stream.examples[10].gate = 0;
    auto const one_by_one = forms::sequence(stream);
    auto const in_chunks_of_8 = forms::chunks<8>(stream);
    double largest = 0;
    auto const compare = [&](double x, double y) { largest = std::max(largest, std::abs(x - y)); };
    streams::for_each_number(compare, one_by_one.answers, in_chunks_of_8.answers);
    streams::for_each_number(compare, one_by_one.state, in_chunks_of_8.state);
    CHECK(largest < 1e-9);
    CHECK(std::abs(one_by_one.answers[20](0, 0)) > 1e-3);
}

TEST_CASE("what runs does not throw, and its memory is fixed") {
    using Rule = GatedDeltaRule<shape, float>;
    using Examples = std::span<Rule::Example const>;
    using Queries = std::span<Rule::Query const>;
    using Answers = std::span<Rule::Answer>;
    Rule const rule;
    Rule::State state;
    STATIC_REQUIRE(noexcept(in_sequence(rule, state, Examples{}, Queries{}, Answers{})));
    STATIC_REQUIRE(noexcept(in_chunks<4>(rule, state, Examples{}, Queries{}, Answers{})));
    STATIC_REQUIRE(noexcept(in_scan<4>(rule, state, Examples{}, Queries{}, Answers{})));
    STATIC_REQUIRE(std::is_trivially_copyable_v<Rule> && std::is_empty_v<Rule>);
    STATIC_REQUIRE(sizeof(Rule::State) == sizeof(float) * 6);
    CHECK(in_chunks<4>(rule, state, Examples{}, Queries{}, Answers{}) == Answered::all);
}

}  // namespace

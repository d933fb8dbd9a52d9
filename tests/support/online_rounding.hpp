// SPDX-License-Identifier: MIT
/// @file
/// Online rules in float, double and lanes beside exact answers: as far from them as rounding explains, and no further.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/number/rational.hpp"
#include "incontext/online.hpp"
#include "support/largest.hpp"

namespace test {

using namespace incontext;

inline constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};
inline constexpr int tokens = 4;
inline constexpr int lanes = 4;

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
            largest = test::larger_or_nan(largest, error / std::max(allowed, 1e-300));
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
}

template <class Rule>
void in_all_forms() {
    in_all_numbers<Rule>(forms::sequence);
    in_all_numbers<Rule>(forms::chunks<3>);
    if constexpr (AffineRule<Rule>) {
        in_all_numbers<Rule>(forms::scan<3>);
    }
}

/// What a derivative is added to.
template <class StreamOfRule>
StreamOfRule nothing_yet() {
    StreamOfRule zero;
    auto const clear = [](auto& number) { number = std::remove_cvref_t<decltype(number)>(0); };
    streams::for_each_number(clear, zero.initial);
    streams::for_each_number(clear, zero.examples);
    streams::for_each_number(clear, zero.queries);
    return zero;
}

}  // namespace test

// SPDX-License-Identifier: MIT
// The derivative in chunks in float, double and lanes: as far from that token by token as rounding explains, and no further.
#include <utility>

#include "support/largest.hpp"
#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

/// The derivative of a stream by a pullback, its weights whole numbers.
template <class Backwards, class StreamOfRule>
auto derivative_of(StreamOfRule const& stream) {
    using Rule = typename StreamOfRule::RuleOfStream;
    StreamAnswer<typename Rule::State, typename Rule::Answer, StreamOfRule::length> weights;
    int next = 0;
    auto const count = [&](auto& number) { number = typename Rule::Scalar(static_cast<float>(++next % 5 - 2)); };
    if constexpr (requires { Rule::Scalar::of(0.0); }) {
        auto const of = [&](auto& number) { number = Rule::Scalar::of(++next % 5 - 2); };
        streams::for_each_number(of, weights.answers);
        streams::for_each_number(of, weights.state);
    } else {
        streams::for_each_number(count, weights.answers);
        streams::for_each_number(count, weights.state);
    }
    return streams::pulled_back<3, Backwards>(stream, weights, nothing_yet<StreamOfRule>());
}

template <class Number, class Rule>
void is_within_rounding() {
    using Floating = typename FloatingOf<Number>::type;
    auto const computed = derivative_of<InChunks<>>(converted_stream<Rule, Number>());
    for (int head = 0; head < (is_lanes<Number> ? lanes : 1); ++head) {
        auto const bounded = derivative_of<InChunks<>>(bounded_stream<Rule, Floating>(head));
        auto const expected = derivative_of<TokenByToken>(bounded_stream<Rule, double>(head));
        double largest = 0;
        int numbers = 0;
        bool finite = true;
        auto const compare = [&](Number const& x, ErrorBound<Floating> const& bound, ErrorBound<double> const& y) {
            double value = 0;
            if constexpr (is_lanes<Number>) {
                value = static_cast<double>(x[head]);
            } else {
                value = static_cast<double>(x);
            }
            double const error = std::abs(value - y.value());
            double const allowed = static_cast<double>(bound.error()) + y.error();
            finite = finite && std::isfinite(value) && allowed < 1;
            largest = test::larger_or_nan(largest, error / std::max(allowed, 1e-300));
            ++numbers;
        };
        streams::for_each_number(compare, computed.initial, bounded.initial, expected.initial);
        streams::for_each_number(compare, computed.examples, bounded.examples, expected.examples);
        streams::for_each_number(compare, computed.queries, bounded.queries, expected.queries);
        CAPTURE(head);
        CHECK(finite);
        CHECK(largest <= 1);
        CHECK(numbers > tokens * (shape.key_dim * (shape.queries + 1) + shape.value_dim));
    }
}

TEMPLATE_TEST_CASE("in float, double and lanes it is exact but for rounding", "", (AdditiveRule<shape, float>),
                   (DeltaRule<shape, float>), (GatedDeltaRule<shape, float>), (ChannelGatedDeltaRule<shape, float>),
                   (DiagonalPlusLowRankRule<shape, float>)) {
    is_within_rounding<float, TestType>();
    is_within_rounding<double, TestType>();
    is_within_rounding<Lanes<float, lanes>, TestType>();
}

}  // namespace

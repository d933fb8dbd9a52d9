// SPDX-License-Identifier: MIT
// The derivative in chunks beside that token by token: exactly the same in the field modulo 2^61 - 1, at sizes beyond what compilers
// evaluate; in float, double and lanes as far from it as rounding explains, and no further.
#include <span>
#include <utility>
#include <vector>

#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

// --------------------------------------------------------------------------------------------------- at larger sizes ----

constexpr MemoryShape larger{.key_dim = 8, .value_dim = 5, .queries = 2};
constexpr std::size_t many = 70;

/// A drawn stream, and its derivative by a pullback.
template <class Rule, int Length>
struct Derived {
    std::vector<typename Rule::Example> examples = std::vector<typename Rule::Example>(many);
    std::vector<typename Rule::Query> queries = std::vector<typename Rule::Query>(many);
    std::vector<typename Rule::Answer> answers = std::vector<typename Rule::Answer>(many);
    std::vector<typename Rule::State> kept = std::vector<typename Rule::State>(kept_states<Length>(many));
    std::vector<typename Rule::Example> examples_ = std::vector<typename Rule::Example>(many);
    std::vector<typename Rule::Query> queries_ = std::vector<typename Rule::Query>(many);
    typename Rule::State state_{};

    template <class Backwards>
    explicit Derived(Backwards) {
        using Number = typename Rule::Scalar;
        std::uint32_t entry = 0;
        auto const draw = [&](Number& number) {
            number = Unknown<Number>::draw({}, "drawn", Axis::none, Axis::none, entry++);
        };
        typename Rule::State state;
        streams::for_each_number(draw, state);
        for (std::size_t token = 0; token < many; ++token) {
            streams::for_each_number(draw, examples[token]);
            streams::for_each_number(draw, queries[token]);
            streams::for_each_number(draw, examples_[token]);  // to which the derivative is added
            streams::for_each_number(draw, queries_[token]);
            auto& example = examples[token];
            if constexpr (requires { example.gate; }) {
                example.gate = token % 7 == 3 ? Number(0) : example.gate;
            } else if constexpr (requires { example.gates; }) {
                example.gates(static_cast<int>(token) % larger.key_dim, 0) = Number(0);
            }
        }
        StreamSpans<Rule> const spans{.examples = examples, .queries = queries, .kept = kept};
        REQUIRE(keep<Length>(Rule{}, state, spans, std::span<typename Rule::Answer>(answers)) == Answered::all);
        for (typename Rule::Answer& answer : answers) {
            streams::for_each_number(draw, answer);
        }
        streams::for_each_number(draw, state_);
        Backwards::template run<Length, Rule>(Rule{}, spans, answers, state_, examples_, queries_);
    }
};

template <class Rule, class Plan, int Length>
void is_that_token_by_token() {
    Derived<Rule, Length> const expected(TokenByToken{});
    Derived<Rule, Length> const actual(InChunks<Plan>{});
    long different = 0;
    long numbers = 0;
    auto const compare = [&](Modular const& x, Modular const& y) {
        different += x == y ? 0 : 1;
        ++numbers;
    };
    streams::for_each_number(compare, expected.state_, actual.state_);
    for (std::size_t token = 0; token < many; ++token) {
        streams::for_each_number(compare, expected.examples_[token], actual.examples_[token]);
        streams::for_each_number(compare, expected.queries_[token], actual.queries_[token]);
    }
    CHECK(different == 0);
    CHECK(numbers > 2000);
}

TEMPLATE_TEST_CASE("of 70 tokens in chunks of 32 the derivative is that token by token, gates of 0 among them", "",
                   (AdditiveRule<larger, Modular>), (DeltaRule<larger, Modular>), (GatedDeltaRule<larger, Modular>),
                   (ChannelGatedDeltaRule<larger, Modular>), (DecoupledDeltaRule<larger, Modular>),
                   (DiagonalPlusLowRankRule<larger, Modular>), (ImplicitDeltaRule<larger, Modular>)) {
    is_that_token_by_token<TestType, BySubstitution, 32>();
}

TEST_CASE("so it is by the other plans for the system") {
    is_that_token_by_token<GatedDeltaRule<larger, Modular>, ByHalves, 16>();
    is_that_token_by_token<GatedDeltaRule<larger, Modular>, ByDoubling, 5>();
}

// ----------------------------------------------------------------------------------------------- in rounded numbers ----

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
            largest = std::max(largest, error / std::max(allowed, 1e-300));
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

constexpr MemoryShape wide{.key_dim = 35, .value_dim = 16};
constexpr int length = 40;

/// In whole registers: float beside double, 16 values and 35 channels.
template <template <MemoryShape, class> class Rule>
double largest_difference_in_registers() {
    auto const drawn = []<class Number>(Number) {
        Stream<Rule<wide, Number>, length> stream;
        unsigned bits = 5;
        auto const uniform = [&](Number& number) {
            bits = bits * 1664525u + 1013904223u;
            number = static_cast<Number>(static_cast<float>(bits >> 8) * 0x1p-24f - 0.5f) / Number(4);
        };
        streams::for_each_number(uniform, stream.initial);
        streams::for_each_number(uniform, stream.examples);
        streams::for_each_number(uniform, stream.queries);
        for (auto& example : stream.examples) {
            if constexpr (requires { example.gate; }) {
                example.gate += Number(0.75);
            } else if constexpr (requires { example.gates; }) {
                example.gates += Matrix<Number, wide.key_dim, 1>::Constant(Number(0.75));
            }
        }
        return stream;
    };
    auto const in_chunks_of = []<class S>(S const& stream) {
        using R = typename S::RuleOfStream;
        StreamAnswer<typename R::State, typename R::Answer, length> weights;
        streams::for_each_number([](auto& number) { number = 1; }, weights.answers);
        streams::for_each_number([](auto& number) { number = 1; }, weights.state);
        return std::pair{streams::pulled_back<32, InChunks<>>(stream, weights, nothing_yet<S>()),
                         streams::pulled_back<32, TokenByToken>(stream, weights, nothing_yet<S>())};
    };
    auto const in_float = in_chunks_of(drawn(1.0f));
    auto const in_double = in_chunks_of(drawn(1.0));
    double largest = 0;
    double of_double = 0;
    double scale = 0;
    auto const compare = [&](float x, double y, double z) {
        scale = std::max(scale, std::abs(z));
        largest = std::max(largest, std::abs(static_cast<double>(x) - z));
        of_double = std::max(of_double, std::abs(y - z));
    };
    streams::for_each_number(compare, in_float.first.initial, in_double.first.initial, in_double.second.initial);
    streams::for_each_number(compare, in_float.first.examples, in_double.first.examples, in_double.second.examples);
    streams::for_each_number(compare, in_float.first.queries, in_double.first.queries, in_double.second.queries);
    CHECK(scale > 0.25);
    CHECK(of_double < 1e-13 * scale);
    return largest / scale;
}

TEST_CASE("in whole registers and the rows that fill none, float is as near to double as its digits are") {
    CHECK(largest_difference_in_registers<DeltaRule>() < 1e-5);
    CHECK(largest_difference_in_registers<GatedDeltaRule>() < 1e-5);
    CHECK(largest_difference_in_registers<ChannelGatedDeltaRule>() < 1e-5);
}

TEST_CASE("it does not throw") {
    using Rule = GatedDeltaRule<shape, float>;
    Rule::State state_;
    StreamSpans<Rule> const nothing{};
    std::span<Rule::Answer const> const answers_;
    std::span<Rule::Example> const examples_;
    std::span<Rule::Query> const queries_;
    STATIC_REQUIRE(noexcept(pull_back_in_chunks<16>(Rule{}, nothing, answers_, state_, examples_, queries_)));
    CHECK(pull_back_in_chunks<16>(Rule{}, nothing, answers_, state_, examples_, queries_) == Answered::all);
}

}  // namespace

// SPDX-License-Identifier: MIT
// A value that is infinite: in sequence the answers before it stay finite, in chunks those of the chunks before its own.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

TEST_CASE("a value that is infinite spoils its chunk and what follows, and no chunk before") {
    using Rule = DeltaRule<MemoryShape{.key_dim = 2, .value_dim = 1}, float>;
    std::array<Rule::Example, 6> examples;
    std::array<Rule::Query, 6> queries;
    for (std::size_t t = 0; t < 6; ++t) {
        examples[t].key << 1.0f, static_cast<float>(t);
        examples[t].value(0) = t == 3 ? std::numeric_limits<float>::infinity() : 1.0f;
        examples[t].rate = 0.125f;
        queries[t] << 1.0f, 0.0f;
    }
    auto const answers_of = [&](auto const& form) {
        Rule::State state{};
        std::array<Rule::Answer, 6> answers;
        REQUIRE(form(Rule{}, state, std::span<Rule::Example const>(examples), std::span<Rule::Query const>(queries),
                     std::span<Rule::Answer>(answers)) == Answered::all);
        return answers;
    };
    auto const one_by_one = answers_of([](auto&&... of) { return in_sequence(of...); });
    auto const in_twos = answers_of([](auto&&... of) { return in_chunks<2>(of...); });
    for (std::size_t t = 0; t < 6; ++t) {
        CAPTURE(t);
        REQUIRE(std::isfinite(one_by_one[t](0)) == (t < 3));
        REQUIRE(std::isfinite(in_twos[t](0)) == (t < 2));
        if (t < 2) {
            REQUIRE(in_twos[t](0) == Approx(one_by_one[t](0)));
        }
    }
}

/// One token of a rule of one channel, from nothing learned; whether a number of the state is not finite afterwards.
template <class Rule, class Form>
bool leaves_no_finite_state(float key, float rate, Form const& form) {
    std::array<typename Rule::Example, 1> examples{};
    examples[0].key(0) = key;
    examples[0].value(0) = 1.0f;
    examples[0].rate = rate;
    if constexpr (requires { examples[0].gate; }) {
        examples[0].gate = 1.0f;
    }
    std::array<typename Rule::Query, 1> queries;
    queries[0](0) = 1.0f;
    std::array<typename Rule::Answer, 1> answers;
    Rule const rule{};
    typename Rule::State state = state_to_begin_with(rule);
    REQUIRE(form(rule, state, std::span<typename Rule::Example const>(examples),
                 std::span<typename Rule::Query const>(queries),
                 std::span<typename Rule::Answer>(answers)) == Answered::all);
    bool all_are_finite = true;
    streams::for_each_number([&](float number) { all_are_finite = all_are_finite && std::isfinite(number); }, state);
    return !all_are_finite;
}

TEST_CASE("least squares that would divide by infinity, and learn nothing, is NaN", "[least_squares]") {
    constexpr MemoryShape one{.key_dim = 1, .value_dim = 1};
    auto const by_sequence = [](auto&&... of) { return in_sequence(of...); };
    auto const by_chunks = [](auto&&... of) { return in_chunks<2>(of...); };
    using Rule = LeastSquaresRule<one, float>;
    REQUIRE_FALSE(leaves_no_finite_state<Rule>(1e5f, 1.0f, by_sequence));
    REQUIRE(leaves_no_finite_state<Rule>(1e5f, 1e30f, by_sequence));  // 1 + rate k^T R k = 1e40
    REQUIRE_FALSE(leaves_no_finite_state<Rule>(1e5f, 1.0f, by_chunks));
    REQUIRE(leaves_no_finite_state<Rule>(1e5f, 1e30f, by_chunks));
    using Factored = FactoredLeastSquaresRule<one, float>;
    REQUIRE_FALSE(leaves_no_finite_state<Factored>(1e5f, 1.0f, by_sequence));
    REQUIRE(leaves_no_finite_state<Factored>(1e5f, 1e30f, by_sequence));
}

}  // namespace

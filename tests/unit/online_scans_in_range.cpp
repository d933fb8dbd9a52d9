// SPDX-License-Identifier: MIT
// Trees multiply the maps of tokens before these meet a memory: what they make of maps that leave the range, or of which little is
// left, is what the definition makes.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

/// The largest difference of an answer, or of a number of the state, from the definition's, relative to that; 1 where one is not finite.
template <int Length, class Rule>
double difference_from_sequence(typename Rule::State const& state, std::vector<typename Rule::Example> const& examples,
                                std::vector<typename Rule::Query> const& queries) {
    auto of_sequence = state;
    auto of_tree = state;
    std::vector<typename Rule::Answer> expected(examples.size());
    std::vector<typename Rule::Answer> answers(examples.size());
    std::span<typename Rule::Example const> const given(examples);
    std::span<typename Rule::Query const> const asked(queries);
    REQUIRE(in_sequence(Rule{}, of_sequence, given, asked, std::span<typename Rule::Answer>(expected)) ==
            Answered::all);
    REQUIRE(in_scan<Length>(Rule{}, of_tree, given, asked, std::span<typename Rule::Answer>(answers)) == Answered::all);
    double most = 0;
    auto const compare_numbers = [&](double x, double y) {
        bool const is_finite = std::isfinite(x) && std::isfinite(y);
        double const difference = x == y ? 0 : std::abs(x - y) / std::abs(y);
        most = std::max(most, is_finite ? difference : 1.0);
    };
    auto const compare = [&](auto const& x, auto const& y) {
        if constexpr (is_lanes<std::remove_cvref_t<decltype(x)>>) {
            for (int lane = 0; lane < std::remove_cvref_t<decltype(x)>::lane_count; ++lane) {
                compare_numbers(x[lane], y[lane]);
            }
        } else {
            compare_numbers(x, y);
        }
    };
    for (std::size_t t = 0; t < examples.size(); ++t) {
        streams::for_each_number(compare, answers[t], expected[t]);
    }
    streams::for_each_number(compare, of_tree, of_sequence);
    return most;
}

constexpr MemoryShape two_keys{.key_dim = 2, .value_dim = 1};

/// Tokens of a value of 0 with keys (key, key), which a memory (memory, -memory) does not meet, at the rate `first` and then 1.
template <int Length, class Rule = DeltaRule<two_keys, float>>
double difference_of_orthogonal_tokens(float memory, float first, std::vector<float> const& keys) {
    using Number = typename Rule::Scalar;
    std::vector<typename Rule::Example> examples(keys.size());
    std::vector<typename Rule::Query> queries(keys.size());
    for (std::size_t t = 0; t < keys.size(); ++t) {
        examples[t].key << Number(keys[t]), Number(keys[t]);
        examples[t].value(0) = Number(0);
        examples[t].rate = Number(t == 0 ? first : 1.0f);
        queries[t] << Number(1), Number(0);
    }
    typename Rule::State state{};
    state.S << Number(memory), Number(-memory);
    return difference_from_sequence<Length, Rule>(state, examples, queries);
}

TEST_CASE("a prefix that is infinite, or large, is not used on a memory that its keys do not meet", "[delta]") {
    REQUIRE(difference_of_orthogonal_tokens<16, DeltaRule<two_keys, float>>(3, 1, std::vector(16, 1e4f)) == 0);
    REQUIRE(difference_of_orthogonal_tokens<16, DeltaRule<two_keys, float>>(3, 1, std::vector(3, 1e4f)) == 0);
    REQUIRE(difference_of_orthogonal_tokens<16, DeltaRule<two_keys, double>>(3, 1, std::vector(16, 1e30f)) == 0);
    REQUIRE(difference_of_orthogonal_tokens<16, DeltaRule<two_keys, Lanes<float, 8>>>(3, 1, std::vector(16, 1e4f)) ==
            0);
    REQUIRE(difference_of_orthogonal_tokens<16, DeltaRule<two_keys, float>>(3, 1, std::vector(2, 1e19f)) == 0);
}

TEST_CASE("a map that has lost its digits is not used, also where the prefix is small", "[delta]") {
    REQUIRE(difference_of_orthogonal_tokens<2>(3, 0.5f, {1, 1e4f}) == 0);        // the first erases the direction
    REQUIRE(difference_of_orthogonal_tokens<4>(3, 0.5f, {1, 60, 60, 60}) == 0);  // lost where two maps are multiplied
    REQUIRE(difference_of_orthogonal_tokens<1>(1e36f, 1, {30}) == 0);            // S A overflows, S k is 0
}

/// Tokens that write nothing and fade, from a memory of one number.
template <class Number>
double difference_of_faded_memory(Number gate, Number memory, int tokens) {
    using Rule = GatedDeltaRule<MemoryShape{.key_dim = 1, .value_dim = 1}, Number>;
    typename Rule::Example example{};
    example.gate = gate;
    example.rate = Number(0);
    example.key(0) = Number(0);
    example.value(0) = Number(0);
    typename Rule::Query query;
    query(0) = Number(1);
    typename Rule::State state{};
    state.S(0, 0) = memory;
    std::vector<typename Rule::Example> const examples(static_cast<std::size_t>(tokens), example);
    std::vector<typename Rule::Query> const queries(static_cast<std::size_t>(tokens), query);
    return difference_from_sequence<64, Rule>(state, examples, queries);
}

TEST_CASE("decays whose product falls below the normal numbers meet a large memory one by one", "[gated]") {
    REQUIRE(difference_of_faded_memory<float>(0.01f, 1e20f, 23) < 1e-5);
    REQUIRE(difference_of_faded_memory<float>(0.01f, 1e20f, 22) < 1e-5);
    REQUIRE(difference_of_faded_memory<double>(1e-5, 1e200, 63) < 1e-12);
}

TEST_CASE("what is written fades as what was there does", "[gated]") {
    using Rule = GatedDeltaRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    std::vector<Rule::Example> examples(8);
    std::vector<Rule::Query> queries(8);
    for (std::size_t t = 0; t < examples.size(); ++t) {
        examples[t].gate = 3e-11f;
        examples[t].rate = t == 0 ? 1.0f : 0.0f;
        examples[t].key(0) = 1.0f;
        examples[t].value(0) = t == 0 ? 1e38f : 0.0f;
        queries[t](0) = 1.0f;
    }
    REQUIRE(difference_from_sequence<8, Rule>({}, examples, queries) < 1e-5);
}

TEST_CASE("what two tokens write together may overflow where each of them does not", "[additive]") {
    using Rule = AdditiveRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    std::vector<Rule::Example> examples(4);
    std::vector<Rule::Query> queries(4);
    constexpr float values[] = {-1.5e38f, -1.5e38f, 2e38f, 2e38f};
    for (std::size_t t = 0; t < examples.size(); ++t) {
        examples[t].key(0) = 1.0f;
        examples[t].value(0) = values[t];
        queries[t](0) = 1.0f;
    }
    REQUIRE(difference_from_sequence<4, Rule>({}, examples, queries) < 1e-5);
}

TEST_CASE("trees of ordinary tokens are made, and not run in sequence", "[gated]") {
    using Rule = GatedDeltaRule<MemoryShape{.key_dim = 4, .value_dim = 3}, float>;
    std::vector<Rule::Example> examples(64);
    std::vector<Rule::Query> queries(64);
    float number = 0;
    auto const next = [&] { return number = std::fmod(number * 1.7f + 0.37f, 1.0f); };
    for (std::size_t t = 0; t < examples.size(); ++t) {
        examples[t].gate = 0.5f + 0.5f * next();
        examples[t].rate = next();
        for (int i = 0; i < 4; ++i) {
            examples[t].key(i) = next() - 0.5f;
            queries[t](i) = next() - 0.5f;
        }
        for (int i = 0; i < 3; ++i) {
            examples[t].value(i) = next() - 0.5f;
        }
    }
    double const difference = difference_from_sequence<16, Rule>({}, examples, queries);
    REQUIRE(difference > 0);  // other roundings: it was a tree
    REQUIRE(difference < 1e-3);
}

}  // namespace

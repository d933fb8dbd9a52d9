// SPDX-License-Identifier: MIT
// Chunks make scores of keys before these meet a value: what they make of numbers near the ends of the range is what the
// definition makes of them.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

TEST_CASE("tokens that a mini-batch does not learn may have keys of any size", "[mini_batch]") {
    using Rule = MiniBatchRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    std::array<Rule::Example, 4> examples;
    std::array<Rule::Query, 4> queries;
    for (std::size_t t = 0; t < 4; ++t) {
        bool const is_padded = t == 1 || t == 2;
        examples[t].key(0) = is_padded ? 1e20f : 1.0f;
        examples[t].value(0) = 1.0f;
        examples[t].rate = is_padded ? 0.0f : 0.5f;
        queries[t](0) = 1.0f;
    }
    Rule::State state{};
    std::array<Rule::Answer, 4> answers;
    REQUIRE(in_chunks<4>(Rule{}, state, std::span<Rule::Example const>(examples), std::span<Rule::Query const>(queries),
                         std::span<Rule::Answer>(answers)) == Answered::all);
    REQUIRE(answers[0](0) == 0.5f);
    REQUIRE(answers[1](0) == 0.5f);
    REQUIRE(answers[2](0) == 0.5f);
    REQUIRE(answers[3](0) == 0.75f);
    REQUIRE(state.S(0, 0) == 0.75f);
}

/// Whether chunks answer as the definition does, but for roundings, and leave its state: to 1e-5 of each number, and of the
/// least normal one.
template <int Length, class Plan = BySubstitution, class Rule>
bool is_as_in_sequence(Rule const& rule, typename Rule::State const& state,
                       std::vector<typename Rule::Example> const& examples,
                       std::vector<typename Rule::Query> const& queries) {
    auto of_sequence = state;
    auto of_chunks = state;
    std::vector<typename Rule::Answer> expected(examples.size());
    std::vector<typename Rule::Answer> answers(examples.size());
    std::span<typename Rule::Example const> const given(examples);
    std::span<typename Rule::Query const> const asked(queries);
    if (in_sequence(rule, of_sequence, given, asked, std::span<typename Rule::Answer>(expected)) != Answered::all ||
        in_chunks<Length, Plan>(rule, of_chunks, given, asked, std::span<typename Rule::Answer>(answers)) !=
            Answered::all) {
        return false;
    }
    using Number = typename Rule::Scalar;
    bool all = true;
    auto const compare = [&](Number x, Number y) {
        all = all && std::isfinite(y) &&
              std::abs(x - y) <= Number(1e-5) * (std::abs(y) + std::numeric_limits<Number>::min());
    };
    for (std::size_t t = 0; t < examples.size(); ++t) {
        streams::for_each_number(compare, answers[t], expected[t]);
    }
    streams::for_each_number(compare, of_chunks, of_sequence);
    return all;
}

template <class Number>
using OneByOne = AdditiveRule<MemoryShape{.key_dim = 1, .value_dim = 1}, Number>;

/// Equal tokens of a rule of one channel.
template <class Rule>
bool equal_tokens_are_as_in_sequence(double key, double query, double value) {
    using Number = typename Rule::Scalar;
    typename Rule::Example example{};
    example.key(0) = static_cast<Number>(key);
    example.value(0) = static_cast<Number>(value);
    typename Rule::Query asked;
    asked(0) = static_cast<Number>(query);
    return is_as_in_sequence<2>(Rule{}, {}, std::vector(2, example), std::vector(2, asked));
}

TEST_CASE("scores that leave the range are not made", "[additive]") {
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e-25, 1e-25, 1e20));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e-22, 1e-22, 1e10));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e20, 1e20, 1e-10));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e-37, 1e-2, 1e4));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e-43, 1e-43, 1e38));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(-1e20, 1e20, 1e-10));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<double>>(1e-200, 1e-200, 1e150));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<double>>(1e-160, 1e-155, 1e20));
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<double>>(1e160, 1e160, 1e-100));
}

TEST_CASE("rules that correct errors, and that let them fade, scale as the definition does", "[delta]") {
    constexpr MemoryShape one{.key_dim = 1, .value_dim = 1};
    REQUIRE(equal_tokens_are_as_in_sequence<DeltaRule<one, float>>(1e-25, 1e-25, 1e20));
    REQUIRE(equal_tokens_are_as_in_sequence<DeltaRule<one, double>>(1e-170, 1e-165, 1e100));
    REQUIRE(equal_tokens_are_as_in_sequence<GatedDeltaRule<one, float>>(1e-22, 1e-22, 1e10));
    REQUIRE(equal_tokens_are_as_in_sequence<ChannelGatedDeltaRule<one, float>>(1e-22, 1e-22, 1e10));
    REQUIRE(equal_tokens_are_as_in_sequence<MomentumRule<one, float>>(1e-22, 1e-22, 1e10));
    REQUIRE(equal_tokens_are_as_in_sequence<MiniBatchRule<one, double>>(1e-160, 1e-155, 1e20));
    REQUIRE(equal_tokens_are_as_in_sequence<LeastSquaresRule<one, float>>(1e-25, 1e-25, 1e20));
}

TEST_CASE("keys that meet keys are looked at, also where no query does") {
    using Rule = DeltaRule<MemoryShape{.key_dim = 2, .value_dim = 1}, float>;
    Rule::Example first{};
    first.key << 1e-25f, 0.0f;
    first.value(0) = 1e30f;
    Rule::Example second{};
    second.key << 1e-25f, 1.0f;  // reads 1e30 1e-25 1e-25 of what the first has written
    second.value(0) = 0.0f;
    Rule::Query asked;
    asked << 0.0f, 1.0f;
    REQUIRE(is_as_in_sequence<2>(Rule{}, {}, {first, second}, {asked, asked}));
}

TEST_CASE("products of decays that leave the range are not met by a large memory", "[gated]") {
    constexpr MemoryShape one{.key_dim = 1, .value_dim = 1};
    auto const fades_as_in_sequence = [](auto rule, double memory, double gate, double next) {
        using Rule = decltype(rule);
        using Number = typename Rule::Scalar;
        typename Rule::State state{};
        state.S(0, 0) = static_cast<Number>(memory);
        std::vector<typename Rule::Example> examples(2);
        std::vector<typename Rule::Query> queries(2);
        double const gates[] = {gate, next};
        for (std::size_t t = 0; t < 2; ++t) {
            examples[t].key(0) = Number(0);
            examples[t].value(0) = Number(0);
            if constexpr (requires { examples[t].gate; }) {
                examples[t].gate = static_cast<Number>(gates[t]);
            } else {
                examples[t].gates(0) = static_cast<Number>(gates[t]);
            }
            queries[t](0) = Number(1);
        }
        return is_as_in_sequence<2>(rule, state, examples, queries);
    };
    REQUIRE(fades_as_in_sequence(GatedDeltaRule<one, float>{}, 1e30, 1e-25, 1e-20));
    REQUIRE(fades_as_in_sequence(GatedDeltaRule<one, float>{}, 1e-30, 1e25, 1e25));
    REQUIRE(fades_as_in_sequence(GatedDeltaRule<one, double>{}, 1e200, 1e-200, 1e-150));
    REQUIRE(fades_as_in_sequence(ChannelGatedDeltaRule<one, float>{}, 1e30, 1e-25, 1e-20));
    REQUIRE(fades_as_in_sequence(ChannelGatedDeltaRule<one, float>{}, 1e-30, 1e25, 1e25));
    REQUIRE(fades_as_in_sequence(GatedDeltaRule<one, float>{}, 1, 0, 1e-20));
}

TEST_CASE("a plan whose inverse overflows is not asked") {
    using Rule = DeltaRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    Rule::Example example{};
    example.key(0) = 1e10f;
    example.value(0) = 1e-20f;
    Rule::Query asked;
    asked(0) = 1.0f;
    REQUIRE(is_as_in_sequence<3, ByHalves>(Rule{}, {}, std::vector(3, example), std::vector(3, asked)));
    REQUIRE(is_as_in_sequence<3, ByDoubling>(Rule{}, {}, std::vector(3, example), std::vector(3, asked)));
}

TEST_CASE("the one chunk of a stream that leaves the range is run in sequence, and no other") {
    using Rule = DeltaRule<MemoryShape{.key_dim = 20, .value_dim = 1}, float>;
    std::vector<Rule::Example> examples(6);
    std::vector<Rule::Query> queries(6);
    for (std::size_t t = 0; t < 6; ++t) {
        float const unit = t == 2 || t == 3 ? 1e-25f : 1.0f;
        for (int row = 0; row < 20; ++row) {
            examples[t].key(row) = unit * static_cast<float>((static_cast<int>(t) * 7 + row * 5) % 11 - 5) / 16;
            queries[t](row) = unit * static_cast<float>((static_cast<int>(t) * 3 + row * 7) % 13 - 6) / 16;
        }
        examples[t].value(0) = 1 / unit;
    }
    REQUIRE(is_as_in_sequence<2>(Rule{}, {}, examples, queries));
}

/// Whether keys and others of three tokens have scores that are not made.
template <class Number, int KeyDim>
bool scores_leave_range(Number const (&keys)[KeyDim][3], Number const (&others)[KeyDim][3]) {
    auto const matrix = [](Number const(&entries)[KeyDim][3]) {
        return generate<Number, KeyDim, 3>([&](int row, int col) { return entries[row][col]; });
    };
    return chunks::scores_leave_range(matrix(keys), matrix(others));
}

/// Whether a chunk that is run in sequence answers rightly where its answers are written over its queries.
template <class Rule>
bool answers_over_queries(Rule const& rule, typename Rule::State const& state, float key, float value, float query) {
    std::vector<typename Rule::Example> examples(3);
    std::vector<typename Rule::Query> queries(3);
    for (std::size_t t = 0; t < 3; ++t) {
        auto const number = static_cast<float>(t + 1);
        examples[t].key << key * number, -2 * key;
        examples[t].value << value, 2 * value * number;
        queries[t] << query, 3 * query, -2 * query * number, query;
    }
    auto of_sequence = state;
    std::vector<typename Rule::Answer> expected(3);
    auto of_chunks = state;
    std::vector<typename Rule::Answer> over = queries;
    return in_sequence(rule, of_sequence, std::span<typename Rule::Example const>(examples),
                       std::span<typename Rule::Query const>(queries),
                       std::span<typename Rule::Answer>(expected)) == Answered::all &&
           in_chunks<3>(rule, of_chunks, std::span<typename Rule::Example const>(examples),
                        std::span<typename Rule::Query const>(over),
                        std::span<typename Rule::Answer>(over)) == Answered::all &&
           over[0] == expected[0] && over[1] == expected[1] && over[2] == expected[2] && expected[2].allFinite() &&
           expected[2](1, 1) != 0;
}
TEST_CASE("a chunk that is run in sequence may write its answers over its queries") {
    constexpr MemoryShape two_queries{.key_dim = 2, .value_dim = 2, .queries = 2};
    using LeastSquares = LeastSquaresRule<two_queries, float>;
    auto of_least_squares = state_to_begin_with(LeastSquares{});
    of_least_squares.R << 1, 0.5f, 0.5f, 2;
    REQUIRE(answers_over_queries(LeastSquares{}, of_least_squares, 1e-25f, 1e20f, 1e-25f));
    using Ridge = RidgeMemoryRule<two_queries, float, ByConjugateGradients<2>>;
    REQUIRE(answers_over_queries(Ridge{}, state_to_begin_with(Ridge{}), 1e-33f, 1e30f, 1.0f));
}

TEST_CASE("keys that do not meet are no reason to run a chunk in sequence") {
    // Zeros, and other channels.
    REQUIRE_FALSE(scores_leave_range<float, 2>({{0, 0, 0}, {0, 0, 0}}, {{0, 1e-30f, 0}, {0, 1e30f, 0}}));
    REQUIRE_FALSE(scores_leave_range<float, 2>({{1e-30f, 1e30f, 0}, {0, 0, 0}}, {{0, 0, 0}, {1e-30f, 1e30f, 0}}));
    // Ordinary numbers, and a small term beside others.
    REQUIRE_FALSE(scores_leave_range<float, 2>({{1, 2, 3}, {-1, 0, 1}}, {{1, -2, 3}, {1, 0, 1}}));
    REQUIRE_FALSE(scores_leave_range<float, 2>({{1, 1, 1}, {1e-30f, 1, 1}}, {{1, 1, 1}, {1e-30f, 1, 1}}));
    // A token does not see those behind it.
    REQUIRE_FALSE(scores_leave_range<float, 1>({{1, 1, 1e-30f}}, {{1e-30f, 1e-30f, 1}}));
    REQUIRE(scores_leave_range<float, 1>({{1e-30f, 1, 1}}, {{1, 1, 1e-30f}}));
    REQUIRE(scores_leave_range<float, 1>({{1, 1e-30f, 1}}, {{1, 1e-30f, 1}}));
    REQUIRE(scores_leave_range<double, 1>({{1, 1, -1e200}}, {{1, 1, 1e200}}));
    REQUIRE_FALSE(scores_leave_range<double, 1>({{1, 1e100, 1}}, {{1, 1e100, 1e-100}}));
}

TEST_CASE("a lane that leaves the range is enough, and no other lane loses anything") {
    using Lane = Lanes<float, 4>;
    using Rule = OneByOne<Lane>;
    std::array<Rule::Example, 2> examples;
    std::array<Rule::Query, 2> queries;
    for (std::size_t t = 0; t < 2; ++t) {
        examples[t].rate = Lane(1);
        examples[t].key(0) = Lane(1);
        examples[t].value(0) = Lane(1);
        queries[t](0) = Lane(1);
        examples[t].key(0).set(2, 1e-25f);
        examples[t].value(0).set(2, 1e20f);
        queries[t](0).set(2, 1e-25f);
    }
    Rule::State state{};
    std::array<Rule::Answer, 2> answers;
    REQUIRE(in_chunks<2>(Rule{}, state, std::span<Rule::Example const>(examples), std::span<Rule::Query const>(queries),
                         std::span<Rule::Answer>(answers)) == Answered::all);
    REQUIRE(answers[1](0)[0] == 2.0f);
    REQUIRE(answers[1](0)[2] == Approx(2e-30f));
    REQUIRE(answers[1](0)[3] == 2.0f);
}

}  // namespace

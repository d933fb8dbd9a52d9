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
    REQUIRE(equal_tokens_are_as_in_sequence<OneByOne<float>>(1e-37, 1e-2, 1e9));
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

/// Whether keys and others of three tokens have scores that are not made where this is written.
template <class Number, int KeyDim>
bool scores_leave_range(Number const (&keys)[KeyDim][3], Number const (&others)[KeyDim][3], Number written) {
    auto const matrix = [](Number const(&entries)[KeyDim][3]) {
        return generate<Number, KeyDim, 3>([&](int row, int col) { return entries[row][col]; });
    };
    return chunks::scores_leave_range(matrix(keys), matrix(others), {}, Matrix<Number, 1, 1>(-written));
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

TEST_CASE("keys that do not meet, and ordinary values, are no reason to run a chunk in sequence") {
    // Zeros, and other channels, whatever is written.
    REQUIRE_FALSE(scores_leave_range<float, 2>({{0, 0, 0}, {0, 0, 0}}, {{0, 1e-30f, 0}, {0, 1e30f, 0}}, 1e30f));
    REQUIRE_FALSE(
        scores_leave_range<float, 2>({{1e-30f, 1e30f, 0}, {0, 0, 0}}, {{0, 0, 0}, {1e-30f, 1e30f, 0}}, 1e30f));
    REQUIRE_FALSE(scores_leave_range<float, 2>({{1, 2, 3}, {-1, 0, 1}}, {{1, -2, 3}, {1, 0, 1}}, 1e30f));
    REQUIRE_FALSE(scores_leave_range<double, 1>({{1, 1e100, 1}}, {{1, 1e100, 1e-100}}, 1e200));
    // What falls below the normal numbers counts beside what is large.
    REQUIRE_FALSE(scores_leave_range<float, 1>({{1e-30f, 1, 1}}, {{1, 1, 1e-30f}}, 8e6f));
    REQUIRE(scores_leave_range<float, 1>({{1e-30f, 1, 1}}, {{1, 1, 1e-30f}}, 9e6f));
    REQUIRE_FALSE(scores_leave_range<double, 1>({{1e-160, 1, 1}}, {{1, 1, 1e-160}}, 4e15));
    REQUIRE(scores_leave_range<double, 1>({{1e-160, 1, 1}}, {{1, 1, 1e-160}}, 5e15));
    // What overflows always does.
    REQUIRE(scores_leave_range<double, 1>({{1, 1, -1e200}}, {{1, 1, 1e200}}, 0.0));
}

/// A token of keys that fade from one channel to the next, as radial features and the probabilities of a softmax do.
template <class Rule>
typename Rule::Example fading_key(int token) {
    typename Rule::Example example{};
    for (int row = 0; row < Rule::shape.key_dim; ++row) {
        auto const distance = static_cast<float>(row - token);
        example.key(row, 0) = std::exp(-distance * distance);
    }
    example.value.setConstant(1.0f);
    example.rate = 0.5f;
    return example;
}
TEST_CASE("keys that fade, silence and strong gates stay in chunks: their bits are those of the products") {
    constexpr MemoryShape wide{.key_dim = 24, .value_dim = 2};
    using Rule = GatedDeltaRule<wide, float>;
    std::vector<Rule::Example> examples;
    std::vector<Rule::Query> queries;
    for (int token = 0; token < 24; ++token) {
        examples.push_back(fading_key<Rule>(token));
        examples.back().gate = token % 2 == 0 ? 0.01f : 0.0f;
        if (token % 5 == 0) {
            examples.back().key.setConstant(1e-25f);  // silence
        }
        queries.push_back(examples.back().key);
    }
    Rule::State state{};
    state.S.setConstant(1.0f);
    Chunk<Rule, 24, BySubstitution> const chunk(Rule{}, examples);
    auto const written = chunk.written(state.S, chunk.decays.scores_before(chunk.writes_at(), chunk.reads));
    REQUIRE_FALSE(chunk.leaves_range(std::span<Rule::Query const>(queries), state.S, written));
    state.S.setConstant(1e30f);
    REQUIRE(chunk.leaves_range(std::span<Rule::Query const>(queries), state.S, written));
}

TEST_CASE("a memory that fades is looked at beside what it meets: queries, and decays above 1") {
    using Rule = GatedDeltaRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    auto const is_as_defined = [](float memory, std::vector<float> const& gates, float query) {
        Rule::State state{};
        state.S(0, 0) = memory;
        std::vector<Rule::Example> examples(gates.size());
        std::vector<Rule::Query> queries(gates.size());
        for (std::size_t t = 0; t < gates.size(); ++t) {
            examples[t].gate = gates[t];
            queries[t](0) = query;
        }
        return is_as_in_sequence<3>(Rule{}, state, examples, queries);
    };
    REQUIRE(is_as_defined(1e6f, {1e-25f, 1e-23f}, 1e30f));
    REQUIRE(is_as_defined(8e6f, {1e-22f, 1e-22f}, 1e37f));
    REQUIRE(is_as_defined(1e6f, {1e-30f, 1e-14f, 1e30f}, 1.0f));
}

TEST_CASE("a rate of a mini-batch that a key would lose is not lost") {
    using Rule = MiniBatchRule<MemoryShape{.key_dim = 2, .value_dim = 1}, float>;
    std::vector<Rule::Example> examples(2);
    examples[0].key << 1e15f, 0;
    examples[0].value(0) = 1e6f;
    examples[0].rate = 1;
    examples[1].key << 1e-15f, 1e10f;
    examples[1].value(0) = 0;
    examples[1].rate = 1e-36f;
    Rule::Query asked;
    asked << 0, 1;
    REQUIRE(is_as_in_sequence<2>(Rule{}, {}, examples, {asked, asked}));
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

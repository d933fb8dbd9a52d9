// SPDX-License-Identifier: MIT
// Online rules in float, double and lanes, in every form: as far from the exact answers as rounding explains, and no further.
#include <cmath>
#include <type_traits>

#include "support/largest.hpp"
#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

TEST_CASE("the additive rule, the delta rule and its gates are exact but for rounding, in every form") {
    in_all_forms<AdditiveRule<shape, float>>();
    in_all_forms<DeltaRule<shape, float>>();
    in_all_forms<GatedDeltaRule<shape, float>>();
    in_all_numbers<GatedDeltaRule<shape, float>>(forms::chunks<3, ByHalves>);
    in_all_forms<ChannelGatedDeltaRule<shape, float>>();
}

template <int KeyDim>
void stays_symmetric() {
    constexpr MemoryShape of_keys{.key_dim = KeyDim, .value_dim = 2};
    using LeastSquares = LeastSquaresRule<of_keys, float>;
    using Ridge = RidgeMemoryRule<of_keys, float>;
    typename LeastSquares::State least_squares;
    least_squares.R = identity<float, KeyDim>(2);
    typename Ridge::State ridge;
    unsigned bits = 1;
    for (int i = 0; i < 1000; ++i) {
        typename Ridge::Example example;
        for (int row = 0; row < KeyDim; ++row) {
            bits = bits * 1664525u + 1013904223u;
            example.key(row, 0) = static_cast<float>(bits >> 8) * 0x1p-23f - 1;
        }
        example.rate = 0.3f;
        example.gate = 0.9f;
        Ridge::observe(ridge, example);
        typename LeastSquares::Example rated;
        rated.key = example.key;
        rated.rate = 0.3f;
        LeastSquares::observe(least_squares, rated);
    }
    CAPTURE(KeyDim);
    CHECK(least_squares.R == least_squares.R.transpose());
    CHECK(ridge.H == ridge.H.transpose());
}

TEST_CASE("what is symmetric stays so to the last bit") {
    stays_symmetric<3>();
    stays_symmetric<5>();   // a register of four rows, and one by itself
    stays_symmetric<11>();  // of eight
    stays_symmetric<19>();  // of sixteen
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
    CHECK(test::largest_entry(answer - 0.25f * product(Eigen::Matrix<float, 2, 3>::Ones(), query)) < 1e-6f);
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
    auto const compare = [&](double x, double y) { largest = test::larger_or_nan(largest, std::abs(x - y)); };
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

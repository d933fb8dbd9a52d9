// SPDX-License-Identifier: MIT
// Keys, words, uniform and normal numbers: against values that JAX prints, against their definition, and by their moments.
//
// JAX's values (non-partitionable threefry): its documentation prints split(PRNGKey(0)) and normal(PRNGKey(0), (10,)); the
// words of keys 0 and 1 are in the tests of MLX, which draws as JAX does.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "incontext/task/random.hpp"

namespace {

using namespace incontext;

template <int Count>
using Words = Lanes<std::uint32_t, Count>;

using Pair = WordPair<std::uint32_t>;

/// bits(key, total) by its definition: counters 0..total-1, an odd total padded by one 0, the first half paired with the
/// second, the outputs one after the other.
std::vector<std::uint32_t> bits(Pair const& key, std::uint32_t total) {
    std::vector<std::uint32_t> counters;
    for (std::uint32_t i = 0; i < total; ++i) {
        counters.push_back(i);
    }
    if (total % 2 != 0) {
        counters.push_back(0);
    }
    std::size_t const half = counters.size() / 2;
    std::vector<std::uint32_t> words(counters.size());
    for (std::size_t i = 0; i < half; ++i) {
        Pair const block = threefry2x32(key, Pair{counters[i], counters[half + i]});
        words[i] = block.first;
        words[half + i] = block.second;
    }
    words.resize(total);
    return words;
}

template <int Count>
Keys<Count> in_every_lane(Pair const& key) {
    return {Words<Count>(key.first), Words<Count>(key.second)};
}

/// for_each_random_word as a list, and how often each index came.
template <int Total, int Count>
std::vector<std::uint32_t> each_word(Keys<Count> const& key, int lane, std::vector<int>& visits) {
    std::vector<std::uint32_t> words(Total);
    visits.assign(Total, 0);
    for_each_random_word<Total>(key, [&](int index, Words<Count> const& word) {
        words.at(static_cast<std::size_t>(index)) = word[lane];
        ++visits.at(static_cast<std::size_t>(index));
    });
    return words;
}

// --------------------------------------------------------------------------------------- values known from elsewhere ----

TEST_CASE("splitting the key of seed 0 gives the keys that JAX prints") {
    auto const key = key_of_seed<1>(0);
    auto const first = split_key(key, 2, Words<1>(0u));
    auto const second = split_key(key, 2, Words<1>(1u));
    REQUIRE(first.first[0] == 4146024105u);
    REQUIRE(first.second[0] == 967050713u);
    REQUIRE(second.first[0] == 2718843009u);
    REQUIRE(second.second[0] == 1272950319u);
}

TEST_CASE("the words of keys 0 and 1 are JAX's, for an odd number of them, too") {
    auto const word = [](std::uint32_t seed, std::uint32_t total, std::uint32_t index) {
        return random_word(key_of_seed<1>(seed), total, Words<1>(index))[0];
    };
    REQUIRE(word(0, 1, 0) == 1797259609u);
    REQUIRE(word(1, 1, 0) == 507451445u);
    REQUIRE(word(0, 3, 0) == 4146024105u);
    REQUIRE(word(0, 3, 1) == 1351547692u);
    REQUIRE(word(0, 3, 2) == 2718843009u);
}

TEST_CASE("ten normal numbers of key 0 are those that JAX prints") {
    double const printed[] = {-0.3721109, 0.26423115,  -0.18252768, -0.7368197, -0.44030377,
                              -0.1521442, -0.67135346, -0.5908641,  0.73168886, 0.5673026};
    for_each_random_word<10>(key_of_seed<1>(0), [&](int index, Words<1> const& word) {
        CAPTURE(index);
        // Both within 4e-6 of the exact number (the same polynomial), printed to 8 digits.
        REQUIRE(std::abs(static_cast<double>(normal(word)[0]) - printed[index]) <=
                8e-6 * std::abs(printed[index]) + 5e-9);
    });
}

TEST_CASE("a key folded with an index is the block of that index, as JAX's fold_in") {
    auto const folded = folded_in(key_of_seed<1>(0), 1);
    REQUIRE(folded.first[0] == 928981903u);
    REQUIRE(folded.second[0] == 3453687069u);
    auto const deeper = folded_in(folded, 77);
    Pair const expected = threefry2x32(Pair{928981903u, 3453687069u}, Pair{0, 77});
    REQUIRE(deeper.first[0] == expected.first);
    REQUIRE(deeper.second[0] == expected.second);
}

// ------------------------------------------------------------------------------------------------- the definition ----

TEMPLATE_TEST_CASE_SIG("the words are those of the definition, whether drawn one by one or in fours of pairs", "",
                       ((int Total), Total), 1, 2, 5, 6, 7, 8, 9, 15, 30) {
    Pair const key{123456789u, 987654321u};
    auto const expected = bits(key, Total);
    for (std::uint32_t i = 0; i < Total; ++i) {
        CAPTURE(i);
        REQUIRE(random_word(in_every_lane<1>(key), Total, Words<1>(i))[0] == expected[i]);
    }
    std::vector<int> visits;
    REQUIRE(each_word<Total>(in_every_lane<1>(key), 0, visits) == expected);
    REQUIRE(visits == std::vector<int>(Total, 1));
}

TEST_CASE("a word of as many as 32 bits can count is that of the definition") {
    // Of 2^32 - 1 words the second half begins at 2^31, and the padding's counter is 0.
    Pair const key{0, 7};
    constexpr std::uint32_t total = 4294967295u;
    constexpr std::uint32_t half = 2147483648u;
    auto const word = [&](std::uint32_t index) { return random_word(key_of_seed<1>(7), total, Words<1>(index))[0]; };
    REQUIRE(word(0) == threefry2x32(key, Pair{0, half}).first);
    REQUIRE(word(0) == 2844531661u);
    REQUIRE(word(half) == threefry2x32(key, Pair{0, half}).second);
    REQUIRE(word(half - 1) == threefry2x32(key, Pair{half - 1, 0}).first);
    REQUIRE(word(total - 1) == threefry2x32(key, Pair{half - 2, total - 1}).second);
    auto const split = split_key(key_of_seed<1>(7), half - 1, Words<1>(half - 2));
    REQUIRE(split.first[0] == threefry2x32(key, Pair{half - 3, total - 3}).second);
    REQUIRE(split.second[0] == threefry2x32(key, Pair{half - 2, total - 2}).second);
}

TEST_CASE("key number i of a split is words 2 i and 2 i + 1 of twice as many") {
    Pair const key{3u, 5u};
    for (std::uint32_t total : {1u, 2u, 5u, 10000u}) {
        auto const words = bits(key, 2 * total);
        for (std::uint32_t i : {0u, total / 3, total / 2, total - 1}) {
            CAPTURE(total, i);
            auto const split = split_key(in_every_lane<1>(key), total, Words<1>(i));
            REQUIRE(split.first[0] == words[2 * i]);
            REQUIRE(split.second[0] == words[2 * i + 1]);
        }
    }
}

TEMPLATE_TEST_CASE_SIG("all keys of a split are its keys one by one", "", ((int Total), Total), 1, 3, 4, 5) {
    auto const key = in_every_lane<1>({3u, 5u});
    auto const keys = split_keys<Total>(key);
    REQUIRE(keys.size() == Total);
    for (std::uint32_t i = 0; i < Total; ++i) {
        CAPTURE(i);
        REQUIRE(keys[i] == split_key(key, Total, Words<1>(i)));
    }
}

/// Everything that is drawn for `lane`, with its own key and index.
template <int Count>
std::vector<std::uint32_t> all_draws_of_lane(int lane) {
    Keys<Count> key;
    Words<Count> index(0u);
    for (int i = 0; i < Count; ++i) {
        key.first.set(i, static_cast<std::uint32_t>(1000 + i));
        key.second.set(i, static_cast<std::uint32_t>(77 * i));
        index.set(i, static_cast<std::uint32_t>(3 * i));
    }
    std::vector<std::uint32_t> draws;
    auto const keep_word = [&](Words<Count> const& word) { draws.push_back(word[lane]); };
    auto const keep_float = [&](Lanes<float, Count> const& x) {
        draws.push_back(std::bit_cast<std::uint32_t>(x[lane]));
    };
    auto const split = split_key(key, 50, index);
    keep_word(split.first);
    keep_word(split.second);
    keep_word(random_word(key, 49, index));
    keep_word(folded_in(key, 9).second);
    // 601 words, so that a few are in the tails that the two polynomials share out.
    for_each_random_word<601>(key, [&](int, Words<Count> const& word) {
        keep_float(unit_uniform(word));
        keep_float(uniform(word, -0.35f, 0.7f));
        keep_float(normal(word));
        keep_float(truncated_normal(word));
        keep_float(exponential(word));
        keep_float(laplace(word));
        keep_float(natural_logarithm(unit_uniform(word) + Lanes<float, Count>(0x1p-25f)));
    });
    return draws;
}

TEMPLATE_TEST_CASE_SIG("the number of lanes changes no bit of a draw", "", ((int Count), Count), 1, 4, 8) {
    for (int lane = 0; lane < Count; ++lane) {
        CAPTURE(lane);
        REQUIRE(all_draws_of_lane<Count>(lane) == all_draws_of_lane<16>(lane));
    }
}

TEST_CASE("lanes with keys of their own draw numbers of their own") {
    REQUIRE_FALSE(all_draws_of_lane<16>(2) == all_draws_of_lane<16>(3));
}

// ------------------------------------------------------------------------------------------------- uniform numbers ----

TEST_CASE("a unit uniform number is the upper 23 bits of its word, over 2^23") {
    for (std::uint32_t word : {0u, 511u, 512u, 1u << 31, 0xffffffffu, 0x12345678u}) {
        CAPTURE(word);
        REQUIRE(static_cast<double>(unit_uniform(Words<1>(word))[0]) == static_cast<double>(word >> 9) * 0x1p-23);
    }
    REQUIRE(unit_uniform(Words<1>(0xffffffffu))[0] < 1.0f);
}

TEST_CASE("a uniform number is scaled and shifted with two roundings, and exactly at range one") {
    for_each_random_word<300>(key_of_seed<1>(4), [](int, Words<1> const& word) {
        double const unit = static_cast<double>(unit_uniform(word)[0]);
        REQUIRE(static_cast<double>(uniform(word, -0.5f, 1)[0]) == unit - 0.5);
        // Product at most 1.4 and sum at most .7: half a unit in the last place of each, 2^-24 and 2^-25.
        double const exact = unit * static_cast<double>(1.4f) + static_cast<double>(-0.7f);
        REQUIRE(std::abs(static_cast<double>(uniform(word, -0.7f, 1.4f)[0]) - exact) <= 0x1p-24 + 0x1p-25);
    });
    REQUIRE(uniform(Words<1>(0u), -0.7f, 1.4f)[0] == -0.7f);
    REQUIRE(uniform(Words<1>(0xffffffffu), -0.7f, 1.4f)[0] < 0.7f);
    REQUIRE(uniform(Words<1>(0xffffffffu), 1, 0.1f)[0] == 1.1f);  // rounded up to the end
    REQUIRE(uniform(Words<1>(0xffffffffu), 0.5f, -1)[0] == 0.5f);
}

// --------------------------------------------------------------------------------------------------------- moments ----

/// 2^19 draws of seed 6, 16 at a time.
template <class Draw>
std::vector<double> many(Draw const& draw) {
    constexpr int count = 1 << 19;
    std::vector<double> numbers;
    numbers.reserve(count);
    for (int block = 0; block < count / (16 * 64); ++block) {
        Keys<16> key = folded_in(key_of_seed<16>(6), static_cast<std::uint32_t>(block));
        for (int lane = 0; lane < 16; ++lane) {
            key.first.set(lane, key.first[lane] + static_cast<std::uint32_t>(lane));
        }
        for_each_random_word<64>(key, [&](int, Words<16> const& word) {
            auto const x = draw(word);
            for (int lane = 0; lane < 16; ++lane) {
                numbers.push_back(static_cast<double>(x[lane]));
            }
        });
    }
    return numbers;
}

/// The mean of f over the draws is within 5 standard errors of `expected`, given the variance of f. The error of erfinv
/// (4e-6 of x) moves the mean of x^k by less than k E |x|^k 4e-6, at most 4.8e-5 (k = 4), and a share beyond t by less than
/// t phi(t) 4e-6 < 1e-6: `of_erfinv`.
template <class Function>
bool mean_is(std::vector<double> const& numbers, double expected, double variance, Function const& f,
             double of_erfinv = 5e-5) {
    double sum = 0;
    for (double const number : numbers) {
        sum += f(number);
    }
    auto const n = static_cast<double>(numbers.size());
    return std::abs(sum / n - expected) <= 5 * std::sqrt(variance / n) + of_erfinv;
}

TEST_CASE("normal numbers have the moments and the tails of the normal distribution") {
    auto const numbers = many([](Words<16> const& word) { return normal(word); });
    // E x^2k = 1, 3, 15, 105: the variance of x^k is E x^2k - (E x^k)^2.
    REQUIRE(mean_is(numbers, 0, 1, [](double x) { return x; }));
    REQUIRE(mean_is(numbers, 1, 3 - 1, [](double x) { return x * x; }));
    REQUIRE(mean_is(numbers, 0, 15, [](double x) { return x * x * x; }));
    REQUIRE(mean_is(numbers, 3, 105 - 9, [](double x) { return x * x * x * x; }));
    for (double const t : {0.5, 1.0, 2.0, 3.0, 4.0}) {
        CAPTURE(t);
        double const beyond = std::erfc(t / std::sqrt(2.0)) / 2;
        REQUIRE(mean_is(
            numbers, beyond, beyond * (1 - beyond), [&](double x) { return x > t ? 1 : 0; }, 1e-6));
        REQUIRE(mean_is(
            numbers, beyond, beyond * (1 - beyond), [&](double x) { return x < -t ? 1 : 0; }, 1e-6));
    }
}

TEST_CASE("the most extreme words give finite normal numbers") {
    float const lowest = normal(Words<1>(0u))[0];
    float const highest = normal(Words<1>(0xffffffffu))[0];
    // uniform gives -(1 - 2^-24) and at most 1 - 2^-23: |x| with erfc(|x| / sqrt 2) = 2^-24 and 2^-23 or less.
    REQUIRE(std::isfinite(lowest));
    REQUIRE(std::isfinite(highest));
    REQUIRE(std::abs(std::erfc(-static_cast<double>(lowest) / std::sqrt(2.0)) * 0x1p24 - 1) <= 2 * 5.4 * 5.4 * 4e-6);
    REQUIRE(highest > 5.0f);
    REQUIRE(highest < 6.0f);
}

TEST_CASE("truncated normal numbers end at 2 and have the moments of the distribution between") {
    auto const numbers = many([](Words<16> const& word) { return truncated_normal(word); });
    double const density_at_the_cut = std::exp(-2.0) / std::sqrt(8 * std::atan(1.0)) / std::erf(std::sqrt(2.0));
    double const second = 1 - 4 * density_at_the_cut;            // by parts: E x^2 = 1 - 2 * 2 phi(2) / Z
    double const fourth = 3 * second - 16 * density_at_the_cut;  // E x^4 = 3 E x^2 - 2 * 2^3 phi(2) / Z
    REQUIRE(mean_is(numbers, 0, second, [](double x) { return x; }));
    REQUIRE(mean_is(numbers, second, fourth - second * second, [](double x) { return x * x; }));
    REQUIRE(
        mean_is(numbers, fourth, 64 * second, [](double x) { return x * x * x * x; }));  // |x| <= 2: E x^8 <= 64 E x^2
    auto const [lowest, highest] = std::minmax_element(numbers.begin(), numbers.end());
    // erfinv is within 4e-6 of itself; the float of that end is within 2^-25, magnified by erfinv's slope 6.6 there.
    REQUIRE(*lowest >= -2 * (1 + 4e-6 + 4e-7));
    REQUIRE(*highest <= 2 * (1 + 4e-6 + 4e-7));
    REQUIRE(*lowest < -1.99);
    REQUIRE(*highest > 1.99);
}

TEST_CASE("exponential and Laplace numbers are logarithms of exact floats") {
    for_each_random_word<3000>(key_of_seed<1>(4), [](int, Words<1> const& word) {
        double const unit = static_cast<double>(word[0] >> 9) * 0x1p-23;
        double const of_unit = -std::log1p(-unit);
        REQUIRE(std::abs(static_cast<double>(exponential(word)[0]) - of_unit) <= 6 * 0x1p-24 * of_unit);
        double const u = 2 * unit - (1 - 0x1p-24);
        double const of_u = std::copysign(std::log1p(-std::abs(u)), -u);
        REQUIRE(std::abs(static_cast<double>(laplace(word)[0]) - of_u) <= 6 * 0x1p-24 * std::abs(of_u));
    });
}

TEST_CASE("the most extreme words give finite exponential and Laplace numbers, the middle one none") {
    auto const near = [](float computed, double exact) {
        return std::abs(static_cast<double>(computed) - exact) <= 6 * 0x1p-24 * std::abs(exact);
    };
    REQUIRE(exponential(Words<1>(0u))[0] == 0.0f);
    REQUIRE(near(exponential(Words<1>(0xffffffffu))[0], 23 * std::log(2.0)));
    REQUIRE(near(laplace(Words<1>(0u))[0], 24 * std::log(2.0)));
    REQUIRE(near(laplace(Words<1>(0xffffffffu))[0], std::log(3 * 0x1p-24)));
    REQUIRE(near(laplace(Words<1>(1u << 31))[0], std::log1p(-0x1p-24)));
}

TEST_CASE("exponential numbers have the moments and the tail of the exponential distribution") {
    auto const numbers = many([](Words<16> const& word) { return exponential(word); });
    // E x^k = k!. The lattice of u shortens numbers by less than 2^-23 e^x: means by less than 23 2^-23.
    REQUIRE(mean_is(numbers, 1, 2 - 1, [](double x) { return x; }));
    REQUIRE(mean_is(numbers, 2, 24 - 4, [](double x) { return x * x; }));
    REQUIRE(mean_is(
        numbers, 6, 720 - 36, [](double x) { return x * x * x; }, 1e-3));  // none is above 15.9: 16^3 2^-23 at most
    for (double const t : {0.1, 1.0, 3.0, 8.0}) {
        CAPTURE(t);
        double const beyond = std::exp(-t);
        REQUIRE(mean_is(
            numbers, beyond, beyond * (1 - beyond), [&](double x) { return x > t ? 1 : 0; }, 1e-6));
    }
    REQUIRE(*std::min_element(numbers.begin(), numbers.end()) >= 0);
}

TEST_CASE("Laplace numbers have the moments and the tails of the Laplace distribution") {
    auto const numbers = many([](Words<16> const& word) { return laplace(word); });
    // E x^2k = (2 k)!.
    REQUIRE(mean_is(numbers, 0, 2, [](double x) { return x; }));
    REQUIRE(mean_is(numbers, 2, 24 - 4, [](double x) { return x * x; }));
    REQUIRE(mean_is(
        numbers, 0, 720, [](double x) { return x * x * x; }, 1e-3));
    REQUIRE(mean_is(numbers, 1, 2 - 1, [](double x) { return std::abs(x); }));
    for (double const t : {0.1, 1.0, 3.0, 8.0}) {
        CAPTURE(t);
        double const beyond = std::exp(-t) / 2;
        REQUIRE(mean_is(
            numbers, beyond, beyond * (1 - beyond), [&](double x) { return x > t ? 1 : 0; }, 1e-6));
        REQUIRE(mean_is(
            numbers, beyond, beyond * (1 - beyond), [&](double x) { return x < -t ? 1 : 0; }, 1e-6));
    }
}

}  // namespace

// SPDX-License-Identifier: MIT
// Tasks with noise in place of some targets, against the clean tasks of the same keys.
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "incontext/task/noisy_targets.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr int lanes = 16;
using Number = Lanes<float, lanes>;
using NoisyTask = Task<sizes, Number>;

Keys<lanes> keys_of_pack(int pack) {
    Lanes<std::uint32_t, lanes> index;
    for (int lane = 0; lane < lanes; ++lane) {
        index.set(lane, static_cast<std::uint32_t>(pack * lanes + lane));
    }
    return split_key(key_of_seed<lanes>(31), 100000, index);
}

Keys<1> key_of_lane(Keys<lanes> const& keys, int lane) {
    return {keys.first[lane], keys.second[lane]};
}

/// The context tokens of one lane in which a y differs between two tasks.
std::vector<int> changed_tokens(NoisyTask const& a, NoisyTask const& b, int lane) {
    std::vector<int> tokens;
    for (int token = 0; token < sizes.context; ++token) {
        int changed = 0;
        for (int output = 0; output < sizes.output; ++output) {
            int const row = sizes.input + output;
            changed += a.prompt.context(row, token)[lane] != b.prompt.context(row, token)[lane];
        }
        // A token is replaced as a whole (a noise number equals the float that it replaces once in 10^7).
        REQUIRE((changed == 0 || changed == sizes.output));
        if (changed > 0) {
            tokens.push_back(token);
        }
    }
    return tokens;
}

LinearRegression const clean{.input_range = 1.5f, .target_scale = 2};

TEST_CASE("no noisy token is linear regression, bit for bit") {
    for (int pack = 0; pack < 5; ++pack) {
        auto const noisy = NoisyTargets{.noisy_tokens = 0, .clean = clean}.draw<sizes>(keys_of_pack(pack));
        auto const expected = clean.draw<sizes>(keys_of_pack(pack));
        REQUIRE(test::equal(noisy.prompt, expected.prompt));
        REQUIRE(test::equal(noisy.target, expected.target));
    }
}

TEST_CASE("exactly k tokens have another y, and nothing else changes") {
    for (int k = 0; k <= sizes.context; ++k) {
        for (int pack = 0; pack < 3; ++pack) {
            CAPTURE(k, pack);
            auto const noisy = NoisyTargets{.noisy_tokens = k, .clean = clean}.draw<sizes>(keys_of_pack(pack));
            auto const expected = clean.draw<sizes>(keys_of_pack(pack));
            for (int lane = 0; lane < lanes; ++lane) {
                REQUIRE(static_cast<int>(changed_tokens(noisy, expected, lane).size()) == k);
            }
            REQUIRE(test::equal(inputs<sizes>(noisy.prompt.context), inputs<sizes>(expected.prompt.context)));
            REQUIRE(test::equal(noisy.prompt.query, expected.prompt.query));
            REQUIRE(test::equal(noisy.target, expected.target));
        }
    }
}

TEST_CASE("the noise is the words of the fourth key, the tokens are the first places of the fifth") {
    constexpr int k = 3;
    auto const keys = keys_of_pack(2);
    auto const noisy = NoisyTargets{.noisy_tokens = k, .clean = clean}.draw<sizes>(keys);
    for (int lane = 0; lane < lanes; ++lane) {
        CAPTURE(lane);
        using Words = Lanes<std::uint32_t, 1>;
        auto const key = key_of_lane(keys, lane);
        auto const noise_key = split_key(key, 5, Words(3u));
        auto const places = random_places<sizes.context>(split_key(key, 5, Words(4u)));
        for (int token = 0; token < sizes.context; ++token) {
            std::uint32_t const place = places[static_cast<std::size_t>(token)][0];
            for (int output = 0; output < sizes.output; ++output) {
                if (place < k) {
                    auto const index = place * sizes.output + static_cast<std::uint32_t>(output);
                    REQUIRE(noisy.prompt.context(sizes.input + output, token)[lane] ==
                            normal(random_word(noise_key, k * sizes.output, Words(index)))[0]);
                }
            }
        }
    }
}

TEST_CASE("every token and every pair of tokens is noisy equally often, and the noise is standard normal") {
    constexpr int packs = 1000;
    constexpr int tasks = packs * lanes;
    std::vector<int> pairs(sizes.context * sizes.context, 0);
    double sum = 0;
    double squares = 0;
    for (int pack = 0; pack < packs; ++pack) {
        auto const noisy = NoisyTargets{.noisy_tokens = 2, .clean = clean}.draw<sizes>(keys_of_pack(pack));
        auto const expected = clean.draw<sizes>(keys_of_pack(pack));
        for (int lane = 0; lane < lanes; ++lane) {
            auto const tokens = changed_tokens(noisy, expected, lane);
            ++pairs[static_cast<std::size_t>(tokens.at(0) * sizes.context + tokens.at(1))];
            for (int const token : tokens) {
                double const y = static_cast<double>(noisy.prompt.context(sizes.input, token)[lane]);
                sum += y;
                squares += y * y;
            }
        }
    }
    constexpr double share = 2.0 / (sizes.context * (sizes.context - 1));
    for (int first = 0; first < sizes.context; ++first) {
        for (int second = first + 1; second < sizes.context; ++second) {
            CAPTURE(first, second);
            int const count = pairs[static_cast<std::size_t>(first * sizes.context + second)];
            REQUIRE(std::abs(count - tasks * share) <= 5 * std::sqrt(tasks * share * (1 - share)));
        }
    }
    // 2 tasks numbers: the mean within 5 standard errors, the second moment likewise (variance 2).
    REQUIRE(std::abs(sum / (2 * tasks)) <= 5 / std::sqrt(2.0 * tasks));
    REQUIRE(std::abs(squares / (2 * tasks) - 1) <= 5 * std::sqrt(2 / (2.0 * tasks)));
}

TEST_CASE("fewer than none or more than all of the tokens cannot be noisy") {
    auto const keys = keys_of_pack(0);
    REQUIRE_THROWS_AS(NoisyTargets{.noisy_tokens = -1}.draw<sizes>(keys), std::invalid_argument);
    REQUIRE_THROWS_AS(NoisyTargets{.noisy_tokens = sizes.context + 1}.draw<sizes>(keys), std::invalid_argument);
    REQUIRE_NOTHROW(NoisyTargets{.noisy_tokens = sizes.context}.draw<sizes>(keys));
}

}  // namespace

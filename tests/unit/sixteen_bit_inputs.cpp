// SPDX-License-Identifier: MIT
// Tasks of half the random bits: every number is the one that the block of its counter says, and is distributed as it should be.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "catch.hpp"
#include "incontext/task/sixteen_bit_inputs.hpp"
#include "incontext/training/initialisation.hpp"
#include "incontext/training/training.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;
using Word = Lanes<std::uint32_t, 1>;

constexpr Dimensions uneven{
    .input = 3, .output = 3, .context = 7, .query = 2};  // 9 weights, 21 inputs, 6: no whole blocks

double number(Lanes<float, 1> const& lane) {
    return static_cast<double>(lane[0]);
}

/// The index-th of the numbers of 16 bits of a key's stream, by its definition.
std::uint32_t half_word(Keys<1> const& key, std::uint32_t stream, int index) {
    auto const block = threefry2x32<13>(key, Keys<1>{Word(index / 4), Word(stream)});
    std::uint32_t const word = index % 4 < 2 ? block.first[0] : block.second[0];
    return index % 2 == 0 ? word & 0xffff : word >> 16;
}

/// [BoxMuller1958] in double: the two numbers of two words.
std::array<double, 2> box_muller(std::uint32_t radius, std::uint32_t angle) {
    double const u = (static_cast<double>(radius >> 9) + .5) * 0x1p-23;
    double const a = 2 * std::numbers::pi * (static_cast<double>(angle >> 9) * 0x1p-23 - .5);
    double const r = std::sqrt(-2 * std::log(u));
    return {r * std::cos(a), r * std::sin(a)};
}

constexpr std::uint32_t corners[] = {0, 0x1ff, 0x200, 0x7fffffff, 0x80000000, 0xfffffdff, 0xffffffff};

TEST_CASE("a pair of normal numbers is the formula's, whatever the words") {
    double largest = 0;
    double largest_error = 0;
    auto const check = [&](std::uint32_t radius, std::uint32_t angle) {
        auto const pair = normal_pair(Word(radius), Word(angle));
        auto const exact = box_muller(radius, angle);
        for (std::size_t i = 0; i < 2; ++i) {
            double const error = std::abs(number(pair[i]) - exact[i]);
            REQUIRE(std::isfinite(error));
            largest = test::larger_or_nan(largest, std::abs(exact[i]));
            largest_error = test::larger_or_nan(largest_error, error);
        }
    };
    for (std::uint32_t const radius : corners) {
        for (std::uint32_t const angle : corners) {
            check(radius, angle);
        }
    }
    for (std::uint32_t i = 0; i < 200'000; ++i) {
        auto const block = threefry2x32(Keys<1>{Word(3u), Word(1u)}, Keys<1>{Word(i), Word(0u)});
        check(block.first[0], block.second[0]);
    }
    CAPTURE(largest);
    REQUIRE(largest_error < 3e-6);
    REQUIRE(std::abs(largest - std::sqrt(-2 * std::log(0x1p-24))) < 1e-6);
}

TEST_CASE("a task holds the numbers of its key's blocks") {
    auto const key = folded_in(key_of_seed<1>(3), 14);
    float const range = GENERATE(1.0f, 1.4f);
    auto const task = SixteenBitInputs{.input_range = range, .target_scale = 2}.draw<uneven>(key);
    auto const input = [&](std::uint32_t stream, int index) {
        return static_cast<double>(range) * ((half_word(key, stream, index) + .5) * 0x1p-16 - .5);
    };
    auto const weight = [&](int index) {
        auto const block = threefry2x32<13>(key, Keys<1>{Word(index / 2), Word(0u)});
        return 2 * box_muller(block.first[0], block.second[0])[static_cast<std::size_t>(index % 2)];
    };
    // Exact for a range of 1; else two roundings of numbers up to 1.5 r.
    double const rounding = range == 1.0f ? 0 : 3 * 0x1p-24 * static_cast<double>(range);
    auto const check = [&](std::uint32_t stream, auto const& tokens, int token, auto const& target) {
        for (int i = 0; i < uneven.input; ++i) {
            REQUIRE(std::abs(number(tokens(i, token)) - input(stream, token * uneven.input + i)) <= rounding);
        }
        for (int o = 0; o < uneven.output; ++o) {
            double exact = 0;
            for (int i = 0; i < uneven.input; ++i) {
                exact += weight(o * uneven.input + i) * input(stream, token * uneven.input + i);
            }
            REQUIRE(std::abs(number(target(o)) - exact) < 2e-5);
        }
    };
    for (int token = 0; token < uneven.context; ++token) {
        check(1, task.prompt.context, token, [&](int o) { return task.prompt.context(uneven.input + o, token); });
    }
    for (int token = 0; token < uneven.query; ++token) {
        check(2, task.prompt.query, token, [&](int o) { return task.target(o, token); });
        for (int o = 0; o < uneven.output; ++o) {
            REQUIRE(number(task.prompt.query(uneven.input + o, token)) == 0);
        }
    }
}

/// Means over many draws of the powers of what is drawn, and of products of neighbours.
struct Moments {
    double count = 0;
    std::array<double, 5> power{};
    double product_with_the_last = 0;
    double last = 0;

    void add(double x) {
        double of_x = 1;
        for (double& sum : power) {
            sum += of_x;
            of_x *= x;
        }
        product_with_the_last += x * last;
        last = x;
        count += 1;
    }
    /// How many standard deviations of such a mean the mean of x^n is off its expectation.
    [[nodiscard]] double off(int n, double expected, double deviation) const {
        return std::abs(power[static_cast<std::size_t>(n)] / count - expected) / (deviation / std::sqrt(count));
    }
};

TEST_CASE("inputs are uniform, weights are normal, and neighbours know nothing of each other") {
    constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
    constexpr int lanes = 16;
    Moments inputs;
    Moments weights;
    std::array<int, 16> in_sixteenth{};
    for (std::uint32_t pack = 0; pack < 400; ++pack) {
        Lanes<std::uint32_t, lanes> index;
        for (int lane = 0; lane < lanes; ++lane) {
            index.set(lane, pack * lanes + static_cast<std::uint32_t>(lane));
        }
        auto const keys = split_key(key_of_seed<lanes>(8), 400 * lanes, index);
        auto const task = SixteenBitInputs().draw<sizes>(keys);
        for (int lane = 0; lane < lanes; ++lane) {
            for (int token = 0; token < sizes.context; ++token) {
                for (int i = 0; i < sizes.input; ++i) {
                    auto const x = static_cast<double>(task.prompt.context(i, token)[lane]);
                    inputs.add(x);
                    ++in_sixteenth[static_cast<std::size_t>((x + .5) * 16)];
                }
            }
        }
        for_each_half_word<1>(keys, 7, [&](int, auto const& bits) {
            auto const pair = normal_pair(bits ^ keys.first, keys.second);
            for (int lane = 0; lane < lanes; ++lane) {
                weights.add(static_cast<double>(pair[0][lane]));
                weights.add(static_cast<double>(pair[1][lane]));
            }
        });
    }
    // Moments and their deviations: of U(-1/2, 1/2) x^2 has mean 1/12 and variance 1/180, x^3 variance 1/448, x^4 mean 1/80 and
    // variance 1/3600; of N(0, 1) the variances of x^2, x^3, x^4 are 2, 15, 96. Five deviations happen once in two million.
    CHECK(inputs.off(1, 0, std::sqrt(1. / 12)) < 5);
    CHECK(inputs.off(2, 1. / 12, std::sqrt(1. / 180)) < 5);
    CHECK(inputs.off(3, 0, std::sqrt(1. / 448)) < 5);
    CHECK(inputs.off(4, 1. / 80, std::sqrt(1. / 3600)) < 5);
    CHECK(std::abs(inputs.product_with_the_last) < 5 * std::sqrt(inputs.count) / 12);
    for (int const count : in_sixteenth) {
        double const expected = inputs.count / 16;
        CHECK(std::abs(count - expected) < 5 * std::sqrt(expected * 15 / 16));
    }
    CHECK(weights.off(1, 0, 1) < 5);
    CHECK(weights.off(2, 1, std::sqrt(2.)) < 5);
    CHECK(weights.off(3, 0, std::sqrt(15.)) < 5);
    CHECK(weights.off(4, 3, std::sqrt(96.)) < 5);
    CHECK(std::abs(weights.product_with_the_last) < 5 * std::sqrt(weights.count));
}

TEST_CASE("a layer learns from tasks of sixteen bits what it learns from the reference's") {
    constexpr Dimensions sizes{.input = 3, .output = 1, .context = 5};
    using Layer = LinearSelfAttention<sizes.tokens(), float>;
    Workers workers(1);
    auto const trained = [&](auto const& tasks, std::uint32_t seed) {
        Layer layer;
        initialise(layer, seed);
        Training<sizes, Layer, std::remove_cvref_t<decltype(tasks)>> training(
            layer, {.batch = 512, .seed = seed, .adam = {.learning_rate = .01f}}, workers, tasks);
        double last = 0;
        for (int step = 0; step < 1500; ++step) {
            double const loss = static_cast<double>(training.step());
            last += step >= 1400 ? loss / 100 : 0;
        }
        return last;
    };
    std::vector<double> reference;
    std::vector<double> sixteen_bits;
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        reference.push_back(trained(LinearRegression(), seed));
        sixteen_bits.push_back(trained(SixteenBitInputs(), seed));
    }
    // Each loss is a mean over 51,200 tasks of a number whose deviation is twice its mean: 1 % of it. Of four, half.
    auto const mean = [](std::vector<double> const& of) { return (of[0] + of[1] + of[2] + of[3]) / 4; };
    CAPTURE(mean(reference), mean(sixteen_bits));
    REQUIRE(mean(reference) < .05);  // all four have learned: before, it is .17
    REQUIRE(std::abs(mean(sixteen_bits) / mean(reference) - 1) < .04);
}

}  // namespace

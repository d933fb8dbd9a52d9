// SPDX-License-Identifier: MIT
// Tasks with inputs from three other distributions: each is recognised as one of them, entry by entry, from its words.
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "incontext/task/unseen_inputs.hpp"
#include "support/drawn.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr int d = sizes.input;
constexpr int context_inputs = sizes.input * sizes.context;

double number(Lanes<float, 1> const& lane) {
    return static_cast<double>(lane[0]);
}

/// The words of one of the four keys that a task's key is split into, as the reference reads them.
template <int Total>
std::vector<Lanes<std::uint32_t, 1>> words_of(Keys<1> const& key, std::uint32_t part) {
    std::vector<Lanes<std::uint32_t, 1>> words;
    for (std::uint32_t i = 0; i < Total; ++i) {
        words.push_back(
            random_word(split_key(key, 4, Lanes<std::uint32_t, 1>(part)), Total, Lanes<std::uint32_t, 1>(i)));
    }
    return words;
}

enum Distribution { of_exponential, of_normal, of_laplace };

double drawn_from(Distribution distribution, Lanes<std::uint32_t, 1> const& word) {
    return number(distribution == of_exponential ? exponential(word)
                  : distribution == of_normal    ? normal(word)
                                                 : laplace(word));
}

/// The distribution of a task's inputs: the first of a permutation of the three.
Distribution distribution_of(Keys<1> const& key) {
    auto const places = random_places<3>(split_key(key, 4, Lanes<std::uint32_t, 1>(3u)));
    return places[0][0] == 0 ? of_exponential : places[1][0] == 0 ? of_normal : of_laplace;
}

Keys<1> task_key(int index) {
    return split_key(key_of_seed<1>(8), 100000, Lanes<std::uint32_t, 1>(static_cast<std::uint32_t>(index)));
}

test::PlainTask drawn_task(Keys<1> const& key, UnseenInputs const& distribution) {
    auto const task = distribution.draw<sizes>(key);
    return {.context = test::plain(task.prompt.context),
            .query = test::plain(task.prompt.query),
            .target = test::plain(task.target)};
}

double squared_norm(test::Plain const& tokens) {
    double sum = 0;
    for (int row = 0; row < d; ++row) {
        for (int col = 0; col < tokens.cols; ++col) {
            sum += tokens(row, col) * tokens(row, col);
        }
    }
    return sum;
}

// x / |X| alpha: n squares and n - 1 sums, half of which a square root leaves; itself, a division, a multiplication.
constexpr double roundings_of_an_input = context_inputs + 3;

TEST_CASE("inputs are from one distribution per task, read row by row, over the norm of the context, times the scale") {
    float const scale = 1.4f;
    double const tolerance = roundings_of_an_input * 0x1p-24 * (1 + 0x1p-18);
    std::array<int, 3> tasks_of{};
    for (int index = 0; index < 60; ++index) {
        CAPTURE(index);
        auto const key = task_key(index);
        auto const task = drawn_task(key, UnseenInputs{.scale = scale});
        Distribution const distribution = distribution_of(key);
        ++tasks_of[distribution];
        auto const X = words_of<context_inputs>(key, 1);
        auto const Xq = words_of<d * sizes.query>(key, 2);
        double sum = 0;
        for (auto const& word : X) {
            sum += drawn_from(distribution, word) * drawn_from(distribution, word);
        }
        double const factor = static_cast<double>(scale) / std::sqrt(sum);
        for (int i = 0; i < d; ++i) {
            for (int token = 0; token < sizes.context; ++token) {
                double const expected = factor * drawn_from(distribution, X[static_cast<std::size_t>(token * d + i)]);
                REQUIRE(std::abs(task.context(i, token) - expected) <= tolerance * std::abs(expected));
            }
            for (int token = 0; token < sizes.query; ++token) {
                double const expected = factor * drawn_from(distribution, Xq[static_cast<std::size_t>(token * d + i)]);
                REQUIRE(std::abs(task.query(i, token) - expected) <= tolerance * std::abs(expected));
            }
        }
    }
    for (int const tasks : tasks_of) {
        REQUIRE(tasks > 0);
    }
}

TEST_CASE("the Frobenius norm of the context's inputs is the scale") {
    for (float const scale : {0.5f, 1.0f, 3.0f}) {
        for (int index = 0; index < 300; ++index) {
            CAPTURE(scale, index);
            auto const task = drawn_task(task_key(index), UnseenInputs{.scale = scale});
            double const norm = std::sqrt(squared_norm(task.context));
            REQUIRE(std::abs(norm / static_cast<double>(scale) - 1) <= roundings_of_an_input * 0x1p-24 * (1 + 0x1p-18));
        }
    }
}

TEST_CASE("each distribution has a third of the tasks, and is recognised without the keys") {
    // What the normalisation leaves to see. All inputs positive: exponential (by chance, another 2^-1800). Of n entries of
    // squares 1 in all, (sum |x|)^2 / n estimates (E |x|)^2 / E x^2: 2 / pi = .637 for normal, 1/2 for Laplace numbers,
    // with standard errors .34 / sqrt n = .008 and .5 / sqrt n = .012: .57 is 6 of them from either.
    constexpr int tasks = 6000;
    constexpr Dimensions wide{.input = 30, .output = 1, .context = 60};
    std::array<int, 3> by_key{};
    std::array<int, 3> by_sight{};
    int confused = 0;
    constexpr int lanes = 16;
    for (int first = 0; first < tasks; first += lanes) {
        Keys<lanes> keys;
        for (int lane = 0; lane < lanes; ++lane) {
            auto const key = task_key(first + lane);
            keys.first.set(lane, key.first[0]);
            keys.second.set(lane, key.second[0]);
        }
        auto const task = UnseenInputs{}.draw<wide>(keys);
        for (int lane = 0; lane < lanes; ++lane) {
            int positive = 0;
            double sum = 0;
            for (int token = 0; token < wide.context; ++token) {
                for (int i = 0; i < wide.input; ++i) {
                    double const x = static_cast<double>(task.prompt.context(i, token)[lane]);
                    positive += x > 0;
                    sum += std::abs(x);
                }
            }
            constexpr int n = wide.input * wide.context;
            // One exponential number in 2^23 is 0.
            Distribution const seen = positive >= n - 1      ? of_exponential
                                      : sum * sum / n > 0.57 ? of_normal
                                                             : of_laplace;
            Distribution const drawn = distribution_of(task_key(first + lane));
            ++by_sight[seen];
            ++by_key[drawn];
            confused += seen != drawn;
        }
    }
    REQUIRE(confused == 0);
    REQUIRE(by_sight == by_key);
    for (int const count : by_sight) {
        REQUIRE(std::abs(count - tasks / 3.0) <= 5 * std::sqrt(tasks * (1.0 / 3) * (2.0 / 3)));
    }
}

TEST_CASE("targets are the teacher's, for context and query, with the query's y left 0") {
    auto const key = task_key(5);
    auto const task = drawn_task(key, UnseenInputs{.scale = 1.4f, .target_scale = 3});
    auto const words = words_of<sizes.output * d>(key, 0);
    auto const check = [&](int output, test::Plain const& tokens, int token, double given) {
        double exact = 0;
        double magnitude = 0;
        for (int i = 0; i < d; ++i) {
            double const term = 3 * number(normal(words[static_cast<std::size_t>(output * d + i)])) * tokens(i, token);
            exact += term;
            magnitude += std::abs(term);
        }
        // Four roundings: 3 w, its product with x, two sums.
        REQUIRE(std::abs(given - exact) <= test::float_bound(4, magnitude));
    };
    for (int output = 0; output < sizes.output; ++output) {
        for (int token = 0; token < sizes.context; ++token) {
            check(output, task.context, token, task.context(d + output, token));
        }
        for (int token = 0; token < sizes.query; ++token) {
            check(output, task.query, token, task.target(output, token));
            REQUIRE(task.query(d + output, token) == 0);
        }
    }
}

}  // namespace

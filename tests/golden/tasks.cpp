// SPDX-License-Identifier: MIT
// How the reference draws a task from its key: split in five, the first three for teacher, inputs and query.
#include <cmath>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "incontext/task/linear_regression.hpp"

namespace {

using namespace incontext;

constexpr Dimensions uneven{.input = 3, .output = 2, .context = 7, .query = 4};

/// The words of one of the five keys that a task's key is split into, as the reference reads them.
template <int Total>
std::vector<Lanes<std::uint32_t, 1>> words_of(Keys<1> const& key, std::uint32_t part) {
    std::vector<Lanes<std::uint32_t, 1>> words;
    for (std::uint32_t i = 0; i < Total; ++i) {
        words.push_back(
            random_word(split_key(key, 5, Lanes<std::uint32_t, 1>(part)), Total, Lanes<std::uint32_t, 1>(i)));
    }
    return words;
}

TEST_CASE("a task is a teacher, inputs row by row and queries, from the first three of five keys") {
    auto const key = folded_in(key_of_seed<1>(3), 14);
    auto const task = LinearRegression{.input_range = 1.4f, .target_scale = 3}.draw<uneven>(key);
    auto const W = words_of<2 * 3>(key, 0);
    auto const X = words_of<7 * 3>(key, 1);
    auto const Xq = words_of<4 * 3>(key, 2);
    auto const number = [](Lanes<float, 1> const& lane) { return static_cast<double>(lane[0]); };
    auto const check_target = [&](int output, auto const& inputs, std::size_t first, double given) {
        double exact = 0;
        double magnitude = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            double const weight = 3 * number(normal(W[static_cast<std::size_t>(output) * 3 + i]));
            double const term = weight * number(uniform(inputs[first + i], -0.7f, 1.4f));
            exact += term;
            magnitude += std::abs(term);
        }
        // Four roundings on each path: 3 w, its product with x, two sums.
        REQUIRE(std::abs(given - exact) <= 4 * 0x1p-24 * (1 + 0x1p-20) * magnitude);
    };
    for (int token = 0; token < 7; ++token) {
        auto const first = static_cast<std::size_t>(token) * 3;
        for (int i = 0; i < 3; ++i) {
            REQUIRE(task.prompt.context(i, token)[0] ==
                    uniform(X[first + static_cast<std::size_t>(i)], -0.7f, 1.4f)[0]);
        }
        for (int output = 0; output < 2; ++output) {
            check_target(output, X, first, number(task.prompt.context(3 + output, token)));
        }
    }
    for (int token = 0; token < 4; ++token) {
        auto const first = static_cast<std::size_t>(token) * 3;
        for (int i = 0; i < 3; ++i) {
            REQUIRE(task.prompt.query(i, token)[0] == uniform(Xq[first + static_cast<std::size_t>(i)], -0.7f, 1.4f)[0]);
        }
        for (int output = 0; output < 2; ++output) {
            REQUIRE(task.prompt.query(3 + output, token)[0] == 0.0f);
            check_target(output, Xq, first, number(task.target(output, token)));
        }
    }
}

TEMPLATE_TEST_CASE_SIG("a task is the same in whatever lane it is drawn", "", ((int Count), Count), 4, 16) {
    Keys<Count> keys;
    for (int lane = 0; lane < Count; ++lane) {
        keys.first.set(lane, static_cast<std::uint32_t>(100 + lane));
        keys.second.set(lane, static_cast<std::uint32_t>(7 * lane));
    }
    auto const tasks = LinearRegression{}.draw<uneven>(keys);
    for (int lane = 0; lane < Count; ++lane) {
        CAPTURE(lane);
        Keys<1> const key{keys.first[lane], keys.second[lane]};
        auto const alone = LinearRegression{}.draw<uneven>(key);
        int differences = 0;
        for (int row = 0; row < 5; ++row) {
            for (int token = 0; token < 7; ++token) {
                differences += tasks.prompt.context(row, token)[lane] != alone.prompt.context(row, token)[0];
            }
            for (int token = 0; token < 4; ++token) {
                differences += tasks.prompt.query(row, token)[lane] != alone.prompt.query(row, token)[0];
                differences += row < 2 && tasks.target(row, token)[lane] != alone.target(row, token)[0];
            }
        }
        REQUIRE(differences == 0);
    }
}

}  // namespace

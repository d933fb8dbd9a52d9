// SPDX-License-Identifier: MIT
// What is const may be asked by several threads, and from inside itself, at once, and two trainings may share one team: the
// bits are those of one alone. Small, because it is also compiled for the thread sanitizer, which makes compiling long.
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/training/training.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};
using Step = GradientStep<sizes, float>;
using Layer = LinearSelfAttention<TokenShape{.token_dim = 3, .context = 3}, float>;

Step step(float learning_rate) {
    return {.learning_rate = learning_rate, .initial_weights = zero<float, 1, 2>()};
}

/// Runs the work in so many threads.
template <class Work>
void at_once(int threads, Work const& work) {
    std::vector<std::thread> team;
    for (int i = 0; i < threads; ++i) {
        team.emplace_back(work, i);
    }
    for (std::thread& one : team) {
        one.join();
    }
}

TEST_CASE("one evaluation may be asked by several threads, and from inside a measurement of itself") {
    for (int threads : {1, 2}) {
        CAPTURE(threads);
        Workers workers(threads);
        Evaluation<sizes> const evaluation(workers, {}, 9, 1000);
        std::array<double, 3> const losses{evaluation.loss(step(1)), evaluation.loss(step(2)),
                                           evaluation.loss(step(3))};
        REQUIRE(losses[0] != losses[1]);
        std::atomic<int> different{0};
        at_once(3, [&](int i) {
            for (int round = 0; round < 50; ++round) {
                different += evaluation.loss(step(static_cast<float>(i + 1))) != losses[static_cast<std::size_t>(i)];
            }
        });
        REQUIRE(different == 0);

        auto const nested = evaluation.mean<1>([&](auto const&, auto& out) {
            different += evaluation.loss(step(2)) != losses[1];
            out[0] = Evaluation<sizes>::Number(1);
        });
        REQUIRE(different == 0);
        REQUIRE(nested[0] == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("two trainings may share one team") {
    auto const last_loss = [](Workers& workers, std::uint32_t seed) {
        Layer layer;
        for_each_parameter([](char const*, auto& projection) { projection.setConstant(0.1f); }, layer);
        Training<sizes, Layer> training(layer, {.batch = 500, .seed = seed}, workers);
        float loss = 0;
        for (int i = 0; i < 20; ++i) {
            loss = training.step();
        }
        return loss;
    };
    Workers alone(1);
    std::array<float, 2> const expected{last_loss(alone, 0), last_loss(alone, 1)};
    REQUIRE(expected[0] != expected[1]);
    Workers shared(2);
    std::array<float, 2> losses{};
    at_once(2, [&](int i) { losses[static_cast<std::size_t>(i)] = last_loss(shared, static_cast<std::uint32_t>(i)); });
    REQUIRE(losses == expected);
}

}  // namespace

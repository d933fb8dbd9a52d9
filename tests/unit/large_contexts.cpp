// SPDX-License-Identifier: MIT
// Contexts whose lanes are more than Eigen lets a matrix hold in itself, and passes larger than the stack of a thread.
#include <cmath>
#include <cstdint>
#include <numeric>
#include <type_traits>
#include <utility>

#include "catch.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/training/training.hpp"
#include "support/plain.hpp"

namespace {

using namespace incontext;
using Number = Lanes<float, training_lanes>;

// 21 x 100 packs of 64 bytes: 134,400 of Eigen's 131,072.
constexpr Dimensions wide{.input = 20, .output = 1, .context = 100};
static_assert(exceeds_stack_limit<Number, 21 * 100> && !exceeds_stack_limit<Number, 20 * 100>);

constexpr std::uint32_t seed = 9;

TEST_CASE("the loss with contexts beyond Eigen's limit is the mean over exactly the tasks of the seed") {
    constexpr int count = 21;  // a pack and a part of one
    auto const layer = as_attention(GradientStep<wide, float>{4, zero<float, 1, 20>()});
    Workers workers(2);
    Evaluation<wide> const evaluation(workers, {}, seed, count);
    auto const tasks = test::plain_tasks<wide>(key_of_seed<1>(seed), count);
    auto const plain = test::plain_layer(layer);
    double const exact = test::mean_loss(plain, tasks);
    // The prediction (sums of 100 examples and of 20 inputs, the rate and 1/N) less the target, squared; the mean.
    double const bound = test::float_bound(2 * (test::roundings_of_query(21, 21, 21, 100, 1) + 1) + 1,
                                           test::mean_loss(test::absolute(plain), test::absolute(tasks)));
    CAPTURE(exact, bound);
    REQUIRE(std::abs(evaluation.loss(layer) - exact) <= bound);
    REQUIRE(bound < exact / count);  // a task more or less would be seen
}

TEST_CASE("a matrix of lanes on the heap is copied, moved and swapped as one that is not") {
    using Tokens = Matrix<Number, 21, 100>;
    Tokens a = Tokens::Constant(Number(1));
    Tokens b = a;
    b(20, 99) = Number(2);
    REQUIRE(a(20, 99) == Number(1));
    a.swap(b);
    REQUIRE((a(20, 99) == Number(2) && b(20, 99) == Number(1)));
    Tokens c = std::move(a);
    REQUIRE(c(20, 99) == Number(2));
    a = b;  // NOLINT(bugprone-use-after-move): a fixed-size matrix can be written after it was moved from
    REQUIRE((a(20, 99) == Number(1) && c(20, 99) == Number(2)));
    b = std::move(c);
    c = a;  // NOLINT(bugprone-use-after-move)
    REQUIRE((b(20, 99) == Number(2) && c(20, 99) == Number(1)));
    Tokens const& itself = c;
    c = itself;
    REQUIRE((c(0, 0) == Number(1) && c(20, 99) == Number(1)));

    HeapArray<int, 3> numbers;
    std::iota(numbers + 0, numbers + 3, 5);
    HeapArray<int, 3> others;
    others = numbers;
    numbers[2] = 0;
    REQUIRE((others[0] == 5 && others[2] == 7));
}

// 3 x 600 packs are within the limit, but a pass keeps them after every layer: 11.5 MB, and threads have 8.
constexpr Dimensions deep{.input = 2, .output = 1, .context = 600};

TEST_CASE("a model of 100 layers on contexts of 600 examples is trained on the threads of a team") {
    constexpr int batch = 5;
    constexpr int layers = 100;
    constexpr float rate = 0.2f;
    auto const layer = as_attention(GradientStep<deep, float>{rate, zero<float, 1, 2>()});
    using Model = LoopedStack<std::remove_const_t<decltype(layer)>, layers>;
    Model model = looped<layers>(layer);
    Workers workers(2);
    Training<deep, Model> training(model, {.batch = batch, .seed = seed}, workers);
    Model gradient;
    auto const loss = static_cast<double>(training.loss_and_gradient(gradient));

    auto const plain = test::plain_layer(layer);
    auto const step_key = folded_in(folded_in(key_of_seed<1>(seed), training_stream), 0u);
    auto tasks = test::plain_tasks<deep>(step_key, batch);
    double before = 0;
    for (int k = 0; k < layers; ++k) {
        before = test::mean_loss(plain, tasks);
        for (auto& task : tasks) {
            auto const F = test::fast_weights(plain, task.context);
            task.query = task.query + F * task.query;
            task.context = task.context + F * task.context;
        }
    }
    // `before` has seen k = 0 ... 99 and asks once more: 100 layers.
    CAPTURE(loss, before);
    REQUIRE(std::abs(loss - before) <= 1e-3 * before);
    double const after = test::mean_loss(plain, tasks);
    REQUIRE(std::abs(after - before) > 1e-2 * before);  // a layer more or less would be seen
}

}  // namespace

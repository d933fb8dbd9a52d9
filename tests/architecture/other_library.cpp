// SPDX-License-Identifier: MIT
// Where standard libraries differ: threads, numbers as text, and a stream. Compiled with libc++.
#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "incontext/incontext.hpp"

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3};

int main() {
    auto const step = GradientStep<sizes, float>{0.1f, Eigen::RowVector2f(1.5f, -0x1p-149f)};
    GradientStep<sizes, float> read;
    parameters_from_text(parameters_text(step), read);
    bool const is_read = read.initial_weights == step.initial_weights && read.learning_rate == step.learning_rate;

    Workers workers(3);
    int done[20] = {};
    workers.for_each_chunk(20, [&](int chunk) { ++done[chunk]; });
    bool const is_done = std::all_of(done, done + 20, [](int times) { return times == 1; });
    bool is_caught = false;
    try {
        workers.for_each_chunk(20, [](int) { throw std::domain_error("as it should"); });
    } catch (std::domain_error const&) {
        is_caught = true;
    }

    auto const model = looped<1>(as_attention(GradientStep<sizes, float>{0.5f, zero<float, 1, 2>()}));
    StreamingContext<sizes, std::remove_const_t<decltype(model)>> context(model);
    static_cast<void>(context.observe(Eigen::Vector2f(1, 0), Eigen::Matrix<float, 1, 1>(4)));
    bool const is_learned = context.predict(Eigen::Vector2f(1, 0))(0) == 2;

    std::printf("read %d, done %d, caught %d, learned %d\n", is_read, is_done, is_caught, is_learned);
    return is_read && is_done && is_caught && is_learned ? 0 : 1;
}

// SPDX-License-Identifier: MIT
/// @file
/// The tasks of the paper's main experiments: noiseless linear regression with a fresh teacher per prompt.
///
///     w ~ N(0, I)     x_i, x_q ~ U(-r/2, r/2)     y_i = w x_i
///
/// The paper writes U(-1, 1); its code draws U(-r/2, r/2) with r = 1, and all its numbers fit that. The r of the
/// out-of-distribution plots ("larger inputs") is this r.
#pragma once

#include "incontext/matrix/eigen.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The distribution of tasks.
struct LinearRegression {
    float input_range = 1;   // r: inputs are uniform in (-r/2, r/2)
    float target_scale = 1;  // factor on the teacher's weights

    /// The tasks of these keys, one per lane.
    ///
    /// Source: the reference's sampler, [vonOswald2023] code: key -> split 5 -> k0: w, k1: X (row by row), k2: x_q.
    /// With several outputs w is drawn as one row-major [output x input] matrix; with several queries x_q likewise.
    /// Exactness: keys and words exact; uniform draws exact at r = 1; one rounding per operation after.
    /// Cost at input = context = 10: 65 blocks of threefry, 230 multiplications and ten of `normal`.
    /// Errors: an input range that is not above 0 and finite throws std::invalid_argument.
    /// Test: tests/golden/reference_tasks.cpp (the reference's loss 0.20468888).
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        using Floats = Lanes<float, Count>;
        using Words = Lanes<std::uint32_t, Count>;
        constexpr int d = Sizes.input;
        require_input_range(input_range);
        auto const key = split_keys<5>(keys);  // the last two are the reference's for other things

        Task<Sizes, Floats> task{.prompt = {.context = unwritten, .query = unwritten}, .target = unwritten};
        for_each_random_word<Sizes.context * d>(key[1], [&](int index, Words const& word) {
            task.prompt.context(index % d, index / d) = uniform(word, -input_range / 2, input_range);
        });
        for_each_random_word<Sizes.query * d>(key[2], [&](int index, Words const& word) {
            task.prompt.query(index % d, index / d) = uniform(word, -input_range / 2, input_range);
        });
        set_targets(drawn_teacher<Sizes>(key[0], target_scale), task);
        return task;
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// The tasks of linear regression, drawn with half the random bits: for training alone.
///
///     w ~ N(0, I)     x_i, x_q ~ U{(k + 1/2) / 2^16 - 1/2 : k = 0 ... 2^16 - 1} r     y_i = w x_i
///
/// Drawing tasks is three quarters of a training step of one layer; this takes half the time. Inputs lie 1.5e-5 r apart, so that
/// trained losses are those of LinearRegression within the deviation of seeds (docs/design.md, "Widths of registers", has
/// both). Evaluations, and what must match the reference, draw LinearRegression.
#pragma once

#include <cstddef>
#include <stdexcept>

#include "incontext/matrix/eigen.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The distribution of tasks.
struct SixteenBitInputs {
    float input_range = 1;   // r
    float target_scale = 1;  // factor on the teacher's weights

    /// The tasks of these keys, one per lane.
    ///
    /// Words are those of threefry with 13 rounds: of counters (b, 0) the teacher's, two normal numbers of a block; of (b, 1) the
    /// context's inputs, token by token, and of (b, 2) the query tokens', four of a block. Exactness: keys and words exact; inputs
    /// exact at r = 1, two roundings else; one rounding per operation after. Mean and odd moments of inputs are those of the
    /// uniform distribution, the variance is smaller by the factor 1 - 2^-32.
    /// Cost at input = context = 10: 33 blocks of 13 rounds, where LinearRegression takes 65 of 20. Errors: a range that is not above 0 and
    /// below 2^127, with which inputs are made, throws std::invalid_argument.
    /// Test: tests/unit/sixteen_bit_inputs.cpp.
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& key) const;
};

// ------------------------------------------------------------------------------------------------------- details ----

template <Dimensions Sizes, int Count>
Task<Sizes, Lanes<float, Count>> SixteenBitInputs::draw(Keys<Count> const& key) const {
    using Floats = Lanes<float, Count>;
    using Words = Lanes<std::uint32_t, Count>;
    constexpr int d = Sizes.input;
    constexpr int weights = Sizes.output * d;
    if (!is_a_width(input_range) || input_range >= 0x1p127f) {
        fail<std::invalid_argument>("sixteen-bit inputs: the range of the inputs must be above 0 and below 2^127");
    }

    Task<Sizes, Floats> task{.prompt = {.context = unwritten, .query = unwritten}, .target = unwritten};
    Floats const range(input_range);
    Floats const middle((1.5f - 0x1p-17f) * input_range);
    // 16 bits behind the exponent of 1: 1 + k / 2^16.
    auto const input = [&](Words const& bits) {
        return lane_math::reinterpreted<Floats>((bits & Words(0x007fff80u)) | Words(0x3f800000u)) * range - middle;
    };
    for_each_half_word<Sizes.context * d>(
        key, 1, [&](int index, Words const& bits) { task.prompt.context(index % d, index / d) = input(bits); });
    for_each_half_word<Sizes.query * d>(
        key, 2, [&](int index, Words const& bits) { task.prompt.query(index % d, index / d) = input(bits); });

    Matrix<Floats, Sizes.output, d> W;
    random_words::for_each_block<13, (weights + 1) / 2>(
        key,
        [](int i) {
            return WordPair<Words>{Words(i), Words(0)};
        },
        [&](int from, auto const& words, auto const& others) {
            for (int k = 0; k < static_cast<int>(words.size()); ++k) {
                auto const pair = normal_pair(words[static_cast<std::size_t>(k)], others[static_cast<std::size_t>(k)]);
                for (int which = 0; which < 2; ++which) {
                    int const index = 2 * (from + k) + which;
                    if (index < weights) {
                        W(index / d, index % d) = Floats(target_scale) * pair[static_cast<std::size_t>(which)];
                    }
                }
            }
        });
    set_targets(W, task);
    return task;
}

}  // namespace incontext

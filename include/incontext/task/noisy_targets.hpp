// SPDX-License-Identifier: MIT
/// @file
/// Regression tasks in which some context tokens have a y that says nothing about the teacher.
///
///     y_i ~ N(0, 1) for k of the N context tokens, y_i = w x_i for the others
///
/// The noise replaces y, it is not added to it. The query's target stays W x_q.
#pragma once

#include <stdexcept>
#include <string>

#include "incontext/task/linear_regression.hpp"
#include "incontext/task/permutation.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"
#include "incontext/support/failure.hpp"

namespace incontext {

/// The distribution of tasks.
struct NoisyTargets {
    int noisy_tokens = 0;      // k: how many context tokens, the same number in every task
    LinearRegression clean{};  // the tasks before their targets are replaced

    /// The tasks of these keys, one per lane.
    ///
    /// Source: the reference's sampler, [vonOswald2023] code: of the five keys of LinearRegression k3 is for the k noise
    /// numbers and k4 for which tokens: the first k of a permutation of the context, noise number i for the i-th. With
    /// several outputs the noise is one row-major [k x output] matrix, which replaces all of a token's outputs.
    /// Exactness: that of LinearRegression, and of normal. k = 0 is LinearRegression, bit for bit.
    /// Cost: that of LinearRegression, and context / 2 + k output + 6 blocks of threefry.
    /// Errors: a k below 0 or above the context throws std::invalid_argument; those of LinearRegression and random_places.
    /// Test: tests/unit/noisy_targets.cpp.
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        using Floats = Lanes<float, Count>;
        using Words = Lanes<std::uint32_t, Count>;
        if (noisy_tokens < 0 || noisy_tokens > Sizes.context) {
            fail<std::invalid_argument>("noisy targets: " + std::to_string(noisy_tokens) +
                                        " noisy tokens of a context of " + std::to_string(Sizes.context) +
                                        " are not possible");
        }
        auto task = clean.draw<Sizes>(keys);
        Keys<Count> const noise_key = split_key(keys, 5, Words(3u));
        auto const place = random_places<Sizes.context>(split_key(keys, 5, Words(4u)));
        auto const total = static_cast<std::uint32_t>(noisy_tokens * Sizes.output);
        for (std::uint32_t number = 0; number < total; ++number) {
            Floats const noise = normal(random_word(noise_key, total, Words(number)));
            int const output = static_cast<int>(number) % Sizes.output;
            Words const noisy_place(number / static_cast<std::uint32_t>(Sizes.output));
            for (int token = 0; token < Sizes.context; ++token) {
                Floats& y = task.prompt.context(Sizes.input + output, token);
                y = where_equal(place[static_cast<std::size_t>(token)], noisy_place, noise, y);
            }
        }
        return task;
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Tasks whose inputs were never seen in training: from another distribution, and all of a prompt scaled by one number.
///
///     w ~ N(0, I)     x_i, x_q ~ Exp(1), N(0, 1) or Laplace(0, 1): one of them per task, each with probability 1/3
///     X <- alpha X / |X|_F     x_q <- alpha x_q / |X|_F     y_i = w x_i
///
/// |X|_F is the Frobenius norm of the context's inputs before the division, so the context has norm alpha and the query
/// is of the size of one of its columns.
#pragma once

#include <cmath>
#include <limits>
#include <stdexcept>

#include "incontext/matrix/eigen.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/task/permutation.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The distribution of tasks.
struct UnseenInputs {
    float scale = 1;         // alpha: the Frobenius norm of the context's inputs
    float target_scale = 1;  // factor on the teacher's weights

    /// The tasks of these keys, one per lane.
    ///
    /// Source: the reference's sampler, [vonOswald2023] code: key -> split 4 (a LinearRegression's is split in 5) ->
    /// k0: w, k1: X (row by row), k2: x_q, k3: which distribution, the first of a permutation of exponential, normal,
    /// Laplace. All three read the same words. The paper names these three, its code's comment Poisson in place of Laplace.
    /// With several outputs w is drawn as one row-major [output x input] matrix; with several queries x_q likewise.
    /// Exactness: keys, words and the choice exact; numbers as exponential, normal and laplace round; one rounding per
    /// operation after. No task of the reference is known to the last digit to hold them against.
    /// Cost: three blocks more than LinearRegression; three functions, a division and a multiplication per input.
    /// Errors: a scale that is not above 0 and finite throws std::invalid_argument; a context of which every input is 0 becomes NaN
    /// (exponential only, probability 2^(-23 d N)). Test: tests/unit/unseen_inputs.cpp, tests/unit/task_distributions.cpp.
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        using Floats = Lanes<float, Count>;
        using Words = Lanes<std::uint32_t, Count>;
        constexpr int d = Sizes.input;
        if (!is_a_width(scale)) {
            fail<std::invalid_argument>("unseen inputs: the scale must be above 0 and finite");
        }
        auto const [teacher_key, inputs_key, query_key, choice_key] = split_keys<4>(keys);
        auto const place_of = random_places<3>(choice_key);
        auto const drawn = [&](Words const& word) {
            Floats const normal_or_laplace = where_equal(place_of[1], Words(0u), normal(word), laplace(word));
            return where_equal(place_of[0], Words(0u), exponential(word), normal_or_laplace);
        };

        Task<Sizes, Floats> task{.prompt = {.context = unwritten, .query = unwritten}, .target = unwritten};
        auto& context = task.prompt.context;
        Floats sum_of_squares(0);
        for_each_random_word<Sizes.context * d>(inputs_key, [&](int index, Words const& word) {
            Floats const x = drawn(word);
            context(index % d, index / d) = x;
            sum_of_squares += x * x;
        });
        Floats norm;
        for (int lane = 0; lane < Count; ++lane) {
            norm.set(lane, std::sqrt(sum_of_squares[lane]));
        }
        for (int token = 0; token < Sizes.context; ++token) {
            for (int i = 0; i < d; ++i) {
                context(i, token) = context(i, token) / norm * Floats(scale);
            }
        }
        for_each_random_word<Sizes.query * d>(query_key, [&](int index, Words const& word) {
            task.prompt.query(index % d, index / d) = drawn(word) / norm * Floats(scale);
        });
        set_targets(drawn_teacher<Sizes>(teacher_key, target_scale), task);
        return task;
    }
};

}  // namespace incontext

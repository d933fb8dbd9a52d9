// SPDX-License-Identifier: MIT
/// @file
/// The tasks of the paper's non-linear regression: sine waves of one amplitude and phase per prompt.
///
///     y = a sin(x + b)        x_i, x_q ~ U(-5, 5)
///     one parameter      u ~ U(0, 1):  a = .1 + .4 u,  b = pi u             as the reference draws them
///     two parameters     a ~ U(.1, 5), b ~ U(0, pi), independently           as the paper's text says
///
/// No number that the paper reports fits its text: predicting 0 costs .0259 of the first family and 2.1 of the second.
#pragma once

#include <cstdint>
#include <numbers>
#include <stdexcept>

#include "incontext/matrix/eigen.hpp"
#include "incontext/number/lane_sine.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Which sine waves a prompt can show.
enum class WaveFamily { one_parameter, two_parameters };

/// The distribution of tasks: tokens (x; y) of R^2.
struct SineWaves {
    WaveFamily family = WaveFamily::one_parameter;
    float input_range = 10;  // inputs are uniform in (-range/2, range/2)

    /// The tasks of these keys, one per lane.
    ///
    /// Source: [vonOswald2023] sec. 4 and its code, for the distribution; the keys are ours: split 3 -> k0: u (two parameters: a, b), k1:
    /// X, k2: x_q. Exactness: keys and words exact; a rounding per operation, and that of `sine`. Cost: context + query
    /// sines. Errors: other Dimensions than one input and one output do not compile; an input range that is not above
    /// 0 and below 1000 throws std::invalid_argument. Test: tests/unit/sine_waves.cpp.
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        static_assert(Sizes.input == 1 && Sizes.output == 1, "sine waves have one input and one output");
        using Floats = Lanes<float, Count>;
        using Words = Lanes<std::uint32_t, Count>;
        if (!(input_range > 0 && input_range < 1000)) {
            fail<std::invalid_argument>("sine waves: the range of the inputs must be above 0 and below 1000");
        }
        constexpr float pi = std::numbers::pi_v<float>;
        auto const key = split_keys<3>(keys);

        Words parameters[2];
        for_each_random_word<2>(key[0], [&](int index, Words const& word) { parameters[index] = word; });
        bool const one = family == WaveFamily::one_parameter;
        Floats const amplitude = one ? uniform(parameters[0], 0.1f, 0.4f) : uniform(parameters[0], 0.1f, 4.9f);
        Floats const phase = uniform(parameters[one ? 0 : 1], 0, pi);

        Task<Sizes, Floats> task{.prompt = {.context = unwritten, .query = unwritten}, .target = unwritten};
        for_each_random_word<Sizes.context>(key[1], [&](int token, Words const& word) {
            Floats const x = uniform(word, -input_range / 2, input_range);
            task.prompt.context(0, token) = x;
            task.prompt.context(1, token) = amplitude * sine(x + phase);
        });
        for_each_random_word<Sizes.query>(key[2], [&](int token, Words const& word) {
            Floats const x = uniform(word, -input_range / 2, input_range);
            task.prompt.query(0, token) = x;
            task.prompt.query(1, token) = Floats(0);
            task.target(0, token) = amplitude * sine(x + phase);
        });
        return task;
    }
};

}  // namespace incontext

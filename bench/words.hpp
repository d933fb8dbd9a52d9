// SPDX-License-Identifier: MIT
/// @file
/// How many random words a task takes, for the floor. Words come in pairs, from one block of threefry.
#pragma once

#include "incontext/token/dimensions.hpp"

namespace bench {

/// Words in whole pairs.
[[nodiscard]] constexpr int in_pairs(int words) {
    return (words + 1) / 2 * 2;
}

/// The key of a task from that of the step (split_key).
inline constexpr int words_of_a_key = 4;

/// LinearRegression::draw: five keys, the teacher, the inputs of the context and of the query.
template <incontext::Dimensions Sizes>
inline constexpr int words_of_linear_regression = 2 * 5 + in_pairs(Sizes.output* Sizes.input) +
                                                  in_pairs(Sizes.context* Sizes.input) +
                                                  in_pairs(Sizes.query* Sizes.input);

/// SixteenBitInputs::draw: two inputs of a word, in whole blocks, and the teacher. Its words are of 13 rounds, the bare generator's
/// of 20, and count as so much less.
template <incontext::Dimensions Sizes>
inline constexpr double words_of_sixteen_bit_inputs = (in_pairs(Sizes.output * Sizes.input) +
                                                       in_pairs((Sizes.context * Sizes.input + 1) / 2) +
                                                       in_pairs((Sizes.query * Sizes.input + 1) / 2)) *
                                                      13. / 20;

/// SineWaves::draw: three keys, two parameters, the inputs.
template <incontext::Dimensions Sizes>
inline constexpr int words_of_sine_waves = 2 * 3 + 2 + in_pairs(Sizes.context) + in_pairs(Sizes.query);

}  // namespace bench

// SPDX-License-Identifier: MIT
#include "inputs/shifts.hpp"

#include "incontext/task/noisy_targets.hpp"
#include "incontext/task/unseen_inputs.hpp"

namespace reproduce {

using namespace incontext;

namespace {

/// first / parts, (first + step) / parts, ... last / parts: each the nearest double, whatever the compiler fuses.
std::vector<double> fractions(int first, int step, int last, double parts) {
    std::vector<double> values;
    for (int i = first; i <= last; i += step) {
        values.push_back(i / parts);
    }
    return values;
}

}  // namespace

std::vector<Shift> all_shifts(Workers& workers) {
    return {{.name = "larger_inputs",
             .title = "larger and smaller inputs",
             .label = "inputs uniform in (-α/2, α/2): α (training: 1)",
             .values = fractions(5, 1, 20, 10),
             .tasks =
                 [&](double range) {
                     return Evaluation<sizes>(workers, LinearRegression{.input_range = static_cast<float>(range)});
                 }},
            {.name = "larger_targets",
             .title = "larger and smaller targets",
             .label = "teachers α w: α (training: 1)",
             .values = fractions(1, 1, 10, 2),
             .tasks =
                 [&](double scale) {
                     return Evaluation<sizes>(workers, LinearRegression{.target_scale = static_cast<float>(scale)});
                 }},
            {.name = "unseen_inputs",
             .title = "inputs of laws that were never seen",
             .label = "exponential, normal or Laplace, |X| = α (training: about 2.9)",
             .values = fractions(2, 1, 20, 4),
             .tasks =
                 [&](double scale) {
                     return Evaluation<sizes>(workers, UnseenInputs{.scale = static_cast<float>(scale)});
                 }},
            {.name = "noisy_targets",
             .title = "targets that say nothing",
             .label = "of 10 context tokens, how many have a y ~ N(0, 1)",
             .values = {0, 2, 4, 6, 8},
             .tasks =
                 [&](double count) {
                     return Evaluation<sizes>(workers, NoisyTargets{.noisy_tokens = static_cast<int>(count)});
                 },
             .has_ridge = true}};
}

}  // namespace reproduce

// SPDX-License-Identifier: MIT
/// @file
/// Linear regression with plain tokens: inputs and targets are tokens of their own, one after the other.
///
///     x_1, (0; y_1), x_2, (0; y_2), ..., x_N, (0; y_N), x_q        tokens of the input's dimension, 2 N of them context
///
/// No token holds an example, so one layer cannot take a gradient step: a first one must copy each y_i to its x_i.
#pragma once

#include "incontext/matrix/eigen.hpp"
#include "incontext/task/linear_regression.hpp"
#include "incontext/task/task.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The distribution of tasks, for Dimensions{.input = d - output, .output, .context = 2 N}: tokens are of R^d, and the targets of
/// a token are its last rows, as everywhere.
struct PlainTokens {
    LinearRegression tasks{};

    /// The tasks of these keys, one per lane: those of LinearRegression with inputs of R^d, taken apart.
    ///
    /// Source: [vonOswald2023] sec. 5 and its code. Exactness: that of LinearRegression, and copies. Cost: that of LinearRegression.
    /// Errors: an odd context does not compile; those of LinearRegression. Test: tests/unit/sine_waves.cpp.
    template <Dimensions Sizes, int Count>
    [[nodiscard]] Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        static_assert(Sizes.context % 2 == 0,
                      "a context of plain tokens holds an input and a target for every example, an even number");
        using Floats = Lanes<float, Count>;
        constexpr int d = Sizes.input + Sizes.output;
        constexpr Dimensions examples{
            .input = d, .output = Sizes.output, .context = Sizes.context / 2, .query = Sizes.query};
        auto const drawn = tasks.draw<examples>(keys);

        Task<Sizes, Floats> task{.prompt = {.context = unwritten, .query = unwritten}, .target = drawn.target};
        for (int example = 0; example < examples.context; ++example) {
            for (int row = 0; row < d; ++row) {
                task.prompt.context(row, 2 * example) = drawn.prompt.context(row, example);
                task.prompt.context(row, 2 * example + 1) =
                    row < Sizes.input ? Floats(0) : drawn.prompt.context(d + row - Sizes.input, example);
            }
        }
        for (int token = 0; token < Sizes.query; ++token) {
            for (int row = 0; row < d; ++row) {
                task.prompt.query(row, token) = drawn.prompt.query(row, token);
            }
        }
        return task;
    }
};

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A cell of the grid: one model, trained once. And the sizes that the program was compiled for.
#pragma once

#include <cstdint>
#include <string>

#include "incontext/support/workers.hpp"

namespace sweep {

/// What tells one cell from another.
struct Cell {
    int input = 0;
    int context = 0;
    int layers = 0;  // of their own weights
    int steps = 0;
    int batch = 0;
    double rate = 0;  // of Adam
    std::uint32_t seed = 0;
};

/// What a cell has come to. No time: that changes from run to run.
struct CellResult {
    double loss_trained = 0;
    double loss_gd = 0;  // as many steps of gradient descent, at their best rate on the same tasks
    double learning_rate_gd = 0;
    double cosine = 0;  // of the sensitivities of both
};

/// A size, compiled in an object of its own (size.cpp).
struct Size {
    int number;  // orders the sizes: number_of
    int input;
    int context;
    int layers;
    double (*seconds)(Cell const& cell, incontext::Workers& workers);  // by the fastest of a few steps
    CellResult (*trained)(Cell const& cell, incontext::Workers& workers);
};

/// One number for the three of a size, in their order.
[[nodiscard]] constexpr int number_of(int input, int context, int layers) {
    return (layers * 1'000 + input) * 1'000 + context;
}

/// "5x10x1".
[[nodiscard]] inline std::string text_of(int input, int context, int layers) {
    return std::to_string(input) + "x" + std::to_string(context) + "x" + std::to_string(layers);
}

}  // namespace sweep

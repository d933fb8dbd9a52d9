// SPDX-License-Identifier: MIT
/// @file
/// What the tests of rounding share: the floating families, their lanes, and numbers that round.
#pragma once

#include <tuple>

#include "incontext/equivalence/agree.hpp"
#include "incontext/token/converted.hpp"
#include "support/drawn.hpp"

namespace test {

using Floating = std::tuple<float, double, Lanes<float, 8>>;

/// A number lane by lane; a plain number is its own only lane.
template <class Number>
struct LaneOf {
    using type = Number;
    static constexpr int count = 1;
    static double at(Number const& number, int) { return static_cast<double>(number); }
};
template <class Number, int Count>
struct LaneOf<Lanes<Number, Count>> {
    using type = Number;
    static constexpr int count = Count;
    static double at(Lanes<Number, Count> const& number, int lane) { return static_cast<double>(number[lane]); }
};

/// Every number of a layer or prompt divided by 8.
template <class Number, class Tree>
Tree in_eighths(Tree const& whole) {
    return converted<Number>(whole, [](Number const& number) { return number / Number(8); });
}

/// A number that fills its fraction, between -1 and 1.
template <class Number>
Number uneven(Number const& whole) {
    return whole / Number(3 << 19);
}

template <Dimensions Sizes, class Number>
GradientStep<Sizes, Number> uneven_step(unsigned stream) {
    return converted<Number>(drawn_parameters<GradientStep<Sizes, Number>>(stream, 3 << 19), uneven<Number>);
}

template <TokenShape Shape, class Number>
Prompt<Shape, Number> uneven_prompt(unsigned stream) {
    return converted<Number>(drawn_prompt<Shape, Number>(stream, 3 << 19), uneven<Number>);
}

}  // namespace test

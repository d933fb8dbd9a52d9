// SPDX-License-Identifier: MIT
/// @file
/// The identity map: an update without unknowns.
#pragma once

#include "incontext/token/prompt.hpp"

namespace test {

struct Nothing {
    template <incontext::TokenShape Shape, class Number>
    constexpr incontext::Prompt<Shape, Number> operator()(incontext::Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
};

}  // namespace test

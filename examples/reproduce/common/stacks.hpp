// SPDX-License-Identifier: MIT
/// @file
/// Stacks of K layers, or of K steps of a learning rule, as the paper's code builds them.
#pragma once

#include <utility>

#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"

namespace reproduce {

/// A layer, or a learning rule, as one of K: with more than three the paper's code clips tokens at 10, in models and rules alike.
template <int Layers, class Update>
constexpr auto block(Update const& update) {
    if constexpr (Layers > 3) {
        return incontext::clipped<10>(update);
    } else {
        return update;
    }
}

template <int Layers, class Update>
using Block = decltype(block<Layers>(std::declval<Update>()));

template <int Layers, class Update>
using Looped = incontext::LoopedStack<Block<Layers, Update>, Layers>;

template <int Layers, class Update>
using Untied = incontext::UntiedStack<Block<Layers, Update>, Layers>;

}  // namespace reproduce

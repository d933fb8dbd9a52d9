// SPDX-License-Identifier: MIT
/// @file
/// How many operations a form takes: it is run on matrices that count, while compiling.
///
///     multiplications<Layer, shape>([](auto const& layer, auto const& prompt) { return layer(prompt); })
///
/// The plans of this library have names, in namespace plans. A choice between two forms then reads multiplications(a) <
/// multiplications(b), and no formula is derived by hand.
#pragma once

#include "incontext/matrix/counted.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// The operations of plan(update, prompt), for an update of this type and a prompt of this shape.
///
/// Update: any kind with with_number<Other>; its own numbers do not matter. Exactness: exact where every entry of a
/// matrix takes the same work, as in the operations of matrix/; a matrix made by `generate` counts as many times its first
/// entry, or its last one where the first is a constant, and constants among its entries are counted like the others.
/// Cost: none at run time; while compiling, a few steps per operation on matrices. Errors: a plan that does not fit update
/// or prompt does not compile. Test: tests/unit/operations.cpp.
template <class Update, TokenShape Shape, class Plan>
[[nodiscard]] constexpr Operations operations(Plan const& plan) {
    Operations tally;
    typename Update::template with_number<Counted> update{};
    for_each_parameter(
        [&](char const*, auto& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                parameter(0, 0) = Counted(tally);
            } else {
                parameter = Counted(tally);
            }
        },
        update);
    Prompt<Shape, Counted> prompt{};
    prompt.context(0, 0) = Counted(tally);
    prompt.query(0, 0) = Counted(tally);
    static_cast<void>(plan(update, prompt));
    return tally;
}

namespace plans {

/// The update as it is defined.
inline constexpr auto all_tokens = [](auto const& update, auto const& prompt) { return update(prompt); };

}  // namespace plans

/// The multiplications of plan(update, prompt), by which forms are chosen.
template <class Update, TokenShape Shape, class Plan>
[[nodiscard]] constexpr long long multiplications(Plan const& plan) {
    return operations<Update, Shape>(plan).multiplications;
}

}  // namespace incontext

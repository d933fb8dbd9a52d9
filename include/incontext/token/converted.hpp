// SPDX-License-Identifier: MIT
/// @file
/// The same matrix, prompt, layer or learning rule in other numbers: from float to double, from lanes to one of them, from
/// numbers that run to the bounds of their rounding.
#pragma once

#include "incontext/matrix/blocks.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// A matrix with convert(entry) for every entry.
///
/// Exactness: that of convert; so for all three. Cost: a call per entry. Test of all three: tests/unit/converted.cpp.
template <class To, AnyMatrix M, class Convert>
[[nodiscard]] constexpr auto converted(M const& matrix, Convert const& convert) -> Matrix<To, rows_of<M>, cols_of<M>> {
    return generate<To, rows_of<M>, cols_of<M>>([&](int row, int col) { return convert(matrix(row, col)); });
}

/// A prompt with convert(entry) for every entry.
template <class To, TokenShape Shape, class Number, class Convert>
[[nodiscard]] constexpr Prompt<Shape, To> converted(Prompt<Shape, Number> const& prompt, Convert const& convert) {
    return {.context = converted<To>(prompt.context, convert), .query = converted<To>(prompt.query, convert)};
}

/// An update whose numbers can be exchanged: a Hana struct with a member template with_number<Other>. ErrorBound
/// stands here for any other number.
template <class Update>
concept ConvertibleUpdate = is_parameter_tree<Update> && requires {
    typename Update::template with_number<ErrorBound<float>>;
};

/// The same update over other numbers, with convert(number) for every parameter.
/// Errors: an update that is no ConvertibleUpdate does not compile.
template <class To, ConvertibleUpdate Update, class Convert>
[[nodiscard]] constexpr auto converted(Update const& update, Convert const& convert) ->
    typename Update::template with_number<To> {
    typename Update::template with_number<To> result{};
    for_each_parameter(
        [&](char const*, auto& to, auto const& from) {
            if constexpr (AnyMatrix<decltype(from)>) {
                to = converted<To>(from, convert);
            } else {
                to = convert(from);
            }
        },
        result, update);
    return result;
}

}  // namespace incontext

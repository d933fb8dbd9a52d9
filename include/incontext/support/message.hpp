// SPDX-License-Identifier: MIT
/// @file
/// How a mistake is told at compile time.
///
/// A template library is judged by its errors. Ours follow one pattern that g++ 12 and clang 14 both print well: a
/// class template whose *arguments* are what was given and what was required, and whose static_assert holds one
/// sentence. Instantiating it puts sentence and numbers side by side in the first error of either compiler:
///
///     a_matrix_has_the_wrong_shape<the_query_projection_W_Q, Given<4, 4>, Required<5, 5>>
///     error: static assertion failed: a matrix has another shape than its place requires ...
///
/// Every sentence stands in docs/errors.md with its meaning and its fix, and is held by a test in tests/compile_fail.
#pragma once

#include <type_traits>

#include "incontext/support/version.hpp"

namespace incontext {

/// A shape as it arrived. -1 is a size that is only known at run time. Test: tests/compile_fail.
template <int Rows, int Cols>
struct Given;

/// A shape as it must be. Test: tests/compile_fail.
template <int Rows, int Cols>
struct Required;

/// Passed to a static_assert that must fail whenever its template is instantiated at all.
template <class...>
inline constexpr bool never = false;

/// Test: tests/compile_fail/changed_const.cpp.
template <class GivenType>
struct what_is_changed_must_not_be_const {
    static_assert(never<GivenType>,
                  "this function changes what it is given, which must not be const: its type stands in this message");
    static constexpr bool value = false;
};

/// True, or does not compile, with one sentence.
template <class Changed>
inline constexpr bool is_changeable = true;
template <class Changed>
inline constexpr bool is_changeable<Changed const> = what_is_changed_must_not_be_const<Changed const>::value;

/// Does not compile, with one sentence, where something to be changed is const.
template <class Changed>
constexpr auto require_changeable() {
    if constexpr (std::is_const_v<Changed>) {
        static_cast<void>(what_is_changed_must_not_be_const<Changed>{});
    }
}

}  // namespace incontext

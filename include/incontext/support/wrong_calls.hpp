// SPDX-License-Identifier: MIT
/// @file
/// Calls that fit no function are told in one sentence (docs/design.md, "Wrong calls").
///
/// A public function has a last candidate of any number of arguments, which says how it is called. It is chosen where nothing
/// else fits, and only where something of this library is given: a call that another library's function takes after a conversion
/// stays that function's.
#pragma once

namespace incontext {

namespace lookup {

/// Hides the function of that name below, which is then found by the arguments alone.
void is_of_this_library();

/// Whether functions of this library are looked for where a T is given.
template <class T>
concept FindsThisLibrary = requires(T const* type) {
    is_of_this_library(type);
};

}  // namespace lookup

/// Found where a class of this namespace, or made of one, is given. Only its type is asked.
template <class T>
void is_of_this_library(T const* type);

/// A matrix of Eigen that knows a size at run time only: no function takes one, but streams take tables of any number of columns.
template <class T>
concept HasDynamicSize = requires {
    requires T::RowsAtCompileTime == -1 || T::ColsAtCompileTime == -1;
};

/// A class of this library, or one that says its numbers as they do: a matrix of Eigen of fixed size, a layer.
template <class T>
concept OfThisLibrary = lookup::FindsThisLibrary<T> ||(requires { typename T::Scalar; } && !HasDynamicSize<T>);

/// Arguments of which one at least is of this library; or none.
template <class... Arguments>
concept GivenToThisLibrary = sizeof...(Arguments) == 0 || (OfThisLibrary<Arguments> || ...);

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// What the functions of matrices say where they are called wrongly (support/wrong_calls.hpp).
#pragma once

#include <concepts>

#include "incontext/support/message.hpp"
#include "incontext/support/wrong_calls.hpp"

namespace incontext {

// --------------------------------------------------------------------------------------------------- wrong calls ----

/// Test: tests/compile_fail/product_of_a_prompt.cpp.
template <class... Arguments>
struct functions_of_matrices_are_given_matrices {
    static_assert(
        never<Arguments...>,
        "this function takes matrices, as many as its declaration says; a matrix that is changed is a variable, and "
        "numbers between < and > say sizes or rows: compare with the arguments in this message. Of a prompt, take "
        "prompt.context or prompt.query; a number times the identity is identity<Number, size>(number); numbers of "
        "another container are made a matrix by generate<Number, rows, cols>, and a triangular or selfadjoint view of "
        "Eigen's by Matrix<Number, rows, cols>(view)");
};

// matrix.hpp: what is no matrix, or another number of arguments.
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto product(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto product_of_transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto product_with_transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto plus_product(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto plus_product_of_transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto add_product(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto add_product_of_transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto add_product_with_transpose(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto inner_product(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}

// blocks.hpp: the same.
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto blocks(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto above(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto beside(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto rows(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}

/// Test: tests/compile_fail/zero_without_a_number.cpp.
template <class... Arguments>
struct a_matrix_is_made_of_a_number_type_and_its_sizes {
    static_assert(
        never<Arguments...>,
        "a matrix is made by zero<Number, rows, cols>(), identity<Number, size>() or identity<Number, "
        "size>(number), and generate<Number, rows, cols>(entry): first the type of its numbers, then its sizes, all "
        "between < and >");
};

// Without the type of the numbers, or without sizes.
template <auto... Sizes, class... Arguments>
    requires(sizeof...(Sizes) > 0 || GivenToThisLibrary<Arguments...>)
constexpr auto zero(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Arguments...>();
}
template <class... Types, class... Arguments>
    requires(sizeof...(Types) > 0)
constexpr auto zero(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Types..., Arguments...>();
}
template <auto... Sizes, class... Arguments>
    requires(sizeof...(Sizes) > 0 || GivenToThisLibrary<Arguments...>)
constexpr auto identity(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Arguments...>();
}
template <class... Types, class... Arguments>
    requires(sizeof...(Types) > 0)
constexpr auto identity(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Types..., Arguments...>();
}
template <auto... Sizes, class... Arguments>
    requires(sizeof...(Sizes) > 0 || GivenToThisLibrary<Arguments...>)
constexpr auto generate(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Arguments...>();
}
template <class... Types, class... Arguments>
    requires(sizeof...(Types) > 0)
constexpr auto generate(Arguments const&...) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Types..., Arguments...>();
}

// A factor of the identity that is no number.
template <class Number, int Size, class Factor>
    requires(!std::convertible_to<Factor const&, Number>)
constexpr auto identity(Factor const&) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Number, Factor>();
}
// Rows without columns.
template <class Number, int Rows, class Entry>
constexpr auto generate(Entry const&) {
    return a_matrix_is_made_of_a_number_type_and_its_sizes<Number, Entry>();
}

// gram.hpp: what is no matrix.
template <class... Arguments>
    requires GivenToThisLibrary<Arguments...>
constexpr auto gram(Arguments const&...) {
    return functions_of_matrices_are_given_matrices<Arguments...>();
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A layer whose every number is drawn: its parameters as numbers in a row, and the members that the law of pullbacks
/// (equivalence/pullback_law.hpp) refuses, because nobody would draw them.
#pragma once

#include <cstdint>
#include <type_traits>

#include "incontext/equivalence/arbitrary.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/support/message.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/converted.hpp"

namespace incontext::laws {

using parameters::count_of;

/// The numbers of a layer in a row, in the order of for_each_parameter. All that is said of them needs one walk that takes them
/// out and one that puts them in: a compiler makes every walk anew.
template <class Number, int Count>
struct Numbers {
    Number values[Count + 1]{};  // one more, for a layer without any
};
template <class Number, class Layer>
[[nodiscard]] constexpr auto numbers_in(Layer const& layer) {
    Numbers<Number, count_of<Layer>.numbers> numbers;
    int place = 0;
    incontext::for_each_parameter(
        [&](char const*, auto const& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                for (Number const& number : parameter.entries) {
                    numbers.values[place++] = number;
                }
            } else {
                numbers.values[place++] = parameter;
            }
        },
        layer);
    return numbers;
}
template <class Layer, class Number, int Count>
[[nodiscard]] constexpr Layer layer_of(Numbers<Number, Count> const& numbers) {
    Layer layer{};
    int place = 0;
    incontext::for_each_parameter(
        [&](char const*, auto& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                for (Number& number : parameter.entries) {
                    number = numbers.values[place++];
                }
            } else {
                parameter = numbers.values[place++];
            }
        },
        layer);
    return layer;
}

/// As many drawn numbers, each by its place and the name of a stream.
template <int Count>
[[nodiscard]] constexpr Numbers<Modular, Count> drawn_numbers(char const* stream) {
    Numbers<Modular, Count> numbers;
    for (int place = 0; place < Count; ++place) {
        numbers.values[place] =
            Unknown<Modular>::draw({}, stream, Axis::none, Axis::none, static_cast<std::uint32_t>(place));
    }
    return numbers;
}

/// A layer whose every number is drawn by its place and the name of a stream.
template <class Layer>
[[nodiscard]] constexpr Layer drawn(char const* stream) {
    return layer_of<Layer>(drawn_numbers<count_of<Layer>.numbers>(stream));
}

/// Test: tests/compile_fail/law_of_a_layer_with_an_array.cpp.
template <class Layer>
struct a_parameter_is_a_number_or_a_matrix {
    static constexpr bool is_each_one = [] {
        bool each = true;
        Layer const layer{};
        incontext::for_each_parameter(
            [&]<class Parameter>(char const*, Parameter const&) {
                each = each && (AnyMatrix<Parameter> || std::is_same_v<Parameter, typename Layer::Scalar>);
            },
            layer);
        return each;
    }();
    static_assert(
        is_each_one,
        "a parameter of this layer is neither a number of the layer (its Scalar) nor a matrix: an array, or a "
        "number of another type. Several numbers are a matrix of one column, Matrix<Number, 3, 1>, or "
        "members with a name each");
    static constexpr bool value = is_each_one;
};

/// Test: tests/compile_fail/law_of_a_layer_with_another_member.cpp.
template <class Layer, int SizeOfLayer, int SizeOfParameters>
struct a_layer_has_members_that_are_no_parameters {
    static_assert(
        SizeOfLayer == SizeOfParameters,
        "this layer has members that its Hana struct does not list (compare the sizes in this message): the law draws "
        "parameters only, and would hold for one value of the others. List them, or make them template arguments");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/law_of_a_layer_of_floats.cpp.
template <class Layer>
struct the_law_is_asked_of_a_layer_of_modular_numbers {
    static constexpr bool is_modular = [] {
        if constexpr (requires { typename Layer::Scalar; }) {
            return std::is_same_v<typename Layer::Scalar, Modular>;
        }
        return false;
    }();
    static_assert(
        is_modular,
        "the law of pullbacks is asked of a layer of Modular numbers, MyLayer<shape, Modular>: its derivative "
        "is compared by ==, which rounding would spoil");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/law_of_a_layer_with_a_member_listed_twice.cpp.
template <class Layer, bool IsListedOnce>
struct a_layer_lists_each_member_once {
    static_assert(IsListedOnce,
                  "the Hana struct of this layer, or of the rule, state or example of a stream, lists a member twice: "
                  "one that it does not list would be zero in every draw. List each member once");
    static constexpr bool value = true;
};

template <class Layer>
[[nodiscard]] constexpr bool each_member_is_listed_once() {
    if constexpr (!std::is_empty_v<Layer>) {
        return a_layer_has_members_that_are_no_parameters<Layer, static_cast<int>(sizeof(Layer)),
                                                          count_of<Layer>.bytes>::value &&
               a_layer_lists_each_member_once<Layer, parameters::each_is_listed_once<Layer>>::value;
    }
    return true;
}

/// Every member of a layer is drawn, or it does not compile.
template <class Layer>
[[nodiscard]] constexpr bool all_members_are_parameters() {
    if constexpr (a_parameter_is_a_number_or_a_matrix<Layer>::value) {
        return each_member_is_listed_once<Layer>();
    }
    return false;
}

}  // namespace incontext::laws

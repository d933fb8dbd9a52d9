// SPDX-License-Identifier: MIT
/// @file
/// The same matrix, prompt, layer or learning rule in other numbers: from float to double, from lanes to one of them, from
/// numbers that run to the bounds of their rounding.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

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

/// Whether `InOtherNumbers` is an update that in this number is `Update`.
template <class Update, class InOtherNumbers, class Number>
concept ComesBackIn = requires {
    requires std::same_as<typename InOtherNumbers::template with_number<Number>, Update>;
};
/// The same, in the number of the update's first parameter; of an update without any, whether it is one of its own.
template <class Update, class InOtherNumbers, class First = Update>
[[nodiscard]] consteval bool comes_back_in_the_number_of_parameters() {
    if constexpr (AnyMatrix<First>) {
        return ComesBackIn<Update, InOtherNumbers, NumberOf<First>>;
    } else if constexpr (!is_parameter_tree<First>) {
        return std::is_same_v<First, Update> || ComesBackIn<Update, InOtherNumbers, First>;
    } else if constexpr (parameters::count_of_children<First>() > 0) {
        using Child = std::remove_cvref_t<decltype(parameters::child<0>(std::declval<First&>()))>;
        return comes_back_in_the_number_of_parameters<Update, InOtherNumbers, Child>();
    } else {
        return true;
    }
}

/// Whether an update in other numbers is an update that in its own number is this one: in that which the update says, or which is
/// deduced. Test: tests/static/kind_in_other_numbers.cpp.
template <class Update, class InOtherNumbers>
inline constexpr bool is_the_same_kind =
    is_a_layer_of_its_own<Update>&& comes_back_in_the_number_of_parameters<Update, InOtherNumbers>();
template <class Update, class InOtherNumbers>
    requires requires {
        typename OwnNumber<Update>::type;
    }
inline constexpr bool is_the_same_kind<Update, InOtherNumbers> =
    ComesBackIn<Update, InOtherNumbers, typename OwnNumber<Update>::type>;

/// Test: tests/compile_fail/bounds_of_another_kind.cpp.
template <class Update, class InOtherNumbers>
struct an_update_is_the_same_kind_in_other_numbers {
    static_assert(
        is_the_same_kind<Update, InOtherNumbers>,
        "this update is another one in other numbers, in which its bound or its derivative is computed: its "
        "with_number<Other> is inherited, or leaves out an argument that the update was made with (compare the "
        "two types in this message). Say with_number<Other> in the update itself, with all its arguments but "
        "the number");
    static constexpr bool value = true;
};

/// The same update over other numbers, with convert(number) for every parameter.
/// Errors: an update that is no ConvertibleUpdate, or that is another kind in other numbers, does not compile.
template <class To, ConvertibleUpdate Update, class Convert>
[[nodiscard]] constexpr auto converted([[maybe_unused]] Update const& update, [[maybe_unused]] Convert const& convert)
    -> typename Update::template with_number<To> {
    using InOtherNumbers = typename Update::template with_number<To>;
    InOtherNumbers result{};
    if constexpr (!is_the_same_kind<Update, InOtherNumbers>) {
        static_cast<void>(sizeof(an_update_is_the_same_kind_in_other_numbers<Update, InOtherNumbers>));
    } else {
        for_each_parameter(
            [&](char const*, auto& to, auto const& from) {
                if constexpr (AnyMatrix<decltype(from)>) {
                    to = converted<To>(from, convert);
                } else {
                    to = convert(from);
                }
            },
            result, update);
    }
    return result;
}

// What a tree in other numbers takes over is what it lists: how much that is, and whether it is all.

namespace parameters {

/// How many parameters a tree has (matrices and scalars), how many numbers they are, and how many bytes.
struct CountOfParameters {
    int parameters = 0;
    int numbers = 0;
    int bytes = 0;
};
/// The count of a tree of numbers that are evaluated while compiling. Test: tests/unit/converted.cpp.
template <class Tree>
inline constexpr CountOfParameters count_of = [] {
    Tree tree{};
    CountOfParameters count;
    incontext::for_each_parameter(
        [&](char const*, auto const& parameter) {
            ++count.parameters;
            if constexpr (AnyMatrix<decltype(parameter)>) {
                constexpr int numbers = rows_of<decltype(parameter)> * cols_of<decltype(parameter)>;
                count.numbers += numbers;
                count.bytes += numbers * static_cast<int>(sizeof(NumberOf<decltype(parameter)>));
            } else {
                ++count.numbers;
                count.bytes += static_cast<int>(sizeof parameter);
            }
        },
        tree);
    return count;
}();

template <class Number>
[[nodiscard]] constexpr bool has_mark(Number const& number, int mark) {
    if constexpr (requires { number.value(); }) {  // an ErrorBound is not compared
        return !(number.value() < mark) && !(number.value() > mark);
    } else {
        return number == Number(mark);
    }
}

template <class Number>
concept TakesMarks = requires(Number& number) {
    number = Number(1);
    parameters::has_mark(number, 1);
};

/// Whether a tree lists no parameter twice, in the place of one that it does not list: where the bytes of count_of are all that it
/// has, each is then listed once. The first number of each is marked by its place, and looked at after all are marked. One walk,
/// done twice: a compiler makes every walk anew. Numbers: as count_of; Modular, dual numbers and bounds are compared.
/// Test: tests/unit/converted.cpp, tests/compile_fail/agree_with_a_member_listed_twice.cpp,
/// tests/compile_fail/law_of_a_layer_with_a_member_listed_twice.cpp.
template <class Tree>
inline constexpr bool each_is_listed_once = [] {
    Tree tree{};
    bool is_marked = false;
    bool is_once = true;
    int place = 0;
    auto const look_at = [&](auto& number) {
        ++place;
        if constexpr (TakesMarks<std::remove_reference_t<decltype(number)>>) {
            if (is_marked) {
                is_once = is_once && parameters::has_mark(number, place);
            } else {
                number = std::remove_reference_t<decltype(number)>(place);
            }
        }
    };
    auto const visit = [&](char const*, auto& parameter) {
        if constexpr (AnyMatrix<decltype(parameter)>) {
            look_at(parameter(0, 0));
        } else {
            look_at(parameter);
        }
    };
    incontext::for_each_parameter(visit, tree);
    is_marked = true;
    place = 0;
    incontext::for_each_parameter(visit, tree);
    return is_once;
}();

}  // namespace parameters

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// A regressor as bytes, the same on every machine, and back only if they are what was saved.
///
///     8 bytes "incontex" | version | number: 4 float, 8 double | kind | input | output | count of numbers | counters | numbers | checksum
///
/// Whole numbers are little-endian, of 4 bytes (version, number, input, output) and 8 bytes; numbers are IEEE's, little-endian. Behind the
/// counters stands what is a double whatever the number is: a mean, a weight. The
/// kind is a hash of the rule's name and of the names, nesting and shapes of all that is saved. The checksum is FNV-1a of all bytes before it: it notices
/// every change of one byte, for each step of it can be undone. It is no signature: what passes is asked whether it can be.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "incontext/matrix/matrix.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/streaming/online_regressor.hpp"
#include "incontext/support/fnv1a.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/converted.hpp"

namespace incontext {

/// Test: tests/compile_fail/regressor_with_an_integer.cpp, regressor_with_wider_numbers.cpp.
template <class Leaf, class Number, bool IsOfThem>
struct what_a_regressor_keeps_is_its_numbers {
    static_assert(IsOfThem,
                  "a regressor keeps what the Hana structs of its rule, state, example or model list as numbers of one "
                  "type: this member is neither such a number nor a matrix of them (compare the two types in this "
                  "message), and its values would be changed at every call. Make it a Number or a matrix of fixed size "
                  "of them, or a template argument");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/regressor_with_another_member.cpp, regressor_of_an_inherited_rule.cpp, regressor_of_another_state.cpp,
/// context_with_another_member.cpp.
template <class Tree, int SizeOfTree, int SizeOfListed, bool IsListedOnce>
struct a_regressor_keeps_what_is_listed {
    static_assert(SizeOfTree == SizeOfListed && IsListedOnce,
                  "a rule, its state or its example, or a model (in this message) has members that its Hana struct "
                  "does not list, or lists twice, or alignas, or is no Hana struct (compare the sizes in this "
                  "message): a regressor keeps what is listed, and would lose the others at every call. List each of "
                  "them once, or make them template arguments");
    static constexpr bool value = true;
};

}  // namespace incontext

namespace incontext::saved {

/// Whether a leaf is a number, or a matrix of a fixed size of them.
template <class Leaf, class Number>
inline constexpr bool is_of = std::same_as<Leaf, Number>;
template <AnyMatrix Leaf, class Number>
inline constexpr bool is_of<Leaf, Number> =
    std::same_as<NumberOf<Leaf>, Number>&& FixedSizes<rows_of<Leaf>, cols_of<Leaf>>;

/// Whether all leaves of a tree are.
template <class Tree, class Number>
consteval bool leaves_are_of() {
    if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        return parameters::holds_of_all_children<Tree>(
            []<class Child>() { return saved::leaves_are_of<Child, Number>(); });
    } else {
        return is_of<Tree, Number>;
    }
}

/// Whether a kind is as large as what it is in other numbers would be in its own: one that inherits with_number is its base there, and what it
/// adds to it would be looked for in the base. Of a kind that does not say its number nobody asks.
template <class Tree, class Exact>
inline constexpr bool is_whole_in_other_numbers = true;
template <class Tree, class Exact>
    requires requires {
        typename Exact::template with_number<typename Tree::Scalar>;
    }
inline constexpr bool is_whole_in_other_numbers<Tree, Exact> =
    sizeof(Tree) == sizeof(typename Exact::template with_number<typename Tree::Scalar>);

/// Whether a tree lists all that it holds, each member once; or does not compile. Exact: the same in Modular numbers, whose matrices have no
/// padding. Sizes alone are compared, and one number of each member is looked at: it costs the compiler little, whatever the sizes of the
/// matrices.
template <class Tree, class Exact>
[[nodiscard]] constexpr bool all_is_listed() {
    constexpr int size = static_cast<int>(sizeof(Tree));
    if constexpr (std::is_empty_v<Exact>) {  // also of a derived rule that leaves with_number to its base
        return a_regressor_keeps_what_is_listed < Tree, size, std::is_empty_v<Tree> ? size : 0, true > ::value;
    } else if constexpr (!is_parameter_tree<Exact> || !is_whole_in_other_numbers<Tree, Exact>) {
        return a_regressor_keeps_what_is_listed<Tree, size, 0, true>::value;
    } else if constexpr (saved::leaves_are_of<Exact, Modular>()) {
        return a_regressor_keeps_what_is_listed<Exact, static_cast<int>(sizeof(Exact)),
                                                parameters::count_of<Exact>.bytes,
                                                parameters::each_is_listed_once<Exact>>::value;
    } else {
        return what_a_regressor_keeps_is_its_numbers<Exact, Modular, false>::value;
    }
}

/// A name with its end, so that it is told from one that goes on.
constexpr void add_name(Fnv1a& hash, std::string_view name) {
    hash.add(name);
    hash.add(std::byte{0});
}

constexpr void add_int(Fnv1a& hash, int number) {
    for (int i = 0; i < 4; ++i) {
        hash.add(static_cast<std::byte>(static_cast<std::uint32_t>(number) >> (8 * i)));
    }
}

/// Names, nesting and shapes of the parameters of a tree: each struct, tuple or array by how many members it has, and these in turn, so that two
/// layers and two heads of one layer are told apart. Test: tests/unit/streaming_saved_bytes.cpp.
template <class Tree>
constexpr void add_structure(Fnv1a& hash, Tree const& tree, char const* name = "") {
    add_name(hash, name);
    if constexpr (parameters::is_array<Tree>) {
        add_int(hash, -static_cast<int>(Tree::count));  // below 0: no number of rows
        for (auto const& element : tree) {
            saved::add_structure(hash, element);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        constexpr int count = parameters::count_of_children<Tree>();
        add_int(hash, -count);
        [&]<int... Index>(std::integer_sequence<int, Index...>) {
            (saved::add_structure(hash, parameters::child<Index>(tree), parameters::child_name<Index, Tree>("")), ...);
        }
        (std::make_integer_sequence<int, count>{});
    } else {
        add_int(hash, rows_of<Tree>);
        add_int(hash, cols_of<Tree>);
    }
}

/// How many numbers the parameters of a tree are.
template <class Tree>
[[nodiscard]] constexpr std::size_t count_of_numbers(Tree const& tree) {
    std::size_t count = 0;
    for_each_parameter(
        [&]<class Parameter>(char const*, Parameter const&) {
            count += AnyMatrix<Parameter> ? static_cast<std::size_t>(rows_of<Parameter> * cols_of<Parameter>) : 1;
        },
        tree);
    return count;
}

/// A matrix's numbers by columns, and back: one copy where they lie one behind the other in memory. Eigen's matrices of fixed size do, and those of
/// one row are stored by rows, which is the same order. Of a matrix of one's own that has data() nobody knows what lies there.
template <class Number, AnyMatrix M>
constexpr Number* write_entries(Number* to, M const& matrix) {
    if constexpr (requires { matrix.outerStride(); }) {
        std::memcpy(to, matrix.data(), sizeof(Number) * static_cast<std::size_t>(rows_of<M> * cols_of<M>));
        return to + rows_of<M> * cols_of<M>;
    } else {
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                *to++ = matrix(row, col);
            }
        }
        return to;
    }
}
template <bool IsReadNext = false, class Number, AnyMatrix M>
constexpr Number const* read_entries(Number const* from, M& matrix) {
    if constexpr (IsReadNext && requires { M::Map(from); } && sizeof(Number) * rows_of<M> * cols_of<M> <= 64) {
        matrix = M::Map(from);
        return from + rows_of<M> * cols_of<M>;
    } else if constexpr (requires { matrix.outerStride(); }) {
        std::memcpy(matrix.data(), from, sizeof(Number) * static_cast<std::size_t>(rows_of<M> * cols_of<M>));
        return from + rows_of<M> * cols_of<M>;
    } else {
        for (int col = 0; col < cols_of<M>; ++col) {
            for (int row = 0; row < rows_of<M>; ++row) {
                matrix(row, col) = *from++;
            }
        }
        return from;
    }
}

/// The numbers of a tree, one parameter after the other, and back. Return the place behind them.
///
/// IsReadNext: products come next, in Eigen's packets. g++ 12 copies a register's 64 bytes in pieces of 16 or 32, and the processor
/// has a wider load wait until they are in the cache: 14 ns in a prediction of 1 (LMS, 16 inputs). So they are copied in packets, too.
/// Larger matrices are not: what is not read of a plain copy is left out by the compiler.
template <class Number, class Tree>
constexpr Number* write_numbers(Number* to, Tree const& tree) {
    for_each_parameter(
        [&]<class Parameter>(char const*, Parameter const& parameter) {
            if constexpr (!is_of<Parameter, Number>) {
                static_cast<void>(what_a_regressor_keeps_is_its_numbers<Parameter, Number, false>{});
            } else if constexpr (AnyMatrix<Parameter>) {
                to = write_entries(to, parameter);
            } else {
                *to++ = parameter;
            }
        },
        tree);
    return to;
}
template <bool IsReadNext = false, class Number, class Tree>
constexpr Number const* read_numbers(Number const* from, Tree& tree) {
    for_each_parameter(
        [&]<class Parameter>(char const*, Parameter& parameter) {
            if constexpr (!is_of<Parameter, Number>) {
                static_cast<void>(what_a_regressor_keeps_is_its_numbers<Parameter, Number, false>{});
            } else if constexpr (AnyMatrix<Parameter>) {
                from = read_entries<IsReadNext>(from, parameter);
            } else {
                parameter = *from++;
            }
        },
        tree);
    return from;
}

/// The bits of a number without its sign: as whole numbers they are in the order of the magnitudes, and those of infinities and NaN are
/// the largest. So a loop over them has no branch.
template <std::floating_point Number>
using BitsOf = std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint64_t>;
template <std::floating_point Number>
[[nodiscard]] constexpr BitsOf<Number> bits_of_magnitude(Number number) noexcept {
    return std::bit_cast<BitsOf<Number>>(number) & (~BitsOf<Number>{} >> 1);
}

/// Whether |number| <= most for all of them; NaN is not.
template <std::floating_point Number>
[[nodiscard]] constexpr bool are_at_most(Number const* numbers, std::size_t count, Number most) noexcept {
    BitsOf<Number> largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        BitsOf<Number> const bits = bits_of_magnitude(numbers[i]);
        largest = largest < bits ? bits : largest;
    }
    return largest <= bits_of_magnitude(most);
}

/// What the bytes are of.
struct Kind {
    std::uint64_t hash;
    int input;
    int output;
};

inline constexpr std::string_view beginning = "incontex";
inline constexpr std::uint32_t version = 2;

/// How many bytes these are.
template <class Number, std::size_t Counters, std::size_t Numbers>
inline constexpr std::size_t bytes = 40 + 8 * Counters + sizeof(Number) * Numbers + 8;

template <std::floating_point Number, std::size_t Counters, std::size_t Numbers>
[[nodiscard]] constexpr auto written(Kind const& kind, std::array<std::uint64_t, Counters> const& counters,
                                     std::array<Number, Numbers> const& numbers) noexcept {
    std::array<std::byte, bytes<Number, Counters, Numbers>> result{};
    std::size_t at = 0;
    auto const write = [&]<class Word>(Word word) {
        for (std::size_t i = 0; i < sizeof word; ++i) {
            result[at++] = static_cast<std::byte>(word >> (8 * i));
        }
    };
    for (char const character : beginning) {
        result[at++] = static_cast<std::byte>(character);
    }
    write(version);
    write(static_cast<std::uint32_t>(sizeof(Number)));
    write(kind.hash);
    write(static_cast<std::uint32_t>(kind.input));
    write(static_cast<std::uint32_t>(kind.output));
    write(static_cast<std::uint64_t>(Numbers));
    for (std::uint64_t const counter : counters) {
        write(counter);
    }
    for (Number const number : numbers) {
        write(std::bit_cast<BitsOf<Number>>(number));
    }
    Fnv1a hash;
    for (std::size_t i = 0; i < at; ++i) {
        hash.add(result[i]);
    }
    write(hash.value());
    return result;
}

/// The counters and numbers in these bytes, or why not. Where it is not `all`, what was written to them means nothing.
template <std::floating_point Number, std::size_t Counters, std::size_t Numbers>
[[nodiscard]] constexpr Restored read(std::span<std::byte const> from, Kind const& kind,
                                      std::array<std::uint64_t, Counters>& counters,
                                      std::array<Number, Numbers>& numbers) noexcept {
    std::size_t at = 0;
    auto const read_word = [&]<class Word>(Word) {
        Word word = 0;
        for (std::size_t i = 0; i < sizeof word; ++i) {
            word = static_cast<Word>(word | (std::to_integer<Word>(from[at++]) << (8 * i)));
        }
        return word;
    };
    // What a file begins with says more than its length, if it has that much.
    if (from.size() >= 40) {
        for (char const character : beginning) {
            if (from[at++] != static_cast<std::byte>(character)) {
                return Restored::foreign;
            }
        }
        if (read_word(std::uint32_t{}) != version) {
            return Restored::foreign;
        }
        bool same = read_word(std::uint32_t{}) == sizeof(Number);
        same = (read_word(std::uint64_t{}) == kind.hash) && same;  // each is read, whatever those before were
        same = (read_word(std::uint32_t{}) == static_cast<std::uint32_t>(kind.input)) && same;
        same = (read_word(std::uint32_t{}) == static_cast<std::uint32_t>(kind.output)) && same;
        same = (read_word(std::uint64_t{}) == Numbers) && same;
        if (!same) {
            return Restored::other_kind;
        }
    }
    if (from.size() != bytes<Number, Counters, Numbers>) {
        return Restored::other_length;
    }
    for (std::uint64_t& counter : counters) {
        counter = read_word(std::uint64_t{});
    }
    for (Number& number : numbers) {
        number = std::bit_cast<Number>(read_word(BitsOf<Number>{}));
    }
    Fnv1a hash;
    for (std::size_t i = 0; i < at; ++i) {
        hash.add(from[i]);
    }
    return read_word(std::uint64_t{}) == hash.value() ? Restored::all : Restored::damaged;
}

/// Whether two counters may be added: not beyond 2^62. Nobody observes so many examples, but a regressor that is merged with itself 62 times has.
[[nodiscard]] constexpr bool is_a_count(long long one, long long other) noexcept {
    return static_cast<std::uint64_t>(one) + static_cast<std::uint64_t>(other) <= std::uint64_t{1} << 62;
}
/// Whether a counter that was read can be one: what was merged, and what was observed since. Those that may follow do not overflow it.
[[nodiscard]] constexpr bool is_a_count(std::uint64_t counter) noexcept {
    return counter <= std::uint64_t{3} << 61;
}

}  // namespace incontext::saved

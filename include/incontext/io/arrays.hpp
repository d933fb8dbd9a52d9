// SPDX-License-Identifier: MIT
/// @file
/// Parameters as named arrays: what the files of other programs hold, whatever their format is.
///
///     auto const arrays = arrays_in_safetensors(read_file("weights.safetensors"));          io/safetensors.hpp
///     parameters_from_arrays(arrays, layer, WeightLayout::output_by_input);                 this header
///     write_file("weights.npz", npz_bytes(arrays_of(layer, WeightLayout::input_by_output)));  io/npz.hpp
///
/// A parameter is called by the members that lead to it, as in PyTorch's state_dict: `query`, `layers.1.query`,
/// `layer.heads.0.value`. Elements of arrays and tuples are numbered from 0.
///
/// Whether a projection is stored as it acts on columns or on rows cannot be seen in its numbers, and of a square one not in
/// its shape. So the caller says it, always.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "incontext/io/parameters.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/message.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/support/wrong_calls.hpp"

namespace incontext {

/// A file that does not hold the weights that were asked for. what() is one sentence: the format or "weights", what stands
/// there, and what was expected.
class WeightsError : public std::runtime_error {
  public:
    WeightsError(std::string const& where, std::string const& sentence) : std::runtime_error(where + ": " + sentence) {}
};

/// How projections are stored.
///
/// | layout          | acts as | shape            | who                                                          |
/// |-----------------|---------|------------------|--------------------------------------------------------------|
/// | output_by_input | W x     | [output x input] | this library; PyTorch: nn.Linear.weight, in_proj_weight      |
/// | input_by_output | x W     | [input x output] | JAX's row convention x @ W: Flax `kernel`, Haiku `w`, Keras  |
///
/// Tokens are columns in the first, rows in the second; the matrices are each other's transposes. A matrix of one column
/// may be stored as a vector, and a single number as an array without dimensions: these have no layout.
enum class WeightLayout { output_by_input, input_by_output };

/// The kinds of numbers that are read. `other` is kept, so that a file may hold it beside what is read.
enum class StoredNumber { f16, bf16, f32, f64, other };

/// An array in a file: its bytes row by row (C order), the least byte of each number first, whatever the file had.
struct StoredArray {
    std::string name{};
    StoredNumber number = StoredNumber::f32;
    std::string number_name{};  // as the file says it: F32, <f4
    std::vector<std::uint64_t> shape{};
    std::string bytes{};

    friend bool operator==(StoredArray const&, StoredArray const&) = default;
};

/// The leaves of a Hana struct (a layer, a stack, a step) as arrays named prefix + path, in the order of their declaration. A dot stands
/// between them, which the prefix may bring.
///
/// Exactness: the same bits. Cost: a copy. Errors: leaves of other numbers than float and double, or of dynamic size, do not compile.
/// Test: tests/unit/weights.cpp.
template <class Parameters>
[[nodiscard]] std::vector<StoredArray> arrays_of(Parameters const& parameters, WeightLayout layout,
                                                 std::string const& prefix = "");

/// Gives `parameters` the values of the arrays of their names; reads the arrays whose names begin with the prefix and its dot, so that
/// layers.1 does not take in layers.10.
///
/// Exactness: exact: f16, bf16 and f32 are numbers of float and of double, f64 of double alone. Cost: a copy.
/// Errors: throws WeightsError and leaves `parameters` as they were when an array is missing, is in the file and no parameter
/// (further layers, biases), has another shape or numbers that are not held exactly. Test: tests/unit/weights.cpp.
template <class Parameters>
void parameters_from_arrays(std::vector<StoredArray> const& arrays, Parameters& parameters, WeightLayout layout,
                            std::string const& prefix = "");

/// One matrix or number as an array. Errors: as of arrays_of. Test: tests/unit/npy.cpp.
template <class Leaf>
[[nodiscard]] StoredArray array_of(Leaf const& leaf, WeightLayout layout, std::string const& name = "");

/// Gives one matrix or number the values of an array. Exactness, errors: as parameters_from_arrays. Test: tests/unit/npy.cpp.
template <class Leaf>
void matrix_from_array(StoredArray const& array, Leaf& leaf, WeightLayout layout);

/// The numbers of an array of any shape, row by row. Exactness: exact. Errors: throws WeightsError for StoredNumber::other, and for
/// bytes that do not fit the shape. Test: tests/unit/safetensors.cpp.
[[nodiscard]] inline std::vector<double> numbers_of(StoredArray const& array);

/// The array of this name. Errors: throws WeightsError, with the names that are there. Test: tests/unit/weights.cpp.
[[nodiscard]] inline StoredArray const& array_named(std::vector<StoredArray> const& arrays, std::string const& name);

// ------------------------------------------------------------------------------------------------------- details ----

namespace stored {

/// Says what is wrong, and in what.
struct Source {
    std::string where;

    [[noreturn]] void fail(std::string const& sentence) const { fail_with(WeightsError(where, sentence)); }
};

/// The beginning of a text from a file, which may hold anything, between quotes.
inline std::string in_quotes(std::string_view found) {
    constexpr std::size_t most = 40;
    std::string text = "'";
    for (char const c : found.substr(0, most)) {
        text += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
    }
    return text + (found.size() > most ? "...'" : "'");
}

/// "[3 x 4]"; "[]" of a single number.
inline std::string shape_text(std::vector<std::uint64_t> const& shape) {
    std::string text = "[";
    for (std::uint64_t const size : shape) {
        text += (text.size() > 1 ? " x " : "") + std::to_string(size);
    }
    return text + "]";
}

/// How many bytes a number has.
inline std::size_t bytes_of(StoredNumber number) {
    switch (number) {
        case StoredNumber::f16:
        case StoredNumber::bf16:
            return 2;
        case StoredNumber::f32:
            return 4;
        case StoredNumber::f64:
            return 8;
        case StoredNumber::other:
            break;
    }
    return 0;
}

inline constexpr std::size_t most_dimensions = 32;  // as numpy's

/// The bytes of an array of this shape. Errors: fails where the number overflows.
inline std::uint64_t bytes_of(std::vector<std::uint64_t> const& shape, std::uint64_t bytes_of_number,
                              Source const& source) {
    bool const is_empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
    std::uint64_t bytes = is_empty ? 0 : bytes_of_number;
    for (std::uint64_t const size : shape) {
        if (bytes != 0 && size > std::numeric_limits<std::uint64_t>::max() / bytes) {
            source.fail("the shape " + shape_text(shape) + " has more entries than any file");
        }
        bytes *= size;
    }
    return bytes;
}

/// A whole number of `count` bytes, the least first.
inline std::uint64_t whole_number(std::string_view bytes, std::size_t first, std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = count; i-- > 0;) {
        number = number * 256 + static_cast<unsigned char>(bytes[first + i]);
    }
    return number;
}
inline void append_whole_number(std::string& bytes, std::uint64_t number, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        bytes += static_cast<char>(static_cast<unsigned char>(number & 255));
        number >>= 8;
    }
}

/// The float of the 16 bits of an IEEE half: sign, 5 bits of exponent, 10 of mantissa. Exact.
inline float float_of_half(std::uint32_t bits) {
    std::uint32_t const sign = (bits & 0x8000u) << 16;
    std::uint32_t const exponent = (bits >> 10) & 31u;
    std::uint32_t const mantissa = bits & 0x3ffu;
    if (exponent == 0) {  // subnormal: mantissa times 2^-24
        float const magnitude = static_cast<float>(mantissa) * 0x1p-24f;
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
    }
    return std::bit_cast<float>(sign | (exponent == 31 ? 255u : exponent + 112u) << 23 | mantissa << 13);
}

/// Number `index` of an array, exactly.
template <class Number>
Number number_at(StoredArray const& array, std::size_t index) {
    std::size_t const size = bytes_of(array.number);
    std::uint64_t const bits = whole_number(array.bytes, index * size, size);
    auto const low = static_cast<std::uint32_t>(bits & 0xffffffffu);
    if constexpr (std::same_as<Number, double>) {
        if (array.number == StoredNumber::f64) {
            return std::bit_cast<double>(bits);
        }
    }
    float const number = array.number == StoredNumber::f16    ? float_of_half(low)
                         : array.number == StoredNumber::bf16 ? std::bit_cast<float>(low << 16)
                                                              : std::bit_cast<float>(low);
    return static_cast<Number>(number);
}

/// Where an array belongs: a matrix, or a single number.
struct Place {
    int rows;
    int cols;
    bool is_matrix;

    [[nodiscard]] std::vector<std::uint64_t> shape(WeightLayout layout) const {
        auto const r = static_cast<std::uint64_t>(rows);
        auto const c = static_cast<std::uint64_t>(cols);
        if (!is_matrix) {
            return {};
        }
        return layout == WeightLayout::output_by_input ? std::vector{r, c} : std::vector{c, r};
    }
};

inline std::string name_of(StoredArray const& array) {
    return array.name.empty() ? "the array" : in_quotes(array.name);
}

/// Errors: fails where an array holds something else.
inline void require_floating_point(StoredArray const& array) {
    if (array.number == StoredNumber::other) {
        Source{"weights"}.fail(name_of(array) + " holds " + in_quotes(array.number_name) +
                               ", and only floating-point numbers are read");
    }
}

/// Errors: fails where an array was made by hand and has other bytes than its shape says.
inline void require_whole(StoredArray const& array, Source const& source = {"weights"}) {
    if (array.bytes.size() != bytes_of(array.shape, bytes_of(array.number), source)) {
        source.fail(name_of(array) + " has " + std::to_string(array.bytes.size()) +
                    " bytes, which is not what its shape takes");
    }
}

/// Errors: fails where an array was made by hand and no reader would take its file.
inline void require_readable(StoredArray const& array, Source const& source) {
    if (array.shape.size() > most_dimensions) {
        source.fail(name_of(array) + " has " + std::to_string(array.shape.size()) +
                    " dimensions, and files are read with at most 32");
    }
    require_whole(array, source);
}

template <class Number>
constexpr bool require_floating_point() {
    static_assert(
        std::same_as<Number, float> || std::same_as<Number, double>,
        "only parameters of float and double can be read from and written to .npy, .npz and safetensors files");
    return true;
}

/// The numbers of an array, row by row of the matrix that they are for. Compiled once for matrices of every shape.
template <class Number>
std::vector<Number> numbers_for(Place const& place, StoredArray const& array, WeightLayout layout) {
    static_assert(require_floating_point<Number>());
    Source const source{"weights"};
    std::string const name = name_of(array);
    require_floating_point(array);
    if (array.number == StoredNumber::f64 && !std::same_as<Number, double>) {
        source.fail(name +
                    " holds numbers of 64 bits, which float does not hold exactly: read them into double, or write "
                    "them with .astype(numpy.float32)");
    }
    auto const expected = place.shape(layout);
    bool const is_vector = place.cols == 1 && array.shape.size() == 1 && place.is_matrix &&
                           array.shape[0] == static_cast<std::uint64_t>(place.rows);
    if (array.shape != expected && !is_vector) {
        bool const is_transposed = array.shape.size() == 2 && expected.size() == 2 && array.shape[0] == expected[1] &&
                                   array.shape[1] == expected[0];
        source.fail(name + " is " + shape_text(array.shape) + ", and " + shape_text(expected) + " belongs there" +
                    (is_transposed ? ": it fits in the other WeightLayout" : ""));
    }
    auto const rows = static_cast<std::size_t>(place.rows);
    auto const cols = static_cast<std::size_t>(place.cols);
    require_whole(array);
    bool const is_by_rows = layout == WeightLayout::output_by_input || is_vector;
    std::vector<Number> numbers;
    numbers.reserve(rows * cols);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t col = 0; col < cols; ++col) {
            numbers.push_back(number_at<Number>(array, is_by_rows ? row * cols + col : col * rows + row));
        }
    }
    return numbers;
}

/// The array of a matrix whose entry (row, col) is numbers[row * cols + col].
template <class Number>
StoredArray array_for(Place const& place, std::vector<Number> const& numbers, WeightLayout layout,
                      std::string const& name) {
    static_assert(require_floating_point<Number>());
    constexpr bool is_float = std::same_as<Number, float>;
    StoredArray array{.name = name,
                      .number = is_float ? StoredNumber::f32 : StoredNumber::f64,
                      .number_name = is_float ? "F32" : "F64",
                      .shape = place.shape(layout)};
    using Bits = std::conditional_t<is_float, std::uint32_t, std::uint64_t>;
    auto const rows = static_cast<std::size_t>(place.rows);
    auto const cols = static_cast<std::size_t>(place.cols);
    bool const is_by_rows = layout == WeightLayout::output_by_input;
    for (std::size_t i = 0; i < rows * cols; ++i) {
        std::size_t const source = is_by_rows ? i : (i % rows) * cols + i / rows;
        append_whole_number(array.bytes, std::bit_cast<Bits>(numbers[source]), sizeof(Number));
    }
    return array;
}

using parameters_io::for_each_path;
using parameters_io::with_dot;

/// Errors: fails where one name stands twice.
inline void require_names(std::vector<StoredArray> const& arrays, Source const& source) {
    std::vector<std::string_view> names;
    names.reserve(arrays.size());
    for (StoredArray const& array : arrays) {
        names.push_back(array.name);
    }
    std::sort(names.begin(), names.end());
    auto const twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) {
        source.fail("two arrays have the name " + in_quotes(*twice));
    }
}

/// Errors: fails where an array under the prefix is not among the names.
inline void require_no_others(std::vector<StoredArray> const& arrays, std::string const& prefix,
                              std::vector<std::string> const& names) {
    for (StoredArray const& array : arrays) {
        if (array.name.starts_with(prefix) && std::find(names.begin(), names.end(), array.name) == names.end()) {
            Source{"weights"}.fail("the file has " + in_quotes(array.name) +
                                   ", which is no parameter of what is read: give the prefix of those that are");
        }
    }
}

/// Reads text of a file from left to right, and says where it is.
class Cursor {
  public:
    Cursor(std::string_view text, Source const& source) : text_(text), source_(source) {}

    [[noreturn]] void refuse(std::string const& expected) const {
        source_.fail("its header should have " + expected + " at byte " + std::to_string(at_) + ", not " +
                     in_quotes(text_.substr(at_)));
    }

    [[nodiscard]] bool is_at_end() const { return at_ == text_.size(); }

    void skip_spaces() {
        while (!is_at_end() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
            ++at_;
        }
    }

    /// The next character, if it is this one, after spaces.
    bool has(char wanted) {
        skip_spaces();
        if (is_at_end() || text_[at_] != wanted) {
            return false;
        }
        ++at_;
        return true;
    }
    bool has(std::string_view wanted) {
        skip_spaces();
        if (!text_.substr(at_).starts_with(wanted)) {
            return false;
        }
        at_ += wanted.size();
        return true;
    }
    void expect(char wanted) {
        if (!has(wanted)) {
            refuse("'" + std::string(1, wanted) + "'");
        }
    }

    std::uint64_t whole_number() {
        skip_spaces();
        std::size_t const first = at_;
        std::uint64_t number = 0;
        for (; !is_at_end() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
            auto const digit = static_cast<std::uint64_t>(text_[at_] - '0');
            if (number > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
                refuse("a number of at most 64 bits");
            }
            number = number * 10 + digit;
        }
        if (at_ == first) {
            refuse("a whole number");
        }
        return number;
    }

    /// The numbers up to the closing bracket, with or without a comma behind the last.
    std::vector<std::uint64_t> whole_numbers(char opening, char closing) {
        std::vector<std::uint64_t> numbers;
        expect(opening);
        while (!has(closing)) {
            if (numbers.size() == most_dimensions) {
                refuse("at most 32 dimensions");
            }
            numbers.push_back(whole_number());
            if (!has(',')) {
                expect(closing);
                break;
            }
        }
        return numbers;
    }

    /// The next character, whatever it is.
    char next(std::string const& expected) {
        if (is_at_end()) {
            refuse(expected);
        }
        return text_[at_++];
    }

    void back() { --at_; }

  private:
    std::string_view text_;
    Source const& source_;
    std::size_t at_ = 0;
};

}  // namespace stored

template <class Leaf>
StoredArray array_of(Leaf const& leaf, WeightLayout layout, std::string const& name) {
    StoredArray array;
    parameters_io::as_matrix(leaf, [&](auto number, int rows, int cols, auto const& entry) {
        std::vector<decltype(number)> numbers;
        for (int row = 0; row < rows; ++row) {
            for (int col = 0; col < cols; ++col) {
                numbers.push_back(entry(row, col));
            }
        }
        array = stored::array_for(stored::Place{rows, cols, AnyMatrix<Leaf>}, numbers, layout, name);
    });
    return array;
}

template <class Leaf>
void matrix_from_array(StoredArray const& array, Leaf& leaf, WeightLayout layout) {
    require_changeable<Leaf>();
    parameters_io::as_matrix(leaf, [&](auto number, int rows, int cols, auto const& entry) {
        auto const numbers =
            stored::numbers_for<decltype(number)>(stored::Place{rows, cols, AnyMatrix<Leaf>}, array, layout);
        for (int row = 0; row < rows; ++row) {
            for (int col = 0; col < cols; ++col) {
                entry(row, col) = numbers[static_cast<std::size_t>(row) * static_cast<std::size_t>(cols) +
                                          static_cast<std::size_t>(col)];
            }
        }
    });
}

inline std::vector<double> numbers_of(StoredArray const& array) {
    stored::require_floating_point(array);
    stored::require_whole(array);
    std::vector<double> numbers(array.bytes.size() / stored::bytes_of(array.number));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = stored::number_at<double>(array, i);
    }
    return numbers;
}

inline StoredArray const& array_named(std::vector<StoredArray> const& arrays, std::string const& name) {
    auto const found =
        std::find_if(arrays.begin(), arrays.end(), [&](StoredArray const& array) { return array.name == name; });
    if (found == arrays.end()) {
        std::string names = arrays.empty() ? "nothing" : "";
        for (std::size_t i = 0; i < arrays.size() && i < 8; ++i) {
            names += (i > 0 ? ", " : "") + stored::in_quotes(arrays[i].name);
        }
        stored::Source{"weights"}.fail("the file has no " + stored::in_quotes(name) + ", but " + names +
                                       (arrays.size() > 8 ? " and more" : ""));
    }
    return *found;
}

template <class Parameters>
std::vector<StoredArray> arrays_of(Parameters const& parameters, WeightLayout layout, std::string const& prefix) {
    static_assert(parameters::are_trees<Parameters>::value, "see the first error");
    std::vector<StoredArray> arrays;
    stored::for_each_path(
        [&](std::string const& path, auto const& leaf) { arrays.push_back(array_of(leaf, layout, path)); }, prefix,
        parameters);
    return arrays;
}

template <class Parameters>
void parameters_from_arrays(std::vector<StoredArray> const& arrays, Parameters& parameters, WeightLayout layout,
                            std::string const& prefix) {
    require_changeable<Parameters>();
    static_assert(parameters::are_trees<Parameters>::value, "see the first error");
    Parameters read = parameters;
    std::vector<std::string> names;
    stored::for_each_path(
        [&](std::string const& path, auto& leaf) {
            names.push_back(path);
            matrix_from_array(array_named(arrays, path), leaf, layout);
        },
        prefix, read);
    stored::require_no_others(arrays, stored::with_dot(prefix), names);
    parameters = read;
}

/// Test: tests/compile_fail/arrays_without_a_layout.cpp, arrays_into_a_temporary.cpp.
template <class... Arguments>
struct arrays_are_written_and_read_in_a_layout {
    static_assert(
        never<Arguments...>,
        "weights are written by arrays_of(layer, layout), array_of(matrix, layout) and npy_bytes(matrix, layout), and "
        "read into a "
        "variable by parameters_from_arrays(arrays, layer, layout), matrix_from_array(array, matrix, layout) and "
        "matrix_from_npy(bytes, matrix, layout), where layout is WeightLayout::output_by_input or "
        "WeightLayout::input_by_output; PyTorch's own names and layout by attention_from_pytorch(arrays, layer)");
};

/// Whether these are something to write and its layout.
template <class... Arguments>
inline constexpr bool are_written_in_a_layout = false;
template <class Written, class... More>
inline constexpr bool are_written_in_a_layout<Written, WeightLayout, More...> = true;
/// Whether these are something to read, a variable, and the layout.
template <class Source, class... Arguments>
inline constexpr bool are_read_in_a_layout = false;
template <class Source, class From, class Leaf, class Layout, class... More>
inline constexpr bool are_read_in_a_layout<Source, From, Leaf&, Layout, More...> =
    std::convertible_to<From, Source>&& std::convertible_to<Layout, WeightLayout>;

// Without a layout, or in another order: one sentence.
template <class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !are_written_in_a_layout<Arguments...>)
constexpr auto arrays_of(Arguments const&...) {
    return arrays_are_written_and_read_in_a_layout<Arguments...>();
}
template <class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !are_written_in_a_layout<Arguments...>)
constexpr auto array_of(Arguments const&...) {
    return arrays_are_written_and_read_in_a_layout<Arguments...>();
}
template <class... Arguments>
    requires(!are_read_in_a_layout<std::vector<StoredArray>, Arguments...>)
constexpr auto parameters_from_arrays(Arguments&&...) {
    return arrays_are_written_and_read_in_a_layout<std::remove_cvref_t<Arguments>...>();
}
template <class... Arguments>
    requires(!are_read_in_a_layout<StoredArray, Arguments...>)
constexpr auto matrix_from_array(Arguments&&...) {
    return arrays_are_written_and_read_in_a_layout<std::remove_cvref_t<Arguments>...>();
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// One array in numpy's format: what numpy.save writes and numpy.load reads.
///
///     \x93NUMPY  1 0  length of the header  {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }  the numbers
///
/// Versions 1, 2 and 3 of the format; numbers with the least or the greatest byte first; C and Fortran order. Written are
/// version 1, the least byte first, C order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "incontext/io/arrays.hpp"

namespace incontext {

/// The array of an .npy file.
///
/// Exactness: the same bits. Cost: a copy. Errors: throws WeightsError for bytes that are no whole .npy file, have something
/// behind it, or hold records, objects, texts or dates; arrays of integers and the like are read as StoredNumber::other.
/// Test: tests/unit/npy.cpp (files that numpy wrote), tests/fuzz/npy.cpp (any bytes).
[[nodiscard]] inline StoredArray array_in_npy(std::string_view bytes, std::string const& name = "");

/// The bytes of an .npy file. Errors: throws WeightsError for StoredNumber::other and bf16, which numpy has not, for bytes that do
/// not fit the shape, and for more than 32 dimensions. Test: tests/unit/npy.cpp (byte by byte what numpy writes).
[[nodiscard]] inline std::string npy_bytes(StoredArray const& array);

/// One matrix or number as the bytes of an .npy file, and back. Exactness, errors: as array_of, matrix_from_array and the two
/// functions above; `leaf` stays as it was where WeightsError is thrown. Test: tests/unit/npy.cpp.
template <class Leaf>
[[nodiscard]] std::string npy_bytes(Leaf const& leaf, WeightLayout layout) {
    return npy_bytes(array_of(leaf, layout));
}
/// And back: `leaf` stays as it was where WeightsError is thrown.
template <class Leaf>
void matrix_from_npy(std::string_view bytes, Leaf& leaf, WeightLayout layout) {
    matrix_from_array(array_in_npy(bytes), leaf, layout);
}

// ------------------------------------------------------------------------------------------------------- details ----

namespace npy {

inline constexpr std::string_view magic = "\x93NUMPY";

/// What the dictionary of a header says.
struct Header {
    std::string descr{};
    bool is_fortran = false;
    std::vector<std::uint64_t> shape{};
};

/// A text between quotes of either kind, as Python writes it; no type of numbers has a quote in it.
inline std::string text_in(stored::Cursor& header) {
    char const quote = header.has('"') ? '"' : '\'';
    if (quote == '\'' && !header.has('\'')) {
        header.refuse("a text between quotes");
    }
    std::string text;
    for (char c = header.next("the rest of a text"); c != quote; c = header.next("the rest of a text")) {
        text += c;
    }
    return text;
}

inline Header header_in(std::string_view text, stored::Source const& source) {
    Header header;
    stored::Cursor cursor(text, source);
    bool has_descr = false;
    bool has_order = false;
    bool has_shape = false;
    cursor.expect('{');
    while (!cursor.has('}')) {
        std::string const key = text_in(cursor);
        cursor.expect(':');
        if (key == "descr" && !has_descr) {
            has_descr = true;
            header.descr = text_in(cursor);
        } else if (key == "fortran_order" && !has_order) {
            has_order = true;
            header.is_fortran = cursor.has("True");
            if (!header.is_fortran && !cursor.has("False")) {
                cursor.refuse("True or False");
            }
        } else if (key == "shape" && !has_shape) {
            has_shape = true;
            header.shape = cursor.whole_numbers('(', ')');
        } else {
            cursor.refuse("descr, fortran_order and shape, each once, and not " + stored::in_quotes(key) + ",");
        }
        if (!cursor.has(',')) {
            cursor.expect('}');
            break;
        }
    }
    cursor.skip_spaces();
    if (!has_descr || !has_order || !has_shape || !cursor.is_at_end()) {
        cursor.refuse("descr, fortran_order, shape and nothing else");
    }
    return header;
}

/// The numbers in C order, the least byte first of each part: a complex number has two, the real part first whatever the order of the bytes.
inline std::string in_order(std::string_view data, std::size_t size, std::size_t parts, bool greatest_first,
                            bool is_fortran, std::vector<std::uint64_t> const& shape) {
    std::size_t const last = size / parts - 1;  // byte of a part
    std::size_t const count = size == 0 ? 0 : data.size() / size;
    std::vector<std::uint64_t> place(shape.size(), 0);
    std::string bytes;
    bytes.reserve(data.size());
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t source = i;
        if (is_fortran) {  // the first place changes fastest
            std::uint64_t step = 1;
            std::uint64_t sum = 0;
            for (std::size_t axis = 0; axis < shape.size(); ++axis) {
                sum += place[axis] * step;
                step *= shape[axis];
            }
            source = static_cast<std::size_t>(sum);
            for (std::size_t axis = shape.size(); axis-- > 0 && ++place[axis] == shape[axis];) {
                place[axis] = 0;
            }
        }
        for (std::size_t byte = 0; byte < size; ++byte) {
            std::size_t const in_part = byte % (last + 1);
            bytes += data[source * size + (greatest_first ? byte - in_part + (last - in_part) : byte)];
        }
    }
    return bytes;
}

}  // namespace npy

inline StoredArray array_in_npy(std::string_view bytes, std::string const& name) {
    stored::Source const source{name.empty() ? "npy" : "npy, " + stored::in_quotes(name)};
    constexpr std::size_t before_length = 8;
    if (!bytes.starts_with(npy::magic) || bytes.size() < before_length) {
        source.fail("this is no .npy file: it begins with " + stored::in_quotes(bytes.substr(0, npy::magic.size())));
    }
    auto const version = static_cast<unsigned char>(bytes[6]);
    std::size_t const bytes_of_length = version == 1 ? 2 : 4;
    if (version < 1 || version > 3 || bytes[7] != 0) {
        source.fail("only versions 1, 2 and 3 of the format are read, not " + std::to_string(version));
    }
    std::size_t const before_header = before_length + bytes_of_length;
    if (bytes.size() < before_header) {
        source.fail("the file ends within its header");
    }
    std::uint64_t const length = stored::whole_number(bytes, before_length, bytes_of_length);
    if (length > bytes.size() - before_header) {
        source.fail("the file ends within its header");
    }
    auto const header = npy::header_in(bytes.substr(before_header, static_cast<std::size_t>(length)), source);

    StoredArray array{.name = name, .number = StoredNumber::other, .number_name = header.descr, .shape = header.shape};
    // "<f4": the order of the bytes, the kind, the size.
    std::string_view const descr = header.descr;
    std::uint64_t size = 0;
    for (char const digit : descr.substr(std::min<std::size_t>(2, descr.size()))) {
        size =
            digit < '0' || digit > '9' || size > 1000 ? 1'000'000 : size * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    bool const has_order = descr.starts_with('<') || descr.starts_with('>') || descr.starts_with('|');
    constexpr std::string_view no_numbers = "OUSaMm";  // objects, texts, dates and times
    if (!has_order || descr.size() < 3 || size == 0 || size > 1000 ||
        no_numbers.find(descr[1]) != std::string_view::npos) {
        source.fail("only numbers are read, not " + stored::in_quotes(descr));
    }
    if (descr[1] == 'f' && (size == 2 || size == 4 || size == 8)) {
        array.number = size == 2 ? StoredNumber::f16 : size == 4 ? StoredNumber::f32 : StoredNumber::f64;
        if (descr[0] == '|') {
            source.fail("the order of the bytes of " + stored::in_quotes(descr) + " should be < or >");
        }
    }
    std::string_view const data = bytes.substr(before_header + static_cast<std::size_t>(length));
    std::uint64_t const expected = stored::bytes_of(array.shape, size, source);
    if (data.size() != expected) {
        source.fail("an array " + stored::shape_text(array.shape) + " of " + stored::in_quotes(descr) + " has " +
                    std::to_string(expected) + " bytes, but " + std::to_string(data.size()) + " follow the header");
    }
    std::size_t const parts = descr[1] == 'c' && size % 2 == 0 ? 2 : 1;
    array.bytes =
        npy::in_order(data, static_cast<std::size_t>(size), parts, descr[0] == '>', header.is_fortran, array.shape);
    return array;
}

inline std::string npy_bytes(StoredArray const& array) {
    if (array.number == StoredNumber::other || array.number == StoredNumber::bf16) {
        stored::Source{"npy"}.fail("numbers of the kind " + stored::in_quotes(array.number_name) +
                                   " are not written: convert them to f32");
    }
    stored::require_readable(array, stored::Source{"npy"});
    std::string shape;  // "3, 4"; "3," of a vector
    for (std::uint64_t const size : array.shape) {
        shape += (shape.empty() ? "" : ", ") + std::to_string(size);
    }
    shape += array.shape.size() == 1 ? "," : "";
    std::string header = "{'descr': '<f" + std::to_string(stored::bytes_of(array.number)) +
                         "', 'fortran_order': False, 'shape': (" + shape + "), }";
    // The numbers begin at a multiple of 64 bytes.
    constexpr std::size_t before_header = 10;
    header.append(63 - (before_header + header.size()) % 64, ' ');
    header += '\n';
    std::string bytes(npy::magic);
    stored::append_whole_number(bytes, 1, 1);
    stored::append_whole_number(bytes, 0, 1);
    stored::append_whole_number(bytes, header.size(), 2);
    return bytes + header + array.bytes;
}

// Without a layout, or in another order: one sentence.
template <class... Arguments>
    requires(!are_written_in_a_layout<Arguments...>)
constexpr auto npy_bytes(Arguments const&...) {
    return arrays_are_written_and_read_in_a_layout<Arguments...>();
}
template <class... Arguments>
    requires(!are_read_in_a_layout<std::string_view, Arguments...>)
constexpr auto matrix_from_npy(Arguments&&...) {
    return arrays_are_written_and_read_in_a_layout<std::remove_cvref_t<Arguments>...>();
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Named arrays in the format safetensors, in which PyTorch, JAX and others keep weights.
///
///     length of the header  {"query": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}, ...}  the numbers
///
/// The header is JSON of this form alone; its `__metadata__` holds texts, which are skipped. The arrays fill the rest of the
/// file, without holes and overlaps, each row by row and the least byte of a number first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "incontext/io/arrays.hpp"

namespace incontext {

/// The arrays of a safetensors file, in the order of their names in the header.
///
/// Exactness: the same bits. Cost: a copy. Errors: throws WeightsError for bytes that are no whole safetensors file. Arrays of
/// integers, booleans and numbers of 8 bits are read as StoredNumber::other. Test: tests/unit/safetensors.cpp (files as the
/// format's description says), tests/fuzz/safetensors.cpp (any bytes).
[[nodiscard]] inline std::vector<StoredArray> arrays_in_safetensors(std::string_view bytes);

/// The bytes of a safetensors file. Errors: throws WeightsError for two arrays of one name, for StoredNumber::other, for bytes that
/// do not fit the shape, for more than 32 dimensions, and for an array named __metadata__. Test: tests/unit/safetensors.cpp.
[[nodiscard]] inline std::string safetensors_bytes(std::vector<StoredArray> const& arrays);

// ------------------------------------------------------------------------------------------------------- details ----

namespace safetensors {

inline constexpr std::uint64_t most_bytes_of_header = 100'000'000;  // as the format's own reader

/// How many bytes a number of this kind has; 0 of one that is not known.
inline std::uint64_t bytes_of(std::string_view kind) {
    for (auto const& [name, bytes] : {std::pair<std::string_view, std::uint64_t>{"BOOL", 1},
                                      {"U8", 1},
                                      {"I8", 1},
                                      {"F8_E5M2", 1},
                                      {"F8_E4M3", 1},
                                      {"U16", 2},
                                      {"I16", 2},
                                      {"F16", 2},
                                      {"BF16", 2},
                                      {"U32", 4},
                                      {"I32", 4},
                                      {"F32", 4},
                                      {"U64", 8},
                                      {"I64", 8},
                                      {"F64", 8}}) {
        if (name == kind) {
            return bytes;
        }
    }
    return 0;
}

inline void append_utf8(std::string& text, std::uint32_t code) {
    auto const append = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        append(code);
    } else if (code < 0x800) {
        append(0xc0 | code >> 6);
        append(0x80 | (code & 63));
    } else if (code < 0x10000) {
        append(0xe0 | code >> 12);
        append(0x80 | (code >> 6 & 63));
        append(0x80 | (code & 63));
    } else {
        append(0xf0 | code >> 18);
        append(0x80 | (code >> 12 & 63));
        append(0x80 | (code >> 6 & 63));
        append(0x80 | (code & 63));
    }
}

inline std::uint32_t four_digits_in(stored::Cursor& header) {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
        char const c = header.next("four hexadecimal digits");
        int const digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            header.refuse("four hexadecimal digits");
        }
        code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
}

/// A text of JSON.
inline std::string text_in(stored::Cursor& header) {
    std::string const rest = "the rest of a text";
    header.expect('"');
    std::string text;
    for (char c = header.next(rest); c != '"'; c = header.next(rest)) {
        if (static_cast<unsigned char>(c) < ' ') {
            header.refuse("a text without control characters");
        }
        if (c != '\\') {
            text += c;
            continue;
        }
        char const escaped = header.next(rest);
        std::string_view const known = "\"\\/bfnrt";
        std::string_view const meant = "\"\\/\b\f\n\r\t";
        if (std::size_t const place = known.find(escaped); place != std::string_view::npos) {
            text += meant[place];
        } else if (escaped != 'u') {
            header.refuse("an escape that JSON has");
        } else {
            std::uint32_t code = four_digits_in(header);
            if (code >= 0xd800 && code < 0xdc00) {  // the first of two halves
                if (header.next(rest) != '\\' || header.next(rest) != 'u') {
                    header.refuse("the other half of a character");
                }
                std::uint32_t const low = four_digits_in(header);
                if (low < 0xdc00 || low > 0xdfff) {
                    header.refuse("the other half of a character");
                }
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            } else if (code >= 0xdc00 && code < 0xe000) {
                header.refuse("a whole character");
            }
            append_utf8(text, code);
        }
    }
    return text;
}

/// Calls member(name) for each member of an object of JSON; it reads the value.
template <class Member>
void for_each_member_of(stored::Cursor& header, Member const& member) {
    header.expect('{');
    if (header.has('}')) {
        return;
    }
    do {
        std::string const name = text_in(header);
        header.expect(':');
        member(name);
    } while (header.has(','));
    header.expect('}');
}

/// An array of a header, and where its bytes are.
struct Entry {
    StoredArray array{};
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

inline Entry entry_in(stored::Cursor& header, std::string const& name) {
    Entry entry{.array = {.name = name, .number = StoredNumber::other}};
    std::vector<std::string> seen;
    for_each_member_of(header, [&](std::string const& key) {
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
            header.refuse("each member once, and not " + stored::in_quotes(key) + " again,");
        }
        seen.push_back(key);
        if (key == "dtype") {
            entry.array.number_name = text_in(header);
        } else if (key == "shape") {
            // A comma behind the last number is no JSON, but harms nobody.
            entry.array.shape = header.whole_numbers('[', ']');
        } else if (key == "data_offsets") {
            auto const offsets = header.whole_numbers('[', ']');
            if (offsets.size() != 2) {
                header.refuse("two offsets before this place, and not " + std::to_string(offsets.size()) + ",");
            }
            entry.begin = offsets[0];
            entry.end = offsets[1];
        } else {
            header.refuse("dtype, shape and data_offsets alone, and not " + stored::in_quotes(key) + ",");
        }
    });
    if (seen.size() != 3) {
        header.refuse("dtype, shape and data_offsets of " + stored::in_quotes(name) + " before this place");
    }
    auto const& kind = entry.array.number_name;
    entry.array.number = kind == "F32"    ? StoredNumber::f32
                         : kind == "F64"  ? StoredNumber::f64
                         : kind == "F16"  ? StoredNumber::f16
                         : kind == "BF16" ? StoredNumber::bf16
                                          : StoredNumber::other;
    return entry;
}

/// A text as JSON writes it.
inline std::string json_text(std::string_view text) {
    std::string json = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < ' ') {
            json += "\\u00";
            json += "01"[static_cast<unsigned char>(c) / 16];
            json += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
        } else {
            json += c;
        }
    }
    return json + '"';
}

}  // namespace safetensors

inline std::vector<StoredArray> arrays_in_safetensors(std::string_view bytes) {
    using safetensors::Entry;
    stored::Source const source{"safetensors"};
    constexpr std::size_t before_header = 8;
    if (bytes.size() < before_header) {
        source.fail("the file ends within its first 8 bytes");
    }
    std::uint64_t const length = stored::whole_number(bytes, 0, before_header);
    if (length > safetensors::most_bytes_of_header || length > bytes.size() - before_header) {
        source.fail("this is no whole safetensors file: its header would have " + std::to_string(length) +
                    " bytes, and the file has " + std::to_string(bytes.size()));
    }
    std::string_view const data = bytes.substr(before_header + static_cast<std::size_t>(length));
    stored::Cursor header(bytes.substr(before_header, static_cast<std::size_t>(length)), source);
    std::vector<Entry> entries;
    bool has_metadata = false;
    safetensors::for_each_member_of(header, [&](std::string const& name) {
        if (name == "__metadata__") {
            if (has_metadata) {
                header.refuse("__metadata__ once");
            }
            has_metadata = true;
            safetensors::for_each_member_of(
                header, [&](std::string const&) { static_cast<void>(safetensors::text_in(header)); });
        } else {
            entries.push_back(safetensors::entry_in(header, name));
        }
    });
    header.skip_spaces();
    if (!header.is_at_end()) {
        header.refuse("nothing but spaces");
    }

    for (Entry const& entry : entries) {
        StoredArray const& array = entry.array;
        std::uint64_t const size = safetensors::bytes_of(array.number_name);
        if (entry.begin > entry.end || entry.end > data.size()) {
            source.fail(stored::in_quotes(array.name) + " should be at bytes " + std::to_string(entry.begin) + " to " +
                        std::to_string(entry.end) + " of the numbers, which have " + std::to_string(data.size()));
        }
        std::uint64_t const expected = stored::bytes_of(array.shape, size == 0 ? 1 : size, source);
        if (size != 0 && entry.end - entry.begin != expected) {
            source.fail(stored::in_quotes(array.name) + " is " + stored::shape_text(array.shape) + " of " +
                        array.number_name + ", which is " + std::to_string(expected) + " bytes, and not " +
                        std::to_string(entry.end - entry.begin));
        }
    }
    // One behind the other.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
    parts.reserve(entries.size());
    for (Entry const& entry : entries) {
        parts.emplace_back(entry.begin, entry.end);
    }
    std::sort(parts.begin(), parts.end());
    std::uint64_t filled = 0;
    for (auto const& [begin, end] : parts) {
        if (begin != filled) {
            source.fail("the arrays overlap or leave a hole at byte " + std::to_string(filled) + " of the numbers");
        }
        filled = end;
    }
    if (filled != data.size()) {
        source.fail("behind the arrays the file has " + std::to_string(data.size() - filled) + " bytes more");
    }

    std::vector<StoredArray> arrays;
    for (Entry& entry : entries) {
        entry.array.bytes =
            data.substr(static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.end - entry.begin));
        arrays.push_back(std::move(entry.array));
    }
    stored::require_names(arrays, source);
    return arrays;
}

inline std::string safetensors_bytes(std::vector<StoredArray> const& arrays) {
    stored::Source const source{"safetensors"};
    stored::require_names(arrays, source);
    std::string header = "{";
    std::string data;
    // The widest numbers first, so that each begins at a multiple of its size.
    std::vector<StoredArray const*> in_order;
    in_order.reserve(arrays.size());
    for (StoredArray const& array : arrays) {
        in_order.push_back(&array);
    }
    // Those of one width as they stand in `arrays`; std::stable_sort would call what clang 19 says is deprecated.
    std::sort(in_order.begin(), in_order.end(), [](StoredArray const* a, StoredArray const* b) {
        auto const width = stored::bytes_of(a->number);
        auto const other = stored::bytes_of(b->number);
        return width != other ? width > other : a < b;
    });
    for (StoredArray const* const each : in_order) {
        StoredArray const& array = *each;
        char const* const kind = array.number == StoredNumber::f32    ? "F32"
                                 : array.number == StoredNumber::f64  ? "F64"
                                 : array.number == StoredNumber::f16  ? "F16"
                                 : array.number == StoredNumber::bf16 ? "BF16"
                                                                      : nullptr;
        if (kind == nullptr || array.name == "__metadata__") {
            source.fail("the array " + stored::in_quotes(array.name) +
                        " is not written: it holds no floating-point numbers, or has the name of the metadata");
        }
        stored::require_readable(array, source);
        std::string shape;
        for (std::uint64_t const size : array.shape) {
            shape += (shape.empty() ? "" : ",") + std::to_string(size);
        }
        header += header.size() > 1 ? "," : "";
        header += safetensors::json_text(array.name) + ":{\"dtype\":\"" + kind + "\",\"shape\":[" + shape +
                  "],\"data_offsets\":[" + std::to_string(data.size()) + "," +
                  std::to_string(data.size() + array.bytes.size()) + "]}";
        data += array.bytes;
    }
    header += "}";
    header.append((8 - header.size() % 8) % 8, ' ');
    std::string bytes;
    stored::append_whole_number(bytes, header.size(), 8);
    return bytes + header + data;
}

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// Several arrays in numpy's format: what numpy.savez writes and numpy.load reads, a zip archive of .npy files.
///
/// Read are archives that are not compressed (numpy.savez, and not numpy.savez_compressed) and below 4 GiB. The directory at their end says
/// what is in them: bytes that it does not list, as those of a file that was replaced, are passed over, as by numpy and zip.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "incontext/io/arrays.hpp"
#include "incontext/io/npy.hpp"

namespace incontext {

/// The arrays of an .npz file: `query.npy` in it is the array `query`.
///
/// Exactness: the same bits, whose checksums are right. Cost: two copies. Errors: throws WeightsError for bytes that are no
/// whole .npz file or have more behind its end, and for compressed and encrypted ones. Test: tests/unit/npz.cpp (files that numpy wrote),
/// tests/fuzz/npz.cpp (any bytes).
[[nodiscard]] inline std::vector<StoredArray> arrays_in_npz(std::string_view bytes);

/// The bytes of an .npz file. Errors: throws WeightsError for two arrays of one name, names of 64 KiB or more, 65,535 arrays or more and
/// 4 GiB or more, and as npy_bytes. Test: tests/unit/npz.cpp.
[[nodiscard]] inline std::string npz_bytes(std::vector<StoredArray> const& arrays);

// ------------------------------------------------------------------------------------------------------- details ----

namespace npz {

inline constexpr std::string_view of_file = "PK\x03\x04";       // before each file
inline constexpr std::string_view of_entry = "PK\x01\x02";      // before each entry of the directory
inline constexpr std::string_view of_directory = "PK\x05\x06";  // before the end of the directory
inline constexpr std::size_t file_header = 30;
inline constexpr std::size_t entry_header = 46;
inline constexpr std::size_t directory_end = 22;
inline constexpr std::uint64_t four_gib = 0xffffffff;

/// CRC-32, of polynomial edb88320.
inline std::uint32_t checksum(std::string_view bytes) {
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) {
                value = (value >> 1) ^ (value % 2 == 1 ? 0xedb88320u : 0u);
            }
            made[i] = value;
        }
        return made;
    }();
    std::uint32_t sum = 0xffffffffu;
    for (char const c : bytes) {
        sum = (sum >> 8) ^ table[(sum ^ static_cast<unsigned char>(c)) & 255u];
    }
    return ~sum;
}

}  // namespace npz

inline std::vector<StoredArray> arrays_in_npz(std::string_view bytes) {
    stored::Source const source{"npz"};
    auto const number = [&](std::size_t first, std::size_t count) { return stored::whole_number(bytes, first, count); };

    // The directory's end is the last thing in the file, but for a comment, whose length it says and which may look like one.
    constexpr std::size_t none = std::string_view::npos;
    auto const behind = [&](std::size_t at) { return at + npz::directory_end + number(at + 20, 2); };
    auto const last_before = [&](std::size_t from) {
        std::size_t at = bytes.rfind(npz::of_directory, from);
        while (at != none && (bytes.size() - at < npz::directory_end || behind(at) > bytes.size())) {
            at = at == 0 ? none : bytes.rfind(npz::of_directory, at - 1);
        }
        return at;
    };
    std::size_t const last = last_before(none);
    std::size_t end = last;
    while (end != none && behind(end) != bytes.size()) {
        end = end == 0 ? none : last_before(end - 1);
    }
    if (!bytes.starts_with("PK") || last == none) {
        source.fail("this is no whole .npz file: it begins with " + stored::in_quotes(bytes.substr(0, 6)) +
                    " or the directory at its end is missing");
    }
    if (end == none) {
        source.fail("behind the directory at its end the file has " + std::to_string(bytes.size() - behind(last)) +
                    " bytes more");
    }
    std::uint64_t const count = number(end + 10, 2);
    std::uint64_t const size = number(end + 12, 4);
    std::uint64_t at = number(end + 16, 4);
    if (count == 0xffff || size == npz::four_gib || at == npz::four_gib) {
        source.fail("archives of 4 GiB or more, or of more than 65,534 files, are not read");
    }
    if (at > end || size != end - at) {
        source.fail("the directory at its end is damaged");
    }
    std::vector<StoredArray> arrays;
    std::uint64_t total = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (end - at < npz::entry_header || !bytes.substr(static_cast<std::size_t>(at)).starts_with(npz::of_entry)) {
            source.fail("the directory at its end is damaged");
        }
        auto const entry = static_cast<std::size_t>(at);
        std::uint64_t const flags = number(entry + 8, 2);
        std::uint64_t const method = number(entry + 10, 2);
        std::uint64_t const sum = number(entry + 16, 4);
        std::uint64_t const stored_size = number(entry + 20, 4);
        std::uint64_t const whole_size = number(entry + 24, 4);
        std::uint64_t const name_size = number(entry + 28, 2);
        std::uint64_t const file = number(entry + 42, 4);
        std::uint64_t const next = at + npz::entry_header + name_size + number(entry + 30, 2) + number(entry + 32, 2);
        if (next > end) {
            source.fail("the directory at its end is damaged");
        }
        at = next;
        std::string_view const name = bytes.substr(entry + npz::entry_header, static_cast<std::size_t>(name_size));
        if (flags % 2 == 1) {
            source.fail(stored::in_quotes(name) + " is encrypted");
        }
        if (method != 0) {
            source.fail(stored::in_quotes(name) +
                        " is compressed: write the file by numpy.savez, not savez_compressed");
        }
        if (!name.ends_with(".npy")) {
            source.fail(stored::in_quotes(name) + " is no .npy file");
        }
        // Where the data begin says the header before them: its last part may be longer than in the directory.
        if (stored_size != whole_size || file > end || end - file < npz::file_header ||
            !bytes.substr(static_cast<std::size_t>(file)).starts_with(npz::of_file)) {
            source.fail(stored::in_quotes(name) + " is not where the directory says");
        }
        auto const header = static_cast<std::size_t>(file);
        std::uint64_t const data = file + npz::file_header + number(header + 26, 2) + number(header + 28, 2);
        total += whole_size;
        if (data > end || whole_size > end - data || total > bytes.size()) {
            source.fail(stored::in_quotes(name) + " is not where the directory says");
        }
        std::string_view const contents =
            bytes.substr(static_cast<std::size_t>(data), static_cast<std::size_t>(whole_size));
        if (npz::checksum(contents) != sum) {
            source.fail(stored::in_quotes(name) + " has another checksum than the directory: the file is damaged");
        }
        arrays.push_back(array_in_npy(contents, std::string(name.substr(0, name.size() - 4))));
    }
    if (at != end) {
        source.fail("the directory at its end is damaged");
    }
    stored::require_names(arrays, source);
    return arrays;
}

inline std::string npz_bytes(std::vector<StoredArray> const& arrays) {
    stored::Source const source{"npz"};
    stored::require_names(arrays, source);
    std::string files;
    std::string directory;
    for (StoredArray const& array : arrays) {
        std::string const contents = npy_bytes(array);
        std::string const name = array.name + ".npy";
        if (files.size() + npz::file_header + name.size() + contents.size() >= npz::four_gib || name.size() > 0xffff ||
            arrays.size() >= 0xffff) {
            source.fail("archives of 4 GiB or more, of 65,535 arrays or of longer names are not written");
        }
        // Version 2.0; names in UTF-8; not compressed; 1980-01-01, so that equal weights are equal files.
        std::string header;
        for (std::uint64_t const field :
             {std::uint64_t{20}, std::uint64_t{0x800}, std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0x21}}) {
            stored::append_whole_number(header, field, 2);
        }
        stored::append_whole_number(header, npz::checksum(contents), 4);
        stored::append_whole_number(header, contents.size(), 4);
        stored::append_whole_number(header, contents.size(), 4);
        stored::append_whole_number(header, name.size(), 2);
        stored::append_whole_number(header, 0, 2);

        directory += npz::of_entry;
        stored::append_whole_number(directory, 20, 2);  // made by version 2.0
        directory += header;
        stored::append_whole_number(directory, 0, 10);  // no comment, first disk, no attributes
        stored::append_whole_number(directory, files.size(), 4);
        directory += name;

        files += npz::of_file;
        files += header;
        files += name;
        files += contents;
    }
    std::string bytes = files + directory;
    bytes += npz::of_directory;
    stored::append_whole_number(bytes, 0, 4);
    stored::append_whole_number(bytes, arrays.size(), 2);
    stored::append_whole_number(bytes, arrays.size(), 2);
    stored::append_whole_number(bytes, directory.size(), 4);
    stored::append_whole_number(bytes, files.size(), 4);
    stored::append_whole_number(bytes, 0, 2);
    return bytes;
}

}  // namespace incontext

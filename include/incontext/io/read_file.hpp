// SPDX-License-Identifier: MIT
/// @file
/// Reading a file whole, and what is said of a file that cannot be used.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

#include "incontext/support/failure.hpp"
#include "incontext/support/version.hpp"

namespace incontext {

/// A file or a directory that could not be used. what() is one sentence: what failed, where, and the system's reason.
class FileError : public std::runtime_error {
  public:
    FileError(std::string const& what, std::string const& where, std::error_code reason)
        : std::runtime_error(what + " '" + where + "': " + reason.message()) {}
};

/// The bytes of a file.
///
/// Cost: one copy. Errors: throws FileError for a file that cannot be read, or has more than `most_bytes`: a device may have no
/// end. Test: tests/unit/npy.cpp.
[[nodiscard]] inline std::string read_file(std::string const& file, std::uint64_t most_bytes = std::uint64_t{1} << 32) {
    auto const fail_to_read = [&](int reason) {
        fail_with(FileError("cannot read", file, std::error_code(reason, std::generic_category())));
    };
    errno = 0;
    std::FILE* const stream = std::fopen(file.c_str(), "rb");
    if (stream == nullptr) {
        fail_to_read(errno);
    }
    std::string bytes;
    char part[1 << 14];
    std::size_t count = 0;
    while (bytes.size() <= most_bytes && (count = std::fread(part, 1, sizeof part, stream)) > 0) {
        bytes.append(part, count);
    }
    int const reason = std::ferror(stream) != 0 ? errno : bytes.size() > most_bytes ? EFBIG : 0;
    std::fclose(stream);
    if (reason != 0) {
        fail_to_read(reason);
    }
    return bytes;
}

}  // namespace incontext

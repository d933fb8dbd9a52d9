// SPDX-License-Identifier: MIT
#include "tools/text_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <system_error>

#include "incontext/io/atomic_file.hpp"

namespace tools {

std::string text_of_file(std::filesystem::path const& file) {
    auto const fail = [&](std::error_code reason) -> void {
        throw incontext::FileError("cannot read", file.string(), reason);
    };
    std::error_code error;
    auto const status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
        fail(error ? error : std::make_error_code(std::errc::no_such_file_or_directory));
    }
    if (!std::filesystem::is_regular_file(status)) {  // a pipe would be waited for
        fail(std::make_error_code(std::filesystem::is_directory(status) ? std::errc::is_a_directory
                                                                        : std::errc::invalid_argument));
    }
    constexpr std::uintmax_t most = std::uintmax_t{1} << 30;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const stream(std::fopen(file.c_str(), "rb"), std::fclose);
    if (stream == nullptr) {
        fail(std::error_code(errno, std::generic_category()));
    }
    std::string text;
    char part[1 << 16];
    for (std::size_t read = 0; (read = std::fread(part, 1, sizeof part, stream.get())) > 0;) {
        text.append(part, read);
        if (text.size() > most) {
            fail(std::make_error_code(std::errc::file_too_large));
        }
    }
    if (std::ferror(stream.get()) != 0) {
        fail(std::error_code(errno, std::generic_category()));
    }
    return text;
}

}  // namespace tools

// SPDX-License-Identifier: MIT
#include "tools/output_directory.hpp"

#include <system_error>
#include <utility>

#include "incontext/io/atomic_file.hpp"

namespace tools {

OutputDirectory::OutputDirectory(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) {
        throw incontext::FileError("cannot create the directory", path_, error);
    }
    // One byte would fit the last free block of a disk that has no room for the results, which are below this size.
    constexpr std::size_t size_of_the_results = std::size_t{1} << 20;
    write(".writable", std::string(size_of_the_results, ' '));
    std::filesystem::remove(path_ / ".writable", error);
}

void OutputDirectory::write(std::string const& name, std::string_view text) const {
    incontext::write_file(path_ / name, text);
}

}  // namespace tools

// SPDX-License-Identifier: MIT
#include "tools/output_directory.hpp"

#include <system_error>
#include <utility>
#include <vector>

#include "incontext/io/atomic_file.hpp"
#include "tools/directory_lock.hpp"
#include "tools/interruption.hpp"

namespace tools {
namespace {

/// ".loss.svg.0.tmp": what write_file has not yet renamed.
bool is_left_aside(std::string const& name) {
    std::size_t const end = name.rfind(".tmp");
    std::size_t const number = end == std::string::npos || end == 0 ? std::string::npos : name.rfind('.', end - 1);
    return name.starts_with('.') && name.ends_with(".tmp") && number != std::string::npos && number > 0 &&
           number + 1 < end && name.find_first_not_of("0123456789", number + 1) == end;
}

/// Nobody else writes here now, so nobody will rename them.
void remove_what_is_left_aside(std::filesystem::path const& directory) {
    std::error_code error;
    std::vector<std::filesystem::path> left;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        if (is_left_aside(at->path().filename().string()) && at->is_regular_file(error)) {
            left.push_back(at->path());
        }
    }
    for (auto const& file : left) {
        std::filesystem::remove(file, error);
    }
}

}  // namespace

OutputDirectory::OutputDirectory(std::filesystem::path path) : path_(std::move(path)) {
    Postponement const postponed;
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) {
        throw incontext::FileError("cannot create the directory", path_, error);
    }
    lock_ = std::make_shared<DirectoryLock const>(path_);
    remove_what_is_left_aside(path_);
    // One byte would fit the last free block of a disk that has no room for the results, which are below this size.
    constexpr std::size_t size_of_the_results = std::size_t{1} << 20;
    write(".writable", std::string(size_of_the_results, ' '));
    std::filesystem::remove(path_ / ".writable", error);
}

void OutputDirectory::write(std::string const& name, std::string_view text) const {
    Postponement const postponed;
    incontext::write_file(path_ / name, text);
}

}  // namespace tools

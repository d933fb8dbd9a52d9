// SPDX-License-Identifier: MIT
#include "tools/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "incontext/io/atomic_file.hpp"
#include "tools/interruption.hpp"
#include "tools/record.hpp"

namespace tools {
namespace {

[[noreturn]] void fail(char const* what, std::string const& file, int reason) {
    throw incontext::FileError(what, file, std::error_code(reason, std::generic_category()));
}

std::string own_name() {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    return "process " + std::to_string(getpid()) + " on " + host + " since " + utc_now();
}

/// What the owner has written; it may be about to.
std::string name_of_owner(int descriptor) {
    char text[200];
    auto const size = pread(descriptor, text, sizeof text, 0);
    std::string name(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    name = name.substr(0, name.find('\n'));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return name.empty() ? "a process that has just begun" : name;
}

/// Whether the file is still the one with this name: its owner may have removed it before we had the lock.
bool has_name(int descriptor, std::string const& file) {
    struct stat ours {};
    struct stat named {};
    return fstat(descriptor, &ours) == 0 && stat(file.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

/// Whether nothing is in the file, or what an owner writes into it.
bool is_ours_or_empty(int descriptor) {
    constexpr std::string_view beginning = "process ";
    char text[beginning.size()];
    auto const size = pread(descriptor, text, sizeof text, 0);
    return size == 0 || (size > 0 && std::string_view(text, static_cast<std::size_t>(size)) == beginning);
}

void remove_own(int descriptor, std::string const& file) {
    if (has_name(descriptor, file)) {
        unlink(file.c_str());
    }
}

/// A descriptor of the file with this name, locked.
int locked(std::filesystem::path const& directory, std::string const& file) {
    for (;;) {
        int const descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor < 0) {
            fail("cannot write", file, errno);
        }
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            int const reason = errno;
            std::string const owner = name_of_owner(descriptor);
            close(descriptor);
            if (reason == EINTR) {
                continue;
            }
            if (reason != EWOULDBLOCK) {
                fail("cannot lock", file, reason);
            }
            throw std::runtime_error("the directory '" + directory.string() + "' belongs to another run, " + owner +
                                     ": wait until it has ended, or choose another --out");
        }
        if (!is_ours_or_empty(descriptor)) {
            close(descriptor);
            throw std::runtime_error("'" + file +
                                     "' was written by no run, and would be lost: move it away, or choose "
                                     "another --out");
        }
        if (has_name(descriptor, file)) {
            return descriptor;
        }
        close(descriptor);
    }
}

}  // namespace

DirectoryLock::DirectoryLock(std::filesystem::path const& directory)
    : file_((directory / ".lock").string()), descriptor_(locked(directory, file_)) {
    std::string const name = own_name() + "\n";
    if (ftruncate(descriptor_, 0) != 0 ||
        pwrite(descriptor_, name.data(), name.size(), 0) != static_cast<ssize_t>(name.size())) {
        int const reason = errno;
        remove_own(descriptor_, file_);
        close(descriptor_);
        fail("cannot write", file_, reason);
    }
    do_when_interrupted([file = file_, descriptor = descriptor_] { remove_own(descriptor, file); });
}

DirectoryLock::~DirectoryLock() {
    do_when_interrupted({});
    remove_own(descriptor_, file_);
    close(descriptor_);
}

}  // namespace tools

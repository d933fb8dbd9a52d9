// SPDX-License-Identifier: MIT
/// @file
/// Writing a file so that a reader sees the old text or the new one, never a part.
///
///     write aside -> flush, check, sync -> rename over the final name
///
/// A run of hours that is killed, or meets a full disk, must not leave half a result that looks like a whole one.
#pragma once

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace incontext {

/// A file or a directory that could not be used. what() is one sentence: what failed, where, and the system's reason.
class FileError : public std::runtime_error {
  public:
    FileError(std::string const& what, std::filesystem::path const& where, std::error_code reason)
        : std::runtime_error(what + " '" + where.string() + "': " + reason.message()) {}
};

/// Gives `file` the contents `text`, whole or not at all.
///
/// A file that exists is replaced; a symbolic link stays and what it points to is replaced. Devices and pipes have no
/// half-written state and must not be renamed over, so they are written directly.
/// Cost: one copy of the text to the disk and one sync. Errors: throws FileError after removing what was written
/// aside; the old file, if any, is then untouched. Only a process killed outright can leave a `.name.0.tmp` behind.
/// Test: tests/unit/atomic_file.cpp.
inline void write_file(std::filesystem::path const& file, std::string_view text);

// ------------------------------------------------------------------------------------------------------- details ----

namespace atomic_file {

[[noreturn]] inline void fail_to_write(std::filesystem::path const& file, int reason) {
    throw FileError("cannot write", file, std::error_code(reason, std::generic_category()));
}

/// Asks the disk itself whether it has the bytes: some file systems report a full disk only now.
inline bool synchronise([[maybe_unused]] std::FILE* stream) {
#if __has_include(<unistd.h>)
    return fsync(fileno(stream)) == 0 || errno == EINVAL || errno == ENOTSUP;  // the latter two: nothing to sync here
#else
    return true;
#endif
}

/// Writes and closes; 0, or the errno of the first step that failed. A full disk may show at any of them.
inline int write_and_close(std::FILE* stream, std::string_view text) {
    bool const written = std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0 &&
                         synchronise(stream);
    int const write_error = written ? 0 : errno;
    int const close_error = std::fclose(stream) == 0 ? 0 : errno;
    return write_error != 0 ? write_error : close_error;
}

/// A new file beside `target`, hence on the same file system, where a rename is atomic. Mode x makes two writers of one
/// target take different names.
inline std::FILE* create_beside(std::filesystem::path const& target, std::filesystem::path& aside) {
    for (int number = 0;; ++number) {
        aside = target;
        aside.replace_filename("." + target.filename().string() + "." + std::to_string(number) + ".tmp");
        if (std::FILE* const stream = std::fopen(aside.string().c_str(), "wbx")) {
            return stream;
        }
        if (errno != EEXIST) {
            fail_to_write(target, errno);
        }
    }
}

}  // namespace atomic_file

inline void write_file(std::filesystem::path const& file, std::string_view text) {
    std::error_code error;
    std::filesystem::path target = std::filesystem::canonical(file, error);
    if (error) {
        target = file;  // does not exist yet
    } else if (!std::filesystem::is_regular_file(target, error)) {
        std::FILE* const stream = std::fopen(target.string().c_str(), "wb");
        int const reason = stream != nullptr ? atomic_file::write_and_close(stream, text) : errno;
        if (reason != 0) {
            atomic_file::fail_to_write(file, reason);
        }
        return;
    }

    std::filesystem::path aside;
    int reason = atomic_file::write_and_close(atomic_file::create_beside(target, aside), text);
    if (reason == 0) {
        std::filesystem::rename(aside, target, error);
        reason = error.value();
    }
    if (reason != 0) {
        std::filesystem::remove(aside, error);
        atomic_file::fail_to_write(file, reason);
    }
}

}  // namespace incontext

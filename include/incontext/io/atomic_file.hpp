// SPDX-License-Identifier: MIT
/// @file
/// Writing a file so that a reader sees the old text or the new one, never a part.
///
///     write aside -> flush, check, sync -> rename over the final name
///
/// A run of hours that is killed, or meets a full disk, must not leave half a result that looks like a whole one.
///
/// Files are named by strings, into which a std::filesystem::path converts by itself: <filesystem> takes longer to compile
/// than all of the operators and proofs, and three calls of POSIX do the same.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include "incontext/io/read_file.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/version.hpp"

namespace incontext {

/// Gives `file` the contents `text`, whole or not at all.
///
/// A file that exists is replaced by one of the same mode; a symbolic link stays and what it points to is replaced, or
/// created, also what /dev/stdout points to where that is a file. Devices and pipes have no
/// half-written state and must not be renamed over, so they are written directly; so is what /dev/stdout points to where that file was
/// removed, and has no name that another could take.
/// Cost: one copy of the text to the disk and one sync. Errors: throws FileError after removing what was written
/// aside; the old file, if any, is then untouched. So it does for a name of more than 248
/// bytes: the name aside is 7 longer, or more. Only a process killed outright can leave a `.name.N.tmp` behind.
/// Test: tests/unit/atomic_file.cpp.
inline void write_file(std::string const& file, std::string_view text);

// ------------------------------------------------------------------------------------------------------- details ----

namespace atomic_file {

[[noreturn]] inline void fail_to_write(std::string const& file, int reason) {
    fail_with(FileError("cannot write", file, std::error_code(reason, std::generic_category())));
}

/// The file to which symbolic links lead, also where it is not there yet: realpath alone knows only files that are.
inline std::string behind_links(std::string const& file) {
    constexpr int most = 40;  // as many as Linux follows
    std::string target = file;
    for (int links = 0; links < most; ++links) {
        if (char* const found = realpath(target.c_str(), nullptr)) {
            target = found;
            std::free(found);
            return target;
        }
        char to[4096];
        ssize_t const size = readlink(target.c_str(), to, sizeof to);
        if (size < 0) {
            return target;  // no link, but a new file, or one whose directory is not there
        }
        if (size == static_cast<ssize_t>(sizeof to)) {
            fail_to_write(file, ENAMETOOLONG);
        }
        std::string const next(to, static_cast<std::size_t>(size));
        if (next.starts_with('/')) {
            target = next;
        } else {
            target.replace(target.rfind('/') + 1, std::string::npos, next);  // beside the link
        }
    }
    fail_to_write(file, ELOOP);
}

inline bool is_regular_or_new(std::string const& file) {
    struct stat about {};
    return stat(file.c_str(), &about) != 0 || S_ISREG(about.st_mode);
}

/// Whether `target` is the name of what `file` opens, or both are not there yet. An open file that was removed since has none, and the
/// link to it in /dev/fd says another: "out (deleted)".
inline bool is_name_of(std::string const& target, std::string const& file) {
    struct stat of_file {};
    if (stat(file.c_str(), &of_file) != 0) {
        return true;
    }
    struct stat of_target {};
    return stat(target.c_str(), &of_target) == 0 && of_target.st_dev == of_file.st_dev &&
           of_target.st_ino == of_file.st_ino;
}

/// Asks the disk itself whether it has the bytes: some file systems report a full disk only now.
inline bool synchronise(std::FILE* stream) {
    return fsync(fileno(stream)) == 0 || errno == EINVAL || errno == ENOTSUP;  // the latter two: nothing to sync here
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
inline std::FILE* create_beside(std::string const& target, std::string& aside) {
    std::size_t const name = target.rfind('/') + 1;  // 0 where there is no directory
    for (int number = 0;; ++number) {
        aside = target.substr(0, name) + "." + target.substr(name) + "." + std::to_string(number) + ".tmp";
        if (std::FILE* const stream = std::fopen(aside.c_str(), "wbx")) {
            return stream;
        }
        if (errno != EEXIST) {
            fail_to_write(target, errno);
        }
    }
}

/// The steps of write_file for a regular file.
inline void replace(std::string const& target, std::string const& file, std::string_view text) {
    std::string aside;
    std::FILE* const stream = create_beside(target, aside);
    struct stat about {};
    bool const is_there = stat(target.c_str(), &about) == 0;
    int const mode_reason = is_there && fchmod(fileno(stream), about.st_mode & 07777) != 0 ? errno : 0;
    int const write_reason = write_and_close(stream, text);
    int reason = mode_reason != 0 ? mode_reason : write_reason;
    if (reason == 0 && std::rename(aside.c_str(), target.c_str()) != 0) {
        reason = errno;
    }
    if (reason != 0) {
        std::remove(aside.c_str());
        fail_to_write(file, reason);
    }
}

/// The same for a device or a pipe.
inline void write_directly(std::string const& file, std::string_view text) {
    std::FILE* const stream = std::fopen(file.c_str(), "wb");
    int const reason = stream != nullptr ? write_and_close(stream, text) : errno;
    if (reason != 0) {
        fail_to_write(file, reason);
    }
}

}  // namespace atomic_file

inline void write_file(std::string const& file, std::string_view text) {
    // Asked of the name as it is: /dev/stdout may lead to a pipe, which has none.
    if (atomic_file::is_regular_or_new(file)) {
        std::string const target = atomic_file::behind_links(file);
        if (atomic_file::is_name_of(target, file)) {
            atomic_file::replace(target, file, text);
            return;
        }
    }
    atomic_file::write_directly(file, text);
}

}  // namespace incontext

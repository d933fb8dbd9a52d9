// SPDX-License-Identifier: MIT
// A file is written whole or not at all, and nothing is left beside it.
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "catch.hpp"
#include "incontext/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace incontext;
namespace fs = std::filesystem;

/// An empty directory of this test's own, removed at the end.
struct Directory {
    fs::path path;

    Directory() {
        for (int number = 0;; ++number) {
            path = fs::temp_directory_path() / ("incontext_atomic_file_" + std::to_string(number));
            if (fs::create_directory(path)) {
                return;
            }
        }
    }
    Directory(Directory const&) = delete;
    Directory& operator=(Directory const&) = delete;
    ~Directory() {
        std::error_code ignored;
        fs::permissions(path, fs::perms::owner_all, ignored);
        fs::remove_all(path, ignored);
    }

    /// How many things are in it.
    [[nodiscard]] long count() const { return std::distance(fs::directory_iterator(path), fs::directory_iterator()); }
};

std::string contents(fs::path const& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// What write_file says when it fails; empty if it does not.
std::string complaint(fs::path const& file, std::string const& text) {
    try {
        write_file(file, text);
    } catch (FileError const& error) {
        return error.what();
    }
    return "";
}

bool contains(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a new file holds the text, every byte of it, and nothing lies beside it") {
    Directory const directory;
    std::string const text("first line\r\n\0after a zero\n\xff", 27);
    REQUIRE(text.size() == 27);
    write_file(directory.path / "result.json", text);
    REQUIRE(contents(directory.path / "result.json") == text);
    REQUIRE(directory.count() == 1);
}

TEST_CASE("a long text and an empty one are written whole") {
    Directory const directory;
    std::string const text(3000001, 'x');
    write_file(directory.path / "long", text);
    REQUIRE(contents(directory.path / "long") == text);
    write_file(directory.path / "long", "");
    REQUIRE(fs::file_size(directory.path / "long") == 0);
    REQUIRE(directory.count() == 1);
}

TEST_CASE("an existing file is replaced, a longer one included") {
    Directory const directory;
    write_file(directory.path / "file", "a long old text");
    write_file(directory.path / "file", "new");
    REQUIRE(contents(directory.path / "file") == "new");
    REQUIRE(directory.count() == 1);
}

TEST_CASE("a reader who has the old file open still sees the old text, whole") {
    Directory const directory;
    write_file(directory.path / "file", "the old text");
    std::ifstream reader(directory.path / "file", std::ios::binary);
    REQUIRE(reader.get() == 't');
    write_file(directory.path / "file", "another");
    REQUIRE(std::string(std::istreambuf_iterator<char>(reader), {}) == "he old text");
}

TEST_CASE("a name relative to the current directory works") {
    Directory const directory;
    fs::path const before = fs::current_path();
    fs::current_path(directory.path);
    std::string const failure = complaint("plain", "text");
    fs::current_path(before);
    REQUIRE(failure == "");
    REQUIRE(contents(directory.path / "plain") == "text");
    REQUIRE(directory.count() == 1);
}

TEST_CASE("a symbolic link stays, and what it points to is replaced") {
    Directory const directory;
    fs::create_directory(directory.path / "elsewhere");
    write_file(directory.path / "elsewhere" / "target", "old");
    fs::create_symlink(directory.path / "elsewhere" / "target", directory.path / "link");
    write_file(directory.path / "link", "new");
    REQUIRE(fs::is_symlink(directory.path / "link"));
    REQUIRE(contents(directory.path / "elsewhere" / "target") == "new");
    REQUIRE(directory.count() == 2);
}

TEST_CASE("a symbolic link to a file that is not there stays, and the file is created") {
    Directory const directory;
    fs::create_directory(directory.path / "elsewhere");
    fs::create_symlink("elsewhere/second", directory.path / "first");  // relative to the place of the link
    fs::create_symlink(directory.path / "target", directory.path / "elsewhere" / "second");
    write_file(directory.path / "first", "new");
    CHECK(fs::is_symlink(directory.path / "first"));
    CHECK(fs::is_symlink(directory.path / "elsewhere" / "second"));
    CHECK(contents(directory.path / "target") == "new");
    CHECK(directory.count() == 3);

    // Nowhere, and round and round: nothing is written, and the link stays.
    fs::create_symlink("no_directory/target", directory.path / "nowhere");
    CHECK_THAT(complaint(directory.path / "nowhere", "new"), ContainsSubstring("No such file or directory"));
    CHECK(fs::is_symlink(directory.path / "nowhere"));
    fs::create_symlink("round", directory.path / "round");
    CHECK_THAT(complaint(directory.path / "round", "new"), ContainsSubstring("symbolic links"));
    CHECK(fs::is_symlink(directory.path / "round"));
    CHECK(directory.count() == 5);
}

TEST_CASE("what an earlier run left aside is neither used nor removed") {
    Directory const directory;
    std::ofstream(directory.path / ".file.0.tmp") << "of another run";
    write_file(directory.path / "file", "text");
    REQUIRE(contents(directory.path / "file") == "text");
    REQUIRE(contents(directory.path / ".file.0.tmp") == "of another run");
    REQUIRE(directory.count() == 2);
}

TEST_CASE("a directory that does not exist is named in one sentence, with the reason") {
    Directory const directory;
    fs::path const file = directory.path / "missing" / "file";
    std::string const what = complaint(file, "text");
    REQUIRE(contains(what, "cannot write '" + file.string() + "': "));
    REQUIRE(contains(what, std::generic_category().message(ENOENT)));
    REQUIRE_FALSE(contains(what, "\n"));
    REQUIRE(directory.count() == 0);
}

TEST_CASE("a file cannot be written inside a file, nor over a directory") {
    Directory const directory;
    write_file(directory.path / "file", "text");
    fs::create_directory(directory.path / "folder");
    REQUIRE(contains(complaint(directory.path / "file" / "inner", "text"), "cannot write '"));
    REQUIRE(contains(complaint(directory.path / "folder", "text"), std::generic_category().message(EISDIR)));
    REQUIRE(fs::is_directory(directory.path / "folder"));
    REQUIRE(contents(directory.path / "file") == "text");
    REQUIRE(directory.count() == 2);
}

TEST_CASE("a directory that may not be written is refused, and its file stays") {
    Directory const directory;
    write_file(directory.path / "file", "old");
    bool const is_superuser = geteuid() == 0;  // who may write anywhere
    constexpr uid_t nobody = 65534;
    fs::permissions(directory.path, is_superuser
                                        ? fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec
                                        : fs::perms::owner_read | fs::perms::owner_exec);
    if (is_superuser && seteuid(nobody) != 0) {
        fs::permissions(directory.path, fs::perms::owner_all);
        WARN("skipped: the superuser may write anywhere, and nobody is not known here");
        return;
    }
    std::string const what = complaint(directory.path / "file", "new");
    REQUIRE((!is_superuser || seteuid(0) == 0));
    fs::permissions(directory.path, fs::perms::owner_all);
    REQUIRE(contains(what, std::generic_category().message(EACCES)));
    REQUIRE(contents(directory.path / "file") == "old");
}

/// While it lives, no file may grow beyond a kilobyte: a disk that is full in the middle of a text.
class FullDisk {
  public:
    FullDisk() {
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &limit_);
        rlimit small = limit_;
        small.rlim_cur = 1024;
        setrlimit(RLIMIT_FSIZE, &small);
    }
    FullDisk(FullDisk const&) = delete;
    FullDisk& operator=(FullDisk const&) = delete;
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int);
    rlimit limit_{};
};

TEST_CASE("a disk that is full half-way leaves the old file and nothing beside it") {
    Directory const directory;
    write_file(directory.path / "file", "old");
    for (std::size_t size : {std::size_t{2000}, std::size_t{100000}}) {  // fails when flushed, and when written
        std::string what;
        {
            FullDisk const full;
            what = complaint(directory.path / "file", std::string(size, 'x'));
        }
        REQUIRE(contains(what, std::generic_category().message(EFBIG)));
        REQUIRE(contents(directory.path / "file") == "old");
        REQUIRE(directory.count() == 1);
    }
}

TEST_CASE("a disk that is full half-way leaves no new file either") {
    Directory const directory;
    std::string what;
    {
        FullDisk const full;
        what = complaint(directory.path / "file", std::string(5000, 'x'));
    }
    REQUIRE(contains(what, "cannot write '"));
    REQUIRE(directory.count() == 0);
}

TEST_CASE("a pipe is written directly and stays a pipe") {
    Directory const directory;
    auto const pipe = directory.path / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    int const reader = open(pipe.c_str(), O_RDWR | O_NONBLOCK);  // so that the writer need not wait for one
    REQUIRE(reader >= 0);
    REQUIRE(complaint(pipe, "text") == "");
    char text[8] = {};
    REQUIRE(read(reader, text, sizeof text) == 4);
    REQUIRE(std::string(text) == "text");
    close(reader);
    REQUIRE(fs::is_fifo(pipe));
    REQUIRE(std::distance(fs::directory_iterator(directory.path), fs::directory_iterator()) == 1);
}

TEST_CASE("who may read a file stays who may read it") {
    Directory const directory;
    write_file(directory.path / "file", "old");
    fs::permissions(directory.path / "file", fs::perms::owner_read | fs::perms::owner_write);
    write_file(directory.path / "file", "new");
    REQUIRE(contents(directory.path / "file") == "new");
    REQUIRE(fs::status(directory.path / "file").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a pipe without a name of its own is written directly") {
    if (!fs::exists("/dev/fd")) {
        WARN("skipped: this system has no /dev/fd");
        return;
    }
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    REQUIRE(complaint("/dev/fd/" + std::to_string(ends[1]), "text") == "");  // as /dev/stdout before a |
    char text[8] = {};
    REQUIRE(read(ends[0], text, sizeof text) == 4);
    REQUIRE(std::string(text) == "text");
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("an open file that was removed is written directly, and no other file is made or replaced") {
    if (!fs::exists("/dev/fd")) {
        WARN("skipped: this system has no /dev/fd");
        return;
    }
    Directory directory;
    fs::path const file = directory.path / "out";
    int const opened = open(file.c_str(), O_RDWR | O_CREAT, 0600);
    REQUIRE(opened >= 0);
    std::string const name = "/dev/fd/" + std::to_string(opened);  // as /dev/stdout of "program > out"
    REQUIRE(complaint(name, "named") == "");
    REQUIRE(contents(file) == "named");
    REQUIRE(directory.count() == 1);
    close(opened);

    int const removed = open(file.c_str(), O_RDWR);
    REQUIRE(removed >= 0);
    REQUIRE(fs::remove(file));
    std::string const link = "/dev/fd/" + std::to_string(removed);
    auto const holds = [&](std::string const& text) {
        char read[16] = {};
        return pread(removed, read, sizeof read, 0) == static_cast<ssize_t>(text.size()) && text == read;
    };
    REQUIRE(complaint(link, "text") == "");
    REQUIRE(holds("text"));
    REQUIRE(directory.count() == 0);
    // Nor is the file taken for it that has its name by chance.
    fs::path const other = directory.path / "out (deleted)";
    write_file(other.string(), "other");
    REQUIRE(complaint(link, "again") == "");
    REQUIRE(holds("again"));
    REQUIRE(contents(other) == "other");
    REQUIRE(directory.count() == 1);
    close(removed);
}

TEST_CASE("the failure of a device is told") {
    if (!fs::exists("/dev/full")) {
        WARN("skipped: this system has no /dev/full");
        return;
    }
    std::string const what = complaint("/dev/full", "text");
    REQUIRE(contains(what, "'/dev/full'"));
    REQUIRE(contains(what, std::generic_category().message(ENOSPC)));
    REQUIRE_FALSE(fs::exists("/dev/.full.0.tmp"));
}

}  // namespace

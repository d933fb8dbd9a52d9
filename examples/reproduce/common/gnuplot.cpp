// SPDX-License-Identifier: MIT
#include "common/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "incontext/io/atomic_file.hpp"

extern char** environ;  // POSIX requires the declaration to be ours

namespace reproduce {
namespace {

namespace fs = std::filesystem;

/// A new directory that goes with everything in it.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = fs::temp_directory_path() / "incontext-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) {
            throw incontext::FileError("cannot create the directory", name, {errno, std::generic_category()});
        }
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;

    [[nodiscard]] std::string operator/(char const* name) const { return path_ / name; }

  private:
    fs::path path_;
};

/// Where the standard streams of a new process lead: files rather than pipes, which could fill up and stall both sides.
class Redirections {
  public:
    Redirections(std::string const& input, std::string const& output, std::string const& errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT, 0600);
        posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT, 0600);
    }
    ~Redirections() { posix_spawn_file_actions_destroy(&actions_); }
    Redirections(Redirections const&) = delete;
    Redirections& operator=(Redirections const&) = delete;

    [[nodiscard]] posix_spawn_file_actions_t const* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_;
};

/// Runs gnuplot to its end; true if it reports success.
bool run_gnuplot(Redirections const& redirections) {
    std::string program = "gnuplot";
    std::string default_settings = "--default-settings";
    char* const arguments[] = {program.data(), default_settings.data(), nullptr};
    pid_t process = 0;
    int const error = posix_spawnp(&process, program.c_str(), redirections.get(), nullptr, arguments, environ);
    if (error == ENOENT || error == EACCES || error == ENOTDIR) {
        throw GnuplotAbsent();
    }
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), "gnuplot could not be started");
    }
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string read_file(std::string const& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// gnuplot prints the command, a caret under the place, and in the last line what is wrong with it.
std::string last_line(std::string text) {
    text.erase(text.find_last_not_of(" \r\n") + 1);
    text.erase(0, text.find_last_of('\n') + 1);
    return text.erase(0, text.find_first_not_of(' '));
}

}  // namespace

std::string svg_from_gnuplot(std::string const& script) {
    TemporaryDirectory const directory;
    incontext::write_file(directory / "script", script);
    bool const succeeded = run_gnuplot({directory / "script", directory / "svg", directory / "errors"});
    std::string svg = read_file(directory / "svg");
    // A full disk truncates what gnuplot writes, and gnuplot does not notice.
    if (!succeeded || last_line(svg) != "</svg>") {
        std::string const message = last_line(read_file(directory / "errors"));
        throw std::runtime_error("gnuplot failed: " + (message.empty() ? "it wrote no complete figure" : message));
    }
    return svg;
}

}  // namespace reproduce

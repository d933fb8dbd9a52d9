// SPDX-License-Identifier: MIT
#include "tools/output_directory.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "incontext/io/atomic_file.hpp"
#include "tools/directory_lock.hpp"
#include "tools/interruption.hpp"
#include "tools/json_reader.hpp"
#include "tools/program.hpp"
#include "tools/text_file.hpp"

namespace tools {
namespace {

/// ".loss.svg.0.tmp": what write_file has not yet renamed.
bool is_left_aside(std::string const& name) {
    std::size_t const end = name.rfind(".tmp");
    std::size_t const number = end == std::string::npos || end == 0 ? std::string::npos : name.rfind('.', end - 1);
    return name.starts_with('.') && name.ends_with(".tmp") && number != std::string::npos && number > 0 &&
           number + 1 < end && name.find_first_not_of("0123456789", number + 1) == end;
}

/// Where the constructor tries the disk.
constexpr char const* writable = ".writable";

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

/// The checkpoints of all models, in the order of their names: refusals must not depend on the file system.
std::vector<std::filesystem::path> checkpoints_in(std::filesystem::path const& directory) {
    std::error_code error;
    std::vector<std::filesystem::path> result;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        std::string const name = at->path().filename().string();
        if (name.starts_with("checkpoint") && name.ends_with(".json")) {
            result.push_back(at->path());
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

/// The program that a checkpoint names. One that cannot be read names none: who resumes it is told what is wrong with it, and
/// nobody else writes over it.
nlohmann::ordered_json program_of_checkpoint(std::filesystem::path const& file) {
    try {
        return text_in(json_from_text(text_of_file(file)), "program");
    } catch (std::runtime_error const&) {
        return nullptr;
    }
}

}  // namespace

OutputDirectory::OutputDirectory(std::filesystem::path path, std::string const& program) : path_(std::move(path)) {
    Postponement const postponed;
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) {
        throw incontext::FileError("cannot create the directory", path_, error);
    }
    lock_ = std::make_shared<DirectoryLock const>(path_);
    auto const require_own = [&](std::filesystem::path const& file, nlohmann::ordered_json const& found) {
        if (found != program) {
            throw UsageError("'" + file.string() + "' is of a run of " + beginning_of(found) +
                             ", whose results would be lost: " + ways_out());
        }
    };
    if (auto const run = finished_run(); !run.is_null()) {
        require_own(path_ / "run.json", run["program"]);
    }
    for (auto const& file : checkpoints_in(path_)) {
        if (auto const found = program_of_checkpoint(file); !found.is_null()) {
            require_own(file, found);
        }
    }
    remove_what_is_left_aside(path_);
    // One byte would fit the last free block of a disk that has no room for the results, which are below this size.
    constexpr std::size_t size_of_the_results = std::size_t{1} << 20;
    write(writable, std::string(size_of_the_results, ' '));
    std::filesystem::remove(path_ / writable, error);
}

void OutputDirectory::write(std::string const& name, std::string_view text) const {
    Postponement const postponed;
    incontext::write_file(path_ / name, text);
    if (name != writable) {
        say_when_interrupted_if_nothing_was_said("interrupted; the files that '" + path_.string() +
                                                 "' holds are whole, and the same command writes all of them");
    }
}

void OutputDirectory::clean(std::string const& name) const {
    remove_what_is_left_aside(path_ / name);
}

bool OutputDirectory::has_checkpoints() const {
    return !checkpoints_in(path_).empty();
}

nlohmann::ordered_json OutputDirectory::finished_run() const {
    std::filesystem::path const file = path_ / "run.json";
    if (!std::filesystem::exists(file)) {
        return nullptr;
    }
    try {
        auto run = json_from_text(text_of_file(file));
        static_cast<void>(text_in(run, "program"));
        return run;
    } catch (JsonError const&) {
        // Perhaps it is not of a program of ours, and the directory holds more that is not: nobody is told to remove that.
        throw UsageError("'" + file.string() +
                         "' does not say of which program it is, and would be lost: choose another --out, or move that "
                         "file away");
    }
}

std::string OutputDirectory::ways_out() const {
    return "choose another --out, or remove the directory '" + path_.string() + "'";
}

}  // namespace tools

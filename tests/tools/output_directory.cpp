// SPDX-License-Identifier: MIT
// A directory of results belongs to one program: what another one has finished, or begun, is not written over.
#include "tools/output_directory.hpp"

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "catch.hpp"
#include "incontext/io/atomic_file.hpp"
#include "tools/program.hpp"

using namespace tools;

namespace {

/// An empty directory, which is removed at the end.
class Place {
  public:
    Place() { std::filesystem::remove_all(path_); }
    ~Place() { std::filesystem::remove_all(path_); }
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;

    void put(std::string const& name, std::string const& text) const {
        std::filesystem::create_directories(path_);
        incontext::write_file((path_ / name).string(), text);
    }
    [[nodiscard]] std::set<std::string> files() const {
        std::set<std::string> result;
        for (auto const& entry : std::filesystem::directory_iterator(path_)) {
            result.insert(entry.path().filename().string());
        }
        return result;
    }
    /// What the program "mine" is told when it begins here; empty where it may.
    [[nodiscard]] std::string refusal() const {
        try {
            OutputDirectory const directory(path_, "mine");
        } catch (UsageError const& error) {
            return error.what();
        }
        return "";
    }
    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("incontext_output_directory_" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("the results of another program are refused, and left as they are") {
    Place const place;
    std::string const file = GENERATE("run.json", "checkpoint.json", "checkpoint_2_looped.json");
    place.put(file, R"({"program": "other", "steps": 3})");
    place.put(".run.json.0.tmp", "");  // what is left aside is not tidied up, either
    CHECK(place.refusal() == "'" + (place.path() / file).string() +
                                 "' is of a run of \"other\", whose results would be lost: choose another --out, or "
                                 "remove the directory '" +
                                 place.path().string() + "'");
    CHECK(place.files() == std::set<std::string>{file, ".run.json.0.tmp"});
}

TEST_CASE("its own results, and what is none, are no reason to refuse") {
    Place const place;
    CHECK(place.refusal().empty());
    place.put("run.json", R"({"program": "mine"})");
    place.put("checkpoint_1.json", R"({"program": "mine"})");
    place.put("checkpoint_2.json", "cut off");  // for who resumes it: nobody else writes there
    place.put("checkpoint_3.json", R"({"program": 7})");
    place.put("weights.json", R"({"program": "other"})");
    CHECK(place.refusal().empty());
}

TEST_CASE("a run.json that names no program is refused: it is somebody's") {
    Place const place;
    std::string const text = GENERATE("", "cut off", "{}", "[]", R"({"program": 7})");
    place.put("run.json", text);
    CHECK(place.refusal() == "'" + (place.path() / "run.json").string() +
                                 "' does not say of which program it is, and would be lost: choose another --out, or "
                                 "move that file away");
}

TEST_CASE("the finished run and the checkpoints are told") {
    Place const place;
    OutputDirectory const directory(place.path(), "mine");
    CHECK(directory.finished_run().is_null());
    CHECK_FALSE(directory.has_checkpoints());
    directory.write("run.json", R"({"program": "mine", "parameters": {"steps": 3}})");
    directory.write("checkpoint_5.json", "{}");
    CHECK(directory.finished_run()["parameters"]["steps"] == 3);
    CHECK(directory.has_checkpoints());
}

TEST_CASE("what a killed run has left aside is removed, below the directory where that is asked for") {
    Place const place;
    for (char const* name : {".loss.svg.0.tmp", "loss.svg.0.tmp", ".loss.tmp"}) {
        place.put(name, "");
        std::filesystem::create_directories(place.path() / "cells");
        incontext::write_file((place.path() / "cells" / name).string(), "");
    }
    OutputDirectory const directory(place.path(), "mine");
    CHECK_FALSE(std::filesystem::exists(place.path() / ".loss.svg.0.tmp"));
    CHECK(std::filesystem::exists(place.path() / "cells" / ".loss.svg.0.tmp"));
    directory.clean("cells");
    directory.clean("of nothing");
    CHECK_FALSE(std::filesystem::exists(place.path() / "cells" / ".loss.svg.0.tmp"));
    for (char const* name : {"loss.svg.0.tmp", ".loss.tmp"}) {
        CHECK(std::filesystem::exists(place.path() / name));
        CHECK(std::filesystem::exists(place.path() / "cells" / name));
    }
}

TEST_CASE("a lock that no run has written is somebody's file, and stays") {
    Place const place;
    place.put(".lock", "notes\n");
    CHECK_THROWS_AS(OutputDirectory(place.path(), "mine"), std::runtime_error);
    CHECK(place.files() == std::set<std::string>{".lock"});
    place.put(".lock", "process 7 on a machine since yesterday\n");
    CHECK(place.refusal() == "");
}

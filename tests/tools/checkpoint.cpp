// SPDX-License-Identifier: MIT
// Checkpoints of several models that a run with the same options replaces: at no moment is there none.
#include "common/checkpoint.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "incontext/io/atomic_file.hpp"
#include "tools/program.hpp"

namespace {

using namespace reproduce;
namespace fs = std::filesystem;

/// A finished run of the models 1, 2 and 3, of one step; removed at the end.
class FinishedRun {
  public:
    FinishedRun() {
        fs::remove_all(options_.out);
        fs::create_directories(options_.out);
        for (Checkpoint& checkpoint : checkpoints(false)) {
            checkpoint.write(0, run(1));
        }
    }
    ~FinishedRun() { fs::remove_all(options_.out); }
    FinishedRun(FinishedRun const&) = delete;
    FinishedRun& operator=(FinishedRun const&) = delete;

    [[nodiscard]] std::vector<Checkpoint> checkpoints(bool resume,
                                                      nlohmann::ordered_json const& parameters = {}) const {
        return checkpoints_of_models("test", options_, {.resume = resume},
                                     parameters.is_null() ? nlohmann::ordered_json::object() : parameters,
                                     std::vector<int>{1, 2, 3});
    }
    static StoredRun run(int steps) {
        return {.seed = 0, .steps = steps, .seconds_training = 1, .state = "state", .curve = {"curve"}};
    }
    [[nodiscard]] fs::path file(int model) const {
        return options_.out / ("checkpoint_" + std::to_string(model) + ".json");
    }

  private:
    CommonOptions options_{.steps = 1,
                           .out = fs::temp_directory_path() / ("incontext_checkpoint_" + std::to_string(::getpid()))};
};

}  // namespace

TEST_CASE("the first checkpoint of a new run replaces those of the finished one") {
    FinishedRun const finished;
    auto checkpoints = finished.checkpoints(false);
    checkpoints[1].write(0, FinishedRun::run(0));
    CHECK_FALSE(fs::exists(finished.file(1)));
    CHECK(fs::exists(finished.file(2)));
    CHECK_FALSE(fs::exists(finished.file(3)));
    checkpoints[0].write(0, FinishedRun::run(1));  // which removes none of its own run
    CHECK(fs::exists(finished.file(1)));
    CHECK(fs::exists(finished.file(2)));
}

TEST_CASE("where the first checkpoint cannot be written, the finished ones stay") {
    FinishedRun const finished;
    auto checkpoints = finished.checkpoints(false);
    fs::remove(finished.file(2));
    fs::create_directory(finished.file(2));  // which no file replaces
    std::ofstream(finished.file(2) / "file") << "of someone";
    CHECK_THROWS_AS(checkpoints[1].write(0, FinishedRun::run(0)), incontext::FileError);
    CHECK(fs::exists(finished.file(1)));
    CHECK(fs::exists(finished.file(3)));
}

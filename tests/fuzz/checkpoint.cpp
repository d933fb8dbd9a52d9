// SPDX-License-Identifier: MIT
// A checkpoint that may hold anything, with the checksum that it has and with one that fits: it is read, or refused in one
// sentence; and so are the state and the curve in it. What was read is written as a text that is read as the same.
#include <boost/hana/define_struct.hpp>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/checkpoint.hpp"
#include "common/training_runs.hpp"
#include "fuzz.hpp"
#include "tools/program.hpp"

namespace {

using namespace reproduce;

// As small as a model can be, so that short inputs reach its end.
using Layer = incontext::LinearSelfAttention<incontext::TokenShape{.token_dim = 1, .context = 1}, float>;

struct Measured {
    BOOST_HANA_DEFINE_STRUCT(Measured,
        (double, step),
        (double, loss));
};

void read(std::string_view text) {
    StoredCheckpoint stored;
    try {
        stored = checkpoint_from_text(text);
    } catch (CheckpointError const& error) {
        fuzz::require(std::string_view(error.what()).find('\n') == std::string_view::npos, "a sentence is one line");
        return;
    }
    fuzz::require(!stored.runs.empty(), "there is a run");
    std::string const written = checkpoint_text(stored);
    fuzz::require(checkpoint_text(checkpoint_from_text(written)) == written, "what was written is read as the same");

    static Checkpoint const checkpoint("fuzz", {.out = "there/is/no/such/directory"}, {},
                                       nlohmann::ordered_json::object());
    for (StoredRun const& run : stored.runs) {
        fuzz::require(!run.curve.empty() && run.steps >= 0 && run.steps <= stored.steps, "a run is within its bounds");
        for (int const eval_every : {1, 2, 1'000'000'000}) {
            try {
                auto const restored = training_runs::restored<Layer, Measured>(run, eval_every, checkpoint);
                fuzz::require(!restored.curve.empty() && restored.curve.front().step == 0, "a curve begins at step 0");
                fuzz::require(restored.state.optimiser.steps == run.steps, "a state has as many steps as its run");
                fuzz::require(std::isfinite(restored.model().query(0, 0)), "a weight is finite");
                for (Measured const& at : restored.curve) {
                    fuzz::require(at.loss >= 0 && std::isfinite(at.loss),
                                  "a loss of one layer is finite, and not negative");
                }
            } catch (std::runtime_error const&) {
                // refused
            }
        }
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(reinterpret_cast<char const*>(data), size);
    read(text);
    std::string const beginning = text.substr(0, text.rfind(",\n    \"checksum\""));
    read(beginning + checksum_text(beginning));
    return 0;
}

// SPDX-License-Identifier: MIT
// The training of the network of blocks.cpp.
#include "blocks/model.hpp"

namespace reproduce {
namespace {

using namespace incontext;

struct BlocksSetting {
    LinearRegression tasks{};

    static void begin(BlocksNetwork& network, std::uint32_t seed) {
        initialise(network, seed, {.scale = .002f, .layers = block_count});
    }
    [[nodiscard]] static TrainingOptions training(int batch, std::uint32_t seed) {
        return training_options(block_count, batch, seed);
    }
};

}  // namespace

std::vector<BlocksRun> trained_blocks(CommonOptions const& options, Rules const& rules,
                                      Evaluation<sizes> const& evaluation, Checkpoint& checkpoint, Workers& workers) {
    auto const measure = [&](long step, BlocksNetwork const& network) {
        return measured_beside(step, network, rules, evaluation);
    };
    return train_runs_in<BlocksNetwork, BlocksMeasured, sizes>(BlocksSetting{}, options, measure, workers, &checkpoint);
}

double seconds_to_train_blocks(CommonOptions const& options, Checkpoint const& checkpoint, Workers& workers) {
    return seconds_to_train_in<BlocksNetwork, sizes>(BlocksSetting{}, options, workers, checkpoint);
}

}  // namespace reproduce

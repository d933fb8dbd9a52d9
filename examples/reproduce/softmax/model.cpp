// SPDX-License-Identifier: MIT
// One layer of softmax attention, compiled once for each number of heads: REPRODUCE_HEADS.
#include "softmax/model.hpp"

#include <type_traits>

#include "common/training_runs.hpp"
#include "incontext/attention/softmax_attention.hpp"

namespace reproduce {
namespace {

using namespace incontext;

constexpr int layers = 1;
using Heads = std::conditional_t<REPRODUCE_HEADS == 1, Layer, MultiHeadAttention<Layer, Layer>>;
using Model = SoftmaxAttention<Heads>;

/// eta W_KQ of each head.
std::vector<Rows> weighted_scores(Model const& model) {
    std::vector<Rows> result;
    auto const& heads = heads_of(model.layer);
    for_each_element<static_cast<std::size_t>(Model::head_count)>(
        [&](auto const& head) {
            auto const products = merged(head);
            Rows rows = rows_of_matrix(products.key_query);
            auto const eta = static_cast<double>(products.output_value(sizes.input, sizes.input));
            for (auto& row : rows) {
                for (double& entry : row) {
                    entry *= eta;
                }
            }
            result.push_back(rows);
        },
        heads);
    return result;
}

Linked<SoftmaxModel> const linked_model({
    .number = REPRODUCE_HEADS,
    .trained =
        [](GradientDescentStep const& gradient_step, CentredStep const& centred_step, CommonOptions const& options,
           Evaluation<sizes> const& evaluation, Checkpoint& checkpoint, Workers& workers) {
            auto const measured = [&](long step, Model const& model) {
                Alignment const with_step = alignment(evaluation, model, gradient_step);
                return SoftmaxMeasured{.step = static_cast<double>(step),
                                       .loss_trained = evaluation.loss(model),
                                       .cosine = with_step.cosine,
                                       .sensitivity_difference = with_step.sensitivity_difference,
                                       .prediction_difference = with_step.prediction_difference,
                                       .cosine_centred = alignment(evaluation, model, centred_step).cosine};
            };
            std::vector<SoftmaxRun> result;
            for (auto const& run :
                 train_runs<Model, SoftmaxMeasured>(layers, options, measured, workers, &checkpoint)) {
                result.push_back({run, weighted_scores(run.model()),
                                  [model = run.model()](Evaluation<sizes> const& tasks) { return tasks.loss(model); }});
            }
            return result;
        },
    .seconds_to_train = [](CommonOptions const& options, Checkpoint const& checkpoint,
                           Workers& workers) { return seconds_to_train<Model>(layers, options, workers, checkpoint); },
});

}  // namespace
}  // namespace reproduce

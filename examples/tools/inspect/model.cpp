// SPDX-License-Identifier: MIT
// One size, compiled once for each: INSPECT_INPUT + INSPECT_OUTPUT, INSPECT_CONTEXT.
#include "inspect/model.hpp"

#include "common/linked.hpp"
#include "common/paper_setting.hpp"
#include "incontext/incontext.hpp"

namespace inspect {
namespace {

using namespace incontext;

constexpr Dimensions dimensions{.input = INSPECT_INPUT, .output = INSPECT_OUTPUT, .context = INSPECT_CONTEXT};
constexpr int token_dim = INSPECT_INPUT + INSPECT_OUTPUT;
using Square = Matrix<float, token_dim, token_dim>;

struct Products {
    Square key_query;
    Square output_value;
};

/// Layers whose number, and whose number of heads, are those of the file.
struct Stack {
    static constexpr bool is_affine_in_query = true;
    std::vector<std::vector<Products>> in_order{};

    template <TokenShape Given, class Number>
    Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        Prompt<Given, Number> tokens = prompt;
        for (auto const& heads : in_order) {
            auto const G = gram(tokens.context);
            Matrix<Number, token_dim, token_dim> F = zero<Number, token_dim>();
            for (Products const& head : heads) {
                F += product(head.output_value, G, head.key_query);
            }
            Prompt<Given, Number> const before = tokens;
            tokens.context = before.context + product(F, before.context);
            tokens.query = before.query + product(F, before.query);
        }
        return tokens;
    }
};

/// The fitted steps, one for each layer.
struct Steps {
    static constexpr bool is_affine_in_query = true;
    std::vector<reproduce::GradientDescentPlusPlusStepOf<dimensions>> in_order{};

    template <TokenShape Given, class Number>
    Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        Prompt<Given, Number> tokens = prompt;
        for (auto const& step : in_order) {
            tokens = step(tokens);
        }
        return tokens;
    }
};

OnTasks measured(std::vector<Layer> const& layers, std::vector<Fit> const& fits, Workers& workers) {
    Stack stack;
    for (Layer const& layer : layers) {
        auto& heads = stack.in_order.emplace_back();
        for (Head const& head : layer) {
            heads.push_back({Square(head.key_query.cast<float>()), Square(head.output_value.cast<float>())});
        }
    }
    Steps gd;
    Steps plus_plus;
    for (Fit const& fit : fits) {
        plus_plus.in_order.push_back(
            {.learning_rate = static_cast<float>(fit.learning_rate),
             .gamma = static_cast<float>(fit.gamma),
             .initial_weights = Matrix<float, dimensions.output, dimensions.input>(fit.initial_weights.cast<float>())});
        gd.in_order.push_back(plus_plus.in_order.back());
        gd.in_order.back().gamma = 0;
    }
    Evaluation<dimensions> const evaluation(workers);
    return {.loss = evaluation.loss(stack),
            .loss_of_gd = evaluation.loss(gd),
            .loss_of_plus_plus = evaluation.loss(plus_plus),
            .loss_of_zero = evaluation.loss(Steps{}),
            .with_gd = alignment(evaluation, stack, gd),
            .with_plus_plus = alignment(evaluation, stack, plus_plus),
            .exact = one_step_optimum(uniform_inputs(), dimensions.input, dimensions.context, dimensions.output)};
}

reproduce::Linked<Size> const linked_size({.number = (INSPECT_INPUT * 1000 + INSPECT_OUTPUT) * 1000 + INSPECT_CONTEXT,
                                           .dimensions = dimensions,
                                           .measured = measured});

}  // namespace
}  // namespace inspect

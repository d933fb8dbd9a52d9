// SPDX-License-Identifier: MIT
#include "paper/theorems.hpp"

#include <algorithm>
#include <stdexcept>

#include "tools/text_file.hpp"

namespace paper {

std::vector<Theorem> const& theorems() {
    static std::vector<Theorem> const all{
        {.name = "prop_1",
         .title = "Prop. 1: a layer of linear self-attention is a step of gradient descent",
         .says = "With the right weights both make the same tokens of the same tokens: for all sizes, every learning "
                 "rate, every W0 and every "
                 "token, the query's included.",
         .file = "tests/static/proposition_1.cpp",
         .statement = "identical_for_all_sizes(gradient_step, attention_layer)"},
        {.name = "steps",
         .title = "K layers are K steps",
         .says = "The same layer, applied again, is the next step. Here three times in a row; below it in the same "
                 "file for every K, by induction.",
         .file = "tests/static/stack.cpp",
         .statement = "identical_for_all_sizes(looped_steps<3>, looped_layers<3>)"},
        {.name = "one_step_optimum",
         .title = "The best that one step can do",
         .says = "No learning rate has a smaller expected loss in the paper's setting: fractions, computed while "
                 "compiling.",
         .file = "tests/static/exact_optimum.cpp",
         .statement = "paper.loss == "},
        {.name = "gdpp",
         .title = "GD++ is a layer, too",
         .says = "A step that also moves the inputs by −γ X Xᵀ is a layer of linear self-attention.",
         .file = "tests/static/stack.cpp",
         .statement = "identical_for_all_sizes(plus_plus, plus_plus_layer)"},
        {.name = "features",
         .title = "Prop. 2: a step on learned features",
         .says = "Behind any map m of the inputs, an MLP for instance, a layer is a step of gradient descent on the "
                 "linear model over m(x).",
         .file = "tests/static/features.cpp",
         .statement = "identical_for_all_sizes(descent, layer_on_features)"},
        {.name = "copying",
         .title = "Prop. 3, corrected: copy, then learn",
         .says = "From plain tokens, a layer of three heads puts each target beside its input, and the next layer is a "
                 "step of gradient descent.",
         .file = "tests/static/copying.cpp",
         .statement = "two_layers_are_one_gradient_step(symbols)"},
        {.name = "softmax",
         .title = "Two heads of softmax attention are a step on inputs without their mean",
         .says = "To first order in the scores: opposite heads cancel the mean of the targets and every even order.",
         .file = "tests/static/softmax_first_order.cpp",
         .statement = "at_order(two_heads, 1) == "},
        {.name = "centred_optimum",
         .title = "The best that the centred step can do",
         .says = "The step on inputs without their mean has the best expected loss 310/1419 = .2185, and gradient "
                 "descent 245/1188 = .2062.",
         .file = "tests/static/exact_optimum.cpp",
         .statement = "centred.learning_rate == "},
    };
    return all;
}

Excerpt excerpt_of(Theorem const& theorem, std::filesystem::path const& repository) {
    std::string const text = tools::text_of_file(repository / theorem.file);
    auto const begin = text.find("static_assert(" + theorem.statement);
    auto const end = text.find(';', begin);
    if (begin == std::string::npos || end == std::string::npos) {
        throw std::runtime_error("'" + theorem.file + "' has no static_assert(" + theorem.statement + "...)");
    }
    return {.text = text.substr(begin, end + 1 - begin),
            .line = 1 + static_cast<int>(
                            std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'))};
}

}  // namespace paper

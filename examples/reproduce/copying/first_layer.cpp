// SPDX-License-Identifier: MIT
// What the layers of copying.cpp look at: derivatives of the first one, and the attention of both.
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>

#include "copying/model.hpp"

namespace reproduce {
namespace {

using namespace incontext;
using Number = PlainEvaluation::Number;

constexpr int context = plain.context;
constexpr int tokens = context + 1;
constexpr int asked_tokens = context - 1;  // k = 0..18: each has a next one in context

constexpr std::size_t place(int k, int i, int row) {
    return static_cast<std::size_t>((k * context + i) * token_dim + row);
}

/// Lane by lane the numbers of a matrix, from a place on, token by token.
template <AnyMatrix Scores, std::size_t Count>
void write_columns(Scores const& scores, std::size_t from, std::array<Number, Count>& out) {
    for (int token = 0; token < cols_of<Scores>; ++token) {
        for (int i = 0; i < rows_of<Scores>; ++i) {
            out[from++] = scores(i, token);
        }
    }
}

}  // namespace

/// The query token (i = 20) is no key and no value, so no t_k depends on it.
Sensitivities sensitivities(CopyingNetwork const& network, PlainEvaluation const& evaluation) {
    auto const layers = stacked(network.layer_at<0>(), network.layer_at<1>());
    using Layers = std::remove_cvref_t<decltype(layers)>;
    constexpr std::size_t count = place(asked_tokens, 0, 0);
    auto const means = evaluation.mean<static_cast<int>(count)>([&](auto const& task, std::array<Number, count>& out) {
        auto const pass = forward_pass<AllTokens>(layers, task.prompt);
        for (int k = 0; k < asked_tokens; ++k) {
            GradientOf<Layers, Number> unwanted;
            set_zero(unwanted);
            PromptAfter<Layers, Prompt<plain.tokens(), Number>> ones{
                .context = zero<Number, token_dim + position_dim, context>(),
                .query = zero<Number, token_dim + position_dim, 1>()};
            for (int row = 0; row < token_dim + position_dim; ++row) {
                ones.context(row, k) = Number(1);
            }
            auto const by_prompt =
                pull_back<AllTokens>(ParametersAndPrompt{}, layers, task.prompt, pass, ones, unwanted);
            for (int i = 0; i < context; ++i) {
                for (int row = 0; row < token_dim; ++row) {
                    out[place(k, i, row)] = by_prompt.context(row, i);
                }
            }
        }
    });

    Sensitivities result;
    for (int k = 0; k < asked_tokens; ++k) {
        for (int i = 0; i < context; ++i) {
            double square = 0;
            for (int row = 0; row < token_dim; ++row) {
                square += means[place(k, i, row)] * means[place(k, i, row)];
            }
            double const g = std::sqrt(square);
            if (i == k) {
                result.own += g / asked_tokens;
            } else {
                result.other += g / 19 / asked_tokens;
            }
            if (i == k + 1) {
                result.next += g / asked_tokens;
            }
        }
    }
    return result;
}

AttentionMaps attention_maps(CopyingNetwork const& network, PlainEvaluation const& evaluation) {
    constexpr std::size_t size = std::size_t{tokens} * context;
    auto const& first = network.layer_at<1>();
    auto const& second = network.layer_at<2>();
    auto const means =
        evaluation.mean<static_cast<int>(2 * size)>([&](auto const& task, std::array<Number, 2 * size>& out) {
            auto const placed = network.layer_at<0>()(task.prompt);
            write_columns(first.weights(placed.context, placed.context), 0, out);
            write_columns(first.weights(placed.context, placed.query), size - context, out);
            auto const copied = first(placed);
            write_columns(product_of_transpose(copied.context, second.score_direction(copied.context)), size, out);
            write_columns(product_of_transpose(copied.context, second.score_direction(copied.query)),
                          2 * size - context, out);
        });
    AttentionMaps maps;
    for (std::size_t token = 0; token < tokens; ++token) {
        auto const row = [&](std::size_t from) {
            auto const begin = means.begin() + static_cast<std::ptrdiff_t>(from + token * context);
            return std::vector<double>(begin, begin + context);
        };
        maps.first.push_back(row(0));
        maps.second.push_back(row(size));
    }
    return maps;
}

AttentionMaps attention_maps_of_construction() {
    AttentionMaps maps{.first = Rows(tokens, std::vector<double>(context, 0)),
                       .second = Rows(tokens, std::vector<double>(context, 0))};
    for (std::size_t input = 0; input < context; input += 2) {
        maps.first[input][input + 1] = 1;
        maps.second[input][input] = token_dim / 12.0;
    }
    return maps;
}

}  // namespace reproduce

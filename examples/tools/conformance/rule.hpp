// SPDX-License-Identifier: MIT
/// @file
/// How examples and states of the rules stand in named arrays.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "conformance/model.hpp"
#include "incontext/online.hpp"

namespace conformance {

/// The array of a member: ONNX's name where there is one.
inline std::string tensor_name(std::string_view member) {
    if (member == "rate") {
        return "beta";
    }
    if (member == "gates") {
        return "gate";
    }
    if (member == "S" || member == "G") {
        return "state";
    }
    if (member == "R") {
        return "inverse_gram";
    }
    if (member == "H") {
        return "gram";
    }
    if (member == "M") {
        return "velocity";
    }
    return std::string(member);
}

/// The formula of a rule, over the arrays' names; S is the transpose of past_state.
inline std::string formula_of(std::string_view rule) {
    struct Formula {
        std::string_view rule;
        std::string_view text;
    };
    for (Formula const& formula :
         {Formula{"additive", "S <- S + beta v k^T; o = S q"},
          {"delta", "S <- S + beta (v - S k) k^T; o = S q"},
          {"gated_delta", "S <- gate S + beta (v - gate S k) k^T; o = S q"},
          {"channel_gated_delta", "S <- S D + beta (v - S D k) k^T, D = diag(gate); o = S q"},
          {"decoupled_delta", "S <- S D - S D (erase (.) k) k^T + (write (.) v) k^T, D = diag(gate); o = S q"},
          {"low_rank", "S <- S (diag(gate) + read at^T) + v k^T; o = S q"},
          {"implicit_delta", "S <- S + beta / (1 + beta |k|^2) (v - S k) k^T; o = S q"},
          {"normalised_delta", "S <- S + beta / |k|^2 (v - S k) k^T; o = S q"},
          {"least_squares",
           "R <- R - beta (R k)(R k)^T / (1 + beta k^T R k), G <- G + beta v k^T; o = G R q. state = G^T, inverse_gram "
           "= R"},
          {"ridge_memory",
           "H <- gate H + beta k k^T, G <- gate G + beta v k^T; o = G (H + diag(penalty))^-1 q. state = G^T, gram = H"},
          {"mini_batch", "where begins is 1: anchor <- S; then S <- S + beta (v - anchor k) k^T; o = S q"},
          {"momentum", "M <- momentum M + (v - S k) k^T, S <- gate S + beta M; o = S q. velocity = M^T"}}) {
        if (formula.rule == rule) {
            return std::string(formula.text);
        }
    }
    return "";
}

/// The rules over which conformance/mistakes.hpp writes the mistakes of the delta rules.
template <class Rule>
inline constexpr bool is_delta_rule = false;
template <incontext::MemoryShape Shape, class Number>
inline constexpr bool is_delta_rule<incontext::DeltaRule<Shape, Number>> = true;
template <incontext::MemoryShape Shape, class Number>
inline constexpr bool is_delta_rule<incontext::GatedDeltaRule<Shape, Number>> = true;
template <incontext::MemoryShape Shape, class Number>
inline constexpr bool is_delta_rule<incontext::ChannelGatedDeltaRule<Shape, Number>> = true;

/// The shape in which a member stands in an array: a matrix transposed, a column as a vector, a number without dimensions.
template <class Leaf>
std::vector<int> shape_of(Leaf const&) {
    if constexpr (!incontext::AnyMatrix<Leaf>) {
        return {};
    } else if constexpr (incontext::cols_of<Leaf> == 1) {
        return {incontext::rows_of<Leaf>};
    } else {
        return {incontext::cols_of<Leaf>, incontext::rows_of<Leaf>};
    }
}

/// A member from its place in an array: matrices stand there column by column, which is the transpose row by row.
template <class Leaf, class Entry>
void fill_leaf(Leaf& leaf, Tensor const& tensor, int token, Entry const& entry) {
    std::size_t count = 0;
    incontext::streams::for_each_number([&](auto const&) { ++count; }, leaf);
    std::size_t at = count * static_cast<std::size_t>(token);
    incontext::streams::for_each_number([&](auto& number) { number = entry(tensor.name, tensor.entries.at(at++)); },
                                        leaf);
}

template <class Tree, class Name, class Entry>
void fill(Tree& tree, Name const& name, std::vector<Tensor> const& tensors, int token, Entry const& entry) {
    if constexpr (!std::is_empty_v<Tree>) {
        incontext::for_each_parameter(
            [&](char const* member, auto& leaf) { fill_leaf(leaf, tensor_named(tensors, name(member)), token, entry); },
            tree);
    }
}

/// Zero in every number.
template <class Trees>
void streams_zero(Trees& trees) {
    for (auto& tree : trees) {
        incontext::streams::for_each_number([](auto& number) { number = std::remove_reference_t<decltype(number)>(0); },
                                            tree);
    }
}

/// Calls visit(name, leaf of the first, of_each) for every member of examples; of_each(see) calls see(leaf) for that member of each.
template <class Trees, class Visit>
void for_each_leaf_of(Trees const& trees, Visit const& visit) {
    incontext::for_each_parameter(
        [&](char const* name, auto const& first) {
            visit(name, first, [&](auto const& see) {
                for (auto const& tree : trees) {
                    incontext::for_each_parameter(
                        [&](char const* other, auto const& leaf) {
                            if (std::string_view(other) == name) {
                                see(leaf);
                            }
                        },
                        tree);
                }
            });
        },
        trees.front());
}

}  // namespace conformance

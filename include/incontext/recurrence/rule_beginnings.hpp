// SPDX-License-Identifier: MIT
/// @file
/// What a rule, its state and its example begin with.
///
///     state_to_begin_with(rule)        rule.initial_state() of a rule that has one, else zeros where its author gave no beginning
#pragma once

#include <concepts>
#include <type_traits>

#include "incontext/number/modular.hpp"
#include "incontext/recurrence/online_rule.hpp"

namespace incontext {

namespace beginnings {

template <class Matrix>
inline constexpr bool is_placed = false;
template <class Place, class Number, int Rows, int Cols>
inline constexpr bool is_placed<Placed<Place, Number, Rows, Cols>> = true;

/// Whether {} writes every number of a tree but for those of matrices: no struct in it has a constructor, which might leave one out.
/// (That of ArrayOf does not.)
template <class Tree>
consteval bool is_of_aggregates() {
    if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        bool const are_children = parameters::holds_of_all_children<Tree>(
            []<class Child>() { return beginnings::is_of_aggregates<Child>(); });
        return are_children && (parameters::is_array<Tree> || std::is_aggregate_v<Tree>);
    } else {
        return true;
    }
}

/// Whether {} writes every matrix of a tree: one of Eigen is written where it is Placed.
template <class Tree>
consteval bool is_of_written_matrices() {
    if constexpr (parameters::is_array<Tree> || is_parameter_tree<Tree>) {
        return parameters::holds_of_all_children<Tree>(
            []<class Child>() { return beginnings::is_of_written_matrices<Child>(); });
    } else if constexpr (AnyMatrix<Tree>) {
        return is_placed<Tree> || trusted::begins_with_zeros<Tree>;
    } else {
        return true;
    }
}

template <class Rule>
using StateOf = typename Rule::State;
template <class Rule>
using ExampleOf = typename Rule::Example;
template <class Rule>
using Itself = Rule;

/// Sets to 0 what is 0 in the twin of exact numbers, and may be unwritten: entries of matrices that are not Placed, and numbers where
/// IsMade, below a struct with a constructor.
template <bool IsMade, class Tree, class Twin>
constexpr void write_as_in_twin([[maybe_unused]] Tree& tree, [[maybe_unused]] Twin const& twin) {
    if constexpr (parameters::is_array<Tree>) {
        for (std::size_t i = 0; i < tree.size(); ++i) {
            beginnings::write_as_in_twin<IsMade>(tree[i], twin[i]);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        for_each_member(
            [](auto& member, auto const& of_twin) {
                beginnings::write_as_in_twin<IsMade || !std::is_aggregate_v<Tree>>(member, of_twin);
            },
            tree, twin);
    } else if constexpr (AnyMatrix<Tree>) {
        if constexpr (!is_placed<Tree>) {
            for (int col = 0; col < cols_of<Tree>; ++col) {
                for (int row = 0; row < rows_of<Tree>; ++row) {
                    if (twin(row, col) == Modular(0)) {
                        tree(row, col) = NumberOf<Tree>(0);
                    }
                }
            }
        }
    } else if constexpr (IsMade && std::same_as<Twin, Modular>) {
        if (twin == Modular(0)) {
            tree = Tree(0);
        }
    }
}

/// Of what is made with {}, sets every number to 0 that is 0 of the same rule in exact numbers: these begin with zeros where
/// float, double, lanes and degrees begin unwritten. What the author gave another beginning keeps it, and so does what {} writes: a Placed
/// matrix, and a number that is in no struct with a constructor, also beside one. Costs nothing of structs whose matrices are Placed.
/// Test: tests/unit/online_beginnings.cpp.
template <template <class> class Of, class Rule>
constexpr void write_what_is_unwritten([[maybe_unused]] Of<Rule>& tree) {
    if constexpr (!beginnings::is_of_aggregates<Of<Rule>>() || !beginnings::is_of_written_matrices<Of<Rule>>()) {
        Of<typename Rule::template with_number<Modular>> const exact{};
        beginnings::write_as_in_twin<false>(tree, exact);
    }
}

template <template <class> class Of, class Rule>
[[nodiscard]] constexpr Of<Rule> begun() {
    Of<Rule> tree{};
    beginnings::write_what_is_unwritten<Of, Rule>(tree);
    return tree;
}

}  // namespace beginnings

/// The state before the first example: rule.initial_state() of a rule that has one. Of the others State{} as it is in exact
/// numbers: what its author gave no beginning is zero, also a plain Matrix of Eigen, which begins unwritten. Exact. Errors: an initial_state
/// that is not const, or no function, does not compile. Test: tests/static/online_causal_prompts.cpp, tests/static/online_heads.cpp, tests/unit/online_beginnings.cpp.
template <OnlineRule Rule>
[[nodiscard]] constexpr typename Rule::State state_to_begin_with(Rule const& rule) {
    static_assert(require_optional_members<Rule>(), "see the first error");
    if constexpr (requires { rule.initial_state(); }) {
        return rule.initial_state();
    } else {
        return beginnings::begun<beginnings::StateOf, Rule>();
    }
}

/// Example{} of a rule, and Rule{}, likewise. Exact. Test: tests/unit/online_beginnings.cpp.
template <OnlineRule Rule>
[[nodiscard]] constexpr typename Rule::Example example_to_begin_with() {
    return beginnings::begun<beginnings::ExampleOf, Rule>();
}
/// The same of the rule itself.
template <OnlineRule Rule>
[[nodiscard]] constexpr Rule rule_to_begin_with() {
    return beginnings::begun<beginnings::Itself, Rule>();
}

}  // namespace incontext

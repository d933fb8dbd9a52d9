// SPDX-License-Identifier: MIT
/// @file
/// The weights before training: truncated normal numbers, small.
///
///     std = sqrt(scale / (layers fan_in)) / .87962566,     entries N(0, std^2) truncated at 2 std
///
/// .87962566 is the standard deviation of a standard normal number truncated at 2, so the truncated numbers have the deviation
/// sqrt(scale / (layers fan_in)). Source: the reference's initialisation (Haiku's VarianceScaling), scale .002.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "incontext/matrix/eigen.hpp"
#include "incontext/matrix/placed.hpp"
#include "incontext/support/failure.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/task/random.hpp"
#include "incontext/task/task.hpp"

namespace incontext {

namespace initialisation {

/// Whether the place of a matrix says how it begins: biases with 0, the scale of a LayerNorm with 1. All entries alike.
template <class M>
inline constexpr bool is_constant = false;
template <class Place, class Number, int Rows, int Cols>
    requires requires {
        Place::initial_value;
    }
inline constexpr bool is_constant<Placed<Place, Number, Rows, Cols>> = true;

template <class Place, class Number, int Rows, int Cols>
void set_constant(Placed<Place, Number, Rows, Cols>& matrix) {
    matrix.setConstant(Number(Place::initial_value));
}

/// Divides the output projections of several heads by the root of their number, wherever they stand in the tree. A number
/// that is called heads is none.
template <class Tree>
void divide_outputs_of_heads(Tree& tree) {
    if constexpr (requires { requires is_parameter_tree<std::remove_cvref_t<decltype(tree.heads)>>; }) {
        constexpr int count = parameters::count_of_children<std::remove_cvref_t<decltype(tree.heads)>>();
        [[maybe_unused]] auto const one_over_root = static_cast<float>(1 / std::sqrt(static_cast<double>(count)));
        for_each_member(
            [&](auto& head) {
                if constexpr (requires { head.output; }) {
                    head.output *= one_over_root;
                }
            },
            tree.heads);
    } else if constexpr (is_parameter_tree<Tree>) {
        for_each_member([](auto& child) { divide_outputs_of_heads(child); }, tree);
    }
}

}  // namespace initialisation

/// How far the weights of a layer are spread before training.
struct InitialisationOptions {
    float scale = 0.002f;  // the reference's; .02 in its copying task
    int layers = 1;        // K: the layers of the whole stack
};

/// Fills every projection of a float layer with truncated normal numbers; fan_in is the number of its columns. Biases become
/// 0, the scales of a LayerNorm 1. The output projections of H heads are parts of one, as in the reference, so their fan_in is
/// H times the columns of one.
///
/// Exactness: a pure function of (seed, options, order of the member, its number of entries, entry). Cost: half a block of threefry per
/// entry. Errors: a scale that is not above 0 and finite, and less than one layer, throw std::invalid_argument. Test: tests/unit/initialisation.cpp.
template <class Parameters>
void initialise(Parameters& parameters, std::uint32_t seed, InitialisationOptions const& options = {}) {
    require_changeable<Parameters>();
    if (!(options.scale > 0 && options.scale <= std::numeric_limits<float>::max() && options.layers >= 1)) {
        fail<std::invalid_argument>("initialise: the scale must be above 0 and finite, the layers at least 1");
    }
    constexpr double truncated_deviation = 0.87962566103423978;
    std::uint32_t member = 0;
    for_each_parameter(
        [&](char const*, auto& projection) {
            using Projection = std::remove_cvref_t<decltype(projection)>;
            if constexpr (!AnyMatrix<Projection>) {
                return;  // a scalar, such as a damping, is set by whoever builds the model
            } else if constexpr (initialisation::is_constant<Projection>) {
                initialisation::set_constant(projection);
            } else {
                constexpr int count = rows_of<Projection> * cols_of<Projection>;
                double const fan_in = cols_of<Projection>;
                auto const deviation = static_cast<float>(
                    std::sqrt(static_cast<double>(options.scale) / (options.layers * fan_in)) / truncated_deviation);
                auto const key = folded_in(folded_in(key_of_seed<1>(seed), initialisation_stream), member++);
                for_each_random_word<count>(key, [&](int index, Lanes<std::uint32_t, 1> const& word) {
                    projection(index / cols_of<Projection>, index % cols_of<Projection>) =
                        deviation * truncated_normal(word)[0];
                });
            }
        },
        parameters);
    initialisation::divide_outputs_of_heads(parameters);
}

/// Whether these are what initialise takes.
template <class... Arguments>
inline constexpr bool are_arguments_of_initialise = false;
template <class Parameters, class Seed, class... Options>
inline constexpr bool are_arguments_of_initialise<Parameters&, Seed, Options...> =
    std::convertible_to<Seed, std::uint32_t> && sizeof...(Options) <= 1 &&
    (std::convertible_to<Options, InitialisationOptions> && ...);

/// Without a seed, or of a temporary: one sentence.
template <class... Arguments>
    requires(!are_arguments_of_initialise<Arguments...>)
constexpr auto initialise(Arguments&&...) {
    return a_training_is_set_up_so<std::remove_cvref_t<Arguments>...>();
}

}  // namespace incontext

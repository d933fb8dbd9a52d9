// SPDX-License-Identifier: MIT
/// @file
/// Regressors of every kind, and examples for them.
#pragma once

#include <concepts>
#include <type_traits>

#include "catch.hpp"
#include "incontext/incontext.hpp"

namespace test {

using namespace incontext;

constexpr int input_dim = 3;
constexpr int output_dim = 2;
constexpr Dimensions sizes{.input = input_dim, .output = output_dim, .context = 4};

template <class Number, int Steps>
auto steps(Number rate) {
    auto const model =
        looped<Steps>(as_attention(GradientStep<sizes, Number>{.learning_rate = rate, .initial_weights = {}}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}

/// Calls visit(name, regressor) for one of each kind in float, and for some in double.
template <class Number, class Visit>
void for_each_regressor_of(Visit const& visit) {
    auto const half_rate = Number(0.5);
    visit("lms", lms<input_dim, output_dim>(half_rate));
    if constexpr (std::same_as<Number, float>) {
        visit("nlms", nlms<input_dim, output_dim>(half_rate));
        visit("implicit_lms", implicit_lms<input_dim, output_dim>(half_rate));
        visit("leaky_lms", leaky_lms<input_dim, output_dim>(half_rate, Number(0.99)));
        visit("additive",
              StreamingRegressor<AdditiveRule<MemoryShape{input_dim, output_dim}, Number>>({.rate = half_rate}));
        visit("channel gated", StreamingRegressor<ChannelGatedDeltaRule<MemoryShape{input_dim, output_dim}, Number>>(
                                   {.rate = half_rate, .gates = Matrix<Number, input_dim, 1>::Constant(Number(0.9))}));
        visit("momentum", StreamingRegressor<MomentumRule<MemoryShape{input_dim, output_dim}, Number>>(
                              {.rate = Number(0.1), .gate = Number(0.99), .momentum = half_rate}));
    }
    visit("rls", rls<input_dim, output_dim>(Number(0.99), Number(0.01)));
    visit("ridge_memory", ridge_memory<input_dim, output_dim>(Number(0.99), Number(0.01)));
    visit("context", steps<Number, 3>(half_rate));
}
template <class Visit>
void for_each_regressor(Visit const& visit) {
    for_each_regressor_of<float>(visit);
    for_each_regressor_of<double>(visit);
}

/// Uniform in (-1, 1), from a seed.
struct Uniform {
    unsigned state;
    double operator()() {
        state = state * 1664525u + 1013904223u;
        return static_cast<double>(static_cast<int>(state >> 8)) * 0x1p-23 - 1;
    }
};
template <class Number, int Size>
Matrix<Number, Size, 1> drawn(Uniform& uniform) {
    return Matrix<Number, Size, 1>::NullaryExpr([&] { return static_cast<Number>(uniform()); });
}

/// Whether two are the same in every byte that they save.
template <class Regressor>
bool same(Regressor const& a, Regressor const& b) {
    return a.save() == b.save();
}

/// Shows it some examples without any structure.
template <class Regressor>
void observe_some(Regressor& regressor, int count, unsigned seed = 1) {
    using Number = typename Regressor::Scalar;
    Uniform uniform{seed};
    for (int t = 0; t < count; ++t) {
        auto const x = drawn<Number, input_dim>(uniform);
        auto const y = drawn<Number, output_dim>(uniform);
        REQUIRE(regressor.observe(x, y) == Observation::observed);
    }
}

/// The same for a few that differ in what they hold: a rule with moments, one with a guard, one that merges, a context.
template <class Visit>
void for_few_regressors(Visit const& visit) {
    visit("lms", lms<input_dim, output_dim>(0.5f));
    visit("rls", rls<input_dim, output_dim>(0.99, 0.01));
    visit("ridge_memory", ridge_memory<input_dim, output_dim>(0.99f, 0.01f));
    visit("context", steps<float, 3>(0.5f));
}

}  // namespace test

// SPDX-License-Identifier: MIT
// Elementary functions of 1024 floats, which the first cache holds: lanes beside the C++ library.
//
//   work        exp/..., tanh/..., log/..., reciprocal_square_root/...
//   compare     ns of an element, the shortest of several measurements, at the end of the line; tasks/s counts elements
//
//   incontext_lanes   Lanes<float, 16>
//   std               std::exp(float) and so on, one element after the other; 1 / std::sqrt(x)
//
// The arguments are from 2^-6 to 8, of which no function takes a shortcut; of exp and tanh half are negative. Before
// anything is timed every result is compared with the one in double.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

#include "incontext/number/elementary.hpp"
#include "measure.hpp"

namespace {

using namespace bench;

using Floats = incontext::Lanes<float, 16>;
constexpr int elements = 1024;
constexpr std::size_t packs = elements / Floats::lane_count;
using Array = std::array<Floats, packs>;

/// y = body(x), element by element.
template <class Body>
void at_each(Array const& x, Array& y, Body const& body) {
    for (std::size_t i = 0; i < packs; ++i) {
        for (int lane = 0; lane < Floats::lane_count; ++lane) {
            y[i].set(lane, body(x[i][lane]));
        }
    }
}

Array arguments(bool both_signs) {
    Array x;
    int element = 0;
    at_each(Array{}, x, [&](float) {
        element += 389;  // no divisor of 1024: neighbours are unlike
        float const magnitude = std::exp2(-6 + 9 * static_cast<float>(element % elements) / elements);
        return both_signs && element % 2 == 0 ? -magnitude : magnitude;
    });
    return x;
}

template <class Compute, class Exact>
void elementary(benchmark::State& state, std::string const& name, std::shared_ptr<std::string> const& label,
                bool both_signs, Compute compute, Exact exact) {
    Array x = arguments(both_signs);
    Array y{};
    auto const body = [&] {
        benchmark::DoNotOptimize(x);
        compute(x, y);
        benchmark::DoNotOptimize(y);
    };
    body();
    Array expected{};
    at_each(x, expected, [&](float argument) { return static_cast<float>(exact(static_cast<double>(argument))); });
    for (std::size_t i = 0; i < packs; ++i) {
        for (int lane = 0; lane < Floats::lane_count; ++lane) {
            require(std::abs(y[i][lane] - expected[i][lane]) <= 0x1p-22f * std::abs(expected[i][lane]),
                    name + " of " + text(static_cast<double>(x[i][lane])) + " is not " +
                        text(static_cast<double>(expected[i][lane])) + ", as double says");
        }
    }
    // Once: a label that changes with the repetition is not shown.
    if (label->empty()) {
        constexpr int repeats = 20;
        double const seconds = shortest_of(2000, [&] {
            for (int repeat = 0; repeat < repeats; ++repeat) {
                body();
            }
        });
        char words[32];
        std::snprintf(words, sizeof words, "%.3f ns an element", 1e9 * seconds / (repeats * elements));
        *label = words;
    }
    state.SetLabel(*label);
    time(state, {.tasks = elements}, body);
}

/// In lanes by in_lanes(x), in the C++ library by plain(x), in double by exact(x).
template <class InLanes, class Plain, class Exact>
void add_function(std::string const& work, bool both_signs, InLanes in_lanes, Plain plain, Exact exact) {
    auto const lanes = [in_lanes](Array const& x, Array& y) {
        for (std::size_t i = 0; i < packs; ++i) {
            y[i] = in_lanes(x[i]);
        }
    };
    auto const one_by_one = [plain](Array const& x, Array& y) { at_each(x, y, plain); };
    auto const add_competitor = [&](std::string const& competitor, auto compute) {
        add(work, competitor, elements,
            [=, label = std::make_shared<std::string>()](benchmark::State& state, std::string const& name) {
                elementary(state, name, label, both_signs, compute, exact);
            });
    };
    add_competitor("incontext_lanes", lanes);
    add_competitor("std", one_by_one);
}

}  // namespace

int main(int argc, char** argv) {
    add_function(
        "exp", true, [](Floats const& x) { return exp(x); }, [](float x) { return std::exp(x); },
        [](double x) { return std::exp(x); });
    add_function(
        "tanh", true, [](Floats const& x) { return tanh(x); }, [](float x) { return std::tanh(x); },
        [](double x) { return std::tanh(x); });
    add_function(
        "log", false, [](Floats const& x) { return log(x); }, [](float x) { return std::log(x); },
        [](double x) { return std::log(x); });
    add_function(
        "reciprocal_square_root", false, [](Floats const& x) { return reciprocal_square_root(x); },
        [](float x) { return 1 / std::sqrt(x); }, [](double x) { return 1 / std::sqrt(x); });
    return bench::run(argc, argv);
}

// SPDX-License-Identifier: MIT
/// @file
/// A struct of the user that is made in one translation unit and asked in another.
#pragma once

#include <cstddef>

#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"

inline constexpr incontext::Dimensions sizes{.input = 3, .output = 1, .context = 10};
using Model = decltype(incontext::looped<4>(incontext::as_attention(incontext::GradientStep<sizes, float>{})));

struct Sensor {
    char flag = 1;
    incontext::StreamingContext<sizes, Model> context;
    int tail = 42;
    explicit Sensor(Model const& model) : context(model) {}
};

float asked_there(Sensor const& sensor, Eigen::Vector3f const& x);
int tail_there(Sensor const& sensor);
std::size_t size_there();

// SPDX-License-Identifier: MIT
/// @file
/// What conformance.cpp asks of the rules and sizes that it was compiled for.
///
/// A problem and its answers are named arrays, in the order in which they stand in files (row by row). Every matrix of a token, and
/// every state, is the transpose of the library's: keys are rows. So a state is [key_dim x value_dim], as ONNX and others store it.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/exact.hpp"

namespace conformance {

/// What an array is for.
enum class Part {
    per_token,  // of the example: [tokens, ...]
    query,      // [tokens, queries, key_dim]
    state,      // past_...
    of_rule     // a constant of the rule: penalty
};

struct Tensor {
    std::string name{};
    std::vector<int> shape{};
    std::vector<Exact> entries{};
    Part part = Part::per_token;
};

/// Errors: throws std::runtime_error where there is none of this name.
[[nodiscard]] inline Tensor const& tensor_named(std::vector<Tensor> const& tensors, std::string const& name) {
    for (Tensor const& tensor : tensors) {
        if (tensor.name == name) {
            return tensor;
        }
    }
    throw std::runtime_error("there is no array '" + name + "'");
}

struct Sizes {
    int key_dim;
    int value_dim;
    int queries;

    friend bool operator==(Sizes const&, Sizes const&) = default;
};

/// Answers: output, present_... ; and of gradients: grad_query, ..., grad_past_....
using Answers = std::vector<Tensor>;

/// How far a computation of the definition in a format can be from the exact numbers, for each entry of each answer.
using Bounds = std::vector<std::vector<double>>;

/// A rule in another form that was published or shipped, and is wrong.
struct Mistake {
    std::string name;
    std::string sentence;  // "the rule with decay applied after the error"
    Answers (*answers)(std::vector<Tensor> const& given, int chunk);
};

/// A rule of one size.
struct Model {
    int number;
    std::string rule;
    std::string formula;
    Sizes sizes;

    /// The arrays that the rule is given, with their shapes and entries of 0; past_... among them.
    std::vector<Tensor> (*problem)(int tokens);

    /// The rule's own source in exact numbers. With grad_output and the grad_present_... among the given arrays, the derivatives, too.
    Answers (*exact)(std::vector<Tensor> const& given);

    /// The same source on the library's ErrorBound. Gates other than 0 and 1 come from their rounded logarithms.
    Bounds (*bounds)(std::vector<Tensor> const& given, std::size_t format);

    std::vector<Mistake> (*mistakes)();
};

}  // namespace conformance

// SPDX-License-Identifier: MIT
/// @file
/// A vector: a problem, its exact answers, and how they stand in files. docs/vectors.md describes the files.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/model.hpp"

namespace conformance {

enum class Keys {
    bounded,  // drawn, and divided by the power of 2 that makes |k|^2 at most 1: with rates up to 2 no token enlarges the state
    drawn,
    correlated  // all near one direction
};

/// What a vector is made of. Every entry that is drawn is an odd number of eighths below 1 (of sixteenths, of correlated keys; bounded
/// keys by a power of 2 less), which all formats hold.
struct Recipe {
    std::string name{};  // of the files
    std::string rule = "gated_delta";
    Sizes sizes{3, 2, 1};
    int tokens = 5;
    int chunk = 2;               // in which mistakes with chunks, and batches, begin
    bool initial_state = false;  // otherwise it is 0 (and R = I)
    bool gradients = false;
    Keys keys = Keys::drawn;
    int exponent = 0;  // of 2, the factor of values and state
    int seed = 0;
    std::vector<std::string> gates{"1/2", "3/4", "1", "7/8"};     // in turn
    std::vector<std::string> betas{"1/2", "1", "2", "0", "1/4"};  // in turn
};

/// An array of answers: what is exact, the nearest number of each format, and how far from that a kernel may be.
struct Answer {
    Tensor exact{};
    std::array<std::vector<double>, formats.size()> nearest{};
    std::array<std::vector<double>, formats.size()> tolerance{};
};

/// How large a tolerance may be beside the answers to say anything: the tolerance <= scale / 16, where scale is the largest absolute
/// value of the token (of a state: of the key), as in `agree`. A larger one accepts wrong numbers.
inline constexpr double largest_meaningful_tolerance = 1.0 / 16;

/// The scale of each entry of exact answers: the largest absolute value with the same first index.
[[nodiscard]] std::vector<double> scales_of(Tensor const& tensor);

/// Of each entry, whether its tolerance in formats[format] says anything. Test: tests/example/conformance/tolerances.cmake.
[[nodiscard]] std::vector<bool> told(Answer const& answer, std::size_t format);

struct Vector {
    Recipe recipe{};
    std::vector<Tensor> given{};  // grad_output and grad_present_... among them, where there are gradients
    std::vector<Answer> answers{};
};

/// The compiled model of a recipe. Errors: throws std::runtime_error with the line that configures it.
[[nodiscard]] Model const& model_of(std::string const& rule, Sizes const& sizes);

/// The names of the rules that are compiled, in order: "additive, delta, ...".
[[nodiscard]] std::string names_of_rules();

/// Draws the problem and computes its answers.
[[nodiscard]] Vector computed(Recipe const& recipe);

/// The answers to a problem that is there: what `computed` does, and what a reader of files does again.
void compute_answers(Vector& vector);

/// The files. Equal vectors are equal bytes.
[[nodiscard]] std::string npz_of(Vector const& vector);
[[nodiscard]] std::string json_of(Vector const& vector);
[[nodiscard]] std::string c_header_of(Vector const& vector);

/// Answers alone, rounded once, as a kernel writes them.
[[nodiscard]] std::string npz_of_answers(Answers const& answers, Format const& format);

/// The problem in the bytes of NAME.npz and NAME.json; that its answers are there is left to vector_in. Errors: throws
/// std::runtime_error, in one sentence, where these are no files of this program. Test: tests/fuzz/vector.cpp.
[[nodiscard]] Vector problem_in(std::string_view npz, std::string_view json);

/// The vector of NAME.npz and NAME.json, whose answers are computed anew. Errors: throws std::runtime_error, in one sentence, where the
/// files are none of this program's, or hold other answers or, in the JSON, another text. Test: tests/example/conformance/usage.cmake.
[[nodiscard]] Vector vector_in(std::string const& npz_file);

/// The committed set.
[[nodiscard]] std::vector<Recipe> committed_recipes();

}  // namespace conformance

// SPDX-License-Identifier: MIT
/// @file
/// What the tests of files of weights share: the files in tests/files/weights, and refusals.
#pragma once

#include <filesystem>
#include <string>

#include "catch.hpp"
#include "incontext/io/arrays.hpp"
#include "incontext/io/read_file.hpp"
#include "support/drawn.hpp"

namespace test {

constexpr auto output_by_input = WeightLayout::output_by_input;
constexpr auto input_by_output = WeightLayout::input_by_output;

/// The bytes of a file that numpy, PyTorch or make.py beside it wrote.
inline std::string stored_file(std::string const& name) {
    auto const tests = std::filesystem::path(__FILE__).parent_path().parent_path();
    return read_file((tests / "files" / "weights" / name).string());
}

/// The matrix of these files.
template <class Number>
Matrix<Number, 3, 4> matrix_of_files() {
    return generate<Number, 3, 4>([](int row, int col) { return static_cast<Number>(row * 10 + col) + Number(0.5); });
}

/// What WeightsError says; one sentence without line ends.
template <class Read>
std::string refusal(Read const& read) {
    try {
        read();
    } catch (WeightsError const& error) {
        std::string const sentence = error.what();
        CHECK(sentence.find('\n') == std::string::npos);
        return sentence;
    }
    return "not refused";
}

inline std::string replaced(std::string text, std::string const& what, std::string const& by) {
    auto const place = text.find(what);
    REQUIRE(place != std::string::npos);
    return text.replace(place, what.size(), by);
}

}  // namespace test

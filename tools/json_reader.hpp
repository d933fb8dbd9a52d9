// SPDX-License-Identifier: MIT
/// @file
/// Reading JSON that may hold anything: what is not as it should be is told in one clause, and nothing is believed.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tools {

/// What is wrong with a JSON text. what() is a clause about the file: "its 'steps' should be ..., not -1".
class JsonError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Arrays and objects within each other. Ours have three; what is much deeper exhausts the stack of who goes through it.
inline constexpr int deepest_json = 16;

/// Errors: throws JsonError for a text that is no JSON, nested deeper, or with two members of one name in an object.
[[nodiscard]] nlohmann::ordered_json json_from_text(std::string_view text);

/// The members of an object, each of its kind. Errors: throws JsonError where the json is no object, the member is missing, is
/// of another kind, or out of bounds (both ends included).
[[nodiscard]] nlohmann::ordered_json const& member(nlohmann::ordered_json const& json, std::string_view name);
[[nodiscard]] nlohmann::ordered_json const& object_in(nlohmann::ordered_json const& json, std::string_view name);
[[nodiscard]] nlohmann::ordered_json const& array_in(nlohmann::ordered_json const& json, std::string_view name);
[[nodiscard]] std::string const& text_in(nlohmann::ordered_json const& json, std::string_view name);
[[nodiscard]] std::int64_t whole_number_in(nlohmann::ordered_json const& json, std::string_view name,
                                           std::int64_t least, std::int64_t greatest);
/// A finite number.
[[nodiscard]] double number_in(nlohmann::ordered_json const& json, std::string_view name, double least);

/// The JSON on one line, cut after its beginning: for a sentence.
[[nodiscard]] std::string beginning_of(nlohmann::ordered_json const& json);
/// The name of a member: as it is where it has letters, digits and _ alone, else as beginning_of. A name may hold the end of a line.
[[nodiscard]] std::string text_of_name(std::string const& name);

}  // namespace tools

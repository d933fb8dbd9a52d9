// SPDX-License-Identifier: MIT
#include "tools/json_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "tools/csv.hpp"

namespace tools {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail_about(std::string_view name, std::string const& expected, Json const& found) {
    throw JsonError("its '" + std::string(name) + "' should be " + expected + ", not " + beginning_of(found));
}

Json const& member_if(bool (Json::*is_so)() const noexcept, Json const& json, std::string_view name,
                      char const* expected) {
    Json const& found = member(json, name);
    if (!(found.*is_so)()) {
        fail_about(name, expected, found);
    }
    return found;
}

}  // namespace

Json json_from_text(std::string_view text) {
    // Readers differ in which of two members of one name they take: such a text has two meanings.
    std::vector<std::set<std::string>> names;
    auto const look = [&names](int depth, Json::parse_event_t event, Json& parsed) {
        bool const begins = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
        if (begins && depth >= deepest_json) {
            throw JsonError("it is JSON nested deeper than " + std::to_string(deepest_json) + " levels");
        }
        if (event == Json::parse_event_t::object_start) {
            names.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            names.pop_back();
        } else if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) {
            throw JsonError("it has two members of the name " + beginning_of(parsed) + " in one object");
        }
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), look);
    } catch (Json::parse_error const& error) {
        throw JsonError("it is no JSON from its byte " + std::to_string(error.byte) + " on");
    } catch (Json::exception const&) {
        throw JsonError("it holds a number that is out of range");
    }
}

Json const& member(Json const& json, std::string_view name) {
    if (!json.is_object()) {
        throw JsonError("an object with '" + std::string(name) + "' should stand where it has " + beginning_of(json));
    }
    auto const found = json.find(std::string(name));
    if (found == json.end()) {
        throw JsonError("its '" + std::string(name) + "' is missing");
    }
    return *found;
}

Json const& object_in(Json const& json, std::string_view name) {
    return member_if(&Json::is_object, json, name, "an object");
}

Json const& array_in(Json const& json, std::string_view name) {
    return member_if(&Json::is_array, json, name, "an array");
}

std::string const& text_in(Json const& json, std::string_view name) {
    return member_if(&Json::is_string, json, name, "a text").get_ref<std::string const&>();
}

std::int64_t whole_number_in(Json const& json, std::string_view name, std::int64_t least, std::int64_t greatest) {
    Json const& found = member(json, name);
    bool const is_too_large =
        found.is_number_unsigned() &&
        found.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!found.is_number_integer() || is_too_large || found.get<std::int64_t>() < least ||
        found.get<std::int64_t>() > greatest) {
        fail_about(name,
                   least == greatest
                       ? std::to_string(least)
                       : "a whole number from " + std::to_string(least) + " to " + std::to_string(greatest),
                   found);
    }
    return found.get<std::int64_t>();
}

double number_in(Json const& json, std::string_view name, double least) {
    Json const& found = member_if(&Json::is_number, json, name, "a number");
    auto const number = found.get<double>();
    if (!std::isfinite(number) || number < least) {
        fail_about(name, "a number that is not below " + number_text(least), found);
    }
    return number;
}

std::string text_of_name(std::string const& name) {
    bool const is_plain = std::all_of(name.begin(), name.end(), [](unsigned char character) {
        return std::isalnum(character) != 0 || character == '_';
    });
    return is_plain ? name : beginning_of(name);
}

std::string beginning_of(Json const& json) {
    constexpr std::size_t most = 40;
    if (json.is_structured()) {
        return json.is_array() ? "an array" : "an object";
    }
    std::string const text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > most ? text.substr(0, most) + "..." : text;
}

}  // namespace tools

// SPDX-License-Identifier: MIT
// The JSON of a vector for kernel writers, given anything, beside arrays that are right: the problem is read, or refused in one
// sentence. What was read is the problem of the arrays, but for gates and rates, which stand in the JSON.
#include "conformance/vector.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fuzz.hpp"

namespace {

using namespace conformance;

/// As small as it can be, with a gate that is rounded in the arrays and exact in the JSON, and derivatives.
Vector small() {
    return computed({.name = "small",
                     .rule = "gated_delta",
                     .sizes = {3, 2, 1},
                     .tokens = 1,
                     .chunk = 1,
                     .initial_state = true,
                     .gradients = true,
                     .gates = {"2/3"}});
}

/// The bytes of a problem with its answers.
std::string answered(Vector vector) {
    compute_answers(vector);
    return npz_of(vector);
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static Vector const right = small();
    static std::string const npz = npz_of(right);
    static bool const is_read = answered(problem_in(npz, json_of(right))) == npz;
    fuzz::require(is_read, "what this program wrote is read as the same");
    Vector vector;
    try {
        vector = problem_in(npz, std::string_view(reinterpret_cast<char const*>(data), size));
    } catch (std::runtime_error const& error) {
        fuzz::require(std::string_view(error.what()).find('\n') == std::string_view::npos, "a sentence is one line");
        return 0;
    }
    for (std::size_t i = 0; i < right.given.size(); ++i) {
        std::string const& name = right.given[i].name;
        fuzz::require(vector.given.at(i).name == name && vector.given[i].shape == right.given[i].shape,
                      "a problem has the arrays of its rule");
        fuzz::require(name == "gate" || name == "beta" || vector.given[i].entries == right.given[i].entries,
                      "what does not stand in the JSON is that of the arrays");
    }
    return 0;
}

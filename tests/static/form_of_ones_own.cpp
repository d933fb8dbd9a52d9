// SPDX-License-Identifier: MIT
// How a form of one's own is written, and another rule as a form (docs/extending.md).
#include <cstddef>
#include <type_traits>

#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

// clang-format off
constexpr auto my_kernel = [](auto const& stream) {
    return forms::run(stream.rule, stream, [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
        for (std::size_t token = 0; token < examples.size(); ++token) {
            rule.observe(state, examples[token]);  // here your loops over state.S
            answers[token] = rule.read(state, queries[token]);
        }
    });
};
constexpr auto other_rule = [](auto const& stream) {
    return forms::by_rule(DeltaRule<shape, typename std::remove_cvref_t<decltype(stream)>::Scalar>{}, stream);
};
static_assert(identical_on_streams<DeltaRule<shape, Modular>, 5>(my_kernel, other_rule));
// clang-format on
static_assert(different_on_streams<DeltaRule<shape, Modular>, 5>(my_kernel, [](auto const& stream) {
    return forms::by_rule(AdditiveRule<shape, typename std::remove_cvref_t<decltype(stream)>::Scalar>{}, stream);
}));

}  // namespace

// SPDX-License-Identifier: MIT
// Two rules are compared: a rule is no form, but there is a form of each.
//
// expected: a form is a function of a stream, as forms::sequence
#include <type_traits>

#include "incontext/online.hpp"

using namespace incontext;
constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
using Delta = DeltaRule<shape, Modular>;

#ifdef BROKEN
static_assert(identical_on_streams<Delta, 5>(Delta{}, NormalisedDeltaRule<shape, Modular>{}));
#else
constexpr auto normalised = [](auto const& stream) {
    using Number = typename std::remove_cvref_t<decltype(stream)>::Scalar;
    return forms::by_rule(NormalisedDeltaRule<shape, Number>{}, stream);
};
static_assert(different_on_streams<Delta, 5>(forms::sequence, normalised));
#endif

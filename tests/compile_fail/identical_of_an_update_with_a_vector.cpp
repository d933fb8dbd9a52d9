// SPDX-License-Identifier: MIT
// An update that owns memory: a call could leave something there for the next one.
//
// expected: an update of which something is proved owns no memory
// expected: an_update_owns_no_memory<
#include <array>
#include <vector>

#include "incontext/theorem.hpp"

using namespace incontext;
constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

template <class Factors>
struct Scaled {
    Factors factors;

    constexpr auto operator()(auto const& prompt) const {
        auto updated = prompt;
        for (auto const& factor : factors) {
            updated.query = factor * updated.query;
        }
        return updated;
    }
};
constexpr auto by_two = []<class Any>(Any any) {
    using Number = typename Any::Scalar;
#ifdef BROKEN
    return Scaled<std::vector<Number>>{{any.scalar("a"), any.scalar("b")}};
#else
    return Scaled<std::array<Number, 2>>{{any.scalar("a"), any.scalar("b")}};
#endif
};
constexpr auto by_their_product = [](auto any) {
    return [any](auto const& prompt) {
        auto updated = prompt;
        updated.query = any.scalar("a") * any.scalar("b") * prompt.query;
        return updated;
    };
};
static_assert(identical<sizes>(by_two, by_their_product));

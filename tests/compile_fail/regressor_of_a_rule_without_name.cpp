// SPDX-License-Identifier: MIT
// A regressor of an online rule that says no name: bytes that it saves could not say whose they are.
//
// expected: a regressor is made of an online rule that has a name
// expected: this_rule_is_no_regressor<
#include "incontext/incontext.hpp"

using namespace incontext;

struct OwnRule : DeltaRule<MemoryShape{3, 2}, float> {
#ifdef BROKEN
    static constexpr int name = 0;
#else
    static constexpr std::string_view name = "own_rule";
#endif
    template <class Other>
    using with_number = DeltaRule<MemoryShape{3, 2}, Other>;
};

auto count(StreamingRegressor<OwnRule> const& regressor) {
    return regressor.count();
}

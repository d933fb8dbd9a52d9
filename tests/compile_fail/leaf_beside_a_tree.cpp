// SPDX-License-Identifier: MIT
// A number of one struct beside a struct of the other.
//
// expected: for_each_parameter and for_each_member walk over trees with the same number of members
#include <boost/hana.hpp>

#include "incontext/theorem.hpp"

using namespace incontext;

struct Flat {
    BOOST_HANA_DEFINE_STRUCT(Flat, (float, weight));
};
struct Nested {
    BOOST_HANA_DEFINE_STRUCT(Nested, (Flat, inner));
};
#ifdef BROKEN
using Other = Nested;
#else
using Other = Flat;
#endif

int count_of_leaves(Flat const& flat, Other const& other) {
    int count = 0;
    for_each_parameter([&](char const*, auto const&, auto const&) { ++count; }, flat, other);
    return count;
}

// SPDX-License-Identifier: MIT
/// @file
/// A random order of 0..n-1, and with it any number of different things out of n.
///
///     place of i = how many words are smaller than word i        (the earlier of two equal words is the smaller)
///
/// The things in the places 0..k-1 are k different ones, each set of k as likely as any other.
#pragma once

#include <array>
#include <cstdint>

#include "incontext/task/keys.hpp"

namespace incontext {

/// The place of each of 0..Size-1 in a random order, one order per lane.
///
/// Source: JAX's permutation(key, Size), which its choice without replacement begins with: key -> split 2, the second
/// for Size words, by which 0..Size-1 is sorted. Its entry number place[i] is i.
/// Exactness: exact; orders are equally likely up to equal words (probability below Size^2 2^-33).
/// Cost: Size / 2 + 2 blocks of threefry, Size^2 / 2 comparisons. Errors: a Size beyond 1625 does not compile.
/// Test: tests/unit/permutation.cpp.
template <int Size, int Count>
[[nodiscard]] std::array<Lanes<std::uint32_t, Count>, static_cast<std::size_t>(Size)> random_places(
    Keys<Count> const& key) {
    static_assert(Size >= 1 && Size <= 1625, "random_places: from 1 to 1625 things (JAX sorts more of them twice)");
    using Words = Lanes<std::uint32_t, Count>;
    std::array<Words, static_cast<std::size_t>(Size)> words;
    for_each_random_word<Size>(split_key(key, 2, Words(1u)),
                               [&](int index, Words const& word) { words[static_cast<std::size_t>(index)] = word; });
    std::array<Words, static_cast<std::size_t>(Size)> places;
    places.fill(Words(0u));
    for (std::size_t later = 1; later < words.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            auto const in_order = words[earlier].pack <= words[later].pack;
            places[later].pack += in_order ? Words(1u).pack : Words(0u).pack;
            places[earlier].pack += in_order ? Words(0u).pack : Words(1u).pack;
        }
    }
    return places;
}

/// The number `yes` in lanes where two words are equal, `no` in the others. Exact. Test: tests/unit/permutation.cpp.
template <int Count>
[[nodiscard]] Lanes<float, Count> where_equal(Lanes<std::uint32_t, Count> const& a,
                                              Lanes<std::uint32_t, Count> const& b, Lanes<float, Count> const& yes,
                                              Lanes<float, Count> const& no) {
    return Lanes<float, Count>(a.pack == b.pack ? yes.pack : no.pack);
}

}  // namespace incontext

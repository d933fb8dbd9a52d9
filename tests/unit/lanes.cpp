// SPDX-License-Identifier: MIT
// Each lane of a pack against the same operation on plain numbers, to the last bit.
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>

#include "catch.hpp"
#include "incontext/number/dual.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;

using FloatingPacks =
    std::tuple<Lanes<float, 1>, Lanes<float, 4>, Lanes<float, 8>, Lanes<float, 16>, Lanes<double, 2>, Lanes<double, 8>>;
using WordPacks = std::tuple<Lanes<std::uint32_t, 1>, Lanes<std::uint32_t, 4>, Lanes<std::uint32_t, 16>>;
using AllPacks = std::tuple<Lanes<float, 1>, Lanes<float, 4>, Lanes<float, 8>, Lanes<float, 16>, Lanes<double, 2>,
                            Lanes<double, 8>, Lanes<std::uint32_t, 4>, Lanes<std::uint32_t, 16>>;

/// Lanes that are all different and use every bit of the fraction, or of the word.
template <class Pack>
Pack uneven(unsigned stream) {
    using Lane = typename Pack::Lane;
    Pack pack(0);
    for (int lane = 0; lane < Pack::lane_count; ++lane) {
        int const draw = test::whole(stream, static_cast<unsigned>(lane), 0, 1 << 30);
        if constexpr (std::is_integral_v<Lane>) {
            pack.set(lane, static_cast<Lane>(draw) * 5u + 1u);
        } else {
            pack.set(lane, static_cast<Lane>(draw) / static_cast<Lane>(7 << 20) + Lane(1) / Lane(3));
        }
    }
    return pack;
}

/// True if result[lane] == expected(lane) everywhere.
template <class Pack, class Expected>
bool in_every_lane(Pack const& result, Expected const& expected) {
    bool all = true;
    for (int lane = 0; lane < Pack::lane_count; ++lane) {
        all = all && result[lane] == expected(lane);
    }
    return all;
}

TEST_CASE("dual numbers over lanes are compared") {
    using Number = Dual<Lanes<float, 4>>;
    Number const number(Lanes<float, 4>(2), Lanes<float, 4>(3));
    REQUIRE((number == Number(Lanes<float, 4>(2), Lanes<float, 4>(3))));
    REQUIRE_FALSE((number == Number(Lanes<float, 4>(2), Lanes<float, 4>(4))));
}

TEMPLATE_LIST_TEST_CASE("a lane is set and read by its index, and leaves its neighbours alone", "", AllPacks) {
    using Lane = typename TestType::Lane;
    for (int chosen = 0; chosen < TestType::lane_count; ++chosen) {
        TestType pack(3);
        pack.set(chosen, Lane(11));
        REQUIRE(in_every_lane(pack, [&](int lane) { return lane == chosen ? Lane(11) : Lane(3); }));
    }
}

TEMPLATE_LIST_TEST_CASE("packs are equal only if no lane differs", "", AllPacks) {
    using Lane = typename TestType::Lane;
    auto const a = uneven<TestType>(1);
    REQUIRE((a == TestType(a.pack)));
    for (int chosen = 0; chosen < TestType::lane_count; ++chosen) {
        TestType b = a;
        b.set(chosen, a[chosen] + Lane(1));
        REQUIRE_FALSE((a == b));
    }
}

TEMPLATE_LIST_TEST_CASE("a pack with a lane that is not a number equals nothing", "", FloatingPacks) {
    using Lane = typename TestType::Lane;
    TestType a(1);
    a.set(TestType::lane_count - 1, std::numeric_limits<Lane>::quiet_NaN());
    REQUIRE_FALSE((a == a));
}

TEMPLATE_LIST_TEST_CASE("sums, differences, products and quotients are taken lane by lane", "", FloatingPacks) {
    for (unsigned stream = 0; stream < 10; ++stream) {
        auto const a = uneven<TestType>(2 * stream);
        auto const b = uneven<TestType>(2 * stream + 1);
        REQUIRE(in_every_lane(a + b, [&](int lane) { return a[lane] + b[lane]; }));
        REQUIRE(in_every_lane(a - b, [&](int lane) { return a[lane] - b[lane]; }));
        REQUIRE(in_every_lane(a * b, [&](int lane) { return a[lane] * b[lane]; }));
        REQUIRE(in_every_lane(a / b, [&](int lane) { return a[lane] / b[lane]; }));
        REQUIRE(in_every_lane(-a, [&](int lane) { return -a[lane]; }));
    }
}

TEMPLATE_LIST_TEST_CASE("the assigning operators change the pack on their left lane by lane", "", FloatingPacks) {
    auto const a = uneven<TestType>(31);
    auto const b = uneven<TestType>(32);
    TestType sum = a, difference = a, product = a, quotient = a;
    sum += b;
    difference -= b;
    product *= b;
    quotient /= b;
    REQUIRE(in_every_lane(sum, [&](int lane) { return a[lane] + b[lane]; }));
    REQUIRE(in_every_lane(difference, [&](int lane) { return a[lane] - b[lane]; }));
    REQUIRE(in_every_lane(product, [&](int lane) { return a[lane] * b[lane]; }));
    REQUIRE(in_every_lane(quotient, [&](int lane) { return a[lane] / b[lane]; }));
}

TEMPLATE_LIST_TEST_CASE("a plain number stands for itself in every lane", "", FloatingPacks) {
    using Lane = typename TestType::Lane;
    auto const a = uneven<TestType>(5);
    Lane const third = Lane(1) / Lane(3);
    REQUIRE(in_every_lane(TestType(third), [&](int) { return third; }));
    REQUIRE(in_every_lane(third * a, [&](int lane) { return third * a[lane]; }));
    REQUIRE(in_every_lane(a - third, [&](int lane) { return a[lane] - third; }));
    REQUIRE(in_every_lane(third / a, [&](int lane) { return third / a[lane]; }));
}

TEMPLATE_LIST_TEST_CASE("words are added modulo 2^32, shifted and combined bit by bit in every lane", "", WordPacks) {
    auto const a = uneven<TestType>(7);
    auto const b = uneven<TestType>(8);
    REQUIRE(in_every_lane(a + b, [&](int lane) { return a[lane] + b[lane]; }));
    REQUIRE(in_every_lane(a - b, [&](int lane) { return a[lane] - b[lane]; }));
    REQUIRE(in_every_lane(a * b, [&](int lane) { return a[lane] * b[lane]; }));
    REQUIRE(in_every_lane(a ^ b, [&](int lane) { return a[lane] ^ b[lane]; }));
    REQUIRE(in_every_lane(a | b, [&](int lane) { return a[lane] | b[lane]; }));
    REQUIRE(in_every_lane(a & b, [&](int lane) { return a[lane] & b[lane]; }));
    for (int by : {0, 1, 9, 31}) {
        CAPTURE(by);
        REQUIRE(in_every_lane(a << by, [&](int lane) { return a[lane] << by; }));
        REQUIRE(in_every_lane(a >> by, [&](int lane) { return a[lane] >> by; }));
    }
}

TEMPLATE_LIST_TEST_CASE("the sum of lanes counts every lane once", "", AllPacks) {
    using Lane = typename TestType::Lane;
    // Different powers of two: any lane that is missed, or counted twice, changes the sum.
    TestType pack(0);
    for (int lane = 0; lane < TestType::lane_count; ++lane) {
        pack.set(lane, static_cast<Lane>(1u << lane));
    }
    REQUIRE(sum_of_lanes(pack) == static_cast<Lane>((1u << TestType::lane_count) - 1));
}

TEMPLATE_LIST_TEST_CASE("the sum of lanes rounds no more often than a binary tree does", "", FloatingPacks) {
    using Lane = typename TestType::Lane;
    // With h = log2(lanes) roundings on every path the error is at most gamma_h sum |x| [Higham2002] sec. 4.2. One large
    // lane and ones: added one after the other, every one would be lost (2^24 + 1 rounds to 2^24 in float), an error of
    // lanes - 1, which for 16 lanes is beyond the bound of about 4.
    double const u = static_cast<double>(std::numeric_limits<Lane>::epsilon()) / 2;
    double const h = std::log2(TestType::lane_count);
    Lane const large = 1 / static_cast<Lane>(u);
    TestType pack(1);
    pack.set(0, large);
    double const others = TestType::lane_count - 1;
    double const bound = h * u / (1 - h * u) * (static_cast<double>(large) + others);
    double const sum_beyond_the_large_lane = static_cast<double>(sum_of_lanes(pack) - large);  // exact: nearby numbers
    REQUIRE(std::abs(sum_beyond_the_large_lane - others) <= bound);
}

TEST_CASE("lanes are told from plain numbers") {
    STATIC_REQUIRE(is_lanes<Lanes<float, 4>>);
    STATIC_REQUIRE_FALSE(is_lanes<float>);
    STATIC_REQUIRE_FALSE(is_lanes<Modular>);
    STATIC_REQUIRE(sizeof(Lanes<float, 16>) == 64);
    STATIC_REQUIRE(sizeof(Lanes<double, 2>) == 16);
}

}  // namespace

// Compiled with NDEBUG nobody asks: a sum of lanes that is one of its factors is written while it is read.
#ifndef NDEBUG
TEST_CASE("no product of lanes, or of large matrices, is added to one of its own factors") {
    auto lanes = zero<Lanes<float, 4>, 3, 3>();
    auto large = zero<double, 32, 32>();
    auto const of_one = [](auto& g) {
        CHECK_THROWS_AS(add_product(g, g, g), std::invalid_argument);
        CHECK_THROWS_AS(add_product_of_transpose(g, g, g), std::invalid_argument);
        CHECK_THROWS_AS(add_product_with_transpose(g, g, g), std::invalid_argument);
    };
    of_one(lanes);
    of_one(large);
}
#endif

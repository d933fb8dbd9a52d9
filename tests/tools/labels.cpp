// SPDX-License-Identifier: MIT
// Labels keep clear of each other, and move no further than they must.
#include "tools/labels.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

namespace {

using Numbers = std::vector<double>;
using Lines = std::vector<std::string>;

Numbers placed(Numbers const& middles, double height, double least = 0, double greatest = 100) {
    return tools::moved_apart(middles, Numbers(middles.size(), height), least, greatest);
}

}  // namespace

TEST_CASE("labels that are apart stay where they are") {
    CHECK(placed({30, 10, 90}, 10) == Numbers{30, 10, 90});
    CHECK(placed({}, 10).empty());
}

TEST_CASE("labels that would cover each other move apart by the same way") {
    CHECK(placed({50, 52}, 10) == Numbers{46, 56});
    CHECK(placed({52, 50}, 10) == Numbers{56, 46});
    CHECK(placed({50, 50, 50}, 10) == Numbers{40, 50, 60});
}

TEST_CASE("a block of labels that grows into the next one takes it along") {
    // 50 and 51 take 40.5 to 60.5, and so meet 62, whose upper edge is at 57.
    Numbers const at = placed({50, 51, 62}, 10);
    CHECK(at[1] - at[0] == Approx(10));
    CHECK(at[2] - at[1] == Approx(10));
    CHECK(at[0] + at[1] + at[2] == Approx(50 + 51 + 62));
}

TEST_CASE("labels stay within their bounds, and push the others there") {
    CHECK(placed({1, 98, 99}, 10) == Numbers{5, 85, 95});
    CHECK(placed({-20, 3}, 10) == Numbers{5, 15});
}

TEST_CASE("labels of several lines take the room that they need") {
    Numbers const at = tools::moved_apart({50, 50}, {10, 30}, 0, 100);
    CHECK(at[1] - at[0] == Approx(20));
}

TEST_CASE("texts are broken at blanks, and characters count, not bytes") {
    CHECK(tools::wrapped("one step of GD", tools::width_of("one step"), tools::text_size) ==
          Lines{"one step", "of GD"});
    CHECK(tools::wrapped("incontestable", 10) == Lines{"incontestable"});
    CHECK(tools::wrapped("", 10).empty());
    CHECK(tools::wrapped("  a  b ", 1000) == Lines{"a b"});
    CHECK(tools::width_of("λ½ᵀ") == tools::width_of("abc"));
    CHECK(tools::width_of("abc", 10) == Approx(tools::width_of("abc", 20) / 2));
}

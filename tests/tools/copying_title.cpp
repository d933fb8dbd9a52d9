// SPDX-License-Identifier: MIT
// The title of the figure of copying says of the first layer what its sensitivities say, and of the loss what the loss says.
#include "copying/title.hpp"

#include "catch.hpp"

using namespace reproduce;

TEST_CASE("a title of copying asks the loss and the sensitivities, each for what it says of it") {
    auto const title = [](CopyingEnd const& end) { return copying_title(end, .307, .2); };
    CHECK(title({.loss = .2046, .sensitivity_next = .95, .sensitivity_other = .056}) ==
          "the loss falls while the first layer begins to look at the next token, and ends 2.3 % above one step of "
          "gradient "
          "descent");
    // After 5900 steps of the full run.
    CHECK(title({.loss = .32, .sensitivity_next = .386, .sensitivity_other = .146}) ==
          "the first layer looks at the next token, but the loss is 60 % above one step of gradient descent");
    CHECK(title({.loss = .41, .sensitivity_next = .013, .sensitivity_other = .013}) ==
          "the first layer does not look at the next token, and the loss is 105 % above one step of gradient descent");
    CHECK(title({.loss = .3, .sensitivity_next = .2, .sensitivity_other = .19}) ==
          "the loss falls without the first layer looking at the next token, and ends 50 % above one step of gradient "
          "descent");
}

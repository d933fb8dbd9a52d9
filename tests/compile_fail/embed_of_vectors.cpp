// SPDX-License-Identifier: MIT
// A prompt is made of numbers in a std::vector.
//
// expected: this function takes matrices, as many as its declaration says
#include "incontext/incontext.hpp"
#include <vector>

using namespace incontext;

auto prompt(std::vector<float> const& x, std::vector<float> const& y) {
#ifdef BROKEN
    return embed(x, y, x);
#else
    auto const row = [](std::vector<float> const& numbers) {
        return generate<float, 1, 2>([&](int, int col) { return numbers[static_cast<std::size_t>(col)]; });
    };
    return embed(row(x), row(y), row(x));
#endif
}

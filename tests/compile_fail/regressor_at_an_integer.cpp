// SPDX-License-Identifier: MIT
// NLMS at the rate 1, an integer: its memory would be one of integers.
//
// expected: a regressor is made with two sizes and its settings, all of one type of numbers, which is no integer
#include "incontext/incontext.hpp"

using namespace incontext;

int main() {
#ifdef BROKEN
    auto filter = nlms<3, 1>(1);
#else
    auto filter = nlms<3, 1>(1.0f);
#endif
    static_cast<void>(filter);
}

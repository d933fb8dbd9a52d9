// SPDX-License-Identifier: MIT
// expected: a sentence
constexpr int sum_from(int n) {
    return n < 1'000'000 ? n + sum_from(n + 1) : n;
}
#ifdef BROKEN
static_assert(false, "a sentence");
static_assert(sum_from(0) == 0);
#endif

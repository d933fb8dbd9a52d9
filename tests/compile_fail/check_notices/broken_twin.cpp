// SPDX-License-Identifier: MIT
// expected: a sentence
static_assert(false, "a sentence");

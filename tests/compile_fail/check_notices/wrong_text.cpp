// SPDX-License-Identifier: MIT
// expected: a sentence that nobody says
#ifdef BROKEN
static_assert(false, "another sentence");
#endif

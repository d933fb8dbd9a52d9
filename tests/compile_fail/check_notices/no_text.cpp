// SPDX-License-Identifier: MIT
#ifdef BROKEN
static_assert(false, "a sentence");
#endif

// SPDX-License-Identifier: MIT
// Headers of some systems define these as macros, and a program may have included them first.
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) < (b) ? (b) : (a))

#include "incontext/incontext.hpp"

int main() {}

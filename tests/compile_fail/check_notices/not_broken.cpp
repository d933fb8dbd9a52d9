// SPDX-License-Identifier: MIT
// expected: anything

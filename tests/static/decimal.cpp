// SPDX-License-Identifier: MIT
// Which texts are decimal numbers: what an exact literal refuses, and the longest that it takes.
#include "incontext/number/constant.hpp"

namespace {

using incontext::constants::decimal;

template <int Size>
consteval bool is_read(char const (&text)[Size]) {
    return decimal(text, Size - 1).is_read;
}
static_assert(is_read("12") && is_read("0.12") && is_read("0") && is_read("1'0") && is_read("1.5e-3"));
static_assert(!is_read("012") && !is_read("0x1") && !is_read("0b1"));  // octal in C++, and other bases
static_assert(is_read("123456789012345678") && !is_read("1234567890123456789"));
static_assert(is_read("1e17") && !is_read("1e18") && is_read("1e-18") && !is_read("1e-19"));
static_assert(is_read("0.123456789012345678") && !is_read("0.1234567890123456789") && is_read("1.5e-17"));

}  // namespace

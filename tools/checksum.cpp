// SPDX-License-Identifier: MIT
#include "tools/checksum.hpp"

#include "incontext/support/fnv1a.hpp"

namespace tools {

std::string checksum_of(std::string_view text) {
    incontext::Fnv1a hash;
    hash.add(text);
    std::string result = "fnv-1a ";
    for (int shift = 60; shift >= 0; shift -= 4) {
        result += "0123456789abcdef"[hash.value() >> shift & 15u];
    }
    return result;
}

}  // namespace tools

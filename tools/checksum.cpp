// SPDX-License-Identifier: MIT
#include "tools/checksum.hpp"

#include <cstdint>

namespace tools {

std::string checksum_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    std::string result = "fnv-1a ";
    for (int shift = 60; shift >= 0; shift -= 4) {
        result += "0123456789abcdef"[hash >> shift & 15u];
    }
    return result;
}

}  // namespace tools

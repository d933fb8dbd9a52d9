// SPDX-License-Identifier: MIT
/// @file
/// FNV-1a: 64 bits of any number of bytes.
///
///     hash <- (hash xor byte) 0x100000001b3, from 0xcbf29ce484222325 on
///
/// Every step can be undone, so it notices every change of one byte. It is no signature: who wants two texts with one hash finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace incontext {

/// FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv), of one byte after the other.
/// Test: tests/tools/checksum.cpp (by its authors' test vectors).
class Fnv1a {
  public:
    constexpr void add(std::byte byte) {
        value_ = (value_ ^ std::to_integer<std::uint64_t>(byte)) * std::uint64_t{0x100000001b3};
    }
    constexpr void add(std::string_view text) {
        for (char const character : text) {
            add(static_cast<std::byte>(character));
        }
    }
    /// Of all that was added.
    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace incontext

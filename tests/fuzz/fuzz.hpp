// SPDX-License-Identifier: MIT
/// @file
/// What every fuzz target has: the entry point that libFuzzer calls with any bytes, and replay.cpp with those of files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace fuzz {

/// Ends the program where a reader broke its promise, as a crash does.
inline void require(bool is_so, char const* promise) {
    if (!is_so) {
        std::fprintf(stderr, "broken promise: %s\n", promise);
        std::abort();
    }
}

}  // namespace fuzz

// SPDX-License-Identifier: MIT
/// @file
/// What a program runs on, and what compiled it.
#pragma once

#include <fstream>
#include <string>

namespace tools {

/// "g++ 12.2.0".
[[nodiscard]] inline std::string compiler_name() {
#if defined(__clang__)
    return "clang++ " __clang_version__;
#elif defined(__GNUC__)
    return "g++ " __VERSION__;
#else
    return "unknown";
#endif
}

/// The sets of instructions that the compiler was allowed, by its own macros, of those that change results or their order:
/// "AVX2 FMA AVX512F". What `-march=native` means here is not seen in the flags. "none of those that are told" where there is none.
[[nodiscard]] inline std::string instruction_sets() {
    std::string sets;
#if defined(__SSE4_2__)
    sets += " SSE4.2";
#endif
#if defined(__AVX__)
    sets += " AVX";
#endif
#if defined(__AVX2__)
    sets += " AVX2";
#endif
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    sets += " FMA";
#endif
#if defined(__AVX512F__)
    sets += " AVX512F";
#endif
#if defined(__AVX512DQ__)
    sets += " AVX512DQ";
#endif
#if defined(__AVX512VL__)
    sets += " AVX512VL";
#endif
#if defined(__ARM_NEON)
    sets += " NEON";
#endif
#if defined(__ARM_FEATURE_SVE)
    sets += " SVE";
#endif
#if defined(__FAST_MATH__)
    sets += " fast-math";
#endif
    return sets.empty() ? "none of those that are told" : sets.substr(1);
}

/// As the processor calls itself; "unknown" where nobody tells.
[[nodiscard]] inline std::string cpu_model() {
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (line.starts_with("model name") && line.find(": ") != std::string::npos) {
            return line.substr(line.find(": ") + 2);
        }
    }
    return "unknown";
}

}  // namespace tools

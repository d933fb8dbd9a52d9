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

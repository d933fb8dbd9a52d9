// SPDX-License-Identifier: MIT
/// @file
/// The version of the library: the one place it is written; CMakeLists.txt reads it from here. And that of C++.
#pragma once

/// Changes where the interface does; 0: a minor version may change it.
#define INCONTEXT_VERSION_MAJOR 0
/// The minor version.
#define INCONTEXT_VERSION_MINOR 1
/// The patch.
#define INCONTEXT_VERSION_PATCH 0

#ifdef INCONTEXT_SINGLE_HEADER
#error "include one single header of incontext, before and without its other headers"
#endif

#if __cplusplus < 202002L
#error "incontext needs C++20: compile with -std=c++20 or newer"
#endif

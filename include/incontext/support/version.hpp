// SPDX-License-Identifier: MIT
/// @file
/// The version of the library: the one place it is written; CMakeLists.txt reads it from here.
#pragma once

#define INCONTEXT_VERSION_MAJOR 0
#define INCONTEXT_VERSION_MINOR 1
#define INCONTEXT_VERSION_PATCH 0

// SPDX-License-Identifier: MIT
/// @file
/// The whole library, and support/drawn.hpp. A test that is slow to compile includes the latter and the headers it tests.
#pragma once

#include "incontext/incontext.hpp"
#include "support/drawn.hpp"

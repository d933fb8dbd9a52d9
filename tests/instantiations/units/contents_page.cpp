// SPDX-License-Identifier: MIT
// What including everything costs, whether it is used or not.
#include "incontext/incontext.hpp"

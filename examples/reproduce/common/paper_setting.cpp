// SPDX-License-Identifier: MIT
#include "common/paper_setting.hpp"

template class incontext::Training<reproduce::sizes, reproduce::Layer>;

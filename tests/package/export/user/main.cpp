// SPDX-License-Identifier: MIT
#include "parent.hpp"

int main() {
    return parent::prediction() == 2 ? 0 : 1;
}

// SPDX-License-Identifier: MIT
// Without exceptions a mistake is said on the standard error, and the program ends by std::abort.
#include <csignal>
#include <cstdlib>

#include "incontext/support/workers.hpp"

int main() {
    std::signal(SIGABRT, [](int) { std::_Exit(0); });
    incontext::Workers workers(0);
    return workers.threads() == 0 ? 1 : 2;
}

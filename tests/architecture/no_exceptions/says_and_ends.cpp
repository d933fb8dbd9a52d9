// SPDX-License-Identifier: MIT
// Without exceptions a mistake is said on the standard error, and the program ends by std::abort.
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "incontext/support/workers.hpp"

int main() {
    std::signal(SIGABRT, [](int) {
        static_cast<void>(write(STDERR_FILENO, " and aborts\n", 12));
        std::_Exit(0);
    });
    incontext::Workers workers(0);
    return workers.threads() == 0 ? 1 : 2;
}

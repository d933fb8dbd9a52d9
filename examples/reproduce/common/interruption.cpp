// SPDX-License-Identifier: MIT
#include "common/interruption.hpp"

#include <atomic>
#include <csignal>

namespace reproduce {
namespace {

// Any thread may receive the signal. An atomic without a lock is one of the few things a handler may touch.
std::atomic<bool> request = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void remember_request(int signal) {
    request = true;
    std::signal(signal, SIG_DFL);  // who asks twice does not want to wait
}

void (*watch(int signal))(int) {
    auto const before = std::signal(signal, remember_request);
    if (before == SIG_IGN) {
        std::signal(signal, SIG_IGN);
    }
    return before;
}

}  // namespace

InterruptionWatch::InterruptionWatch() {
    request = false;
    before_interrupt_ = watch(SIGINT);
    before_terminate_ = watch(SIGTERM);
}

InterruptionWatch::~InterruptionWatch() {
    std::signal(SIGINT, before_interrupt_);
    std::signal(SIGTERM, before_terminate_);
}

bool InterruptionWatch::requested() const {
    return request;
}

}  // namespace reproduce

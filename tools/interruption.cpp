// SPDX-License-Identifier: MIT
#include "tools/interruption.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "tools/program.hpp"

namespace tools {
namespace {

/// What the watching thread and all others share.
struct State {
    std::mutex mutex{};
    bool is_watched = false;
    bool is_stopping = false;
    bool is_requested = false;
    int postponements = 0;
    std::string program{};
    std::string sentence{};
    bool is_sentence_of_beginning = true;
    std::function<void()> last_act{};
};

State& state() {
    static State only;
    return only;
}

/// Ends the program. Nothing is unwound: other threads are at work, and every file that matters is whole at every moment.
[[noreturn]] void end(State const& at, std::string const& sentence) {
    std::string const line = (isatty(STDOUT_FILENO) != 0 ? "\n" : "") + at.program + ": " + sentence + "\n";
    if (at.last_act) {
        at.last_act();
    }
    [[maybe_unused]] auto const written = write(STDERR_FILENO, line.data(), line.size());
    _exit(interrupted_exit_code);
}

void grant_requests(sigset_t const& watched) {
    State& at = state();
    for (int signal = 0; sigwait(&watched, &signal) == 0;) {
        std::scoped_lock const lock(at.mutex);
        if (at.is_stopping) {
            return;
        }
        if (at.postponements == 0) {
            end(at, at.sentence);
        }
        if (std::exchange(at.is_requested, true)) {  // who asks twice does not want to wait
            end(at, "interrupted at once, as it was asked to end twice; what is finished in its directory is whole");
        }
    }
}

}  // namespace

InterruptionWatch::InterruptionWatch(std::string const& program) {
    State& at = state();
    {
        std::scoped_lock const lock(at.mutex);
        if (std::exchange(at.is_watched, true)) {
            throw std::logic_error("tools::InterruptionWatch: there is one already");
        }
        at.is_stopping = at.is_requested = false;
        at.program = program;
        at.sentence = "interrupted before anything was done";
        at.is_sentence_of_beginning = true;
    }
    sigemptyset(&watched_);
    sigemptyset(&mask_before_);
    bool is_any = false;
    for (int const signal : {SIGINT, SIGTERM}) {
        struct sigaction before {};
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {
            sigaddset(&watched_, signal);
            is_any = true;
        }
    }
    pthread_sigmask(SIG_BLOCK, &watched_, &mask_before_);
    if (is_any) {
        thread_ = std::thread([this] { grant_requests(watched_); });
    }
}

InterruptionWatch::~InterruptionWatch() {
    State& at = state();
    {
        std::scoped_lock const lock(at.mutex);
        at.is_stopping = true;
    }
    if (thread_.joinable()) {
        pthread_kill(thread_.native_handle(), sigismember(&watched_, SIGTERM) == 1 ? SIGTERM : SIGINT);
        thread_.join();
    }
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    std::scoped_lock const lock(at.mutex);
    at.is_watched = false;
}

Postponement::Postponement() {
    std::scoped_lock const lock(state().mutex);
    ++state().postponements;
}

Postponement::~Postponement() {
    State& at = state();
    std::scoped_lock const lock(at.mutex);
    if (--at.postponements == 0 && at.is_requested && std::uncaught_exceptions() == 0) {
        end(at, at.sentence);
    }
}

bool Postponement::requested() const {
    std::scoped_lock const lock(state().mutex);
    return state().is_requested;
}

void say_when_interrupted(std::string sentence) {
    std::scoped_lock const lock(state().mutex);
    state().sentence = std::move(sentence);
    state().is_sentence_of_beginning = false;
}

void say_when_interrupted_if_nothing_was_said(std::string sentence) {
    std::scoped_lock const lock(state().mutex);
    if (std::exchange(state().is_sentence_of_beginning, false)) {
        state().sentence = std::move(sentence);
    }
}

void do_when_interrupted(std::function<void()> last_act) {
    std::scoped_lock const lock(state().mutex);
    state().last_act = std::move(last_act);
}

}  // namespace tools

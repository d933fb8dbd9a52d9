// SPDX-License-Identifier: MIT
/// @file
/// Ctrl-C and kill: a program that is asked to end says what happened, and ends at once, or when it is ready.
#pragma once

#include <csignal>
#include <functional>
#include <string>
#include <thread>

namespace tools {

/// As long as one lives, SIGINT and SIGTERM end the program with one sentence and the exit code 130; while a Postponement
/// lives they are remembered instead, and a second one ends the program at once. A signal that the program was started to
/// ignore (nohup, a background job) stays ignored.
///
/// A thread waits for the signals, so that no handler interrupts anything. Make it before other threads: they inherit that
/// the signals wait. At most one may live at a time. Errors: a second one throws std::logic_error.
class InterruptionWatch {
  public:
    explicit InterruptionWatch(std::string const& program);
    ~InterruptionWatch();
    InterruptionWatch(InterruptionWatch const&) = delete;
    InterruptionWatch& operator=(InterruptionWatch const&) = delete;

  private:
    sigset_t watched_;
    sigset_t mask_before_;
    std::thread thread_{};
};

/// As long as one lives, the program is not ended by the first signal: for what must not be left half done. When the last one
/// dies the program ends if it was asked to, unless an exception (Interrupted) is on its way to say so.
class Postponement {
  public:
    Postponement();
    ~Postponement();
    Postponement(Postponement const&) = delete;
    Postponement& operator=(Postponement const&) = delete;

    /// Whether the program was asked to end.
    [[nodiscard]] bool requested() const;
};

/// What an interruption says from here on, without the program's name: one sentence of how to go on.
void say_when_interrupted(std::string sentence);

/// The same, for a program that has said nothing of its own since it began: otherwise it would say that nothing was done.
void say_when_interrupted_if_nothing_was_said(std::string sentence);

/// What an interruption does before it ends the program; empty: nothing.
void do_when_interrupted(std::function<void()> last_act);

}  // namespace tools

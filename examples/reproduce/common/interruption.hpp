// SPDX-License-Identifier: MIT
/// @file
/// Ctrl-C and kill as a request that a long run grants when it is ready.
#pragma once

namespace reproduce {

/// As long as one lives, SIGINT and SIGTERM do not end the program but are remembered; a second one ends it at once. A
/// signal that the program was started to ignore (nohup, a background job) stays ignored. At most one may live at a time.
class InterruptionWatch {
  public:
    InterruptionWatch();
    ~InterruptionWatch();
    InterruptionWatch(InterruptionWatch const&) = delete;
    InterruptionWatch& operator=(InterruptionWatch const&) = delete;

    [[nodiscard]] bool requested() const;

  private:
    using Handler = void (*)(int);
    Handler before_interrupt_;
    Handler before_terminate_;
};

}  // namespace reproduce

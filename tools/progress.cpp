// SPDX-License-Identifier: MIT
#include "tools/progress.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace tools {
namespace {

bool stdout_is_a_terminal() {
#if __has_include(<unistd.h>)
    char const* const terminal = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
#else
    return false;
#endif
}

template <class... Arguments>
std::string formatted(char const* format, Arguments... arguments) {
    char text[160];
    std::snprintf(text, sizeof text, format, arguments...);
    return text;
}

}  // namespace

std::string duration_text(double seconds) {
    if (seconds < 9.95) {
        return formatted("%.1f s", seconds);
    }
    auto const whole = std::llround(seconds);
    if (whole < 60) {
        return formatted("%lld s", whole);
    }
    auto const minutes = whole / 60;
    return minutes < 60 ? formatted("%lld min %02lld s", minutes, whole % 60)
                        : formatted("%lld h %02lld min", minutes / 60, minutes % 60);
}

Progress::Progress(std::string label, std::int64_t total, bool quiet, std::int64_t first)
    : label_(std::move(label)),
      total_(total),
      first_(first),
      manner_(quiet                    ? Manner::silent
              : stdout_is_a_terminal() ? Manner::live
                                       : Manner::plain),
      tenths_shown_(first * 10 / total) {}

Progress::~Progress() {
    if (line_is_open_) {
        std::puts("");
    }
}

void Progress::update(std::int64_t step, double loss) {
    if (manner_ == Manner::silent) {
        return;
    }
    auto const now = Clock::now();
    if (!is_due(step, now)) {
        return;
    }
    std::string const text = line(step, loss, std::chrono::duration<double>(now - start_).count());
    bool const done = step >= total_;
    if (manner_ == Manner::live) {
        // Return, write over, erase the rest: no blank moment, no flicker. Without wrapping (7l ... 7h) a line that is
        // wider than the terminal is cut there, where a wrapped one could not be rewritten.
        std::printf("\r\x1b[?7l%s\x1b[K\x1b[?7h%s", text.c_str(), done ? "\n" : "");
        line_is_open_ = !done;
    } else {
        std::printf("%s\n", text.c_str());
    }
    std::fflush(stdout);
}

bool Progress::is_due(std::int64_t step, Clock::time_point now) {
    if (manner_ == Manner::live) {
        if (now < next_update_ && step < total_) {
            return false;
        }
        next_update_ = now + update_interval;
        return true;
    }
    // A tenth of a long run is long: how long the run will take is said as soon as it can be told.
    bool const first_estimate =
        tenths_shown_ == first_ * 10 / total_ && !estimate_shown_ && now >= start_ + estimate_after;
    estimate_shown_ = estimate_shown_ || first_estimate;
    std::int64_t const tenths = step * 10 / total_;
    return tenths > std::exchange(tenths_shown_, std::max(tenths_shown_, tenths)) || first_estimate;
}

std::string Progress::line(std::int64_t step, double loss, double elapsed) const {
    std::string const total = std::to_string(total_);
    std::string text = label_.empty() ? "" : label_ + "   ";
    text += formatted("step %*lld/%s  %3lld %%   loss of the batch %-10.5g  ", static_cast<int>(total.size()),
                      static_cast<long long>(step), total.c_str(), static_cast<long long>(step * 100 / total_), loss);
    if (step >= total_) {
        return text + "took " + duration_text(elapsed);
    }
    auto const steps_timed = static_cast<double>(step - first_);
    return steps_timed > 0 ? text + duration_text(elapsed / steps_timed * static_cast<double>(total_ - step)) + " left"
                           : text;
}

}  // namespace tools

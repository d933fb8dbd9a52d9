// SPDX-License-Identifier: MIT
/// @file
/// How far a long run is, on stdout: one line rewritten in place on a terminal, a plain line per tenth elsewhere, and
/// one after two seconds, which says how long it will take.
///
///     seed 0   step 1200/5000   24 %   loss 0.20512   3 s left
///
/// It goes to stdout because stderr is kept for the one sentence that an error is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tools {

/// "0.8 s", "12 s", "3 min 05 s", "2 h 10 min".
[[nodiscard]] std::string duration_text(double seconds);

/// Shows the progress of `total` >= 1 steps. Call update after every step: it is cheap when there is nothing to show.
class Progress {
  public:
    /// `first` steps were done before, by a run that is resumed: they count as progress but not for the time left.
    Progress(std::string label, std::int64_t total, bool quiet, std::int64_t first = 0);

    /// Ends a line that an exception cut short, so that the error starts on a line of its own.
    ~Progress();

    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    /// `step` steps are done, and this is the latest loss. The last step shows the time taken and ends the line.
    void update(std::int64_t step, double loss);

  private:
    using Clock = std::chrono::steady_clock;
    enum class Manner { silent, plain, live };
    static constexpr std::chrono::milliseconds update_interval{100};  // faster would be flicker
    static constexpr std::chrono::seconds estimate_after{2};

    [[nodiscard]] bool is_due(std::int64_t step, Clock::time_point now);
    [[nodiscard]] std::string line(std::int64_t step, double loss, double elapsed) const;

    std::string label_;
    std::int64_t total_;
    std::int64_t first_;
    Manner manner_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_update_ = start_ + update_interval;  // live
    std::int64_t tenths_shown_;                                 // plain
    bool estimate_shown_ = false;                               // plain: before the first tenth
    bool line_is_open_ = false;                                 // live: the cursor stands behind an unfinished line
};

}  // namespace tools

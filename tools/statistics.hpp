// SPDX-License-Identifier: MIT
/// @file
/// Means over runs, numbers that may not exist, and where the time went.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

namespace tools {

/// The mean of at least one value.
[[nodiscard]] inline double mean(std::vector<double> const& values) {
    double sum = 0;
    for (double const value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

/// The sample standard deviation; 0 for one value.
[[nodiscard]] inline double standard_deviation(std::vector<double> const& values) {
    if (values.size() < 2) {
        return 0;
    }
    double const centre = mean(values);
    double sum = 0;
    for (double const value : values) {
        sum += (value - centre) * (value - centre);
    }
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// The number that measure() returns; NaN where there is none, that is where it throws std::domain_error.
template <class Measure>
[[nodiscard]] double number_or_nan(Measure const& measure) {
    try {
        return measure();
    } catch (std::domain_error const&) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

/// Adds up the seconds between start and stop.
class Stopwatch {
  public:
    void start() { started_ = Clock::now(); }
    void stop() { seconds_ += std::chrono::duration<double>(Clock::now() - started_).count(); }
    [[nodiscard]] double seconds() const { return seconds_; }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point started_{};
    double seconds_ = 0;
};

}  // namespace tools

// SPDX-License-Identifier: MIT
/// @file
/// From values to pixels, and the numbers that stand at an axis.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "tools/charts.hpp"

namespace tools {

/// The least and the greatest of the values that an axis can show.
struct Range {
    double least = std::numeric_limits<double>::infinity();
    double greatest = -std::numeric_limits<double>::infinity();

    void include(double value, bool logarithmic);
};

struct Tick {
    double value;
    std::string text;
};

class Scale {
  public:
    /// extend: to where the next tick would be, at ends that the axis does not give.
    /// Errors: throws std::invalid_argument where there are no values and that is an error.
    Scale(Axis const& axis, Range range, bool extend, bool empty_is_an_error = true);

    void place(double from, double to) {
        from_ = from;
        to_ = to;
    }
    [[nodiscard]] std::vector<Tick> const& ticks() const { return ticks_; }
    [[nodiscard]] double widest_tick() const;

    /// Far outside of the figure, where it is drawn no more, the same place for all.
    [[nodiscard]] double operator()(double value) const;

    /// What a band that reaches down to zero or below ends at.
    [[nodiscard]] double lowest() const { return is_logarithmic_ ? least_ : std::numeric_limits<double>::lowest(); }

  private:
    [[nodiscard]] double on_axis(double value) const;
    void set_steps(bool is_fixed_below, bool is_fixed_above);
    void set_powers(bool is_fixed_below, bool is_fixed_above);

    bool is_logarithmic_;
    double least_;
    double greatest_;
    double from_ = 0;
    double to_ = 1;
    std::vector<Tick> ticks_{};
};

}  // namespace tools

// SPDX-License-Identifier: MIT
#include "tools/scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "tools/csv.hpp"
#include "tools/labels.hpp"

namespace tools {
namespace {

/// 10^exponent: "10⁻⁸", "1".
std::string power_text(int exponent) {
    if (exponent == 0 || exponent == 1) {
        return exponent == 0 ? "1" : "10";
    }
    static constexpr char const* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text = exponent < 0 ? "10⁻" : "10";
    for (char const digit : std::to_string(std::abs(exponent))) {
        text += digits[digit - '0'];
    }
    return text;
}

/// 1, 2 or 5 times a power of ten: about a fifth of the range. 0 where there is no such number, of ranges among the subnormal ones.
double step_of(double range) {
    double const power = std::pow(10, std::floor(std::log10(range / 5)));
    double const factor = power > 0 ? range / 5 / power : 0;
    return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
}

double larger_than_zero(double number) {
    return std::max(number, std::numeric_limits<double>::denorm_min());
}

double within_range(double number) {
    constexpr double most = std::numeric_limits<double>::max();
    return std::clamp(number, -most, most);
}

}  // namespace

void Range::include(double value, bool logarithmic) {
    if (std::isfinite(value) && (value > 0 || !logarithmic)) {
        least = std::min(least, value);
        greatest = std::max(greatest, value);
    }
}

Scale::Scale(Axis const& axis, Range range, bool extend, bool empty_is_an_error)
    : is_logarithmic_(axis.logarithmic),
      least_(axis.least.value_or(range.least)),
      greatest_(axis.greatest.value_or(range.greatest)) {
    bool const is_empty = !(least_ <= greatest_) || !std::isfinite(greatest_ - least_);
    if (is_empty && empty_is_an_error) {
        throw std::invalid_argument("the axis '" + axis.label + "' has no values");
    }
    bool const is_without_step = !is_empty && !is_logarithmic_ && !(step_of(greatest_ - least_) > 0);
    if (is_empty || least_ == greatest_ || is_without_step) {
        double const middle = is_empty ? 1 : least_;
        bool const has_tenth = step_of(std::abs(middle) / 10) > 0;  // not 0, and not among the smallest numbers
        double const beside = has_tenth ? std::abs(middle) / 10 : 1;
        least_ = is_logarithmic_ ? larger_than_zero(middle / 2) : within_range(middle - beside);
        greatest_ = within_range(is_logarithmic_ ? middle * 2 : middle + beside);
    }
    bool const is_fixed_below = axis.least.has_value() || !extend;
    bool const is_fixed_above = axis.greatest.has_value() || !extend;
    is_logarithmic_ ? set_powers(is_fixed_below, is_fixed_above) : set_steps(is_fixed_below, is_fixed_above);
    if (!axis.grouped) {
        for (Tick& tick : ticks_) {
            std::erase(tick.text, ',');
        }
    }
}

double Scale::widest_tick() const {
    double width = 0;
    for (Tick const& tick : ticks_) {
        width = std::max(width, width_of(tick.text, small_size));
    }
    return width;
}

double Scale::operator()(double value) const {
    double const share = (on_axis(value) - on_axis(least_)) / (on_axis(greatest_) - on_axis(least_));
    return from_ + (to_ - from_) * (std::isfinite(share) ? std::clamp(share, -9.0, 9.0) : share);
}

double Scale::on_axis(double value) const {
    return !is_logarithmic_ ? value : value > 0 ? std::log10(value) : std::nan("");
}

void Scale::set_steps(bool is_fixed_below, bool is_fixed_above) {
    double const step = step_of(greatest_ - least_);
    constexpr double slack = 1e-6;  // for ends that rounding has moved off a tick
    least_ = is_fixed_below ? least_ : within_range(step * std::floor(least_ / step + slack));
    greatest_ = is_fixed_above ? greatest_ : within_range(step * std::ceil(greatest_ / step - slack));
    int const decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + slack)));
    auto const last = static_cast<long>(std::floor(greatest_ / step + slack));
    for (auto i = static_cast<long>(std::ceil(least_ / step - slack)); i <= last; ++i) {
        double const at = static_cast<double>(i) * step;
        ticks_.push_back({at, number_in_groups(at, decimals)});
    }
}

/// Every power of ten, or every so manieth; where there are few of them, 2 and 5 times each, too.
void Scale::set_powers(bool is_fixed_below, bool is_fixed_above) {
    constexpr double slack = 1e-6;
    static constexpr double factors[] = {1, 2, 5};
    int const first = static_cast<int>(std::floor(std::log10(least_) + slack));
    int const last = static_cast<int>(std::ceil(std::log10(greatest_) - slack));
    double below = least_;
    double above = std::numeric_limits<double>::infinity();
    for (int power = first; power <= last; ++power) {
        for (double const factor : factors) {
            double const value = factor * std::pow(10, power);
            below = value > 0 && value <= least_ * (1 + slack) ? value : below;  // 10^-324 is 0
            above = value >= greatest_ * (1 - slack) ? std::min(above, value) : above;
        }
    }
    least_ = is_fixed_below ? least_ : below;
    greatest_ = is_fixed_above ? greatest_ : within_range(above);
    bool const is_short = std::log10(greatest_ / least_) < 2.7;
    bool const has_short_numbers = first >= -4 && last <= 6;
    int const each = (last - first) / 8 + 1;
    for (int power = first; power <= last; ++power) {
        for (double const factor : factors) {
            double const value = factor * std::pow(10, power);
            if (std::isfinite(value) && value >= least_ * (1 - slack) && value <= greatest_ * (1 + slack) &&
                (is_short || (factor == 1 && power % each == 0))) {
                bool const is_number = has_short_numbers || factor != 1;
                ticks_.push_back({value, is_number ? number_in_groups(value, std::max(0, -power)) : power_text(power)});
            }
        }
    }
}

}  // namespace tools

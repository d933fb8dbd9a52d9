// SPDX-License-Identifier: MIT
#include "paper/verdict.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "tools/csv.hpp"

namespace paper {
namespace {

/// With a true minus sign and thousands in groups.
std::string number(double value, int digits) {
    std::string const result = tools::number_in_groups(std::abs(value), digits);
    bool const is_zero = result.find_first_not_of("0.,") == std::string::npos;
    return (value < 0 && !is_zero ? "−" : "") + result;
}

/// The digits that a bound has: 2 and not 2.00, .0965 and not .10.
std::string bound(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.8g", std::abs(value));
    return (value < 0 ? "−" : "") + std::string(text);
}

std::string unit_of(Unit unit) {
    switch (unit) {
        case Unit::percent:
        case Unit::share:
            return " %";
        case Unit::steps:
            return " steps";
        case Unit::times:
            return " times";
        case Unit::none:
        case Unit::yes_or_no:
            break;
    }
    return "";
}

}  // namespace

Verdict verdict_of(Claim const& claim, std::optional<Ours> const& ours) {
    if (!ours) {
        return Verdict::not_run;
    }
    if (claim.source == Source::not_stated) {
        return Verdict::not_stated;
    }
    return claim.equals.contains(ours->mean)   ? Verdict::equals
           : claim.within.contains(ours->mean) ? Verdict::within
                                               : Verdict::differs;
}

std::string text_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::equals:
            return "equals";
        case Verdict::within:
            return "within";
        case Verdict::differs:
            return "differs";
        case Verdict::not_stated:
            return "not stated";
        case Verdict::not_run:
            return "not run";
        case Verdict::failed:
            break;
    }
    return "failed";
}

std::string text_of(Ours const& ours, Claim const& claim) {
    if (std::isnan(ours.mean)) {
        return ours.seeds > 1 ? "not in every run" : "never";
    }
    if (claim.unit == Unit::yes_or_no) {
        return ours.mean == 1 ? "yes" : "no";
    }
    std::string const sign = claim.unit == Unit::percent && ours.mean > 0 ? "+" : "";
    int digits = claim.digits;
    constexpr int most_digits = 6;
    while (claim.unit == Unit::percent && ours.mean > -100 && ours.mean < -99 && digits < most_digits &&
           std::strtod(tools::number_in_groups(-ours.mean, digits).c_str(), nullptr) >= 100) {
        ++digits;  // 100 % less would be nothing
    }
    std::string text = sign + number(ours.mean, digits);
    if (ours.seeds > 1) {
        text += " ± " + number(ours.deviation, digits);
    }
    return text + unit_of(claim.unit);
}

std::string text_of(Interval interval, Claim const& claim) {
    std::string const unit = unit_of(claim.unit);
    if (std::isinf(interval.greatest)) {
        return std::isinf(interval.least) ? "anything" : bound(interval.least) + unit + " or more";
    }
    if (claim.unit == Unit::yes_or_no) {
        return interval.least == 1 ? "yes" : "no";
    }
    if (interval.least == interval.greatest) {
        return bound(interval.least) + unit;
    }
    return bound(interval.least) + " to " + bound(interval.greatest) + unit;
}

}  // namespace paper

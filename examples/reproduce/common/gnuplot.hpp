// SPDX-License-Identifier: MIT
/// @file
/// Running gnuplot: a script in, an SVG out, no shell between.
#pragma once

#include <stdexcept>
#include <string>

namespace reproduce {

/// No gnuplot in the PATH.
struct GnuplotAbsent : std::runtime_error {
    GnuplotAbsent() : std::runtime_error("gnuplot was not found in the PATH") {}
};

/// The complete SVG that gnuplot makes of a script whose terminal is svg.
///
/// Settings of the user (~/.gnuplot) are ignored: a figure depends on the run alone.
/// Errors: throws GnuplotAbsent, or std::runtime_error with gnuplot's own message.
[[nodiscard]] std::string svg_from_gnuplot(std::string const& script);

}  // namespace reproduce

// SPDX-License-Identifier: MIT
/// @file
/// Where the texts of a figure stand: how wide they are, where they are broken, and how they keep clear of each other.
#pragma once

#include <string>
#include <vector>

#include "tools/svg.hpp"

namespace tools {

/// The width of all figures, so that texts are of one size side by side.
inline constexpr double figure_width = 720;
inline constexpr double figure_margin = 20;

/// How wide a text is; a guess on the wide side, because the fonts of the reader are not known.
[[nodiscard]] double width_of(std::string const& text, double size = text_size);

/// The text in lines that are no wider, broken at blanks. A word that is wider has a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string const& text, double width, double size = text_size);

/// Where the middles of labels come that would like to be at `middles`: none covers another, all are from `least` to `greatest`,
/// their order stays, and no sum of squares of the ways that they are moved is smaller. Where there is no room for all, the
/// last ones leave it. Test: tests/tools/labels.cpp.
[[nodiscard]] std::vector<double> moved_apart(std::vector<double> const& middles, std::vector<double> const& heights,
                                              double least, double greatest);

/// The title of a figure, and below it what the reader must know, both broken into lines.
class Heading {
  public:
    Heading(std::string const& title, std::string const& note);

    /// Where the figure goes on.
    [[nodiscard]] double bottom() const;
    void draw(Svg& svg) const;

  private:
    std::vector<std::string> title_;
    std::vector<std::string> note_;
};

}  // namespace tools

// SPDX-License-Identifier: MIT
/// @file
/// Scalable vector graphics, element by element, in the colours that all figures share.
///
/// Lengths are pixels, y grows downwards. A class says what an element is and the style sheet how that looks, on light
/// paper or, where the reader prefers it, on dark.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tools {

/// A place in a picture; one that is not finite is none.
struct Point {
    double x = 0;
    double y = 0;
};

/// A picture that grows as it is drawn. Texts are taken literally.
///
/// Classes: title, tick, middle, end (texts); axis, grid, reference, line, thin, dashed, dotted; fill, band, pale; the
/// colours negative, positive, and c0 to c6, one for each series (colour_class).
class Svg {
  public:
    Svg(double width, double height, std::string const& title);

    /// The point is where the text begins; its middle or its end with those classes. turned: read from below.
    void text(Point at, std::string const& classes, std::string const& text, bool turned = false);
    void line(Point from, Point to, std::string const& classes);
    void rectangle(Point corner, double width, double height, std::string const& classes, double opacity = 1);
    void dot(Point centre, std::string const& classes);

    /// Straight lines from point to point, with a gap at those that are none. Nothing is drawn where there are no two.
    void curve(std::vector<Point> const& points, std::string const& classes);

    /// The area within the points.
    void area(std::vector<Point> const& points, std::string const& classes);

    /// What is drawn until end_clipped() is cut at the edges of a rectangle.
    void begin_clipped(Point corner, double width, double height);
    void end_clipped();

    /// From the negative colour through the paper's to the positive, from below to above.
    void colour_bar(Point corner, double width, double height);

    [[nodiscard]] std::string finished() const { return text_ + "</svg>\n"; }

  private:
    std::string text_;
    int clips_ = 0;
};

/// The colours of Okabe and Ito, which people with any kind of colour vision tell apart: a class for each place.
inline constexpr std::size_t colour_count = 7;
[[nodiscard]] std::string colour_class(std::size_t place);

}  // namespace tools

// SPDX-License-Identifier: MIT
/// @file
/// Scalable vector graphics, element by element, in the colours that all figures share.
///
/// Lengths are pixels, y grows downwards. A class says what an element is and the style sheet how that looks, on light
/// paper or, where the reader prefers it, on dark.
///
/// The text is an element that can stand in a file of its own and, beside others, within a page: its ids and the rules of its
/// style sheet begin with an id that is a hash of all that it shows, and it is never wider than what it stands in.
/// Test: tests/tools/svg.cpp.
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

/// The heights of texts. They are read at half the size on a narrow screen.
inline constexpr double title_size = 18;
inline constexpr double text_size = 16;
inline constexpr double small_size = 14.5;  // notes and the numbers at axes
inline constexpr double cell_size = 11;     // numbers in the cells of a matrix

/// A picture that grows as it is drawn. Texts are taken literally.
///
/// Classes: title, note, tick, cell, on_colour, middle, end (texts); axis, grid, border, reference, line, thin, dashed, dotted;
/// fill, band, pale; the colours negative, positive, and c0 to c6, one for each series (colour_class).
class Svg {
  public:
    /// The title, in short, and the description of what is to be seen are for those who do not see the picture.
    Svg(double width, std::string title, std::string description);

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

    /// From the negative colour through the paper's to the positive, from left to right.
    void colour_bar(Point corner, double width, double height);

    /// The picture, as high as it has become.
    [[nodiscard]] std::string finished(double height) const;

  private:
    double width_;
    std::string title_;
    std::string description_;
    std::string text_{};
    int clips_ = 0;
    bool has_colour_bar_ = false;
};

/// The colours of Okabe and Ito, which people with any kind of colour vision tell apart: a class for each place.
inline constexpr std::size_t colour_count = 7;
[[nodiscard]] std::string colour_class(std::size_t place);

}  // namespace tools

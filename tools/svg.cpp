// SPDX-License-Identifier: MIT
#include "tools/svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>

namespace tools {
namespace {

/// Stands for the id of the picture, which is known when all of it is. No text holds it: see literal().
constexpr char const* own = "\1";

/// Programs that know no media queries show the light one. The strongest colours first; yellow is not among them, for it
/// is faint on white.
constexpr std::array style{
    "{max-width:100%;height:auto}",
    " text{font:16px Helvetica,Arial,sans-serif;fill:#303030}",
    " .title{font-size:18px;font-weight:bold;fill:#000}",
    " .note{font-size:14.5px;fill:#555}",
    " .tick{font-size:14.5px}",
    " .cell{font-size:11px;text-anchor:middle}",
    " .on_colour{fill:#fff}",
    " .middle{text-anchor:middle}",
    " .end{text-anchor:end}",
    " .paper{fill:#fff}",
    " .axis{stroke:#707070;fill:none}",
    " .grid{stroke:#e4e4e4;fill:none}",
    " .border{stroke:#000;stroke-width:1.6}",
    " .reference{stroke:#505050;stroke-width:1.4;fill:none}",
    " .line{fill:none;stroke:currentColor;stroke-width:2.2;stroke-linejoin:round}",
    " .thin{stroke-width:1.2}",
    " .dashed{stroke-dasharray:9 5}",
    " .dotted{stroke-dasharray:2 3}",
    " .fill{fill:currentColor}",
    " .band{fill:currentColor;fill-opacity:.2}",
    " .pale{fill:currentColor;fill-opacity:.45}",
    " .c0{color:#0072b2}",
    " .c1{color:#d55e00}",
    " .c2{color:#009e73}",
    " .c3{color:#cc79a7}",
    " .c4{color:#e69f00}",
    " .c5{color:#56b4e9}",
    " .c6{color:#000}",
    " .negative{color:#2166ac}",
    " .positive{color:#b2182b}",
    " stop{stop-color:currentColor}",
};
constexpr std::array dark_style{
    " text{fill:#c9d1d9}",         " .title{fill:#fff}",        " .note{fill:#9aa4ae}",   " .on_colour{fill:#0d1117}",
    " .paper{fill:#0d1117}",       " .axis{stroke:#8b949e}",    " .grid{stroke:#2b3138}", " .border{stroke:#fff}",
    " .reference{stroke:#a0a8b0}", " .c0{color:#4aa3df}",       " .c1{color:#f5843c}",    " .c2{color:#2cc295}",
    " .c3{color:#e09cc3}",         " .c4{color:#f0b429}",       " .c5{color:#9ad4f5}",    " .c6{color:#fff}",
    " .negative{color:#58a6ff}",   " .positive{color:#ff6b5e}",
};

/// Each rule is of this picture alone.
template <class Rules>
std::string scoped(Rules const& rules) {
    std::string result;
    for (char const* const rule : rules) {
        result += std::string("#") + own + rule + "\n";
    }
    return result;
}

/// FNV-1a with 32 bits.
std::string id_of(std::string const& text) {
    std::uint32_t hash = 2166136261U;
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    char id[16];
    std::snprintf(id, sizeof id, "figure%08x", static_cast<unsigned>(hash));
    return id;
}

/// To a tenth of a pixel, or finer: "12.3", "12".
std::string number(double value, int digits = 1) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    std::string result = text;
    result.erase(result.find_last_not_of('0') + 1);
    return result.ends_with('.') ? result.substr(0, result.size() - 1) : result;
}

std::string attribute(char const* name, std::string const& value) {
    return std::string(" ") + name + "=\"" + value + "\"";
}

std::string place(char const* x, char const* y, Point at) {
    return attribute(x, number(at.x)) + attribute(y, number(at.y));
}

std::string size(double width, double height) {
    return attribute("width", number(width)) + attribute("height", number(height));
}

/// The bytes of the character of UTF-8 with which a text begins; 0 where it begins with none.
std::size_t bytes_of_character(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t const count = byte(0) < 0x80                       ? 1
                              : byte(0) >= 0xc2 && byte(0) <= 0xdf ? 2
                              : (byte(0) & 0xf0) == 0xe0           ? 3
                              : byte(0) >= 0xf0 && byte(0) <= 0xf4 ? 4
                                                                   : 0;
    if (count > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < count; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool const is_too_long = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
    bool const is_no_character = (byte(0) == 0xed && byte(1) > 0x9f) || (byte(0) == 0xf4 && byte(1) > 0x8f) ||
                                 (byte(0) == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe);  // U+FFFE, U+FFFF
    return is_too_long || is_no_character ? 0 : count;
}

/// The text in XML. A byte that is no UTF-8 becomes U+FFFD, as in the JSON beside it: a reader of XML would refuse the figure.
std::string literal(std::string const& text) {
    std::string result;
    for (std::string_view rest = text; !rest.empty();) {
        std::size_t const bytes = bytes_of_character(rest);
        char const c = rest[0];
        result += bytes == 0                            ? "\xef\xbf\xbd"
                  : c == '&'                            ? "&amp;"
                  : c == '<'                            ? "&lt;"
                  : c == '>'                            ? "&gt;"
                  : static_cast<unsigned char>(c) < ' ' ? " "
                                                        : std::string(rest.substr(0, bytes));
        rest.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return result;
}

std::string pair(Point at) {
    return number(at.x) + " " + number(at.y);
}

}  // namespace

std::string colour_class(std::size_t place) {
    return "c" + std::to_string(place % colour_count);
}

Svg::Svg(double width, std::string title, std::string description)
    : width_(width), title_(std::move(title)), description_(std::move(description)) {}

void Svg::text(Point at, std::string const& classes, std::string const& text, bool turned) {
    text_ += "<text" + place("x", "y", at) + attribute("class", classes) +
             (turned ? attribute("transform", "rotate(-90 " + pair(at) + ")") : "") + ">" + literal(text) + "</text>\n";
}

void Svg::line(Point from, Point to, std::string const& classes) {
    text_ += "<line" + place("x1", "y1", from) + place("x2", "y2", to) + attribute("class", classes) + "/>\n";
}

void Svg::rectangle(Point corner, double width, double height, std::string const& classes, double opacity) {
    text_ += "<rect" + place("x", "y", corner) + size(width, height) + attribute("class", classes) +
             (opacity < 1 ? attribute("opacity", number(opacity, 3)) : "") + "/>\n";
}

void Svg::dot(Point centre, std::string const& classes) {
    text_ += "<circle" + place("cx", "cy", centre) + attribute("r", "2.7") + attribute("class", classes) + "/>\n";
}

void Svg::curve(std::vector<Point> const& points, std::string const& classes) {
    std::string path;
    bool is_joined = false;
    for (Point const& point : points) {
        bool const is_there = std::isfinite(point.x) && std::isfinite(point.y);
        path += is_there ? (is_joined ? "L" : "M") + pair(point) : "";
        is_joined = is_there;
    }
    if (path.find('L') != std::string::npos) {
        text_ += "<path" + attribute("d", path) + attribute("class", classes) + "/>\n";
    }
}

void Svg::area(std::vector<Point> const& points, std::string const& classes) {
    std::string corners;
    for (Point const& point : points) {
        corners += (corners.empty() ? "" : " ") + pair(point);
    }
    text_ += "<polygon" + attribute("points", corners) + attribute("class", classes) + "/>\n";
}

void Svg::begin_clipped(Point corner, double width, double height) {
    std::string const name = std::string(own) + "_clip" + std::to_string(++clips_);
    text_ += "<clipPath" + attribute("id", name) + "><rect" + place("x", "y", corner) + size(width, height) +
             "/></clipPath>\n<g" + attribute("clip-path", "url(#" + name + ")") + ">\n";
}

void Svg::end_clipped() {
    text_ += "</g>\n";
}

void Svg::colour_bar(Point corner, double width, double height) {
    std::string const name = std::string(own) + "_diverging";
    if (!std::exchange(has_colour_bar_, true)) {
        text_ += "<linearGradient" + attribute("id", name) + ">";
        text_ += "<stop class=\"negative\" offset=\"0\"/><stop class=\"negative\" offset=\".5\" stop-opacity=\"0\"/>";
        text_ += "<stop class=\"positive\" offset=\".5\" stop-opacity=\"0\"/><stop class=\"positive\" offset=\"1\"/>";
        text_ += "</linearGradient>\n";
    }
    text_ += "<rect" + place("x", "y", corner) + size(width, height) + attribute("fill", "url(#" + name + ")") + "/>\n";
    rectangle(corner, width, height, "axis");
}

std::string Svg::finished(double height) const {
    std::string const picture =
        "<title" + attribute("id", std::string(own) + "_title") + ">" + literal(title_) + "</title>\n<desc" +
        attribute("id", std::string(own) + "_desc") + ">" + literal(description_) + "</desc>\n<style>\n" +
        scoped(style) + "@media(prefers-color-scheme:dark){\n" + scoped(dark_style) + "}\n</style>\n<rect" +
        place("x", "y", {0, 0}) + size(width_, height) + attribute("class", "paper") + "/>\n" + text_ + "</svg>\n";
    std::string const with_marks =
        "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("id", own) + attribute("role", "img") +
        attribute("aria-labelledby", std::string(own) + "_title " + own + "_desc") + size(width_, height) +
        attribute("viewBox", "0 0 " + pair({width_, height})) + ">\n" + picture;
    std::string const id = id_of(with_marks);
    std::string result;
    for (char const c : with_marks) {
        c == * own ? result += id : result += c;
    }
    return result;
}

}  // namespace tools

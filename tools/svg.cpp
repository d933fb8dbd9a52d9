// SPDX-License-Identifier: MIT
#include "tools/svg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tools {
namespace {

/// Programs that know no media queries show the light one. The strongest colours first; yellow is not among them, for it
/// is faint on white.
constexpr char const* style = R"(<style>
text{font:14px Helvetica,Arial,sans-serif;fill:#303030}.title{font-size:16px;fill:#000}.tick{font-size:13px}
.middle{text-anchor:middle}.end{text-anchor:end}.paper{fill:#fff}
.axis{stroke:#707070;fill:none}.grid{stroke:#e4e4e4;fill:none}.reference{stroke:#505050;stroke-width:1.4}
.line{fill:none;stroke:currentColor;stroke-width:2.2;stroke-linejoin:round}.thin{stroke-width:1.2}
.dashed{stroke-dasharray:9 5}.dotted{stroke-dasharray:2 3}
.fill{fill:currentColor}.band{fill:currentColor;fill-opacity:.2}.pale{fill:currentColor;fill-opacity:.45}
.c0{color:#0072b2}.c1{color:#d55e00}.c2{color:#009e73}.c3{color:#cc79a7}.c4{color:#e69f00}.c5{color:#56b4e9}.c6{color:#000}
.negative{color:#2166ac}.positive{color:#b2182b}stop{stop-color:currentColor}
@media(prefers-color-scheme:dark){
text{fill:#c9d1d9}.title{fill:#fff}.paper{fill:#0d1117}.axis{stroke:#8b949e}.grid{stroke:#2b3138}.reference{stroke:#a0a8b0}
.c0{color:#4aa3df}.c1{color:#f5843c}.c2{color:#2cc295}.c3{color:#e09cc3}.c4{color:#f0b429}.c5{color:#9ad4f5}.c6{color:#fff}
.negative{color:#58a6ff}.positive{color:#ff6b5e}
}
</style>
)";

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

std::string literal(std::string const& text) {
    std::string result;
    for (char const c : text) {
        bool const is_control = static_cast<unsigned char>(c) < ' ';
        result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, is_control ? ' ' : c);
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

Svg::Svg(double width, double height, std::string const& title)
    : text_("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" +
            size(width, height) + attribute("viewBox", "0 0 " + pair({width, height})) + ">\n<title>" + literal(title) +
            "</title>\n" + style) {
    rectangle({0, 0}, width, height, "paper");
}

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
    std::string const name = "clip" + std::to_string(++clips_);
    text_ += "<clipPath" + attribute("id", name) + "><rect" + place("x", "y", corner) + size(width, height) +
             "/></clipPath>\n<g" + attribute("clip-path", "url(#" + name + ")") + ">\n";
}

void Svg::end_clipped() {
    text_ += "</g>\n";
}

void Svg::colour_bar(Point corner, double width, double height) {
    constexpr char const* name = "diverging";
    if (text_.find(name) == std::string::npos) {
        text_ += "<linearGradient id=\"diverging\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">";
        text_ += "<stop class=\"negative\" offset=\"0\"/><stop class=\"negative\" offset=\".5\" stop-opacity=\"0\"/>";
        text_ += "<stop class=\"positive\" offset=\".5\" stop-opacity=\"0\"/><stop class=\"positive\" offset=\"1\"/>";
        text_ += "</linearGradient>\n";
    }
    text_ += "<rect" + place("x", "y", corner) + size(width, height) + attribute("fill", "url(#diverging)") + "/>\n";
    rectangle(corner, width, height, "axis");
}

}  // namespace tools

// SPDX-License-Identifier: MIT
/// @file
/// A figure read back: its elements, and where its texts stand.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tools/labels.hpp"

namespace picture {

/// The value of an attribute of an element; empty where it has none.
inline std::string attribute(std::string const& element, std::string const& name) {
    std::size_t const begin = element.find(" " + name + "=\"");
    if (begin == std::string::npos) {
        return "";
    }
    std::size_t const value = begin + name.size() + 3;
    return element.substr(value, element.find('"', value) - value);
}

inline double number(std::string const& element, std::string const& name) {
    return std::strtod(attribute(element, name).c_str(), nullptr);
}

/// All elements of a name, each with its text and without its end: `<text x="1">words`.
inline std::vector<std::string> elements(std::string const& svg, std::string const& name) {
    std::vector<std::string> result;
    for (std::size_t at = svg.find("<" + name); at != std::string::npos; at = svg.find("<" + name, at + 1)) {
        char const after = svg[at + name.size() + 1];
        if (after == ' ' || after == '>') {
            std::size_t const close = svg.find('>', at);
            bool const is_empty = svg[close - 1] == '/';
            result.push_back(svg.substr(at, (is_empty ? close : svg.find('<', close)) - at));
        }
    }
    return result;
}

inline bool has_class(std::string const& element, std::string const& name) {
    return (" " + attribute(element, "class") + " ").find(" " + name + " ") != std::string::npos;
}

inline std::string words(std::string const& element) {
    return element.substr(element.find('>') + 1);
}

inline std::vector<std::string> texts(std::string const& svg, std::string const& of_class = "") {
    std::vector<std::string> result;
    for (std::string const& element : elements(svg, "text")) {
        if (of_class.empty() || has_class(element, of_class)) {
            result.push_back(words(element));
        }
    }
    return result;
}

/// How often a figure shows a text.
inline int count_of(std::string const& svg, std::string const& text) {
    int count = 0;
    for (std::string const& shown : texts(svg)) {
        count += shown == text ? 1 : 0;
    }
    return count;
}

struct Box {
    double left, top, right, bottom;
    std::string text;
};

/// What a text covers, by tools::width_of; nobody turns one.
inline Box box_of(std::string const& element) {
    double const size = has_class(element, "title")                                ? tools::title_size
                        : has_class(element, "note") || has_class(element, "tick") ? tools::small_size
                        : has_class(element, "cell")                               ? tools::cell_size
                                                                                   : tools::text_size;
    double const width = tools::width_of(words(element), size);
    double const x = number(element, "x");
    double const left = has_class(element, "end")                                    ? x - width
                        : has_class(element, "middle") || has_class(element, "cell") ? x - width / 2
                                                                                     : x;
    double const base = number(element, "y");
    return {left, base - 0.75 * size, left + width, base + 0.2 * size, words(element)};
}

/// Texts that cover each other or leave the figure: a sentence for each.
inline std::vector<std::string> collisions(std::string const& svg) {
    std::vector<std::string> result;
    std::vector<Box> boxes;
    std::string const root = elements(svg, "svg").front();
    for (std::string const& element : elements(svg, "text")) {
        Box const box = box_of(element);
        if (box.left < 0 || box.right > number(root, "width") || box.top < 0 || box.bottom > number(root, "height")) {
            result.push_back("'" + box.text + "' leaves the figure");
        }
        for (Box const& other : boxes) {
            if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) {
                result.push_back("'" + box.text + "' covers '" + other.text + "'");
            }
        }
        boxes.push_back(box);
    }
    return result;
}

}  // namespace picture

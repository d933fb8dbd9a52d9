// SPDX-License-Identifier: MIT
#include "tools/labels.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace tools {
namespace {

constexpr double first_base = 30;
constexpr double title_line = 23;
constexpr double note_line = 20;
constexpr double bold = 1.05;  // is so much wider

/// Labels that touch each other. `sum` is of the places where each would have the upper edge of the block.
struct Block {
    std::size_t count;
    double height;
    double sum;

    [[nodiscard]] double top(double least, double greatest) const {
        return std::max(least, std::min(sum / static_cast<double>(count), greatest - height));
    }
};

}  // namespace

double width_of(std::string const& text, double size) {
    return 0.57 * size * static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) {
               return (static_cast<unsigned>(c) >> 6 & 3) != 2;  // bytes that continue a character of UTF-8 are none
           }));
}

std::vector<std::string> wrapped(std::string const& text, double width, double size) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t const end = std::min(text.find(' ', begin), text.size());
        std::string const word = text.substr(begin, end - begin);
        if (!word.empty() && !lines.empty() && width_of(lines.back() + " " + word, size) <= width) {
            lines.back() += " " + word;
        } else if (!word.empty()) {
            lines.push_back(word);
        }
        begin = end + 1;
    }
    return lines;
}

std::vector<double> moved_apart(std::vector<double> const& middles, std::vector<double> const& heights, double least,
                                double greatest) {
    std::vector<std::size_t> order(middles.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return middles[a] < middles[b]; });
    std::vector<Block> blocks;
    for (std::size_t const label : order) {
        Block block{1, heights[label], middles[label] - heights[label] / 2};
        while (!blocks.empty() &&
               blocks.back().top(least, greatest) + blocks.back().height > block.top(least, greatest)) {
            Block const& above = blocks.back();
            block.sum += above.sum - static_cast<double>(block.count) * above.height;
            block.count += above.count;
            block.height += above.height;
            blocks.pop_back();
        }
        blocks.push_back(block);
    }
    std::vector<double> result(middles.size());
    auto label = order.begin();
    for (Block const& block : blocks) {
        double top = block.top(least, greatest);
        for (std::size_t i = 0; i < block.count; ++i, ++label) {
            result[*label] = top + heights[*label] / 2;
            top += heights[*label];
        }
    }
    return result;
}

Heading::Heading(std::string const& title, std::string const& note)
    : title_(wrapped(title, figure_width - 2 * figure_margin, bold * title_size)),
      note_(wrapped(note, figure_width - 2 * figure_margin, small_size)) {}

double Heading::bottom() const {
    return first_base + title_line * static_cast<double>(title_.size()) - title_line +
           note_line * static_cast<double>(note_.size()) + 6;
}

void Heading::draw(Svg& svg) const {
    double base = first_base;
    for (std::string const& line : title_) {
        svg.text({figure_margin, base}, "title", line);
        base += title_line;
    }
    base -= title_line;
    for (std::string const& line : note_) {
        svg.text({figure_margin, base += note_line}, "note", line);
    }
}

}  // namespace tools

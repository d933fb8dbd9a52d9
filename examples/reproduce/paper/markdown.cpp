// SPDX-License-Identifier: MIT
#include "paper/markdown.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace paper {
namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::string trimmed(std::string const& text) {
    auto const begin = text.find_first_not_of(" \t\r");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::string link(std::string const& name, std::string const& target) {
    return target.starts_with("https://") || target.starts_with("http://")
               ? "<a href=\"" + literal(target) + "\">" + name + "</a>"
               : name;
}

/// What stands between two marks becomes an element; a mark without its twin stays.
std::string inline_html(std::string const& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        std::string_view const rest = std::string_view(text).substr(at);
        if (rest.front() == '`') {
            auto const end = text.find('`', at + 1);
            if (end != std::string::npos) {
                result += "<code>" + literal(text.substr(at + 1, end - at - 1)) + "</code>";
                at = end + 1;
                continue;
            }
        }
        bool const is_strong = rest.starts_with("**");
        if (is_strong || (rest.front() == '*' && rest.size() > 1 && rest[1] != ' ')) {
            std::string const mark = is_strong ? "**" : "*";
            auto const end = text.find(mark, at + mark.size());
            if (end != std::string::npos && end > at + mark.size()) {
                std::string const element = is_strong ? "strong" : "em";
                result.append("<").append(element).append(">");
                result.append(inline_html(text.substr(at + mark.size(), end - at - mark.size())));
                result.append("</").append(element).append(">");
                at = end + mark.size();
                continue;
            }
        }
        if (rest.front() == '[') {
            auto const close = text.find(']', at);
            if (close != std::string::npos && close + 1 < text.size() && text[close + 1] == '(') {
                auto const end = text.find(')', close);
                if (end != std::string::npos) {
                    result +=
                        link(inline_html(text.substr(at + 1, close - at - 1)), text.substr(close + 2, end - close - 2));
                    at = end + 1;
                    continue;
                }
            }
        }
        result += literal(text.substr(at, 1));
        ++at;
    }
    return result;
}

/// The cells of a row; "\|", and a bar within code, are no borders.
std::vector<std::string> cells_of(std::string const& row) {
    std::vector<std::string> cells;
    std::string cell;
    bool is_code = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        is_code = row[i] == '`' ? !is_code : is_code;
        if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
            cell += row[++i];
        } else if (row[i] == '|' && !is_code) {
            cells.push_back(trimmed(cell));
            cell.clear();
        } else {
            cell += row[i];
        }
    }
    cells.push_back(trimmed(cell));
    cells.erase(cells.begin());  // before the first border, behind the last
    if (!cells.empty()) {
        cells.pop_back();
    }
    return cells;
}

bool is_rule_of_table(std::string const& line) {
    return line.starts_with('|') && line.find('-') != std::string::npos &&
           line.find_first_not_of("|-: ") == std::string::npos;
}

std::string row_html(std::string const& row, char const* cell) {
    std::string result = "<tr>";
    for (std::string const& text : cells_of(row)) {
        result += std::string("<") + cell + ">" + inline_html(text) + "</" + cell + ">";
    }
    return result + "</tr>\n";
}

class Document {
  public:
    Document(std::string const& text, int deeper) : lines_(lines_of(text)), deeper_(deeper) {}

    std::string html() {
        while (at_ < lines_.size()) {
            block();
        }
        return html_;
    }

  private:
    void block() {
        std::string const& line = lines_[at_];
        if (trimmed(line).empty()) {
            ++at_;
        } else if (line.starts_with("```")) {
            fenced();
        } else if (line.starts_with("    ")) {
            indented();
        } else if (line.starts_with('#')) {
            heading();
        } else if (line.starts_with('|') && at_ + 1 < lines_.size() && is_rule_of_table(lines_[at_ + 1])) {
            table();
        } else if (line.starts_with("- ")) {
            list();
        } else {
            html_ += "<p>" + inline_html(paragraph(lines_[at_++])) + "</p>\n";
        }
    }

    /// The lines that go on with the one before.
    std::string paragraph(std::string text) {
        while (at_ < lines_.size() && !trimmed(lines_[at_]).empty() && !lines_[at_].starts_with("- ") &&
               !lines_[at_].starts_with('#') && !lines_[at_].starts_with('|') && !lines_[at_].starts_with("```")) {
            text += " " + trimmed(lines_[at_++]);
        }
        return text;
    }

    void fenced() {
        std::string code;
        for (++at_; at_ < lines_.size() && !lines_[at_].starts_with("```"); ++at_) {
            code += lines_[at_] + "\n";
        }
        ++at_;
        html_ += "<pre><code>" + literal(code) + "</code></pre>\n";
    }

    void indented() {
        std::string code;
        for (; at_ < lines_.size() && lines_[at_].starts_with("    "); ++at_) {
            code += lines_[at_].substr(4) + "\n";
        }
        html_ += "<pre><code>" + literal(code) + "</code></pre>\n";
    }

    void heading() {
        std::string const& line = lines_[at_++];
        auto const marks = line.find_first_not_of('#');
        int const level = std::min(6, static_cast<int>(std::min(marks, line.size())) + deeper_);
        std::string const element = "h" + std::to_string(level);
        html_ += "<" + element + ">" + inline_html(trimmed(line.substr(std::min(marks, line.size())))) + "</" +
                 element + ">\n";
    }

    void table() {
        html_ += "<div class=\"wide\"><table>\n<thead>" + row_html(lines_[at_], "th") + "</thead>\n<tbody>\n";
        for (at_ += 2; at_ < lines_.size() && lines_[at_].starts_with('|'); ++at_) {
            html_ += row_html(lines_[at_], "td");
        }
        html_ += "</tbody></table></div>\n";
    }

    void list() {
        html_ += "<ul>\n";
        while (at_ < lines_.size() && lines_[at_].starts_with("- ")) {
            std::string const first = lines_[at_++].substr(2);
            html_ += "<li>" + inline_html(paragraph(first)) + "</li>\n";
        }
        html_ += "</ul>\n";
    }

    std::vector<std::string> lines_;
    int deeper_;
    std::size_t at_ = 0;
    std::string html_{};
};

}  // namespace

std::string literal(std::string const& text) {
    std::string result;
    for (char const c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string html_of_markdown(std::string const& text, int deeper) {
    return Document(text, deeper).html();
}

}  // namespace paper

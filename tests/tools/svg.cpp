// SPDX-License-Identifier: MIT
// A figure can stand in a page beside others: what it names and how it looks is its own.
#include "tools/svg.hpp"

#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "picture.hpp"

namespace {

using namespace picture;

std::string drawn(std::string const& title, double end) {
    tools::Svg svg(200, title, "A line <1> & more.");
    svg.begin_clipped({0, 0}, 100, 100);
    svg.line({0, 0}, {end, 10}, "line c0");
    svg.end_clipped();
    svg.begin_clipped({0, 0}, 50, 50);
    svg.end_clipped();
    svg.colour_bar({0, 0}, 10, 10);
    svg.colour_bar({20, 0}, 10, 10);
    svg.text({0, 20}, "title", "\1 a < b & \"c\"");
    return svg.finished(100);
}

std::string id_of(std::string const& svg) {
    return attribute(elements(svg, "svg").front(), "id");
}

/// All ids of a figure.
std::vector<std::string> ids(std::string const& svg) {
    std::vector<std::string> result;
    for (std::size_t at = svg.find(" id=\""); at != std::string::npos; at = svg.find(" id=\"", at + 1)) {
        result.push_back(svg.substr(at + 5, svg.find('"', at + 5) - at - 5));
    }
    return result;
}

}  // namespace

TEST_CASE("ids of a figure are its own, and each is there once") {
    std::string const svg = drawn("one", 10);
    std::set<std::string> const all = [&] {
        auto const list = ids(svg);
        std::set<std::string> result(list.begin(), list.end());
        CHECK(result.size() == list.size());
        return result;
    }();
    CHECK(all.size() == 6);  // of the figure, its title, its description, two clips, one colour bar for both
    for (std::string const& id : all) {
        CHECK(id.starts_with(id_of(svg)));
    }
    for (std::size_t at = svg.find("url(#"); at != std::string::npos; at = svg.find("url(#", at + 1)) {
        CHECK(all.contains(svg.substr(at + 5, svg.find(')', at) - at - 5)));
    }
}

TEST_CASE("figures that differ anywhere have other ids, and the same figure has the same") {
    CHECK(id_of(drawn("one", 10)) == id_of(drawn("one", 10)));
    CHECK(id_of(drawn("one", 10)) != id_of(drawn("two", 10)));
    CHECK(id_of(drawn("one", 10)) != id_of(drawn("one", 11)));
}

TEST_CASE("every rule of the style sheet is of this figure") {
    std::string const svg = drawn("one", 10);
    std::size_t const begin = svg.find("<style>\n") + 8;
    std::string const style = svg.substr(begin, svg.find("</style>") - begin);
    int rules = 0;
    for (std::size_t at = 0; at < style.size(); at = style.find('\n', at) + 1) {
        std::string const line = style.substr(at, style.find('\n', at) - at);
        if (line != "}" && line != "@media(prefers-color-scheme:dark){") {
            CHECK(line.starts_with("#" + id_of(svg)));
            CHECK(line.ends_with("}"));
            ++rules;
        }
    }
    CHECK(rules > 40);
    CHECK(style.find("@media(prefers-color-scheme:dark){\n#") != std::string::npos);
}

TEST_CASE("a figure is as wide as there is room, and says what it shows to those who do not see it") {
    std::string const svg = drawn("one", 10);
    CHECK(svg.starts_with("<svg "));  // no declaration of XML, which a page does not allow within it
    std::string const root = elements(svg, "svg").front();
    CHECK(attribute(root, "viewBox") == "0 0 200 100");
    CHECK(attribute(root, "role") == "img");
    CHECK(svg.find("#" + id_of(svg) + "{max-width:100%;height:auto}") != std::string::npos);
    CHECK(attribute(root, "aria-labelledby") == id_of(svg) + "_title " + id_of(svg) + "_desc");
    CHECK(words(elements(svg, "title").front()) == "one");
    CHECK(words(elements(svg, "desc").front()) == "A line &lt;1&gt; &amp; more.");
}

TEST_CASE("texts are literal, and no character in them is markup or a mark of ours") {
    CHECK(texts(drawn("one", 10), "title").front() == "  a &lt; b &amp; \"c\"");
}

TEST_CASE("what is no UTF-8 becomes a sign for it, and what is stays") {
    auto const title = [](std::string const& text) {
        tools::Svg svg(200, "a figure", "and what it shows");
        svg.text({0, 20}, "title", text);
        return texts(svg.finished(100), "title").front();
    };
    CHECK(title("H\xf6he") == "H\xef\xbf\xbdhe");
    CHECK(title("H\xc3\xb6he \xe2\x82\xac \xf0\x9f\x98\x80") == "H\xc3\xb6he \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK(title("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd");  // a slash, written too long
    CHECK(title("\xed\xa0\x80").size() == 9);                // half of a pair
    CHECK(title("\xef\xbf\xbf").size() == 9);                // which XML forbids
    CHECK(title("end \xc3") == "end \xef\xbf\xbd");
}

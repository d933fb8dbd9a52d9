// SPDX-License-Identifier: MIT
// From the Markdown of the documents to HTML.
#include "paper/markdown.hpp"

#include "catch.hpp"

using namespace paper;

TEST_CASE("what stands in a document is text, and not markup of the page", "[markdown]") {
    CHECK(literal("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d");
    CHECK(html_of_markdown("1 < 2 <script>x</script>", 0) == "<p>1 &lt; 2 &lt;script&gt;x&lt;/script&gt;</p>\n");
    CHECK(html_of_markdown("`Matrix<Number>`", 0) == "<p><code>Matrix&lt;Number&gt;</code></p>\n");
}

TEST_CASE("headings go down, paragraphs take several lines", "[markdown]") {
    CHECK(html_of_markdown("# One\n\nfirst\nsecond\n\n## Two\n", 1) ==
          "<h2>One</h2>\n<p>first second</p>\n<h3>Two</h3>\n");
    CHECK(html_of_markdown("###### Six", 3) == "<h6>Six</h6>\n");
}

TEST_CASE("strong, emphasis, links", "[markdown]") {
    CHECK(html_of_markdown("a **b c** *d* 2 * 3", 0) == "<p>a <strong>b c</strong> <em>d</em> 2 * 3</p>\n");
    CHECK(html_of_markdown("[x](https://example.org/?a&b)", 0) ==
          "<p><a href=\"https://example.org/?a&amp;b\">x</a></p>\n");
    CHECK(html_of_markdown("[task/x.hpp](../include/x.hpp)", 0) ==
          "<p>task/x.hpp</p>\n");  // no link that dies with the place
    CHECK(html_of_markdown("[vonOswald2023] and ** alone", 0) == "<p>[vonOswald2023] and ** alone</p>\n");
}

TEST_CASE("tables, lists, code", "[markdown]") {
    CHECK(html_of_markdown("| a | b |\n|---|---|\n| `x|y` | \\| |\n| | 2 |\n", 0) ==
          "<div class=\"wide\"><table>\n<thead><tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n"
          "<tr><td><code>x|y</code></td><td>|</td></tr>\n<tr><td></td><td>2</td></tr>\n</tbody></table></div>\n");
    CHECK(html_of_markdown("- a\n  goes on\n- b\n", 0) == "<ul>\n<li>a goes on</li>\n<li>b</li>\n</ul>\n");
    CHECK(html_of_markdown("    x < y\n    z\n", 0) == "<pre><code>x &lt; y\nz\n</code></pre>\n");
    CHECK(html_of_markdown("```cpp\n# a\n```\nb", 0) == "<pre><code># a\n</code></pre>\n<p>b</p>\n");
    CHECK(html_of_markdown("", 0).empty());
    CHECK(html_of_markdown("```\nnever closed", 0) == "<pre><code>never closed\n</code></pre>\n");
}

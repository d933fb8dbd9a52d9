// SPDX-License-Identifier: MIT
/// @file
/// The part of Markdown that this repository's documents use, as HTML: headings, paragraphs, lists, tables, indented and fenced
/// code, `code`, **strong**, *emphasis*, links.
#pragma once

#include <string>

namespace paper {

/// Text as HTML, in which nothing is markup.
[[nodiscard]] std::string literal(std::string const& text);

/// The HTML of a document, with headings `deeper` levels below their own. A link to another file of the repository becomes its
/// name, because the page may stand anywhere; a link to the web stays.
[[nodiscard]] std::string html_of_markdown(std::string const& text, int deeper);

}  // namespace paper

// SPDX-License-Identifier: MIT
#include "paper/page.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "paper/markdown.hpp"
#include "paper/theorems.hpp"
#include "paper/verdict.hpp"
#include "tools/json_reader.hpp"
#include "tools/progress.hpp"
#include "tools/record.hpp"
#include "tools/text_file.hpp"

namespace paper {
namespace {

constexpr char const* style = R"(
:root{color-scheme:light dark;--ink:#1b1b1b;--faint:#5a5a5a;--paper:#fff;--rule:#d5d5d5;--shade:#f4f4f2;--link:#0a58a5;
--good:#0b6b3a;--near:#7a5a00;--bad:#a11b1b;--none:#5a5a5a}
@media(prefers-color-scheme:dark){:root{--ink:#d6dbe1;--faint:#9aa4ae;--paper:#0d1117;--rule:#30363d;--shade:#161b22;--link:#6cb6ff;
--good:#56d38a;--near:#e3b341;--bad:#ff7b72;--none:#9aa4ae}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1rem 1.2rem 4rem;font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;
color:var(--ink);background:var(--paper);overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2;margin:.6rem 0}h2{font-size:1.35rem;margin:2.6rem 0 .6rem;border-bottom:1px solid var(--rule);padding-bottom:.2rem}
h3{font-size:1.08rem;margin:1.6rem 0 .3rem}p,ul{max-width:46rem}a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
pre{background:var(--shade);padding:.7rem .9rem;white-space:pre-wrap;border-radius:4px}td code,p code,li code{overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th{text-align:left;font-weight:600}
th,td{padding:.35rem .6rem .35rem 0;vertical-align:top;border-bottom:1px solid var(--rule)}
.claims{width:100%}.claims .part td{border-bottom:2px solid var(--rule);padding-top:1.3rem;font-weight:600}
.small{color:var(--faint);font-size:.86em}.number{font-variant-numeric:tabular-nums}
.verdict{font-weight:600;white-space:nowrap}.equals{color:var(--good)}.within{color:var(--near)}.differs,.failed{color:var(--bad)}
.not_stated,.not_run{color:var(--none)}
.counts{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;padding:0;margin:.8rem 0;list-style:none}
figure{margin:1.4rem 0 2rem}figcaption{max-width:46rem;margin-bottom:.4rem}figure svg{display:block;width:100%;max-width:52rem;height:auto}
.larger,.larger+label{display:none}
@media(max-width:46rem){
.larger+label{display:inline-block;margin-bottom:.4rem;padding:.1rem .6rem;border:1px solid var(--rule);border-radius:4px;color:var(--link)}
.larger{display:inline;position:absolute;opacity:0}.larger:focus-visible+label{outline:2px solid var(--link)}
.larger:checked+label{background:var(--shade)}
.drawn{overflow-x:auto}.larger:checked~.drawn svg{width:720px;max-width:none!important}
.claims thead{display:none}.claims,.claims tbody,.claims tr,.claims td{display:block;width:100%}
.claims tr{border-bottom:1px solid var(--rule);padding:.6rem 0}.claims td{border:0;padding:.05rem 0}
.claims td[data-name]::before{content:attr(data-name) " ";color:var(--faint)}
table{font-size:.95rem}}
@media print{body{max-width:none;padding:0;font-size:10pt}figure,.claims tr{break-inside:avoid}a{color:inherit}}
)";

/// "not stated" as the name of a class.
std::string class_of(Verdict verdict) {
    std::string name = text_of(verdict);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

std::string text_of(Source source) {
    switch (source) {
        case Source::text:
            return "text";
        case Source::plot:
            return "read off the plot";
        case Source::code:
            return "printed by its code";
        case Source::not_stated:
            break;
    }
    return "not stated";
}

/// The place of a figure in the page.
std::string place_of(std::string const& experiment, std::string const& drawing) {
    return "figure_" + experiment + "_" + drawing.substr(0, drawing.find('.'));
}

// ------------------------------------------------------------------------------------------------------ experiments ----

/// What an experiment has left, or why there is nothing.
struct Found {
    RunState state{};
    std::optional<Results> results{};
    std::string failure{};  // of reading
};

std::map<std::string, Found> found_in(RunOptions const& options) {
    std::map<std::string, Found> all;
    for (Experiment const& experiment : experiments()) {
        Found& found = all[experiment.name];
        found.state = state_of(experiment, options);
        if (found.state.stage == Stage::finished) {
            try {
                found.results.emplace(options.directory_of(experiment));
                found.failure = found.results->mismatch(
                    experiment.program, {.arguments = found.state.arguments, .parameters = found.state.parameters},
                    experiment.name);
            } catch (std::exception const& error) {
                found.failure = error.what();
            }
        } else if (found.state.stage == Stage::failed || found.state.stage == Stage::other) {
            found.failure = found.state.failure;
        }
        if (!found.failure.empty()) {
            found.results.reset();
        }
    }
    return all;
}

Experiment const& experiment_of(Claim const& claim) {
    return *std::find_if(experiments().begin(), experiments().end(),
                         [&](Experiment const& experiment) { return experiment.name == claim.experiment; });
}

/// A claim, measured.
struct Row {
    Claim const* claim;
    std::optional<Ours> ours{};
    Verdict verdict = Verdict::not_run;
    std::string failure{};
};

std::vector<Row> rows_of(std::map<std::string, Found> const& all) {
    std::vector<Row> rows;
    for (Claim const& claim : claims()) {
        Found const& found = all.at(claim.experiment);
        Row row{.claim = &claim};
        row.failure = found.failure;
        if (found.results) {
            try {
                row.ours = claim.measure(*found.results);
                if (!std::isfinite(row.ours->mean) && !row.ours->is_never) {
                    throw std::runtime_error("what is measured is not a number");
                }
            } catch (std::exception const& error) {
                row.failure = error.what();
            }
        }
        row.verdict = row.failure.empty() ? verdict_of(claim, row.ours) : Verdict::failed;
        rows.push_back(row);
    }
    return rows;
}

// ------------------------------------------------------------------------------------------------------------- parts ----

std::string cell(std::string const& name, std::string const& html, std::string const& classes = "") {
    return "<td" + (name.empty() ? "" : " data-name=\"" + name + ":\"") +
           (classes.empty() ? "" : " class=\"" + classes + "\"") + ">" + html + "</td>";
}

/// Why a row differs: what the table says, or that a quick run is short, or that nobody knows.
std::string why(Row const& row, Experiment const& experiment, RunOptions const& options) {
    if (row.verdict == Verdict::failed) {
        return row.failure;
    }
    if (row.verdict != Verdict::differs) {
        return "";
    }
    if (!options.full && experiment.seconds_quick < experiment.seconds_full) {
        return "A quick run: shorter than the paper's." +
               (row.claim->why.empty() ? "" : " What is known of the full run: " + row.claim->why);
    }
    return row.claim->why.empty() ? "Nobody knows why yet." : row.claim->why;
}

/// Of how many runs a number is, and what a median hides.
std::string runs_text(Ours const& ours, Claim const& claim, Found const& found) {
    if (ours.seeds > 1) {
        return "; mean ± deviation of " + std::to_string(ours.seeds) + " seeds";
    }
    if (ours.median_of > 1) {
        return "; the median of " + std::to_string(ours.median_of) + " runs, of which the worst has " +
               text_of(Ours{.mean = ours.worst}, claim);
    }
    nlohmann::ordered_json::json_pointer const seeds("/parameters/seeds");
    auto const& record = found.results->record();
    return record.contains(seeds) && record.at(seeds) == 1 ? "; one seed" : "";
}

/// How long it took, beside what else the machine did, and how long it takes on an idle one.
std::string seconds_text(Found const& found, Experiment const& experiment, RunOptions const& options) {
    std::string text = "wall time of this run";
    if (found.state.processor_seconds > 0) {
        text += ", with " + tools::duration_text(found.state.processor_seconds) + " of processor time";
    }
    return text + "; the machine of reference, idle, takes about " +
           tools::duration_text(options.reference_seconds(experiment));
}

std::string row_html(Row const& row, Found const& found, RunOptions const& options,
                     std::set<std::string> const& drawn) {
    Claim const& claim = *row.claim;
    Experiment const& experiment = experiment_of(claim);
    std::string says = literal(claim.says);
    std::string links;
    std::string const place = place_of(claim.experiment, claim.drawing);
    if (drawn.contains(place)) {
        links += "<a href=\"#" + place + "\">figure</a> ";
    }
    if (!claim.theorem.empty()) {
        links += "<a href=\"#theorem_" + claim.theorem + "\">theorem</a>";
    }
    std::string paper = literal(claim.paper);
    if (claim.source != Source::not_stated) {
        paper += "<div class=\"small\">" + text_of(claim.source) + "</div>";
    } else {
        paper = "not stated<div class=\"small\">" + paper + "</div>";
    }
    std::string ours = "–";
    if (row.ours) {
        ours = text_of(*row.ours, claim) + "<div class=\"small\">" + literal(claim.measured) +
               literal(runs_text(*row.ours, claim, found)) + "</div>";
        if (!claim.beside.empty()) {
            ours += "<div class=\"small\">" + literal(claim.beside) + "</div>";
        }
    }
    std::string verdict = "<span class=\"verdict " + class_of(row.verdict) + "\">" + text_of(row.verdict) + "</span>";
    if (claim.source != Source::not_stated) {
        verdict += "<div class=\"small\">equals: " + text_of(claim.equals, claim) +
                   "; within: " + text_of(claim.within, claim) + "</div>";
    }
    if (std::string const reason = why(row, experiment, options); !reason.empty()) {
        verdict += "<div class=\"small\">" + literal(reason) + "</div>";
    }
    bool const has_run = found.state.seconds > 0;
    std::string const seconds = has_run ? tools::duration_text(found.state.seconds) : "–";
    return "<tr>" + cell("figure", literal(claim.figure)) + cell("", says + " " + links) + cell("paper", paper) +
           cell("here", ours, "number") + cell("", verdict) +
           cell("",
                seconds +
                    (has_run ? "<div class=\"small\">" + seconds_text(found, experiment, options) + "</div>" : "") +
                    "<div class=\"small\"><code>" + literal(command_of(experiment, options, found.state)) +
                    "</code></div>",
                "number") +
           "</tr>\n";
}

std::string counts_html(std::vector<Row> const& rows) {
    std::string html = "<ul class=\"counts\">\n";
    for (Verdict const verdict :
         {Verdict::equals, Verdict::within, Verdict::differs, Verdict::not_stated, Verdict::not_run, Verdict::failed}) {
        auto const count =
            std::count_if(rows.begin(), rows.end(), [&](Row const& row) { return row.verdict == verdict; });
        if (count > 0) {
            html += "<li><strong>" + std::to_string(count) + "</strong> <span class=\"" + class_of(verdict) + "\">" +
                    text_of(verdict) + "</span></li>\n";
        }
    }
    return html + "</ul>\n";
}

std::string machine_html(std::map<std::string, Found> const& all, RunOptions const& options) {
    std::string const trained_by = "trained by other builds";  // whose results were only evaluated by these
    std::map<std::string, std::set<std::string>> said;
    double seconds = 0;
    double reference = 0;
    for (Experiment const& experiment : experiments()) {
        reference += all.at(experiment.name).state.seconds > 0 ? options.reference_seconds(experiment) : 0;
    }
    for (auto const& [name, found] : all) {
        seconds += found.state.seconds;
        if (!found.results) {
            continue;
        }
        auto const& record = found.results->record();
        auto const text = [&](char const* member) {
            return record.contains(member) && record[member].is_string() ? record[member].get<std::string>() : "";
        };
        said["compiler"].insert(text("compiler") + ", " + text("flags"));
        said["version of incontext"].insert(text("version"));
        if (record.contains("trained_by") && record["trained_by"].is_array()) {
            for (auto const& build : record["trained_by"]) {
                said[trained_by].insert(name + " by " + (build.is_string() ? build.get<std::string>() : "?"));
            }
        }
        auto const number_at = [&](char const* place) {
            nlohmann::ordered_json::json_pointer const pointer(place);
            return record.contains(pointer) ? record.at(pointer).dump() : "?";
        };
        nlohmann::ordered_json::json_pointer const cpu("/hardware/cpu");
        said["machine"].insert(
            (record.contains(cpu) && record.at(cpu).is_string() ? record.at(cpu).get<std::string>() : "?") + ", " +
            number_at("/hardware/threads") + " hardware threads");
        said["threads"].insert(number_at("/parameters/threads"));
        said["dates"].insert(text("date").substr(0, 10));
    }
    std::string html = "<table>\n";
    for (std::string const& name :
         std::vector<std::string>{"machine", "compiler", "version of incontext", trained_by, "threads", "dates"}) {
        if (name == trained_by && said[name].empty()) {
            continue;
        }
        std::string list;
        for (std::string const& text : said[name]) {
            list += (list.empty() ? "" : "; ") + text;
        }
        html += "<tr><th>" + name + "</th><td>" + literal(list.empty() ? "–" : list) + "</td></tr>\n";
    }
    html += "<tr><th>total time</th><td>" + tools::duration_text(seconds) +
            ", without compiling: wall time of the processes, beside whatever else the machine did; the machine of "
            "reference, "
            "idle, takes about " +
            tools::duration_text(reference) + ": two threads of an AMD EPYC (AVX-512), g++ 12</td></tr>\n";
    html += std::string("<tr><th>kind of run</th><td>") +
            (options.full ? "full: the paper's own settings"
                          : "quick: fewer steps and smaller batches than the paper's, so that some rows differ") +
            "</td></tr>\n";
    return html + "</table>\n";
}

std::string theorems_html(std::filesystem::path const& repository) {
    std::string html;
    for (Theorem const& theorem : theorems()) {
        Excerpt const excerpt = excerpt_of(theorem, repository);
        html += "<h3 id=\"theorem_" + theorem.name + "\">" + literal(theorem.title) + "</h3>\n<p>" +
                literal(theorem.says) + "</p>\n<pre><code>" + literal(excerpt.text) +
                "</code></pre>\n<p class=\"small\">" + literal(theorem.file) + ", line " +
                std::to_string(excerpt.line) + "</p>\n";
    }
    return html;
}

/// The figure without what only a file of its own needs.
std::string inlined(std::string const& svg) {
    auto const begin = svg.find("<svg");
    if (begin == std::string::npos) {
        return "";
    }
    std::string result = svg.substr(begin);
    return result;
}

struct Drawn {
    std::string html{};
    std::set<std::string> places{};
};

Drawn figures_html(std::map<std::string, Found> const& all, RunOptions const& options) {
    Drawn drawn;
    for (Experiment const& experiment : experiments()) {
        if (!all.at(experiment.name).results) {
            continue;
        }
        drawn.html += "<h3>" + literal(experiment.name) + "</h3>\n";
        for (Drawing const& drawing : experiment.drawings) {
            std::string svg;
            try {
                svg = tools::text_of_file(options.directory_of(experiment) / drawing.file);
            } catch (std::exception const&) {
                drawn.html += "<p>The run has no figure " + literal(drawing.file) + " that can be read.</p>\n";
                continue;
            }
            std::string const place = place_of(experiment.name, drawing.file);
            // On a narrow screen all of it is seen first, with small letters; enlarged, it is wider than the screen.
            std::string& html = drawn.html;
            html += "<figure id=\"" + place + "\">\n<figcaption>" + literal(drawing.caption) + "</figcaption>\n";
            html += "<input type=\"checkbox\" class=\"larger\" id=\"larger_" + place + "\">";
            html += "<label for=\"larger_" + place + "\">enlarge, then swipe sideways</label>\n";
            html += "<div class=\"drawn\">" + inlined(svg) + "</div></figure>\n";
            drawn.places.insert(place);
        }
    }
    return drawn;
}

/// "Figure 2": claims of one figure stand together.
std::string part_of(std::string const& figure) {
    auto const number = figure.find_first_not_of("0123456789");
    std::string const digits = figure.substr(0, number);
    return digits.empty() ? "Not in a figure: the paper's code" : "Figure " + digits;
}

constexpr char const* introduction =
    "<p>A transformer reads a few examples and answers for a new one, without changing its weights. The paper shows "
    "that one layer "
    "of linear self-attention can do this by a step of gradient descent on the examples, and that training finds "
    "weights that do. "
    "Deeper models learn a better rule, which also changes the inputs. With MLPs, softmax and a copying layer the same "
    "holds for curves "
    "and for plain tokens. Each row below is one of the paper's claims: its value, ours, a verdict that a program "
    "computes from a stated "
    "tolerance, and the command that makes the row.</p>\n";

}  // namespace

PageText page_of(RunOptions const& options, std::filesystem::path const& repository) {
    auto const all = found_in(options);
    auto const rows = rows_of(all);
    Drawn const drawn = figures_html(all, options);

    PageText page;
    auto const count = [&](Verdict verdict) {
        return static_cast<int>(
            std::count_if(rows.begin(), rows.end(), [&](Row const& row) { return row.verdict == verdict; }));
    };
    page.rows = static_cast<int>(rows.size());
    page.equal = count(Verdict::equals) + count(Verdict::within);
    page.different = count(Verdict::differs);
    page.not_stated = count(Verdict::not_stated);
    page.not_run = count(Verdict::not_run);
    page.failed = count(Verdict::failed);

    std::string& html = page.html;
    html +=
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>Transformers learn in-context by gradient descent: "
        "every claim, "
        "run here</title>\n<style>";
    html += style;
    html +=
        "</style>\n</head>\n<body>\n<h1>Transformers learn in-context by gradient descent: every claim, run "
        "here</h1>\n";
    html += introduction;
    html +=
        "<p class=\"small\">The paper: von Oswald, Niklasson, Randazzo, Sacramento, Mordvintsev, Zhmoginov, "
        "Vladymyrov, ICML 2023, "
        "<a href=\"https://arxiv.org/abs/2212.07677\">arXiv:2212.07677</a>. On this page: <a "
        "href=\"#claims\">claims</a>, "
        "<a href=\"#theorems\">theorems</a>, <a href=\"#figures\">figures</a>, <a href=\"#disagreements\">where paper, "
        "code and "
        "compiler disagree</a>.</p>\n";
    html += counts_html(rows);
    html += "<div class=\"wide\">" + machine_html(all, options) + "</div>\n";

    html +=
        "<h2 id=\"claims\">Claims</h2>\n<p class=\"small\">Losses are ½ mean squared errors on tasks that training has "
        "not "
        "seen, but where a row says otherwise: for linear regression as in training, with 10 examples of dimension 10, "
        "on the 10,000 evaluation "
        "tasks of the paper's code; for other sizes, inputs, targets and sine waves on tasks of their own. Times are "
        "those of the "
        "whole command, which several rows may share.</p>\n<table "
        "class=\"claims\">\n"
        "<thead><tr><th>figure</th><th>claim</th><th>paper</th><th>here</th><th>verdict</th><th>time, "
        "command</th></tr></thead>\n"
        "<tbody>\n";
    std::string part;
    for (Row const& row : rows) {
        if (part_of(row.claim->figure) != part) {
            part = part_of(row.claim->figure);
            html += "<tr class=\"part\"><td colspan=\"6\">" + part + "</td></tr>\n";
        }
        html += row_html(row, all.at(row.claim->experiment), options, drawn.places);
    }
    html +=
        "</tbody>\n</table>\n<h2 id=\"theorems\">Theorems</h2>\n<p>Each is a static_assert that the compiler has "
        "accepted. The operators of Prop. 1, of its K layers and of GD++ are those that ran, on other numbers. Those "
        "of the "
        "others are not: Prop. 2 has any map where sine waves have an MLP; Prop. 3 has three linear heads, where the "
        "copying "
        "experiment trains one head of softmax attention; and of two softmax heads only the first order is a "
        "step.</p>\n";
    html += theorems_html(repository);
    html += "<h2 id=\"figures\">Figures</h2>\n" + drawn.html;
    html += "<h2 id=\"disagreements\">Where paper, code and compiler disagree</h2>\n";
    std::string document = tools::text_of_file(repository / "docs" / "paper_and_code.md");
    if (document.starts_with("# ")) {
        document.erase(0, document.find('\n'));
    }
    html += html_of_markdown(document, 1);
    html += "</body>\n</html>\n";
    return page;
}

}  // namespace paper

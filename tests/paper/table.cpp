// SPDX-License-Identifier: MIT
// The table of claims: every row can be measured, judged and looked at.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "catch.hpp"
#include "paper/claims.hpp"
#include "paper/theorems.hpp"
#include "paper/verdict.hpp"

using namespace paper;

namespace {

/// How the paper's value begins where it is that two losses, or two numbers, are not the same.
constexpr char const* words_of_difference[] = {"below", "lower", "worse", "inferior", "better", "sooner", "fails"};

}  // namespace

TEST_CASE("at least forty claims, each with an experiment, a number, a figure and words", "[table]") {
    CHECK(claims().size() >= 40);
    for (Claim const& claim : claims()) {
        INFO(claim.figure << ": " << claim.says);
        auto const of = std::find_if(experiments().begin(), experiments().end(),
                                     [&](Experiment const& experiment) { return experiment.name == claim.experiment; });
        REQUIRE(of != experiments().end());
        CHECK(std::count_if(of->drawings.begin(), of->drawings.end(),
                            [&](Drawing const& drawing) { return drawing.file == claim.drawing; }) == 1);
        CHECK(claim.measure);
        CHECK(claim.says.ends_with('.'));
        CHECK_FALSE(claim.figure.empty());
        CHECK_FALSE(claim.paper.empty());
        CHECK_FALSE(claim.measured.empty());
        CHECK((claim.theorem.empty() || std::any_of(theorems().begin(), theorems().end(), [&](Theorem const& theorem) {
                   return theorem.name == claim.theorem;
               })));
    }
}

TEST_CASE("the narrow interval lies in the wide one, and a row can differ unless the paper states nothing", "[table]") {
    for (Claim const& claim : claims()) {
        INFO(claim.figure << ": " << claim.says);
        CHECK(claim.equals.least <= claim.equals.greatest);
        CHECK(claim.within.least <= claim.equals.least);
        CHECK(claim.equals.greatest <= claim.within.greatest);
        bool const can_differ = !(std::isinf(claim.within.least) && std::isinf(claim.within.greatest));
        CHECK(can_differ == (claim.source != Source::not_stated));
    }
}

TEST_CASE("a claim of a difference differs where there is none", "[table]") {
    for (Claim const& claim : claims()) {
        bool const is_of_difference = std::any_of(std::begin(words_of_difference), std::end(words_of_difference),
                                                  [&](char const* word) { return claim.paper.starts_with(word); });
        if (is_of_difference && claim.source != Source::not_stated) {
            INFO(claim.figure << ": " << claim.says);
            CHECK(verdict_of(claim, Ours{.mean = claim.unit == Unit::percent ? 0. : 1.}) == Verdict::differs);
        }
    }
}

TEST_CASE("experiments have names and commands of their own, and every one is read by a claim", "[table]") {
    std::set<std::string> names;
    for (Experiment const& experiment : experiments()) {
        INFO(experiment.name);
        CHECK(names.insert(experiment.name).second);
        CHECK(experiment.seconds_quick > 0);
        CHECK(experiment.seconds_full >= experiment.seconds_quick);
        CHECK(std::any_of(claims().begin(), claims().end(),
                          [&](Claim const& claim) { return claim.experiment == experiment.name; }));
    }
}

TEST_CASE("every theorem of the page stands in its file", "[table]") {
    for (Theorem const& theorem : theorems()) {
        INFO(theorem.name);
        Excerpt const excerpt = excerpt_of(theorem, REPRODUCE_REPOSITORY);
        CHECK(excerpt.line > 1);
        CHECK(excerpt.text.starts_with("static_assert("));
        CHECK(excerpt.text.ends_with(");"));
        // What is shown is one statement, and not the half of one.
        CHECK(std::count(excerpt.text.begin(), excerpt.text.end(), '(') ==
              std::count(excerpt.text.begin(), excerpt.text.end(), ')'));
    }
    CHECK_THROWS_WITH(
        excerpt_of({.name = "", .title = "", .says = "", .file = theorems().front().file, .statement = "no such thing"},
                   REPRODUCE_REPOSITORY),
        ContainsSubstring("has no static_assert(no such thing"));
}

TEST_CASE("a verdict follows from the number and the two intervals", "[table]") {
    Claim claim{.figure = "0",
                .says = "It is one.",
                .paper = "1",
                .source = Source::text,
                .experiment = "",
                .measure = {},
                .measured = "it",
                .equals = {.9, 1.1},
                .within = {.5, 1.5}};
    CHECK(verdict_of(claim, Ours{.mean = 1.1}) == Verdict::equals);
    CHECK(verdict_of(claim, Ours{.mean = 1.1001}) == Verdict::within);
    CHECK(verdict_of(claim, Ours{.mean = .5}) == Verdict::within);
    CHECK(verdict_of(claim, Ours{.mean = .4999}) == Verdict::differs);
    CHECK(verdict_of(claim, Ours{.mean = 1.6}) == Verdict::differs);
    CHECK(verdict_of(claim, std::nullopt) == Verdict::not_run);
    double const none = std::numeric_limits<double>::quiet_NaN();
    CHECK(verdict_of(claim, Ours{.mean = none}) == Verdict::differs);
    CHECK(text_of(Ours{.mean = none}, claim) == "never");
    claim.source = Source::not_stated;
    CHECK(verdict_of(claim, Ours{.mean = 1}) == Verdict::not_stated);
    CHECK(verdict_of(claim, std::nullopt) == Verdict::not_run);
}

TEST_CASE("numbers are shown with their sign, their unit and their deviation", "[table]") {
    Claim claim{.figure = "0",
                .says = "",
                .paper = "",
                .source = Source::text,
                .experiment = "",
                .measure = {},
                .measured = "",
                .unit = Unit::percent,
                .digits = 1,
                .equals = {-2, 2},
                .within = {-2, std::numeric_limits<double>::infinity()}};
    CHECK(text_of(Ours{.mean = 1.25}, claim) == "+1.2 %");
    CHECK(text_of(Ours{.mean = -.04}, claim) == "0.0 %");  // not −0.0
    CHECK(text_of(Ours{.mean = -1.5, .deviation = .25, .seeds = 5}, claim) == "−1.5 ± 0.2 %");
    CHECK(text_of(claim.equals, claim) == "−2 to 2 %");
    CHECK(text_of(claim.within, claim) == "−2 % or more");
    claim.digits = 0;
    CHECK(text_of(Ours{.mean = -98.9}, claim) == "−99 %");
    CHECK(text_of(Ours{.mean = -99.67}, claim) == "−99.7 %");  // −100 % would be nothing
    CHECK(text_of(Ours{.mean = -99.97}, claim) == "−99.97 %");
    CHECK(text_of(Ours{.mean = -100}, claim) == "−100 %");
    claim.unit = Unit::steps;
    CHECK(text_of(Ours{.mean = 12345}, claim) == "12,345 steps");
    CHECK(text_of(Interval{0, 0}, claim) == "0 steps");
    claim.unit = Unit::share;
    CHECK(text_of(Ours{.mean = 15}, claim) == "15 %");
    claim.unit = Unit::yes_or_no;
    CHECK(text_of(Ours{.mean = 1}, claim) == "yes");
    CHECK(text_of(Interval{0, 0}, claim) == "no");
    claim.unit = Unit::none;
    CHECK(text_of(Interval{.20468885, .20468891}, claim) == "0.20468885 to 0.20468891");
}

// SPDX-License-Identifier: MIT
// Parameters as text and back: every bit, or one sentence and nothing changed.
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "catch.hpp"
#include "support/families.hpp"

namespace {

using namespace test;

using Model =
    LayerStack<Clipped<LinearSelfAttention<sizes.tokens(), float>>, LinearSelfAttention<sizes.tokens(), float>>;

/// A step of doubles that holds what is hard to write: -0, a denormal, an infinity.
GradientStep<sizes, double> hard_step() {
    GradientStep<sizes, double> step{.learning_rate = 0.1, .initial_weights = drawn_matrix<double, 2, 3>(1)};
    step.initial_weights(0, 0) = -0.0;
    step.initial_weights(1, 0) = std::numeric_limits<double>::denorm_min();
    step.initial_weights(1, 2) = -std::numeric_limits<double>::infinity();
    return step;
}

std::string replaced(std::string text, std::string const& what, std::string const& by) {
    auto const place = text.find(what);
    REQUIRE(place != std::string::npos);
    return text.replace(place, what.size(), by);
}

}  // namespace

TEST_CASE("a model of floats is read back bit by bit, whatever the bits are") {
    for (unsigned stream = 0; stream < 50; ++stream) {
        Model written;
        unsigned entry = 0;
        for_each_parameter(
            [&](char const*, auto& matrix) {
                for (int i = 0; i < matrix.size(); ++i) {
                    // Any sign, exponent and mantissa but those of infinities and NaNs.
                    auto const bits = static_cast<std::uint32_t>(whole(stream, entry++, 0, 1 << 29)) * 5u;
                    auto const number = std::bit_cast<float>(bits);
                    matrix(i) = std::isfinite(number) ? number : 1.5f;
                }
            },
            written);
        Model read;
        set_zero(read);
        parameters_from_text(parameters_text(written), read);
        for_each_parameter(
            [](char const*, auto const& a, auto const& b) {
                for (int i = 0; i < a.size(); ++i) {
                    REQUIRE(std::bit_cast<std::uint32_t>(a(i)) == std::bit_cast<std::uint32_t>(b(i)));
                }
            },
            written, read);
    }
}

TEST_CASE("signed zeros, denormal numbers and infinities survive") {
    auto const written = hard_step();
    auto read = written;
    set_zero(read);
    parameters_from_text(parameters_text(written), read);
    CHECK(std::signbit(read.initial_weights(0, 0)));
    CHECK(read.initial_weights(1, 0) == std::numeric_limits<double>::denorm_min());
    CHECK(read.initial_weights(1, 2) == -std::numeric_limits<double>::infinity());
    CHECK(read.learning_rate == 0.1);
    CHECK(read.initial_weights == written.initial_weights);
}

TEST_CASE("a text that does not fit is refused in one sentence with its line, and changes nothing") {
    auto const step = hard_step();
    std::string const text = parameters_text(step);
    std::string const tenth = "0x1.999999999999ap-4";
    std::string const wrong_texts[]{
        "",
        "hello\n",
        replaced(text, "[1 x 1]", "[1 x 2]"),
        replaced(text, "double", "float"),
        replaced(text, "learning_rate", "rate"),
        replaced(text, tenth, "0.1.2"),
        replaced(text, tenth, ""),
        replaced(text, tenth, tenth + " " + tenth),
        replaced(text, tenth, "0x1p+9999"),
        text.substr(0, text.size() - 20),
        text + "more\n",
    };
    for (std::string const& wrong : wrong_texts) {
        auto read = hard_step();
        INFO(wrong);
        CHECK_THROWS_AS(parameters_from_text(wrong, read), ParametersError);
        CHECK(parameters_text(read) == text);
        try {
            parameters_from_text(wrong, read);
        } catch (ParametersError const& error) {
            std::string const sentence = error.what();
            CHECK(sentence.find("line ") != std::string::npos);
            CHECK(sentence.find('\n') == std::string::npos);
        }
    }
    LinearSelfAttention<sizes.tokens(), double> layer;
    set_zero(layer);
    CHECK_THROWS_AS(parameters_from_text(text, layer), ParametersError);
}

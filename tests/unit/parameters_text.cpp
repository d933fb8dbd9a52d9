// SPDX-License-Identifier: MIT
// Parameters as text and back: every bit, or one sentence and nothing changed.
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

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

#if defined(__cpp_lib_to_chars)
/// How many of many words are read otherwise than std::from_chars reads them: short and long mantissas, and exponents at
/// both ends of the range and beyond.
template <class Number>
int differences_from_chars() {
    int differences = 0;
    std::uint64_t state = 1;
    auto const drawn = [&](std::uint64_t below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % below;
    };
    using Limits = std::numeric_limits<Number>;
    for (int i = 0; i < 100'000; ++i) {
        std::string word;
        std::uint64_t const length = 1 + drawn(22);
        std::uint64_t const point = drawn(24);
        for (std::uint64_t k = 0; k < length; ++k) {
            word += k == point ? "." : "";
            word += "00008888f123456789abcdef"[drawn(24)];
        }
        int const ends[]{0, Limits::min_exponent, Limits::min_exponent - Limits::digits, Limits::max_exponent};
        word += "p" + std::to_string(ends[drawn(4)] + static_cast<int>(drawn(120)) - 60);
        Number expected = 1;
        Number read = 1;
        auto const end = word.data() + word.size();
        auto const [stop, error] = std::from_chars(word.data(), end, expected, std::chars_format::hex);
        bool const is_number = parameters_io::is_hexadecimal(word, read);
        bool const is_expected = error == std::errc() && stop == end;
        differences += is_number != is_expected || (is_number && read != expected) ? 1 : 0;
    }
    return differences;
}

TEST_CASE("hexadecimal numbers are rounded as std::from_chars rounds them") {
    REQUIRE(differences_from_chars<float>() == 0);
    REQUIRE(differences_from_chars<double>() == 0);
}
#endif

TEST_CASE("hexadecimal numbers are rounded to nearest, ties to even, at every end of the range") {
    auto const read = [](std::string_view word) {
        float number = 7;
        return parameters_io::is_number(word, number) ? number : -7.0f;
    };
    REQUIRE(read("0x1.000001p+0") == 1.0f);  // a tie
    REQUIRE(read("0x1.000003p+0") == 0x1.000004p+0f);
    REQUIRE(read("0x1.00000100000000000000001p+0") == 0x1.000002p+0f);
    REQUIRE(read("-0x1.8p-149") == -0x1p-148f);
    REQUIRE(read("0x1p-149") == 0x1p-149f);
    REQUIRE(read("0x0.0000000000000000000000000000001p+0") == 0x1p-124f);
    REQUIRE(read("0x1.fffffep+127") == 0x1.fffffep+127f);
    for (char const* word : {"0x1p-150", "0x1.ffffffp+127", "0x1p+128", "0x", "0x.", "0xp1", "0x1p", "0x1p+-1",
                             "0x1.1.1", "0x1p9999999999", "0x1g", "0x-1", "nanx", "infinity"}) {
        CAPTURE(word);
        REQUIRE(read(word) == -7.0f);
    }
}

TEST_CASE("a text of the same leaves in another nesting is refused, and changes nothing") {
    using Layer = LinearSelfAttention<sizes.tokens(), float>;
    using Heads = MultiHeadAttention<Layer, Layer>;
    auto const refuses = []<class Written, class Read>(std::type_identity<Written>, std::type_identity<Read>) {
        Written written{};
        for_each_parameter([](char const*, auto& matrix) { matrix.setConstant(0.5f); }, written);
        Read read{};
        std::string const before = parameters_text(read);
        REQUIRE_THROWS_AS(parameters_from_text(parameters_text(written), read), ParametersError);
        REQUIRE(parameters_text(read) == before);
    };
    std::type_identity<LayerStack<Layer, Heads>> const heads_last;
    std::type_identity<LayerStack<Heads, Layer>> const heads_first;
    refuses(heads_last, heads_first);
    refuses(heads_first, heads_last);
    refuses(std::type_identity<LayerStack<Layer, Layer>>{}, std::type_identity<Heads>{});
    refuses(std::type_identity<Heads>{}, std::type_identity<LayerStack<Layer, Layer>>{});
    REQUIRE(parameters_text(LayerStack<Layer, Heads>{}).find("\nlayers.1.heads.0.key: float [") != std::string::npos);
    // Nor is one read whose names are of version 1.
    Layer layer{};
    std::string const old = replaced(parameters_text(layer), "incontext parameters 2", "incontext parameters 1");
    REQUIRE_THROWS_WITH(parameters_from_text(old, layer), ContainsSubstring("expected 'incontext parameters 2'"));
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

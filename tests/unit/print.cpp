// SPDX-License-Identifier: MIT
// What prompts, layers, agreements, differences and proofs print.
#include "incontext/io/print.hpp"

#include <iomanip>
#include <sstream>
#include <string>

#include "catch.hpp"
#include "incontext/incontext.hpp"
#include "support/families.hpp"

using namespace test;

namespace {

template <class Thing>
std::string printed(Thing const& thing) {
    std::ostringstream stream;
    stream << thing;
    return stream.str();
}

constexpr Dimensions small{.input = 1, .output = 1, .context = 3};

template <class Number>
auto small_prompt() {
    return Prompt<small.tokens(), Number>{
        .context = generate<Number, 2, 3>([](int row, int col) { return Number(row * 10 - col); }),
        .query = generate<Number, 2, 1>([](int row, int) { return Number(row); })};
}

/// A user's own layer, in a namespace of his own.
struct OwnLayer {
    BOOST_HANA_DEFINE_STRUCT(OwnLayer, (double, rate), (int, steps));
};

constexpr auto any_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return as_attention(any_step(any)); };

}  // namespace

TEST_CASE("a prompt prints its matrices, in columns") {
    CHECK(printed(small_prompt<float>()) ==
          "context [2 x 3]\n"
          "   0  -1  -2\n"
          "  10   9   8\n"
          "query [2 x 1]\n"
          "  0\n"
          "  1\n");
    CHECK(printed(small_prompt<Rational>()) == printed(small_prompt<float>()));
    CHECK(printed(small_prompt<Modular>()) == printed(small_prompt<float>()));
    CHECK(printed(small_prompt<Dual<double>>()).find("-1+0e") != std::string::npos);
    auto lanes = small_prompt<Lanes<float, 2>>();
    lanes.query(1, 0).set(1, 0.5f);
    CHECK(printed(lanes).ends_with("query [2 x 1]\n    0,0\n  1,0.5\n"));
}

TEST_CASE("numbers are printed as the stream says, and the stream stays as it was") {
    auto prompt = small_prompt<double>();
    prompt.query(0, 0) = 1.0 / 3;
    std::ostringstream stream;
    stream << std::fixed << std::setprecision(2) << prompt << 0.125;
    CHECK(stream.str().ends_with("query [2 x 1]\n  0.33\n  1.00\n0.12"));
    stream.str("");
    stream << std::setw(8) << prompt;  // the width is not that of every number
    CHECK(stream.str().find("\n  0.00  -1.00  -2.00\n") == std::string::npos);
    CHECK(stream.str().find("\n   0.00  -1.00  -2.00\n") != std::string::npos);
    stream.str("");
    stream << std::hex << std::showbase << prompt << 16;
    CHECK(stream.str().starts_with("context [2 x 3]\n"));
    CHECK(stream.str().ends_with("0x10"));
}

TEST_CASE("a layer prints its parameters by name") {
    CHECK(printed(GradientStep<small, Rational>{.learning_rate = Rational(2, 3)}) ==
          "learning_rate = 2/3\n"
          "initial_weights [1 x 1]\n"
          "  0\n");
    using Layer = LinearSelfAttention<small.tokens(), float>;
    auto const text = printed(LayerStack<Damped<Layer>, Layer>{});
    CHECK(text.starts_with("layers.0.damping = 0\nlayers.0.layer.query [2 x 2]\n  0  0\n  0  0\n"));
    CHECK(text.find("layers.1.output [2 x 2]\n") != std::string::npos);
    CHECK(printed(OwnLayer{.rate = 0.5, .steps = 3}) == "rate = 0.5\nsteps = 3\n");
}

TEST_CASE("symbols print as polynomials") {
    auto const block = Polynomial(Letter("A", Axis::input, Axis::input)) * Polynomial(-3);
    CHECK(print::text_of(std::ostringstream{}, block) == "-3 A");
}

TEST_CASE("a difference prints where it is, and both values") {
    CHECK(printed(Difference{}) == "no difference");
    CHECK(printed(Difference{0, 3, Fraction{68, 7}, Fraction{-96}}) == "token 0, row 3: expected 68/7, actual -96");
}

TEST_CASE("an agreement prints what it says, where, and its bound") {
    GradientStep<small, float> const step{.learning_rate = 0.4f};
    auto doubled = step;
    doubled.learning_rate = 0.8f;
    auto const prompt = small_prompt<float>();
    auto const text = printed(agree(step, doubled, prompt));
    CHECK(text.starts_with("differ: the difference is "));
    CHECK(text.find("; its bound is ") != std::string::npos);
    Agreement agreement{.token = 3, .row = 1, .difference = 0.5, .bound = 2, .scale = 14};
    CHECK(printed(agreement) == "agree: the difference is 0.5 at token 3, row 1; its bound is 2, the largest value 14");
    agreement.verdict = Verdict::cannot_tell;
    agreement.lane = 2;
    CHECK(printed(agreement).starts_with("cannot tell: the difference is 0.5 at token 3, row 1, lane 2; "));
}

TEST_CASE("a proof prints by what it was shown") {
    constexpr Proof of_one_size = identical<Dimensions{.input = 3, .output = 2, .context = 7}>(any_step, layer);
    CHECK(
        printed(of_one_size).starts_with("proved by numbers at 3 + 2 with 7 examples; a difference there was missed "));
    CHECK(printed(Proof{.by_symbols = true}) == "proved for all sizes by symbols");
    CHECK(printed(Proof{}) == "not shown");
}

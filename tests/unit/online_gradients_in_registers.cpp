// SPDX-License-Identifier: MIT
// The derivative in chunks at sizes that fill whole registers, and rows that fill none: float beside double.
#include <utility>

#include "support/largest.hpp"
#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

constexpr MemoryShape wide{.key_dim = 35, .value_dim = 16};
constexpr int length = 40;

/// In whole registers: float beside double, 16 values and 35 channels.
template <template <MemoryShape, class> class Rule>
double largest_difference_in_registers() {
    auto const drawn = []<class Number>(Number) {
        Stream<Rule<wide, Number>, length> stream;
        unsigned bits = 5;
        auto const uniform = [&](Number& number) {
            bits = bits * 1664525u + 1013904223u;
            number = static_cast<Number>(static_cast<float>(bits >> 8) * 0x1p-24f - 0.5f) / Number(4);
        };
        streams::for_each_number(uniform, stream.initial);
        streams::for_each_number(uniform, stream.examples);
        streams::for_each_number(uniform, stream.queries);
        for (auto& example : stream.examples) {
            if constexpr (requires { example.gate; }) {
                example.gate += Number(0.75);
            } else if constexpr (requires { example.gates; }) {
                example.gates += Matrix<Number, wide.key_dim, 1>::Constant(Number(0.75));
            }
        }
        return stream;
    };
    auto const in_chunks_of = []<class S>(S const& stream) {
        using R = typename S::RuleOfStream;
        StreamAnswer<typename R::State, typename R::Answer, length> weights;
        streams::for_each_number([](auto& number) { number = 1; }, weights.answers);
        streams::for_each_number([](auto& number) { number = 1; }, weights.state);
        return std::pair{streams::pulled_back<32, InChunks<>>(stream, weights, nothing_yet<S>()),
                         streams::pulled_back<32, TokenByToken>(stream, weights, nothing_yet<S>())};
    };
    auto const in_float = in_chunks_of(drawn(1.0f));
    auto const in_double = in_chunks_of(drawn(1.0));
    double largest = 0;
    double of_double = 0;
    double scale = 0;
    auto const compare = [&](float x, double y, double z) {
        scale = test::larger_or_nan(scale, std::abs(z));
        largest = test::larger_or_nan(largest, std::abs(static_cast<double>(x) - z));
        of_double = test::larger_or_nan(of_double, std::abs(y - z));
    };
    streams::for_each_number(compare, in_float.first.initial, in_double.first.initial, in_double.second.initial);
    streams::for_each_number(compare, in_float.first.examples, in_double.first.examples, in_double.second.examples);
    streams::for_each_number(compare, in_float.first.queries, in_double.first.queries, in_double.second.queries);
    CHECK(scale > 0.25);
    CHECK(of_double < 1e-13 * scale);
    return largest / scale;
}

TEST_CASE("in whole registers and the rows that fill none, float is as near to double as its digits are") {
    CHECK(largest_difference_in_registers<DeltaRule>() < 1e-5);
    CHECK(largest_difference_in_registers<GatedDeltaRule>() < 1e-5);
    CHECK(largest_difference_in_registers<ChannelGatedDeltaRule>() < 1e-5);
}

}  // namespace

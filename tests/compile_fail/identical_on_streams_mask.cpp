// SPDX-License-Identifier: MIT
// Linear attention with gates, all tokens at once, and a mask of 0 and 1 where the products of the gates belong. The second token is the
// first that has another token to fade.
//
// expected: the two forms differ on a stream: read this message's StreamDifference{token, row, col, expected {numerator, denominator}, actual {numerator, denominator}}
// expected-gcc: the_two_forms_differ_at<incontext::StreamDifference{1, 0, 0, incontext::Fraction{
// expected-clang: the_two_forms_differ_at<{1, 0, 0, {
#include "incontext/online.hpp"

using namespace incontext;

constexpr auto mine = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    auto result = forms::sequence(stream);  // the state is right
    for (std::size_t i = 0; i < stream.examples.size(); ++i) {
        Number from_the_first(1);
        auto answer = zero<Number, 2, 1>();
        for (std::size_t j = i + 1; j-- > 0;) {
            auto const& example = stream.examples[j];
            Number const score = inner_product(example.key, stream.queries[i]);
#ifdef BROKEN
            Number const gamma(1);
#else
            Number const gamma = from_the_first;
#endif
            answer += (gamma * example.write(0, 0) * score) * example.value;
            from_the_first *= example.gates(0, 0);
        }
        result.answers[i] = answer + from_the_first * product(stream.initial.S, stream.queries[i]);
    }
    return result;
};

/// Nothing is erased, and all channels have one gate.
template <auto Form>
constexpr auto without_erasing = [](auto stream) {
    for (auto& example : stream.examples) {
        for (int i = 0; i < 3; ++i) {
            example.erase(i, 0) = 0;
            example.gates(i, 0) = example.gates(0, 0);
        }
        example.write(1, 0) = example.write(0, 0);
    }
    return Form(stream);
};
using Rule = DecoupledDeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
static_assert(identical_on_streams<Rule, 5>(without_erasing<forms::sequence>, without_erasing<mine>));

// SPDX-License-Identifier: MIT
// Chunks make scores of keys before these meet a value: what they make of numbers near the ends of the range is what the
// definition makes of them.
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

TEST_CASE("tokens that a mini-batch does not learn may have keys of any size", "[mini_batch]") {
    using Rule = MiniBatchRule<MemoryShape{.key_dim = 1, .value_dim = 1}, float>;
    std::array<Rule::Example, 4> examples;
    std::array<Rule::Query, 4> queries;
    for (std::size_t t = 0; t < 4; ++t) {
        bool const is_padded = t == 1 || t == 2;
        examples[t].key(0) = is_padded ? 1e20f : 1.0f;
        examples[t].value(0) = 1.0f;
        examples[t].rate = is_padded ? 0.0f : 0.5f;
        queries[t](0) = 1.0f;
    }
    Rule::State state{};
    std::array<Rule::Answer, 4> answers;
    REQUIRE(in_chunks<4>(Rule{}, state, std::span<Rule::Example const>(examples), std::span<Rule::Query const>(queries),
                         std::span<Rule::Answer>(answers)) == Answered::all);
    REQUIRE(answers[0](0) == 0.5f);
    REQUIRE(answers[1](0) == 0.5f);
    REQUIRE(answers[2](0) == 0.5f);
    REQUIRE(answers[3](0) == 0.75f);
    REQUIRE(state.S(0, 0) == 0.75f);
}

}  // namespace

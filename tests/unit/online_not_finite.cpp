// SPDX-License-Identifier: MIT
// A value that is infinite: in sequence the answers before it stay finite, in chunks those of the chunks before its own.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

TEST_CASE("a value that is infinite spoils its chunk and what follows, and no chunk before") {
    using Rule = DeltaRule<MemoryShape{.key_dim = 2, .value_dim = 1}, float>;
    std::array<Rule::Example, 6> examples;
    std::array<Rule::Query, 6> queries;
    for (std::size_t t = 0; t < 6; ++t) {
        examples[t].key << 1.0f, static_cast<float>(t);
        examples[t].value(0) = t == 3 ? std::numeric_limits<float>::infinity() : 1.0f;
        examples[t].rate = 0.125f;
        queries[t] << 1.0f, 0.0f;
    }
    auto const answers_of = [&](auto const& form) {
        Rule::State state{};
        std::array<Rule::Answer, 6> answers;
        REQUIRE(form(Rule{}, state, std::span<Rule::Example const>(examples), std::span<Rule::Query const>(queries),
                     std::span<Rule::Answer>(answers)) == Answered::all);
        return answers;
    };
    auto const one_by_one = answers_of([](auto&&... of) { return in_sequence(of...); });
    auto const in_twos = answers_of([](auto&&... of) { return in_chunks<2>(of...); });
    for (std::size_t t = 0; t < 6; ++t) {
        CAPTURE(t);
        REQUIRE(std::isfinite(one_by_one[t](0)) == (t < 3));
        REQUIRE(std::isfinite(in_twos[t](0)) == (t < 2));
        if (t < 2) {
            REQUIRE(in_twos[t](0) == Approx(one_by_one[t](0)));
        }
    }
}

}  // namespace

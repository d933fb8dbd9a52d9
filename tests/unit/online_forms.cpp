// SPDX-License-Identifier: MIT
// In the field modulo 2^61 - 1, at run time, at sizes beyond what compilers evaluate: the forms of online rules are exactly one.
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 8, .value_dim = 5, .queries = 2};
constexpr std::size_t tokens = 70;

/// A drawn stream of a rule, of a length that is known at run time.
template <class Rule>
struct Drawn {
    typename Rule::State initial{};
    std::vector<typename Rule::Example> examples = std::vector<typename Rule::Example>(tokens);
    std::vector<typename Rule::Query> queries = std::vector<typename Rule::Query>(tokens);

    Drawn() {
        std::uint32_t entry = 0;
        auto const draw = [&](Modular& number) {
            number = Unknown<Modular>::draw({}, "drawn", Axis::none, Axis::none, entry++);
        };
        streams::for_each_number(draw, initial);
        for (std::size_t token = 0; token < tokens; ++token) {
            streams::for_each_number(draw, examples[token]);
            streams::for_each_number(draw, queries[token]);
        }
        if constexpr (MakesSymmetric<Rule>) {
            Rule{}.make_symmetric(initial);
        }
    }

    struct Result {
        typename Rule::State state;
        std::vector<typename Rule::Answer> answers = std::vector<typename Rule::Answer>(tokens);
    };
    template <class Form>
    Result by(Form const& form) const {
        Result result{.state = initial};
        REQUIRE(form(Rule{}, result.state, std::span<typename Rule::Example const>(examples),
                     std::span<typename Rule::Query const>(queries),
                     std::span<typename Rule::Answer>(result.answers)) == Answered::all);
        return result;
    }
};

constexpr auto sequence = [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
    return in_sequence(rule, state, examples, queries, answers);
};
template <int Length, class Plan = BySubstitution>
constexpr auto in_chunks_of = [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
    return in_chunks<Length, Plan>(rule, state, examples, queries, answers);
};
template <int Length>
constexpr auto by_trees_of = [](auto const& rule, auto& state, auto examples, auto queries, auto answers) {
    return in_scan<Length>(rule, state, examples, queries, answers);
};

/// The first token whose answer differs; the number of tokens where only the state does, and one more where nothing does.
template <class Result>
std::size_t first_difference(Result const& a, Result const& b) {
    for (std::size_t token = 0; token < tokens; ++token) {
        if (!(a.answers[token] == b.answers[token])) {
            return token;
        }
    }
    bool same = true;
    streams::for_each_number([&](Modular const& x, Modular const& y) { same = same && x == y; }, a.state, b.state);
    return same ? tokens + 1 : tokens;
}

template <class Rule>
void forms_are_one() {
    Drawn<Rule> const stream;
    auto const expected = stream.by(sequence);
    CHECK(first_difference(expected, stream.by(in_chunks_of<32>)) == tokens + 1);
    CHECK(first_difference(expected, stream.by(in_chunks_of<16, ByHalves>)) == tokens + 1);
    if constexpr (AffineRule<Rule>) {
        CHECK(first_difference(expected, stream.by(by_trees_of<32>)) == tokens + 1);
    }
}

TEST_CASE("of 70 tokens in chunks and trees of 32 every answer and the state are those of the sequence") {
    forms_are_one<AdditiveRule<shape, Modular>>();
    forms_are_one<DeltaRule<shape, Modular>>();
    forms_are_one<GatedDeltaRule<shape, Modular>>();
    forms_are_one<ChannelGatedDeltaRule<shape, Modular>>();
    forms_are_one<DecoupledDeltaRule<shape, Modular>>();
    forms_are_one<DiagonalPlusLowRankRule<shape, Modular>>();
    forms_are_one<ImplicitDeltaRule<shape, Modular>>();
    forms_are_one<LeastSquaresRule<shape, Modular>>();
    forms_are_one<MiniBatchRule<shape, Modular>>();
    forms_are_one<MomentumRule<shape, Modular>>();
}

TEST_CASE("a gate of the last token that differs is seen there") {
    using Rule = GatedDeltaRule<shape, Modular>;
    Drawn<Rule> const stream;
    Drawn<Rule> spoiled;
    spoiled.examples.back().gate += Modular(1);
    CHECK(first_difference(stream.by(sequence), spoiled.by(in_chunks_of<32>)) == tokens - 1);
}

}  // namespace

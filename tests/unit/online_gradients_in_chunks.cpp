// SPDX-License-Identifier: MIT
// The derivative in chunks beside that token by token: exactly the same in the field modulo 2^61 - 1, at sizes beyond what compilers
// evaluate. In float, double and lanes: online_gradients_rounded.cpp, online_gradients_in_registers.cpp.
#include <span>
#include <utility>
#include <vector>

#include "support/online_rounding.hpp"

namespace {

using namespace incontext;
using namespace test;

constexpr MemoryShape larger{.key_dim = 8, .value_dim = 5, .queries = 2};
constexpr std::size_t many = 70;

/// A drawn stream, and its derivative by a pullback.
template <class Rule, int Length>
struct Derived {
    std::vector<typename Rule::Example> examples = std::vector<typename Rule::Example>(many);
    std::vector<typename Rule::Query> queries = std::vector<typename Rule::Query>(many);
    std::vector<typename Rule::Answer> answers = std::vector<typename Rule::Answer>(many);
    std::vector<typename Rule::State> kept = std::vector<typename Rule::State>(kept_states<Length>(many));
    std::vector<typename Rule::Example> examples_ = std::vector<typename Rule::Example>(many);
    std::vector<typename Rule::Query> queries_ = std::vector<typename Rule::Query>(many);
    typename Rule::State state_{};

    template <class Backwards>
    explicit Derived(Backwards) {
        using Number = typename Rule::Scalar;
        std::uint32_t entry = 0;
        auto const draw = [&](Number& number) {
            number = Unknown<Number>::draw({}, "drawn", Axis::none, Axis::none, entry++);
        };
        typename Rule::State state;
        streams::for_each_number(draw, state);
        for (std::size_t token = 0; token < many; ++token) {
            streams::for_each_number(draw, examples[token]);
            streams::for_each_number(draw, queries[token]);
            streams::for_each_number(draw, examples_[token]);  // to which the derivative is added
            streams::for_each_number(draw, queries_[token]);
            auto& example = examples[token];
            if constexpr (requires { example.gate; }) {
                example.gate = token % 7 == 3 ? Number(0) : example.gate;
            } else if constexpr (requires { example.gates; }) {
                example.gates(static_cast<int>(token) % larger.key_dim, 0) = Number(0);
            }
        }
        StreamSpans<Rule> const spans{.examples = examples, .queries = queries, .kept = kept};
        REQUIRE(keep<Length>(Rule{}, state, spans, std::span<typename Rule::Answer>(answers)) == Answered::all);
        for (typename Rule::Answer& answer : answers) {
            streams::for_each_number(draw, answer);
        }
        streams::for_each_number(draw, state_);
        Backwards::template run<Length, Rule>(Rule{}, spans, answers, state_, examples_, queries_);
    }
};

template <class Rule, class Plan, int Length>
void is_that_token_by_token() {
    Derived<Rule, Length> const expected(TokenByToken{});
    Derived<Rule, Length> const actual(InChunks<Plan>{});
    long different = 0;
    long numbers = 0;
    auto const compare = [&](Modular const& x, Modular const& y) {
        different += x == y ? 0 : 1;
        ++numbers;
    };
    streams::for_each_number(compare, expected.state_, actual.state_);
    for (std::size_t token = 0; token < many; ++token) {
        streams::for_each_number(compare, expected.examples_[token], actual.examples_[token]);
        streams::for_each_number(compare, expected.queries_[token], actual.queries_[token]);
    }
    CHECK(different == 0);
    CHECK(numbers > 2000);
}

TEMPLATE_TEST_CASE("of 70 tokens in chunks of 32 the derivative is that token by token, gates of 0 among them", "",
                   (AdditiveRule<larger, Modular>), (DeltaRule<larger, Modular>), (GatedDeltaRule<larger, Modular>),
                   (ChannelGatedDeltaRule<larger, Modular>), (DecoupledDeltaRule<larger, Modular>),
                   (DiagonalPlusLowRankRule<larger, Modular>), (ImplicitDeltaRule<larger, Modular>)) {
    is_that_token_by_token<TestType, BySubstitution, 32>();
}

TEST_CASE("so it is by the other plans for the system") {
    is_that_token_by_token<GatedDeltaRule<larger, Modular>, ByHalves, 16>();
    is_that_token_by_token<GatedDeltaRule<larger, Modular>, ByDoubling, 5>();
}

TEST_CASE("it does not throw") {
    using Rule = GatedDeltaRule<shape, float>;
    Rule::State state_;
    StreamSpans<Rule> const nothing{};
    std::span<Rule::Answer const> const answers_;
    std::span<Rule::Example> const examples_;
    std::span<Rule::Query> const queries_;
    STATIC_REQUIRE(noexcept(pull_back_in_chunks<16>(Rule{}, nothing, answers_, state_, examples_, queries_)));
    CHECK(pull_back_in_chunks<16>(Rule{}, nothing, answers_, state_, examples_, queries_) == Answered::all);
}

}  // namespace

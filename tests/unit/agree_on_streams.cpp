// SPDX-License-Identifier: MIT
// Forms of a rule in floating point, against each other and against the bounds of their rounding: which agree, which differ, and which are
// another computation in floating point than in the numbers in which they are proved.
#include "incontext/incontext.hpp"

#include <concepts>
#include <cstddef>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

/// A stream of uniform numbers: rates, gates and penalties between 1/4 and 1/2, the others between -1 and 1.
template <class Rule, int Length>
Stream<Rule, Length> drawn(unsigned seed) {
    using Number = typename Rule::Scalar;
    std::mt19937 engine(seed);
    auto const between = [&engine](double least, double most) {
        return static_cast<Number>(std::uniform_real_distribution<double>(least, most)(engine));
    };
    Stream<Rule, Length> stream;
    auto const draw_any = [&](auto& number) { number = between(-1, 1); };
    auto const draw_rate = [&](auto& number) { number = between(0.25, 0.5); };
    streams::for_each_number(draw_any, stream.initial);
    streams::for_each_number(draw_any, stream.queries);
    for (auto& example : stream.examples) {
        streams::for_each_number(draw_rate, example);
        streams::for_each_number(draw_any, example.key);
        streams::for_each_number(draw_any, example.value);
    }
    return stream;
}

/// A form whose last answer is another one by 1 / Parts.
template <int Parts>
constexpr auto moved_by_a_part = [](auto const& stream) {
    using Number = typename std::remove_cvref_t<decltype(stream)>::Scalar;
    auto answer = forms::sequence(stream);
    answer.answers[answer.answers.size() - 1](1, 0) += Number(1) / Number(Parts);
    return answer;
};

TEMPLATE_TEST_CASE("forms of a rule agree: in chunks, by scans, with a rule of the same formula", "", float, double) {
    for (unsigned seed = 0; seed < 5; ++seed) {
        CAPTURE(seed);
        auto const additive = drawn<AdditiveRule<shape, TestType>, 7>(seed);
        REQUIRE(agree_on_streams(forms::sequence, forms::chunks<3>, additive));
        REQUIRE(agree_on_streams(forms::sequence, forms::scan<4>, additive));
        auto const delta = drawn<DeltaRule<shape, TestType>, 5>(seed);
        REQUIRE(agree_on_streams(forms::sequence, forms::scan<5>, delta));
        auto const gated = drawn<GatedDeltaRule<shape, TestType>, 5>(seed);
        Agreement const agreement = agree_on_streams(forms::scan<2>, forms::sequence, gated);
        REQUIRE(agreement.verdict == Verdict::agree);
        REQUIRE(agreement.difference <= agreement.bound);
        REQUIRE(
            agree_on_streams(forms::sequence, forms::sequence, drawn<NormalisedDeltaRule<shape, TestType>, 4>(seed)));
    }
}

TEST_CASE("what differs is named: the token, the row, and parts of the state behind the tokens") {
    auto const stream = drawn<DeltaRule<shape, double>, 5>(3);
    Agreement const moved = agree_on_streams(forms::sequence, moved_by_a_part<1000000>, stream);
    REQUIRE(moved.verdict == Verdict::differ);
    REQUIRE_FALSE(moved);
    REQUIRE(moved.token == 4);
    REQUIRE(moved.row == 1);
    REQUIRE(moved.difference == Approx(1e-6).epsilon(1e-6));
    // In float ten times less is within the rounding of five tokens.
    Agreement const hardly_moved =
        agree_on_streams(forms::sequence, moved_by_a_part<10000000>, drawn<DeltaRule<shape, float>, 5>(3));
    REQUIRE(hardly_moved.verdict == Verdict::agree);
    REQUIRE(hardly_moved.difference > 0);

    auto const other_state = [](auto const& given) {
        auto answer = forms::sequence(given);
        answer.state.S(0, 2) += answer.state.S(0, 2);
        return answer;
    };
    Agreement const of_state = agree_on_streams(forms::sequence, other_state, stream);
    REQUIRE(of_state.verdict == Verdict::differ);
    REQUIRE(of_state.token == 5);
    REQUIRE(of_state.row == 0);
}

TEST_CASE("each lane is compared with its own bounds") {
    using Pack = Lanes<float, 4>;
    auto const each = drawn<DeltaRule<shape, float>, 4>(1);
    Stream<DeltaRule<shape, Pack>, 4> stream;
    auto const spread = [](Pack& to, float from) {
        for (int lane = 0; lane < 4; ++lane) {
            to.set(lane, from * static_cast<float>(lane + 1) / 4);
        }
    };
    streams::for_each_number(spread, stream.initial, each.initial);
    streams::for_each_number(spread, stream.examples, each.examples);
    streams::for_each_number(spread, stream.queries, each.queries);
    REQUIRE(agree_on_streams(forms::sequence, forms::scan<2>, stream));
    auto const third_lane_is_another = [](auto const& given) {
        auto answer = forms::sequence(given);
        if constexpr (is_lanes<typename std::remove_cvref_t<decltype(given)>::Scalar>) {
            answer.answers[1](0, 0).set(2, 2 * answer.answers[1](0, 0)[2]);
        }
        return answer;
    };
    Agreement const agreement = agree_on_streams(forms::sequence, third_lane_is_another, stream);
    REQUIRE(agreement.verdict == Verdict::cannot_tell);
    REQUIRE(agreement.token == 1);
    REQUIRE(agreement.lane == 2);
}

TEST_CASE("the members of a rule are among its numbers") {
    using Ridge = RidgeMemoryRule<shape, double>;
    auto stream = drawn<Ridge, 3>(2);
    stream.rule.penalty.setConstant(3);
    stream.initial = state_to_begin_with(stream.rule);
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, stream));
}

/// Otherwise in float: what a rule computes that keeps an expression whose operands are gone.
template <MemoryShape Shape, class Number>
struct OtherwiseInFloat : ReadsMemory<Shape, Number, RatedExample> {
    using Base = ReadsMemory<Shape, Number, RatedExample>;
    template <class Other>
    using with_number = OtherwiseInFloat<Shape, Other>;

    static constexpr void observe(typename Base::State& state, typename Base::Example const& example) {
        DeltaRule<Shape, Number>::observe(state, example);
        if constexpr (std::floating_point<Number>) {
            state.S(0, 0) += Number(0.125);
        }
    }
};
static_assert(identical_on_streams<OtherwiseInFloat<shape, Modular>, 3>(forms::sequence, [](auto const& stream) {
    return forms::by_rule(DeltaRule<shape, typename std::remove_cvref_t<decltype(stream)>::Scalar>{}, stream);
}));
TEST_CASE("a rule that is another one in floating point is not within its own bounds") {
    auto const stream = drawn<OtherwiseInFloat<shape, float>, 4>(5);
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, stream).verdict == Verdict::cannot_tell);
}

TEST_CASE("what is not finite, and what has a bound as large as itself, cannot be told") {
    auto stream = drawn<DeltaRule<shape, float>, 4>(7);
    stream.examples[1].value(0) = std::numeric_limits<float>::infinity();
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, stream).verdict == Verdict::cannot_tell);
    auto cancelling = drawn<AdditiveRule<shape, float>, 2>(7);
    cancelling.initial.S.setZero();
    cancelling.examples[1] = cancelling.examples[0];
    cancelling.examples[1].value = -cancelling.examples[0].value;  // what is left is rounding
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, cancelling).verdict == Verdict::cannot_tell);
}

TEST_CASE("forms that take exponentials are compared, and those that change what they are given by their answers") {
    auto const stream = drawn<DeltaRule<shape, float>, 3>(11);
    auto const through_exp = [](auto const& given) {
        auto answer = forms::sequence(given);
        answer.answers[0](0, 0) = value_of<Exponential>(answer.answers[0](0, 0));
        return answer;
    };
    REQUIRE(agree_on_streams(through_exp, through_exp, stream));
    REQUIRE(agree_on_streams(forms::sequence, through_exp, stream).verdict == Verdict::differ);
    auto const changes_its_stream = [](auto const& given) {
        auto answer = forms::sequence(given);
        const_cast<std::remove_cvref_t<decltype(given)>&>(given).examples[0].key(0, 0) = 100;
        return answer;
    };
    auto const before = stream.examples[0].key(0);
    REQUIRE(agree_on_streams(changes_its_stream, changes_its_stream, stream));
    REQUIRE(stream.examples[0].key(0) == before);
}

TEST_CASE("heads are compared each by itself, and their rows are those of a head") {
    using Heads = OnlineHeads<DeltaRule<shape, double>, 2>;
    Stream<Heads, 3> stream;
    for (std::size_t token = 0; token < 3; ++token) {
        for (std::size_t head = 0; head < 2; ++head) {
            auto const one = drawn<DeltaRule<shape, double>, 1>(static_cast<unsigned>(10 * token + head));
            stream.examples[token][head] = one.examples[0];
            stream.queries[token][head] = one.queries[0];
        }
    }
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, stream));
    auto const second_head_is_another = [](auto const& given) {
        auto answer = forms::sequence(given);
        answer.answers[2][1](1, 0) += answer.answers[2][1](1, 0);
        return answer;
    };
    Agreement const agreement = agree_on_streams(forms::sequence, second_head_is_another, stream);
    REQUIRE(agreement.verdict == Verdict::differ);
    REQUIRE(agreement.token == 2);
    REQUIRE(agreement.row == 1);

    // A head in which all cancels is not told by the size of another.
    Stream<OnlineHeads<AdditiveRule<shape, double>, 2>, 2> cancelling;
    for (std::size_t token = 0; token < 2; ++token) {
        for (std::size_t head = 0; head < 2; ++head) {
            auto const one = drawn<AdditiveRule<shape, double>, 1>(1);
            cancelling.examples[token][head] = one.examples[0];
            cancelling.examples[token][head].value *= head == 0 ? 1e6 : token == 0 ? 1 : -1;
            cancelling.queries[token][head] = one.queries[0];
        }
    }
    REQUIRE(agree_on_streams(forms::sequence, forms::sequence, cancelling).verdict == Verdict::cannot_tell);
}

}  // namespace

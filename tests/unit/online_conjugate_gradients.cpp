// SPDX-License-Identifier: MIT
// Ridge regression by conjugate gradients at the ends of the range of float, against elimination in double.
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape of_two{.key_dim = 2, .value_dim = 1};

/// The answer to (1, 1) times unit, of y = 3 k_1 + k_2 in keys of that unit, and of the same by elimination in double: token by token and
/// in chunks of 4.
template <class Number, class Visit>
void answers_in_unit(double unit, double penalty, Visit const& visit) {
    auto const answers_of = [&]<class Rule>(Rule rule, auto const& form) {
        using Of = typename Rule::Scalar;
        rule.penalty(0, 0) = static_cast<Of>(penalty);
        rule.penalty(1, 0) = static_cast<Of>(penalty);
        std::array<typename Rule::Example, 9> examples;
        std::array<typename Rule::Query, 9> queries;
        std::array<typename Rule::Answer, 9> answers;
        for (std::size_t t = 0; t < 9; ++t) {
            Of const one = static_cast<Of>(1 + t % 3);
            Of const two = static_cast<Of>(t % 2 == 0 ? 2 : -1);
            examples[t].key(0, 0) = one * static_cast<Of>(unit);
            examples[t].key(1, 0) = two * static_cast<Of>(unit);
            examples[t].value(0, 0) = Of(3) * one + two;
            queries[t](0, 0) = static_cast<Of>(unit);
            queries[t](1, 0) = static_cast<Of>(unit);
        }
        typename Rule::State state{};
        REQUIRE(form(rule, state, std::span<typename Rule::Example const>(examples),
                     std::span<typename Rule::Query const>(queries),
                     std::span<typename Rule::Answer>(answers)) == Answered::all);
        return answers[8](0, 0);
    };
    auto const in_a_row = [](auto&&... of) { return in_sequence(of...); };
    auto const by_chunks = [](auto&&... of) { return in_chunks<4>(of...); };
    double const should = answers_of(RidgeMemoryRule<of_two, double>{}, in_a_row);
    RidgeMemoryRule<of_two, Number, ByConjugateGradients<2>> const by_steps;
    visit(answers_of(by_steps, in_a_row), should);
    visit(answers_of(by_steps, by_chunks), should);
}

TEST_CASE(
    "conjugate gradients answer alike in every unit whose squares float holds, and tell of one whose squares it does "
    "not") {
    for (auto const& [unit, penalty] :
         {std::pair{1.0, 1.0}, {1e-5, 1e-12}, {1e-10, 1e-19}, {1e-10, 1e-21}, {1e8, 1.0}}) {
        CAPTURE(unit, penalty);
        answers_in_unit<float>(unit, penalty,
                               [](float is, double should) { CHECK(is == Approx(should).epsilon(2e-3)); });
        answers_in_unit<Lanes<float, 4>>(unit, penalty, [](Lanes<float, 4> const& is, double should) {
            CHECK(is[0] == Approx(should).epsilon(2e-3));
            CHECK(is[3] == Approx(should).epsilon(2e-3));
        });
    }
    answers_in_unit<float>(1e10, 1, [](float is, double should) {
        CHECK(should == Approx(4).epsilon(1e-3));
        CHECK(std::isnan(is));
    });
}

TEST_CASE("of lanes each has its own divisor") {
    using Solver = ByConjugateGradients<1>;
    float const least = std::numeric_limits<float>::min();
    float const infinity = std::numeric_limits<float>::infinity();
    Lanes<float, 8> divisors(0.0f);
    std::array<float, 8> const each{0.0f, 1.0f, 1e-42f, -2.0f, infinity, -1e-42f, 1e-38f, -0.0f};
    for (int lane = 0; lane < 8; ++lane) {
        divisors.set(lane, each[static_cast<std::size_t>(lane)]);
    }
    Lanes<float, 8> const is = Solver::not_zero(divisors);
    for (int lane = 0; lane < 8; ++lane) {
        CAPTURE(lane);
        float const one = each[static_cast<std::size_t>(lane)];
        float const alone = Solver::not_zero(one);
        if (lane == 4) {
            CHECK(std::isnan(is[lane]));
            CHECK(std::isnan(alone));
        } else {
            CHECK(is[lane] == (one == 0 ? least : one));
            CHECK(alone == is[lane]);
        }
    }
}

}  // namespace

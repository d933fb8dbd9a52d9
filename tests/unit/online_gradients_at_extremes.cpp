// SPDX-License-Identifier: MIT
// Derivatives of rules that divide, at keys whose powers leave the range of float where the derivatives do not: those of double.
#include <array>
#include <cstddef>
#include <initializer_list>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/online.hpp"

namespace {

using namespace incontext;

/// The derivatives of one example with respect to its key, its rate and R, of least squares at R = I/penalty.
template <class Number>
std::array<double, 4> of_least_squares(double size, double penalty) {
    using Rule = LeastSquaresRule<MemoryShape{.key_dim = 2, .value_dim = 1}, Number>;
    typename Rule::State before{};
    before.R = Matrix<Number, 2, 2>::Identity() / static_cast<Number>(penalty);
    before.G << Number(1), Number(2);
    typename Rule::Example example{};
    example.key << static_cast<Number>(size), static_cast<Number>(size / 2);
    example.value(0) = Number(1);
    example.rate = Number(0.5);
    typename Rule::State state_{};
    state_.R << Number(1), Number(0.5), Number(0.5), Number(2);
    typename Rule::Example example_{};
    example_.rate = Number(0);
    Rule::pull_back_observe(before, example, state_, example_);
    return {static_cast<double>(example_.key(0)), static_cast<double>(example_.key(1)),
            static_cast<double>(example_.rate), static_cast<double>(state_.R(0, 0))};
}

template <std::size_t Count>
void require_near(std::array<double, Count> const& is, std::array<double, Count> const& should) {
    for (std::size_t i = 0; i < is.size(); ++i) {
        CAPTURE(i);
        REQUIRE(should[i] != 0);
        REQUIRE(is[i] == Approx(should[i]).epsilon(1e-4));
    }
}

TEST_CASE(
    "the derivative of the mesa layer is right where the square of rate / (1 + rate k^T R k) is below the least "
    "number") {
    for (double const penalty : {1.0, 1e-3, 1e-6}) {
        for (double const size : {1e3, 1e9, 1e10}) {
            CAPTURE(penalty, size);
            require_near(of_least_squares<float>(size, penalty), of_least_squares<double>(size, penalty));
        }
    }
}

/// The derivatives of S' after one example with respect to its key, its value and its rate, from S k = 2: token by token, or as a chunk.
template <template <MemoryShape, class> class RuleOf, class Number, bool AsAChunk>
std::array<double, 3> of_a_step(double size) {
    using Rule = RuleOf<MemoryShape{.key_dim = 1, .value_dim = 1}, Number>;
    typename Rule::Example example{};
    example.key(0) = static_cast<Number>(size);
    example.value(0) = Number(1);
    example.rate = Number(0.5);
    typename Rule::State before{};
    before.S(0) = static_cast<Number>(2 / size);
    typename Rule::State state_{};
    state_.S(0) = Number(1);
    typename Rule::Example example_{};
    example_.rate = Number(0);
    if constexpr (AsAChunk) {
        typename Rule::Query const query = zero<Number, 1, 1>();
        typename Rule::Query query_ = query;
        StreamSpans<Rule> const spans{.examples = {&example, 1}, .queries = {&query, 1}, .kept = {&before, 1}};
        REQUIRE(pull_back_in_chunks<2>(Rule{}, spans, {&query, 1}, state_, {&example_, 1}, {&query_, 1}) ==
                Answered::all);
    } else {
        Rule{}.pull_back_observe(before, example, state_, example_);
    }
    return {static_cast<double>(example_.key(0)), static_cast<double>(example_.value(0)),
            static_cast<double>(example_.rate)};
}

template <template <MemoryShape, class> class RuleOf>
void a_step_is_that_of_double(std::initializer_list<double> sizes) {
    for (double const size : sizes) {
        CAPTURE(size);
        auto const should = of_a_step<RuleOf, double, false>(size);
        require_near(of_a_step<RuleOf, float, false>(size), should);
        require_near(of_a_step<RuleOf, float, true>(size), should);
    }
}

TEST_CASE("the derivatives of rates that follow the key are right where those of the rates leave the range") {
    REQUIRE((of_a_step<NormalisedDeltaRule, double, false>(1e-11)[0]) == Approx(-0.5e22));
    REQUIRE((of_a_step<ImplicitDeltaRule, double, false>(1e12)[0]) == Approx(-1e-24));
    a_step_is_that_of_double<ImplicitDeltaRule>({1e-3, 1.0, 1e10, 1e11, 1e12});
    a_step_is_that_of_double<NormalisedDeltaRule>({1e-17, 1e-11, 1e-3, 1.0, 1e10, 1e12, 1e17});
}

}  // namespace

// SPDX-License-Identifier: MIT
// Derivatives of rules that divide, at keys whose powers leave the range of float where the derivatives do not: those of double.
#include <array>
#include <cstddef>

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

void require_near(std::array<double, 4> const& is, std::array<double, 4> const& should) {
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

}  // namespace

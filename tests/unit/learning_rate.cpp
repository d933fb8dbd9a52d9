// SPDX-License-Identifier: MIT
// The largest stable learning rate: against Eigen's eigenvalues, and against gradient descent that converges or does not.
#include "incontext/incontext.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "catch.hpp"

namespace {

using namespace incontext;

/// A prompt whose inputs are of very unlike sizes, or of one direction only.
template <int Input, class Number>
auto drawn_prompt(unsigned seed, Number unit) {
    std::srand(seed);
    Matrix<Number, Input, 12> X = Matrix<Number, Input, 12>::Random();
    if (seed % 3 == 1) {
        X.row(0) *= Number(100);
    } else if (seed % 3 == 2) {
        X = X.col(0) * Matrix<Number, 1, 12>::Ones();
    }
    return embed(Matrix<Number, Input, 12>(X * unit), Matrix<Number, 1, 12>(Matrix<Number, 1, 12>::Random()),
                 Matrix<Number, Input, 1>(X.col(1)));
}

template <int Input, class Number>
void require_near_the_eigenvalue(Number unit, double from_below) {
    constexpr Dimensions sizes{.input = Input, .output = 1, .context = 12};
    for (unsigned seed = 1; seed <= 12; ++seed) {
        CAPTURE(Input, seed, unit);
        auto const prompt = drawn_prompt<Input>(seed, unit);
        Eigen::Matrix<double, Input, 12> const X = inputs<sizes>(prompt.context).template cast<double>() / double(unit);
        Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, Input, Input>> const solver(X * X.transpose() / 12);
        double const largest = 2 / solver.eigenvalues()(Input - 1);
        auto const computed =
            static_cast<double>(largest_stable_learning_rate<sizes>(prompt)) * double(unit) * double(unit);
        double const u = std::numeric_limits<Number>::epsilon();
        REQUIRE(computed <= largest * (1 + 4 * u));
        REQUIRE(computed >= largest * (1 - from_below - (100 + Input) * u));
    }
}

TEMPLATE_TEST_CASE("it is 2 / lambda_max, by a little less", "", float, double) {
    for (double const unit : {1.0, 1e-15, 1e15}) {
        auto const s = static_cast<TestType>(unit);
        require_near_the_eigenvalue<1>(s, 0);
        require_near_the_eigenvalue<3>(s, 0.0011);
        require_near_the_eigenvalue<10>(s, 0.0023);
    }
}

TEST_CASE("gradient descent converges below it and diverges a percent above it") {
    constexpr Dimensions sizes{.input = 3, .output = 1, .context = 12};
    for (unsigned seed = 3; seed <= 12; seed += 3) {
        auto const prompt = drawn_prompt<3>(seed, 1.0);
        double const largest = largest_stable_learning_rate<sizes>(prompt);
        auto const loss_after = [&](double rate) {
            GradientStep<sizes, double> const step{rate, zero<double, 1, 3>()};
            return targets<sizes>(looped<3000>(step)(prompt).context).squaredNorm();
        };
        double const before = targets<sizes>(prompt.context).squaredNorm();
        CAPTURE(seed);
        REQUIRE(loss_after(0.999 * largest) <= before);
        REQUIRE(loss_after(1.01 * largest) > 1e6 * before);
    }
}

TEST_CASE("a stream knows it of the examples observed") {
    constexpr Dimensions sizes{.input = 3, .output = 1, .context = 12};
    auto const prompt = drawn_prompt<3>(5, 1.0);
    auto const model = looped<2>(as_attention(GradientStep<sizes, double>{1.0, zero<double, 1, 3>()}));
    StreamingContext<sizes, decltype(model)> stream(model);
    REQUIRE(std::isinf(stream.largest_stable_learning_rate()));
    REQUIRE(stream.observe_tokens(prompt.context) == Observation::observed);
    double const expected = largest_stable_learning_rate<sizes>(prompt);
    REQUIRE(std::abs(stream.largest_stable_learning_rate() - expected) <= 1e-12 * expected);
    REQUIRE(stream.observe_tokens(prompt.context) == Observation::observed);  // the mean stays
    REQUIRE(std::abs(stream.largest_stable_learning_rate() - expected) <= 1e-12 * expected);
}

TEST_CASE("inputs that are 0 bear any rate, and inputs that are no numbers none") {
    constexpr Dimensions sizes{.input = 3, .output = 1, .context = 12};
    auto prompt = drawn_prompt<3>(3, 1.0f);
    prompt.context.topRows<3>().setZero();
    REQUIRE(std::isinf(largest_stable_learning_rate<sizes>(prompt)));
    prompt.context(1, 4) = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(std::isnan(largest_stable_learning_rate<sizes>(prompt)));
    prompt.context(0, 0) = 1;
    REQUIRE(std::isnan(largest_stable_learning_rate<sizes>(prompt)));
}

TEST_CASE("every rate is stable where moments are 0, of either sign") {
    using Moments = Matrix<float, 2, 2>;
    for (float const zero_or_minus_zero : {0.0f, -0.0f}) {
        float const rate = largest_stable_learning_rate_of_moments<float, 2>(Moments::Constant(zero_or_minus_zero));
        REQUIRE(rate == std::numeric_limits<float>::infinity());
    }
}

}  // namespace

// SPDX-License-Identifier: MIT
// Sine waves: the sine of lanes, and the tasks that are drawn of it.
#include "incontext/task/sine_waves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "catch.hpp"
#include "incontext/experiment/evaluation.hpp"
#include "incontext/gradient_descent/gradient_step.hpp"
#include "incontext/task/plain_tokens.hpp"
#include "support/largest.hpp"

namespace {

using namespace incontext;

TEST_CASE("the sine of lanes is within its bounds") {
    double worst = 0;
    double worst_far = 0;
    for (int k = -400000; k <= 400000; ++k) {
        float const near = static_cast<float>(k) / 4000;
        float const far = static_cast<float>(k) / 400;
        worst = test::larger_or_nan(
            worst, std::abs(static_cast<double>(sine(Lanes<float, 1>(near))[0]) - std::sin(static_cast<double>(near))));
        worst_far = test::larger_or_nan(worst_far, std::abs(static_cast<double>(sine(Lanes<float, 1>(far))[0]) -
                                                            std::sin(static_cast<double>(far))));
    }
    CAPTURE(worst, worst_far);
    REQUIRE(worst <= 0x1p-23);
    REQUIRE(worst_far <= 0x1p-22);
    REQUIRE(sine(Lanes<float, 1>(0.0f))[0] == 0);
    REQUIRE(std::isnan(sine(Lanes<float, 1>(std::numeric_limits<float>::infinity()))[0]));
    Lanes<float, 4> x(1);
    x.set(2, -3.5f);
    REQUIRE(sine(x)[2] == sine(Lanes<float, 1>(-3.5f))[0]);
    REQUIRE(sine(x)[0] == sine(Lanes<float, 1>(1.0f))[0]);
}

constexpr Dimensions wave{.input = 1, .output = 1, .context = 40, .query = 3};

/// Amplitude and phase of a task, by least squares on sin x and cos x; and how far the context is from that wave.
struct Fit {
    double amplitude;
    double phase;
    double residual;
    std::array<double, wave.query> predictions;
};
template <class ATask>
Fit fitted(ATask const& task) {
    Eigen::Matrix<double, wave.context, 2> A;
    Eigen::Matrix<double, wave.context, 1> y;
    for (int token = 0; token < wave.context; ++token) {
        double const x = static_cast<double>(task.prompt.context(0, token)[0]);
        A.row(token) << std::sin(x), std::cos(x);
        y(token) = static_cast<double>(task.prompt.context(1, token)[0]);
    }
    Eigen::Matrix2d const G = A.transpose() * A;
    Eigen::Vector2d const b = A.transpose() * y;
    double const determinant = G(0, 0) * G(1, 1) - G(0, 1) * G(0, 1);
    Eigen::Vector2d const c((G(1, 1) * b(0) - G(0, 1) * b(1)) / determinant,
                            (G(0, 0) * b(1) - G(0, 1) * b(0)) / determinant);
    Fit fit{std::hypot(c(0), c(1)), std::atan2(c(1), c(0)), (A * c - y).cwiseAbs().maxCoeff(), {}};
    for (int token = 0; token < wave.query; ++token) {
        double const q = static_cast<double>(task.prompt.query(0, token)[0]);
        fit.predictions[static_cast<std::size_t>(token)] = c(0) * std::sin(q) + c(1) * std::cos(q);
    }
    return fit;
}

TEST_CASE("a prompt shows one sine wave, and asks for points of it") {
    double const pi = std::acos(-1.0);
    double least = 1;
    double greatest = 0;
    for (WaveFamily const family : {WaveFamily::one_parameter, WaveFamily::two_parameters}) {
        bool tied = true;
        for (std::uint32_t index = 0; index < 300; ++index) {
            auto const task = SineWaves{.family = family}.draw<wave>(Keys<1>{index, 9u});
            Fit const fit = fitted(task);
            CAPTURE(index, fit.amplitude, fit.phase);
            REQUIRE(fit.residual <= 1e-5 * (1 + fit.amplitude));
            for (int token = 0; token < wave.query; ++token) {
                double const prediction = fit.predictions[static_cast<std::size_t>(token)];
                REQUIRE(std::abs(static_cast<double>(task.target(0, token)[0]) - prediction) <=
                        1e-5 * (1 + fit.amplitude));
                REQUIRE(task.prompt.query(1, token)[0] == 0);
                REQUIRE((token == 0 || task.prompt.query(0, token)[0] != task.prompt.query(0, token - 1)[0]));
            }
            bool const one = family == WaveFamily::one_parameter;
            REQUIRE(fit.amplitude >= 0.1 - 1e-5);
            REQUIRE(fit.amplitude <= (one ? 0.5 : 5) + 1e-5);
            REQUIRE(fit.phase >= -1e-4);
            REQUIRE(fit.phase <= pi + 1e-4);
            tied = tied && std::abs((fit.amplitude - 0.1) / 0.4 - fit.phase / pi) <= 1e-4;
            least = std::min(least, fit.phase / pi);
            greatest = std::max(greatest, fit.phase / pi);
        }
        // Of one parameter, amplitude and phase are one number; of two, they are not.
        REQUIRE(tied == (family == WaveFamily::one_parameter));
    }
    REQUIRE(least < 0.02);
    REQUIRE(greatest > 0.98);
}

/// E y^2 / 2 by quadrature over amplitude, phase and input. A function, because g++ evaluates a lambda while compiling.
double cost_of_zero(bool one) {
    double const pi = std::acos(-1.0);
    double sum = 0;
    constexpr int n = 100;
    for (int a = 0; a < n; ++a) {
        for (int b = 0; b < n; ++b) {
            for (int c = 0; c < n; ++c) {
                double const u = (a + 0.5) / n;
                double const v = one ? u : (b + 0.5) / n;
                double const x = -5 + 10 * (c + 0.5) / n;
                double const y = (one ? 0.1 + 0.4 * u : 0.1 + 4.9 * u) * std::sin(x + pi * v);
                sum += y * y / 2;
            }
        }
    }
    return sum / (n * n * n);
}

TEST_CASE("predicting 0 costs what the families cost") {
    Workers workers(2);
    constexpr Dimensions paper{.input = 1, .output = 1, .context = 10};
    GradientStep<paper, float> const zero_step{};
    double const one = Evaluation<paper>(workers, SineWaves{}).loss(zero_step);
    double const two = Evaluation<paper>(workers, SineWaves{.family = WaveFamily::two_parameters}).loss(zero_step);
    // 10,000 tasks: five standard errors of a loss whose deviation is about its mean.
    REQUIRE(std::abs(one - cost_of_zero(true)) <= 5 * 0.01 * cost_of_zero(true));
    REQUIRE(std::abs(two - cost_of_zero(false)) <= 5 * 0.0125 * cost_of_zero(false));
    // E (.1 + .4 u)^2 (1 - cos(2 pi u) sin(10) / 10) / 4, and (5^3 - .1^3) / (3 4.9) / 4.
    REQUIRE(cost_of_zero(true) == Approx(0.02594).epsilon(1e-3));
    REQUIRE(cost_of_zero(false) == Approx(2.126).epsilon(1e-3));
}

TEST_CASE("inputs are uniform in their range, and a range that is none is refused") {
    double greatest = 0;
    for (std::uint32_t index = 0; index < 100; ++index) {
        auto const task = SineWaves{.input_range = 3}.draw<wave>(Keys<1>{index, 9u});
        for (int token = 0; token < wave.context; ++token) {
            greatest = std::max(greatest, static_cast<double>(std::abs(task.prompt.context(0, token)[0])));
        }
    }
    REQUIRE(greatest <= 1.5);
    REQUIRE(greatest > 1.49);
    for (float const range : {0.0f, -1.0f, 1000.0f, std::numeric_limits<float>::quiet_NaN()}) {
        REQUIRE_THROWS_AS(SineWaves{.input_range = range}.draw<wave>(Keys<1>{1u, 2u}), std::invalid_argument);
    }
}

TEST_CASE("plain tokens are the examples of a regression, taken apart") {
    constexpr Dimensions plain{.input = 3, .output = 2, .context = 8, .query = 2};
    constexpr Dimensions examples{.input = 5, .output = 2, .context = 4, .query = 2};
    LinearRegression const tasks{.input_range = 1.5f};
    Keys<4> const keys{Lanes<std::uint32_t, 4>(17u), Lanes<std::uint32_t, 4>(3u)};
    auto const whole = tasks.draw<examples>(keys);
    auto const task = PlainTokens{tasks}.draw<plain>(keys);
    int differences = 0;
    for (int example = 0; example < 4; ++example) {
        for (int row = 0; row < 5; ++row) {
            differences += task.prompt.context(row, 2 * example)[1] != whole.prompt.context(row, example)[1];
            float const y = row < 3 ? 0 : whole.prompt.context(2 + row, example)[1];
            differences += task.prompt.context(row, 2 * example + 1)[1] != y;
        }
    }
    for (int row = 0; row < 5; ++row) {
        differences += task.prompt.query(row, 1)[1] != whole.prompt.query(row, 1)[1];
    }
    REQUIRE(differences == 0);
    REQUIRE(task.target(1, 1)[1] == whole.target(1, 1)[1]);
}

}  // namespace

// SPDX-License-Identifier: MIT
// Least squares and ridge regression: by what defines their solutions, and by the posterior mean that ridge is.
//
// Rounding in double. Numbers here are whole and small, so X X^T, X Y^T and W X are exact; what rounds is the solution. A
// backward stable solution of n unknowns is exact for data that are c n m u off, relatively, with a small constant c
// [Higham2002] ch. 10 and 20; `solved(n m condition)` allows c = 8, u = 2^-53.
#include "incontext/experiment/least_squares.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "incontext/task/noisy_targets.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
constexpr Dimensions tall{.input = 3, .output = 2, .context = 7, .query = 4};  // more examples than inputs
constexpr Dimensions wide{.input = 7, .output = 2, .context = 3, .query = 4};  // fewer

constexpr double solved(double amplification) {
    return 8 * 0x1p-53 * amplification;
}

/// A prompt of whole numbers: any targets, or those of the teacher.
template <Dimensions Sizes>
Prompt<Sizes.tokens(), double> whole_prompt(unsigned stream) {
    return test::drawn_prompt<Sizes.tokens(), double>(stream, 9);
}
template <Dimensions Sizes>
using Weights = Matrix<double, Sizes.output, Sizes.input>;

template <Dimensions Sizes>
Weights<Sizes> teacher(unsigned stream) {
    return test::drawn_matrix<double, Sizes.output, Sizes.input>(stream, 5);
}
template <Dimensions Sizes>
Prompt<Sizes.tokens(), double> taught_prompt(unsigned stream) {
    auto prompt = whole_prompt<Sizes>(stream);
    prompt.context.template bottomRows<Sizes.output>() =
        product(teacher<Sizes>(stream + 7), inputs<Sizes>(prompt.context));
    return prompt;
}

/// The smaller of X X^T and X^T X, [3 x 3] here: small enough for closed formulas.
template <AnyMatrix Inputs>
Eigen::Matrix3d smaller_gram(Inputs const& X) {
    if constexpr (rows_of<Inputs> == 3) {
        return product(X, transpose(X));
    } else {
        return product(transpose(X), X);
    }
}

/// X and Y of a prompt, and the largest and smallest eigenvalue of X X^T other than those that are 0 for any X.
template <Dimensions Sizes>
struct Regression {
    Matrix<double, Sizes.input, Sizes.context> X;
    Matrix<double, Sizes.output, Sizes.context> Y;
    double largest = 0;
    double smallest = 0;

    explicit Regression(Prompt<Sizes.tokens(), double> const& prompt)
        : X(inputs<Sizes>(prompt.context)), Y(targets<Sizes>(prompt.context)) {
        Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver;
        solver.computeDirect(smaller_gram(X), Eigen::EigenvaluesOnly);
        largest = solver.eigenvalues()(2);
        smallest = solver.eigenvalues()(0);
    }

    /// of X, not of X X^T
    [[nodiscard]] double condition() const { return std::sqrt(largest / smallest); }
};

constexpr double unknowns_times_examples = 7 * 3;

// --------------------------------------------------------------------------------------------------- least squares ----

TEST_CASE("least squares finds the teacher where there are enough examples") {
    for (unsigned stream : {1u, 20u, 40u}) {
        auto const prompt = taught_prompt<tall>(stream);
        Regression<tall> const regression(prompt);
        Weights<tall> const expected = teacher<tall>(stream + 7);
        double const error = (least_squares_weights<tall>(prompt) - expected).norm();
        REQUIRE(error <= solved(unknowns_times_examples * regression.condition()) * expected.norm());
    }
}

TEST_CASE("a prompt of which nobody knows how its tokens split has the same least squares and ridge") {
    auto const prompt = whole_prompt<tall>(1);
    Prompt<tall.tokens().without_split(), double> const unsplit = prompt;
    REQUIRE(test::equal(least_squares_weights<tall>(unsplit), least_squares_weights<tall>(prompt)));
    REQUIRE(test::equal(least_squares_prediction<tall>(unsplit), least_squares_prediction<tall>(prompt)));
    REQUIRE(test::equal(ridge_weights<tall>(unsplit, 2), ridge_weights<tall>(prompt, 2)));
    REQUIRE(test::equal(ridge_prediction<tall>(unsplit, 2), ridge_prediction<tall>(prompt, 2)));
}

TEST_CASE("the residual of least squares is orthogonal to the inputs") {
    for (unsigned stream : {1u, 20u, 40u}) {
        auto const prompt = whole_prompt<tall>(stream);
        Regression<tall> const regression(prompt);
        auto const& [X, Y, largest, smallest] = regression;
        Weights<tall> const W = least_squares_weights<tall>(prompt);
        auto const residual = Matrix<double, 2, 7>(product(W, X) - Y);
        REQUIRE(residual.norm() > 1);  // whole numbers without a teacher
        // The solution is W + dW with |dW| <= solved(condition^2) |Y| / sqrt(smallest), and the residual dW X more.
        double const bound = solved(unknowns_times_examples * regression.condition() * regression.condition()) *
                             Y.norm() * largest / std::sqrt(smallest);
        REQUIRE(product(residual, transpose(X)).norm() <= bound);
        REQUIRE(bound < 1e-6 * product(Y, transpose(X)).norm());
    }
}

TEST_CASE("with fewer examples than inputs least squares fits them all, with the smallest weights") {
    for (unsigned stream : {1u, 20u, 40u}) {
        auto const prompt = whole_prompt<wide>(stream);
        Regression<wide> const regression(prompt);
        auto const& [X, Y, largest, smallest] = regression;
        Weights<wide> const W = least_squares_weights<wide>(prompt);
        double const tolerance = solved(unknowns_times_examples * regression.condition());
        REQUIRE((product(W, X) - Y).norm() <= tolerance * W.norm() * X.norm());
        // Smallest: nothing of W is outside the span of the examples, on which (X^T X)^{-1} X^T projects.
        Eigen::Matrix<double, 3, 7> const coordinates =
            product(Eigen::Matrix3d(smaller_gram(X).inverse()), transpose(X));
        Weights<wide> const outside = W - product(product(W, X), coordinates);
        REQUIRE(outside.norm() <= tolerance * regression.condition() * W.norm());
        REQUIRE((Weights<wide>::Ones() - product(product(Weights<wide>::Ones().eval(), X), coordinates)).norm() > 0.1);
    }
}

TEST_CASE("examples that do not span the inputs are fitted with the smallest weights, too") {
    auto prompt = taught_prompt<tall>(3);
    prompt.context.row(1) = 2 * prompt.context.row(0);  // an input that is twice another, exactly
    auto const X = inputs<tall>(prompt.context);
    Matrix<double, 2, 7> const Y = product(teacher<tall>(9), X);
    prompt.context.bottomRows<2>() = Y;
    Weights<tall> const W = least_squares_weights<tall>(prompt);
    // Whole numbers in two other directions; the condition there is below 10.
    REQUIRE((product(W, X) - Y).norm() <= solved(unknowns_times_examples * 10) * W.norm() * X.norm());
    REQUIRE(product(W, Eigen::Vector3d(2, -1, 0)).norm() <= solved(unknowns_times_examples * 10) * W.norm() * 3);
}

TEST_CASE("least squares without anything to learn from has no weights") {
    Prompt<tall.tokens(), double> prompt = whole_prompt<tall>(1);
    prompt.context.setZero();
    REQUIRE(least_squares_weights<tall>(prompt).isZero(0));
}

// ----------------------------------------------------------------------------------------------------------- ridge ----

TEMPLATE_TEST_CASE_SIG("the gradient of 1/2 sum |W x - y|^2 + penalty/2 |W|^2 is 0 at the ridge solution", "",
                       ((Dimensions Sizes), Sizes), tall, wide) {
    for (double const penalty : {0.5, 3.0, 100.0}) {
        CAPTURE(penalty);
        auto const prompt = whole_prompt<Sizes>(11);
        Regression<Sizes> const regression(prompt);
        auto const& [X, Y, largest, smallest] = regression;
        Weights<Sizes> const W = ridge_weights<Sizes>(prompt, penalty);
        Matrix<double, Sizes.output, Sizes.context> const residual = product(W, X) - Y;
        Weights<Sizes> const gradient = product(residual, transpose(X)) + penalty * W;
        double const bound =
            solved(unknowns_times_examples * (1 + largest / penalty)) * product(Y, transpose(X)).norm();
        REQUIRE(gradient.norm() <= bound);
        REQUIRE(bound < 1e-8 * (penalty * W).norm());
    }
}

TEST_CASE("ridge with one input is x y / (x x + penalty), the penalty against the sum over the examples") {
    constexpr Dimensions one{.input = 1, .output = 1, .context = 3, .query = 2};
    Prompt<one.tokens(), double> prompt;
    prompt.context << 1, 2, 3,  //
        4, 5, 7;
    prompt.query << 2, -1,  //
        0, 0;
    // x y = 4 + 10 + 21, x x = 1 + 4 + 9: 35 / (14 + 6).
    REQUIRE(ridge_weights<one>(prompt, 6)(0, 0) == Approx(1.75).epsilon(solved(1)));
    REQUIRE(ridge_prediction<one>(prompt, 6)(0, 0) == Approx(3.5).epsilon(solved(1)));
    REQUIRE(ridge_prediction<one>(prompt, 6)(0, 1) == Approx(-1.75).epsilon(solved(1)));
    REQUIRE(least_squares_weights<one>(prompt)(0, 0) == Approx(2.5).epsilon(solved(1)));
}

TEMPLATE_TEST_CASE_SIG("ridge tends to least squares as its penalty tends to 0, and is it at 0", "",
                       ((Dimensions Sizes), Sizes), tall, wide) {
    auto const prompt = whole_prompt<Sizes>(11);
    Regression<Sizes> const regression(prompt);
    Weights<Sizes> const W = least_squares_weights<Sizes>(prompt);
    for (double const penalty : {1e-2, 1e-4, 1e-6}) {
        CAPTURE(penalty);
        // W_ridge - W = -penalty W (X X^T + penalty I)^{-1}, W being 0 where X X^T is: shrunk by l / (l + penalty).
        double const difference = (ridge_weights<Sizes>(prompt, penalty) - W).norm();
        double const rounding = solved(unknowns_times_examples * (1 + regression.largest / penalty)) * W.norm();
        REQUIRE(difference <= penalty / (regression.smallest + penalty) * W.norm() + rounding);
        REQUIRE(difference >= penalty / (regression.largest + penalty) * W.norm() - rounding);
    }
    REQUIRE(test::equal(ridge_weights<Sizes>(prompt, 0), least_squares_weights<Sizes>(prompt)));
}

TEST_CASE("penalties that are no penalties are refused, and matrices that cannot be told from singular ones") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (double const penalty : {-1.0, -1e-300, infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
        REQUIRE_THROWS_AS(ridge_weights<tall>(whole_prompt<tall>(1), penalty), std::invalid_argument);
        REQUIRE_THROWS_AS(ridge_prediction<tall>(whole_prompt<tall>(1), penalty), std::invalid_argument);
    }
    REQUIRE_THROWS_AS(ridge_weights<wide>(whole_prompt<wide>(1), 1e-20), std::domain_error);
    REQUIRE_NOTHROW(ridge_weights<tall>(whole_prompt<tall>(1), 1e-20));  // X X^T alone is regular
    REQUIRE_NOTHROW(ridge_weights<wide>(whole_prompt<wide>(1), 1e-3));
    for (double const wrong : {std::numeric_limits<double>::quiet_NaN(), infinity}) {
        auto not_finite = whole_prompt<tall>(1);
        not_finite.context(0, 0) = wrong;
        REQUIRE_THROWS_WITH(ridge_weights<tall>(not_finite, 1), "ridge: an input of the context is not finite");
        REQUIRE_FALSE(std::isfinite(least_squares_weights<tall>(not_finite).norm()));
    }
}

TEST_CASE("a target that is not finite makes the weights of its output NaN, whatever the inputs, and no others") {
    auto const whole = whole_prompt<tall>(1);
    auto of_zeros = whole;
    of_zeros.context.topRows<tall.input>().setZero();
    auto one_input = of_zeros;  // a reflection that changes nothing
    one_input.context(0, 0) = 1;
    for (auto const& prompt : {whole, of_zeros, one_input}) {
        for (double const wrong : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
            for (int output = 0; output < tall.output; ++output) {
                for (int example = 0; example < 3; ++example) {
                    CAPTURE(wrong, output, example);
                    auto spoiled = prompt;
                    spoiled.context(tall.input + output, example) = wrong;
                    auto const check = [&](auto const& W, auto const& of_whole) {
                        for (int row = 0; row < tall.output; ++row) {
                            if (row == output) {
                                REQUIRE(W.row(row).array().isNaN().all());
                            } else {
                                REQUIRE(test::equal(W.row(row), of_whole.row(row)));
                            }
                        }
                    };
                    check(least_squares_weights<tall>(spoiled), least_squares_weights<tall>(prompt));
                    check(ridge_weights<tall>(spoiled, 0.5), ridge_weights<tall>(prompt, 0.5));
                }
            }
        }
    }
}

TEST_CASE(
    "least squares and ridge are the same in any unit of the inputs, to the last bit where it is a power of two") {
    auto const prompt = whole_prompt<tall>(1);
    auto const in_units = [&](double unit) {
        auto scaled = prompt;
        scaled.context.topRows<tall.input>() *= unit;
        scaled.query.topRows<tall.input>() *= unit;
        return scaled;
    };
    auto const expected = least_squares_prediction<tall>(prompt);
    for (double const unit : {0x1p-1060, 0x1p-531, 0x1p-20, 0x1p511, 0x1p1018}) {
        CAPTURE(unit);
        REQUIRE(test::equal(least_squares_prediction<tall>(in_units(unit)), expected));
        REQUIRE(test::equal(ridge_prediction<tall>(in_units(unit), 0), expected));
    }
    for (double const unit : {0x1p-530, 0x1p-20, 0x1p500, 0x1p509}) {
        CAPTURE(unit);
        REQUIRE(
            test::equal(ridge_prediction<tall>(in_units(unit), 3 * unit * unit), ridge_prediction<tall>(prompt, 3)));
    }
    // A penalty that is nothing beside X X^T, and inputs that are nothing beside it.
    REQUIRE((ridge_prediction<tall>(in_units(1e200), 3) - expected).norm() <= 1e-12 * expected.norm());
    auto const small = ridge_weights<tall>(in_units(1e-200), 3);
    Matrix<double, 2, 3> const correlation = targets<tall>(prompt.context) * inputs<tall>(prompt.context).transpose();
    REQUIRE((small * 1e200 - correlation / 3).norm() <= 1e-12 * correlation.norm());
}

TEST_CASE(
    "least squares and ridge are the same in any unit of the targets, to the last bit where it is a power of two") {
    auto const prompt = whole_prompt<tall>(1);
    Matrix<double, 2, 4> const expected = least_squares_prediction<tall>(prompt);
    Matrix<double, 2, 4> const of_ridge = ridge_prediction<tall>(prompt, 3);
    for (double const unit : {0x1p-1000, 0x1p-20, 0x1p511, 0x1p1018}) {
        CAPTURE(unit);
        auto scaled = prompt;
        scaled.context.row(tall.input + 1) *= unit;  // of one output alone
        auto const check = [&](Matrix<double, 2, 4> const& predicted, Matrix<double, 2, 4> const& right) {
            REQUIRE(test::equal(predicted.row(0), right.row(0)));
            REQUIRE(test::equal((predicted.row(1) / unit).eval(), right.row(1)));
        };
        check(least_squares_prediction<tall>(scaled), expected);
        check(ridge_prediction<tall>(scaled, 3), of_ridge);
    }
}

TEST_CASE("targets near the end of double have weights there") {
    constexpr Dimensions four{.input = 1, .output = 1, .context = 4};
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (double const y : {1e308, 1.7e308, -1e308, 5e-324}) {
        CAPTURE(y);
        Prompt<four.tokens(), double> prompt;
        prompt.context.row(0).setOnes();
        prompt.context.row(1).setConstant(y);
        prompt.query << 1, 0;
        REQUIRE(least_squares_weights<four>(prompt)(0) == Approx(y).epsilon(1e-14));
        REQUIRE(least_squares_prediction<four>(prompt)(0) == Approx(y).epsilon(1e-14));
        prompt.context.row(1) *= 0.5;
        REQUIRE(ridge_weights<four>(prompt, 1)(0) == Approx(0.8 * prompt.context(1, 0)).epsilon(1e-14));
        // Weights that are out of range, and a prediction that is not.
        prompt.context.row(0).setConstant(0x1p-100);
        prompt.query << 0x1p-100, 0;
        if (std::abs(y) > 1) {
            REQUIRE(least_squares_weights<four>(prompt)(0) == (y > 0 ? infinity : -infinity));
        }
        REQUIRE(least_squares_prediction<four>(prompt)(0) == Approx(prompt.context(1, 0)).epsilon(1e-14));
    }
}

TEST_CASE("a query that is far larger or smaller than the context is predicted by the weights") {
    constexpr Dimensions two{.input = 2, .output = 1, .context = 1};
    Prompt<two.tokens(), double> prompt;
    prompt.context << 1e-300, 0, 1;
    prompt.query << 1e-300, 1e10, 0;
    REQUIRE(least_squares_prediction<two>(prompt)(0) == Approx(1).epsilon(1e-14));
    prompt.context << 1e300, 0, 1e300;
    prompt.query << 1e-300, 1, 0;
    REQUIRE(least_squares_prediction<two>(prompt)(0) == Approx(1e-300).epsilon(1e-14));
    prompt.context << 1, 1, 2;
    prompt.query << std::nan(""), 1, 0;
    REQUIRE(std::isnan(least_squares_prediction<two>(prompt)(0)));
}

TEST_CASE("a query that loses digits in units of the context changes nothing of the others") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    // W is 1e-400 (1, 2), which no double holds; W x_q is 1e-200, whatever the small entry and the other queries.
    constexpr Dimensions tiny{.input = 2, .output = 1, .context = 2, .query = 2};
    Prompt<tiny.tokens(), double> of_tiny{};
    of_tiny.context << 1e200, 0, 0, 1e200, 1e-200, 2e-200;
    for (double const other : {1e-100, 1e-120, 1e-130, 1e-300, infinity, unknown}) {
        CAPTURE(other);
        of_tiny.query << 1e200, other, std::isfinite(other) ? other : 0.0, 0, 0,
            0;  // columns: (1e200, other), (other, 0)
        REQUIRE(least_squares_prediction<tiny>(of_tiny)(0) == Approx(1e-200).epsilon(1e-13));
        REQUIRE(ridge_prediction<tiny>(of_tiny, 1)(0) == Approx(1e-200).epsilon(1e-13));
    }
    // W is 1e350.
    constexpr Dimensions large{.input = 1, .output = 1, .context = 1, .query = 2};
    Prompt<large.tokens(), double> of_large{};
    of_large.context << 1e-200, 1e150;
    for (double const other : {1e-300, 1e150, infinity, unknown}) {
        CAPTURE(other);
        of_large.query << 1e-200, other, 0, 0;
        REQUIRE(least_squares_prediction<large>(of_large)(0) == Approx(1e150).epsilon(1e-13));
    }
}

TEST_CASE("a prompt of float is computed with in double") {
    auto const prompt = whole_prompt<tall>(11);
    Prompt<tall.tokens(), float> const in_float{.context = prompt.context.cast<float>(),
                                                .query = prompt.query.cast<float>()};
    REQUIRE(test::equal(least_squares_weights<tall>(in_float), least_squares_weights<tall>(prompt)));
    REQUIRE(test::equal(ridge_weights<tall>(in_float, 0.1), ridge_weights<tall>(prompt, 0.1)));
}

TEST_CASE("predictions are the weights times the query's inputs, whatever its y") {
    auto const prompt = whole_prompt<tall>(11);
    auto const Xq = inputs<tall>(prompt.query);
    using Predicted = Matrix<double, 2, 4>;
    auto const check = [&](Predicted const& given, Weights<tall> const& W) {
        // A product of inner size 3, summed in any order: 3 roundings on each path.
        auto const magnitude = product(Weights<tall>(W.cwiseAbs()), Eigen::Matrix<double, 3, 4>(Xq.cwiseAbs()));
        REQUIRE(((given - product(W, Xq)).array().abs() <= 6 * 0x1p-53 * magnitude.array()).all());
    };
    check(least_squares_prediction<tall>(prompt), least_squares_weights<tall>(prompt));
    check(ridge_prediction<tall>(prompt, 2), ridge_weights<tall>(prompt, 2));
}

// ------------------------------------------------------------------------------------------------------ evaluation ----

constexpr int count = 37;  // two packs and a part of one
constexpr std::uint32_t seed = 9;

/// 1/2 mean |prediction - target|^2 of the tasks of the seed, one after the other.
template <Dimensions Sizes, class Distribution, class Predict>
double mean_loss_one_by_one(Distribution const& distribution, Predict const& predict) {
    double sum = 0;
    for (std::uint32_t index = 0; index < count; ++index) {
        auto const task =
            distribution.template draw<Sizes>(split_key(key_of_seed<1>(seed), count, Lanes<std::uint32_t, 1>(index)));
        auto const in_double = [](Lanes<float, 1> const& number) { return static_cast<double>(number[0]); };
        Matrix<double, Sizes.output, Sizes.query> const error =
            predict(converted<double>(task.prompt, in_double)) - converted<double>(task.target, in_double);
        sum += error.squaredNorm() / 2;
    }
    return sum / count;
}

TEST_CASE("the losses are half the mean squared errors over exactly the tasks of the evaluation") {
    NoisyTargets const noisy{.noisy_tokens = 2};
    Workers workers(2);
    Evaluation<tall> const evaluation(workers, noisy, seed, count);
    // Each task's loss is rounded to float: 2^-24 of it, and the rest to double.
    constexpr double tolerance = 0x1p-24 + 0x1p-40;
    double const least_squares =
        mean_loss_one_by_one<tall>(noisy, [](auto const& prompt) { return least_squares_prediction<tall>(prompt); });
    REQUIRE(std::abs(least_squares_loss(evaluation) / least_squares - 1) <= tolerance);
    double const ridge =
        mean_loss_one_by_one<tall>(noisy, [](auto const& prompt) { return ridge_prediction<tall>(prompt, 0.4); });
    REQUIRE(std::abs(ridge_loss(evaluation, 0.4) / ridge - 1) <= tolerance);
    REQUIRE(ridge_loss(evaluation, 0) == least_squares_loss(evaluation));
}

TEST_CASE("the losses have the same bits for any number of threads, and errors come out of them") {
    Workers one(1);
    Evaluation<wide> const expected(one, {}, seed, count);
    for (int threads = 2; threads <= 4; ++threads) {
        Workers workers(threads);
        Evaluation<wide> const evaluation(workers, {}, seed, count);
        REQUIRE(least_squares_loss(evaluation) == least_squares_loss(expected));
        REQUIRE(ridge_loss(evaluation, 0.1) == ridge_loss(expected, 0.1));
        REQUIRE_THROWS_AS(ridge_loss(evaluation, -1), std::invalid_argument);
        REQUIRE_THROWS_AS(ridge_loss(evaluation, 1e-20), std::domain_error);
    }
}

TEST_CASE("noiseless tasks with enough examples are learned by least squares up to the rounding of their targets") {
    Workers workers(1);
    Evaluation<tall> const evaluation(workers, {}, seed, 1600);
    // Targets are off by 4 roundings in float of numbers of order 1; the amplification by X^+ has a square with mean
    // below 100 where N - d = 4 (for normal inputs of variance 1/12 it is 12 d / (N - d - 1) = 12).
    REQUIRE(least_squares_loss(evaluation) <= 100 * 16 * 0x1p-48);
    REQUIRE(ridge_loss(evaluation, 0.1) > 1e-3);
}

/// Linear regression with noise N(0, noise^2) added to every context target.
struct AddedNoise {
    float noise = 0;

    template <Dimensions Sizes, int Count>
    Task<Sizes, Lanes<float, Count>> draw(Keys<Count> const& keys) const {
        using Floats = Lanes<float, Count>;
        auto task = LinearRegression{}.draw<Sizes>(keys);
        for_each_random_word<Sizes.output * Sizes.context>(
            folded_in(keys, 1), [&](int index, Lanes<std::uint32_t, Count> const& word) {
                task.prompt.context(Sizes.input + index / Sizes.context, index % Sizes.context) +=
                    Floats(noise) * normal(word);
            });
        return task;
    }
};

/// s^2 (X X^T + s^2 I)^{-1} = I - X (X^T X + s^2 I)^{-1} X^T [input x input], whichever inverse is of three rows.
template <AnyMatrix Inputs>
auto posterior_covariance(Inputs const& X, double variance) -> Matrix<double, rows_of<Inputs>, rows_of<Inputs>> {
    Eigen::Matrix3d const inverse = (smaller_gram(X) + variance * Eigen::Matrix3d::Identity()).inverse();
    if constexpr (rows_of<Inputs> == 3) {
        return variance * inverse;
    } else {
        return identity<double, rows_of<Inputs>>() - product(X, inverse, transpose(X));
    }
}

TEMPLATE_TEST_CASE_SIG(
    "with the noise's variance as penalty ridge is the posterior mean: its loss is the posterior variance", "",
    ((Dimensions Sizes), Sizes), tall, wide) {
    // W given X and Y is normal about the ridge solution, its rows of covariance s^2 (X X^T + s^2 I)^{-1}. So with A that
    // covariance the loss has the mean 1/2 output sum over queries of x_q^T A x_q, and the difference has the mean 0.
    constexpr float noise = 0.5f;
    constexpr double variance = 0.25;
    constexpr int tasks = 8000;
    Workers workers(1);
    Evaluation<Sizes> const evaluation(workers, AddedNoise{.noise = noise}, seed, tasks);
    using Number = typename Evaluation<Sizes>::Number;
    auto const check = [&](double penalty) {
        auto const moments = evaluation.template mean<2>([&](auto const& task, auto& out) {
            for (int lane = 0; lane < Number::lane_count; ++lane) {
                auto const in_double = [&](Number const& number) { return static_cast<double>(number[lane]); };
                auto const prompt = converted<double>(task.prompt, in_double);
                auto const Xq = inputs<Sizes>(prompt.query);
                Matrix<double, Sizes.output, Sizes.query> const error =
                    ridge_prediction<Sizes>(prompt, penalty) - converted<double>(task.target, in_double);
                auto const A = posterior_covariance(inputs<Sizes>(prompt.context), variance);
                double const difference =
                    error.squaredNorm() / 2 - Sizes.output * product(transpose(Xq), A, Xq).trace() / 2;
                out[0].set(lane, static_cast<float>(difference));
            }
            out[1] = out[0] * out[0];
        });
        return moments[0] / std::sqrt((moments[1] - moments[0] * moments[0]) / tasks);  // in standard errors
    };
    REQUIRE(std::abs(check(variance)) <= 5);
    // A penalty against the mean over the context would be N times this one; it is found out.
    REQUIRE(check(variance * Sizes.context) > 5);
    REQUIRE(check(variance / Sizes.context) > 5);
    BestRidge const best = scan_ridge_penalty(evaluation, {.first = variance / 8, .factor = 2, .end = variance * 10});
    REQUIRE(best.penalty == variance);
}

TEST_CASE("a scan tries the penalties below its end, and the best has the smallest loss") {
    Workers workers(1);
    Evaluation<tall> const evaluation(workers, NoisyTargets{.noisy_tokens = 2}, seed, count);
    BestRidge const best = scan_ridge_penalty(evaluation, {.first = 0.125, .factor = 2, .end = 8});
    REQUIRE(best.loss == ridge_loss(evaluation, best.penalty));
    double smallest = std::numeric_limits<double>::infinity();
    for (double const penalty : {0.125, 0.25, 0.5, 1.0, 2.0, 4.0}) {
        smallest = std::min(smallest, ridge_loss(evaluation, penalty));
    }
    REQUIRE(best.loss == smallest);
    REQUIRE(scan_ridge_penalty(evaluation, {.first = 0.125, .factor = 2, .end = 0.2}).penalty == 0.125);
    REQUIRE(std::isinf(scan_ridge_penalty(evaluation, {.first = 2, .factor = 2, .end = 2}).loss));
    REQUIRE(best.loss < least_squares_loss(evaluation));
}

TEST_CASE("a scan that would not end, or has no penalties, is refused") {
    Workers workers(1);
    Evaluation<tall> const evaluation(workers, {}, seed, 16);
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = 0, .factor = 2, .end = 8}), std::invalid_argument);
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = -1, .factor = 2, .end = 8}), std::invalid_argument);
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = 1, .factor = 1, .end = 8}), std::invalid_argument);
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = 1, .factor = 0.5, .end = 8}), std::invalid_argument);
    // The least of all numbers, times 1.25, is rounded to itself; three times it, to four times it.
    constexpr double least = std::numeric_limits<double>::denorm_min();
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = least}), std::invalid_argument);
    REQUIRE(scan_ridge_penalty(evaluation, {.first = 3 * least, .end = 9 * least}).loss < 1);
    double const next_to_one = 1 + std::numeric_limits<double>::epsilon();
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = 1, .factor = next_to_one, .end = 8}),
                      std::invalid_argument);
}

/// Tasks whose targets are no numbers.
struct NoNumbers {
    template <Dimensions Sizes>
    auto draw(auto const& keys) const {
        auto task = LinearRegression{}.draw<Sizes>(keys);
        using Number = NumberOf<decltype(task.target)>;
        task.target(0, 0) = Number(std::numeric_limits<float>::quiet_NaN());
        return task;
    }
};

TEST_CASE("a scan of penalties without a finite loss is told") {
    Workers workers(1);
    Evaluation<tall> const evaluation(workers, NoNumbers{}, seed, 16);
    REQUIRE_THROWS_AS(scan_ridge_penalty(evaluation, {.first = 1, .factor = 2, .end = 8}), std::domain_error);
    REQUIRE(std::isinf(scan_ridge_penalty(evaluation, {.first = 8, .factor = 2, .end = 8}).loss));  // none to try
}

}  // namespace

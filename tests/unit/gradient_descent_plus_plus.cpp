// SPDX-License-Identifier: MIT
// GD++ maps the eigenvalues of X X^T: l becomes l (1 - gamma l)^2.
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "incontext/experiment/spectrum.hpp"
#include "support/families.hpp"
#include "support/largest.hpp"

namespace {

using namespace test;

using Hessian = Eigen::Matrix3d;

Eigen::Vector3d sorted_eigenvalues(Hessian const& hessian) {
    Eigen::Vector3d eigenvalues = Eigen::SelfAdjointEigenSolver<Hessian>(hessian, Eigen::EigenvaluesOnly).eigenvalues();
    std::sort(eigenvalues.begin(), eigenvalues.end());
    return eigenvalues;
}

/// The eigenvalues after a step, against the map of those before.
///
/// An eigenvalue of a symmetric matrix moves by at most the norm of what is added to it, here the rounding of products
/// of three and seven terms: 100 u times the largest absolute value that occurs leaves room.
void check_map(Eigen::Matrix<double, 3, 7> const& X, double gamma) {
    GradientDescentPlusPlus<sizes, double> const step{
        .learning_rate = 0.25, .gamma = gamma, .initial_weights = zero<double, 2, 3>()};
    auto const prompt = embed(X, drawn_matrix<double, 2, 7>(5), drawn_matrix<double, 3, 4>(6));
    Eigen::Matrix<double, 3, 7> const moved = inputs<sizes>(step(prompt).context);

    Hessian const before = X * X.transpose();
    Eigen::Vector3d expected = sorted_eigenvalues(before);
    double const largest = expected.maxCoeff();
    for (double& eigenvalue : expected) {
        eigenvalue = conditioned_eigenvalue(eigenvalue, gamma);
    }
    std::sort(expected.begin(), expected.end());
    Eigen::Vector3d const actual = sorted_eigenvalues(moved * moved.transpose());
    double const scale = largest * std::pow(1 + std::abs(gamma) * largest, 2);
    CHECK(test::largest_entry(actual - expected) <= 100 * 0x1p-53 * scale);
    CHECK((actual - sorted_eigenvalues(before)).cwiseAbs().maxCoeff() > 1e-3 * largest);  // it did move
}

}  // namespace

TEST_CASE("GD++ maps every eigenvalue l of X X^T to l (1 - gamma l)^2 on random contexts") {
    for (unsigned stream = 10; stream < 30; ++stream) {
        Eigen::Matrix<double, 3, 7> const X = drawn_matrix<double, 3, 7>(stream, 5) / 8.0;
        double const largest = sorted_eigenvalues(X * X.transpose()).maxCoeff();
        check_map(X, 0.2 / largest);
        check_map(X, -0.3 / largest);
    }
}

TEST_CASE("GD++ maps eigenvalues of an ill-conditioned context, and lowers its condition number") {
    // Singular values 1, 1e-2 and 1e-4 in rotated directions.
    Eigen::Matrix3d const rotation =
        (Eigen::AngleAxisd(0.7, Eigen::Vector3d::UnitX()) * Eigen::AngleAxisd(1.1, Eigen::Vector3d::UnitZ())).matrix();
    Eigen::Matrix<double, 3, 7> X = Eigen::Matrix<double, 3, 7>::Zero();
    X.leftCols<3>() = rotation * Eigen::Vector3d(1, 1e-2, 1e-4).asDiagonal() * rotation.transpose();
    check_map(X, 0.2);

    GradientDescentPlusPlus<sizes, double> const step{
        .learning_rate = 0, .gamma = 0.2, .initial_weights = zero<double, 2, 3>()};
    auto prompt = embed(X, drawn_matrix<double, 2, 7>(5), drawn_matrix<double, 3, 4>(6));
    auto const condition = [&] {
        auto const inputs_now = inputs<sizes>(prompt.context);
        Eigen::Vector3d const eigenvalues = sorted_eigenvalues(inputs_now * inputs_now.transpose());
        return eigenvalues(2) / eigenvalues(1);
    };
    // The largest eigenvalue 1 becomes .64, the others hardly move.
    double const before = condition();
    prompt = step(prompt);
    CHECK(condition() / before == Approx(0.64).epsilon(1e-3));
}

// SPDX-License-Identifier: MIT
// Three plans for the inverse of I - N in float, on keys that resemble each other: two are accurate, doubling is
// useless, and the certificate tells them apart.
#include <cmath>
#include <cstdint>

#include "catch.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/recurrence/unit_triangular.hpp"

namespace {

using namespace incontext;

/// N of the delta rule at the rate 1: keys of length 1, a mixture of one key that all share and one of their own.
template <int Size>
Matrix<float, Size, Size> correlated(double shared) {
    constexpr int key_dim = 16;
    std::uint32_t bits = 12345;
    Eigen::Matrix<double, key_dim, Size> keys;
    for (int token = 0; token < Size; ++token) {
        for (int row = 0; row < key_dim; ++row) {
            bits = bits * 1664525u + 1013904223u;
            keys(row, token) = shared + (1 - shared) * (static_cast<double>(bits >> 8) * 0x1p-23 - 1);
        }
        keys.col(token).normalize();
    }
    Eigen::Matrix<double, Size, Size> const scores = -(keys.transpose() * keys);
    return generate<float, Size, Size>(
        [&](int row, int col) { return row < col ? static_cast<float>(scores(row, col)) : 0.0f; });
}

/// The largest column sum of the error against substitution in long double.
template <class Plan, int Size>
double true_error(Matrix<float, Size, Size> const& N) {
    using Wide = Eigen::Matrix<long double, Size, Size>;
    Wide exact = Wide::Identity();
    for (int col = 1; col < Size; ++col) {
        for (int before = 0; before < col; ++before) {
            exact.col(col) += exact.col(before) * static_cast<long double>(N(before, col));
        }
    }
    Wide const error = exact - Plan::inverse(N).template cast<long double>();
    return static_cast<double>(error.cwiseAbs().colwise().sum().template maxCoeff<Eigen::PropagateNaN>());
}

TEST_CASE("on 64 keys that resemble each other substitution and halves are accurate, doubling is not") {
    auto const N = correlated<64>(.8);
    double const by_substitution = true_error<BySubstitution, 64>(N);
    double const by_halves = true_error<ByHalves, 64>(N);
    double const by_doubling = true_error<ByDoubling, 64>(N);
    CAPTURE(by_substitution, by_halves, by_doubling);
    CHECK(by_substitution < 1e-4);
    CHECK(by_halves < 1e-4);
    CHECK(by_doubling > 1e3);
    CHECK(best_plan<double>(N) == InversePlan::by_halves);
}

TEST_CASE("a certificate is never below the true error and not far above it") {
    for (double const shared : {0.0, .3, .6, .9}) {
        auto const N = correlated<32>(shared);
        auto const holds = [&]<class Plan>(Plan) {
            double const error = true_error<Plan, 32>(N);
            double const certificate = certificate_of_inverse<double>(Plan::inverse(N), N);
            CAPTURE(shared, error, certificate);
            CHECK(error <= certificate);
            if (std::isfinite(certificate)) {
                CHECK(certificate <= 50 * error);
            }
        };
        holds(BySubstitution{});
        holds(ByHalves{});
        holds(ByDoubling{});
    }
}

TEST_CASE("what is on and below the diagonal is not read") {
    auto N = correlated<8>(.5);
    auto const before = N;
    for (int col = 0; col < 8; ++col) {
        for (int row = col; row < 8; ++row) {
            N(row, col) = std::numeric_limits<float>::quiet_NaN();
        }
    }
    CHECK(BySubstitution::inverse(N) == BySubstitution::inverse(before));
    CHECK(ByHalves::inverse(N) == ByHalves::inverse(before));
    CHECK(ByDoubling::inverse(N) == ByDoubling::inverse(before));
}

TEST_CASE("where nothing is known the certificate is infinite") {
    auto const N = correlated<8>(.5);
    auto const infinite = std::numeric_limits<double>::infinity();
    CHECK(certificate_of_inverse<double>(Eigen::Matrix<float, 8, 8>(Eigen::Matrix<float, 8, 8>::Zero()), N) ==
          infinite);
    Eigen::Matrix<float, 8, 8> broken = BySubstitution::inverse(N);
    broken(3, 4) = std::numeric_limits<float>::quiet_NaN();
    CHECK(certificate_of_inverse<double>(broken, N) == infinite);
    CHECK(largest_column_sum(Eigen::Matrix2d(Eigen::Matrix2d::Identity() * -3)) == 3);
}

TEST_CASE("doubling is taken where its certificate is near the smallest, and not where it is merely finite") {
    auto const far = correlated<32>(.4);
    double const by_halves = certificate_of_inverse<double>(ByHalves::inverse(far), far);
    double const by_doubling = certificate_of_inverse<double>(ByDoubling::inverse(far), far);
    CAPTURE(by_halves, by_doubling);
    REQUIRE(by_doubling > 1000 * by_halves);
    REQUIRE(std::isfinite(by_doubling));
    CHECK(best_plan<double>(far) == InversePlan::by_halves);
    CHECK(best_plan<double>(correlated<16>(.1)) == InversePlan::by_doubling);
}

TEST_CASE("where nothing is known of any plan, substitution is taken") {
    Eigen::Matrix<float, 64, 64> const N = Eigen::Matrix<float, 64, 64>::Constant(100);  // the inverse is beyond float
    REQUIRE(std::isinf(certificate_of_inverse<double>(BySubstitution::inverse(N), N)));
    CHECK(best_plan<double>(N) == InversePlan::by_substitution);
}

}  // namespace

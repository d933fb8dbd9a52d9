// SPDX-License-Identifier: MIT
// Not every layer that training can end in is a step of gradient descent: with two examples in two dimensions the loss has
// another minimum, half as large again. (examples/reproduce/sizes meets it.)
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "incontext/experiment/exact_optimum.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/training/loss.hpp"
#include "incontext/training/training.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 2};
constexpr TokenShape shape = sizes.tokens();
using Layer = MergedAttention<shape, double>;

/// The weights that a prediction depends on: the last row of W_PV, and W_KQ but for its last column, which reads the 0 of
/// the query's y.
constexpr int weights = 3 + 3 * 2;
using Vector = Eigen::Matrix<double, weights, 1>;
using Square = Eigen::Matrix<double, weights, weights>;

Layer layer_of(Vector const& w) {
    Layer layer;
    set_zero(layer);
    auto& products = layer.heads[0];
    products.output_value.row(2) = w.head<3>().transpose();
    products.key_query.leftCols<2>() = w.tail<6>().reshaped(3, 2);
    return layer;
}

Vector weights_of(Layer const& layer) {
    auto const& products = layer.heads[0];
    Vector w;
    w << products.output_value.row(2).transpose(), products.key_query.leftCols<2>().reshaped();
    return w;
}

/// The mean loss of fixed tasks, and its derivatives.
class Loss {
  public:
    Loss() {
        constexpr int lanes = 16;
        for (int pack = 0; pack < count / lanes; ++pack) {
            auto const drawn = LinearRegression().draw<sizes>(
                split_key(key_of_seed<lanes>(7), count, PackOfTasks<lanes>(pack, count).index));
            for (int lane = 0; lane < lanes; ++lane) {
                auto const of_lane = [lane](auto const& number) { return static_cast<double>(number[lane]); };
                tasks_.push_back({converted<double>(drawn.prompt, of_lane), converted<double>(drawn.target, of_lane)});
            }
        }
    }

    double operator()(Vector const& w, Vector* gradient = nullptr) const {
        Layer const layer = layer_of(w);
        Layer by_layer;
        set_zero(by_layer);
        double sum = 0;
        for (auto const& task : tasks_) {
            sum += add_loss_and_gradient<sizes>(layer, task.prompt, task.target, 1.0, by_layer);
        }
        if (gradient != nullptr) {
            *gradient = weights_of(by_layer) / count;
        }
        return sum / count;
    }

    /// By central differences of the gradient.
    [[nodiscard]] Square hessian(Vector const& w) const {
        constexpr double h = 1e-4;
        Square result;
        for (int i = 0; i < weights; ++i) {
            Vector above;
            Vector below;
            (*this)(w + h * Vector::Unit(i), &above);
            (*this)(w - h * Vector::Unit(i), &below);
            result.col(i) = (above - below) / (2 * h);
        }
        return (result + result.transpose()) / 2;
    }

  private:
    static constexpr int count = 16'000;
    std::vector<Task<sizes, double>> tasks_;
};

TEST_CASE("with two examples in two dimensions the loss has a minimum that is no step of gradient descent") {
    Loss const loss;
    // From where training rests first: keys read y, values one direction of x.
    Vector w = Vector::Zero();
    w(0) = 1.8;
    w(3 + 2) = -1.7;
    for (int i = 0; i < weights; ++i) {
        w(i) += 0.003 * (i * 7919 % 13 - 6);
    }
    // Newton's method on the absolute values of the Hessian's eigenvalues, which leaves every saddle.
    Vector gradient;
    double now = loss(w, &gradient);
    for (int i = 0; i < 100 && gradient.norm() > 1e-13; ++i) {
        Eigen::SelfAdjointEigenSolver<Square> const at(loss.hessian(w));
        Vector const along = at.eigenvectors().transpose() * gradient;
        Vector const step = -at.eigenvectors() * along.cwiseQuotient(at.eigenvalues().cwiseAbs().cwiseMax(2e-4));
        double part = 1;
        while (part > 1e-9 && loss(w + part * step) > now) {
            part /= 2;
        }
        w += part * step;
        now = loss(w, &gradient);
    }
    REQUIRE(gradient.norm() < 1e-9);

    // One eigenvalue is 0: W_KQ / b and b W_PV are the same layer for every b. All others are positive: a minimum.
    Square const hessian = loss.hessian(w);
    Vector scale;
    scale << w.head<3>(), -w.tail<6>();
    CHECK((hessian * scale).norm() < 1e-6 * scale.norm());
    Eigen::SelfAdjointEigenSolver<Square> const at(hessian);
    CHECK(std::abs(at.eigenvalues()(0)) < 1e-6);
    CHECK(at.eigenvalues()(1) > 5e-4);

    // It is far above one step of gradient descent, whose expected loss is 3/76, and below predicting 0, 1/12.
    double const of_step = static_cast<double>(one_step_optimum(uniform_inputs(), 2, 2).loss);
    CHECK(now > 1.4 * of_step);
    CHECK(now < 1.6 * of_step);
    WARN("loss " << now << ", smallest eigenvalues of the Hessian " << at.eigenvalues().head<3>().transpose());
}

}  // namespace

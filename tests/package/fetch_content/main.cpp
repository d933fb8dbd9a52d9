// SPDX-License-Identifier: MIT
// A user's own Eigen matrices through one layer: Eigen comes with the target.
#include <incontext/construction/proposition_1.hpp>
#include <incontext/matrix/eigen.hpp>

using namespace incontext;

int main() {
    constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
    GradientStep<sizes, double> const step{.learning_rate = 0.5,
                                           .initial_weights = Eigen::Matrix<double, 2, 3>::Zero()};
    Prompt<sizes.tokens(), double> const prompt{.context = Eigen::Matrix<double, 5, 7>::Ones(),
                                                .query = Eigen::Matrix<double, 5, 4>::Ones()};
    return as_attention(step)(prompt).query.isApprox(step(prompt).query) ? 0 : 1;
}

// SPDX-License-Identifier: MIT
// An object of its own: Eigen's decompositions take longer to compile than all layers. Products are lazy and solutions one by
// one, because for large products Eigen would compile blocked kernels as well.
#include "09_a_real_table/solvers.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <cmath>
#include <limits>

Eigen::VectorXd least_squares(Eigen::MatrixXd const& X, Eigen::VectorXd const& y) {
    return Eigen::MatrixXd(X.transpose()).completeOrthogonalDecomposition().solve(y);
}

Ridge ridge(Eigen::MatrixXd const& X, Eigen::VectorXd const& y) {
    Eigen::MatrixXd const moments = X.lazyProduct(X.transpose());
    Eigen::VectorXd const correlation = X.lazyProduct(y);
    Ridge best;
    double least = std::numeric_limits<double>::infinity();
    for (int power = 0; power < 40; ++power) {  // up to 7,400
        double const penalty = 1e-3 * std::pow(1.5, power);
        Eigen::MatrixXd penalised = moments;
        penalised.diagonal().array() += penalty;
        Eigen::LDLT<Eigen::MatrixXd> const decomposition(penalised);
        Eigen::VectorXd const weights = decomposition.solve(correlation);
        double squares = 0;
        for (Eigen::Index row = 0; row < y.size(); ++row) {
            Eigen::VectorXd const x = X.col(row);
            Eigen::VectorXd const solved = decomposition.solve(x);
            double const error = (y(row) - weights.dot(x)) / (1 - solved.dot(x));
            squares += error * error;
        }
        if (squares < least) {
            least = squares;
            best = {.penalty = penalty, .weights = weights};
        }
    }
    return best;
}

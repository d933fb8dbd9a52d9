// SPDX-License-Identifier: MIT
#include "inspect/fit.hpp"

#include <cmath>
#include <functional>

namespace inspect {

Fit fit_of(Layer const& layer, incontext::Dimensions const& sizes, bool is_last) {
    int const d = sizes.input;
    int const t = sizes.input + sizes.output;
    auto const at = [&](int a, int b, int c, int e) {
        double sum = 0;
        for (Head const& head : layer) {
            sum += head.output_value(a, b) * head.key_query(c, e) + head.output_value(a, c) * head.key_query(b, e);
        }
        return sum / 2;
    };
    // The mean of the layer's entries where the part (a, b) of P W_V, times W_K^T W_Q = [[I, 0], [0, 0]], has entries, weighted by
    // these: 1/2 each at (a, b, c, c) and (a, c, b, c), 1 where c = b. Adds up what it explains of |T|^2.
    double explained = 0;
    auto const coefficient = [&](auto const& each_part) {
        double product = 0;
        double square = 0;
        each_part([&](int a, int b) {
            for (int c = 0; c < d; ++c) {
                product += at(a, b, c, c);
                square += b == c ? 1 : 0.5;
            }
        });
        double const result = product / square;
        explained += result * product;
        return result;
    };

    double whole = 0;
    for (int a = is_last ? d : 0; a < t; ++a) {
        for (int b = 0; b < t; ++b) {
            for (int c = 0; c < t; ++c) {
                for (int e = 0; e < (is_last ? d : t); ++e) {
                    whole += at(a, b, c, e) * at(a, b, c, e);
                }
            }
        }
    }
    Fit fit;
    double const rate = -coefficient([&](auto const& part) {
        for (int a = d; a < t; ++a) {
            part(a, a);
        }
    });
    fit.learning_rate = rate * sizes.context;
    fit.initial_weights = Eigen::MatrixXd::Zero(sizes.output, d);
    for (int a = d; a < t; ++a) {
        for (int b = 0; b < d; ++b) {
            double const entry = coefficient([&](auto const& part) { part(a, b); });
            fit.initial_weights(a - d, b) = rate == 0 ? 0 : entry / rate;
        }
    }
    auto const distance = [&] { return whole > 0 ? std::sqrt(std::max(0.0, 1 - explained / whole)) : 0.0; };
    fit.distance_from_gd = distance();
    double const explained_by_gd = explained;
    fit.gamma = -coefficient([&](auto const& part) {
        for (int a = 0; a < d; ++a) {
            part(a, a);
        }
    });
    explained = is_last ? explained_by_gd : explained;
    fit.distance_from_plus_plus = distance();

    if (layer.size() == 1) {
        Head const& head = layer.front();
        Eigen::MatrixXd key_query = Eigen::MatrixXd::Zero(t, t);
        key_query.topLeftCorner(d, d).setIdentity();
        Eigen::MatrixXd output_value = Eigen::MatrixXd::Zero(t, t);
        output_value.topLeftCorner(d, d).diagonal().setConstant(-fit.gamma);
        output_value.bottomLeftCorner(t - d, d) = rate * fit.initial_weights;
        output_value.bottomRightCorner(t - d, t - d).diagonal().setConstant(-rate);
        double const scale = head.key_query.topLeftCorner(d, d).diagonal().mean();
        if (scale != 0 && output_value.norm() > 0) {
            fit.distance_of_products = {(head.key_query / scale - key_query).norm() / key_query.norm(),
                                        (head.output_value * scale - output_value).norm() / output_value.norm()};
        }
    }
    return fit;
}

}  // namespace inspect

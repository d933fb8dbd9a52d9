// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>
#include <vector>

#include "sensor.hpp"

int main() {
    auto const model = incontext::looped<4>(
        incontext::as_attention(incontext::GradientStep<sizes, float>{1, incontext::zero<float, 1, 3>()}));
    std::vector<std::unique_ptr<Sensor>> sensors;
    for (int k = 0; k < 9; ++k) {
        sensors.push_back(std::make_unique<Sensor>(model));
        for (int i = 0; i < 100; ++i) {
            Eigen::Vector3f const x(static_cast<float>(i % 7 - 3), static_cast<float>(i % 5 - 2),
                                    static_cast<float>(i % 3 - 1));
            static_cast<void>(sensors.back()->context.observe(x, Eigen::Matrix<float, 1, 1>(x(0) - x(1) + 2 * x(2))));
        }
    }
    Eigen::Vector3f const x(1, 1, 1);
    bool wrong = size_there() != sizeof(Sensor);
    for (auto const& sensor : sensors) {
        wrong = wrong || tail_there(*sensor) != 42 || asked_there(*sensor, x) != sensor->context.predict(x)(0);
    }
    std::puts(wrong ? "the two objects disagree" : "the two objects agree");
    return wrong ? 1 : 0;
}

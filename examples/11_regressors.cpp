// SPDX-License-Identifier: MIT
// Regressors for a real-time program: the same stream learned by LMS, NLMS and least squares, with bad samples in it.
//
//   setting     the last four numbers u of an input go through an unknown filter w; y = w . (u_t, ..., u_t-3) + noise. The input is coloured, as
//               speech is. One sample in a thousand is no number or absurdly large, and halfway the filter changes
//   observe     says whether the example counts; one that does not spoils nothing
//   save        all that was learned as bytes, which only the same kind of regressor takes back, and only if none was changed
//   look for    least squares has w after 50 examples, NLMS nearly, LMS does not; after the change the same. Least squares pays with five
//               times the multiplications. Bytes with one bit flipped are refused
#include <cstdio>
#include <incontext/incontext.hpp>
#include <limits>
#include <stdexcept>

using namespace incontext;

/// Entries uniform in (-1, 1), from a seed: the same on every machine.
float uniform(unsigned& state) {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int>(state >> 8)) * 0x1p-23f - 1;
}

template <OnlineRegressor Regressor>
void learn(char const* name, Regressor regressor) {
    unsigned state = 1;
    Eigen::Vector4f w(0.5f, -1, 2, 1);
    Eigen::Vector4f u = Eigen::Vector4f::Zero();
    std::printf("%-12s", name);
    for (int t = 1; t <= 10'000; ++t) {
        if (t == 5'001) {
            w = Eigen::Vector4f(1, 1, -1, 0.5f);
        }
        u = Eigen::Vector4f(0.9f * u(0) + 0.4f * uniform(state), u(0), u(1), u(2));
        Eigen::Matrix<float, 1, 1> y(w.dot(u) + 0.01f * uniform(state));
        if (t % 1'000 == 0) {
            y(0) = t % 2'000 == 0 ? std::numeric_limits<float>::quiet_NaN() : 1e30f;
        }
        static_cast<void>(regressor.observe(u, y));  // refused() is asked at the end
        if (t == 50 || t == 5'000 || t == 5'050 || t == 10'000) {
            Eigen::Vector4f const question(1, -1, 1, -1);
            std::printf(" %6.2f", static_cast<double>(regressor.predict(question)(0)));
        }
    }
    std::printf("   %2lld refused, %4zu bytes\n", regressor.refused(), sizeof regressor);

    auto bytes = regressor.save();
    Regressor restored = regressor;
    restored.forget();
    bool const is_back = restored.restore(bytes) == Restored::all && restored.count() == regressor.count();
    bytes[bytes.size() / 2] ^= std::byte{1};
    if (!is_back || restored.restore(bytes) != Restored::damaged) {
        std::printf("bytes are not what they should be\n");
    }
}

void learn_by_each() {
    std::printf("after             50   5000   5050  10000\n");
    std::printf("right         %6.2f %6.2f %6.2f %6.2f\n", 2.5, 2.5, -1.5, -1.5);
    learn("lms", lms<4, 1>(0.1f));
    learn("nlms", nlms<4, 1>(0.5f));
    learn("rls", rls<4, 1>(0.9f, 1e-3f));
    learn("ridge_memory", ridge_memory<4, 1>(0.9f, 1e-3f));

    // How long it takes is known while compiling.
    constexpr Operations of_lms = Lms<4, 1, float>::operations_to_observe();
    constexpr Operations of_rls = Rls<4, 1, float>::operations_to_observe();
    std::printf("an example takes %lld multiplications of LMS, and %lld of least squares\n", of_lms.multiplications,
                of_rls.multiplications);
}

int main() {
    try {
        learn_by_each();
    } catch (std::invalid_argument const& wrong) {  // a rate below 0, a gate above 1, ...
        std::fprintf(stderr, "%s\n", wrong.what());
        return 1;
    }
}

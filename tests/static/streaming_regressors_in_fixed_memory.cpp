// SPDX-License-Identifier: MIT
// options: -fno-exceptions -fno-rtti
// What a real-time program needs of a regressor: its memory is known here, nothing throws, and it compiles without exceptions and run-time
// type information, on Eigen's matrices.
#include <utility>

#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/regressors.hpp"
#include "incontext/streaming/streaming_context.hpp"

namespace {

using namespace incontext;

constexpr int n = 16;
constexpr Dimensions sizes{.input = n, .output = 1, .context = n};
using Steps = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 5>>;

static_assert(OnlineRegressor<Lms<n, 1, float>> && OnlineRegressor<Nlms<n, 1, double>>);
static_assert(OnlineRegressor<ImplicitLms<n, 1, float>> && OnlineRegressor<LeakyLms<n, 1, double>>);
static_assert(OnlineRegressor<Rls<n, 1, float>> && OnlineRegressor<Rls<n, 1, double>>);
static_assert(MergeableRegressor<RidgeMemory<n, 1, float>> && MergeableRegressor<Steps>);
static_assert(!MergeableRegressor<Lms<n, 1, float>> && !MergeableRegressor<Rls<n, 1, float>>);
static_assert(!OnlineRegressor<int> && !OnlineRegressor<DeltaRule<MemoryShape{n, 1}, float>>);

// Memory: the weights, the rate, the largest and the mean square, three counters; least squares also the triangle, its diagonal, gate and penalty.
static_assert(sizeof(Lms<n, 1, float>) <= sizeof(float) * (n + 1 + 1) + sizeof(double) + 3 * sizeof(long long) + 8);
static_assert(sizeof(Rls<n, 1, float>) <=
              sizeof(float) * (n + n * n + n + 3 + 1) + sizeof(double) + 3 * sizeof(long long) + 8);
// Bytes: a header of 40, three counters and a mean or a weight, the numbers, a checksum.
static_assert(Lms<n, 1, float>::bytes == 40 + 4 * 8 + sizeof(float) * (n + 1 + 1) + 8);
static_assert(Steps::bytes == 40 + 3 * 8 + sizeof(float) * (2 * 17 * 17 + n + 17 * 18) + 8);

// Counted on Eigen's matrices as on any other.
static_assert(Lms<n, 1, float>::operations_to_observe() == Lms<n, 1, double>::operations_to_observe());
static_assert(Lms<n, 1, float>::operations_to_observe().multiplications == 2 * n + 1 + n + 1);
static_assert(Lms<n, 1, float>::operations_to_predict().multiplications == n);
static_assert(Rls<n, 1, float>::operations_to_observe().multiplications < 3 * n * n);

template <class Regressor>
float runs(Regressor& regressor, typename Regressor::Input const& x, typename Regressor::Output const& y) noexcept {
    static_assert(noexcept(regressor.observe(x, y))&& noexcept(regressor.predict(x))&& noexcept(regressor.forget()));
    bool good = regressor.observe(x, y) == Observation::observed;
    good = regressor.forget(0.5f) == Forgotten::done && good;
    auto const bytes = regressor.save();
    good = regressor.restore(bytes) == Restored::all && good;
    if constexpr (MergeableRegressor<Regressor>) {
        good = regressor.merge(regressor) == Merged::all && good;
    }
    return good ? regressor.predict(x)(0, 0) : 0.0f;
}

// The functions themselves, so that they are compiled under these options.
[[maybe_unused]] float run_all(Lms<n, 1, float>& a, Nlms<n, 1, float>& b, ImplicitLms<n, 1, float>& c,
                               LeakyLms<n, 1, float>& d, Rls<n, 1, float>& e, RidgeMemory<n, 1, float>& f, Steps& g,
                               Steps::Input const& x, Steps::Output const& y) noexcept {
    return runs(a, x, y) + runs(b, x, y) + runs(c, x, y) + runs(d, x, y) + runs(e, x, y) + runs(f, x, y) +
           runs(g, x, y);
}

}  // namespace

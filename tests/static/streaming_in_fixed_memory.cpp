// SPDX-License-Identifier: MIT
// options: -fno-exceptions -fno-rtti
// What a real-time program needs of a growing context: its memory is known here, nothing throws, and it compiles without
// exceptions and run-time type information.
#include <utility>

#include "incontext/construction/gradient_descent_plus_plus.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/streaming/streaming_context.hpp"

namespace {

using namespace incontext;

constexpr Dimensions ten{.input = 10, .output = 1, .context = 10};
using Layer = LinearSelfAttention<ten.tokens(), float>;
using Context = StreamingContext<ten, LoopedStack<Layer, 5>>;

// The memory of 7 examples and of 10^7 is the same: the model's two products, W0, G with what was rounded off it, and the
// counter; the rest is alignment.
constexpr std::size_t numbers = 2 * 11 * 11 + 10 + 2 * 11 * 11;
static_assert(sizeof(Context) <= sizeof(float) * numbers + sizeof(long long) + 5 * 64);

using OfEachLayer = StreamingContext<ten, LayerStack<Layer, Layer, Layer>>;
static_assert(sizeof(OfEachLayer) - sizeof(StreamingContext<ten, LayerStack<Layer, Layer>>) <=
              2 * 11 * 11 * sizeof(float) + 2 * 64);

static_assert(noexcept(std::declval<Context&>().observe(std::declval<Context::Input const&>(),
                                                        std::declval<Context::Output const&>())));
using Table = Eigen::Matrix<float, 11, Eigen::Dynamic>;
static_assert(noexcept(std::declval<Context&>().observe_tokens(std::declval<Table const&>())));
static_assert(noexcept(std::declval<Context&>().observe(std::declval<Eigen::Block<Table const, 10> const&>(),
                                                        std::declval<Eigen::Block<Table const, 1> const&>())));
static_assert(noexcept(std::declval<Context const&>().predict(std::declval<Context::Input const&>())));
static_assert(noexcept(std::declval<Context&>().forget()));

// The functions themselves, so that they are compiled under these options.
[[maybe_unused]] float answer(Context& context, Context::Input const& x, Context::Output const& y) noexcept {
    static_cast<void>(context.observe(x, y));
    return context.predict(x)(0, 0);
}
[[maybe_unused]] void observe_recorded(Context& context, float const* recorded, Eigen::Index examples) noexcept {
    Eigen::Map<Table const> const table(recorded, 11, examples);
    static_cast<void>(context.observe_tokens(table));
    static_cast<void>(context.observe(table.topRows<10>(), table.bottomRows<1>()));
}

}  // namespace

// SPDX-License-Identifier: MIT
// Every layer of linear attention is the same by fast weights, by scores and by the gram matrix.
#include "incontext/plan/merged.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
using Thin = LinearSelfAttention<shape, Modular, 1, 2>;
using Uneven = LinearSelfAttention<shape, Modular, 6, 8>;

template <class Layer>
constexpr bool is_linear = LinearLayer<Layer>&& laws::associations_agree<sizes, Layer>;

static_assert(is_linear<Uneven>);
static_assert(is_linear<MultiHeadAttention<Thin, Thin>>);
static_assert(is_linear<MultiHeadAttention<Thin, Uneven>>);
static_assert(is_linear<MergedAttention<shape, Modular>>);
static_assert(is_linear<MergedAttention<shape, Modular, 2>>);

// A stack, a part and a gradient step are no linear layers: their update depends on more than one F.
static_assert(!LinearLayer<LoopedStack<Thin, 2>> && !LinearLayer<Damped<Thin>> &&
              !LinearLayer<GradientStep<sizes, Modular>>);

// Like heads are an array, unlike ones a tuple.
static_assert(std::is_same_v<MultiHeadAttention<Thin, Thin>::AllHeads, ArrayOf<Thin, 2>>);
static_assert(std::is_same_v<MultiHeadAttention<Thin, Uneven>::AllHeads, boost::hana::tuple<Thin, Uneven>>);

}  // namespace

// SPDX-License-Identifier: MIT
// A layer without parameters, in the parts that a stack is made of: none of it takes a byte that the law would ask about.
#include "incontext/incontext.hpp"

#include <type_traits>

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

/// Each entry of each query, squared. Its derivative is that of dual numbers.
template <TokenShape Shape, class Number>
struct Squares {
    using Scalar = Number;
    template <class Other>
    using with_number = Squares<Shape, Other>;

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<>> {};

    template <TokenShape Given, class PromptNumber>
    constexpr Prompt<Given, PromptNumber> operator()(Prompt<Given, PromptNumber> prompt) const {
        for (int token = 0; token < Given.query; ++token) {
            for (int row = 0; row < Given.token_dim; ++row) {
                prompt.query(row, token) *= prompt.query(row, token);
            }
        }
        return prompt;
    }
};
using Map = Squares<sizes.tokens(), Modular>;
using Attention = LinearSelfAttention<sizes.tokens(), Modular>;

template <class Layer>
inline constexpr bool holds = laws::pullback_is_transpose_of_derivative<sizes, Layer>;

static_assert(holds<Map>);
static_assert(holds<Residual<Map>> && std::is_empty_v<Residual<Map>>);
static_assert(holds<LoopedStack<Map, 2>> && holds<LoopedStack<Residual<Map>, 2>>);
static_assert(holds<Frozen<Map>> && holds<LayerStack<Attention, Frozen<Map>>>);
static_assert(holds<LayerStack<Map, Residual<Map>, Attention>> && holds<LayerStack<Residual<Map>, Attention>>);
static_assert(holds<OnlyTargetsMove<sizes, Residual<Map>>> && holds<Damped<Map>>);
static_assert(std::is_empty_v<LoopedStack<Map, 2>> && std::is_empty_v<Frozen<Map>>);
static_assert(std::is_empty_v<OnlyTargetsMove<sizes, Map>> && std::is_empty_v<Clipped<Map>>);
static_assert(sizeof(Damped<Map>) == sizeof(Modular));

}  // namespace

// SPDX-License-Identifier: MIT
// Updates that look at one token at a time: their shapes, and the pullback of each, for any activation.
#include "incontext/attention/linear_self_attention.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/equivalence/pullback_law.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/parts.hpp"
#include "incontext/stack/stack.hpp"
#include "incontext/token_wise/layer_norm.hpp"
#include "incontext/token_wise/mlp.hpp"
#include "incontext/token_wise/positions.hpp"
#include "incontext/token_wise/token_wise.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};
constexpr TokenShape shape = sizes.tokens();
using SomePrompt = Prompt<shape, Modular>;
using Any = AnyFunction<"f">;

template <class Layer>
constexpr bool pullback_is_right =
    HasForwardPass<Layer, AllTokens, SomePrompt>&& HasForwardPass<Layer, TargetsOf<Layer, sizes>, SomePrompt>&&
        laws::pullback_is_transpose_of_derivative<sizes, Layer>;
template <class Layer>
constexpr bool each_derivative_is_right = laws::first_wrong_derivative<sizes, Layer>() == laws::everything;

// --------------------------------------------------------------------------------------------------------------- maps

static_assert(pullback_is_right<TokenWise<Linear<Modular, 3, 4>>>);
static_assert(pullback_is_right<TokenWise<MLP<Modular, 3, 4, 2>>>);
static_assert(pullback_is_right<TokenWise<MLPWithBiases<Modular, 3, 4, 3, Any>>>);
static_assert(pullback_is_right<TokenWise<LayerNorm<Modular, 3>>>);
static_assert(pullback_is_right<Residual<TokenWise<MLP<Modular, 3, 5, 3, Any>>>>);
static_assert(each_derivative_is_right<TokenWise<MLPWithBiases<Modular, 3, 4, 2, Any>>>);
static_assert(each_derivative_is_right<TokenWise<LayerNorm<Modular, 3>>>);

/// Three products of matrices, and no more: what an MLP is.
constexpr bool is_its_formula() {
    auto const mlp = laws::drawn<MLPWithBiases<Modular, 3, 4, 2, PolynomialActivation<0, 1, 0, 1>>>("w");
    auto const tokens = laws::drawn_prompt<sizes>(1).context;
    auto const result = mlp(tokens);
    for (int token = 0; token < sizes.context; ++token) {
        for (int row = 0; row < 2; ++row) {
            Modular sum = mlp.second_bias(row, 0);
            for (int unit = 0; unit < 4; ++unit) {
                Modular z = mlp.first_bias(unit, 0);
                for (int i = 0; i < 3; ++i) {
                    z += mlp.first(unit, i) * tokens(i, token);
                }
                sum += mlp.second(row, unit) * (z + z * z * z);
            }
            if (!(sum == result(row, token))) {
                return false;
            }
        }
    }
    return true;
}
static_assert(is_its_formula());

// ---------------------------------------------------------------------------------------------------------- LayerNorm

/// v^(-1/2) up to the sign, by an exponent: (a b)^e = a^e b^e, and its square is 1/v where v is a square.
struct RootByPower {
    static constexpr Modular at(Modular const& v) {
        Modular result(1);
        Modular base = v;
        for (std::uint64_t exponent = (Modular::modulus - 3) / 4; exponent != 0; exponent >>= 1, base = base * base) {
            result = exponent & 1 ? result * base : result;
        }
        return result;
    }
};

}  // namespace

template <>
constexpr Modular incontext::value_of<RootByPower, Modular>(Modular const& v) {
    return RootByPower::at(v);
}

namespace {

static_assert(RootByPower::at(Modular(49)) * RootByPower::at(Modular(49)) * Modular(49) == Modular(1));

/// With epsilon = 0, c t gives what t gives: for squares c, so that the root of c^2 is c and not -c.
template <class Epsilon>
constexpr bool has_degree_zero() {
    auto const norm = laws::drawn<LayerNorm<Modular, 3, Epsilon, RootByPower>>("w");
    auto const tokens = laws::drawn_prompt<sizes>(1).context;
    Matrix<Modular, 3, 3> const& plain = tokens;
    return norm(plain) == norm(Modular(49) * plain);
}
static_assert(has_degree_zero<Ratio<0, 1>>());
static_assert(!has_degree_zero<Ratio<1, 100000>>());

/// The mean of n is 0 and, with epsilon = 0 and a root, the mean of its squares 1: of tokens of any size.
constexpr bool is_normalised() {
    LayerNorm<Modular, 3, Ratio<0, 1>, RootByPower> norm{};
    norm.scale = generate<Modular, 3, 1>([](int, int) { return Modular(1); });
    for (int seed = 0; seed < 20; ++seed) {
        auto const tokens = laws::drawn_prompt<sizes>(static_cast<std::uint32_t>(seed)).context;
        auto const n = norm(tokens);
        Modular const squares = n(0, 0) * n(0, 0) + n(1, 0) * n(1, 0) + n(2, 0) * n(2, 0);
        bool const is_one = squares == Modular(3);
        bool const is_minus_one = squares == Modular(-3);  // where the variance is no square
        if (!(n(0, 0) + n(1, 0) + n(2, 0) == Modular(0)) || !(is_one || is_minus_one)) {
            return false;
        }
    }
    return true;
}
static_assert(is_normalised());

// ---------------------------------------------------------------------------------------- shapes, positions and stacks

using Embedding = TokenWise<Linear<Modular, 3, 5>>;
static_assert(shape_after<Embedding, shape> == TokenShape{.token_dim = 5, .context = 3, .query = 2});
static_assert(shape_after<TokenWise<LayerNorm<Modular, 3>>, shape> == shape);  // how the token splits is not forgotten
static_assert(changes_tokens<Embedding, shape> && !changes_tokens<TokenWise<LayerNorm<Modular, 3>>, shape>);
static_assert(dimensions_after<Embedding, sizes> == Dimensions{.input = 4, .output = 1, .context = 3, .query = 2});
static_assert(TokenUpdate<Embedding, SomePrompt>);

using Positions = WithPositions<Modular, 3, SinusoidalPositions<2>>;
static_assert(HasForwardPass<Positions, AllTokens, SomePrompt>);
static_assert(laws::pullback_is_transpose_of_derivative<sizes, Positions>);

constexpr bool positions_are_under_tokens() {
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const after = Positions{}(prompt);
    using Table = SinusoidalPositions<2>;
    return rows<0, 3>(after.context) == prompt.context && rows<0, 3>(after.query) == prompt.query &&
           after.context(3, 0) == Table::entry<Modular>(0, 0) && after.context(4, 2) == Table::entry<Modular>(1, 2) &&
           after.query(3, 0) == Table::entry<Modular>(0, 3) && after.query(4, 1) == Table::entry<Modular>(1, 4) &&
           !(after.query(3, 0) == after.query(3, 1)) && !(after.query(3, 0) == after.query(4, 0));
}
static_assert(positions_are_under_tokens());

constexpr bool prompts_are_taken_apart() {
    auto const prompt = laws::drawn_prompt<sizes>(1);
    auto const tokens = tokens_of(prompt);
    return tokens(2, 1) == prompt.context(2, 1) && tokens(1, 4) == prompt.query(1, 1) &&
           taken_apart<shape>(tokens) == prompt;
}
static_assert(prompts_are_taken_apart());

// What the paper's second half runs: positions, softmax, linear attention; embedding, MLP, attention; a block.
using Wide = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 3, .query = 2}, Modular, 2, 1>;
using Copying = LayerStack<Positions, SoftmaxAttention<Wide>, Wide>;
using OnFeatures = LayerStack<Embedding, Residual<TokenWise<MLPWithBiases<Modular, 5, 4, 5, Any>>>, Wide>;
using Thin = LinearSelfAttention<shape, Modular, 2, 1>;
using Blocks = LayerStack<Thin, Residual<TokenWise<MLP<Modular, 3, 4, 3, Any>>>, Thin,
                          Residual<TokenWise<MLP<Modular, 3, 4, 3, Any>>>>;
static_assert(pullback_is_right<Copying>);
static_assert(pullback_is_right<OnFeatures>);
static_assert(pullback_is_right<Blocks>);
static_assert(shape_after<OnFeatures, shape> == TokenShape{.token_dim = 5, .context = 3, .query = 2});
static_assert(shape_of_layer<OnFeatures>() == shape_of_layer<Embedding>());
static_assert(!is_affine_in_query<Blocks> && is_affine_in_query<LayerStack<Thin, Thin>>);

// The form that runs has the attention in it merged where that pays, and is the same.
constexpr bool form_is_the_model() {
    using Square = LinearSelfAttention<TokenShape{.token_dim = 5, .context = 3, .query = 2}, Modular>;
    auto const model = laws::drawn<LayerStack<Positions, SoftmaxAttention<Square>, Square>>("w");
    auto const form = fast_form(model);
    static_assert(!std::is_same_v<decltype(form), decltype(model)>);
    auto const prompt = laws::drawn_prompt<sizes>(1);
    return form(prompt) == model(prompt);
}
static_assert(form_is_the_model());

// ------------------------------------------------------------------------------------- the law notices each mistake here

enum class Fault { none, slope, second, first, tokens };

/// W_2 f(W_1 t) whose pullback is wrong in one place.
template <class Number, Fault TheFault>
struct FaultyMLP : MLP<Number, 3, 4, 3, Any> {
    using Right = MLP<Number, 3, 4, 3, Any>;
    template <class Other>
    using with_number = FaultyMLP<Other, TheFault>;

    struct hana_accessors_impl : Right::hana_accessors_impl {};

    template <class Wanted, class Kept, AnyMatrix Tokens, AnyMatrix Cotangent, class Gradient>
    constexpr auto pull_back(Wanted wanted, Kept kept, Tokens const& tokens, Cotangent const& cotangent,
                             Gradient& gradient) const {
        if constexpr (TheFault == Fault::slope) {
            kept.slopes = kept.units;
        } else if constexpr (TheFault == Fault::second) {
            kept.units = kept.slopes;
        }
        auto const before = gradient.first;
        auto const pulled = [&] {
            if constexpr (Wanted::prompt) {
                auto by_tokens = Right::pull_back(wanted, kept, tokens, cotangent, gradient);
                return TheFault == Fault::tokens ? by_tokens + by_tokens : by_tokens;
            } else {
                Right::pull_back(wanted, kept, tokens, cotangent, gradient);
            }
        };
        if constexpr (TheFault == Fault::first) {
            if constexpr (Wanted::prompt) {
                auto const result = pulled();
                gradient.first = before;
                return result;
            } else {
                pulled();
                gradient.first = before;
            }
        } else {
            return pulled();
        }
    }
};

template <Fault TheFault>
constexpr bool faulty_is_right =
    laws::pullback_is_transpose_of_derivative<sizes, TokenWise<FaultyMLP<Modular, TheFault>>>;
static_assert(faulty_is_right<Fault::none>);
static_assert(!faulty_is_right<Fault::slope>);
static_assert(!faulty_is_right<Fault::second>);
static_assert(!faulty_is_right<Fault::first>);
static_assert(!faulty_is_right<Fault::tokens>);

// Positions of tables of another width are other numbers: entry 4 of place 0 is sin 0 in one, entry 0 of place 1 sin 1 in the other.
static_assert(!(SinusoidalPositions<4>::entry<Modular>(0, 1) == SinusoidalPositions<6>::entry<Modular>(4, 0)));

}  // namespace

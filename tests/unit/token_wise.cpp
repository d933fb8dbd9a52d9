// SPDX-License-Identifier: MIT
// Maps of tokens and softmax attention where they run: float and lanes against sums in double.
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "catch.hpp"
#include "incontext/attention/softmax_attention.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/theorem_nonlinear.hpp"
#include "incontext/token/converted.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;

template <AnyMatrix M>
M drawn_fractions(unsigned stream, float factor = 1) {
    using Number = NumberOf<M>;
    return generate<Number, rows_of<M>, cols_of<M>>([&](int row, int col) {
        auto const entry = static_cast<unsigned>(row * cols_of<M> + col);
        return Number(factor * static_cast<float>(test::whole(stream, entry, 0, 63)) / 64);
    });
}

TEST_CASE("a LayerNorm has mean 0 and variance v / (v + epsilon), whatever the size of a token") {
    LayerNorm<float, 11> norm{};
    norm.scale.setConstant(1);
    for (float const factor : {1e-3f, 1.0f, 1e4f}) {
        auto const tokens = drawn_fractions<Matrix<float, 11, 4>>(1, factor);
        auto const n = norm(tokens);
        for (int token = 0; token < 4; ++token) {
            CAPTURE(factor, token);
            auto const t = tokens.col(token).cast<double>().eval();
            double const variance = (t.array() - t.mean()).square().mean();
            auto const normalised = n.col(token).cast<double>().eval();
            REQUIRE(std::abs(normalised.mean()) <= 1e-6);
            REQUIRE(normalised.array().square().mean() == Approx(variance / (variance + 1e-5)).epsilon(1e-5));
            // Entry by entry, then with scale and offset.
            double const expected = (t(3) - t.mean()) / std::sqrt(variance + 1e-5);
            REQUIRE(std::abs(normalised(3) - expected) <= 2e-6);
        }
    }
    norm.scale(3, 0) = 2;
    norm.offset(3, 0) = -1;
    auto const tokens = drawn_fractions<Matrix<float, 11, 4>>(1);
    LayerNorm<float, 11> plain{};
    plain.scale.setConstant(1);
    REQUIRE(norm(tokens)(3, 2) == Approx(2 * plain(tokens)(3, 2) - 1));
    REQUIRE(norm(tokens)(4, 2) == plain(tokens)(4, 2));
}

TEST_CASE("entries that are all the same are centred to 0 where their mean is exact, and else up to an ulp is left") {
    auto const normalised = []<class Norm>(Norm norm, float entry) {
        norm.scale.setConstant(1);
        Matrix<float, Norm::input_dim, 1> const token = Matrix<float, Norm::input_dim, 1>::Constant(entry);
        return norm(token)(0, 0);
    };
    for (float const entry : {1.0f, 1.3f, 65552.3828f, 2e6f}) {
        REQUIRE(normalised(LayerNorm<float, 2>{}, entry) == 0);
        REQUIRE(std::isnan(normalised(LayerNorm<float, 2, Ratio<0, 1>>{}, entry)));
    }
    float const n =
        std::abs(normalised(LayerNorm<float, 3>{}, 65552.3828f));  // .927; .822 where a product and a sum are fused
    REQUIRE((n > 0.8f && n < 0.93f));
    REQUIRE(std::abs(normalised(LayerNorm<float, 3, Ratio<0, 1>>{}, 65552.3828f)) == Approx(1));
}

TEST_CASE("a token whose squares overflow is not normalised to the offset") {
    auto const check = []<class Number>(Number) {
        LayerNorm<Number, 3> norm{};
        norm.scale.setConstant(Number(1));
        norm.offset.setConstant(Number(0.25f));
        Matrix<Number, 3, 2> tokens;
        tokens << Number(1e20f), Number(1e18f), Number(0), Number(0), Number(-1e20f), Number(-1e18f);
        Matrix<Number, 3, 2> const after = norm(tokens);
        auto const one_of = [](Number const& number) {
            if constexpr (is_lanes<Number>) {
                return number[2];
            } else {
                return number;
            }
        };
        REQUIRE(std::isnan(one_of(after(0, 0))));
        REQUIRE(one_of(after(0, 1)) == Approx(0.25 + std::sqrt(1.5)));
    };
    check(0.0f);
    check(Lanes<float, 4>(0));
}

TEMPLATE_TEST_CASE("without epsilon a LayerNorm gives of a small token what it gives of a large one", "", float, double,
                   (Lanes<float, 4>)) {
    constexpr bool is_double = std::same_as<TestType, double>;
    constexpr double few_roundings = is_double ? 8 * 0x1p-52 : 8 * 0x1p-23;
    auto const number = [](TestType const& of) {
        if constexpr (is_lanes<TestType>) {
            return static_cast<double>(of[3]);
        } else {
            return static_cast<double>(of);
        }
    };
    // (1, 2, 4) less 7/3 is (-4, -1, 5) / 3, of variance 14/9.
    LayerNorm<TestType, 3, Ratio<0, 1>> norm{};
    norm.scale.setConstant(TestType(1));
    Matrix<TestType, 3, 1> token;
    token << TestType(1), TestType(2), TestType(4);
    Matrix<TestType, 3, 1> cotangent;
    cotangent << TestType(1), TestType(0), TestType(0);
    using Exponents = std::array<int, 8>;
    for (int const exponent : is_double ? Exponents{0, 400, -400, -490, -520, -900, -1022, -1074}
                                        : Exponents{0, 40, -40, -52, -60, -75, -126, -149}) {
        CAPTURE(exponent);
        Matrix<TestType, 3, 1> const small = token.unaryExpr([&](TestType const& entry) {
            if constexpr (is_lanes<TestType>) {
                auto one_small = entry;  // beside lanes that are not
                one_small.set(3, std::ldexp(entry[3], exponent));
                return one_small;
            } else {
                return std::ldexp(entry, exponent);
            }
        });
        auto const kept = norm.keep(small);
        for (int row = 0; row < 3; ++row) {
            double const right = std::array{-4, -1, 5}[static_cast<std::size_t>(row)] / std::sqrt(14.0);
            CHECK(std::abs(number(kept.result(row, 0)) - right) <= few_roundings);
            if constexpr (is_lanes<TestType>) {
                CHECK(kept.result(row, 0)[1] == norm(token)(row, 0)[1]);
            }
        }
        if (exponent > (is_double ? -1022 : -126)) {
            auto gradient = norm;
            auto const by_token = norm.pull_back(ParametersAndPrompt{}, kept, small, cotangent, gradient);
            // r (g - mean g - n mean(g n)), r = 3 / sqrt(14), times 2^-exponent.
            for (int row = 0; row < 3; ++row) {
                double const n = std::array{-4, -1, 5}[static_cast<std::size_t>(row)];
                double const right = 3 / std::sqrt(14.0) * ((row == 0 ? 1 : 0) - 1.0 / 3 - n * -4 / 14 / 3);
                CHECK(std::abs(std::ldexp(number(by_token(row, 0)), exponent) - right) <= few_roundings);
            }
        }
    }
}

TEST_CASE("without epsilon two small entries are normalised to 1 and -1, and none to NaN") {
    LayerNorm<float, 2, Ratio<0, 1>> norm{};
    norm.scale.setConstant(1);
    for (float const entry : {1.0f, 1e-15f, 1e-20f, 5e-23f, 1e-25f, 1e-38f, 1e-45f}) {
        CAPTURE(entry);
        auto const n = norm(Eigen::Vector2f(entry, -entry));
        CHECK(n(0) == Approx(1).epsilon(1e-6));
        CHECK(n(1) == Approx(-1).epsilon(1e-6));
    }
    CHECK(std::isnan(norm(Eigen::Vector2f(1e-20f, 1e-20f))(0)));
}

TEST_CASE("an MLP is its sum over hidden units, in float and in lanes") {
    MLPWithBiases<float, 3, 12, 2> mlp{.first = drawn_fractions<Matrix<float, 12, 3>>(1),
                                       .first_bias = drawn_fractions<Matrix<float, 12, 1>>(2),
                                       .second = drawn_fractions<Matrix<float, 2, 12>>(3),
                                       .second_bias = drawn_fractions<Matrix<float, 2, 1>>(4)};
    auto const tokens = drawn_fractions<Matrix<float, 3, 5>>(5, 4);
    auto const in_float = mlp(tokens);
    auto const in_lanes = mlp(converted<Lanes<float, 8>>(tokens, [](float x) { return Lanes<float, 8>(x); }));
    for (int token = 0; token < 5; ++token) {
        for (int row = 0; row < 2; ++row) {
            double sum = static_cast<double>(mlp.second_bias(row, 0));
            for (int unit = 0; unit < 12; ++unit) {
                double z = static_cast<double>(mlp.first_bias(unit, 0));
                for (int i = 0; i < 3; ++i) {
                    z += static_cast<double>(mlp.first(unit, i)) * static_cast<double>(tokens(i, token));
                }
                sum += static_cast<double>(mlp.second(row, unit)) * GELU::at(z).value;
            }
            CAPTURE(token, row);
            // 12 terms below 8, each with some ten roundings.
            REQUIRE(std::abs(static_cast<double>(in_float(row, token)) - sum) <= 12 * 8 * 10 * 0x1p-24);
            REQUIRE(std::abs(static_cast<double>(in_lanes(row, token)[7]) - sum) <= 12 * 8 * 10 * 0x1p-24);
        }
    }
}

TEST_CASE("softmax attention is its sum over heads and tokens, in float and in lanes") {
    constexpr TokenShape shape{.token_dim = 5, .context = 7, .query = 2};
    using Head = LinearSelfAttention<shape, float, 3, 4>;
    auto const drawn_head = [](unsigned stream) {
        return Head{.query = drawn_fractions<Matrix<float, 3, 5>>(stream),
                    .key = drawn_fractions<Matrix<float, 3, 5>>(stream + 1),
                    .value = drawn_fractions<Matrix<float, 4, 5>>(stream + 2),
                    .output = drawn_fractions<Matrix<float, 5, 4>>(stream + 3)};
    };
    SoftmaxAttention<MultiHeadAttention<Head, Head>> const layer{.layer = heads(drawn_head(1), drawn_head(5))};
    Prompt<shape, float> const prompt{.context = drawn_fractions<Matrix<float, 5, 7>>(20, 2),
                                      .query = drawn_fractions<Matrix<float, 5, 2>>(21, 2)};
    Eigen::Matrix<double, 5, 7> const C = prompt.context.cast<double>();
    Eigen::Matrix<double, 5, 2> expected = prompt.query.cast<double>();
    for (Head const& head : layer.layer.heads) {
        Eigen::Matrix<double, 7, 2> const scores =
            ((head.key.cast<double>() * C).transpose() * (head.query.cast<double>() * prompt.query.cast<double>())) /
            std::sqrt(3.0);
        for (int token = 0; token < 2; ++token) {
            double const sum = scores.col(token).array().exp().sum();
            for (int i = 0; i < 7; ++i) {
                expected.col(token) += head.output.cast<double>() * (head.value.cast<double>() * C.col(i)) *
                                       (std::exp(scores(i, token)) / sum);
            }
        }
    }
    auto const in_float = layer(prompt);
    auto const in_lanes = layer(converted<Lanes<float, 4>>(prompt, [](float x) { return Lanes<float, 4>(x); }));
    auto const by_form = answer<QueryTokens>(fast_form(layer), prompt);
    for (int token = 0; token < 2; ++token) {
        for (int row = 0; row < 5; ++row) {
            CAPTURE(token, row);
            REQUIRE(std::abs(static_cast<double>(in_float.query(row, token)) - expected(row, token)) <= 1e-5);
            REQUIRE(std::abs(static_cast<double>(in_lanes.query(row, token)[2]) - expected(row, token)) <= 1e-5);
            REQUIRE(std::abs(static_cast<double>(by_form(row, token)) - expected(row, token)) <= 1e-5);
        }
    }
}

/// 1 + e^u, which does not turn sums into products as its base does.
struct OneAndExponential : Exponential {
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& u) {
        Number const e = value_of<Exponential>(u);
        return {Number(1) + e, e};
    }
};
/// e^(2 u), which does, and says so.
struct SquaredExponential : Exponential {
    using turns_sums_into_products = SquaredExponential;
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& u) {
        Number const e = value_of<Exponential>(Number(u + u));
        return {e, Number(2) * e};
    }
};

TEST_CASE(
    "a weight function that is derived from exp is asked at the scores themselves, but where it says that it may be "
    "shifted") {
    auto const weights_of = []<class Weight, class Scores>(Weight, Scores const& scores) {
        using Number = NumberOf<Scores>;
        using Map = SoftmaxOfScores<Weight, 1>;
        typename Map::template Kept<Number, 3, 1> kept;
        Map::keep(scores, kept);
        return kept.weights;
    };
    Eigen::Vector3f const scores(3, 1, -2);
    Eigen::Vector3f const one_and_exp = (1 + scores.array().exp()).matrix() / (1 + scores.array().exp()).sum();
    auto const of_float = weights_of(OneAndExponential{}, Matrix<float, 3, 1>(scores));
    auto const of_lanes =
        weights_of(OneAndExponential{}, Matrix<Lanes<float, 4>, 3, 1>(scores.cast<Lanes<float, 4>>()));
    auto const of_dual = weights_of(
        OneAndExponential{}, generate<Dual<float>, 3, 1>([&](int row, int) { return Dual<float>(scores(row), 0); }));
    for (int i = 0; i < 3; ++i) {
        REQUIRE(of_float(i, 0) == Approx(one_and_exp(i)));
        REQUIRE(of_lanes(i, 0)[1] == Approx(one_and_exp(i)));
        REQUIRE(of_dual(i, 0).value == Approx(one_and_exp(i)));
    }
    auto const shifted = weights_of(SquaredExponential{}, Matrix<float, 3, 1>(Eigen::Vector3f(1000, 999, 0)));
    REQUIRE(shifted(0, 0) == Approx(1 / (1 + std::exp(-2.0))));
    REQUIRE(shifted(2, 0) == 0);
}

TEST_CASE("positions are sines and cosines of falling frequency") {
    using Positions = SinusoidalPositions<10>;
    for (int t : {0, 1, 20}) {
        for (int i = 0; i < 5; ++i) {
            double const angle = t * std::pow(10000.0, -2.0 * i / 10);
            REQUIRE(Positions::entry<double>(2 * i, t) == Approx(std::sin(angle)).margin(1e-15));
            REQUIRE(Positions::entry<double>(2 * i + 1, t) == Approx(std::cos(angle)));
        }
    }
    // The last positional entry of the last of 21 tokens: an untrained model that reads it predicts -.99992.
    REQUIRE(static_cast<double>(Positions::entry<float>(9, 20)) == Approx(0.99992).epsilon(1e-5));

    // The same in lanes, and within the bound of their rounding.
    REQUIRE(Positions::entry<Lanes<float, 4>>(1, 20)[3] == Positions::entry<float>(1, 20));
    auto const bound = Positions::entry<ErrorBound<float>>(1, 20);
    double const distance = std::abs(bound.value() - static_cast<double>(Positions::entry<float>(1, 20)));
    REQUIRE(distance > 0);
    REQUIRE(distance <= bound.error());

    WithPositions<float, 3, SinusoidalPositions<2>> const update{};
    Prompt<TokenShape{3, 4, 2}, float> prompt{};
    prompt.context.setConstant(7);
    auto const after = update(prompt);
    REQUIRE(after.context(2, 3) == 7);
    REQUIRE(after.context(3, 3) == static_cast<float>(std::sin(3.0)));
    REQUIRE(after.query(4, 1) == static_cast<float>(std::cos(5.0)));
}

}  // namespace

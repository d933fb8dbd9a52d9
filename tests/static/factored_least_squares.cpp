// SPDX-License-Identifier: MIT
// Recursive least squares with a factored covariance is the mesa layer's rule, and with forgetting it is weighted ridge regression.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2, .queries = 2};
using Factored = FactoredLeastSquaresRule<shape, Modular>;
using Mesa = LeastSquaresRule<shape, Modular>;

/// R = U diag(D) U^T.
template <class State>
constexpr auto covariance(State const& state) {
    auto scaled = generate<NumberOf<decltype(state.D)>, rows_of<decltype(state.U)>, cols_of<decltype(state.U)>>(
        [&](int row, int col) { return state.U(row, col) * state.D(col, 0); });
    return product_with_transpose(scaled, state.U);
}

/// The mesa layer's rule asked of a stream for the factored one: from R = U D U^T and from G with G R = S; gates divide R and multiply G.
template <bool Gates>
constexpr auto by_mesa_layer = []<class StreamOf>(StreamOf const& stream) {
    using Number = typename StreamOf::Scalar;
    using Rule = LeastSquaresRule<shape, Number>;
    auto result = forms::sequence(stream);
    typename Rule::State state{};
    state.R = covariance(stream.initial);
    auto const G_transposed = ByElimination::solve(state.R, transpose(stream.initial.S));
    state.G = transpose(G_transposed);
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        auto const& example = stream.examples[t];
        if constexpr (Gates) {
            scale_columns(state.G, generate<Number, shape.key_dim, 1>([&](int, int) { return example.gate; }));
            scale_columns(state.R,
                          generate<Number, shape.key_dim, 1>([&](int, int) { return Number(1) / example.gate; }));
        }
        Rule::observe(state, {.key = example.key, .value = example.value, .rate = example.rate});
        result.answers[t] = Rule::read(state, stream.queries[t]);
    }
    auto const S = product(state.G, state.R);
    result.state.S = S;
    // The whole covariance in place of its factors, which are compared through it.
    result.state.U = state.R;
    result.state.D = zero<Number, shape.key_dim, 1>();
    return result;
};
constexpr auto with_covariance = [](auto const& stream) {
    auto result = forms::sequence(stream);
    result.state.U = covariance(result.state);
    result.state.D = zero<NumberOf<decltype(result.state.D)>, shape.key_dim, 1>();
    return result;
};
static_assert(identical_on_streams<Factored, 3>(with_covariance, by_mesa_layer<true>));
static_assert(different_on_streams<Factored, 3>(with_covariance, by_mesa_layer<false>));

// From nothing: weighted ridge regression whose penalty fades with the examples, in fractions.
using Exact = FactoredLeastSquaresRule<MemoryShape{.key_dim = 2, .value_dim = 1}, Rational>;
constexpr bool is_weighted_ridge_regression() {
    Exact rule;
    rule.penalty = Rational(3);
    auto state = rule.initial_state();
    Rational const gate(1, 2);
    auto H = generate<Rational, 2, 2>([](int row, int col) { return Rational(row == col ? 3 : 0); });
    auto G = zero<Rational, 1, 2>();
    for (int t = 0; t < 3; ++t) {
        Exact::Example example{.rate = Rational(t + 1), .gate = gate};
        example.key = generate<Rational, 2, 1>([&](int row, int) { return Rational(t * t + 2 * row - 1); });
        example.value = generate<Rational, 1, 1>([&](int, int) { return Rational(5 - 3 * t); });
        Exact::observe(state, example);
        H = gate * H;
        G = gate * G;
        add_square(H, example.rate, example.key);
        Exact::Value const written = example.rate * example.value;
        add_outer_product(G, written, example.key);
    }
    auto const W_transposed = ByElimination::solve(H, transpose(G));
    Matrix<Rational, 1, 2> const S = state.S;
    return S == transpose(W_transposed) &&
           product(H, covariance(state)) ==
               generate<Rational, 2, 2>([](int row, int col) { return Rational(row == col ? 1 : 0); });
}
static_assert(is_weighted_ridge_regression());

// What is faded counts less: R grows, S stays.
constexpr bool fading_is_a_gate() {
    Exact const rule;
    Exact::Example example{.rate = Rational(1), .gate = Rational(1, 3)};
    example.key = generate<Rational, 2, 1>([](int row, int) { return Rational(row + 1); });
    example.value = generate<Rational, 1, 1>([](int, int) { return Rational(7); });
    auto by_gate = rule.initial_state();
    by_gate.U(0, 1) = Rational(2);
    auto faded = by_gate;
    rule.observe(by_gate, example);
    rule.fade(faded, Rational(1, 3));
    example.gate = Rational(1);
    rule.observe(faded, example);
    Matrix<Rational, 1, 2> const S = by_gate.S;
    return S == faded.S && covariance(by_gate) == covariance(faded);
}
static_assert(fading_is_a_gate());

}  // namespace

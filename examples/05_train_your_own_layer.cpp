// SPDX-License-Identifier: MIT
// Can a layer of 22 numbers learn gradient descent? A kind of layer of your own, with its pullback: proved and trained.
//     token <- token + F token,    F = diag(b) G diag(a),    G = C C^T        a, b [token_dim]
// A step of gradient descent is a = (1, ..., 1, 0), b = (0, ..., 0, -eta/N). Training starts far from it. A kind needs
// a struct, an operator(), a forward pass that keeps what the pullback wants, and the pullback. The static_assert
// checks that the pullback is the transpose of the derivative: change a sign in it, and this file does not compile.
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

template <TokenShape Shape, class Number>
struct DiagonalAttention {
    using Scalar = Number;
    template <class Other>
    using with_number = DiagonalAttention<Shape, Other>;
    using Diagonal = Matrix<Number, Shape.token_dim, 1>;
    BOOST_HANA_DEFINE_STRUCT(DiagonalAttention, (Diagonal, a), (Diagonal, b));

    template <TokenShape Given, class N>  // N: the numbers of the prompt, perhaps those of sixteen prompts at once
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> const& prompt) const {
        return with_fast_weights(product(diagonal(b), gram(prompt.context), diagonal(a)), prompt);
    }
    template <TokenShape Given, class N>
    struct Pass {
        Matrix<N, Shape.token_dim, Shape.token_dim> G, F;
        Prompt<Given, N> result;
    };
    template <TokenShape Given, class N>
    friend constexpr Pass<Given, N> forward_pass(AllTokens, DiagonalAttention const& layer, Prompt<Given, N> const& p) {
        auto const G = gram(p.context);
        auto const F = product(diagonal(layer.b), G, diagonal(layer.a));
        return {.G = G, .F = F, .result = with_fast_weights(F, p)};
    }
    // F_ = C'_ C^T + Q'_ Q^T      b_ = diagonal of F_ A G      a_ = diagonal of G B F_      G_ = B F_ A
    template <class Wanted, TokenShape Given, class N>
    friend constexpr Prompt<Given, N> pull_back(AllTokens, Wanted, DiagonalAttention const& layer,
                                                Prompt<Given, N> const& prompt, Pass<Given, N> const& pass,
                                                Prompt<Given, N> const& cotangent, with_number<N>& gradient) {
        auto F_ = product_with_transpose(cotangent.context, prompt.context);
        add_product_with_transpose(F_, cotangent.query, prompt.query);
        auto const F_A = product(F_, diagonal(layer.a));
        auto const by_b = product(F_A, pass.G);
        auto const by_a = product(pass.G, diagonal(layer.b), F_);
        auto const G_ = product(diagonal(layer.b), F_A);
        for (int i = 0; i < Shape.token_dim; ++i) {
            gradient.b(i, 0) += by_b(i, i);
            gradient.a(i, 0) += by_a(i, i);
        }
        auto by_prompt = with_fast_weights(transpose(pass.F), cotangent);
        by_prompt.context += product(G_ + transpose(G_), prompt.context);
        return by_prompt;
    }
    static constexpr auto diagonal(Diagonal const& of) {
        auto const entry = [&](int row, int col) { return row == col ? of(row, 0) : Number(0); };
        return generate<Number, Shape.token_dim, Shape.token_dim>(entry);
    }
};

constexpr Dimensions odd{.input = 2, .output = 1, .context = 5, .query = 4};
using ExactLayer = DiagonalAttention<odd.tokens(), Modular>;
static_assert(HasForwardPass<ExactLayer, AllTokens, Prompt<odd.tokens(), Modular>>);
static_assert(laws::pullback_is_transpose_of_derivative<odd, ExactLayer>);

int main() {
    constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
    DiagonalAttention<sizes.tokens(), float> layer;
    initialise(layer, 0, {.scale = 0.02f});
    Workers workers;
    Training<sizes, decltype(layer)> training(layer, {.adam = {.learning_rate = 1e-2f}}, workers);
    Evaluation<sizes> const evaluation(workers);
    auto const step_of = [&](float rate) { return GradientStep<sizes, float>{rate, zero<float, 1, 10>()}; };
    double const best = scan_learning_rate(evaluation, step_of).loss;
    for (int step = 0; step <= 300; training.step(), ++step) {
        if (step % 100 == 0) {
            double const loss = evaluation.loss(training.layer());
            std::printf("%3d steps: loss %.1f times that of a step of gradient descent\n", step, loss / best);
        }
    }
}

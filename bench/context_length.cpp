// SPDX-License-Identifier: MIT
// What a prediction costs as its context grows from ten examples to a million.
//
//   work        context_pass/...   the one pass over the context that makes its gram matrix C C^T; tokens of dimension 11
//               prediction/...     five layers: by a gram matrix that is there, with the pass, through all tokens
//   compare     incontext_gram is flat in the context, the others grow with it; reading_alone is what the memory gives
//   GFlop/s     of the pass: token_dim (token_dim + 1) for each token, what a symmetric C C^T needs: ours fills 11 of 16
//               lanes. Layer by layer, of what is done with the context
//
// Every result is compared with one in double before it is timed: gram matrices must be equal but for their scale, since the
// tokens hold small whole numbers.
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "given.hpp"
#include "library_layer.hpp"
#include "measure.hpp"

namespace {

using namespace bench;

constexpr Dimensions sizes{.input = 10, .output = 1, .context = 10};
constexpr int T = sizes.input + sizes.output;
constexpr int depth = 5;

using Input = Eigen::Matrix<float, sizes.input, 1>;
using Tokens = Eigen::Matrix<float, T, Eigen::Dynamic>;

constexpr double flops_of_pass(int count) {
    return T * (T + 1.0) * count;
}
constexpr double flops_by_gram = flops_of_prediction_by_gram<sizes.tokens(), depth>();

/// Inputs of variance 4: at this rate a step leaves three quarters of the error.
GradientStep<sizes, float> step() {
    return {.learning_rate = 0.0625f, .initial_weights = zero<float, 1, sizes.input>()};
}

auto nothing_observed() {
    auto const stack = looped<depth>(as_attention(step()));
    return StreamingContext<sizes, std::remove_const_t<decltype(stack)>>(stack);
}

/// Tokens (x; w x) and an x to predict for: numbers x up to 3.
struct Examples {
    Tokens tokens;
    Input x = Input::LinSpaced(-1, 1);

    explicit Examples(int count) : tokens(T, count) {
        unsigned bits = 1;
        for (int token = 0; token < count; ++token) {
            for (int row = 0; row < sizes.input; ++row) {
                bits = bits * 1664525u + 1013904223u;
                tokens(row, token) = static_cast<float>(static_cast<int>((bits >> 16) % 7) - 3);
            }
        }
        tokens.bottomRows<1>().noalias() = x.transpose() * tokens.topRows<sizes.input>();
    }
};

double bytes_of(Tokens const& tokens) {
    return static_cast<double>(tokens.size()) * sizeof(float);
}

// -------------------------------------------------------------------------------------------------------- the pass ----

/// The upper half of the gram matrix of x, of which float makes no error: a sum of a million products of numbers up to 3.
void check_gram(std::string const& name, Examples const& examples, Eigen::Matrix<float, T, T> const& G) {
    static_assert(9 * 1'000'000 < 0x1p24);
    Dynamic<double> const X = examples.tokens.topRows<sizes.input>().cast<double>();
    Dynamic<double> const expected = X * X.transpose() * sizes.context / static_cast<double>(X.cols());
    for (int col = 0; col < sizes.input; ++col) {
        for (int row = 0; row <= col; ++row) {
            require(std::abs(static_cast<double>(G(row, col)) - expected(row, col)) <=
                        2e-7 * std::abs(expected(row, col)),  // the scale is rounded, and the product with it
                    name + " does not compute " + text(expected(row, col)) + ", as double does, in row " +
                        std::to_string(row) + ", column " + std::to_string(col));
        }
    }
}

void context_pass(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed();
    Eigen::Matrix<float, T, T> G;
    auto const body = [&] {
        benchmark::DoNotOptimize(examples);
        context.forget();
        static_cast<void>(context.observe_tokens(examples.tokens));
        G = context.gram();
        benchmark::DoNotOptimize(G);
    };
    body();
    check_gram(name, examples, G);
    time(state, {.tasks = 1, .flops = flops_of_pass(count), .bytes = bytes_of(examples.tokens)}, body);
}

/// Reads 256 MB, which no cache holds, in registers that do not wait for each other.
void reading_alone(benchmark::State& state, std::string const& name) {
    using peaks::Register;
    static std::vector<float> const numbers(std::size_t{1} << 26, 1.0f);
    float sum = 0;
    auto const body = [&] {
        constexpr std::size_t lanes = Register::lane_count;
        Register::Pack sums[4]{};
        for (std::size_t i = 0; i < numbers.size(); i += 4 * lanes) {
            for (std::size_t k = 0; k < 4; ++k) {
                Register::Pack pack;
                std::memcpy(&pack, numbers.data() + i + k * lanes, sizeof pack);
                sums[k] += pack;
            }
        }
        sum = sum_of_lanes(Register(sums[0] + sums[1] + sums[2] + sums[3]));
        benchmark::DoNotOptimize(sum);
    };
    body();
    require(sum == static_cast<float>(numbers.size()), name + " does not read all numbers");
    time(state, {.bytes = static_cast<double>(numbers.size() * sizeof(float))}, body);
}

// -------------------------------------------------------------------------------------------------- the prediction ----

/// All tokens through every layer but the last, of that the query token: E <- E + P (W_V C)(W_K C)^T W_Q E, from the
/// left, so that nothing grows with the square of the context.
template <class Number>
class LayerByLayer {
  public:
    /// The layer is made for contexts of another length; its output projection holds that length.
    explicit LayerByLayer(Dynamic<Number> const& tokens) : tokens_(tokens) {
        auto const layer = as_attention(step());
        query_ = layer.query.template cast<Number>();
        key_ = layer.key.template cast<Number>();
        value_ = layer.value.template cast<Number>();
        output_ = layer.output.template cast<Number>() * static_cast<Number>(sizes.context) /
                  static_cast<Number>(tokens.cols());
    }

    Number operator()(Input const& x, int layers) {
        C_ = tokens_;
        Dynamic<Number> q = Dynamic<Number>::Zero(T, 1);
        q.topRows(sizes.input) = x.template cast<Number>();
        for (int layer = 1; layer <= layers; ++layer) {
            K_.noalias() = key_ * C_;
            V_.noalias() = value_ * C_;
            values_.noalias() = V_ * K_.transpose();
            F_.noalias() = output_ * values_ * query_;
            q += F_ * q;
            if (layer < layers) {
                K_.noalias() = F_ * C_;
                C_ += K_;
            }
        }
        return -q(sizes.input, 0);
    }
    static double flops(int count) { return 2.0 * T * T * count * (4 * depth - 1); }

  private:
    Dynamic<Number> tokens_, query_, key_, value_, output_, C_, K_, V_, values_, F_;
};

/// Times predict(), which yields a prediction for examples.x. Before, it is compared with double: the right answer is
/// w x = 4.07, and a thousandth is more than rounding explains at any length, and much less than a layer makes.
template <class Predict>
void time_prediction(benchmark::State& state, std::string const& name, Examples& examples, Work const& work,
                     Predict const& predict) {
    LayerByLayer<double> in_double(examples.tokens.cast<double>());
    double const expected = in_double(examples.x, depth);
    double const one_layer_less = in_double(examples.x, depth - 1);
    auto const predicted = static_cast<double>(predict());
    require(std::abs(predicted - expected) <= 1e-3 && std::abs(expected - one_layer_less) > 1e-2,
            name + " predicts " + text(predicted) + " instead of " + text(expected) + " (with a layer less " +
                text(one_layer_less) + ")");
    time(state, work, [&] {
        benchmark::DoNotOptimize(examples);
        float prediction = predict();
        benchmark::DoNotOptimize(prediction);
    });
}

void by_gram(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed();
    static_cast<void>(context.observe_tokens(examples.tokens));
    time_prediction(state, name, examples, {.tasks = 1, .flops = flops_by_gram}, [&] {
        benchmark::DoNotOptimize(context);
        return context.predict(examples.x)(0, 0);
    });
}

void with_pass(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed();
    Work const work{.tasks = 1, .flops = flops_of_pass(count) + flops_by_gram, .bytes = bytes_of(examples.tokens)};
    time_prediction(state, name, examples, work, [&] {
        context.forget();
        static_cast<void>(context.observe_tokens(examples.tokens));
        return context.predict(examples.x)(0, 0);
    });
}

void layer_by_layer(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    LayerByLayer<float> layers(examples.tokens);
    // The tokens are read, and the changed ones written, once at least.
    Work const work{.tasks = 1,
                    .flops = LayerByLayer<float>::flops(count),
                    .bytes = bytes_of(examples.tokens),
                    .written = bytes_of(examples.tokens)};
    time_prediction(state, name, examples, work, [&] { return layers(examples.x, depth); });
}

}  // namespace

int main(int argc, char** argv) {
    add("context_pass", "reading_alone", 1 << 26, reading_alone);
    for (int const count : {10, 100, 1'000, 10'000, 100'000, 1'000'000}) {
        add("context_pass", "incontext_lanes", count, context_pass, count);
        add("prediction", "incontext_gram", count, by_gram, count);
        add("prediction", "incontext_with_pass", count, with_pass, count);
        add("prediction", "eigen_dynamic_layers", count, layer_by_layer, count);
    }
    return bench::run(argc, argv);
}

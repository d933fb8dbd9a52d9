// SPDX-License-Identifier: MIT
// What a prediction costs as its context grows from ten examples to a million.
//
//   work        context_pass/...            the one pass over the context that makes its moments C C^T; tokens of dimension 11
//               context_pass_dimension/...  the same for 10,000 tokens of other dimensions
//               prediction/...              five layers: by moments that are there, with the pass, through all tokens
//               prediction_per_layer/...    by moments, against the number of layers
//               streaming/...               one more example, then a prediction
//               bandwidth/read              reading 256 MB once, in whole registers: what memory gives to one core
//   compare     incontext_moments is flat in the context, the others grow with it
//   GFlop/s     of passes: token_dim (token_dim + 1) for each token, what a symmetric C C^T needs, whoever computes it and
//               with however many more: ours fills 11 of 16 lanes, a product of two matrices makes all entries
//   bandwidth   GB/s and of_bandwidth in the JSON file: bytes of the context beside those of bandwidth/read. Contexts that
//               fit a cache may exceed 100 %
//
// Every result is compared with one in double before it is timed: moments must be equal but for their scale, since the
// tokens hold small whole numbers.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "gemm.hpp"
#include "measure.hpp"
#include "openblas_peer.hpp"
#include "rounding.hpp"
#include "whole_numbers.hpp"

namespace {

using namespace bench;

constexpr int lengths[]{10, 100, 1'000, 10'000, 100'000, 1'000'000};

template <int TokenDimension>
constexpr Dimensions sizes_of{.input = TokenDimension - 1, .output = 1, .context = 10};

template <class Number, int TokenDimension>
using Table = Eigen::Matrix<Number, TokenDimension, Eigen::Dynamic>;
template <class Number, int TokenDimension>
using Square = Eigen::Matrix<Number, TokenDimension, TokenDimension>;

// ---------------------------------------------------------------------------------------------- registration, rates ----

/// Registers function(state, name) as work/competitor/size.
template <class Function>
void compete(std::string const& work, std::string const& competitor, int size, Function const& function) {
    add(name_of(work, competitor, size), function);
}

/// The sum of all numbers, in registers that do not wait for each other.
float sum_of(std::vector<float> const& numbers) {
    using Pack = peaks::Register<float>::Pack;
    constexpr std::size_t lanes = peaks::Register<float>::lane_count;
    Pack sums[4]{};
    for (std::size_t i = 0; i < numbers.size(); i += 4 * lanes) {
        for (std::size_t k = 0; k < 4; ++k) {
            Pack pack;
            std::memcpy(&pack, numbers.data() + i + k * lanes, sizeof pack);
            sums[k] += pack;
        }
    }
    return sum_of_lanes(peaks::Register<float>(sums[0] + sums[1] + sums[2] + sums[3]));
}

constexpr std::size_t read_numbers = std::size_t{1} << 26;  // 256 MB: no cache holds them

void read_once(std::vector<float> const& numbers) {
    float sum = sum_of(numbers);
    benchmark::DoNotOptimize(sum);
}

/// Bytes per second that one core reads from memory: the best of many times. Measured once.
double read_bandwidth() {
    static double const bytes_per_second = [] {
        std::vector<float> const numbers(read_numbers, 1.0f);
        using Clock = std::chrono::steady_clock;
        double shortest = 1e9;
        for (int i = 0; i < 30; ++i) {
            auto const start = Clock::now();
            read_once(numbers);
            shortest = std::min(shortest, std::chrono::duration<double>(Clock::now() - start).count());
        }
        return static_cast<double>(read_numbers * sizeof(float)) / shortest;
    }();
    return bytes_per_second;
}

/// After time(): the same beside memory.
void count_bytes(benchmark::State& state, double bytes) {
    auto const rate = benchmark::Counter::kIsIterationInvariantRate;
    state.counters["GB/s"] = benchmark::Counter(bytes / 1e9, rate);
    state.counters["of_bandwidth"] = benchmark::Counter(bytes / read_bandwidth(), rate);
}

void bandwidth(benchmark::State& state, std::string const& name) {
    static std::vector<float> const numbers(read_numbers, 1.0f);
    require(sum_of(numbers) == static_cast<float>(read_numbers), name + " does not read all numbers");
    time<float>(state, {.tasks = 0}, [] { read_once(numbers); });
    count_bytes(state, static_cast<double>(read_numbers * sizeof(float)));
}

// -------------------------------------------------------------------------------------------------------- the pass ----

/// Numbers up to 3: a sum of a million products of them is less than 2^24, so it is exact in float in any order.
template <class Number, int TokenDimension>
Table<Number, TokenDimension> whole_tokens(int count) {
    static_assert(9 * 1'000'000 < 0x1p24);
    Table<Number, TokenDimension> tokens(TokenDimension, count);
    unsigned bits = 1;
    for (int token = 0; token < count; ++token) {
        for (int row = 0; row < TokenDimension; ++row) {
            bits = bits * 1664525u + 1013904223u;
            tokens(row, token) = static_cast<Number>(static_cast<int>((bits >> 16) % 7) - 3);
        }
    }
    return tokens;
}

template <class Number, int TokenDimension>
auto nothing_observed() {
    constexpr Dimensions sizes = sizes_of<TokenDimension>;
    GradientStep<sizes, Number> const step{Number(1), zero<Number, 1, sizes.input>()};
    auto const stack = looped<1>(as_attention(step));
    return StreamingContext<sizes, std::remove_const_t<decltype(stack)>>(stack);
}

/// Observes with observe(context, tokens), and reads the moments.
template <class Number, int TokenDimension, class Observe>
class Observed {
  public:
    explicit Observed(Observe const& observe) : observe_(observe) {}

    void operator()(Table<Number, TokenDimension> const& tokens, Square<Number, TokenDimension>& G) {
        context_.forget();
        observe_(context_, tokens);
        G = context_.moments();
    }
    /// The moments are those of as many examples as the model is for.
    static double scale(int count) { return static_cast<double>(sizes_of<TokenDimension>.context) / count; }

  private:
    Observe observe_;
    decltype(nothing_observed<Number, TokenDimension>()) context_ = nothing_observed<Number, TokenDimension>();
};

/// G = C C^T by a formula(C, G) on dynamic matrices.
template <class Number, class Formula>
class Computed {
  public:
    explicit Computed(Formula const& formula) : formula_(formula) {}

    template <int TokenDimension>
    void operator()(Table<Number, TokenDimension> const& tokens, Square<Number, TokenDimension>& G) {
        Eigen::Map<Dynamic<Number> const> const C(tokens.data(), tokens.rows(), tokens.cols());
        Eigen::Map<Dynamic<Number>> result(G.data(), G.rows(), G.cols());
        formula_(C, result);
    }
    static double scale(int /*count*/) { return 1; }

  private:
    Formula formula_;
};

/// The upper half of G must be scale(count) times that in double.
template <class Number, int TokenDimension>
void check_pass(std::string const& name, Table<Number, TokenDimension> const& tokens, double scale,
                Square<Number, TokenDimension> const& G) {
    Dynamic<double> const C = tokens.template cast<double>();
    Dynamic<double> const expected = scale * (C * C.transpose());
    for (int col = 0; col < TokenDimension; ++col) {
        for (int row = 0; row <= col; ++row) {
            double const error = std::abs(static_cast<double>(G(row, col)) - expected(row, col));
            require(error <= gamma(2) * std::abs(expected(row, col)),  // the scale, and the product with it
                    name + " does not compute " + text(expected(row, col)) + ", as double does, in row " +
                        std::to_string(row) + ", column " + std::to_string(col));
        }
    }
}

template <class Number, int TokenDimension, class Pass>
void compete_in_pass(std::string const& work, std::string const& competitor, int size, int count, Pass const& pass) {
    compete(work, competitor, size, [=](benchmark::State& state, std::string const& name) {
        auto tokens = whole_tokens<Number, TokenDimension>(count);
        Square<Number, TokenDimension> G;
        Pass own_pass = pass;
        own_pass(tokens, G);
        check_pass(name, tokens, Pass::scale(count), G);
        double const numbers = static_cast<double>(tokens.size());
        time<Number>(state, {.tasks = 1, .flops = (TokenDimension + 1) * numbers}, [&] {
            benchmark::DoNotOptimize(tokens.data());
            own_pass(tokens, G);
            benchmark::DoNotOptimize(G);
        });
        count_bytes(state, numbers * sizeof(Number));
    });
}

template <class Number, int TokenDimension, class Observe>
void observe_in_pass(std::string const& work, std::string const& competitor, int size, int count,
                     Observe const& observe) {
    compete_in_pass<Number, TokenDimension>(work, competitor, size, count,
                                            Observed<Number, TokenDimension, Observe>(observe));
}

template <class Number, int TokenDimension, class Formula>
void compute_in_pass(std::string const& work, std::string const& competitor, int size, int count,
                     Formula const& formula) {
    compete_in_pass<Number, TokenDimension>(work, competitor, size, count, Computed<Number, Formula>(formula));
}

template <int TokenDimension>
void add_pass(std::string const& work, int size, int count) {
    auto const in_one_table = [](auto& context, auto const& C) {
        context.observe_tokens(C);
    };
    observe_in_pass<float, TokenDimension>(work, "incontext_lanes", size, count, in_one_table);
    observe_in_pass<double, TokenDimension>(work, "incontext_lanes_double", size, count, in_one_table);
    observe_in_pass<float, TokenDimension>(work, "incontext_two_tables", size, count, [](auto& context, auto const& C) {
        context.observe(C.template topRows<TokenDimension - 1>(), C.template bottomRows<1>());
    });
    observe_in_pass<float, TokenDimension>(work, "incontext_one_by_one", size, count, [](auto& context, auto const& C) {
        for (Eigen::Index i = 0; i < C.cols(); ++i) {
            context.observe(C.col(i).template head<TokenDimension - 1>(), C.col(i).template tail<1>());
        }
    });
    compute_in_pass<float, TokenDimension>(work, "eigen_dynamic", size, count,
                                           [](auto const& C, auto& G) { G.noalias() = C * C.transpose(); });
    compute_in_pass<float, TokenDimension>(work, "eigen_self_adjoint", size, count, [](auto const& C, auto& G) {
        G.setZero();
        G.template selfadjointView<Eigen::Upper>().rankUpdate(C);
    });
    if (OpenblasGemm::missing().empty()) {
        compute_in_pass<float, TokenDimension>(work, "openblas", size, count, [=](auto const& C, auto& G) {
            constexpr int t = TokenDimension;
            OpenblasGemm const gemm(GemmShape{t, count, t, t, t, t, true});
            gemm(C.data(), C.data(), G.data());
        });
    }
}

// -------------------------------------------------------------------------------------------------- the prediction ----

constexpr Dimensions sizes = sizes_of<11>;
constexpr int T = sizes.input + sizes.output;
using Step = GradientStep<sizes, float>;
using Input = Eigen::Matrix<float, sizes.input, 1>;

/// Inputs of variance 4: at this rate a step leaves three quarters of the error.
Step step() {
    return {.learning_rate = 0.0625f, .initial_weights = zero<float, 1, sizes.input>()};
}

template <int Depth>
auto nothing_observed_by_layers() {
    auto const stack = looped<Depth>(as_attention(step()));
    return StreamingContext<sizes, std::remove_const_t<decltype(stack)>>(stack);
}

/// What the prediction takes once the moments are there.
template <int Depth>
constexpr double flops_by_moments() {
    using Stack = FastForm<LoopedStack<LinearSelfAttention<sizes.tokens(), float>, Depth>>;
    return 2.0 * static_cast<double>(OperationCount<Stack>::by_moments(sizes.tokens()) -
                                     multiplications_of_gram(sizes.tokens()));
}

/// All tokens through every layer but the last, of that the query token: E <- E + P (W_V C)(W_K C)^T W_Q E, from the
/// left, so that nothing grows with the square of the context.
template <class Number>
class LayerByLayer {
  public:
    /// The layer is made for contexts of another length; its output projection holds that length.
    LayerByLayer(Dynamic<Number> const& tokens, int depth)
        : layer_(in_dynamic_matrices(static_cast<Number>(sizes.context) / static_cast<Number>(tokens.cols()))),
          tokens_(tokens),
          depth_(depth) {}

    Number operator()(Input const& x) {
        C_ = tokens_;
        Dynamic<Number> q = Dynamic<Number>::Zero(T, 1);
        q.topRows(sizes.input) = x.template cast<Number>();
        for (int layer = 1; layer <= depth_; ++layer) {
            K_.noalias() = layer_.key * C_;
            V_.noalias() = layer_.value * C_;
            values_.noalias() = V_ * K_.transpose();
            F_.noalias() = layer_.output * values_ * layer_.query;
            q += F_ * q;
            if (layer < depth_) {
                K_.noalias() = F_ * C_;
                C_ += K_;
            }
        }
        return -q(sizes.input, 0);
    }
    /// Of the passes over the context; what is done with matrices of token dimension alone is left out.
    static double flops(int count, int depth) { return 2.0 * T * T * count * (4 * depth - 1); }

  private:
    struct Projections {
        Dynamic<Number> query, key, value, output;
    };
    static Projections in_dynamic_matrices(Number scale) {
        auto const layer = as_attention(step());
        return {.query = layer.query.template cast<Number>(),
                .key = layer.key.template cast<Number>(),
                .value = layer.value.template cast<Number>(),
                .output = scale * layer.output.template cast<Number>()};
    }

    Projections layer_;
    Dynamic<Number> const& tokens_;
    int depth_;
    Dynamic<Number> C_, K_, V_, values_, F_;
};

/// Tokens (x; w x) and an x to predict for.
struct Examples {
    Table<float, T> tokens;
    Input x;

    explicit Examples(int count) : tokens(whole_tokens<float, T>(count)), x(Input::LinSpaced(-1, 1)) {
        auto const w = x.transpose();
        tokens.template bottomRows<1>().noalias() = w * tokens.template topRows<sizes.input>();
    }

    /// The right answer is w x = 4.07. A thousandth is more than rounding explains at any length, and much less than a
    /// layer makes.
    void check(std::string const& name, int depth, float predicted) const {
        Dynamic<double> const in_double = tokens.template cast<double>();
        double const expected = LayerByLayer<double>(in_double, depth)(x);
        double const one_layer_less = LayerByLayer<double>(in_double, depth - 1)(x);
        require(std::abs(static_cast<double>(predicted) - expected) <= 1e-3 &&
                    std::abs(expected - one_layer_less) > 1e-2,
                name + " predicts " + text(static_cast<double>(predicted)) + " instead of " + text(expected) +
                    " (with a layer less " + text(one_layer_less) + ")");
    }
};

/// Times predict(), which yields a prediction for examples.x.
template <class Predict>
void time_prediction(benchmark::State& state, std::string const& name, Examples& examples, int depth, double flops,
                     Predict const& predict) {
    examples.check(name, depth, predict());
    time<float>(state, {.tasks = 1, .flops = flops}, [&] {
        benchmark::DoNotOptimize(examples);
        float prediction = predict();
        benchmark::DoNotOptimize(prediction);
    });
}

template <int Depth>
void by_moments(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed_by_layers<Depth>();
    context.observe_tokens(examples.tokens);
    time_prediction(state, name, examples, Depth, flops_by_moments<Depth>(), [&] {
        benchmark::DoNotOptimize(context);
        return context.predict(examples.x)(0, 0);
    });
}

template <int Depth>
void with_pass(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed_by_layers<Depth>();
    double const flops_of_pass = T * (T + 1.0) * count;
    time_prediction(state, name, examples, Depth, flops_of_pass + flops_by_moments<Depth>(), [&] {
        context.forget();
        context.observe_tokens(examples.tokens);
        return context.predict(examples.x)(0, 0);
    });
}

template <int Depth>
void layer_by_layer(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    Dynamic<float> const tokens = examples.tokens;
    LayerByLayer<float> layers(tokens, Depth);
    time_prediction(state, name, examples, Depth, LayerByLayer<float>::flops(count, Depth),
                    [&] { return layers(examples.x); });
}

/// The example that is observed again and again is the first: the prediction is checked before.
template <int Depth>
void streaming(benchmark::State& state, std::string const& name, int count) {
    Examples examples(count);
    auto context = nothing_observed_by_layers<Depth>();
    context.observe_tokens(examples.tokens);
    examples.check(name, Depth, context.predict(examples.x)(0, 0));
    double const flops_of_example = T * (T + 1.0);
    time<float>(state, {.tasks = 1, .flops = flops_of_example + flops_by_moments<Depth>()}, [&] {
        benchmark::DoNotOptimize(examples);
        context.observe(examples.tokens.col(0).template head<sizes.input>(),
                        examples.tokens.col(0).template tail<sizes.output>());
        float prediction = context.predict(examples.x)(0, 0);
        benchmark::DoNotOptimize(prediction);
    });
}

void add_predictions() {
    auto const compete_at = [](int count, char const* work, char const* competitor, auto function) {
        compete(work, competitor, count, [=](auto& state, auto const& name) { function(state, name, count); });
    };
    for (int const count : lengths) {
        compete_at(count, "prediction", "incontext_moments", by_moments<5>);
        compete_at(count, "prediction", "incontext_with_pass", with_pass<5>);
        compete_at(count, "prediction", "eigen_dynamic_layers", layer_by_layer<5>);
    }
    for (int const count : lengths) {
        compete_at(count, "streaming", "incontext_moments", streaming<5>);
    }
}

template <int... Depth>
void add_depths() {
    (compete("prediction_per_layer", "incontext_moments", Depth,
             [](auto& state, auto const& name) { by_moments<Depth>(state, name, 10'000); }),
     ...);
}

template <int... TokenDimension>
void add_dimensions() {
    (add_pass<TokenDimension>("context_pass_dimension", TokenDimension, 10'000), ...);
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::RegisterBenchmark("bandwidth/read",
                                 [](benchmark::State& state) { bandwidth(state, "bandwidth/read"); });
    for (int const count : lengths) {
        add_pass<11>("context_pass", count, count);
    }
    add_dimensions<4, 5, 8, 16, 21, 32>();
    add_predictions();
    add_depths<1, 2, 5, 10>();
    return bench::run(argc, argv);
}

// SPDX-License-Identifier: MIT
// Regressors of streams compared: LMS, NLMS, the implicit step, leaky LMS, least squares in two forms, K steps of gradient descent.
//
//   streams     simulated by the library's own generator, 16 inputs, 1 output, from a seed:
//                 identification   the last 16 numbers of a coloured input (u <- .9 u + noise) through a filter of 16 taps
//                 drift            white inputs, weights that walk by .01 a step
//                 ill-conditioned  inputs whose moments have the condition 10^6, every direction as important for y
//   settings    the best of a grid on a first stream (seed); the errors are those on a second one (seed + 1)
//   error       mean of (prediction - y without noise)^2 over the variance of y, each prediction made before its example is
//               observed: of the first 500 examples, and of the second half. 1 is: nothing learned
//   memory      sizeof the regressor. Operations: multiplications and divisions, counted while compiling
//
// usage: streams [--seed N] [--no-times]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <incontext/incontext.hpp>

#include "common/options.hpp"
#include "tools/interruption.hpp"
#include "tools/program.hpp"

using namespace incontext;

namespace {

constexpr int n = 16;
using Vector = Eigen::Matrix<double, n, 1>;

struct Example {
    Vector x;
    double y;      // with noise: what is observed
    double clean;  // without
};

struct StreamOfExamples {
    char const* name;
    std::vector<Example> examples;
    double variance = 0;     // of clean
    double mean_square = 0;  // of |x|
    double eigenvalue = 0;   // the largest of the mean of x x^T
};

/// Standard normal numbers, one after the other, from a seed and a use of it.
class Normal {
  public:
    Normal(std::uint32_t seed, std::uint32_t use) : key_(folded_in(key_of_seed<1>(seed), use)) {}
    double operator()() { return static_cast<double>(normal(folded_in(key_, index_++).first)[0]); }

  private:
    Keys<1> key_;
    std::uint32_t index_ = 0;
};

void measure(StreamOfExamples& stream) {
    Eigen::Matrix<double, n, n> H = Eigen::Matrix<double, n, n>::Zero();
    for (Example const& example : stream.examples) {
        stream.variance += example.clean * example.clean;
        H += example.x * example.x.transpose();
    }
    auto const count = static_cast<double>(stream.examples.size());
    stream.variance /= count;
    H /= count;
    stream.mean_square = H.trace();
    stream.eigenvalue = bound_of_largest_eigenvalue<double, n>(H);
}

StreamOfExamples identification(std::uint32_t seed) {
    StreamOfExamples stream{.name = "identification", .examples = {}};
    Normal draw(seed, 1);
    Vector w;
    for (int i = 0; i < n; ++i) {
        w(i) = draw() * std::exp(-0.2 * i);
    }
    Vector x = Vector::Zero();
    for (int t = 0; t < 5000; ++t) {
        double const next = 0.9 * x(0) + std::sqrt(1 - 0.81) * draw();
        for (int i = n - 1; i > 0; --i) {
            x(i) = x(i - 1);
        }
        x(0) = next;
        double const clean = w.dot(x);
        stream.examples.push_back({x, clean + 0.1 * draw(), clean});
    }
    measure(stream);
    return stream;
}

StreamOfExamples drift(std::uint32_t seed) {
    StreamOfExamples stream{.name = "drift", .examples = {}};
    Normal draw(seed, 2);
    Vector w = Vector::NullaryExpr([&] { return draw(); });
    for (int t = 0; t < 5000; ++t) {
        Vector const x = Vector::NullaryExpr([&] { return draw(); });
        double const clean = w.dot(x);
        stream.examples.push_back({x, clean + 0.1 * draw(), clean});
        w += 0.01 * Vector::NullaryExpr([&] { return draw(); });
    }
    measure(stream);
    return stream;
}

StreamOfExamples ill_conditioned(std::uint32_t seed) {
    StreamOfExamples stream{.name = "ill-conditioned", .examples = {}};
    Normal draw(seed, 3);
    // Directions that no input is alone: two reflections.
    Vector const a = Vector::NullaryExpr([&] { return draw(); }).normalized();
    Vector const b = Vector::NullaryExpr([&] { return draw(); }).normalized();
    auto const turned = [&](Vector v) {
        v -= 2 * a.dot(v) * a;
        v -= 2 * b.dot(v) * b;
        return v;
    };
    Vector scale;
    Vector w;
    for (int i = 0; i < n; ++i) {
        scale(i) = std::pow(10.0, -3.0 * i / (n - 1));
        w(i) = draw() / scale(i);
    }
    for (int t = 0; t < 20000; ++t) {
        Vector const g = Vector::NullaryExpr([&] { return draw(); });
        Vector const in_directions = scale.cwiseProduct(g);
        double const clean = w.dot(in_directions);
        stream.examples.push_back({turned(in_directions), clean + 0.1 * draw(), clean});
    }
    measure(stream);
    return stream;
}

struct Errors {
    double first = 0;
    double last = 0;
    long long refused = 0;
};

/// fade: by how much a context forgets before each example; of the others their settings say so.
template <class Regressor>
Errors errors(Regressor regressor, StreamOfExamples const& stream, double fade) {
    using Number = typename Regressor::Scalar;
    Errors result;
    std::size_t const count = stream.examples.size();
    constexpr std::size_t beginning = 500;
    for (std::size_t t = 0; t < count; ++t) {
        Example const& example = stream.examples[t];
        typename Regressor::Input const x = example.x.cast<Number>();
        double const error = static_cast<double>(regressor.predict(x)(0)) - example.clean;
        (t < beginning ? result.first : result.last) += t < beginning || t >= count / 2 ? error * error : 0;
        if (fade < 1) {
            static_cast<void>(regressor.forget(static_cast<Number>(fade)));
        }
        static_cast<void>(regressor.observe(x, typename Regressor::Output(static_cast<Number>(example.y))));
    }
    result.first /= static_cast<double>(beginning) * stream.variance;
    result.last /= static_cast<double>(count - count / 2) * stream.variance;
    result.refused = regressor.refused();
    return result;
}

struct Nanoseconds {
    double observe = 0;
    double predict = 0;
};

/// The least in 20 passes over 1,000 examples, in pieces of a millisecond or so: a longer one would be interrupted on a machine that
/// others use as well.
template <class Regressor>
Nanoseconds nanoseconds(Regressor regressor, StreamOfExamples const& stream, double fade) {
    using Number = typename Regressor::Scalar;
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t count = 1000;
    std::vector<typename Regressor::Input> inputs;
    std::vector<typename Regressor::Output> outputs;
    for (std::size_t t = 0; t < count; ++t) {
        inputs.push_back(stream.examples[t].x.cast<Number>());
        outputs.emplace_back(static_cast<Number>(stream.examples[t].y));
    }
    auto const least = [&](auto const& work) {
        double best = std::numeric_limits<double>::infinity();
        std::size_t piece = count;
        for (int pass = 0; pass < 20; ++pass) {
            for (std::size_t first = 0; first + piece <= count; first += piece) {
                auto const before = Clock::now();
                for (std::size_t t = first; t < first + piece; ++t) {
                    work(t);
                }
                std::chrono::duration<double, std::nano> const taken = Clock::now() - before;
                best = std::min(best, taken.count() / static_cast<double>(piece));
            }
            piece = static_cast<std::size_t>(std::clamp(1e6 / best, 1.0, static_cast<double>(count)));
        }
        return best;
    };
    Number volatile sink{};
    return {.observe = least([&](std::size_t t) {
                if (fade < 1) {
                    static_cast<void>(regressor.forget(static_cast<Number>(fade)));
                }
                static_cast<void>(regressor.observe(inputs[t], outputs[t]));
            }),
            .predict = least([&](std::size_t t) { sink = regressor.predict(inputs[t])(0); })};
}

/// Two settings of a regressor, in the order of its row.
struct Setting {
    double first;
    double second;
};
/// "rate 0.1", or with the second setting "rate 0.1, gate 0.99".
std::string text(std::string const& names, Setting const& setting) {
    auto const comma = names.find(',');
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%s %.2g", names.substr(0, comma).c_str(), setting.first);
    std::string result = buffer;
    if (comma != std::string::npos) {
        std::snprintf(buffer, sizeof buffer, "%s %.5g", names.substr(comma).c_str(), setting.second);
        result += buffer;
    }
    return result;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One row of the table: tuned on one stream in double, measured on another in double and in float.
/// make.operator()<Number>(setting) makes the regressor; fades: its second setting is what errors() forgets by.
template <class Make>
void row(char const* name, char const* settings, std::vector<Setting> const& grid, bool fades, bool with_times,
         StreamOfExamples const& tuning, StreamOfExamples const& stream, Make const& make) {
    Setting best = grid.front();
    double least = infinity;
    for (Setting const& setting : grid) {
        double const fade = fades ? setting.second : 1;
        double const last = errors(make.template operator()<double>(setting), tuning, fade).last;
        if (last < least) {
            least = last;
            best = setting;
        }
    }
    double const fade = fades ? best.second : 1;
    auto const in_double = make.template operator()<double>(best);
    auto const in_float = make.template operator()<float>(best);
    Errors const errors_in_double = errors(in_double, stream, fade);
    Errors const errors_in_float = errors(in_float, stream, fade);
    using Regressor = std::remove_const_t<decltype(in_float)>;
    constexpr Operations observing = Regressor::operations_to_observe();
    constexpr Operations predicting = Regressor::operations_to_predict();
    std::printf("| %s | %s | %.2g | %.2g | %.2g | %zu | %lld + %lld | %lld + %lld |", name,
                text(settings, best).c_str(), errors_in_double.first, errors_in_double.last, errors_in_float.last,
                sizeof(Regressor), observing.multiplications, observing.divisions, predicting.multiplications,
                predicting.divisions);
    if (with_times) {
        Nanoseconds const times = nanoseconds(in_float, stream, fade);
        std::printf(" %.0f | %.0f |", times.observe, times.predict);
    }
    std::printf("\n");
    tools::check_standard_output();  // an interruption ends the program, and what was not written yet is lost
    tools::say_when_interrupted("interrupted; the rows that were printed are whole");
    if (errors_in_double.refused + errors_in_float.refused != 0) {
        std::printf("an example of %s was refused by %s\n", stream.name, name);
        std::exit(1);
    }
}

std::vector<Setting> product_of(std::vector<double> const& first, std::vector<double> const& second) {
    std::vector<Setting> grid;
    for (double const a : first) {
        for (double const b : second) {
            grid.push_back({a, b});
        }
    }
    return grid;
}
std::vector<double> times(std::vector<double> numbers, double factor) {
    for (double& number : numbers) {
        number *= factor;
    }
    return numbers;
}

template <int Steps, class Number>
auto steps_of_gradient_descent(Number rate) {
    constexpr Dimensions sizes{.input = n, .output = 1, .context = 64};
    auto const model =
        looped<Steps>(as_attention(GradientStep<sizes, Number>{.learning_rate = rate, .initial_weights = {}}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}

void table(StreamOfExamples const& tuning, StreamOfExamples const& stream, bool with_times) {
    std::printf("\n**%s**\n\n", stream.name);
    std::printf(
        "| regressor | settings | first 500 | second half | in float | bytes | * and / to observe | to predict |%s\n",
        with_times ? " ns to observe | to predict |" : "");
    std::printf("|---|---|---|---|---|---|---|---|%s\n", with_times ? "---|---|" : "");
    std::vector<double> const rates{0.001, 0.003, 0.01, 0.03, 0.1, 0.3};
    std::vector<double> const gates{0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1};
    double const in_mean = 2 / tuning.mean_square;
    auto const add = [&](char const* name, char const* settings, std::vector<Setting> const& grid, bool fades,
                         auto const& make) { row(name, settings, grid, fades, with_times, tuning, stream, make); };
    add("lms", "rate", product_of(times(rates, in_mean), {1}), false,
        []<class Number>(Setting s) { return lms<n, 1>(static_cast<Number>(s.first)); });
    add("nlms", "rate", product_of({0.003, 0.01, 0.03, 0.1, 0.3, 1}, {1}), false,
        []<class Number>(Setting s) { return nlms<n, 1>(static_cast<Number>(s.first)); });
    add("implicit_lms", "rate", product_of(times({0.003, 0.01, 0.03, 0.1, 0.3, 1, 10}, in_mean), {1}), false,
        []<class Number>(Setting s) { return implicit_lms<n, 1>(static_cast<Number>(s.first)); });
    add("leaky_lms", "rate, gate", product_of(times(rates, in_mean), {0.999, 0.9999, 0.99999}), false,
        []<class Number>(Setting s) {
            return leaky_lms<n, 1>(static_cast<Number>(s.first), static_cast<Number>(s.second));
        });
    auto const penalties = times({1e-2, 1e-5, 1e-8}, tuning.mean_square);
    add("rls", "penalty, gate", product_of(penalties, gates), false,
        []<class Number>(Setting s) { return rls<n, 1>(static_cast<Number>(s.second), static_cast<Number>(s.first)); });
    add("ridge_memory", "penalty, gate", product_of(penalties, gates), false, []<class Number>(Setting s) {
        return ridge_memory<n, 1>(static_cast<Number>(s.second), static_cast<Number>(s.first));
    });
    auto const fractions = times({0.5, 0.95}, 2 / tuning.eigenvalue);
    add("1 step", "rate, gate", product_of(fractions, gates), true,
        []<class Number>(Setting s) { return steps_of_gradient_descent<1>(static_cast<Number>(s.first)); });
    add("10 steps", "rate, gate", product_of(fractions, gates), true,
        []<class Number>(Setting s) { return steps_of_gradient_descent<10>(static_cast<Number>(s.first)); });
}

void tables(std::uint32_t seed, bool with_times) {
    std::printf("settings from seed %u, errors on seed %u\n", seed, seed + 1);
    tools::check_standard_output();  // before the next table takes its time
    table(identification(seed), identification(seed + 1), with_times);
    table(drift(seed), drift(seed + 1), with_times);
    table(ill_conditioned(seed), ill_conditioned(seed + 1), with_times);
}

struct StreamsOptions {
    std::uint32_t seed = 1;
    bool without_times = false;
};

}  // namespace

int main(int argc, char** argv) {
    StreamsOptions options;
    return tools::run_program(
        argc, argv, "Compares regressors of streams, on three streams that are simulated.",
        [&](CLI::App& app) {
            reproduce::add_whole_number(app, "--seed", options.seed, {0, 2'147'483'647},
                                        "of the streams that settings are chosen on; the next one's are measured");
            reproduce::add_flag(app, "--no-times", options.without_times,
                                "takes no times, so that a run repeats itself");
        },
        [&] { tables(options.seed, !options.without_times); });
}

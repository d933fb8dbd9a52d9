// SPDX-License-Identifier: MIT
// Predictions of ten layers of linear self-attention on 2048 prompts, and all tokens after them.
//
//   work        stack_10_query    the query token after ten layers: nine update all tokens, the tenth the query token alone
//               stack_10_tokens   all tokens after ten layers
//   compare     the layers in the form that the library chooses for each, the layers as they are defined
//   of peak     GFlop/s beside the fused multiply-adds that this program measured when it began
//
// Before anything is timed its results are compared with those in double: the norm of the difference must be at most 1e-4 of
// the norm. Ten layers round some hundred times.
#include <cmath>
#include <string>
#include <vector>

#include "given.hpp"
#include "library_layer.hpp"
#include "measure.hpp"

namespace {

using namespace bench;

constexpr TokenShape shape{.token_dim = 11, .context = 10};
using Layer = LinearSelfAttention<shape, float>;
using Stack = LayerStack<Layer, Layer, Layer, Layer, Layer, Layer, Layer, Layer, Layer, Layer>;

/// Ten layers of drawn weights, small enough that tokens stay of their size.
Stack drawn_stack() {
    Stack stack;
    int drawn = 0;
    for_each_parameter(
        [&](char const*, auto& matrix) {
            ++drawn;
            for (int i = 0; i < matrix.size(); ++i) {
                matrix.data()[i] = .05f * static_cast<float>(small_number(drawn, i % 11, i / 11));
            }
        },
        stack);
    return stack;
}

template <class Number>
std::vector<Prompt<shape, Number>> small_prompts() {
    auto all = prompts<shape, Number>();
    for (auto& prompt : all) {
        prompt.context *= Number(.125f);
        prompt.query *= Number(.125f);
    }
    return all;
}

struct OfQuery {
    static constexpr auto run = [](auto const& stack, auto const& prompt) {
        return answer<QueryTokens>(stack, prompt);
    };
};
struct OfAllTokens {
    static constexpr auto run = [](auto const& stack, auto const& prompt) { return stack(prompt); };
};

/// Adds the square of the difference between the lanes and the numbers in double, and of the latter.
struct Difference {
    double squares = 0;
    double norm = 0;

    template <class OfLanes, class OfDouble>
    void add(OfLanes const& lanes, int lane, OfDouble const& exact) {
        if constexpr (AnyMatrix<OfLanes>) {
            for (int i = 0; i < static_cast<int>(exact.size()); ++i) {
                int const row = i % static_cast<int>(exact.rows());
                int const col = i / static_cast<int>(exact.rows());
                squares += std::pow(static_cast<double>(lanes(row, col)[lane]) - exact(row, col), 2);
                norm += std::pow(exact(row, col), 2);
            }
        } else {
            add(lanes.context, lane, exact.context);
            add(lanes.query, lane, exact.query);
        }
    }
};

template <class Of, class Form>
void predictions(benchmark::State& state, std::string const& name, Form const& form) {
    auto const given = small_prompts<Floats>();
    std::vector<decltype(Of::run(form, given[0]))> results;
    for (auto const& prompt : given) {
        results.push_back(Of::run(form, prompt));
    }
    auto const exact_stack = converted<double>(drawn_stack(), [](float number) { return static_cast<double>(number); });
    auto const exact_prompts = small_prompts<double>();
    Difference difference;
    for (std::size_t task = 0; task < exact_prompts.size(); ++task) {
        difference.add(results[task / lanes_in<Floats>], static_cast<int>(task % lanes_in<Floats>),
                       Of::run(exact_stack, exact_prompts[task]));
    }
    require(std::sqrt(difference.squares) <= 1e-4 * std::sqrt(difference.norm),  // false for NaN
            name + " is " + text(std::sqrt(difference.squares / difference.norm)) + " off its value in double");

    constexpr double flops = 2.0 * static_cast<double>(multiplications<Form, shape>(Of::run));
    double const bytes = static_cast<double>(given.size() * sizeof given[0]);
    double const written = static_cast<double>(results.size() * sizeof results[0]);
    time(state, {.tasks = batch, .flops = batch * flops, .bytes = bytes, .written = written}, [&] {
        benchmark::DoNotOptimize(given.data());
        for (std::size_t i = 0; i < given.size(); ++i) {
            renew(results[i], [&] { return Of::run(form, given[i]); });
        }
        benchmark::ClobberMemory();
    });
}

template <class Of>
void add_stack(std::string const& work) {
    add(work, "incontext_lanes", 11, [](benchmark::State& state, std::string const& name) {
        predictions<Of>(state, name, chosen_form(drawn_stack()));
    });
    add(work, "incontext_lanes_definition", 11,
        [](benchmark::State& state, std::string const& name) { predictions<Of>(state, name, drawn_stack()); });
}

}  // namespace

int main(int argc, char** argv) {
    add_stack<OfQuery>("stack_10_query");
    add_stack<OfAllTokens>("stack_10_tokens");
    return bench::run(argc, argv);
}

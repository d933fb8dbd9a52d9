// SPDX-License-Identifier: MIT
// Compiled with -ffast-math and run: forms that overflow where the definition does not fall back on it all the same.
#include <bit>
#include <cstdint>
#include <cstdio>

#include "incontext/attention/by_scores.hpp"
#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/eigen.hpp"
#include "incontext/plan/fast_form.hpp"
#include "incontext/stack/stack.hpp"

using namespace incontext;

namespace {

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};
using Asked = QueryTargets<sizes>;
int mistakes = 0;

template <class Number>
double first_of(Number const& number) {
    if constexpr (requires { typename Number::Lane; }) {
        return static_cast<double>(number[0]);
    } else {
        return static_cast<double>(number);
    }
}

template <class Number>
void see(char const* form, double unit, Number const& predicted, double right) {
    double const error = first_of(predicted) - right;
    // By the bits of |error|, which grow with it: comparisons with a NaN mean nothing here.
    if ((std::bit_cast<std::uint64_t>(error) & ~(std::uint64_t{1} << 63)) > std::bit_cast<std::uint64_t>(1e-4)) {
        std::printf("%s in units of %g: %g in place of %g\n", form, unit, first_of(predicted), right);
        ++mistakes;
    }
}

/// y = 2 x1 - x2 from four examples, asked for (1, 1): 1.0625 after one step at the rate 1, 1.13671875 after two.
template <class Number>
void ask(double unit, Number const& s, Number const& rate) {
    Matrix<Number, 2, 4> X;
    X << Number(1), Number(0), Number(1), Number(-1), Number(0), Number(1), Number(1), Number(0.5f);
    Matrix<Number, 1, 4> const Y = Matrix<Number, 1, 2>(Number(2), Number(-1)) * X;
    auto const prompt = embed(Matrix<Number, 2, 4>(X * s), Y, Matrix<Number, 2, 1>(s, s));
    auto const layer = as_attention(GradientStep<sizes, Number>{rate, zero<Number, 1, 2>()});
    auto const two = looped<2>(layer);
    see("one step", unit, Number(-answer<Asked>(layer, prompt)(0)), 1.0625);
    see("by scores", unit, Number(-answer_by_scores<Asked>(layer, prompt)(0)), 1.0625);
    see("by the gram matrix", unit, Number(-answer_by_gram<Asked>(layer, prompt)(0)), 1.0625);
    see("all tokens by scores", unit, Number(-targets<sizes>(with_scores(layer, prompt).query)(0)), 1.0625);
    see("two steps", unit, Number(-answer<Asked>(two, prompt)(0)), 1.13671875);
    see("two steps, merged", unit, Number(-answer<Asked>(fast_form(two), prompt)(0)), 1.13671875);
}

}  // namespace

int main() {
    for (float const s : {1.0f, 1e13f, 1e15f, 1e18f}) {
        ask(static_cast<double>(s), s, 1 / s / s);
        using Floats = Lanes<float, 16>;
        ask(static_cast<double>(s), Floats(s), Floats(1 / s / s));
    }
    for (double const s : {1.0, 1e103, 1e150}) {
        ask(s, s, 1 / s / s);
    }
    return mistakes == 0 ? 0 : 1;
}

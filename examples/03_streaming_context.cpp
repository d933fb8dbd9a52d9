// SPDX-License-Identifier: MIT
// A regressor for a real-time program: ten layers of linear self-attention that learn from a stream of examples.
//
//   setting     y = w x + noise, x in R^3, w changes once
//   observe     an example (x, y) is added to the moments: a 4 x 4 gram matrix and the count of examples. Their memory
//               is fixed while compiling: no heap, no exceptions. A recorded table of examples is added to the same
//               moments, many times faster for each example
//   predict     ten steps of gradient descent on all observed examples, at the same cost after 10 and 100,000 of them
//   look for    ten examples give w up to their noise, and many examples average the noise out; forget() removes what
//               was learned; a second regressor that reads the record of the same examples at once predicts the same
#include <cstdio>
#include <incontext/incontext.hpp>

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 1, .context = 10};
using Step = GradientStep<sizes, float>;
using Input = Eigen::Vector3f;
using Output = Eigen::Matrix<float, 1, 1>;
using Record = Eigen::Matrix<float, 4, Eigen::Dynamic>;  // one example per column, y below x; on the heap

/// Entries uniform in (-1, 1), from a seed: the same on every machine.
template <int Count>
Eigen::Matrix<float, Count, 1> uniform_numbers(unsigned& state) {
    Eigen::Matrix<float, Count, 1> numbers;
    for (float& number : numbers) {
        state = state * 1664525u + 1013904223u;
        number = static_cast<float>(static_cast<int>(state >> 8)) * 0x1p-23f - 1;
    }
    return numbers;
}

int main() {
    // Inputs have the variance 1/3, so each step at the rate 2 leaves a third of the error.
    auto const model =
        looped<10>(as_attention(Step{.learning_rate = 2, .initial_weights = Eigen::RowVector3f(0, 0, 0)}));
    using Context = StreamingContext<sizes, decltype(model)>;
    Context context(model);
    static_assert(sizeof(context) <= 400, "for any number of examples");

    constexpr int examples = 100'000;
    Record record(4, examples);
    Input const question(1, 1, 1);
    unsigned state = 1;
    Eigen::RowVector3f w(0.5f, -1, 2);
    for (int change = 0; change < 2; ++change) {
        std::printf("w = (%g, %g, %g)\n", static_cast<double>(w(0)), static_cast<double>(w(1)),
                    static_cast<double>(w(2)));
        for (int n = 1; n <= examples; ++n) {
            Input const x = uniform_numbers<3>(state);
            Output const y = w * x + 0.1f * uniform_numbers<1>(state);
            if (context.observe(x, y) != Observation::observed) {
                std::printf("an example was refused: it is no number, or too large\n");
            }
            record.col(n - 1) << x, y;
            if (n == 10 || n == 1'000 || n == examples) {
                std::printf("  after %6d examples: predicted %.2f, right %.2f\n", n,
                            static_cast<double>(context.predict(question)(0)), static_cast<double>(w.sum()));
            }
        }
        Context of_record(model);
        static_cast<void>(of_record.observe_tokens(record));
        std::printf("  from %6lld in a record: predicted %.2f\n", of_record.count(),
                    static_cast<double>(of_record.predict(question)(0)));
        w = Eigen::RowVector3f(-1, 1, 0.5f);
        context.forget();
    }
}

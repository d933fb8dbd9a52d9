// SPDX-License-Identifier: MIT
// Your own layer: is it a gradient step?
//
// The library can check anything that maps a prompt to a prompt (the concept TokenUpdate), if its number type is a
// template argument. Here it is a layer in the style of fast weight programmers. It does not project tokens: it has a
// memory, writes the errors of W0 to it as outer products, and reads from it.
//
//   memory M = sum over the context of (y_i - W0 x_i) x_i^T      [output x input]
//   read out   (x; y) <- (x; y - rate M x)
//
// With rate = eta/N it is a step of gradient descent. With rate = eta it is not, and the library says where it differs.
#include <incontext/incontext.hpp>
#include <iostream>

using namespace incontext;

template <Dimensions Sizes, class Number>
struct OuterProductMemory {
    Number rate;
    Matrix<Number, Sizes.output, Sizes.input> initial_weights;

    template <TokenShape Shape, class N>
    constexpr Prompt<Shape, N> operator()(Prompt<Shape, N> const& prompt) const {
        auto const X = inputs<Sizes>(prompt.context);
        Matrix<N, Sizes.output, Sizes.context> const errors =
            targets<Sizes>(prompt.context) - product(initial_weights, X);
        auto const memory = product(errors, transpose(X));
        auto const read = [&](auto const& tokens) {
            auto const x = inputs<Sizes>(tokens);
            return above(x, targets<Sizes>(tokens) - rate * product(memory, x));
        };
        return {.context = read(prompt.context), .query = read(prompt.query)};
    }
};

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto memory_with_mean = []<class Any>(Any any) {
    using Number = typename Any::Scalar;
    Number const rate = any.learning_rate() * one_over_context<Number>(Any::dimensions.context);
    return OuterProductMemory<Any::dimensions, Number>{rate, any.initial_weights()};
};
constexpr auto memory_with_sum = []<class Any>(Any any) {
    return OuterProductMemory<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};

// Yes: for all sizes, any learning rate, any W0 and any tokens; and again with exact numbers for these sizes.
constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
static_assert(identical_for_all_sizes(gradient_step, memory_with_mean));
static_assert(identical<sizes>(gradient_step, memory_with_mean));

// No. `identical` would not compile, and its error would name the place; `first_difference` returns it as a value.
constexpr Difference difference =
    first_difference<sizes>(gradient_step, memory_with_sum, {.witnesses = Witnesses::small});
static_assert(difference);

int main() {
    std::cout << "memory with rate eta/N: a gradient step\n"
              << "memory with rate eta:   differs first at token " << difference.token << ", row " << difference.row
              << ": expected " << difference.expected.numerator << "/" << difference.expected.denominator << ", actual "
              << difference.actual.numerator << "/" << difference.actual.denominator << "\n";
}

// SPDX-License-Identifier: MIT
// A user's own sizes, proved from the installed headers.
#include <incontext/construction/proposition_1.hpp>
#include <incontext/equivalence/identical.hpp>

constexpr auto step = []<class Any>(Any any) {
    return incontext::GradientStep<Any::dimensions, typename Any::Scalar>{any.learning_rate(), any.initial_weights()};
};
constexpr auto layer = [](auto any) { return incontext::as_attention(step(any)); };

static_assert(incontext::identical<incontext::Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(step,
                                                                                                             layer));

int main() {}

// SPDX-License-Identifier: MIT
// Conversion to other numbers reaches every entry of what is converted.
#include "incontext/token/converted.hpp"

#include "catch.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Step = GradientStep<sizes, Number>;

TEST_CASE("converting changes the numbers of matrices, prompts, layers and rules, entry by entry") {
    auto const twice = [](double number) { return Rational(static_cast<long long>(2 * number)); };
    auto const matrix = test::drawn_matrix<double, 2, 3>(1);
    auto const step = test::drawn_parameters<Step<double>>(2);
    auto const prompt = test::drawn_prompt<shape, double>(3);
    Matrix<Rational, 2, 3> const of_matrix = converted<Rational>(matrix, twice);
    Step<Rational> const of_step = converted<Rational>(step, twice);
    Prompt<shape, Rational> const of_prompt = converted<Rational>(prompt, twice);
    REQUIRE((of_step.learning_rate == twice(step.learning_rate)));
    for (int row = 0; row < 2; ++row) {
        for (int col = 0; col < 3; ++col) {
            REQUIRE((of_matrix(row, col) == twice(matrix(row, col))));
            REQUIRE((of_step.initial_weights(row, col) == twice(step.initial_weights(row, col))));
        }
    }
    REQUIRE((of_prompt.context(4, 6) == twice(prompt.context(4, 6))));
    REQUIRE((of_prompt.query(4, 3) == twice(prompt.query(4, 3))));
}

/// Members that are listed as the second and third arguments say.
template <class Number, int First, int Second>
struct Lists {
    Number rate{};
    Matrix<Number, 2, 3> left{};
    Matrix<Number, 2, 3> right{};
    template <int Which>
    static constexpr auto member() {
        if constexpr (Which == 0) {
            return &Lists::left;
        } else {
            return &Lists::right;
        }
    }
    struct hana_accessors_impl
        : parameters::Accessors<parameters::NamesOf<"rate", "first", "second">, &Lists::rate,
                                Lists::template member<First>(), Lists::template member<Second>()> {};
};

template <class Number>
constexpr bool a_member_listed_twice_is_seen() {
    return parameters::each_is_listed_once<Lists<Number, 0, 1>> &&
           parameters::each_is_listed_once<Lists<Number, 1, 0>> &&
           !parameters::each_is_listed_once<Lists<Number, 0, 0>> &&
           !parameters::each_is_listed_once<Lists<Number, 1, 1>>;
}
static_assert(a_member_listed_twice_is_seen<Modular>());
static_assert(a_member_listed_twice_is_seen<Dual<double>>());
static_assert(a_member_listed_twice_is_seen<ErrorBound<float>>());
static_assert(parameters::each_is_listed_once<Step<Modular>> &&
              parameters::each_is_listed_once<Step<ErrorBound<double>>>);

constexpr parameters::CountOfParameters count = parameters::count_of<Lists<Modular, 0, 1>>;
static_assert(count.parameters == 3 && count.numbers == 13 && count.bytes == 13 * sizeof(Modular));

}  // namespace

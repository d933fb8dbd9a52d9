// SPDX-License-Identifier: MIT
// What is proven of stacks is in tests/static; here is what needs an order of numbers or a floating family: the clip.
#include <cmath>

#include "catch.hpp"
#include "support/families.hpp"
#include "support/largest.hpp"

namespace {

using namespace test;

constexpr TokenShape shape = sizes.tokens();
using Head = LinearSelfAttention<shape, double>;

/// A layer that multiplies every token by Factor, by way of its residual.
template <int Factor>
struct Multiplied {
    using Scalar = double;
    template <class>
    using with_number = Multiplied;
    template <TokenShape Given, class Number>
    Prompt<Given, Number> operator()(Prompt<Given, Number> const& prompt) const {
        return {.context = Number(Factor) * prompt.context, .query = Number(Factor) * prompt.query};
    }
};

template <class Number>
Prompt<shape, Number> whole_prompt(int largest) {
    return {.context = drawn_matrix<Number, 5, 7>(1, largest), .query = drawn_matrix<Number, 5, 4>(2, largest)};
}

}  // namespace

TEMPLATE_TEST_CASE("a clip cuts every entry of every token at its limit and leaves the others", "", double, float,
                   (Lanes<float, 4>)) {
    Prompt<shape, TestType> const prompt = whole_prompt<TestType>(9);
    auto const cut = Clipped<Multiplied<2>, 10>{}(prompt);
    bool some_were_cut = false;
    bool some_were_not = false;
    auto const check = [&](auto const& before, auto const& after) {
        for (int col = 0; col < before.cols(); ++col) {
            for (int row = 0; row < before.rows(); ++row) {
                auto const in_lane = [&](double doubled, double result) {
                    CHECK(result == std::fmin(std::fmax(doubled, -10), 10));
                    some_were_cut = some_were_cut || std::abs(doubled) > 10;
                    some_were_not = some_were_not || std::abs(doubled) < 10;
                };
                if constexpr (is_lanes<TestType>) {
                    for (int lane = 0; lane < TestType::lane_count; ++lane) {
                        in_lane(2 * double{before(row, col)[lane]}, double{after(row, col)[lane]});
                    }
                } else {
                    in_lane(2 * double{before(row, col)}, double{after(row, col)});
                }
            }
        }
    };
    check(prompt.context, cut.context);
    check(prompt.query, cut.query);
    CHECK(some_were_cut);
    CHECK(some_were_not);
}

TEST_CASE("the pullback of a clipped stack is the derivative, entries that are cut included") {
    // Each loss <v, stack(prompt)> is a polynomial of degree 9 in one entry between two clips, so the central difference
    // of step h errs by h^2 / 6 times its third derivative, and by rounding of about 1e-16 |loss| / h. With losses and
    // third derivatives below 1e4 and h = 1e-5 both stay below 1e-6.
    using Model = LayerStack<Clipped<Head, 3>, Clipped<Head, 3>>;
    Model model = drawn_parameters<Model>(3, 1);
    for_each_parameter([](char const*, auto& matrix) { matrix *= 0.3; }, model);
    Prompt<shape, double> prompt = whole_prompt<double>(2);
    prompt.context *= 0.7;
    prompt.query *= 0.7;
    auto const cotangent = whole_prompt<double>(3);
    auto const loss = [&](Model const& at, Prompt<shape, double> const& tokens) {
        auto const result = at(tokens);
        return cotangent.context.cwiseProduct(result.context).sum() + cotangent.query.cwiseProduct(result.query).sum();
    };

    // Some entries are cut and some are not, and none is so near to the limit that the difference would cross it.
    int cut = 0;
    int uncut = 0;
    auto const count = [&](auto const& tokens) {
        for (double const entry : tokens.reshaped()) {
            REQUIRE(std::abs(std::abs(entry) - 3) > 1e-3);
            ++(std::abs(entry) > 3 ? cut : uncut);
        }
    };
    auto const& first = boost::hana::at_c<0>(model.layers);
    count(first.layer(prompt).context);
    count(boost::hana::at_c<1>(model.layers).layer(first(prompt)).context);
    REQUIRE(cut > 0);
    REQUIRE(uncut > 0);

    Model gradient;
    set_zero(gradient);
    auto const pulled = pull_back(model, prompt, cotangent, gradient);

    constexpr double h = 1e-5;
    for_each_parameter(
        [&](char const* name, auto& matrix, auto const& its_gradient) {
            INFO(name);
            for (int i = 0; i < matrix.size(); ++i) {
                double const before = matrix(i);
                matrix(i) = before + h;
                double const above_it = loss(model, prompt);
                matrix(i) = before - h;
                double const below_it = loss(model, prompt);
                matrix(i) = before;
                CHECK(std::abs(its_gradient(i) - (above_it - below_it) / (2 * h)) < 1e-6);
            }
        },
        model, gradient);
    for (int i = 0; i < prompt.context.size(); ++i) {
        double const before = prompt.context(i);
        prompt.context(i) = before + h;
        double const above_it = loss(model, prompt);
        prompt.context(i) = before - h;
        double const below_it = loss(model, prompt);
        prompt.context(i) = before;
        CHECK(std::abs(pulled.context(i) - (above_it - below_it) / (2 * h)) < 1e-6);
    }
}

TEST_CASE("what is asked of the query tokens of a clipped stack has the gradient of the whole stack") {
    using Model = LoopedStack<Clipped<Head, 3>, 3>;
    Model model = drawn_parameters<Model>(3, 1);
    for_each_parameter([](char const*, auto& matrix) { matrix *= 0.3; }, model);
    auto const prompt = whole_prompt<double>(1);
    Prompt<shape, double> cotangent{.context = zero<double, 5, 7>(), .query = drawn_matrix<double, 5, 4>(7, 3)};
    Model expected;
    Model actual;
    set_zero(expected);
    set_zero(actual);
    auto const expected_prompt = pull_back(model, prompt, cotangent, expected);
    auto const pass = forward_pass<QueryTokens>(model, prompt);
    Matrix<double, 5, 4> const of_query = cotangent.query;
    auto const actual_prompt = pull_back<QueryTokens>(ParametersAndPrompt{}, model, prompt, pass, of_query, actual);
    // Two associations of the same sums of a few thousand terms: rounding is far below 1e-9 of the largest entry.
    double const scale = expected_prompt.context.cwiseAbs().maxCoeff() + expected_prompt.query.cwiseAbs().maxCoeff();
    CHECK(test::largest_entry(expected_prompt.context - actual_prompt.context) <= 1e-9 * scale);
    CHECK(test::largest_entry(expected_prompt.query - actual_prompt.query) <= 1e-9 * scale);
    for_each_parameter(
        [&](char const*, auto const& a, auto const& b) {
            CHECK(test::largest_entry(a - b) <= 1e-9 * (1 + a.cwiseAbs().maxCoeff()));
            CHECK(a.cwiseAbs().maxCoeff() > 0);
        },
        expected, actual);
}

/// The gradient that training computes in a model's fast form, and the one of the model as it is.
template <class Model>
void check_fast_form() {
    static_assert(!std::is_same_v<FastForm<Model>, Model>);
    Model model = drawn_parameters<Model>(3, 1);
    for_each_parameter([](char const*, auto& matrix) { matrix *= 0.3; }, model);
    auto const prompt = whole_prompt<double>(3);
    Matrix<double, 2, 4> const target = drawn_matrix<double, 2, 4>(5, 3);
    Model expected;
    set_zero(expected);
    double const loss = add_loss_and_gradient<sizes>(model, prompt, target, 1.0, expected);
    FastForm<Model> by_form;
    set_zero(by_form);
    double const loss_of_form = add_loss_and_gradient<sizes>(fast_form(model), prompt, target, 1.0, by_form);
    Model actual;
    set_zero(actual);
    pull_back_form(model, by_form, actual);
    // Two associations of the same sums of a few thousand terms: rounding is far below 1e-9 of the largest entry.
    CHECK(std::abs(loss - loss_of_form) <= 1e-9 * loss);
    for_each_parameter(
        [&](char const*, auto const& a, auto const& b) {
            CHECK(test::largest_entry(a - b) <= 1e-9 * (1 + a.cwiseAbs().maxCoeff()));
            CHECK(a.cwiseAbs().maxCoeff() > 0);
        },
        expected, actual);
    int cut = 0;
    Prompt<shape, double> const updated = model(prompt);
    for (double const entry : updated.context.reshaped()) {
        cut += std::abs(entry) == 3;
    }
    CHECK(cut > 0);
}

TEST_CASE("clipped models have the gradient of the fast form in which they are trained") {
    check_fast_form<LayerStack<Clipped<Head, 3>, Clipped<Head, 3>, Clipped<Head, 3>>>();
    check_fast_form<LoopedStack<Clipped<Head, 3>, 3>>();
    check_fast_form<LayerStack<Clipped<OnlyTargetsMove<sizes, Head>, 3>, Clipped<Head, 3>>>();
}

TEMPLATE_TEST_CASE("the clip passes a cotangent exactly where the entry was inside the limit", "", double, float,
                   (Lanes<float, 16>)) {
    auto const before = drawn_matrix<TestType, 5, 7>(4, 6);
    auto const cotangent = drawn_matrix<TestType, 5, 7>(5, 9);
    Clipped<Head, 3> nothing;
    auto const passed = Clipped<Head, 3>{}.back_to_layer(QueryTokens{}, before, before, cotangent, nothing);
    for (int col = 0; col < 7; ++col) {
        for (int row = 0; row < 5; ++row) {
            auto const check = [](double entry, double given, double result) {
                CHECK(result == (std::abs(entry) < 3 ? given : 0.0));
            };
            if constexpr (is_lanes<TestType>) {
                for (int lane = 0; lane < TestType::lane_count; ++lane) {
                    check(double{before(row, col)[lane]}, double{cotangent(row, col)[lane]},
                          double{passed(row, col)[lane]});
                }
            } else {
                check(double{before(row, col)}, double{cotangent(row, col)}, double{passed(row, col)});
            }
        }
    }
}

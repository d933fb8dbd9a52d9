// SPDX-License-Identifier: MIT
// What a stream says of the examples that it was shown, and that one bad example spoils nothing.
#include "incontext/incontext.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 4};

template <class Number>
auto empty_stream() {
    auto const model = looped<2>(as_attention(GradientStep<sizes, Number>{Number(1), zero<Number, 1, 2>()}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}

/// y = 2 x1 - x2 from four examples.
template <class Number>
Matrix<Number, 3, 4> four_examples() {
    Matrix<Number, 3, 4> table;
    table << 1, 0, 1, -1, 0, 1, 1, Number(0.5), 2, -1, 1, Number(-2.5);
    return table;
}

TEMPLATE_TEST_CASE("an example that is no number or too large is refused, and the others count", "", float, double) {
    using Limits = std::numeric_limits<TestType>;
    TestType const too_large = std::sqrt(Limits::max()) * TestType(0.51);
    auto const table = four_examples<TestType>();
    auto expected = empty_stream<TestType>();
    REQUIRE(expected.observe_tokens(table) == Observation::observed);
    for (TestType const bad :
         {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::max(), too_large}) {
        for (int row = 0; row < 3; ++row) {
            CAPTURE(bad, row);
            Matrix<TestType, 3, 1> example = table.col(1);
            example(row) = bad;
            auto one_by_one = empty_stream<TestType>();
            for (int i = 0; i < 4; ++i) {
                REQUIRE(one_by_one.observe(table.col(i).template head<2>(), table.col(i).template tail<1>()) ==
                        Observation::observed);
                REQUIRE(one_by_one.observe(example.template head<2>(), example.template tail<1>()) ==
                        Observation::out_of_range);
            }
            Eigen::Matrix<TestType, 3, Eigen::Dynamic> longer(3, 1000);
            for (int i = 0; i < 1000; ++i) {
                longer.col(i) = table.col(i % 4);
            }
            longer.col(300) = example;
            auto in_one = empty_stream<TestType>();
            REQUIRE(in_one.observe_tokens(longer) == Observation::out_of_range);
            auto apart = empty_stream<TestType>();
            REQUIRE(apart.observe(longer.template topRows<2>(), longer.template bottomRows<1>()) ==
                    Observation::out_of_range);
            REQUIRE(one_by_one.count() == 4);
            REQUIRE(one_by_one.refused() == 4);
            REQUIRE(one_by_one.gram() == expected.gram());
            REQUIRE(in_one.count() == 999);
            REQUIRE(in_one.refused() == 1);
            REQUIRE(apart.count() == 999);
            REQUIRE(in_one.gram().isApprox(expected.gram(), TestType(0.01)));
            REQUIRE(apart.gram().isApprox(expected.gram(), TestType(0.01)));
            in_one.forget();
            REQUIRE(in_one.refused() == 0);
            REQUIRE(in_one.observe_tokens(table) == Observation::observed);
            REQUIRE(in_one.gram() == expected.gram());
        }
    }
}

TEST_CASE("sums that grow to the greatest number stop there, and predictions stay numbers") {
    auto stream = empty_stream<float>();
    Matrix<float, 2, 1> const x(3e18f, 1e3f);
    Matrix<float, 1, 1> const y(2.0f);
    int observed = 0;
    while (stream.observe(x, y) == Observation::observed) {
        ++observed;
        REQUIRE(stream.gram().allFinite());
    }
    REQUIRE(observed == 9);  // 9 squares of 3e18 are 8.1e37, and a quarter of the greatest number is 8.5e37
    REQUIRE(stream.count() == 9);
    REQUIRE(stream.observe(Matrix<float, 2, 1>(1, 1), y) == Observation::observed);
    Eigen::Matrix<float, 3, 20> table;
    table.colwise() = Eigen::Vector3f(3e18f, 1e3f, 2.0f);
    REQUIRE(stream.observe_tokens(table) == Observation::out_of_range);
    REQUIRE(stream.refused() == 21);
    REQUIRE(stream.count() == 10);
}

TEST_CASE("of lanes an example is refused for all if it is for one") {
    using Floats = Lanes<float, 16>;
    auto stream = empty_stream<Floats>();
    Matrix<Floats, 2, 1> x(Floats(1), Floats(2));
    Matrix<Floats, 1, 1> const y(Floats(3));
    REQUIRE(stream.observe(x, y) == Observation::observed);
    x(1).set(7, std::numeric_limits<float>::quiet_NaN());
    REQUIRE(stream.observe(x, y) == Observation::out_of_range);
    REQUIRE(stream.count() == 1);
    REQUIRE(stream.gram()(0, 1) == Floats(8));
}

TEST_CASE("tables of unlike lengths are told") {
    auto stream = empty_stream<float>();
    Eigen::Matrix2Xf const X = Eigen::Matrix2Xf::Ones(2, 5);
    Eigen::RowVectorXf const Y = Eigen::RowVectorXf::Ones(6);
    REQUIRE(stream.observe(X, Y) == Observation::unlike_lengths);
    REQUIRE(stream.observe(X, Y.head<4>()) == Observation::unlike_lengths);
    REQUIRE(stream.observe(X.col(0), Y) == Observation::unlike_lengths);
    REQUIRE(stream.count() == 0);
    REQUIRE(stream.refused() == 0);
    REQUIRE(stream.observe(X, Y.head(5)) == Observation::observed);
    REQUIRE(stream.count() == 5);
}

TEST_CASE("a block of a longer vector is an example, and an expression is") {
    auto stream = empty_stream<float>();
    Eigen::VectorXf const row = Eigen::VectorXf::Ones(7);
    REQUIRE(stream.observe(2.0f * row.head<2>(), row.tail<1>()) == Observation::observed);
    REQUIRE(stream.gram()(0, 1) == 16.0f);  // 4 of them stand for a context
    REQUIRE(std::isfinite(stream.predict(row.segment<2>(3))(0)));
}

TEST_CASE("examples whose squares are below the range of float are counted, and say nothing: as documented") {
    constexpr Dimensions few{.input = 3, .output = 2, .context = 7};
    auto const layer = as_attention(GradientStep<few, float>{.learning_rate = 1});
    StreamingContext<few, LoopedStack<LinearSelfAttention<few.tokens(), float>, 1>> context(looped<1>(layer));
    REQUIRE(context.observe(Eigen::Vector3f::Constant(2e-23f).eval(), Eigen::Vector2f::Constant(2e-23f).eval()) ==
            Observation::observed);
    REQUIRE(context.count() == 1);
    REQUIRE(context.gram().isZero(0));
    context.forget();
    REQUIRE(context.observe(Eigen::Vector3f::Constant(2e-19f).eval(), Eigen::Vector2f::Constant(2e-19f).eval()) ==
            Observation::observed);
    REQUIRE(context.gram()(0, 0) / 7 == Approx(4e-38f).epsilon(1e-6).margin(0));
}

}  // namespace

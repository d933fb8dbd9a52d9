// SPDX-License-Identifier: MIT
// What a stream says of the examples that it was shown, and that one bad example spoils nothing.
#include "incontext/incontext.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>
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

TEST_CASE("in exact numbers what leaves their range throws, and forget() begins again") {
    constexpr Dimensions one{.input = 1, .output = 1, .context = 3};
    using Column = ExactMatrix<Rational, 1, 1>;
    auto const column = [](Rational const& entry) { return generate<Rational, 1, 1>([&](int, int) { return entry; }); };
    auto const model = looped<1>(as_attention(GradientStep<one, Rational>{Rational(3), column(Rational(0))}));
    StreamingContext<one, std::remove_const_t<decltype(model)>> context(model);
    Column const tiny = column(Rational(1, 2'000'000'011));
    REQUIRE(context.observe(tiny, column(Rational(1))) == Observation::observed);
    REQUIRE_THROWS_AS(context.predict(tiny), std::overflow_error);
    REQUIRE_THROWS_AS(context.observe(column(Rational(1, 3'037'000'507)), column(Rational(1, 7))), std::overflow_error);
    context.forget();
    REQUIRE(context.observe(column(Rational(1)), column(Rational(2))) == Observation::observed);
    REQUIRE(context.predict(column(Rational(5))) == column(Rational(30)));
    REQUIRE(context.forget(Rational(0)) == Forgotten::done);
    REQUIRE(context.count() == 0);
    REQUIRE(context.predict(column(Rational(5))) == column(Rational(0)));
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

TEMPLATE_TEST_CASE("examples whose squares the moments cannot hold are refused, and counted as dust beside larger ones",
                   "", float, double) {
    using Limits = std::numeric_limits<TestType>;
    auto const example = [](TestType size) { return Matrix<TestType, 3, 1>::Constant(size).eval(); };
    auto const observe = [](auto& stream, Matrix<TestType, 3, 1> const& token) {
        return stream.observe(token.template head<2>(), token.template tail<1>());
    };
    TestType const root = std::sqrt(Limits::min());  // a power of two, as min is of an even exponent
    REQUIRE(root * root == Limits::min());
    auto stream = empty_stream<TestType>();
    for (TestType const lost : {Limits::denorm_min(), root * Limits::epsilon(), root / 2}) {
        CAPTURE(lost);
        REQUIRE(observe(stream, example(lost)) == Observation::out_of_range);
        Eigen::Matrix<TestType, 3, Eigen::Dynamic> const table =
            example(std::max(lost / 8, Limits::denorm_min())).replicate(1, 5);
        REQUIRE(stream.observe_tokens(table) == Observation::out_of_range);
    }
    REQUIRE(stream.refused() == 18);
    REQUIRE(stream.count() == 0);
    // Nothing is lost of zeros, nor of dust beside what is larger, in the same example or in others.
    REQUIRE(observe(stream, example(0)) == Observation::observed);
    REQUIRE(stream.observe_tokens(Matrix<TestType, 3, 2>(Matrix<TestType, 3, 2>::Zero())) == Observation::observed);
    REQUIRE(stream.count() == 3);
    REQUIRE(observe(stream, Matrix<TestType, 3, 1>(0, root / 1024, root)) == Observation::observed);
    REQUIRE(stream.gram()(2, 2) == Limits::min());  // 4 for a context, of 4 that were observed
    REQUIRE(observe(stream, example(root / 1024)) == Observation::observed);
    REQUIRE(stream.refused() == 18);
    // What has been forgotten is no larger than it weighs.
    REQUIRE(stream.forget(TestType(0.01)) == Forgotten::done);
    REQUIRE(observe(stream, example(root / 2)) == Observation::out_of_range);
    REQUIRE(observe(stream, example(root)) == Observation::observed);
}

TEST_CASE("of lanes an example is refused for all if one of them cannot hold it") {
    using Floats = Lanes<float, 16>;
    auto stream = empty_stream<Floats>();
    Matrix<Floats, 2, 1> x(Floats(1), Floats(0));
    Matrix<Floats, 1, 1> y(Floats(3));
    x(0).set(7, 0);
    y(0).set(7, 0);
    REQUIRE(stream.observe(x, y) == Observation::observed);
    x(0).set(7, 1e-25f);
    REQUIRE(stream.observe(x, y) == Observation::out_of_range);
    y(0).set(7, 1);
    REQUIRE(stream.observe(x, y) == Observation::observed);
    REQUIRE(stream.count() == 2);
    REQUIRE(stream.refused() == 1);
}

TEST_CASE("a table of lanes of which one is silent is added as a whole, and told where that one is lost") {
    using Floats = Lanes<float, 16>;
    auto stream = empty_stream<Floats>();
    auto one_by_one = empty_stream<Floats>();
    constexpr int count = 5;
    Eigen::Matrix<Floats, 2, count> X;
    Eigen::Matrix<Floats, 1, count> Y;
    for (int col = 0; col < count; ++col) {
        X.col(col) << Floats(static_cast<float>(col + 1)), Floats(static_cast<float>(2 - col));
        Y(0, col) = Floats(static_cast<float>(3 * col));
        for (Floats* entry : {&X(0, col), &X(1, col), &Y(0, col)}) {
            entry->set(7, 0);
        }
        REQUIRE(one_by_one.observe(Matrix<Floats, 2, 1>(X.col(col)), Matrix<Floats, 1, 1>(Y.col(col))) ==
                Observation::observed);
    }
    REQUIRE(stream.observe(X, Y) == Observation::observed);
    REQUIRE(stream.count() == count);
    Matrix<Floats, 2, 1> const x(Floats(1), Floats(-1));
    for (int lane = 0; lane < Floats::lane_count; ++lane) {
        REQUIRE(stream.predict(x)(0)[lane] == Approx(one_by_one.predict(x)(0)[lane]));
    }
    Y(0, 3).set(7, 1e-25f);
    REQUIRE(stream.observe(X, Y) == Observation::out_of_range);
    REQUIRE(stream.count() == 2 * count - 1);
    REQUIRE(stream.refused() == 1);
}

}  // namespace

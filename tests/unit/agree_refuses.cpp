// SPDX-License-Identifier: MIT
// What does not agree: a weight off by one in a thousand, a lane, a query token, a NaN; and where that is said to be.
#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "support/floating.hpp"

namespace {

using namespace incontext;
using test::sizes;

constexpr TokenShape shape = sizes.tokens();

template <class Number>
using Head = LinearSelfAttention<shape, Number, 6, 8>;

// ------------------------------------------------------------------------------------------------- not too wide ----

/// The entry of largest absolute value (of the first lane).
template <AnyMatrix M>
NumberOf<M>& largest(M& matrix) {
    auto const size = [](NumberOf<M> const& number) { return std::abs(test::LaneOf<NumberOf<M>>::at(number, 0)); };
    NumberOf<M>* found = &matrix(0, 0);
    for (int row = 0; row < rows_of<M>; ++row) {
        for (int col = 0; col < cols_of<M>; ++col) {
            found = size(matrix(row, col)) > size(*found) ? &matrix(row, col) : found;
        }
    }
    return *found;
}

TEMPLATE_LIST_TEST_CASE("a weight that is off by one in a thousand is seen, in every projection", "", test::Floating) {
    auto const layer = test::in_eighths<TestType>(test::drawn_parameters<Head<TestType>>(3, 24));
    auto const prompt = test::in_eighths<TestType>(test::drawn_prompt<shape, TestType>(7, 24));
    REQUIRE(agree(layer, layer, prompt));
    for (int projection = 0; projection < 4; ++projection) {
        CAPTURE(projection);
        auto changed = layer;
        int visited = 0;
        for_each_parameter(
            [&](char const*, auto& matrix) {
                if (visited++ == projection) {
                    TestType& weight = largest(matrix);
                    weight += weight * TestType(0x1p-10);
                }
            },
            changed);
        REQUIRE_FALSE(agree(layer, changed, prompt));
        REQUIRE_FALSE(agree(changed, layer, prompt));
    }
}

TEMPLATE_LIST_TEST_CASE("a learning rate, or an initial weight, that is off by one in a thousand is seen", "",
                        test::Floating) {
    auto const step = test::uneven_step<sizes, TestType>(1);
    auto const prompt = test::uneven_prompt<shape, TestType>(7);
    auto other_rate = step;
    other_rate.learning_rate += step.learning_rate * TestType(0x1p-10);
    REQUIRE_FALSE(agree(step, as_attention(other_rate), prompt));
    auto other_weight = step;
    other_weight.initial_weights(1, 2) += step.initial_weights(1, 2) * TestType(0x1p-10);
    REQUIRE_FALSE(agree(step, as_attention(other_weight), prompt));
}

// ------------------------------------------------------------------------------------------------ what is reported ----

TEMPLATE_LIST_TEST_CASE("the worst place is named: token, row, difference, bound", "", test::Floating) {
    auto const step = test::uneven_step<sizes, TestType>(1);
    auto const layer = as_attention(step);
    auto const prompt = test::uneven_prompt<shape, TestType>(7);
    for (int row = 0; row < 5; ++row) {
        auto changed = layer;
        // A token is (x; y), and W_V has residuals in its last rows: only this row of the result changes.
        changed.output(row, 4) += TestType(0.5);
        Agreement const found = agree(layer, changed, prompt);
        CAPTURE(row, found.token);
        REQUIRE_FALSE(found);
        REQUIRE(found.row == row);
        REQUIRE(found.token >= 0);
        REQUIRE(found.token < 7 + 4);
        auto const a = layer(prompt);
        auto const b = changed(prompt);
        auto const at = [&](auto const& from) {
            return test::LaneOf<TestType>::at(
                found.token < 7 ? from.context(row, found.token) : from.query(row, found.token - 7), found.lane);
        };
        REQUIRE(found.difference == std::abs(at(a) - at(b)));
        REQUIRE(found.of_bound == found.difference / found.bound);
        REQUIRE(found.of_bound > 1);
    }
}

TEMPLATE_LIST_TEST_CASE("a query token that alone differs is numbered after the context", "", test::Floating) {
    // Tokens (1; 0; ...) attend to keys that are not there: with W_Q reading the last row, only tokens with y_2 != 0 change.
    auto head = test::drawn_parameters<Head<TestType>>(3, 1);
    head.query = zero<TestType, 6, 5>();
    head.query(0, 4) = TestType(1);
    auto other = head;
    other.query(0, 4) = TestType(2);
    auto prompt = test::drawn_prompt<shape, TestType>(7, 1);
    for (int token = 0; token < 7; ++token) {
        prompt.context(4, token) = TestType(0);
    }
    for (int token = 0; token < 4; ++token) {
        prompt.query(4, token) = TestType(token == 2 ? 1 : 0);
    }
    Agreement const found = agree(head, other, prompt);
    REQUIRE_FALSE(found);
    REQUIRE(found.token == 7 + 2);
}

TEST_CASE("a lane that alone differs is named") {
    using Floats = Lanes<float, 8>;
    auto const step = test::uneven_step<sizes, Floats>(1);
    for (int lane = 0; lane < 8; ++lane) {
        auto changed = step;
        changed.learning_rate.set(lane, step.learning_rate[lane] + 1);
        Agreement const found = agree(step, changed, test::uneven_prompt<shape, Floats>(7));
        REQUIRE_FALSE(found);
        REQUIRE(found.lane == lane);
    }
}

TEMPLATE_LIST_TEST_CASE("a result that is not a number agrees with nothing, itself included", "", test::Floating) {
    using Lane = typename test::LaneOf<TestType>::type;
    auto const step = test::uneven_step<sizes, TestType>(1);
    auto broken = step;
    if constexpr (is_lanes<TestType>) {
        broken.initial_weights(1, 2).set(5, std::numeric_limits<Lane>::quiet_NaN());  // one lane suffices
    } else {
        broken.initial_weights(1, 2) = std::numeric_limits<Lane>::quiet_NaN();
    }
    auto const prompt = test::uneven_prompt<shape, TestType>(7);
    REQUIRE_FALSE(agree(step, broken, prompt));
    REQUIRE_FALSE(agree(broken, step, prompt));
    REQUIRE_FALSE(agree(broken, broken, prompt));
    REQUIRE(std::isnan(agree(step, broken, prompt).difference));
    REQUIRE(agree(step, broken, prompt).verdict == Verdict::cannot_tell);
    REQUIRE(agree(step, step, prompt));
}

// --------------------------------------------------------------------------------------------- what cannot be told ----

/// A layer with all weights different from zero, and one that does something else.
template <class Number>
LinearSelfAttention<TokenShape{3, 4}, Number> general_layer() {
    auto const weights = [](int seed) {
        return generate<Number, 3, 3>(
            [&](int row, int col) { return Number(0.05f * (float((row * 5 + col * 3 + seed) % 7) - 2.5f)); });
    };
    return {weights(1), weights(2), weights(3), weights(4)};
}
template <class Number>
Prompt<TokenShape{3, 4}, Number> general_prompt(float scale) {
    return {.context = generate<Number, 3, 4>(
                [&](int row, int col) { return Number(scale * 0.3f * float((row + 2 * col) % 5 - 2)); }),
            .query = generate<Number, 3, 1>([&](int row, int) { return Number(scale * 0.2f * float(row + 1)); })};
}

template <int Depth>
void require_that_depth_hides_no_difference() {
    auto const layer = general_layer<float>();
    auto const prompt = general_prompt<float>(1);
    auto const deep = looped<Depth>(layer);
    auto other = layer;
    other.value(1, 2) += 0.125f;
    CAPTURE(Depth);
    REQUIRE(agree(deep, deep, prompt).verdict == Verdict::agree);
    Agreement const found = agree(deep, stacked(deep, other), prompt);
    CAPTURE(found.difference, found.bound);
    REQUIRE(found.verdict == Verdict::differ);
    REQUIRE_FALSE(found.holds);
}

TEST_CASE("however deep a stack is, a layer more is seen") {
    require_that_depth_hides_no_difference<1>();
    require_that_depth_hides_no_difference<11>();
    require_that_depth_hides_no_difference<18>();
    require_that_depth_hides_no_difference<40>();
}

TEST_CASE("a bound that is infinite or large beside the values is no agreement") {
    // Tokens that grow by a large factor with every layer: first the bound is large, then the numbers overflow.
    auto const prompt = general_prompt<float>(3000);
    bool seen[3]{};
    auto const see = [&](auto const& stack) {
        Agreement const found = agree(stack, stack, prompt);
        CAPTURE(found.bound, found.scale);
        REQUIRE(found.verdict != Verdict::differ);
        REQUIRE(found.holds == (found.verdict == Verdict::agree));
        bool const is_small = found.bound <= found.scale / 16;
        REQUIRE(found.holds == (std::isfinite(found.bound) && is_small));
        seen[static_cast<int>(found.verdict)] = true;
    };
    auto const layer = general_layer<float>();
    see(looped<1>(layer));
    see(looped<2>(layer));
    see(looped<3>(layer));
    see(looped<4>(layer));
    see(looped<6>(layer));
    REQUIRE(seen[static_cast<int>(Verdict::agree)]);
    REQUIRE(seen[static_cast<int>(Verdict::cannot_tell)]);
}

/// Another layer in float, by a factor or by one unit in the last place: the bound is that of a product with rate.
template <class Number>
struct OtherwiseInFloat {
    using Scalar = Number;
    template <class Other>
    using with_number = OtherwiseInFloat<Other>;
    BOOST_HANA_DEFINE_STRUCT(OtherwiseInFloat, (Number, rate), (Number, gain), (Number, next));

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.query = N(rate) * prompt.query;
        if constexpr (std::is_same_v<N, float>) {
            prompt.query = gain * prompt.query;
            if (next != 0) {
                prompt.query(0, 0) = std::nextafter(prompt.query(0, 0), 2.0f);
            }
        }
        return prompt;
    }
};

TEST_CASE("a result that is not within its own bound tells nothing") {
    OtherwiseInFloat<float> layer{.rate = 1, .gain = 1, .next = 0};
    auto prompt = general_prompt<float>(1);
    prompt.query(0, 0) = 1.9f;  // a unit in the last place is 1.05 times the bound of a rounding
    REQUIRE(agree(layer, layer, prompt).verdict == Verdict::agree);
    layer.next = 1;
    REQUIRE(agree(layer, layer, prompt).verdict == Verdict::cannot_tell);
    layer.next = 0;
    layer.gain = 2;
    REQUIRE(agree(layer, layer, prompt).verdict == Verdict::cannot_tell);
}

/// Members whose initialisers are those of numbers that round.
template <class Number>
struct BeginsWithLiterals {
    using Scalar = Number;
    template <class Other>
    using with_number = BeginsWithLiterals<Other>;
    Number rate = Number(0.1);
    Number least = std::numeric_limits<Number>::epsilon();
    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate", "least">, &BeginsWithLiterals::rate,
                                                       &BeginsWithLiterals::least> {};

    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        prompt.query = N(rate + least) * prompt.query;
        return prompt;
    }
};

TEST_CASE("an update may begin with literals and limits") {
    BeginsWithLiterals<float> const update;
    REQUIRE(agree(update, update, general_prompt<float>(1)).verdict == Verdict::agree);
}

/// A difference that Eigen's expressions make: `old` is read when it is used, and not where it is written.
struct ReadsLater {
    using Scalar = float;
    template <class Other>
    using with_number = ReadsLater;
    struct MemberNames {
        static constexpr auto get() { return boost::hana::make_tuple(); }
    };
    struct hana_accessors_impl {
        static constexpr auto apply() { return boost::hana::make_tuple(); }
    };
    template <TokenShape Given, class N>
    constexpr Prompt<Given, N> operator()(Prompt<Given, N> prompt) const {
        auto const old = -prompt.query;  // an expression for float, a matrix for exact numbers
        prompt.query = prompt.query + prompt.query;
        prompt.query = prompt.query + old;
        return prompt;
    }
};
static_assert(identical<Dimensions{2, 1, 4}>(ReadsLater{}, [](auto const& prompt) { return prompt; }));

TEST_CASE("what runs on Eigen's expressions is seen, and not what the proof says") {
    auto const prompt = general_prompt<float>(1);
    REQUIRE(ReadsLater{}(prompt).query.isZero());
    REQUIRE_FALSE(agree(ReadsLater{}, ReadsLater{}, prompt).holds);
}

TEST_CASE("long double is compared in long double") {
    auto const layer = general_layer<long double>();
    auto const prompt = general_prompt<long double>(1);
    auto other = layer;
    other.value(1, 2) += 0x1p-58L;  // below the precision of double
    REQUIRE(agree(layer, layer, prompt));
    REQUIRE(agree(layer, other, prompt).verdict == Verdict::differ);
}

}  // namespace

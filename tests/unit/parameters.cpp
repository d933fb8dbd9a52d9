// SPDX-License-Identifier: MIT
// The walk over the parameters of a layer: every member once, under its own name, in the order of declaration.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "incontext/matrix/set_zero.hpp"
#include "support/drawn.hpp"

namespace {

using namespace incontext;
using test::sizes;

using Names = std::vector<std::string>;
using Head = LinearSelfAttention<sizes.tokens(), float, 6, 8>;
using SquareHead = LinearSelfAttention<sizes.tokens(), float>;
using TwoHeads = MultiHeadAttention<SquareHead, Head>;
using Step = GradientStep<sizes, float>;

/// A struct of structs, a tuple and a number.
struct Stack {
    using Layers = boost::hana::tuple<TwoHeads, Head>;
    BOOST_HANA_DEFINE_STRUCT(Stack, (float, damping), (Layers, layers), (Step, last));
};

template <class Tree>
Names names_of(Tree const& tree) {
    Names names;
    for_each_parameter([&](char const* name, auto const&) { names.emplace_back(name); }, tree);
    return names;
}

TEST_CASE("the walk names the projections of a head in the order of their declaration") {
    REQUIRE(names_of(Head{}) == Names{"query", "key", "value", "output"});
}

TEST_CASE("the walk visits numbers as well as matrices") {
    REQUIRE(names_of(Step{}) == Names{"learning_rate", "initial_weights"});
}

TEST_CASE("the walk descends into heads, one after the other") {
    REQUIRE(names_of(TwoHeads{}) == Names{"query", "key", "value", "output", "query", "key", "value", "output"});
}

TEST_CASE("the walk descends through tuples of structs of tuples") {
    REQUIRE(names_of(Stack{}) == Names{"damping",                                                             //
                                       "query", "key", "value", "output", "query", "key", "value", "output",  // heads
                                       "query", "key", "value", "output",                                     // a layer
                                       "learning_rate", "initial_weights"});
}

TEST_CASE("the walk goes through an array that is a constant") {
    ArrayOf<SquareHead, 2> const heads{};
    REQUIRE(names_of(heads) == Names{"query", "key", "value", "output", "query", "key", "value", "output"});
}

TEST_CASE("the walk hands out the members themselves") {
    Stack stack{};
    std::vector<void const*> visited;
    for_each_parameter([&](char const*, auto const& parameter) { visited.push_back(&parameter); }, stack);
    auto const& heads = boost::hana::at_c<0>(stack.layers).heads;
    auto const& first = element<0>(heads);
    auto const& second = element<1>(heads);
    auto const& layer = boost::hana::at_c<1>(stack.layers);
    REQUIRE(visited == std::vector<void const*>{&stack.damping, &first.query, &first.key, &first.value, &first.output,
                                                &second.query, &second.key, &second.value, &second.output, &layer.query,
                                                &layer.key, &layer.value, &layer.output, &stack.last.learning_rate,
                                                &stack.last.initial_weights});
}

TEST_CASE("the walk sees each projection in its own shape") {
    Head const head{};
    std::vector<std::pair<int, int>> shapes;
    for_each_parameter(
        [&](char const*, auto const& matrix) {
            shapes.emplace_back(rows_of<decltype(matrix)>, cols_of<decltype(matrix)>);
        },
        head);
    REQUIRE(shapes == std::vector<std::pair<int, int>>{{6, 5}, {6, 5}, {8, 5}, {5, 8}});
}

TEST_CASE("several structs are walked side by side, member by member") {
    auto const a = test::drawn_parameters<TwoHeads>(1);
    auto const b = test::drawn_parameters<TwoHeads>(20);
    TwoHeads sum{};
    int visits = 0;
    for_each_parameter(
        [&](char const*, auto& to, auto const& from_a, auto const& from_b) {
            to = from_a + from_b;
            ++visits;
        },
        sum, a, b);
    REQUIRE(visits == 8);
    auto const head = [](TwoHeads const& heads) { return element<1>(heads.heads); };
    REQUIRE((head(sum).value == head(a).value + head(b).value));
    REQUIRE((head(sum).output == head(a).output + head(b).output));
    REQUIRE((element<0>(sum.heads).query == element<0>(a.heads).query + element<0>(b.heads).query));
}

TEST_CASE("structs of one kind over different numbers are walked side by side") {
    auto const floats = test::drawn_parameters<Step>(1);
    GradientStep<sizes, Lanes<float, 4>> lanes{};
    for_each_parameter(
        [](char const*, auto& to, auto const& from) {
            using Leaf = std::remove_cvref_t<decltype(to)>;
            if constexpr (AnyMatrix<Leaf>) {
                to = generate<Lanes<float, 4>, rows_of<Leaf>, cols_of<Leaf>>(
                    [&](int row, int col) { return from(row, col); });
            } else {
                to = Leaf(from);
            }
        },
        lanes, floats);
    REQUIRE(lanes.learning_rate[3] == floats.learning_rate);
    REQUIRE(lanes.initial_weights(1, 2)[0] == floats.initial_weights(1, 2));
}

constexpr int count_of_entries() {
    LinearSelfAttention<sizes.tokens(), Modular, 6, 8> const head{};
    int count = 0;
    for_each_parameter(
        [&](char const*, auto const& matrix) { count += rows_of<decltype(matrix)> * cols_of<decltype(matrix)>; }, head);
    return count;
}

TEST_CASE("the walk is usable in constant expressions") {
    STATIC_REQUIRE(count_of_entries() == 6 * 5 + 6 * 5 + 8 * 5 + 5 * 8);
}

TEST_CASE("structs and tuples are walked into, matrices and numbers are not") {
    STATIC_REQUIRE(is_parameter_tree<Head>);
    STATIC_REQUIRE(is_parameter_tree<Step const>);
    STATIC_REQUIRE(is_parameter_tree<boost::hana::tuple<Head>>);
    STATIC_REQUIRE_FALSE(is_parameter_tree<Matrix<float, 5, 3>>);
    STATIC_REQUIRE_FALSE(is_parameter_tree<float>);
}

/// The sum of absolute values of all entries.
template <class Tree>
float total(Tree const& tree) {
    float sum = 0;
    for_each_parameter(
        [&](char const*, auto const& parameter) {
            if constexpr (AnyMatrix<decltype(parameter)>) {
                sum += parameter.cwiseAbs().sum();
            } else {
                sum += std::abs(parameter);
            }
        },
        tree);
    return sum;
}

TEST_CASE("set_zero leaves no entry of any parameter") {
    auto stack = test::drawn_parameters<Stack>(3, 5);
    stack.damping = 2;
    REQUIRE(total(stack) > 100);
    set_zero(stack);
    REQUIRE(total(stack) == 0);
}

TEST_CASE("set_zero works in the exact family") {
    auto step = test::drawn_parameters<GradientStep<sizes, Modular>>(3);
    step.learning_rate = Modular(7);
    set_zero(step);
    REQUIRE((step.learning_rate == Modular(0)));
    REQUIRE((step.initial_weights == zero<Modular, 2, 3>()));
}

TEST_CASE("elements side by side are visited in their order, of arrays, spans and tuples") {
    ArrayOf<int, 3> const array{1, 2, 3};
    boost::hana::tuple<int, double, int> const tuple{10, 20.5, 30};
    std::vector<double> seen;
    for_each_element<3>([&](auto const& of_array, auto const& of_tuple) { seen.push_back(of_array + of_tuple); }, array,
                        tuple);
    REQUIRE(seen == std::vector<double>{11, 22.5, 33});
    int sums[2]{};
    for_each_element<2>([](int const& number, int& sum) { sum += number; }, array, sums);
    REQUIRE((sums[0] == 1 && sums[1] == 2));
    REQUIRE((element<1>(array) == 2 && element<1>(tuple) == 20.5));
}

TEST_CASE("things of one type are an array, others a tuple, and both are walked into") {
    STATIC_REQUIRE(std::is_same_v<ArrayOrTuple<Head, Head>, ArrayOf<Head, 2>>);
    STATIC_REQUIRE(std::is_same_v<ArrayOrTuple<Head, Step>, boost::hana::tuple<Head, Step>>);
    STATIC_REQUIRE(is_parameter_tree<ArrayOf<Head, 2>>);
    STATIC_REQUIRE_FALSE(is_parameter_tree<ArrayOf<float, 2>>);
    auto const heads = test::drawn_parameters<MultiHeadAttention<Head, Head>>(3);
    int count = 0;
    for_each_parameter([&](char const*, auto const&) { ++count; }, heads);
    REQUIRE(count == 8);
    REQUIRE(total(heads.heads[0]) + total(heads.heads[1]) == total(heads));
}

/// An array whose elements were made one by one: each can be changed in a constant expression.
constexpr bool elements_of_an_array_are_apart() {
    ArrayOf<ExactMatrix<Modular, 2, 2>, 3> array{};
    array[1] += identity<Modular, 2>();
    return array[0] == zero<Modular, 2>() && array[1] == identity<Modular, 2>() && array[2] == zero<Modular, 2>();
}

TEST_CASE("elements of an array are changed one by one") {
    STATIC_REQUIRE(elements_of_an_array_are_apart());
}

TEST_CASE("direct members are visited side by side: a part beside the same part of another layer") {
    auto const part = damped(0.5f, test::drawn_parameters<Head>(3));
    Damped<Step> other{};
    int matching = 0;
    int members = 0;
    for_each_member(
        [&]<class A, class B>(A const&, B const&) {
            ++members;
            matching += std::is_same_v<A, B>;
        },
        part, other);
    REQUIRE((members == 2 && matching == 1));
}

}  // namespace

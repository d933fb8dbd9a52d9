// SPDX-License-Identifier: MIT
// Functions of this library take no call from who has functions of the same names: not by argument-dependent lookup from exact
// matrices and lanes, as no function is found so from double; and those that tell a wrong call take none that converts an argument.
#include <concepts>
#include <string_view>
#include <vector>

#include "incontext/incontext.hpp"

namespace another_library {

struct Table {};
template <class T>
concept IsTable = std::same_as<T, Table>;

constexpr int rows(Table const&) {
    return 1;
}
template <class T>
constexpr int transpose(T const&) {
    return 2;
}
template <IsTable T>
constexpr int product(T const&, T const&) {
    return 3;
}
template <class A, class B, class C>
constexpr int agree(A const&, B const&, C const&) {
    return 4;
}
struct DerivedTable : Table {};
constexpr int gram(double) {
    return 6;
}
struct View {
    constexpr View(int const (&)[2]) {}
};
constexpr int above(View const&, View const&) {
    return 7;
}
constexpr int agree(double, double) {
    return 8;
}
constexpr int identical(std::string_view, std::string_view) {
    return 9;
}
constexpr int lms(double, double) {
    return 10;
}
constexpr int embed(double) {
    return 11;
}
inline int trace(Eigen::MatrixXd const&) {
    return 12;
}
constexpr int initialise(Table const&, int seed) {
    return seed;
}
template <IsTable T>
constexpr int operator+(T const&, incontext::PromptOf<incontext::Dimensions{3, 2, 7}, incontext::Modular> const&) {
    return 5;
}

}  // namespace another_library

// What is found without any using: nothing, for numbers and matrices. For those of float there is nothing to find either, and a
// statement would be about another operator than the one that runs.
namespace elsewhere {

template <class T>
concept FindsFunctionsOfOne = requires(T& x) {
    gram(x);
}
|| requires(T& x) {
    transpose(x);
}
|| requires(T& x) {
    prediction_of(x);
}
|| requires(T& x) {
    sum_of_squares(x);
}
|| requires(T& x) {
    set_zero(x);
}
|| requires(T& x) {
    softmax_attention(x);
}
|| requires(T& x) {
    sum_of_lanes(x);
}
|| requires(T& x) {
    sine(x);
};
template <class T>
concept FindsFunctionsOfTwo = requires(T& x) {
    product(x, x);
}
|| requires(T& x) {
    product_of_transpose(x, x);
}
|| requires(T& x) {
    product_with_transpose(x, x);
}
|| requires(T& x) {
    inner_product(x, x);
}
|| requires(T& x) {
    above(x, x);
}
|| requires(T& x) {
    beside(x, x);
}
|| requires(T& x) {
    interpolated(x, x, x);
}
|| requires(T& x) {
    add_product(x, x, x);
}
|| requires(T& x) {
    plus_product(x, x, x);
}
|| requires(T& x) {
    entry_by_entry(x, [](auto const& entry) { return entry; });
};
template <class T>
constexpr bool finds_nothing = !FindsFunctionsOfOne<T> && !FindsFunctionsOfTwo<T>;

template <class... Numbers>
constexpr bool none_finds_any = ((finds_nothing<Numbers> && finds_nothing<incontext::Matrix<Numbers, 2, 2>>)&&...);
static_assert(none_finds_any<incontext::Modular, incontext::Rational, incontext::Degree, incontext::Polynomial,
                             incontext::Counted, incontext::Dual<incontext::Modular>,
                             incontext::PowerSeries<incontext::Modular, 3>, float, double>);
static_assert(finds_nothing<incontext::Matrix<incontext::Lanes<float, 4>, 2, 2>> &&
              finds_nothing<incontext::Matrix<incontext::ErrorBound<float>, 2, 2>>);
static_assert(
    FindsFunctionsOfOne<incontext::PromptOf<incontext::Dimensions{3, 2, 7}, float>::Context>);  // as in Modular
static_assert(FindsFunctionsOfOne<incontext::PromptOf<incontext::Dimensions{3, 2, 7}, incontext::Modular>::Context>);

// A gram matrix of the features, as kernel methods have it, in a layer of theirs.
using namespace incontext;
template <class M>
constexpr auto gram(M const& x) {
    return product(transpose(x), x);
}
template <class M>
constexpr auto prediction_of(M const& targets) {
    return targets;
}
constexpr auto by_own_function = [](auto prompt) {
    auto const doubled = 2_exact * prompt.query;
    prompt.query = prompt.query + product(doubled, gram(doubled)) + prediction_of(doubled);
    return prompt;
};
constexpr auto as_it_is_meant = [](auto prompt) {
    auto const doubled = 2_exact * prompt.query;
    prompt.query = prompt.query + product(doubled, product(transpose(doubled), doubled)) + doubled;
    return prompt;
};
static_assert(identical<Dimensions{.input = 3, .output = 2, .context = 7, .query = 4}>(by_own_function,
                                                                                       as_it_is_meant));
static_assert(identical_for_all_sizes(by_own_function, as_it_is_meant));

// Dual numbers of numbers that round take functions and an order that somebody wrote for them.
namespace calculus {

template <class T>
constexpr Dual<T> exp(Dual<T> const& z) {
    return {z.value + T(1), z.derivative};
}
template <class T>
constexpr bool operator<(Dual<T> const& a, Dual<T> const& b) {
    return a.value < b.value;
}
static_assert(exp(Dual<double>(1, 2)) == Dual<double>(2, 2) && Dual<double>(1, 2) < Dual<double>(2, 0));

}  // namespace calculus
}  // namespace elsewhere

namespace {

using namespace incontext;
using namespace another_library;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7};
constexpr Table table;

static_assert(rows(table) == 1);
// ... nor one whose arguments convert, where nothing of this library is given.
static_assert(rows(DerivedTable{}) == 1 && gram(3) == 6);
constexpr int pair[2]{1, 2};
static_assert(above(pair, pair) == 7);
static_assert(agree(1, 2) == 8 && identical("a", "b") == 9 && lms(1, 2.0) == 10 && embed(1) == 11);
static_assert(requires(Eigen::MatrixXd a) { trace(a * a); });
static_assert(transpose(table) == 2);
static_assert(product(table, table) == 3);
static_assert(agree(table, table, table) == 4);
static_assert(initialise(table, 7) == 7);
static_assert(table + PromptOf<sizes, Modular>{} == 5);

// A class derived from Prompt is given as one.
struct Named : PromptOf<sizes, Modular> {};
constexpr Named named{};
constexpr LinearSelfAttention<sizes.tokens(), Modular> layer_of_zeros{};
static_assert(std::same_as<decltype(prediction<sizes>(named)), Matrix<Modular, 2, 1>>);
static_assert(std::same_as<decltype(answer<AllTokens>(layer_of_zeros, named)), PromptOf<sizes, Modular>>);
static_assert(requires { forward_pass<AllTokens>(layer_of_zeros, named).result; });
static_assert(requires { trace<sizes>(looped<2>(layer_of_zeros), named).after; });

struct NamedEvaluation : Evaluation<sizes> {
    using Evaluation<sizes>::Evaluation;
};
static_assert(requires(NamedEvaluation const& evaluation) {
    ridge_loss(evaluation, 1.0);
    least_squares_loss(evaluation);
});

// What becomes a vector is observed by a context.
struct Reading {
    operator Matrix<float, 3, 1>() const;
};
using Context = StreamingContext<sizes, LoopedStack<LinearSelfAttention<sizes.tokens(), float>, 1>>;
static_assert(requires(Context context, Reading reading, Matrix<float, 2, 1> y) { context.observe(reading, y); });

struct NamedStep : GradientStep<sizes, Modular> {};
static_assert(requires { as_attention(NamedStep{}).query; });

// A number that becomes one of the layer's, a count of applications, a seed, a penalty, vectors that become spans.
using Layer = LinearSelfAttention<sizes.tokens(), float>;
using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, float>;

[[maybe_unused]] void converts(Layer& layer, Rule::State& state, std::vector<Rule::Example> const& examples,
                               std::vector<Rule::Query> const& queries, std::vector<Rule::Answer>& answers,
                               Evaluation<sizes> const& evaluation, PromptOf<sizes, float> const& prompt) {
    Workers workers(1);
    initialise(layer, 5);
    initialise(layer, 5, {.scale = 1});
    static_cast<void>(damped(0.5, layer));
    static_cast<void>(damped(half, layer));
    static_cast<void>(in_sequence(Rule{}, state, examples, queries, answers));
    static_cast<void>(in_chunks<4>(Rule{}, state, examples, queries, answers));
    static_cast<void>(in_scan<4>(Rule{}, state, examples, queries, answers));
    static_cast<void>(ridge_loss(evaluation, 1));
    static_cast<void>(add_loss_and_gradient<sizes>(layer, prompt, zero<float, 2, 1>(), 1, layer));
    static_cast<void>(ridge_prediction<sizes>(prompt, 1));
    static_cast<void>(error_bounds(layer, prompt, 0U));
    static_cast<void>(degree_of<sizes>([](auto const& prompt_) { return prompt_; }, 2U));
    Training<sizes, Layer> const training(layer, {.batch = 3}, workers, {});
    Training<sizes, Layer> const same = training;
    Evaluation<sizes> const one(workers, LinearRegression{}, 1, 1);
    Evaluation<sizes> const copied(one);
    static_cast<void>(same);
    static_cast<void>(copied);
}

}  // namespace

// SPDX-License-Identifier: MIT
// What a proof accepts, what it says, and what it must not be fooled by. What does not compile is in tests/compile_fail.
#include <array>
#include <bit>

#include "incontext/theorem.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

constexpr auto gradient_step = []<class Any>(Any any) {
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = any.learning_rate(),
                                                               .initial_weights = any.initial_weights()};
};
constexpr auto attention_layer = [](auto any) { return as_attention(gradient_step(any)); };

// ------------------------------------------------------------------------------------------- what a proof says ----

constexpr Proof by_numbers = identical<sizes, 2>(gradient_step, attention_layer);
static_assert(by_numbers && !by_numbers.by_symbols && by_numbers.size_count == 1 && by_numbers.sizes[0] == sizes);
static_assert(by_numbers.applications == 2 && by_numbers.degree == 8);
static_assert(by_numbers.escape_probability == escape_probability<sizes>(gradient_step, attention_layer, 2));

constexpr Proof by_symbols = identical_for_all_sizes(gradient_step, attention_layer);
static_assert(by_symbols && by_symbols.by_symbols && by_symbols.size_count == 9 && by_symbols.degree == 5);
static_assert(by_symbols.escape_probability > 8.9 * by_numbers.escape_probability * 5 / 8 &&
              by_symbols.escape_probability < 9.1 * by_numbers.escape_probability * 5 / 8);
static_assert(!Proof{});

// The sizes of the cross check lie on both sides of 8, 16 and 32, for inputs, context and queries; of 2, 3 and 8 for outputs.
template <int Dimensions::*Size>
constexpr bool lies_on_both_sides_of(int limit) {
    bool below = false;
    bool above = false;
    for (Dimensions const& checked : sizes_of_cross_check) {
        below = below || checked.*Size < limit;
        above = above || checked.*Size > limit;
    }
    return below && above;
}
static_assert(lies_on_both_sides_of<&Dimensions::input>(8) && lies_on_both_sides_of<&Dimensions::input>(16) &&
              lies_on_both_sides_of<&Dimensions::input>(32));
static_assert(lies_on_both_sides_of<&Dimensions::context>(8) && lies_on_both_sides_of<&Dimensions::context>(16) &&
              lies_on_both_sides_of<&Dimensions::context>(32));
static_assert(lies_on_both_sides_of<&Dimensions::output>(2) && lies_on_both_sides_of<&Dimensions::output>(3) &&
              lies_on_both_sides_of<&Dimensions::output>(8));
static_assert(lies_on_both_sides_of<&Dimensions::query>(8) && lies_on_both_sides_of<&Dimensions::query>(16) &&
              lies_on_both_sides_of<&Dimensions::query>(32));

// --------------------------------------------------------------------------------------------- true, and accepted ----

// A generic lambda takes its prompt apart, and makes another one by its type.
constexpr auto whole = [](auto prompt) {
    prompt.query = prompt.query + product(product(prompt.context, transpose(prompt.context)), prompt.query);
    return prompt;
};
constexpr auto apart = [](auto const& prompt) {
    auto const& [context, query] = prompt;
    using Made = std::remove_cvref_t<decltype(prompt)>;
    return Made{context, query + product(product(context, transpose(context)), query)};
};
static_assert(identical<sizes, 2>(whole, apart) && identical_for_all_sizes(whole, apart));

// A statement may read its seed and its witnesses, as it stands in docs/what_is_proved.md.
constexpr auto by_its_seed = [](auto const& any) {
    using Any = std::remove_cvref_t<decltype(any)>;
    Arbitrary<Any::dimensions, typename Any::Scalar> const own{.seed = any.seed, .witnesses = any.witnesses};
    return GradientStep<Any::dimensions, typename Any::Scalar>{.learning_rate = own.learning_rate(),
                                                               .initial_weights = own.initial_weights()};
};
static_assert(identical<sizes, 1, 7>(gradient_step, by_its_seed));

/// N (1/N) = 1.
struct SizeTimesMean {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query = (context_size<Number>(Shape.context) * one_over_context<Number>(Shape.context)) * prompt.query;
        prompt.context = prompt.context / context_size<Number>(Shape.context) * context_size<Number>(Shape.context);
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, SizeTimesMean{}));
static_assert(identical<sizes>(Nothing{}, SizeTimesMean{}));

/// The assigning operators, on whole matrices; a number on the right.
struct Assigning {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query *= Number(3);
        prompt.query -= prompt.query / Number(3) * Number(2);
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, Assigning{}));

/// Entry by entry: for named sizes.
struct NothingByEntries {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number const first = prompt.query(0, 0);
        prompt.query(0, 0) -= first;
        prompt.query(0, 0) += first;
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, NothingByEntries{}));

/// Tokens divided by the sum of the first row: a rational function, the same if numerator and denominator are doubled.
template <int Factor>
struct Normalised {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number sum(0);
        for (int j = 0; j < Shape.context; ++j) {
            sum += Number(Factor) * prompt.context(0, j);
        }
        prompt.query = Number(Factor) * prompt.query / sum;
        return prompt;
    }
};
constexpr Proof of_quotients = identical<sizes>(Normalised<1>{}, Normalised<2>{});
// a/b = c/d with degrees 1 of a, b, c, d: a d - c b is of degree 2.
static_assert(of_quotients.degree == 2 && degree_of<sizes>(Normalised<1>{}) == 1);
// Nothing is said where a denominator is 0, of either; where there is none, everything is.
struct OverItself {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number const first = prompt.context(0, 0);
        prompt.query = (prompt.query * first) / first;
        return prompt;
    }
};
static_assert(of_quotients.denominator_degree == 1 && by_numbers.denominator_degree == 0);
static_assert(identical<sizes>(Nothing{}, OverItself{}).denominator_degree == 1);
static_assert(identical<sizes>(OverItself{}, Nothing{}).denominator_degree == 1);
static_assert(different<sizes>(Normalised<1>{}, Nothing{}));

// A generic lambda is an update if it returns a prompt, whatever it takes.
constexpr auto doubled = [](auto const& prompt) {
    auto result = prompt;
    result.query = prompt.query + prompt.query;
    return result;
};
constexpr auto doubled_by_type = []<TokenShape Shape, class Number>(Prompt<Shape, Number> prompt) {
    prompt.query = Number(2) * prompt.query;
    return prompt;
};
static_assert(identical_for_all_sizes(doubled, doubled_by_type));
static_assert(different<sizes>(doubled, Nothing{}) && different_for_some_sizes(doubled, Nothing{}));

// ------------------------------------------------------------------------------------------- false, and seen to be ----

/// Otherwise for prompts that may be changed: what runs on `prompt` of a const& is compared.
struct OtherwiseForConstants {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number>& prompt) const {
        return prompt;
    }
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return doubled(prompt);
    }
};
static_assert(different<sizes>(Nothing{}, OtherwiseForConstants{}) &&
              identical<sizes>(doubled, OtherwiseForConstants{}));
static_assert(different_for_some_sizes(Nothing{}, OtherwiseForConstants{}));
static_assert(identical<sizes, 2>(doubled, OtherwiseForConstants{}));  // the prompt of a second application, too

// Matrices of other shapes or other numbers are not equal: they are not compared, which ends in a sentence
// (tests/compile_fail/comparison_of_unlike_matrices.cpp).
template <class A, class B>
concept AreCompared = requires(A const& a, B const& b) {
    a == b;
};
static_assert(AreCompared<ExactMatrix<Modular, 2, 3>, ExactMatrix<Modular, 2, 3>>);
static_assert(
    !AreCompared<HasNoMembersOfEigen, HasNoMembersOfEigen>);  // their base: a comparison by it would be of nothing

// Nobody opens a block or a number without the name of the key.
template <class M>
concept OpensWithoutKey = requires(M const& matrix) {
    matrix.block({}, 0, 0);
};
template <class Number>
concept IsAskedWithoutKey = requires(Number const& number) {
    number.is_zero({});
};
static_assert(!OpensWithoutKey<Matrix<Polynomial, 1, 1>> && !IsAskedWithoutKey<Modular> && !IsAskedWithoutKey<Degree>);

// Nor with what converts to any type: the key would be one.
struct AnyType {
    template <class T>
    constexpr operator T() const {
        return T();
    }
};
template <class Number, class AKey>
concept IsAsked = requires(Number const& number, AKey const& key) {
    number.is_zero(key);
};
template <class Number, class AKey>
concept IsNotWritten = requires(AKey const& key) {
    Number::unwritten(key);
};
template <class Number, class AKey>
concept IsMultiplied = requires(AKey const& key, Number const* numbers) {
    Number::which_are_not_zero(key, numbers, 1, 1);
};
template <class Number, class AKey>
concept IsAdded = requires(AKey const& key, Number& sum, Number const* numbers) {
    Number::add_products(key, sum, numbers, 1, numbers, 1u);
};
template <class AKey, class... Numbers>
constexpr bool one_is_asked = (IsAsked<Numbers, AKey> || ...);
template <class AKey, class... Numbers>
constexpr bool each_is_asked = (IsAsked<Numbers, AKey> && ...);
static_assert(each_is_asked<trusted::Key, Modular, Rational, Degree, Dual<Modular>, PowerSeries<Modular, 2>>);
static_assert(!one_is_asked<AnyType, Modular, Rational, Degree, Dual<Modular>, PowerSeries<Modular, 2>>);
static_assert(IsNotWritten<Degree, trusted::Key> && IsNotWritten<ErrorBound<float>, trusted::Key>);
static_assert(!IsNotWritten<Degree, AnyType> && !IsNotWritten<ErrorBound<float>, AnyType>);
static_assert(IsMultiplied<Degree, trusted::Key> && IsMultiplied<Modular, trusted::Key>);
static_assert(!IsMultiplied<Degree, AnyType> && !IsMultiplied<Modular, AnyType>);
static_assert(IsAdded<Degree, trusted::Key> && IsAdded<Modular, trusted::Key>);
static_assert(!IsAdded<Degree, AnyType> && !IsAdded<Modular, AnyType>);

// --------------------------------------------------------------------------------------------- names of unknowns ----

constexpr Arbitrary<sizes, Modular> any{};

template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};

// Nobody reads the bits of a degree, so that no proof is made of an operator that branches on them.
static_assert(!is_refused<[] { return std::bit_cast<std::array<unsigned char, sizeof(Modular)>>(Modular(1)); }>);
static_assert(is_refused<[] { return std::bit_cast<std::array<unsigned char, sizeof(Degree)>>(Degree(1)); }>);

// A degree that nobody wrote has no value, as a float; one that is initialised by {} is 0.
static_assert(is_refused<[] {
    Degree sum;
    return sum + Degree(1);
}>);
static_assert(is_refused<[] {
    Degree factor;
    return Degree(0) * factor;
}>);
static_assert(is_refused<[] {
    Matrix<Degree, 2, 2> factor;
    return product(factor, zero<Degree, 2, 2>());
}>);
static_assert(!is_refused<[] {
    Degree sum{};
    return sum + Degree(1);
}>);

// Different names are different unknowns, also two whose 32-bit hashes (FNV-1a) are one.
static_assert(!(any.scalar("ab") == any.scalar("ba")) && !(any.scalar("a") == any.scalar("aa")));
static_assert(!(any.scalar("dci78") == any.scalar("cd9na")));
static_assert(any.scalar("ab") == any.scalar("ab") && any.scalar("eta") == any.learning_rate());

static_assert(!is_refused<[] { return any.scalar("five5"); }>);
static_assert(is_refused<[] { return any.scalar("six666"); }> && is_refused<[] { return any.scalar(""); }>);
static_assert(is_refused<[] { return any.scalar("N"); }> && is_refused<[] { return any.scalar("1/N"); }>);
static_assert(is_refused<[] { return any.matrix(input_axis, context_axis, "X"); }>);
static_assert(is_refused<[] { return any.matrix(output_axis, context_axis, "Y"); }>);
static_assert(is_refused<[] { return any.matrix(input_axis, query_axis, "Xq"); }>);
static_assert(is_refused<[] { return symbolic::AnySizes{}.matrix(output_axis, query_axis, "Yq"); }>);
static_assert(!is_refused<[] { return symbolic::AnySizes{}.matrix(output_axis, query_axis, "yq"); }>);

// ------------------------------------------------------------------------------------------------------ witnesses ----

static_assert(identical<sizes, 1, 1>(gradient_step, attention_layer));
static_assert(!(Arbitrary<sizes, Modular>{.seed = 1}.prompt() == any.prompt()));

// --------------------------------------------------------------------------------------------------------- degrees ----

/// x^(2^Doublings).
template <int Doublings>
struct Power {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int i = 0; i < Doublings; ++i) {
            prompt.query(0, 0) *= prompt.query(0, 0);
        }
        return prompt;
    }
};
static_assert(degree_of<sizes>(Power<10>{}) == 1024 && degree_of<sizes>(Power<40>{}) == 1LL << 40);
// No overflow: degrees stop, and the bound is then 1.
static_assert(degree_of<sizes>(Power<62>{}) == Degree::largest && degree_of<sizes>(Power<200>{}) == Degree::largest);
static_assert(escape_probability<sizes>(Power<200>{}, Nothing{}) == 1);
static_assert(identical<sizes>(Power<30>{}, Power<30>{}));

}  // namespace

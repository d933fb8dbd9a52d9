// SPDX-License-Identifier: MIT
// What goes through the checks and must not be taken for proved: docs/what_is_proved.md lists each. The assertions say what
// is accepted today; one that fails to compile means that a hole is closed and the document must be changed.
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "incontext/theorem_nonlinear.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};

// 1. An operator that asks for its sizes, and does something else at sizes that nobody compared.
struct OtherwiseAtAHundred {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (Shape.context == 100) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseAtAHundred{}));
static_assert(different<Dimensions{.input = 1, .output = 1, .context = 100}>(Nothing{}, OtherwiseAtAHundred{}));

// 1. One that asks whether its prompt knows how its tokens split: those that are compared do.
struct OtherwiseWithoutSplit {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (Shape.input == 0) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseWithoutSplit{}));

// 2. An operator that asks for its family.
struct OtherwiseInFractions {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (std::is_same_v<Number, Rational>) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseInFractions{}));
template <class Number>
struct IsFast : std::false_type {};
template <>
struct IsFast<float> : std::true_type {};
struct OtherwiseByATrait {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (IsFast<Number>::value || sizeof(Number) == 4 || std::floating_point<Number>) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseByATrait{}));
static_assert(different<sizes, Rational>(Nothing{}, OtherwiseInFractions{}));

// 3. An operator that asks whether it is evaluated while compiling.
struct OtherwiseAtRunTime {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if (!std::is_constant_evaluated()) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseAtRunTime{}));

// 3. One that asks where its prompt lies.
inline int somewhere = 0;
struct OtherwiseAtAnAddress {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        Prompt<Shape, Number> updated = prompt;
        if (static_cast<void const*>(&prompt) == static_cast<void const*>(&somewhere)) {
            updated.query = prompt.query + prompt.query;
        }
        return updated;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseAtAnAddress{}));

// 3. A number (and not a matrix) that a function returns unwritten: g++ 12 takes it for 0. clang++ refuses it.
#if !defined(__clang__)
struct ReturnedUnwritten {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        auto const nobody_writes = [] {
            Number sum;
            return sum;
        };
        prompt.query = prompt.query + nobody_writes() * prompt.query;
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, ReturnedUnwritten{}));
#endif

// 3. Arguments in the order in which this compiler evaluates a constant: from the left. Machine code of g++ calls the second first.
struct RowsAsArguments {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        int row = 0;
        auto const next = [&] { return prompt.context(row++, 0); };
        prompt.query(0, 0) = first_minus_second(Number(next()), Number(next()));
        return prompt;
    }
    template <class Number>
    static constexpr Number first_minus_second(Number const& first, Number const& second) {
        return first - second;
    }
};
struct RowsByName {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query(0, 0) = prompt.context(0, 0) - prompt.context(1, 0);
        return prompt;
    }
};
static_assert(identical<sizes>(RowsByName{}, RowsAsArguments{}));

// 3. The right side of += is evaluated first, also where it runs. In a constant g++ 12 evaluates the left side first, where += is a function.
#if !defined(__clang__)
struct AddsRowAtARunningIndex {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        int row = 0;
        auto const next = [&]() -> Number& { return prompt.query(row++, 0); };
        next() += next();
        return prompt;
    }
};
template <int To, int From>
struct AddsRow {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.query(To, 0) += prompt.query(From, 0);
        return prompt;
    }
};
static_assert(identical<sizes>(AddsRow<0, 1>{}, AddsRowAtARunningIndex{}));
#endif

// 3. A double decides which tokens are used. While compiling 1/i * i is rounded; fused with - 1 it is above 0 for some i.
struct Scheduled {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int i = 1; i <= Shape.query; ++i) {
            double const share = 1.0 / i;
            if (share * i - 1 <= 0) {
                prompt.query(0, i - 1) = prompt.query(0, i - 1) + prompt.query(0, i - 1);
            }
        }
        return prompt;
    }
};
struct OfEachToken {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        for (int i = 0; i < Shape.query; ++i) {
            prompt.query(0, i) = prompt.query(0, i) + prompt.query(0, i);
        }
        return prompt;
    }
};
static_assert(identical<Dimensions{.input = 1, .output = 1, .context = 1, .query = 100}>(OfEachToken{}, Scheduled{}));

// 4. An operator that is built to vanish at the witnesses of the seed. Another seed sees it. (Symbols see it, too.)
struct OtherwiseAtOtherWitnesses {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        constexpr Modular drawn = Arbitrary<sizes, Modular>{}.prompt().context(0, 0);
        constexpr auto low = static_cast<long long>(drawn.residue()) & ((1LL << 31) - 1);
        constexpr auto high = static_cast<long long>(drawn.residue()) >> 31;
        prompt.query(0, 0) += prompt.context(0, 0) - (Number(high) * Number(1LL << 31) + Number(low));
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, OtherwiseAtOtherWitnesses{}));
static_assert(different<sizes>(Nothing{}, OtherwiseAtOtherWitnesses{}, {.seed = 1}));

// 5. A class of numbers that is handed the key by a product of its matrices (or by a matrix that begins), and asks with it whether an
// entry is zero.
template <class Number>
struct Asking {
    Number number{};
    bool* answer = nullptr;

    constexpr Asking() = default;
    constexpr Asking(int constant) : number(constant) {}
    constexpr Asking(Number const& asked, bool* where) : number(asked), answer(where) {}
    friend constexpr Asking operator+(Asking const& a, Asking const&) { return a; }
    friend constexpr Asking operator*(Asking const& a, Asking const&) { return a; }
    constexpr bool is_zero(auto key) const {
        if (answer != nullptr) {
            *answer = number.is_zero(key);
        }
        return false;
    }
};
struct OtherwiseAtZero {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (!std::floating_point<Number>) {
            bool is_zero = false;
            using Asked = Matrix<Asking<Number>, 1, 1>;
            static_cast<void>(product(Asked(Asking<Number>(prompt.context(0, 0), &is_zero)), Asked(1)));
            if (is_zero) {
                prompt.query = prompt.query + prompt.query;
            }
        }
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, OtherwiseAtZero{}));
static_assert([] {
    auto prompt = Arbitrary<sizes, Modular>{}.prompt();
    prompt.context(0, 0) = Modular(0);
    return !(OtherwiseAtZero{}(prompt).query == prompt.query);
}());

// 6. Coefficients that are multiples of the modulus. One constant of that size is refused; one that is made of smaller ones is
// not seen. (Symbols see it, and refuse it.)
struct TimesTheModulus {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        Number const modulus = Number(1 << 30) * Number(1LL << 31) - Number(1);
        prompt.query = prompt.query + modulus * prompt.query;
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, TimesTheModulus{}));
static_assert(symbolic::first_difference(Nothing{}, TimesTheModulus{}, 1).block != Block::none);

// 7. The call. A constant operator is asked about a constant prompt; another overload may do otherwise.
struct OtherwiseForTemporaries {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> const& prompt) const {
        return prompt;
    }
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number>&& prompt) const {
        prompt.query = prompt.query + prompt.query;
        return prompt;
    }
};
static_assert(identical_for_all_sizes(Nothing{}, OtherwiseForTemporaries{}));

// 9. A function's own word: its derivative, and that it turns sums into products. In exact numbers its values are any numbers.
struct WrongDerivative {
    static constexpr std::uint64_t name = functions::hash(FunctionName("square"));
    template <class Number>
    static constexpr Number computed(Number const& x) {
        return x * x;
    }
    template <class Number>
    static constexpr Number derivative(Number const& x, Number const& /*value*/) {
        return x;  // and not 2 x
    }
    template <class Number>
    static constexpr ValueAndDerivative<Number> at(Number const& x) {
        return value_and_derivative<WrongDerivative>(x);
    }
};
static_assert(laws::pullback_is_transpose_of_derivative<Dimensions{.input = 1, .output = 1, .context = 2, .query = 1},
                                                        TokenWise<MLP<Modular, 2, 2, 2, WrongDerivative>>>);

}  // namespace

// SPDX-License-Identifier: MIT
// What goes through the checks and must not be taken for proved: docs/what_is_proved.md lists each. The assertions say what
// is accepted today; one that fails to compile means that a hole is closed and the document must be changed.
#include <type_traits>

#include "incontext/theorem.hpp"
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

// 4. An operator that is built to vanish at the witnesses of the seed. Another seed sees it. (Symbols see it, too.)
struct OtherwiseAtOtherWitnesses {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        constexpr Modular drawn = Arbitrary<sizes, Modular>{}.prompt().context(0, 0);
        prompt.query(0, 0) += prompt.context(0, 0) - Number(drawn.residue());
        return prompt;
    }
};
static_assert(identical<sizes>(Nothing{}, OtherwiseAtOtherWitnesses{}));
static_assert(different<sizes>(Nothing{}, OtherwiseAtOtherWitnesses{}, {.seed = 1}));

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
static_assert(different_for_some_sizes(Nothing{}, TimesTheModulus{}));

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

}  // namespace

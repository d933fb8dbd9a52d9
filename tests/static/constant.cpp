// SPDX-License-Identifier: MIT
// Exact constants: what is written is the number, in lowest terms.
#include <type_traits>

#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

template <auto A, class B>
inline constexpr bool is = std::is_same_v<std::remove_const_t<decltype(A)>, B>;

static_assert(is<half, Ratio<1, 2>> && is<ratio<2, 4>, Ratio<1, 2>> && is<ratio<-6, 4>, Ratio<-3, 2>>);
static_assert(is<ratio<0, 7>, Ratio<0, 1>> && is<ratio<5>, Ratio<5, 1>> && is<-half, Ratio<-1, 2>>);
static_assert(is<0.5_exact, Ratio<1, 2>> && is<0.75_exact, Ratio<3, 4>> && is<3_exact, Ratio<3, 1>>);
static_assert(is<1'000.25_exact, Ratio<4001, 4>> && is<.125_exact, Ratio<1, 8>> && is<2._exact, Ratio<2, 1>>);
static_assert(is<1.5e-3_exact, Ratio<3, 2000>> && is<25e2_exact, Ratio<2500, 1>> && is<1E+1_exact, Ratio<10, 1>>);
static_assert(is<1e0'1_exact, Ratio<10, 1>> && is<1.5e-0'3_exact, Ratio<3, 2000>>);
static_assert(is<0_exact, Ratio<0, 1>> && is<0.0_exact, Ratio<0, 1>>);

static_assert(is<half + ratio<1, 3>, Ratio<5, 6>> && is<half - ratio<1, 3>, Ratio<1, 6>>);
static_assert(is<half * ratio<2, 3>, Ratio<1, 3>> && is<half / ratio<2, 3>, Ratio<3, 4>>);
static_assert(is<half / ratio<-2, 3>, Ratio<-3, 4>>);

static_assert(Rational(half) == Rational(1, 2) && Modular(half) + Modular(half) == Modular(1));
static_assert(!(Modular(half) == Modular(0)));
static_assert(trusted::same(Polynomial(half) + Polynomial(half), Polynomial(1)));
static_assert(float(0.1_exact) == 0.1f && double(0.1_exact) == 0.1);

// On either side of a number, which is no constant.
constexpr Rational number(12);
static_assert(half + number == Rational(25, 2) && number + half == Rational(25, 2));
static_assert(half - number == Rational(-23, 2) && number - half == Rational(23, 2));
static_assert(half * number == Rational(6) && number * ratio<3, 4> == Rational(9));
static_assert(number / ratio<3, 4> == Rational(16) && half / number == Rational(1, 24));

// One source of a damped step: in numbers, in symbols, in degrees. As another factor it is refuted.
template <class Factor>
struct Damping {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.context = Factor{} * prompt.context;
        prompt.query = Factor{} * prompt.query;
        return prompt;
    }
};
struct ByDivision {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        prompt.context = (Number(1) / Number(2)) * prompt.context;
        prompt.query = prompt.query / Number(2);
        return prompt;
    }
};
constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
static_assert(identical_for_all_sizes(Damping<Ratio<1, 2>>{}, ByDivision{}));
static_assert(degree_of<sizes>(Damping<Ratio<1, 2>>{}) == 1 && degree_of<sizes>(ByDivision{}) == 1);
static_assert(different<sizes>(Damping<Ratio<1, 2>>{}, Damping<Ratio<3, 4>>{}));
static_assert(different_for_some_sizes(Damping<Ratio<1, 2>>{}, Damping<Ratio<0, 1>>{}));
static_assert(different_for_some_sizes(Damping<Ratio<1, 2>>{}, Damping<Ratio<1, 1>>{}));

}  // namespace

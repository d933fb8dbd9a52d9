// SPDX-License-Identifier: MIT
/// @file
/// The pullback of an update that has none: its derivative along every parameter, one after the other, by dual numbers.
///
///     gradient_i += <cotangent, d answer / d parameter_i>        the update is run once on w + e_i e for every i
///
/// Exact, and as slow as there are parameters and prompt entries; enough to try a kind of layer before writing its pass, and
/// a second opinion once there is one.
#pragma once

#include <concepts>
#include <type_traits>

#include "incontext/matrix/exact.hpp"
#include "incontext/matrix/matrix.hpp"
#include "incontext/number/dual.hpp"
#include "incontext/pass/asked.hpp"
#include "incontext/support/parameters.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// An update that runs on dual numbers as well.
template <class Update, class APrompt>
concept DifferentiableByDualNumbers =
    ConvertibleUpdate<Update> && TokenUpdate<typename Update::template with_number<Dual<typename APrompt::Scalar>>,
                                             Prompt<APrompt::shape, Dual<typename APrompt::Scalar>>>;

/// Test: tests/compile_fail/update_that_cannot_be_trained.cpp.
template <class Update, class APrompt>
struct an_update_must_have_a_pass_or_take_dual_numbers {
    static_assert(
        DifferentiableByDualNumbers<Update, APrompt>,
        "this update cannot be trained: it has no forward_pass and pull_back beside it (pass/pass.hpp), and it is "
        "no Boost.Hana struct with with_number<Other> whose operator() accepts a Prompt of Dual numbers");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/derivative_without_a_member.cpp.
template <class Update, int SizeOfUpdate, int SizeOfParameters, bool IsListedOnce>
struct dual_numbers_take_over_what_an_update_lists {
    static_assert(
        SizeOfUpdate == SizeOfParameters && IsListedOnce,
        "this update has no pass, and dual numbers, by which it is differentiated, take over what its Hana struct "
        "lists: it has members that are not listed, or listed twice, or not of its numbers (compare the sizes in this "
        "message), and the derivative would be that of another update. List each of them once, as a number, or make "
        "them template arguments");
    static constexpr bool value = true;
};

namespace by_dual_numbers {

/// Whether an update is the same in dual numbers: each of its members is listed once. True, or does not compile. Of lanes it is asked
/// of one lane. Of exact numbers the law of pullbacks asks it (equivalence/pullback_law.hpp), which draws what is listed.
template <class Update, class Number>
[[nodiscard]] constexpr bool takes_over_all_members() {
    if constexpr (requires { typename Number::Lane; }) {
        return takes_over_all_members<Update, typename Number::Lane>();
    } else if constexpr (std::floating_point<Number>) {
        using Duals = typename Update::template with_number<Dual<Number>>;
        if constexpr (!std::is_empty_v<Duals>) {
            return dual_numbers_take_over_what_an_update_lists<Duals, static_cast<int>(sizeof(Duals)),
                                                               parameters::count_of<Duals>.bytes,
                                                               parameters::each_is_listed_once<Duals>>::value;
        }
    }
    return true;
}

/// <cotangent, derivative of the answer>, of answers as matrices or prompts.
template <class Cotangent, class Result>
constexpr auto along_cotangent(Cotangent const& cotangent, Result const& result) {
    if constexpr (AnyMatrix<Cotangent>) {
        using Number = NumberOf<Cotangent>;
        return inner_product(cotangent, generate<Number, rows_of<Cotangent>, cols_of<Cotangent>>(
                                            [&](int row, int col) { return result(row, col).derivative; }));
    } else {
        return along_cotangent(cotangent.context, result.context) + along_cotangent(cotangent.query, result.query);
    }
}

/// Adds the derivative of <cotangent, answer> with respect to every number in `at` to the same number in `sums`.
template <class At, class Sums, class Derivative>
constexpr void add_derivatives(At& at, Sums& sums, Derivative const& derivative) {
    auto const add = [&](auto& number, auto& sum) {
        number.derivative = decltype(number.derivative)(1);
        sum += derivative();
        number.derivative = decltype(number.derivative)(0);
    };
    if constexpr (AnyMatrix<At>) {
        for (int col = 0; col < cols_of<At>; ++col) {
            for (int row = 0; row < rows_of<At>; ++row) {
                add(at(row, col), sums(row, col));
            }
        }
    } else {
        add(at, sums);
    }
}

/// The pullback. Nothing is added to the gradient of a frozen layer (stack/normalised.hpp). Cost: one run of the update
/// on dual numbers for every other parameter and, where wanted, every prompt entry. Errors: an update that does not
/// list each of its members once does not compile, of numbers that round, nor does one that is another kind in dual numbers.
template <class Asked, class Wanted, class Update, TokenShape Given, class Number, class Gradient>
constexpr Prompt<Given, Number> pull_back(Wanted, Update const& update, Prompt<Given, Number> const& prompt,
                                          AnswerOf<Asked, Update, Given, Number> const& cotangent, Gradient& gradient) {
    static_assert(an_update_must_have_a_pass_or_take_dual_numbers<Update, Prompt<Given, Number>>::value &&
                      takes_over_all_members<Update, Number>(),
                  "see the first error");
    using Pair = Dual<Number>;
    auto const constant = [](auto const& number) { return Pair(Number(number), Number(0)); };
    auto dual_update = converted<Pair>(update, constant);
    auto dual_prompt = converted<Pair>(prompt, constant);
    auto const derivative = [&] { return along_cotangent(cotangent, Asked::of(dual_update(dual_prompt))); };
    for_each_learned_parameter([&](char const*, auto& at, auto& sums) { add_derivatives(at, sums, derivative); },
                               dual_update, gradient);
    Prompt<Given, Number> by_prompt{.context = zero<Number, Given.token_dim, Given.context>(),
                                    .query = zero<Number, Given.token_dim, Given.query>()};
    if constexpr (Wanted::prompt) {
        add_derivatives(dual_prompt.context, by_prompt.context, derivative);
        add_derivatives(dual_prompt.query, by_prompt.query, derivative);
    }
    return by_prompt;
}

}  // namespace by_dual_numbers

}  // namespace incontext

// SPDX-License-Identifier: MIT
/// @file
/// agree(a, b, prompt): two updates that are identical on paper agree in floating point, within a bound that is derived.
///
/// Each update is evaluated twice by the same source: on the given numbers, and on ErrorBound, which yields for every
/// entry how far rounding can have carried it (number/error_bound.hpp). Two computed results of the same exact value can
/// differ by no more than the sum of their bounds; a larger difference proves that the updates are not the same.
///
/// Inverses are no case for it: a bound that is made beforehand follows absolute values, which grow alike in an algorithm that is
/// accurate and in one whose terms cancel. Of the inverses in the chunks of an online rule a residual tells the error
/// (certificate_of_inverse, recurrence/unit_triangular.hpp).
///
/// There are three answers. A bound that is infinite, or above 1/16 of the largest value in its row, says nothing: then the answer is
/// cannot_tell, and not agree. Nor is anything told where an entry of a result was never written, or where this thread rounds
/// subnormal numbers to zero, for which the bounds leave no room. Each update is given a prompt of its own, so that one that changes its
/// prompt is compared by its answer.
///
/// The numbers of each update are taken as exact. as_attention rounds eta/N once or twice when it makes a layer; the two
/// products with identity blocks (W_K, W_Q), which round nothing but are counted, leave room for that.
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include "incontext/matrix/eigen.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/number/error_bound.hpp"
#include "incontext/support/ieee_arithmetic.hpp"
#include "incontext/support/wrong_calls.hpp"
#include "incontext/token/converted.hpp"
#include "incontext/token/prompt.hpp"

namespace incontext {

/// Test: tests/compile_fail/agree_without_numbers.cpp.
template <class Update>
struct an_update_must_say_its_numbers {
    static_assert(
        ConvertibleUpdate<Update>,
        "agree evaluates an update on other numbers as well: it must be a Boost.Hana struct of its parameters "
        "with a member template with_number<Other>, as in gradient_descent/gradient_step.hpp");
};

/// Test: tests/compile_fail/agree_with_another_member.cpp, tests/compile_fail/agree_with_a_member_listed_twice.cpp.
template <class Update, int SizeOfUpdate, int SizeOfParameters, bool IsListedOnce>
struct an_update_has_members_that_are_no_parameters {
    static_assert(SizeOfUpdate == SizeOfParameters && IsListedOnce,
                  "this update has members that its Hana struct does not list, or lists twice, or that are not of its "
                  "numbers, or alignas (compare the sizes in this message): its bound is computed without them, and "
                  "would be that of another update. List each of them once, as a number, or make them template "
                  "arguments");
    static constexpr bool value = true;
};

/// The members of an update, each of which is listed once: in the numbers of its bound, whose matrices have no padding. True, or
/// does not compile.
template <class Update>
    requires ConvertibleUpdate<Update>
[[nodiscard]] constexpr bool all_members_of_update_are_listed() {
    using OfBounds = typename Update::template with_number<ErrorBound<float>>;
    if constexpr (!std::is_empty_v<OfBounds>) {
        static_cast<void>(a_layer_is_not_made_by_inheritance<Update>{});
        return an_update_has_members_that_are_no_parameters<OfBounds, static_cast<int>(sizeof(OfBounds)),
                                                            parameters::count_of<OfBounds>.bytes,
                                                            parameters::each_is_listed_once<OfBounds>>::value;
    }
    return true;
}

/// Test: tests/compile_fail/agree_on_exact_numbers.cpp, agree_on_streams_of_exact_numbers.cpp.
template <class Number>
struct agree_is_about_numbers_that_round {
    static_assert(
        std::floating_point<Number>,
        "agree, agree_on_streams and error_bounds are about numbers that round, float, double and their lanes: of "
        "exact numbers ask identical<sizes>, different<sizes> or first_difference, and of forms identical_on_streams "
        "or different_on_streams");
    using Bound = ErrorBound<Number>;
};

/// What a comparison in floating point says.
///
/// agree: no entry differs by more than rounding explains, and the bound is small. differ: one does, so the updates are not
/// the same. cannot_tell: neither is shown; a result or a bound is not finite, the bound is large, a result is not within
/// its own bound, so that the bound is one of another computation, or this thread rounds subnormal numbers to zero.
enum class Verdict { agree, differ, cannot_tell };

/// How large a bound may be beside the values it bounds to mean anything: |bound| <= scale / 16, where scale is the largest
/// absolute value in the same row of both results. That of the prompt is none: (x + 1) - x and (x + 500) - x are both 0 at
/// x = 1e10 in float, with a bound of 1000.
inline constexpr double largest_meaningful_bound = 1.0 / 16;

/// The result of `agree`: what it says, and the place that decided it: where they differ, of these where
/// difference / bound is largest; else what cannot be told; else where difference / bound is largest.
struct Agreement {
    bool holds = true;  // verdict == Verdict::agree
    Verdict verdict = Verdict::agree;
    int token = 0;
    int row = 0;
    int lane = 0;
    double difference = 0;
    double bound = 0;
    double of_bound = 0;  // difference / bound
    double scale = 0;     // the largest absolute value of the row

    [[nodiscard]] constexpr explicit operator bool() const { return holds; }
};

/// The floating-point type of one lane of a number.
template <class Number>
struct LaneOf {
    using type = Number;
};
template <class Number>
    requires is_lanes<Number>
struct LaneOf<Number> {
    using type = typename Number::Lane;
};

namespace agreement {

template <class Number>
inline constexpr int lanes_in = 1;
template <class Number>
    requires is_lanes<Number>
inline constexpr int lanes_in<Number> = Number::lane_count;

template <class Number>
constexpr auto lane_of(Number const& number, int lane) {
    using Wide = typename agree_is_about_numbers_that_round<typename LaneOf<Number>::type>::Bound::Wide;
    if constexpr (is_lanes<Number>) {
        return static_cast<Wide>(number[lane]);
    } else {
        return static_cast<Wide>(number);
    }
}

}  // namespace agreement

/// The bound of a number, or of a lane of it. Errors: of numbers that do not round it does not compile.
template <class Number>
using BoundOf = typename agree_is_about_numbers_that_round<typename LaneOf<Number>::type>::Bound;

/// How far every entry of update(prompt) can be from its exact value, as a prompt of bounds.
///
/// lane selects a task where prompt or update hold Lanes. Cost: the update's, on ErrorBound. Errors: an update that does not list
/// each of its members once, or that is another kind in other numbers, does not compile, nor does any with -ffast-math. The thread that
/// runs the update must keep subnormal numbers (keeps_subnormal_numbers): the bound leaves no room for what is rounded to zero.
/// Test: tests/unit/agree.cpp (against Rational on the same numbers, for float, double and lanes), tests/architecture/fast_math.
template <class Update, TokenShape Shape, class Number>
[[nodiscard]] constexpr auto error_bounds(Update const& update, Prompt<Shape, Number> const& prompt, int lane = 0)
    -> Prompt<Shape, BoundOf<Number>> {
    static_cast<void>(an_update_must_say_its_numbers<Update>{});
    static_assert(keeps_the_dimension_of_tokens<Update, Shape> && all_members_of_update_are_listed<Update>(),
                  "see the first error");
    require_ieee_arithmetic<Number>();
    using Bound = BoundOf<Number>;
    auto const bound_of = [lane](auto const& number) { return Bound::of(agreement::lane_of(number, lane)); };
    auto const update_of_bounds = converted<Bound>(update, bound_of);  // constants with names, as those that run
    auto const prompt_of_bounds = converted<Bound>(prompt, bound_of);
    return update_of_bounds(prompt_of_bounds);
}

/// Whether a(prompt) and b(prompt) differ by more than rounding explains, for every lane.
///
/// |a - b| <= e_a + e_b, entry by entry, with the bounds of number/error_bound.hpp; in the prompt's own precision.
/// Exactness: a difference beyond the bound is never due to rounding. Cost: each update twice (per lane: once on ErrorBound).
/// Errors: what is not finite makes it cannot_tell. -ffast-math, exact numbers, updates that do not list each of their members
/// once in a Hana struct with with_number, or that make other tokens, do not compile. Test: tests/unit/agree.cpp,
/// tests/unit/agree_refuses.cpp, tests/unit/agree_knows_nothing.cpp.
template <class A, class B, TokenShape Shape, class Number>
[[nodiscard]] Agreement agree(A const& a, B const& b, Prompt<Shape, Number> const& prompt);

// ------------------------------------------------------------------------------------------------------- details ----

namespace agreement {

template <class Wide>
constexpr Wide absolute(Wide number) {
    return number < 0 ? -number : number;
}

template <class Wide>
constexpr bool is_finite(Wide number) {
    return absolute(number) <= std::numeric_limits<Wide>::max();
}

/// The largest finite absolute value of a row, or what it was before.
template <AnyMatrix Tokens, class Wide>
constexpr void enlarge_scale(Tokens const& tokens, int row, int lane, Wide& scale) {
    for (int col = 0; col < cols_of<Tokens>; ++col) {
        Wide const entry = absolute(lane_of(tokens(row, col), lane));
        scale = is_finite(entry) && entry > scale ? entry : scale;
    }
}

/// Whether a computed number and the value beside its bound, each within the bound of the same exact value, can be results of
/// one source. An update that computes otherwise in other numbers is seen so, if it is further off than rounding explains.
template <class Bound, class Wide>
constexpr bool are_of_one_source(Wide computed, Bound const& bound) {
    return !is_finite(computed) || !is_finite(bound.error()) || absolute(computed - bound.value()) <= bound.distance();
}

/// The verdict on one entry.
template <class Wide>
constexpr Verdict verdict_on(Wide difference, Wide bound, Wide scale) {
    if (!is_finite(difference) || !is_finite(bound)) {
        return Verdict::cannot_tell;
    }
    if (difference > bound) {
        return Verdict::differ;
    }
    return bound <= static_cast<Wide>(largest_meaningful_bound) * scale ? Verdict::agree : Verdict::cannot_tell;
}

/// Whether a place says more than the one that was found so far: differ before cannot_tell before agree.
constexpr bool is_worse(Agreement const& one, Agreement const& than) {
    constexpr int severity[] = {0, 2, 1};  // in the order of Verdict
    int const of_one = severity[static_cast<int>(one.verdict)];
    int const of_other = severity[static_cast<int>(than.verdict)];
    return of_one != of_other ? of_one > of_other : one.of_bound > than.of_bound;
}

/// One entry of the results, at this place.
template <class Bound, class Wide>
void compare_entry(Wide from_a, Wide from_b, Bound const& of_a, Bound const& of_b, Wide scale, Agreement place,
                   Agreement& worst) {
    Wide const difference = absolute(from_a - from_b);
    Wide const bound = of_a.error() + of_b.error();
    bool const is_bounded = are_of_one_source(from_a, of_a) && are_of_one_source(from_b, of_b);
    place.verdict = is_bounded ? verdict_on(difference, bound, scale) : Verdict::cannot_tell;
    place.holds = place.verdict == Verdict::agree;
    place.difference = static_cast<double>(difference);
    place.bound = static_cast<double>(bound);
    place.of_bound = difference > 0 ? static_cast<double>(difference / bound) : 0;
    place.scale = static_cast<double>(scale);
    if (is_worse(place, worst)) {
        worst = place;
    }
}

/// The answer: that of the worst place, or none where this thread rounds subnormal numbers to zero.
template <class Number>
[[nodiscard]] Agreement told(Agreement worst) {
    if (!keeps_subnormal_numbers<typename LaneOf<Number>::type>()) {
        worst.verdict = Verdict::cannot_tell;
        worst.holds = false;
    }
    return worst;
}

/// One row of tokens of the context or of the queries.
template <AnyMatrix Tokens, AnyMatrix Bounds, class Wide>
void compare(Tokens const& a, Tokens const& b, Bounds const& of_a, Bounds const& of_b, Wide scale, Agreement place,
             Agreement& worst) {
    int const first_token = place.token;
    for (int col = 0; col < cols_of<Tokens>; ++col) {
        place.token = first_token + col;
        Wide const from_a = lane_of(a(place.row, col), place.lane);
        Wide const from_b = lane_of(b(place.row, col), place.lane);
        compare_entry(from_a, from_b, of_a(place.row, col), of_b(place.row, col), scale, place, worst);
    }
}

}  // namespace agreement

template <class A, class B, TokenShape Shape, class Number>
Agreement agree(A const& a, B const& b, Prompt<Shape, Number> const& prompt) {
    static_cast<void>(sizeof(BoundOf<Number>));
    static_cast<void>(an_update_must_say_its_numbers<A>{});
    static_cast<void>(an_update_must_say_its_numbers<B>{});
    static_assert(keeps_the_dimension_of_tokens<A, Shape> && keeps_the_dimension_of_tokens<B, Shape> &&
                      all_members_of_update_are_listed<A>() && all_members_of_update_are_listed<B>(),
                  "see the first error");
    require_ieee_arithmetic<Number>();
    auto const answer_of = [&prompt](auto const& update) {
        Prompt<Shape, Number> own = prompt;  // an update that casts const away changes this one
        return update(std::as_const(own));
    };
    auto const from_a = answer_of(a);
    auto const from_b = answer_of(b);
    Agreement worst{.of_bound = -1};  // any place says more
    for (int lane = 0; lane < agreement::lanes_in<Number>; ++lane) {
        auto const of_a = incontext::error_bounds(a, prompt, lane);
        auto const of_b = incontext::error_bounds(b, prompt, lane);
        for (int row = 0; row < Shape.token_dim; ++row) {
            typename BoundOf<Number>::Wide scale = 0;
            for (auto const* tokens : {&from_a, &from_b}) {
                agreement::enlarge_scale(tokens->context, row, lane, scale);
                agreement::enlarge_scale(tokens->query, row, lane, scale);
            }
            Agreement const of_context{.token = 0, .row = row, .lane = lane};
            Agreement const of_query{.token = Shape.context, .row = row, .lane = lane};
            agreement::compare(from_a.context, from_b.context, of_a.context, of_b.context, scale, of_context, worst);
            agreement::compare(from_a.query, from_b.query, of_a.query, of_b.query, scale, of_query, worst);
        }
    }
    return agreement::told<Number>(worst);
}

// A prompt before its updates, or none: one sentence.
template <auto... Values, class... Arguments>
    requires(GivenToThisLibrary<Arguments...> && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto agree(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}
template <auto... Values, class... Arguments>
    requires((sizeof...(Arguments) != 3) && !(DerivesFromPrompt<Arguments> || ...))
constexpr auto error_bounds(Arguments const&...) {
    return an_update_is_asked_with_a_prompt<Arguments...>();
}

}  // namespace incontext

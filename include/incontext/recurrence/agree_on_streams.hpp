// SPDX-License-Identifier: MIT
/// @file
/// agree_on_streams(a, b, stream): two forms that are identical on paper agree in floating point, within a bound that is derived.
///
///     Stream<GatedDeltaRule<shape, float>, 5> stream;                     its rule, first state, examples and queries: yours
///     Agreement const agreement = agree_on_streams(forms::sequence, forms::chunks<2>, stream);
///
/// What equivalence/agree.hpp is to updates of tokens. Each form is evaluated twice by the same source: on the given numbers, and on
/// ErrorBound, which yields for every number of its answers and of the state afterwards how far rounding can have carried it. A form
/// that is another computation in floating point than in other numbers, as one is that keeps an expression of Eigen's whose operands
/// are gone, is not within its own bound: the answer is then cannot_tell, also where it is compared with itself.
///
/// Not of the inverses in the chunks of a delta rule, whose bound is far above their error, or infinite (equivalence/agree.hpp says why).
#pragma once

#include <cstddef>

#include "incontext/equivalence/agree.hpp"
#include "incontext/recurrence/identical_on_streams.hpp"

namespace incontext {

/// Whether a(stream) and b(stream) differ by more than rounding explains, in an answer or in the state afterwards.
///
/// |a - b| <= e_a + e_b, number by number, with the bounds of number/error_bound.hpp; the numbers of the stream are taken as exact. `token`
/// and `row` of the result are those of an answer, and count behind the tokens the parts of the state; `scale` is the largest absolute
/// value in the answer, or in the part of the state, beside which a bound must be small (largest_meaningful_bound).
/// Exactness: a difference beyond the bound is never due to rounding. Cost: each form twice, once on ErrorBound. Errors: what is not
/// finite makes it cannot_tell; -ffast-math, exact numbers, a rule that does not list each of its members once, an argument that is no form do not
/// compile. Test: tests/unit/agree_on_streams.cpp.
template <OnlineRule Rule, int Length, class A, class B>
[[nodiscard]] Agreement agree_on_streams(A const& a, B const& b, Stream<Rule, Length> const& stream);

// ------------------------------------------------------------------------------------------------------- details ----

namespace streams {

/// One lane of a stream in bounds, each number an input: exact.
template <class Rule, int Length>
[[nodiscard]] constexpr auto in_bounds(Stream<Rule, Length> const& stream, int lane) {
    using Bound = BoundOf<typename Rule::Scalar>;
    auto const convert = [lane](Bound& to, auto const& from) { to = Bound::of(agreement::lane_of(from, lane)); };
    Stream<typename Rule::template with_number<Bound>, Length> bounds;
    streams::for_each_number(convert, bounds.rule, stream.rule);
    streams::for_each_number(convert, bounds.initial, stream.initial);
    streams::for_each_number(convert, bounds.examples, stream.examples);
    streams::for_each_number(convert, bounds.queries, stream.queries);
    return bounds;
}

/// How many rows the matrices of an answer have; 1 of a number.
template <class Numbers>
inline constexpr int rows_of_matrices = 1;
template <AnyMatrix Numbers>
inline constexpr int rows_of_matrices<Numbers> = rows_of<Numbers>;
template <class Numbers>
    requires parameters::is_array<Numbers>
inline constexpr int rows_of_matrices<Numbers> = rows_of_matrices<typename Numbers::value_type>;

/// Every number of an answer, or of a part of the state, beside the largest of them.
template <class Numbers, class Bounds>
void compare_numbers(Numbers const& a, Numbers const& b, Bounds const& of_a, Bounds const& of_b, Agreement place,
                     Agreement& worst) {
    int const lane = place.lane;
    double scale = 0;
    auto const enlarge_scale = [&scale, lane](auto const& number) {
        auto const magnitude = static_cast<double>(agreement::absolute(agreement::lane_of(number, lane)));
        scale = agreement::is_finite(magnitude) && magnitude > scale ? magnitude : scale;
    };
    streams::for_each_number(enlarge_scale, a);
    streams::for_each_number(enlarge_scale, b);
    int number = 0;
    auto const compare = [&]<class Bound>(auto const& from_a, auto const& from_b, Bound const& bound_of_a,
                                          Bound const& bound_of_b) {
        place.row = number++ % rows_of_matrices<Numbers>;
        agreement::compare_entry(agreement::lane_of(from_a, lane), agreement::lane_of(from_b, lane), bound_of_a,
                                 bound_of_b, static_cast<typename Bound::Wide>(scale), place, worst);
    };
    streams::for_each_number(compare, a, b, of_a, of_b);
}

}  // namespace streams

template <OnlineRule Rule, int Length, class A, class B>
Agreement agree_on_streams(A const& a, B const& b, Stream<Rule, Length> const& stream) {
    using Number = typename Rule::Scalar;
    static_cast<void>(sizeof(BoundOf<Number>));
    static_assert(streams::require_numbers_to_draw<Rule>() && streams::all_is_drawn<Rule>() &&
                      streams::are_forms<Rule, Length, A, B>,
                  "see the first error");
    require_ieee_arithmetic<Number>();
    auto const from_a = a(stream);
    auto const from_b = b(stream);
    Agreement worst{.of_bound = -1};  // any place says more
    for (int lane = 0; lane < agreement::lanes_in<Number>; ++lane) {
        auto const bounds = streams::in_bounds(stream, lane);
        auto const of_a = a(bounds);
        auto const of_b = b(bounds);
        Agreement place{.lane = lane};
        for (std::size_t token = 0; token < from_a.answers.size(); ++token, ++place.token) {
            streams::compare_numbers(from_a.answers[token], from_b.answers[token], of_a.answers[token],
                                     of_b.answers[token], place, worst);
        }
        for_each_parameter(
            [&](char const*, auto const&... part) { streams::compare_numbers(part..., place, worst), ++place.token; },
            from_a.state, from_b.state, of_a.state, of_b.state);
    }
    if (!keeps_subnormal_numbers<typename LaneOf<Number>::type>()) {
        worst.verdict = Verdict::cannot_tell;
        worst.holds = false;
    }
    return worst;
}

}  // namespace incontext

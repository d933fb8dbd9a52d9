// SPDX-License-Identifier: MIT
/// @file
/// agree_on_streams(a, b, stream): two forms that are identical on paper agree in floating point, within a bound that is derived.
///
///     Stream<GatedDeltaRule<shape, float>, 5> stream;                     its rule, first state, examples and queries: yours
///     Agreement const agreement = agree_on_streams(forms::sequence, forms::scan<2>, stream);
///
/// It is to forms what agree is to updates (equivalence/agree.hpp). Each form is evaluated twice by the same source: on the given numbers,
/// and on ErrorBound, which yields for every number of its answers and of the state afterwards how far rounding can have carried it. A form
/// that computes something else in floating point than in other numbers, as one does that keeps an expression of Eigen's whose operands
/// are gone, is not within its own bound: the answer is then cannot_tell, also where it is compared with itself.
///
/// Of chunks of the delta rules it mostly cannot tell: the bound of their inverses is far above the error, or infinite (equivalence/agree.hpp
/// says why).
#pragma once

#include <cstddef>
#include <utility>

#include "incontext/equivalence/agree.hpp"
#include "incontext/recurrence/identical_on_streams.hpp"

namespace incontext {

/// Whether a(stream) and b(stream) differ by more than rounding explains, in an answer or in the state afterwards.
///
/// |a - b| <= e_a + e_b, number by number, with the bounds of number/error_bound.hpp; the numbers of the stream are taken as exact. `token`
/// and `row` of the result are those of an answer, and count behind the tokens the parts of the state; `scale` is the largest absolute
/// value of the answer (of heads: of its head), or of the part of the state, beside which a bound must be small (largest_meaningful_bound).
/// Exactness: a difference beyond the bound is never due to rounding. Cost: each form once, and once on ErrorBound for each lane. Errors: what
/// is not finite makes it cannot_tell; -ffast-math, exact numbers, a rule that does not list each of its members once, an argument that is no
/// form of this stream, or does not answer every token, do not compile. Test: tests/unit/agree_on_streams.cpp.
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

/// What a form answers to a stream of its own: one that casts const away changes this one.
template <class Form, class Rule, int Length>
[[nodiscard]] constexpr auto answer_to(Form const& form, Stream<Rule, Length> const& stream) {
    using Required = StreamAnswer<typename Rule::State, typename Rule::Answer, Length>;
    Stream<Rule, Length> own = stream;
    static_assert(a_statement_answers_every_token_of_its_stream<decltype(form(std::as_const(own))), Required>::value,
                  "see the first error");
    return form(std::as_const(own));
}

/// Every number of a matrix, or of one number, beside the largest of them; of heads each by itself.
template <class Wide, class Numbers, class Bounds>
void compare_numbers(Numbers const& a, Numbers const& b, Bounds const& of_a, Bounds const& of_b, Agreement place,
                     Agreement& worst) {
    if constexpr (parameters::is_array<Numbers>) {
        for (std::size_t head = 0; head < a.size(); ++head) {
            streams::compare_numbers<Wide>(a[head], b[head], of_a[head], of_b[head], place, worst);
        }
    } else {
        int const lane = place.lane;
        Wide scale = 0;
        auto const enlarge_scale = [&scale, lane](auto const& number) {
            Wide const magnitude = agreement::absolute(agreement::lane_of(number, lane));
            scale = agreement::is_finite(magnitude) && magnitude > scale ? magnitude : scale;
        };
        streams::for_each_number(enlarge_scale, a);
        streams::for_each_number(enlarge_scale, b);
        int number = 0;
        auto const compare = [&](auto const& from_a, auto const& from_b, auto const& bound_of_a,
                                 auto const& bound_of_b) {
            if constexpr (AnyMatrix<Numbers>) {
                place.row = number++ % rows_of<Numbers>;
            }
            agreement::compare_entry(agreement::lane_of(from_a, lane), agreement::lane_of(from_b, lane), bound_of_a,
                                     bound_of_b, scale, place, worst);
        };
        streams::for_each_number(compare, a, b, of_a, of_b);
    }
}

}  // namespace streams

template <OnlineRule Rule, int Length, class A, class B>
Agreement agree_on_streams(A const& a, B const& b, Stream<Rule, Length> const& stream) {
    using Number = typename Rule::Scalar;
    using Wide = typename BoundOf<Number>::Wide;
    static_assert(streams::require_numbers_to_draw<Rule>() && streams::all_is_drawn<Rule>() &&
                      a_form_is_a_function_of_a_stream<A, Stream<Rule, Length>>::value &&
                      a_form_is_a_function_of_a_stream<B, Stream<Rule, Length>>::value,
                  "see the first error");
    require_ieee_arithmetic<Number>();
    auto const from_a = streams::answer_to(a, stream);
    auto const from_b = streams::answer_to(b, stream);
    Agreement worst{.of_bound = -1};  // any place says more
    for (int lane = 0; lane < agreement::lanes_in<Number>; ++lane) {
        auto const bounds = streams::in_bounds(stream, lane);
        auto const of_a = streams::answer_to(a, bounds);
        auto const of_b = streams::answer_to(b, bounds);
        Agreement place{.lane = lane};
        for (std::size_t token = 0; token < from_a.answers.size(); ++token, ++place.token) {
            streams::compare_numbers<Wide>(from_a.answers[token], from_b.answers[token], of_a.answers[token],
                                           of_b.answers[token], place, worst);
        }
        for_each_parameter(
            [&](char const*, auto const&... part) {
                streams::compare_numbers<Wide>(part..., place, worst);
                ++place.token;
            },
            from_a.state, from_b.state, of_a.state, of_b.state);
    }
    return agreement::told<Number>(worst);
}

// Without a stream, or of another number of forms: one sentence.
template <auto... Values, class... Arguments>
constexpr auto agree_on_streams(Arguments const&...) {
    return two_forms_are_compared_so<Arguments...>();
}

}  // namespace incontext

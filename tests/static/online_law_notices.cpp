// SPDX-License-Identifier: MIT
// The law of stream derivatives notices each member whose derivative is wrong.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

/// x^p, p the modulus: x at the drawn point.
template <class Number>
constexpr Number to_the_modulus(Number x) {
    Number power(1);
    for (auto exponent = Modular::modulus; exponent != 0; exponent >>= 1, x = x * x) {
        power = exponent & 1 ? power * x : power;
    }
    return power;
}

enum class Wrong {
    nothing,
    key,
    value,
    rate,
    gate,
    state,
    query,
    key_is_set,
    query_is_set,
    from_rate,
    across,
    power_in_state,
    power_in_query
};

template <MemoryShape Shape, class Number, Wrong Member>
struct Spoiled : GatedDeltaRule<Shape, Number> {
    using Base = GatedDeltaRule<Shape, Number>;
    using State = typename Base::State;
    using Example = typename Base::Example;
    template <class Other>
    using with_number = Spoiled<Shape, Other, Member>;

    static constexpr void pull_back_observe(State const& before, Example const& example, State& state_,
                                            Example& example_) {
        auto const was = example_;
        Base::pull_back_observe(before, example, state_, example_);
        if constexpr (Member == Wrong::key) {
            example_.key = was.key;
        } else if constexpr (Member == Wrong::value) {
            example_.value = was.value;
        } else if constexpr (Member == Wrong::rate) {
            example_.rate = was.rate;
        } else if constexpr (Member == Wrong::gate) {
            example_.gate = was.gate;
        } else if constexpr (Member == Wrong::state) {
            state_.S = -state_.S;
        } else if constexpr (Member == Wrong::key_is_set) {
            example_.key -= was.key;  // set, where it is to be added
        } else if constexpr (Member == Wrong::from_rate) {
            example_.rate += example.rate - was.rate;  // added to the rate itself
        } else if constexpr (Member == Wrong::across) {
            // Right along the example itself: rate gate - gate rate = 0.
            example_.rate += example.gate;
            example_.gate -= example.rate;
        } else if constexpr (Member == Wrong::power_in_state) {
            state_.S(0, 0) = to_the_modulus(state_.S(0, 0));
        }
    }
    static constexpr void pull_back_read(State const& state, typename Base::Query const& query,
                                         typename Base::Answer const& answer_, State& state_,
                                         typename Base::Query& query_) {
        auto const was = query_;
        Base::pull_back_read(state, query, answer_, state_, query_);
        if constexpr (Member == Wrong::query) {
            query_ = was;
        } else if constexpr (Member == Wrong::query_is_set) {
            query_ -= was;
        } else if constexpr (Member == Wrong::power_in_query) {
            query_(0, 0) = to_the_modulus(query_(0, 0));
        }
    }
};

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
template <Wrong Member>
constexpr bool is_right =
    laws::stream_pullback_is_transpose_of_derivative<Spoiled<shape, Modular, Member>, 3>(forms::sequence);

static_assert(is_right<Wrong::nothing>);
static_assert(!is_right<Wrong::key>);
static_assert(!is_right<Wrong::value>);
static_assert(!is_right<Wrong::rate>);
static_assert(!is_right<Wrong::gate>);
static_assert(!is_right<Wrong::state>);
static_assert(!is_right<Wrong::query>);
static_assert(!is_right<Wrong::key_is_set>);
static_assert(!is_right<Wrong::query_is_set>);
static_assert(!is_right<Wrong::from_rate>);
static_assert(!is_right<Wrong::across>);

// The wrong one is named, as the pullback goes: at the last token, where its own is wrong; before it, where the state's is. An example's
// numbers: key 0 to 2, value 3 and 4, rate 5, gate 6.
using Of = StreamDerivative::Of;
template <Wrong Member>
constexpr StreamDerivative first_wrong =
    laws::first_wrong_stream_derivative<Spoiled<shape, Modular, Member>, 3>(forms::sequence);
static_assert(first_wrong<Wrong::nothing> == StreamDerivative{});
static_assert(first_wrong<Wrong::query> == StreamDerivative{Of::query, 2, 0});
static_assert(first_wrong<Wrong::key> == StreamDerivative{Of::example, 2, 0});
static_assert(first_wrong<Wrong::value> == StreamDerivative{Of::example, 2, 3});
static_assert(first_wrong<Wrong::rate> == StreamDerivative{Of::example, 2, 5});
static_assert(first_wrong<Wrong::gate> == StreamDerivative{Of::example, 2, 6});
static_assert(first_wrong<Wrong::across> == StreamDerivative{Of::example, 2, 5});
static_assert(first_wrong<Wrong::state> == StreamDerivative{Of::example, 1, 0});
// Of one token nothing is before it but the first state.
static_assert(laws::first_wrong_stream_derivative<Spoiled<shape, Modular, Wrong::state>, 1>(forms::sequence) ==
              StreamDerivative{Of::first_state});

// The degree of a derivative sees what it is added to, and what the form answers and leaves. (Of one token, where a power goes nowhere else.)
// That of examples: tests/compile_fail/stream_law_of_the_modulus.cpp.
template <Wrong Member, class Form = decltype(forms::sequence)>
constexpr bool is_proved = streams::degree_of_derivative<Spoiled<shape, Modular, Member>, 1, 1, TokenByToken>(
                               Form{}, streams::AsDrawn{}) <= exact_trial::largest_proved_degree;
constexpr auto with_power_in_answer = [](auto const& stream) {
    auto result = forms::sequence(stream);
    result.answers[0](0, 0) = to_the_modulus(result.answers[0](0, 0));
    return result;
};
constexpr auto with_power_in_state = [](auto const& stream) {
    auto result = forms::sequence(stream);
    result.state.S(0, 0) = to_the_modulus(result.state.S(0, 0));
    return result;
};
static_assert(is_proved<Wrong::nothing>);
static_assert(!is_proved<Wrong::power_in_state> && !is_proved<Wrong::power_in_query>);
static_assert(!is_proved<Wrong::nothing, decltype(with_power_in_answer)>);
static_assert(!is_proved<Wrong::nothing, decltype(with_power_in_state)>);

}  // namespace

// SPDX-License-Identifier: MIT
// Mistakes that were published or shipped: each is refuted, and beside it stands the narrow test that does not see it.
#include <utility>

#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
constexpr int tokens = 5;
using Gated = GatedDeltaRule<shape, Modular>;

// -------------------------------------------------------------------------------- the published form in one chunk ----

enum class Mistake {
    none,
    mask_in_place_of_gamma,    // O uses tril(Q K^T) without Gamma
    sign_inside_the_inverse,   // (I - stril(...))^-1
    gates_both_u_and_w,        // U = T (rate gamma V)
    gates_neither,             // W = T (rate K)
    rate_of_values_forgotten,  // U = T V
    scale_forgotten,           // the scale of the queries in the first term alone
    keys_that_do_not_fade,     // S' = gamma S + (U - W S^T)^T K
    memory_that_does_not_fade  // S' = S + ...
};

/// Rows are tokens, as in [Yang2025]:
///
///     T = (I + stril(rate Gamma (.) K K^T))^-1        U = T rate V        W = T rate gamma K
///     O = gamma Q S^T + (tril(Q K^T) (.) Gamma)(U - W S^T)              S' = gamma_L S + (U - W S^T)^T (Gamma_L (.) K)
template <Mistake Made, int Scale = 1>
constexpr auto published = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    using Rule = typename StreamOfRule::RuleOfStream;
    constexpr int L = StreamOfRule::length;
    constexpr int key_dim = Rule::shape.key_dim;
    constexpr int value_dim = Rule::shape.value_dim;
    auto const& examples = stream.examples;
    auto const at = [](int i) { return static_cast<std::size_t>(i); };
    auto const K = generate<Number, L, key_dim>([&](int i, int c) -> Number { return examples[at(i)].key(c, 0); });
    auto const V = generate<Number, L, value_dim>([&](int i, int c) -> Number { return examples[at(i)].value(c, 0); });
    auto const Q = generate<Number, L, key_dim>([&](int i, int c) -> Number { return stream.queries[at(i)](c, 0); });
    auto const Gamma = generate<Number, L, L>([&](int i, int j) {
        Number product_of_gates(i >= j ? 1 : 0);
        for (int t = j + 1; t <= i; ++t) {
            product_of_gates *= examples[at(t)].gate;
        }
        return product_of_gates;
    });
    auto const gamma = generate<Number, L, 1>([&](int i, int) -> Number { return Gamma(i, 0) * examples[0].gate; });
    auto const KK = product(K, transpose(K));
    auto const minus_N = generate<Number, L, L>([&](int j, int i) -> Number {  // the transpose of -stril(...)
        Number const entry = examples[at(i)].rate * Gamma(i, j) * KK(i, j);
        return j >= i ? Number(0) : (Made == Mistake::sign_inside_the_inverse ? entry : -entry);
    });
    auto const T = transpose(BySubstitution::inverse(minus_N));
    auto const U = product(T, generate<Number, L, value_dim>([&](int i, int c) -> Number {
                               Number const rated =
                                   Made == Mistake::rate_of_values_forgotten ? V(i, c) : examples[at(i)].rate * V(i, c);
                               return Made == Mistake::gates_both_u_and_w ? gamma(i, 0) * rated : rated;
                           }));
    auto const W = product(T, generate<Number, L, key_dim>([&](int i, int c) -> Number {
                               Number const rated = examples[at(i)].rate * K(i, c);
                               return Made == Mistake::gates_neither ? rated : gamma(i, 0) * rated;
                           }));
    auto const& S = stream.initial.S;
    auto const written = U - product(W, transpose(S));
    auto const QK = product(Q, transpose(K));
    auto const scores = generate<Number, L, L>([&](int i, int j) -> Number {
        Number const scale(Made == Mistake::scale_forgotten ? 1 : Scale);
        Number const mask(i >= j ? 1 : 0);
        return scale * QK(i, j) * (Made == Mistake::mask_in_place_of_gamma ? mask : Gamma(i, j));
    });
    auto const QS = product(Q, transpose(S));
    auto const inner = product(scores, written);
    StreamAnswer<typename Rule::State, typename Rule::Answer, L> result;
    for (int i = 0; i < L; ++i) {
        for (int c = 0; c < value_dim; ++c) {
            result.answers[at(i)](c, 0) = Number(Scale) * gamma(i, 0) * QS(i, c) + inner(i, c);
        }
    }
    auto const faded = generate<Number, L, key_dim>([&](int i, int c) -> Number {
        return Made == Mistake::keys_that_do_not_fade ? K(i, c) : Gamma(L - 1, i) * K(i, c);
    });
    Number const whole = Made == Mistake::memory_that_does_not_fade ? Number(1) : gamma(L - 1, 0);
    result.state.S = whole * S + product(transpose(written), faded);
    return result;
};

template <int Scale>
constexpr auto with_scaled_queries = [](auto stream) {
    for (auto& query : stream.queries) {
        query = query * typename decltype(stream)::Scalar(Scale);
    }
    return forms::sequence(stream);
};

// Nothing wrong, nothing refuted: the published formula is the rule, and so with a scale.
static_assert(identical_on_streams<Gated, tokens>(forms::sequence, published<Mistake::none>));
static_assert(identical_on_streams<Gated, tokens>(with_scaled_queries<3>, published<Mistake::none, 3>));

template <Mistake Made>
constexpr bool refuted = different_on_streams<Gated, tokens>(forms::sequence, published<Made>);
static_assert(refuted<Mistake::mask_in_place_of_gamma>);
static_assert(refuted<Mistake::sign_inside_the_inverse>);
static_assert(refuted<Mistake::gates_both_u_and_w>);
static_assert(refuted<Mistake::gates_neither>);
static_assert(refuted<Mistake::rate_of_values_forgotten>);
static_assert(refuted<Mistake::keys_that_do_not_fade>);
static_assert(refuted<Mistake::memory_that_does_not_fade>);
static_assert(different_on_streams<Gated, tokens>(with_scaled_queries<3>, published<Mistake::scale_forgotten, 3>));

// ---------------------------------------------------------------------------------------------- other recurrences ----

/// The gated delta rule with another update, on the same examples.
template <class Number, class Update>
struct Mutant : GatedDeltaRule<shape, Number> {
    using Base = GatedDeltaRule<shape, Number>;
    using State = typename Base::State;
    using Example = typename Base::Example;

    static constexpr void observe(State& state, Example const& example) {
        auto const& [k, v] = std::pair<typename Base::Key, typename Base::Value>(example.key, example.value);
        state.S = Update::of(state.S, k, v, example.rate, example.gate);
    }
};
template <class Update>
constexpr auto mutated = []<class StreamOfRule>(StreamOfRule const& stream) {
    return forms::by_rule(Mutant<typename StreamOfRule::Scalar, Update>{}, stream);
};

struct AsPublished {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& gate) {
        return gate * S + rate * product(v - gate * product(S, k), transpose(k));
    }
};
struct DecayAfterTheError {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& gate) {
        return gate * (S + rate * product(v - product(S, k), transpose(k)));
    }
};
struct DecayMissingInTheError {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& gate) {
        return gate * S + rate * product(v - product(S, k), transpose(k));
    }
};
struct CorrectsTheKey {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& gate) {
        return gate * S + rate * product(v, transpose(k - gate * product(transpose(S), v)));
    }
};
struct EraseLeftOut {
    static constexpr auto of(auto const& S, auto const& k, auto const& v, auto const& rate, auto const& gate) {
        return gate * S + rate * product(v, transpose(k));
    }
};
static_assert(identical_on_streams<Gated, tokens>(forms::sequence, mutated<AsPublished>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<DecayAfterTheError>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<DecayMissingInTheError>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<CorrectsTheKey>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<EraseLeftOut>));

// A difference names token and entry. The first token already differs where the decay comes late, and the second
// where a key is kept.
static_assert(first_difference_on_streams<Gated, tokens>(forms::sequence, mutated<DecayAfterTheError>).token == 0);
static_assert(
    first_difference_on_streams<Gated, tokens>(forms::sequence, published<Mistake::mask_in_place_of_gamma>).token == 1);
static_assert(first_difference_on_streams<Gated, tokens>(forms::sequence, published<Mistake::keys_that_do_not_fade>)
                  .token == tokens);

// -------------------------------------------------------------------------------------------- mini-batches: TTT ----

/// W_t = W_0 - rate_t sum of the gradients: the reader's rate.
constexpr auto readers_rate = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Rule = typename StreamOfRule::RuleOfStream;
    auto result = forms::sequence(stream);  // of the state nothing is claimed
    auto sum = stream.initial.S - stream.initial.S;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        auto const& example = stream.examples[t];
        typename Rule::Value const error = example.value - product(stream.initial.S, example.key);
        add_outer_product(sum, error, example.key);
        result.answers[t] = product(stream.initial.S + example.rate * sum, stream.queries[t]);
    }
    return result;
};
template <auto Form, bool LikeRates>
constexpr auto in_one_batch = [](auto stream) {
    using Number = typename decltype(stream)::Scalar;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        stream.examples[t].begins = Number(t == 0 ? 1 : 0);
        stream.examples[t].rate = LikeRates ? stream.examples[0].rate : stream.examples[t].rate;
    }
    return Form(stream);
};
using Batched = MiniBatchRule<shape, Modular>;
static_assert(different_on_streams<Batched, tokens>(in_one_batch<forms::sequence, false>,
                                                    in_one_batch<readers_rate, false>));
static_assert(!different_on_streams<Batched, tokens>(in_one_batch<forms::sequence, true>,
                                                     in_one_batch<readers_rate, true>));  // unseen: like rates

// ------------------------------------------------------------------ recursive least squares with forgetting, as mesa ----

/// R <- (R - R k k^T R / (gate/rate + k^T R k)) / gate from R0 = (H0 + penalty)^-1: the penalty fades with the examples.
constexpr auto forgetting_least_squares = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Rule = typename StreamOfRule::RuleOfStream;
    using Number = typename StreamOfRule::Scalar;
    constexpr int key_dim = Rule::shape.key_dim;
    auto result = forms::sequence(stream);  // of the state nothing is claimed
    typename MemoryMatrices<Rule::shape, Number>::KeyByKey A = stream.initial.H;
    for (int i = 0; i < key_dim; ++i) {
        A(i, i) += stream.rule.penalty(i, 0);
    }
    auto R = ByElimination::solve(A, identity<Number, key_dim>());
    typename MemoryMatrices<Rule::shape, Number>::Memory G = stream.initial.G;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        auto const& example = stream.examples[t];
        typename Rule::Key const k = example.key;
        auto const Rk = product(R, k);
        R = (R - product(Rk, transpose(Rk)) / (example.gate / example.rate + inner_product(k, Rk))) / example.gate;
        G = example.gate * G + example.rate * product(example.value, transpose(k));
        result.answers[t] = product(G, R, stream.queries[t]);
    }
    return result;
};
using Mesa = RidgeMemoryRule<shape, Modular>;
static_assert(different_on_streams<Mesa, 3>(forms::sequence, forgetting_least_squares));

// ----------------------------------------------------------------------------- how narrow tests did not see them ----

template <auto Form>
constexpr auto with_gates_of_one = [](auto stream) {
    for (auto& example : stream.examples) {
        example.gate = typename decltype(stream)::Scalar(1);
    }
    return Form(stream);
};
template <auto Form>
constexpr auto from_zero = [](auto stream) {
    stream.initial.S = stream.initial.S - stream.initial.S;
    return Form(stream);
};
template <auto Form>
constexpr bool unseen_with_gates_of_one =
    !different_on_streams<Gated, tokens>(with_gates_of_one<forms::sequence>, with_gates_of_one<Form>);
static_assert(unseen_with_gates_of_one<published<Mistake::mask_in_place_of_gamma>>);
static_assert(unseen_with_gates_of_one<published<Mistake::gates_both_u_and_w>>);
static_assert(unseen_with_gates_of_one<published<Mistake::gates_neither>>);
static_assert(unseen_with_gates_of_one<published<Mistake::keys_that_do_not_fade>>);
static_assert(unseen_with_gates_of_one<mutated<DecayAfterTheError>>);
static_assert(unseen_with_gates_of_one<mutated<DecayMissingInTheError>>);
static_assert(identical_on_streams<Mesa, 3>(with_gates_of_one<forms::sequence>,
                                            with_gates_of_one<forgetting_least_squares>));  // then they are one rule

static_assert(!different_on_streams<Gated, tokens>(from_zero<forms::sequence>,
                                                   from_zero<published<Mistake::gates_neither>>));
static_assert(!different_on_streams<Gated, tokens>(from_zero<forms::sequence>,
                                                   from_zero<published<Mistake::memory_that_does_not_fade>>));
static_assert(!different_on_streams<Gated, 1>(forms::sequence,
                                              published<Mistake::sign_inside_the_inverse>));  // one token
static_assert(!different_on_streams<Gated, 1>(from_zero<forms::sequence>, from_zero<mutated<EraseLeftOut>>));

}  // namespace

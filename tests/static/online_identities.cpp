// SPDX-License-Identifier: MIT
// What the rules are: of each other, of ridge regression, of the equations that define them.
#include "incontext/online.hpp"

namespace {

using namespace incontext;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};

/// The delta rule, asked of a stream whose examples have other members as well.
template <template <MemoryShape, class> class Rule, class Rewrite>
constexpr auto rewritten = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    using Other = Rule<shape, Number>;
    Stream<Other, StreamOfRule::length> other;
    other.initial.S = stream.initial.S;
    other.queries = stream.queries;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        Rewrite::write(other.examples[t], stream.examples[t]);
    }
    auto const answered = forms::sequence(other);
    auto result = forms::sequence(stream);
    result.answers = answered.answers;
    result.state.S = answered.state.S;
    return result;
};
struct SameKeyValue {
    static constexpr void write(auto& to, auto const& from) {
        to.key = from.key;
        to.value = from.value;
    }
};

// --------------------------------------------------------------------------------------------- special cases of each other ----

struct WithoutGate : SameKeyValue {
    static constexpr void write(auto& to, auto const& from) {
        SameKeyValue::write(to, from);
        to.rate = from.rate;
    }
};
template <auto Form, class Set>
constexpr auto where = [](auto stream) {
    for (auto& example : stream.examples) {
        Set::set(example);
    }
    return Form(stream);
};
struct GateOne {
    static constexpr void set(auto& example) { example.gate = decltype(example.gate)(1); }
};
using Gated = GatedDeltaRule<shape, Modular>;
static_assert(identical_on_streams<Gated, 4>(where<forms::sequence, GateOne>,
                                             where<rewritten<DeltaRule, WithoutGate>, GateOne>));
static_assert(different_on_streams<Gated, 4>(forms::sequence, rewritten<DeltaRule, WithoutGate>));

// Gates that are alike are one gate.
struct GatesOfGate : WithoutGate {
    static constexpr void write(auto& to, auto const& from) {
        WithoutGate::write(to, from);
        for (int i = 0; i < shape.key_dim; ++i) {
            to.gates(i, 0) = from.gate;
        }
    }
};
static_assert(identical_on_streams<Gated, 4>(forms::sequence, rewritten<ChannelGatedDeltaRule, GatesOfGate>));

// Erase and write of one rate are the channel-gated delta rule.
struct DecoupledOfRate : SameKeyValue {
    static constexpr void write(auto& to, auto const& from) {
        SameKeyValue::write(to, from);
        to.gates = from.gates;
        for (int i = 0; i < shape.key_dim; ++i) {
            to.erase(i, 0) = from.rate;
        }
        for (int i = 0; i < shape.value_dim; ++i) {
            to.write(i, 0) = from.rate;
        }
    }
};
using ChannelGated = ChannelGatedDeltaRule<shape, Modular>;
static_assert(identical_on_streams<ChannelGated, 4>(forms::sequence, rewritten<DecoupledDeltaRule, DecoupledOfRate>));

// Diagonal plus low rank with read = -rate gates (.) k, at = k and the value rate v is the channel-gated delta rule.
struct LowRankOfRate : SameKeyValue {
    static constexpr void write(auto& to, auto const& from) {
        to.key = from.key;
        to.value = from.rate * from.value;
        to.gates = from.gates;
        to.read = -from.rate * entry_by_entry(from.gates, from.key);
        to.at = from.key;
    }
};
static_assert(identical_on_streams<ChannelGated, 4>(forms::sequence,
                                                    rewritten<DiagonalPlusLowRankRule, LowRankOfRate>));

// ------------------------------------------------------------------------------------------------- implicit, normalised ----

/// One step from a drawn memory, on a drawn example.
template <class Rule>
struct OneStep {
    typename Rule::State before;
    typename Rule::Example example;
    typename Rule::State after;

    constexpr OneStep() {
        auto const stream = streams::drawn<Rule, 1>({});
        before = stream.initial;
        example = stream.examples[0];
        after = before;
        stream.rule.observe(after, example);
    }
};

// The implicit step makes the derivative of |S' - S|^2 + rate |S' k - v|^2 zero, by half: S' - S + rate (S' k - v) k^T = 0.
constexpr bool implicit_step_is_the_minimum() {
    OneStep<ImplicitDeltaRule<shape, Modular>> const step;
    auto const error = product(step.after.S, step.example.key) - step.example.value;
    return step.after.S - step.before.S + step.example.rate * product(error, transpose(step.example.key)) ==
           zero<Modular, 2, 3>();
}
static_assert(implicit_step_is_the_minimum());

// It is the delta rule at rate / (1 + rate |k|^2); and not at its own rate.
struct AtImplicitRate : SameKeyValue {
    static constexpr void write(auto& to, auto const& from) {
        SameKeyValue::write(to, from);
        to.rate = from.rate / (decltype(to.rate)(1) + from.rate * inner_product(from.key, from.key));
    }
};
using Implicit = ImplicitDeltaRule<shape, Modular>;
static_assert(identical_on_streams<Implicit, 4>(forms::sequence, rewritten<DeltaRule, AtImplicitRate>));
static_assert(different_on_streams<Implicit, 4>(forms::sequence, rewritten<DeltaRule, WithoutGate>));

// A normalised step removes the part `rate` of the error: v - S' k = (1 - rate)(v - S k).
constexpr bool normalised_step_removes_its_part() {
    OneStep<NormalisedDeltaRule<shape, Modular>> const step;
    Matrix<Modular, 2, 1> const error_before = step.example.value - product(step.before.S, step.example.key);
    Matrix<Modular, 2, 1> const error_after = step.example.value - product(step.after.S, step.example.key);
    return error_after == (Modular(1) - step.example.rate) * error_before;
}
static_assert(normalised_step_removes_its_part());

// --------------------------------------------------------------------------------------- recursive least squares, ridge ----

using LeastSquares = LeastSquaresRule<shape, Modular>;

/// G (R0^-1 + sum of rate k k^T)^-1 q with the G that is the sum of rate v k^T: ridge regression in one go, for every
/// prefix.
constexpr auto ridge_regression = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    auto result = forms::sequence(stream);
    Matrix<Number, 3, 3> H = ByElimination::solve(stream.initial.R, identity<Number, 3>());
    Matrix<Number, 2, 3> G = stream.initial.G;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        auto const& example = stream.examples[t];
        H += example.rate * product(example.key, transpose(example.key));
        G += example.rate * product(example.value, transpose(example.key));
        result.answers[t] = product(G, ByElimination::solve(H, stream.queries[t]));
    }
    result.state.G = G;
    result.state.R = ByElimination::solve(H, identity<Number, 3>());
    return result;
};
static_assert(identical_on_streams<LeastSquares, 3>(forms::sequence, ridge_regression));

/// The same through the examples: o = V (K^T K + penalty I)^-1 K^T q, [tokens x tokens], from G0 = 0 and R0 = I /
/// penalty, rates of 1.
constexpr bool least_squares_is_ridge_through_the_examples() {
    auto stream = streams::drawn<LeastSquares, 4>({});
    Modular const penalty(7);
    stream.initial.G = zero<Modular, 2, 3>();
    stream.initial.R = identity<Modular, 3>(Modular(1) / penalty);
    for (auto& example : stream.examples) {
        example.rate = Modular(1);
    }
    auto const K = generate<Modular, 3, 4>(
        [&](int row, int t) -> Modular { return stream.examples[static_cast<std::size_t>(t)].key(row, 0); });
    auto const V = generate<Modular, 2, 4>(
        [&](int row, int t) -> Modular { return stream.examples[static_cast<std::size_t>(t)].value(row, 0); });
    auto const& q = stream.queries[3];
    auto const weights =
        ByElimination::solve(product(transpose(K), K) + identity<Modular, 4>(penalty), product(transpose(K), q));
    return forms::sequence(stream).answers[3] == product(V, weights);
}
static_assert(least_squares_is_ridge_through_the_examples());

/// W = G R obeys the delta rule with the gain rate R_t k_t in place of rate k_t.
constexpr bool least_squares_is_the_delta_rule_with_a_gain() {
    OneStep<LeastSquares> const step;
    auto const W = product(step.before.G, step.before.R);
    Matrix<Modular, 2, 1> const error = step.example.value - product(W, step.example.key);
    Matrix<Modular, 3, 1> const gain = step.example.rate * product(step.after.R, step.example.key);
    return product(step.after.G, step.after.R) == W + product(error, transpose(gain));
}
static_assert(least_squares_is_the_delta_rule_with_a_gain());

// Where nothing fades, MesaNet's rule and recursive least squares are one (tests/static/online_mistakes.cpp: and only
// there). key_dim conjugate gradients are exact, one less are not.
template <class Solver>
constexpr auto solved_by = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    return forms::by_rule(RidgeMemoryRule<shape, Number, Solver>{.penalty = stream.rule.penalty}, stream);
};
using Ridge = RidgeMemoryRule<shape, Modular>;
static_assert(identical_on_streams<Ridge, 2>(forms::sequence, solved_by<ByConjugateGradients<3>>));
static_assert(different_on_streams<Ridge, 2>(forms::sequence, solved_by<ByConjugateGradients<2>>));

// In chunks the gradients of all tokens go in lockstep, and each is what it is alone, however few the steps are; by elimination there are none.
using ByGradients =
    RidgeMemoryRule<MemoryShape{.key_dim = 3, .value_dim = 2, .queries = 2}, Modular, ByConjugateGradients<2>>;
static_assert(identical_on_streams<ByGradients, 3>(forms::sequence, forms::chunks<2>));
static_assert(HasChunks<ByGradients, 2> && !HasChunks<Ridge, 2>);

/// A x = b.
constexpr bool elimination_solves() {
    auto const stream = streams::drawn<Ridge, 2>({});
    auto const& A = stream.initial.H;
    auto const b = beside(stream.queries[0], stream.queries[1]);
    return product(A, ByElimination::solve(A, b)) == b;
}
static_assert(elimination_solves());

// ----------------------------------------------------------------------------------------------------- mini-batches ----

using Batched = MiniBatchRule<shape, Modular>;
template <int Of>
constexpr auto in_batches_of = [](auto stream) {
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        stream.examples[t].begins = typename decltype(stream)::Scalar(t % Of == 0 ? 1 : 0);
    }
    return forms::sequence(stream);
};
// Batches of one token are the delta rule, those of two are not.
static_assert(identical_on_streams<Batched, 4>([](auto const& stream) { return in_batches_of<1>(stream); },
                                               [](auto const& stream) {
                                                   auto expected = rewritten<DeltaRule, WithoutGate>(stream);
                                                   expected.state.anchor = in_batches_of<1>(stream).state.anchor;
                                                   return expected;
                                               }));
static_assert(different_on_streams<Batched, 4>(in_batches_of<2>, in_batches_of<1>));

// One batch is linear attention on the errors of W_0.
constexpr auto additive_on_errors = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Number = typename StreamOfRule::Scalar;
    using Additive = AdditiveRule<shape, Number>;
    Stream<Additive, StreamOfRule::length> other;
    other.initial.S = stream.initial.S;
    other.queries = stream.queries;
    for (std::size_t t = 0; t < stream.examples.size(); ++t) {
        WithoutGate::write(other.examples[t], stream.examples[t]);
        other.examples[t].value = stream.examples[t].value - product(stream.initial.S, stream.examples[t].key);
    }
    auto const answered = forms::sequence(other);
    auto result = in_batches_of<StreamOfRule::length>(stream);
    result.answers = answered.answers;
    result.state.S = answered.state.S;
    return result;
};
static_assert(identical_on_streams<Batched, 4>(in_batches_of<4>, additive_on_errors));

// --------------------------------------------------------------------------------------------------------- momentum ----

using Momentum = MomentumRule<shape, Modular>;

// Without momentum and decay the delta rule.
struct NoMomentum {
    static constexpr void set(auto& example) {
        example.momentum = decltype(example.momentum)(0);
        example.gate = decltype(example.gate)(1);
    }
};
static_assert(identical_on_streams<Momentum, 4>(where<forms::sequence, NoMomentum>,
                                                where<rewritten<DeltaRule, WithoutGate>, NoMomentum>));

// The pair (S, M) is an affine function of the pair before: it takes a mean (of weights that sum to 1) to the mean.
constexpr bool momentum_is_affine() {
    auto const one = streams::drawn<Momentum, 1>({});
    auto const other = streams::drawn<Momentum, 1>({.seed = 1});
    Modular const part(5);
    auto const mean = [&](auto const& a, auto const& b) {
        Momentum::State result;
        result.S = part * a.S + (Modular(1) - part) * b.S;
        result.M = part * a.M + (Modular(1) - part) * b.M;
        return result;
    };
    auto const observed = [&](Momentum::State state) {
        Momentum::observe(state, one.examples[0]);
        return state;
    };
    auto const of_mean = observed(mean(one.initial, other.initial));
    auto const mean_of = mean(observed(one.initial), observed(other.initial));
    return of_mean.S == mean_of.S && of_mean.M == mean_of.M;
}
static_assert(momentum_is_affine());

}  // namespace

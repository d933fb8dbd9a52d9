// SPDX-License-Identifier: MIT
// What a regressor runs is the rule that is proved: its predictions are the rule's, in exact numbers; merged streams are one stream;
// operations are counted while compiling.
#include "incontext/online.hpp"

#include "incontext/construction/proposition_1.hpp"
#include "incontext/matrix/exact.hpp"
#include "incontext/streaming/regressors.hpp"
#include "incontext/streaming/streaming_context.hpp"

namespace {

using namespace incontext;

/// Numbers without any structure: a congruential sequence.
template <int Rows, class Number>
constexpr auto any_vector(int seed) {
    return generate<Number, Rows, 1>([&](int row, int) { return Number((seed * 7919 + row * 104729 + 17) % 999); });
}
template <class Regressor>
constexpr auto x_of(int t) {
    return any_vector<Regressor::input, typename Regressor::Scalar>(2 * t + 1);
}
template <class Regressor>
constexpr auto y_of(int t) {
    return any_vector<Regressor::output, typename Regressor::Scalar>(2 * t + 2);
}

/// A third exactly, so that rates and gates are no whole numbers.
constexpr Modular third = Modular(1) / Modular(3);
constexpr Modular two_fifths = Modular(2) / Modular(5);

// ------------------------------------------------------------------------------------- the rule, and nothing else ----

/// Every prediction is rule.read of rule.observe, with these settings and from the rule's first state.
template <class Rule>
constexpr bool is_the_rule(StreamingRegressor<Rule> regressor, typename Rule::Example example, Rule const& rule = {}) {
    using Regressor = StreamingRegressor<Rule>;
    typename Rule::State state{};
    if constexpr (requires { rule.initial_state(); }) {
        state = rule.initial_state();
    }
    auto const question = x_of<Regressor>(99);
    bool same = regressor.predict(question) == rule.read(state, question);
    for (int t = 0; t < 4; ++t) {
        example.key = x_of<Regressor>(t);
        example.value = y_of<Regressor>(t);
        rule.observe(state, example);
        same = same && regressor.observe(x_of<Regressor>(t), y_of<Regressor>(t)) == Observation::observed;
        same = same && regressor.predict(question) == rule.read(state, question);
    }
    return same && regressor.count() == 4 && regressor.refused() == 0 && regressor.bounded() == 0;
}

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
using Delta = DeltaRule<shape, Modular>;
using Gated = GatedDeltaRule<shape, Modular>;
using Least = FactoredLeastSquaresRule<shape, Modular>;
using Ridge = RidgeMemoryRule<shape, Modular>;

template <class Rule>
constexpr auto settings_of(Modular rate, Modular gate) {
    typename Rule::Example settings{};
    settings.rate = rate;
    if constexpr (requires { settings.gate; }) {
        settings.gate = gate;
    }
    return settings;
}
constexpr Least least_with_penalty = [] {
    Least rule;
    rule.penalty = third;
    return rule;
}();
constexpr Ridge ridge_with_penalty = [] {
    Ridge rule;
    rule.penalty = any_vector<3, Modular>(0);
    return rule;
}();
static_assert(is_the_rule<Delta>(lms<3, 2>(third), settings_of<Delta>(third, 1)));
static_assert(is_the_rule<NormalisedDeltaRule<shape, Modular>>(nlms<3, 2>(third),
                                                               settings_of<NormalisedDeltaRule<shape, Modular>>(third,
                                                                                                                1)));
static_assert(is_the_rule<ImplicitDeltaRule<shape, Modular>>(implicit_lms<3, 2>(third),
                                                             settings_of<ImplicitDeltaRule<shape, Modular>>(third, 1)));
static_assert(is_the_rule<Gated>(leaky_lms<3, 2>(third, two_fifths), settings_of<Gated>(third, two_fifths)));
static_assert(is_the_rule<Least>(rls<3, 2>(two_fifths, third), settings_of<Least>(1, two_fifths), least_with_penalty));
static_assert(is_the_rule<Ridge>(StreamingRegressor<Ridge>(settings_of<Ridge>(1, two_fifths), ridge_with_penalty),
                                 settings_of<Ridge>(1, two_fifths), ridge_with_penalty));
template <class Rule>
constexpr bool runs = is_the_rule<Rule>(StreamingRegressor<Rule>(settings_of<Rule>(third, two_fifths)),
                                        settings_of<Rule>(third, two_fifths));
static_assert(runs<AdditiveRule<shape, Modular>>);
static_assert(runs<MomentumRule<shape, Modular>>);
static_assert(is_the_rule<ChannelGatedDeltaRule<shape, Modular>>(
    StreamingRegressor<ChannelGatedDeltaRule<shape, Modular>>({.rate = third, .gates = any_vector<3, Modular>(7)}),
    {.rate = third, .gates = any_vector<3, Modular>(7)}));
// Another rate is another regressor: the question above can be answered with no.
static_assert(!is_the_rule<Delta>(lms<3, 2>(third), settings_of<Delta>(two_fifths, 1)));
static_assert(!is_the_rule<Gated>(leaky_lms<3, 2>(third, two_fifths), settings_of<Gated>(third, 1)));
static_assert(!is_the_rule<Least>(rls<3, 2>(two_fifths, third), settings_of<Least>(1, two_fifths)));

// --------------------------------------------------------------------------------------------------- forget, merge ----

// LMS forgets its memory; least squares forgets its examples: the prediction stays, and what follows counts more.
constexpr bool forgets() {
    auto of_lms = lms<3, 2>(third);
    auto of_rls = rls<3, 2>(Modular(1), third);
    auto faded_rls = rls<3, 2>(two_fifths, third);
    auto of_ridge = ridge_memory<3, 2>(Modular(1), third);
    auto faded_ridge = ridge_memory<3, 2>(two_fifths, third);
    using Regressor = decltype(of_lms);
    auto const question = x_of<Regressor>(99);
    for (int t = 0; t < 3; ++t) {
        auto const show = [&](auto& regressor) {
            static_cast<void>(regressor.observe(x_of<Regressor>(t), y_of<Regressor>(t)));
        };
        // An example fades before the next one: a gate is forget(gate) before every observation.
        static_cast<void>(of_rls.forget(two_fifths));
        static_cast<void>(of_ridge.forget(two_fifths));
        show(of_lms), show(of_rls), show(faded_rls), show(of_ridge), show(faded_ridge);
    }
    auto const before = of_lms.predict(question);
    auto const before_of_rls = of_rls.predict(question);
    bool const same_as_gate =
        before_of_rls == faded_rls.predict(question) && of_ridge.predict(question) == faded_ridge.predict(question);
    static_cast<void>(of_lms.forget(two_fifths));
    static_cast<void>(of_rls.forget(two_fifths));
    bool const fades = of_lms.predict(question) == two_fifths * before && of_rls.predict(question) == before_of_rls;
    of_lms.forget();
    return same_as_gate && fades && of_lms.count() == 0 && of_lms.predict(question) == zero<Modular, 2, 1>();
}
static_assert(forgets());

/// Two streams, merged, against one that was shown both, one after the other.
template <class Regressor>
constexpr bool merges(Regressor const& nothing_observed) {
    Regressor first = nothing_observed;
    Regressor second = nothing_observed;
    Regressor both = nothing_observed;
    for (int t = 0; t < 5; ++t) {
        Regressor& one = t < 2 ? first : second;
        static_cast<void>(one.observe(x_of<Regressor>(t), y_of<Regressor>(t)));
        static_cast<void>(both.observe(x_of<Regressor>(t), y_of<Regressor>(t)));
    }
    auto const question = x_of<Regressor>(99);
    bool const differ = !(first.predict(question) == both.predict(question));
    return first.merge(second) == Merged::all && first.predict(question) == both.predict(question) &&
           first.count() == 5 && differ;
}
static_assert(merges(ridge_memory<3, 2>(Modular(1), third)));
static_assert(merges(StreamingRegressor<AdditiveRule<shape, Modular>>(settings_of<AdditiveRule<shape, Modular>>(third,
                                                                                                                1))));
static_assert([] {
    auto one = ridge_memory<3, 2>(Modular(1), third);
    auto other = ridge_memory<3, 2>(Modular(1), two_fifths);
    using Regressor = decltype(one);
    static_cast<void>(other.observe(x_of<Regressor>(1), y_of<Regressor>(1)));
    auto const question = x_of<Regressor>(99);
    auto const before = one.predict(question);
    return one.merge(other) == Merged::other_settings && one.count() == 0 && one.predict(question) == before;
}());
static_assert([] {  // the gate is of the settings, as the penalty is of the rule
    auto one = ridge_memory<3, 2>(Modular(1), third);
    return one.merge(ridge_memory<3, 2>(two_fifths, third)) == Merged::other_settings;
}());

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 4};
template <int Steps>
constexpr auto steps(Modular rate) {
    auto const model =
        looped<Steps>(as_attention(GradientStep<sizes, Modular>{.learning_rate = rate, .initial_weights = {}}));
    return StreamingContext<sizes, std::remove_const_t<decltype(model)>>(model);
}
static_assert(merges(steps<2>(third)));
static_assert([] {
    auto one = steps<2>(third);
    return one.merge(steps<2>(two_fifths)) == Merged::other_settings;
}());
static_assert([] {  // one model, and weights W0 of which the last is another one
    auto const model =
        looped<2>(as_attention(GradientStep<sizes, Modular>{.learning_rate = third, .initial_weights = {}}));
    auto weights = zero<Modular, 2, 3>();
    StreamingContext one(model, weights);
    weights(1, 2) = third;
    return one.merge(StreamingContext(model, weights)) == Merged::other_settings;
}());

// A context forgets weights of examples: two that are as heavy as a half each are like one, beside the next.
constexpr bool context_forgets() {
    auto faded = steps<2>(third);
    auto once = steps<2>(third);
    using Context = decltype(faded);
    auto const question = x_of<Context>(99);
    for (int t : {0, 1, 0, 1}) {
        static_cast<void>(faded.observe(x_of<Context>(t), y_of<Context>(t)));
    }
    for (int t : {0, 1}) {
        static_cast<void>(once.observe(x_of<Context>(t), y_of<Context>(t)));
    }
    bool const same_mean = faded.predict(question) == once.predict(question);
    static_cast<void>(faded.forget(Modular(1) / Modular(2)));
    bool const mean_stays = faded.predict(question) == once.predict(question);
    static_cast<void>(faded.observe(x_of<Context>(5), y_of<Context>(5)));
    static_cast<void>(once.observe(x_of<Context>(5), y_of<Context>(5)));
    return same_mean && mean_stays && faded.predict(question) == once.predict(question) && faded.count() == 5;
}
static_assert(context_forgets());

// Of the factor 0 nothing is left, and the next example is the first one.
constexpr bool context_forgets_altogether() {
    auto context = steps<2>(third);
    auto fresh = context;
    using Context = decltype(context);
    static_cast<void>(context.observe(x_of<Context>(0), y_of<Context>(0)));
    bool const done = context.forget(Modular(0)) == Forgotten::done && context.count() == 0;
    bool const nothing = context.predict(x_of<Context>(99)) == fresh.predict(x_of<Context>(99));
    static_cast<void>(context.observe(x_of<Context>(1), y_of<Context>(1)));
    static_cast<void>(fresh.observe(x_of<Context>(1), y_of<Context>(1)));
    return done && nothing && context.predict(x_of<Context>(99)) == fresh.predict(x_of<Context>(99));
}
static_assert(context_forgets_altogether());

// Exact numbers throw where they leave their range, so that nothing of these may end the program instead.
template <class Context>
concept IsNoexceptSomewhere = requires(Context& context, Context const& other, typename Context::Input const& x,
                                       typename Context::Output const& y, Matrix<Modular, 5, 7> const& table) {
    requires noexcept(context.observe(x, y)) || noexcept(context.observe_tokens(table)) || noexcept(other.predict(x)) ||
        noexcept(other.gram()) || noexcept(context.forget(x(0, 0))) || noexcept(context.merge(other));
};
static_assert(!IsNoexceptSomewhere<decltype(steps<2>(third))>);

// ------------------------------------------------------------------------------------------- who can do what ----

static_assert(StreamingRegressor<AdditiveRule<shape, Modular>>::is_mergeable &&
              StreamingRegressor<Ridge>::is_mergeable);
static_assert(!StreamingRegressor<Delta>::is_mergeable && !StreamingRegressor<Least>::is_mergeable &&
              !StreamingRegressor<Gated>::is_mergeable);
static_assert(std::is_trivially_copyable_v<StreamingRegressor<Delta>>);

// ------------------------------------------------------------------------------------------------ operations ----

// LMS: the rule's (2 input + 1) output, and |x|^2, the step, the mean.
template <class Regressor>
constexpr Operations observed = Regressor::operations_to_observe();
template <class Regressor>
constexpr Operations predicted = Regressor::operations_to_predict();
constexpr int n = 16;
constexpr int m = 2;
static_assert(observed<Lms<n, m, Modular>>.multiplications == (2 * n + 1) * m + n + 1);
static_assert(predicted<Lms<n, m, Modular>>.multiplications == n * m);
static_assert(observed<Lms<n, m, Modular>>.divisions == 1);
static_assert(observed<LeakyLms<n, m, Modular>>.multiplications == (3 * n + 2) * m + n + 1);
static_assert(observed<Rls<n, m, Modular>>.multiplications ==
              3 * n * (n - 1) / 2 + 7 * n + 1 + (2 * n + 1) * m + n * (n + 1) / 2);
static_assert(observed<Rls<n, m, Modular>>.divisions == n + 2);
static_assert(predicted<Rls<n, m, Modular>>.multiplications == n * m);
static_assert(observed<RidgeMemory<n, m, Modular>>.multiplications == m + (n + m) * n + 2 * n * n + m * n);
static_assert(predicted<RidgeMemory<n, m, Modular>>.multiplications > n * n * n / 6);
// The gram matrix of tokens, half of it, and its trace once more, which tells whether there is room.
static_assert(decltype(steps<2>(third))::operations_to_observe().multiplications == 5 * 6 / 2 + 5);
static_assert(decltype(steps<2>(third))::operations_to_predict().multiplications <
              decltype(steps<3>(third))::operations_to_predict().multiplications);

}  // namespace

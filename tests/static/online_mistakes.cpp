// SPDX-License-Identifier: MIT
// Mistakes that were published or shipped: each is refuted, and beside it stands the narrow test that does not see it.
#include "../../examples/tools/conformance/mistakes.hpp"

#include "incontext/online.hpp"

namespace {

using namespace incontext;
using mistakes::Mistake;

constexpr MemoryShape shape{.key_dim = 3, .value_dim = 2};
constexpr int tokens = 5;
using Gated = GatedDeltaRule<shape, Modular>;
using ChannelGated = ChannelGatedDeltaRule<shape, Modular>;
using Delta = DeltaRule<shape, Modular>;

// -------------------------------------------------------------------------------- the published form in one chunk ----

template <Mistake Made, int Scale = 1>
constexpr auto published = []<class StreamOfRule>(StreamOfRule const& stream) {
    using Rule = typename StreamOfRule::RuleOfStream;
    return forms::run(stream.rule, stream, [](auto const&, auto& state, auto examples, auto queries, auto answers) {
        ArrayOf<typename Rule::Value, 3 * StreamOfRule::length> rows;
        mistakes::published_chunk<Made, Rule>(state, examples, queries, answers, typename Rule::Scalar(Scale),
                                              {rows.data(), rows.size()});
    });
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
static_assert(identical_on_streams<Gated, tokens>(forms::sequence, published<Mistake::none_by_plain_t>));
static_assert(identical_on_streams<Delta, tokens>(forms::sequence, published<Mistake::none>));
static_assert(identical_on_streams<ChannelGated, 4>(forms::sequence, published<Mistake::none>));
static_assert(identical_on_streams<Gated, tokens>(with_scaled_queries<3>, published<Mistake::none, 3>));

template <Mistake Made>
constexpr bool refuted = different_on_streams<Gated, tokens>(forms::sequence, published<Made>);
static_assert(refuted<Mistake::mask_in_place_of_gamma>);
static_assert(refuted<Mistake::sign_inside_the_inverse>);
static_assert(refuted<Mistake::gates_both_u_and_w>);
static_assert(refuted<Mistake::gates_w_after_t>);
static_assert(refuted<Mistake::gates_neither>);
static_assert(refuted<Mistake::gamma_left_out_of_t>);
static_assert(refuted<Mistake::rate_of_values_forgotten>);
static_assert(refuted<Mistake::keys_that_do_not_fade>);
static_assert(refuted<Mistake::memory_that_does_not_fade>);
static_assert(different_on_streams<Gated, tokens>(with_scaled_queries<3>, published<Mistake::scale_forgotten, 3>));

// ---------------------------------------------------------------------------------------------- other recurrences ----

/// The rule with another update, on the same examples.
template <class Update>
constexpr auto mutated = []<class StreamOfRule>(StreamOfRule const& stream) {
    return forms::by_rule(mistakes::Mutant<typename StreamOfRule::RuleOfStream, Update>{}, stream);
};
using mistakes::AsPublished;
using mistakes::CorrectsTheKey;
using mistakes::DecayAfterTheError;
using mistakes::DecayMissingInTheError;
using mistakes::EraseLeftOut;
using mistakes::RateForgotten;

static_assert(identical_on_streams<Gated, tokens>(forms::sequence, mutated<AsPublished>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<DecayAfterTheError>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<DecayMissingInTheError>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<CorrectsTheKey>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<EraseLeftOut>));
static_assert(different_on_streams<Gated, tokens>(forms::sequence, mutated<RateForgotten>));

// So of gates for each channel, and without any.
static_assert(identical_on_streams<ChannelGated, tokens>(forms::sequence, mutated<AsPublished>));
static_assert(different_on_streams<ChannelGated, tokens>(forms::sequence, mutated<DecayAfterTheError>));
static_assert(different_on_streams<ChannelGated, tokens>(forms::sequence, mutated<DecayMissingInTheError>));
static_assert(different_on_streams<ChannelGated, tokens>(forms::sequence, mutated<EraseLeftOut>));
static_assert(different_on_streams<ChannelGated, tokens>(forms::sequence, published<Mistake::mask_in_place_of_gamma>));
static_assert(different_on_streams<ChannelGated, tokens>(forms::sequence, published<Mistake::gates_both_u_and_w>));
static_assert(different_on_streams<Delta, tokens>(forms::sequence, mutated<CorrectsTheKey>));
static_assert(different_on_streams<Delta, tokens>(forms::sequence, published<Mistake::sign_inside_the_inverse>));
static_assert(different_on_streams<Delta, tokens>(forms::sequence, published<Mistake::rate_of_values_forgotten>));
static_assert(!different_on_streams<Delta, tokens>(forms::sequence,
                                                   published<Mistake::gamma_left_out_of_t>));  // there is none

// A difference names token and entry. The first token already differs where the decay comes late, and the second
// where a key is kept.
static_assert(first_difference_on_streams<Gated, tokens>(forms::sequence, mutated<DecayAfterTheError>).token == 0);
static_assert(
    first_difference_on_streams<Gated, tokens>(forms::sequence, published<Mistake::mask_in_place_of_gamma>).token == 1);
static_assert(first_difference_on_streams<Gated, tokens>(forms::sequence, published<Mistake::keys_that_do_not_fade>)
                  .token == tokens);

/// Whether no number of these trees is zero, and no two are one.
template <class... Trees>
constexpr bool are_drawn_apart(Trees const&... trees) {
    Modular seen[256];
    int count = 0;
    bool apart = true;
    auto const see = [&](Modular const& number) {
        apart = apart && !(number == Modular(0));
        for (int i = 0; i < count; ++i) {
            apart = apart && !(number == seen[i]);
        }
        seen[count++] = number;
    };
    (streams::for_each_number(see, trees), ...);
    return apart;
}
constexpr auto drawn = streams::drawn<Gated, 2>({});
constexpr auto direction = streams::drawn<Gated, 2>({.seed = 1});
constexpr auto gradient = streams::drawn_gradient<Gated, 2>();
constexpr auto weights = streams::drawn_weights<Gated, 2>();
static_assert(are_drawn_apart(drawn.initial, drawn.examples, drawn.queries, direction.initial, direction.examples,
                              direction.queries, gradient.initial, gradient.examples, gradient.queries, weights.answers,
                              weights.state));
// Numbers of the rule itself, too. (Its state is symmetric.)
constexpr auto with_a_penalty = streams::drawn<RidgeMemoryRule<shape, Modular>, 2>({});
static_assert(are_drawn_apart(with_a_penalty.rule, with_a_penalty.examples, with_a_penalty.queries));

// Another seed draws other numbers.
template <std::uint32_t Seed>
constexpr StreamDifference seen_with = streams::Comparison<
    Gated, tokens, Seed, std::remove_const_t<decltype(forms::sequence)>,
    std::remove_const_t<decltype(mutated<DecayAfterTheError>)>>::template DifferenceFrom<Witnesses::anywhere>::answer();
static_assert(seen_with<0> && seen_with<1> && !(seen_with<0> == seen_with<1>));

// -------------------------------------------------------------------------------------------- mini-batches: TTT ----

constexpr auto readers_rate = []<class StreamOfRule>(StreamOfRule const& stream) {
    return forms::run(stream.rule, stream,
                      []<class Rule>(Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
                          mistakes::with_the_readers_rate<Rule>(rule, state, examples, queries, answers);
                      });
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

constexpr auto forgetting_least_squares = []<class StreamOfRule>(StreamOfRule const& stream) {
    return forms::run(stream.rule, stream,
                      []<class Rule>(Rule const& rule, auto& state, auto examples, auto queries, auto answers) {
                          mistakes::with_forgetting_least_squares<Rule>(rule, state, examples, queries, answers);
                      });
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
static_assert(unseen_with_gates_of_one<published<Mistake::gates_w_after_t>>);
static_assert(unseen_with_gates_of_one<published<Mistake::gates_neither>>);
static_assert(unseen_with_gates_of_one<published<Mistake::keys_that_do_not_fade>>);
static_assert(unseen_with_gates_of_one<mutated<DecayAfterTheError>>);
static_assert(unseen_with_gates_of_one<mutated<DecayMissingInTheError>>);
static_assert(identical_on_streams<Mesa, 3>(with_gates_of_one<forms::sequence>,
                                            with_gates_of_one<forgetting_least_squares>));  // then they are one rule

// What divides by the product of the gates is the rule where no gate is 0, and 0/0 elsewhere. The proof says that it divides.
constexpr auto by_quotients = [](auto const& stream) {
    auto result = forms::sequence(stream);
    typename decltype(stream.rule)::Scalar through(1);
    for (std::size_t token = 0; token < result.answers.size(); ++token) {
        through *= stream.examples[token].gate;
        result.answers[token] = through * (decltype(through)(1) / through * result.answers[token]);
    }
    return result;
};
static_assert(identical_on_streams<Gated, tokens>(forms::sequence, by_quotients).denominator_degree == tokens);
static_assert(identical_on_streams<Gated, tokens>(by_quotients, forms::sequence).denominator_degree == tokens);

static_assert(!different_on_streams<Gated, tokens>(from_zero<forms::sequence>,
                                                   from_zero<published<Mistake::gates_neither>>));
static_assert(!different_on_streams<Gated, tokens>(from_zero<forms::sequence>,
                                                   from_zero<published<Mistake::memory_that_does_not_fade>>));
static_assert(!different_on_streams<Gated, 1>(forms::sequence,
                                              published<Mistake::sign_inside_the_inverse>));  // one token
static_assert(!different_on_streams<Gated, 1>(from_zero<forms::sequence>, from_zero<mutated<EraseLeftOut>>));

}  // namespace

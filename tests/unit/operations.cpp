// SPDX-License-Identifier: MIT
// The counts by which forms are chosen are what the forms do. A form is run twice: on matrices with a shape and no entries,
// and on matrices whose every entry is a number that counts by itself.
#include "incontext/plan/fast_form.hpp"
#include "incontext/training/loss.hpp"
#include "incontext/theorem.hpp"

#include "catch.hpp"

namespace entry_by_entry {

/// A number without a value that counts what is done with it. Of two constants it counts nothing.
struct Number {
    static inline incontext::Operations done;
    bool is_constant = false;

    constexpr Number() = default;
    constexpr Number(int) : is_constant(true) {}
    friend Number operator+(Number a, Number b) { return counted(done.additions, a, b); }
    friend Number operator-(Number a, Number b) { return counted(done.additions, a, b); }
    friend Number operator-(Number a) { return a; }
    friend Number operator*(Number a, Number b) { return counted(done.multiplications, a, b); }
    friend Number operator/(Number a, Number b) { return counted(done.divisions, a, b); }
    Number& operator+=(Number b) { return *this = *this + b; }
    Number& operator-=(Number b) { return *this = *this - b; }
    friend bool operator==(Number, Number) { return true; }
    friend bool operator<(Number, Number) { return false; }

  private:
    static Number counted(long long& of_kind, Number a, Number b) {
        if (a.is_constant && b.is_constant) {
            return a;
        }
        ++of_kind;
        return {};
    }
};

}  // namespace entry_by_entry

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
constexpr TokenShape one_query{.token_dim = 5, .context = 7, .query = 1};
constexpr TokenShape short_context{.token_dim = 5, .context = 2, .query = 1};
constexpr TokenShape many_queries{.token_dim = 5, .context = 7, .query = 40};

using Square = LinearSelfAttention<shape, Counted>;
using Uneven = LinearSelfAttention<shape, Counted, 6, 8>;
using Thin = LinearSelfAttention<shape, Counted, 1, 2>;
using Both = MultiHeadAttention<Square, Uneven>;
using Merged = MergedAttention<shape, Counted>;
using MergedTwice = MergedAttention<shape, Counted, 2>;

/// A prompt or parameters of numbers that are no constants: a matrix begins with the constant 0.
template <class Tree>
Tree without_constants() {
    Tree tree{};
    auto const fill = [](char const*, auto& leaf) {
        if constexpr (AnyMatrix<decltype(leaf)>) {
            leaf = generate<entry_by_entry::Number, rows_of<decltype(leaf)>, cols_of<decltype(leaf)>>(
                [](int, int) { return entry_by_entry::Number(); });
        } else {
            leaf = entry_by_entry::Number();
        }
    };
    if constexpr (is_prompt<Tree>) {
        fill("", tree.context);
        fill("", tree.query);
    } else {
        for_each_parameter(fill, tree);
    }
    return tree;
}

/// Holds the counts of a plan, made while compiling, to those of its numbers.
template <class Update, TokenShape Given, class Plan>
void check(Plan const& plan) {
    constexpr Operations counted = operations<Update, Given>(Plan{});
    auto const update = without_constants<typename Update::template with_number<entry_by_entry::Number>>();
    auto const prompt = without_constants<Prompt<Given, entry_by_entry::Number>>();
    entry_by_entry::Number::done = {};
    static_cast<void>(plan(update, prompt));
    CHECK(counted.multiplications == entry_by_entry::Number::done.multiplications);
    CHECK(counted.additions == entry_by_entry::Number::done.additions);
    CHECK(counted.divisions == entry_by_entry::Number::done.divisions);
}

using plans::all_tokens;
using plans::by_fast_weights;
using plans::by_scores;
constexpr auto by_gram = plans::answering_by_gram<QueryTokens>;
constexpr auto answer_query = [](auto const& update, auto const& prompt) {
    return answer<QueryTokens>(update, prompt);
};
constexpr auto answer_targets = [](auto const& update, auto const& prompt) {
    return answer<QueryTargets<sizes>>(update, prompt);
};

/// Forward and back, asked for all tokens.
constexpr auto there_and_back = []<class Update, class APrompt>(Update const& update, APrompt const& prompt) {
    Update gradient = update;
    return pull_back(update, prompt, prompt, gradient);
};

TEST_CASE("the gram matrix takes half of its square of products, and the diagonal") {
    CHECK(multiplications<Square, shape>([](auto const&, auto const& prompt) { return gram(prompt.context); }) ==
          15 * 7);
}

/// A layer that writes its numbers on either side, and divides.
template <class Number>
struct FactorsOnEitherSide {
    template <class Other>
    using with_number = FactorsOnEitherSide<Other>;

    Number factor{};

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"factor">, &FactorsOnEitherSide::factor> {};

    template <class APrompt>
    constexpr APrompt operator()(APrompt const& prompt) const {
        APrompt after = prompt;
        after.context = prompt.context * factor + factor * prompt.context;
        after.context /= factor;
        after.query = prompt.query / factor;
        return after;
    }
};

TEST_CASE("a matrix has its factor on either side, and its divisor") {
    constexpr Operations counted = operations<FactorsOnEitherSide<Counted>, shape>(all_tokens);
    CHECK(counted.multiplications == 2 * 5 * 7);
    CHECK(counted.additions == 5 * 7);
    CHECK(counted.divisions == 5 * 7 + 5 * 4);
}

TEST_CASE("all tokens take the operations that are counted for them") {
    check<Square, shape>(all_tokens);
    check<Uneven, one_query>(all_tokens);
    check<Both, shape>(all_tokens);
    check<MergedTwice, shape>(by_fast_weights);
    check<MergedTwice, shape>(by_scores);
    check<MergedAttention<short_context, Counted, 2>, short_context>(all_tokens);
    check<Damped<Thin>, shape>(all_tokens);
    check<OnlyTargetsMove<sizes, Thin>, shape>(all_tokens);
    check<Clipped<Uneven>, shape>(all_tokens);
    check<LoopedStack<Merged, 3>, shape>(all_tokens);
    check<LayerStack<Square, Both, Thin>, shape>(all_tokens);
    check<GradientStep<sizes, Counted>, shape>(all_tokens);
    check<GradientDescentPlusPlus<sizes, Counted>, shape>(all_tokens);
}

TEST_CASE("query tokens and targets alone take the operations that are counted for them, with G and without") {
    REQUIRE(!gram_pays<QueryTokens, Uneven, one_query>);
    REQUIRE(gram_pays<QueryTokens, Uneven, many_queries>);
    check<Square, one_query>(answer_query);
    check<Square, many_queries>(answer_query);
    check<Uneven, one_query>(answer_targets);
    check<Uneven, many_queries>(answer_targets);
    check<Both, one_query>(answer_query);
    check<Both, many_queries>(answer_query);
    check<MergedTwice, many_queries>(answer_targets);
    check<Damped<Thin>, shape>(answer_targets);
    check<OnlyTargetsMove<sizes, Thin>, shape>(answer_targets);
    check<Clipped<Uneven>, one_query>(answer_query);
    check<LoopedStack<Clipped<Merged>, 3>, one_query>(answer_query);
    check<LayerStack<Clipped<Square>, Both, Thin>, one_query>(answer_query);
}

TEST_CASE("stacks by the gram matrix take the operations that are counted for them") {
    check<LoopedStack<Merged, 3>, shape>(by_gram);
    check<LoopedStack<Uneven, 1>, shape>(by_gram);
    check<LayerStack<Square, MergedTwice, Both>, shape>(by_gram);
}

TEST_CASE("passes and pullbacks take the operations that are counted for them") {
    check<Square, shape>(there_and_back);
    check<Both, shape>(there_and_back);
    check<MergedTwice, shape>(there_and_back);
    check<LayerStack<Damped<Merged>, Clipped<Thin>, OnlyTargetsMove<sizes, Square>>, shape>(there_and_back);
    check<LoopedStack<Merged, 3>, shape>(there_and_back);
    check<LayerStack<MergedTwice, Merged>, shape>([](auto const& stack, auto const& prompt) {
        auto const& [lower, upper] = std::pair(stack.template layer_at<0>(), stack.template layer_at<1>());
        auto const pass = forward_pass_of_two<QueryTokens>(lower, upper, prompt);
        auto gradient = stack;
        pull_back_two<QueryTokens>(ParametersAndPrompt{}, lower, upper, prompt, pass, pass.result,
                                   gradient.template layer_at<0>(), gradient.template layer_at<1>());
    });
}

TEST_CASE("a clip counts what follows it, whichever side the constant is on") {
    Operations tally;
    Counted const number(tally);
    for (Counted const& clipped : {larger(Counted(0), number), larger(number, Counted(0)), smaller(Counted(0), number),
                                   smaller(number, Counted(0))}) {
        REQUIRE(clipped.is_counted());
    }
    static_cast<void>(larger(Counted(0), number) * Counted(2));
    REQUIRE(tally == Operations{.multiplications = 1});
}

TEST_CASE("a matrix of which some entries are constants is counted as if none were: never too little") {
    // The cotangent that goes back to the layer has zeros in its x part, and products of constants are not counted.
    using Update = OnlyTargetsMove<sizes, Clipped<Merged>>;
    constexpr long long counted = multiplications<Update, shape>(there_and_back);
    auto const update = without_constants<typename Update::template with_number<entry_by_entry::Number>>();
    auto const prompt = without_constants<Prompt<shape, entry_by_entry::Number>>();
    entry_by_entry::Number::done = {};
    static_cast<void>(there_and_back(update, prompt));
    CHECK(counted >= entry_by_entry::Number::done.multiplications);
    CHECK(counted - entry_by_entry::Number::done.multiplications <= (3 * 7 + 3 * 4));  // one per entry of the x part
}

// The choices at the sizes of the paper.
constexpr TokenShape paper{.token_dim = 11, .context = 10};
constexpr TokenShape longer{.token_dim = 11, .context = 100};
using PaperLayer = MergedAttention<paper, Modular>;
using LongerLayer = MergedAttention<longer, Modular>;
static_assert(std::is_same_v<FastForm<LinearSelfAttention<paper, Modular>>, PaperLayer>);
static_assert(!gram_pays_for_stack<QueryTokens, LoopedStack<PaperLayer, 10>, paper>);
static_assert(gram_pays_for_stack<QueryTokens, LoopedStack<LongerLayer, 2>, longer>);
static_assert(scores_pay<MergedAttention<short_context, Counted>, short_context>);
static_assert(!scores_pay<MergedTwice, shape>);

// Known counts, worked by hand: t^2 (5 n + q + t) of the definition, t (t+1)/2 n + 2 t^3 + t^2 (n + q) of merged projections.
static_assert(multiplications<LinearSelfAttention<paper, Modular>, paper>(all_tokens) == 121 * (50 + 1 + 11));
static_assert(multiplications<PaperLayer, paper>(all_tokens) == 66 * 10 + 2 * 1331 + 121 * 11);
static_assert(multiplications<PaperLayer, paper>(answer_query) == 2 * 121 + 2 * 110);
// Two layers for one query token: three times through the lower one, once through the upper.
using PaperTargets = QueryTargets<Dimensions{.input = 10, .output = 1, .context = 10}>;
using TwoPaperLayers = LayerStack<PaperLayer, PaperLayer>;
static_assert(multiplications<TwoPaperLayers, paper>([](auto const& stack, auto const& prompt) {
                  static_cast<void>(forward_pass<PaperTargets>(stack, prompt));
              }) == 3 * (2 * 121 + 2 * 110) + 121 + 2 * 110 + 11);
static_assert(multiplications<PaperLayer, paper>(plans::answering_by_scores<QueryTokens>) == 2 * 121 + 2 * 110);
static_assert(multiplications<TwoPaperLayers, paper>([](auto const& stack, auto const& prompt) {
                  auto const pass = forward_pass<PaperTargets>(stack, prompt);
                  auto gradient = stack;
                  pull_back<PaperTargets>(ParametersAndPrompt{}, stack, prompt, pass, result_of(pass), gradient);
              }) == 21 * 121 + 24 * 110 + 3 * 11);
// A damped layer is run once, forward, and goes back once.
static_assert(multiplications<Damped<PaperLayer>, paper>(there_and_back) <=
              multiplications<PaperLayer, paper>(there_and_back) + 4 * 121);

TEST_CASE("targets take fewer multiplications than query tokens, and these fewer than all tokens") {
    CHECK(multiplications<Square, shape>(answer_targets) < multiplications<Square, shape>(answer_query));
    CHECK(multiplications<Square, shape>(answer_query) < multiplications<Square, shape>(all_tokens));
}

}  // namespace

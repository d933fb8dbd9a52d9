// SPDX-License-Identifier: MIT
// The counts by which forms are chosen are the multiplications that the forms make.
#include "incontext/plan/fast_form.hpp"
#include "incontext/plan/operation_count.hpp"
#include "incontext/plan/stack_readout.hpp"
#include "incontext/theorem.hpp"

#include "catch.hpp"

namespace counting {

/// A number without a value that counts its multiplications.
struct Counted {
    static inline long multiplications = 0;

    constexpr Counted() = default;
    constexpr Counted(int) {}
    friend Counted operator+(Counted, Counted) { return {}; }
    friend Counted operator-(Counted, Counted) { return {}; }
    friend Counted operator-(Counted) { return {}; }
    friend Counted operator*(Counted, Counted) {
        ++multiplications;
        return {};
    }
    Counted& operator+=(Counted) { return *this; }
    Counted& operator-=(Counted) { return *this; }
    friend bool operator==(Counted, Counted) { return true; }
    friend bool operator<(Counted, Counted) { return false; }
};

}  // namespace counting

namespace {

using namespace incontext;
using counting::Counted;

template <class Work>
long counted(Work const& work) {
    Counted::multiplications = 0;
    static_cast<void>(work());
    return Counted::multiplications;
}

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

template <class Update, TokenShape Shape>
void check_all_tokens() {
    Update const update{};
    Prompt<Shape, Counted> const prompt{};
    CHECK(counted([&] { return update(prompt); }) == OperationCount<Update>::all_tokens(Shape));
}

template <class Update, TokenShape Shape>
void check_query_only() {
    Update const update{};
    Prompt<Shape, Counted> const prompt{};
    CHECK(counted([&] { return query_after(update, prompt); }) == OperationCount<Update>::query_only(Shape));
}

template <class Layer>
void check_fast_weights() {
    Layer const layer{};
    Prompt<shape, Counted> const prompt{};
    auto const G = gram(prompt.context);
    CHECK(counted([&] { return layer.fast_weights(prompt.context); }) == OperationCount<Layer>::fast_weights(shape));
    CHECK(counted([&] { return fast_weights_of_moments(layer, G); }) ==
          OperationCount<Layer>::fast_weights_of_moments(shape));
}

template <class Stack>
void check_by_moments() {
    Stack const stack{};
    Prompt<shape, Counted> const prompt{};
    CHECK(counted([&] { return updated_query_by_moments(stack, prompt); }) == OperationCount<Stack>::by_moments(shape));
}

TEST_CASE("the moments of a context take half its square of products, and the diagonal") {
    Prompt<shape, Counted> const prompt{};
    CHECK(counted([&] { return gram(prompt.context); }) == multiplications_of_gram(shape));
    CHECK(multiplications_of_gram(shape) == 15 * 7);
}

TEST_CASE("fast weights take the multiplications that are counted for them") {
    check_fast_weights<Square>();
    check_fast_weights<Uneven>();
    check_fast_weights<Thin>();
    check_fast_weights<Both>();
    check_fast_weights<Merged>();
    check_fast_weights<MergedTwice>();
}

TEST_CASE("all tokens take the multiplications that are counted for them") {
    check_all_tokens<Square, shape>();
    check_all_tokens<Uneven, one_query>();
    check_all_tokens<Both, shape>();
    check_all_tokens<MergedTwice, shape>();
    check_all_tokens<Damped<Thin>, shape>();
    check_all_tokens<OnlyTargetsMove<sizes, Thin>, shape>();
    check_all_tokens<Clipped<Uneven>, shape>();
    check_all_tokens<LoopedStack<Merged, 3>, shape>();
    check_all_tokens<LayerStack<Square, Both, Thin>, shape>();
}

TEST_CASE("all tokens by scores and by fast weights take the multiplications that are counted for them") {
    REQUIRE(scores_pay(short_context, 1));
    REQUIRE(!scores_pay(shape, 2));
    check_all_tokens<MergedAttention<short_context, Counted>, short_context>();
    check_all_tokens<MergedAttention<short_context, Counted, 2>, short_context>();
    MergedTwice const layer{};
    Prompt<shape, Counted> const prompt{};
    CHECK(counted([&] { return with_scores(layer, prompt); }) == OperationCount<MergedTwice>::by_scores(shape));
    CHECK(counted([&] { return with_fast_weights(layer.fast_weights(prompt.context), prompt); }) ==
          OperationCount<MergedTwice>::by_fast_weights(shape));
}

TEST_CASE("query tokens alone take the multiplications that are counted for them, with G and without") {
    REQUIRE(!gram_pays_for_query<Uneven>(one_query));
    REQUIRE(gram_pays_for_query<Uneven>(many_queries));
    check_query_only<Square, one_query>();
    check_query_only<Square, many_queries>();
    check_query_only<Uneven, one_query>();
    check_query_only<Uneven, many_queries>();
    check_query_only<Both, one_query>();
    check_query_only<Both, many_queries>();
    check_query_only<Merged, one_query>();
    check_query_only<MergedTwice, many_queries>();
    check_query_only<Damped<Thin>, shape>();
    check_query_only<OnlyTargetsMove<sizes, Thin>, shape>();
    check_query_only<Clipped<Uneven>, one_query>();
    check_query_only<LoopedStack<Clipped<Merged>, 3>, one_query>();
    check_query_only<LayerStack<Clipped<Square>, Both, Thin>, one_query>();
}

TEST_CASE("stacks by moments take the multiplications that are counted for them") {
    check_by_moments<LoopedStack<Merged, 3>>();
    check_by_moments<LoopedStack<Uneven, 1>>();
    check_by_moments<LayerStack<Square, MergedTwice, Both>>();
}

// The choices at the sizes of the paper.
constexpr TokenShape paper{.token_dim = 11, .context = 10};
constexpr TokenShape longer{.token_dim = 11, .context = 100};
using PaperLayer = MergedAttention<paper, Modular>;
using LongerLayer = MergedAttention<longer, Modular>;
static_assert(std::is_same_v<FastForm<LinearSelfAttention<paper, Modular>>, PaperLayer>);
static_assert(!moments_pay<LoopedStack<PaperLayer, 10>, paper>());
static_assert(moments_pay<LoopedStack<LongerLayer, 2>, longer>());

TEST_CASE("the form that is chosen takes fewer multiplications than the definition, where it differs from it") {
    using Definition = LinearSelfAttention<paper, Modular>;
    CHECK(OperationCount<PaperLayer>::all_tokens(paper) < OperationCount<Definition>::all_tokens(paper));
    CHECK(OperationCount<LoopedStack<LongerLayer, 2>>::by_moments(longer) <
          OperationCount<LoopedStack<LongerLayer, 2>>::query_only(longer));
    CHECK(OperationCount<LoopedStack<PaperLayer, 10>>::by_moments(paper) >=
          OperationCount<LoopedStack<PaperLayer, 10>>::query_only(paper));
}

}  // namespace

// SPDX-License-Identifier: MIT
// By symbols, so for every size of keys and values: a scan is associative, and affine rules are the maps that they
// say they are.
#include "incontext/online.hpp"

namespace {

using namespace incontext;
using trusted::same;

constexpr MemoryShape blocks_of_any_size{.key_dim = 1, .value_dim = 1};
using Map = AffineMap<blocks_of_any_size, Polynomial>;
using State = MemoryState<blocks_of_any_size, Polynomial>;
using Block = BlockMatrix<1, 1>;

constexpr Block matrix(char const* name, Axis rows, Axis columns) {
    return Block{Polynomial(Letter(name, rows, columns))};
}
constexpr Map map(char const* A, char const* B) {
    return {.A = matrix(A, Axis::key, Axis::key), .B = matrix(B, Axis::value, Axis::key)};
}
constexpr bool same_map(Map const& a, Map const& b) {
    return same(a.A, b.A) && same(a.B, b.B);
}

// ------------------------------------------------------------------------------------------------------- the scan ----

constexpr Map first = map("A1", "B1");
constexpr Map second = map("A2", "B2");
constexpr Map third = map("A3", "B3");
constexpr Block S = matrix("S", Axis::value, Axis::key);

// Two maps in a row are the map of both; composing is associative; the map that changes nothing is neutral. So, by
// induction over the number of tokens, every tree of maps is the recurrence, for every size and every length.
static_assert(same(then(first, second)(S), second(first(S))));
static_assert(same_map(then(then(first, second), third), then(first, then(second, third))));
static_assert(same_map(then(Map{}, first), first) && same_map(then(first, Map{}), first));
static_assert(!same_map(then(first, second), then(second, first)));

// The trees that in_scan makes, up to eight tokens: every prefix.
constexpr bool prefixes_are_the_recurrence() {
    ArrayOf<Map, 8> const maps{map("A1", "B1"), map("A2", "B2"), map("A3", "B3"), map("A4", "B4"),
                               map("A5", "B5"), map("A6", "B6"), map("A7", "B7"), map("A8", "B8")};
    for (std::size_t count = 0; count <= maps.size(); ++count) {
        ArrayOf<Map, 8> prefixes = maps;
        compose_prefixes(std::span<Map>(prefixes.data(), count));
        Map one_by_one;
        for (std::size_t token = 0; token < maps.size(); ++token) {
            one_by_one = then(one_by_one, maps[token]);
            if (!same_map(prefixes[token], token < count ? one_by_one : maps[token])) {
                return false;
            }
        }
    }
    return true;
}
static_assert(prefixes_are_the_recurrence());

// ------------------------------------------------------------------------------------------- the rules that they are ----

// A key is a block [key x context] here, so that what is proved holds for several keys at once, too.
template <class Example>
constexpr Example example() {
    Example any;
    any.key = matrix("k", Axis::key, Axis::context);
    any.value = matrix("v", Axis::value, Axis::context);
    any.rate = Polynomial(Letter("rate"));
    if constexpr (requires { any.gate; }) {
        any.gate = Polynomial(Letter("gate"));
    }
    return any;
}

/// observe is S A + B with the A and B of the rule's transition.
template <template <MemoryShape, class> class Rule>
constexpr bool is_its_transition() {
    using Symbolic = Rule<blocks_of_any_size, Polynomial>;
    auto const any = example<typename Symbolic::Example>();
    State state{.S = S};
    Symbolic::observe(state, any);
    return same(static_cast<Block const&>(state.S), as_affine_map(Symbolic::transition(any))(S));
}
static_assert(is_its_transition<AdditiveRule>());
static_assert(is_its_transition<DeltaRule>());
static_assert(is_its_transition<GatedDeltaRule>());

// The formulas of their headers, written out.
constexpr auto rated = example<RatedExample<blocks_of_any_size, Polynomial>>();
constexpr auto gated = example<GatedExample<blocks_of_any_size, Polynomial>>();
constexpr Block k = matrix("k", Axis::key, Axis::context);
constexpr Block v = matrix("v", Axis::value, Axis::context);
constexpr Polynomial rate(Letter("rate"));
constexpr Polynomial gate(Letter("gate"));

template <template <MemoryShape, class> class Rule, class Example>
constexpr Block observed(Example const& any) {
    State state{.S = S};
    Rule<blocks_of_any_size, Polynomial>::observe(state, any);
    return state.S;
}
static_assert(same(observed<AdditiveRule>(rated), S + rate * product(v, transpose(k))));
static_assert(same(observed<DeltaRule>(rated), S - rate * product(product(S, k) - v, transpose(k))));
static_assert(same(observed<GatedDeltaRule>(gated),
                   gate* S - (rate * gate) * product(S, k, transpose(k)) + rate * product(v, transpose(k))));

}  // namespace

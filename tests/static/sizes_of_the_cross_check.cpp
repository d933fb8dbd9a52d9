// SPDX-License-Identifier: MIT
// An operator can ask for its sizes, which symbols see as 1. What the sizes of the cross check see of that, and what they do not
// (docs/what_is_proved.md, hole 1).
#include <initializer_list>
#include <utility>

#include "incontext/theorem.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

/// Doubles the query at the sizes of Where.
template <auto Where>
struct OtherwiseWhere {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        constexpr Dimensions sizes{.input = Shape.input,
                                   .output = Shape.token_dim - Shape.input,
                                   .context = Shape.context,
                                   .query = Shape.query};
        if constexpr (Where(sizes)) {
            prompt.query = prompt.query + prompt.query;
        }
        return prompt;
    }
};

constexpr int count = static_cast<int>(sizeof sizes_of_cross_check / sizeof sizes_of_cross_check[0]);

template <auto Where, Dimensions Sizes>
constexpr bool is_seen_at() {
    if constexpr (Where(Sizes)) {  // elsewhere the two are one
        return different<Sizes>(Nothing{}, OtherwiseWhere<Where>{});
    }
    return false;
}
template <auto Where, int... Index>
constexpr bool is_seen_at_one_of(std::integer_sequence<int, Index...>) {
    return (is_seen_at<Where, sizes_of_cross_check[Index]>() || ...);
}
/// Whether numbers show the difference. (Symbols do not: every size there is 1.)
template <auto Where>
constexpr bool is_seen = is_seen_at_one_of<Where>(std::make_integer_sequence<int, count>{});

static_assert(!is_seen<[](Dimensions) { return false; }>);

// Loops that end too early, on each axis.
static_assert(is_seen<[](Dimensions sizes) { return (sizes.output > 1); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.output > 2); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.output > 3); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.output > 8); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.input > 32 || sizes.context > 33); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.context > 32); }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.query > 32); }>);

// One value.
static_assert(is_seen<[](Dimensions sizes) { return sizes.context == 3; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.context == 12; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.context % 16 == 5; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.input == 10; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.tokens().token_dim == 11 && sizes.query == 1; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.output == 4; }>);

// The paper's own size.
static_assert(is_seen<[](Dimensions sizes) { return sizes == Dimensions{10, 1, 10, 1}; }>);

// Relations between axes.
static_assert(is_seen<[](Dimensions sizes) { return sizes.input == sizes.output; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.input < sizes.output; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.context == sizes.input; }>);
static_assert(is_seen<[](Dimensions sizes) { return sizes.context < sizes.input; }>);
static_assert(is_seen<[](Dimensions sizes) { return (sizes.query > sizes.context); }>);
static_assert(
    is_seen<[](Dimensions sizes) { return (sizes.query > 1 && sizes.output > 1 && sizes.context % 2 == 0); }>);

// Not seen: what happens at no size of the list. These are hole 1; the document names the values.
static_assert(!is_seen<[](Dimensions sizes) { return sizes.context == 20; }>);
static_assert(!is_seen<[](Dimensions sizes) { return sizes.output == 5 || sizes.input == 9 || sizes.query == 8; }>);
static_assert(!is_seen<[](Dimensions sizes) { return (sizes.context > 33); }>);
static_assert(!is_seen<[](Dimensions sizes) { return (sizes.output > 9); }>);
static_assert(!is_seen<[](Dimensions sizes) { return (sizes.input > 4 && sizes.output > 4); }>);

// The values that the document lists, axis by axis.
template <int Dimensions::*Axis>
constexpr bool takes_exactly(std::initializer_list<int> values) {
    for (int value = 1; value <= 40; ++value) {
        bool is_listed = false;
        for (int const listed : values) {
            is_listed = is_listed || listed == value;
        }
        bool is_taken = false;
        for (Dimensions const& sizes : sizes_of_cross_check) {
            is_taken = is_taken || sizes.*Axis == value;
        }
        if (is_taken != is_listed) {
            return false;
        }
    }
    return true;
}
static_assert(takes_exactly<&Dimensions::input>({1, 2, 3, 4, 10, 17, 33}));
static_assert(takes_exactly<&Dimensions::output>({1, 2, 3, 4, 9}));
static_assert(takes_exactly<&Dimensions::context>({1, 2, 3, 4, 5, 7, 10, 12, 33}));
static_assert(takes_exactly<&Dimensions::query>({1, 2, 3, 4, 9, 12, 17, 33}));

// The proof lists what it has compared. That it compares each: tests/compile_fail/identical_for_all_sizes_by_numbers.cpp.
constexpr bool lists_every_size(Proof const& proof) {
    for (int i = 0; i < count; ++i) {
        if (!(proof.sizes[i] == sizes_of_cross_check[i])) {
            return false;
        }
    }
    return proof.size_count == count;
}
static_assert(lists_every_size(identical_for_all_sizes(Nothing{}, Nothing{})));

/// Of degree 2 at the first size, and 1 at the others: the degree of a proof is the largest.
struct SquaredAtTheFirstSize {
    template <TokenShape Shape, class Number>
    constexpr Prompt<Shape, Number> operator()(Prompt<Shape, Number> prompt) const {
        if constexpr (Shape.context == sizes_of_cross_check[0].context) {
            prompt.query(0, 0) *= prompt.query(0, 0);
        }
        return prompt;
    }
};
static_assert(identical_for_all_sizes(SquaredAtTheFirstSize{}, SquaredAtTheFirstSize{}).degree == 2);

// Keys, values and features have other sizes than the axes of a prompt, but for features at one size, which are as many as outputs.
template <Dimensions Sizes>
constexpr bool has_other_sizes_beside_the_prompt() {
    using Any = Arbitrary<Sizes, Modular>;
    for (int const own : {Any::keys, Any::values, Any::features}) {
        for (int const of_prompt : {Sizes.input, Sizes.output, Sizes.context, Sizes.query}) {
            if (own == of_prompt &&
                !(Sizes == Dimensions{1, 4, 5, 12} && own == Any::features && own == Sizes.output)) {
                return false;
            }
        }
    }
    return true;
}
template <int... Index>
constexpr bool have_other_sizes_beside_the_prompt(std::integer_sequence<int, Index...>) {
    return (has_other_sizes_beside_the_prompt<sizes_of_cross_check[Index]>() && ...);
}
static_assert(have_other_sizes_beside_the_prompt(std::make_integer_sequence<int, count>{}));

}  // namespace

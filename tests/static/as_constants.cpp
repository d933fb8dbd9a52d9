// SPDX-License-Identifier: MIT
// What a check gives to a statement, an update or a form is a constant with a name, in every family of numbers: so a parameter by
// reference to whatever it is (auto&) is taken, and what is compared is what is counted.
#include "incontext/incontext.hpp"
#include "support/nothing.hpp"

namespace {

using namespace incontext;
using test::Nothing;

constexpr Dimensions sizes{.input = 2, .output = 1, .context = 3, .query = 2};

constexpr auto doubled = [](auto& prompt) {
    auto updated = prompt;
    updated.query = prompt.query + prompt.query;
    return updated;
};
constexpr auto times_two = [](auto&) {
    return [](auto& prompt) {
        auto updated = prompt;
        updated.query = 2 * prompt.query;
        return updated;
    };
};
static_assert(identical<sizes>(doubled, times_two));
static_assert(identical_for_all_sizes(doubled, times_two));
static_assert(different<sizes>(Nothing{}, times_two));

using Rule = DeltaRule<MemoryShape{.key_dim = 3, .value_dim = 2}, Modular>;
constexpr auto chunks = [](auto& stream) { return forms::chunks<2>(stream); };
static_assert(identical_on_streams<Rule, 5>(forms::sequence, chunks));
static_assert(!different_on_streams<Rule, 5>(forms::sequence, chunks));
static_assert(laws::stream_pullback_is_transpose_of_derivative<Rule, 3>(chunks));

template <TokenShape Shape, class Number>
struct Scaled {
    using Scalar = Number;
    template <class Other>
    using with_number = Scaled<Shape, Other>;

    Number rate = Number(0);

    struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &Scaled::rate> {};

    constexpr auto operator()(auto& prompt) const {
        auto updated = prompt;
        updated.query = rate * prompt.query;
        return updated;
    }
};
static_assert(laws::pullback_is_transpose_of_derivative<sizes, Scaled<sizes.tokens(), Modular>>);

// An update whose Scalar says float, and that acts on any prompt; an empty one with a destructor of its own.
struct DoublesAnyPrompt {
    using Scalar = float;

    constexpr ~DoublesAnyPrompt() {}
    constexpr auto operator()(auto const& prompt) const { return doubled(prompt); }
};
static_assert(identical<sizes>(DoublesAnyPrompt{}, times_two));
static_assert(identical_for_all_sizes([](auto const&) { return DoublesAnyPrompt{}; }, times_two));

// In floating point, too.
[[maybe_unused]] bool agree_with_bounds(Prompt<sizes.tokens(), float> const& prompt,
                                        Stream<DeltaRule<Rule::shape, float>, 5> const& stream) {
    Scaled<sizes.tokens(), float> const layer{.rate = 0.5f};
    return agree(layer, layer, prompt).holds && agree_on_streams(forms::sequence, chunks, stream).holds;
}
}  // namespace

// SPDX-License-Identifier: MIT
// Optimised forms are proven, not trusted: the query-only read-out is the layer's.
#include "incontext/plan/merged.hpp"
#include "incontext/plan/query_readout.hpp"
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;

constexpr Dimensions sizes{.input = 3, .output = 2, .context = 7, .query = 4};
constexpr TokenShape shape = sizes.tokens();
constexpr Arbitrary<sizes, Modular> any{};

/// Any matrix [Rows x Cols] of field elements.
template <int Rows, int Cols>
constexpr auto matrix(char const* name) {
    return generate<Modular, Rows, Cols>([&](int row, int col) {
        return Unknown<Modular>::draw({}, name, Axis::none, Axis::none, static_cast<std::uint32_t>(col * Rows + row));
    });
}

constexpr LinearSelfAttention<shape, Modular> head{
    .query = matrix<5, 5>("WQ"), .key = matrix<5, 5>("WK"), .value = matrix<5, 5>("WV"), .output = matrix<5, 5>("P")};
constexpr LinearSelfAttention<shape, Modular, 6, 8> other_head{.query = matrix<6, 5>("WQ2"),
                                                               .key = matrix<6, 5>("WK2"),
                                                               .value = matrix<8, 5>("WV2"),
                                                               .output = matrix<5, 8>("P2")};

static_assert(gram(any.prompt().context) == product(any.prompt().context, transpose(any.prompt().context)));
static_assert(updated_query(head, any.prompt()) == head(any.prompt()).query);
static_assert(updated_query(other_head, any.prompt()) == other_head(any.prompt()).query);
static_assert(updated_query(heads(head, other_head), any.prompt()) == heads(head, other_head)(any.prompt()).query);

// An update without a read-out of its own is applied as it is.
constexpr GradientStep<sizes, Modular> gradient_step{.learning_rate = any.learning_rate(),
                                                     .initial_weights = any.initial_weights()};
static_assert(query_after(gradient_step, any.prompt()) == gradient_step(any.prompt()).query);
static_assert(query_after(head, any.prompt()) == head(any.prompt()).query);

// The two products are all that a head is.
static_assert(merged(other_head).layer()(any.prompt()) == other_head(any.prompt()));

// Refuted where it should be: the context is not updated, so the query of a second application differs.
static_assert(!(updated_query(head, head(any.prompt())) == updated_query(head, any.prompt())));

// For all sizes, where the entries of G are blocks and the mirrored half holds their transposes.
constexpr bool readout_is_the_gradient_step_for_all_sizes() {
    symbolic::AnySizes const symbols{};
    GradientStep<symbols.dimensions, Polynomial> const step{.learning_rate = symbols.learning_rate(),
                                                            .initial_weights = symbols.initial_weights()};
    return updated_query(as_attention(step), symbols.prompt()) == step(symbols.prompt()).query;
}
static_assert(readout_is_the_gradient_step_for_all_sizes());

}  // namespace

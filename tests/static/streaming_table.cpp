// SPDX-License-Identifier: MIT
// The pass over a table of tokens is C C^T, whatever way its sums are held and wherever it is corrected. Its registers
// hold four exact numbers, so they reach over the ends of these tables unless that is prevented: a read outside a table
// does not compile in a constant expression.
#include "incontext/matrix/exact.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/matrix/gram.hpp"
#include "incontext/streaming/token_products.hpp"

namespace {

using namespace incontext;

/// Any tokens [TokenDimension x Count] of field elements.
template <int TokenDimension, int Count>
constexpr auto any_tokens() {
    return generate<Modular, TokenDimension, Count>(
        [](int row, int col) { return Modular((row * 104729LL + col * 1299709LL + 17) * (row + 3 * col + 1)); });
}

/// The sum of all that was visited, mirrored.
template <int TokenDimension>
constexpr auto sum_of(TokenProducts<Modular, TokenDimension> const& products) {
    auto G = zero<Modular, TokenDimension>();
    products.for_each_sum([&](int row, int col, Modular sum, Modular rest) {
        G(row, col) += sum + rest;
        if (row != col) {
            G(col, row) += sum + rest;
        }
    });
    return G;
}

template <int TokenDimension, int Count>
constexpr bool pass_is_the_gram_matrix() {
    auto const C = any_tokens<TokenDimension, Count>();
    TokenProducts<Modular, TokenDimension> products;
    products.add(C.entries, Count);
    return sum_of(products) == gram(C);
}

// Two tokens in a register; one, with lanes to spare or without; tokens of two and of three registers.
template <int Count>
constexpr bool pass_is_the_gram_matrix_at_every_dimension =
    pass_is_the_gram_matrix<1, Count>() && pass_is_the_gram_matrix<2, Count>() && pass_is_the_gram_matrix<3, Count>() &&
    pass_is_the_gram_matrix<4, Count>() && pass_is_the_gram_matrix<5, Count>() && pass_is_the_gram_matrix<8, Count>() &&
    pass_is_the_gram_matrix<9, Count>();
static_assert(pass_is_the_gram_matrix_at_every_dimension<1>);
static_assert(pass_is_the_gram_matrix_at_every_dimension<2>);
static_assert(pass_is_the_gram_matrix_at_every_dimension<3>);
static_assert(pass_is_the_gram_matrix_at_every_dimension<7>);

// Around the number of tokens between two corrections.
static_assert(TokenProducts<Modular, 2>::tokens_between_corrections == 256);
static_assert(pass_is_the_gram_matrix<2, 255>());
static_assert(pass_is_the_gram_matrix<2, 256>());
static_assert(pass_is_the_gram_matrix<2, 257>());
static_assert(pass_is_the_gram_matrix<2, 515>());
static_assert(pass_is_the_gram_matrix<3, 257>());
static_assert(pass_is_the_gram_matrix<5, 257>());

// Table after table, and one without tokens.
constexpr bool tables_add_up() {
    auto const C = any_tokens<5, 11>();
    TokenProducts<Modular, 5> products;
    products.add(C.entries, 4);
    products.add(C.entries, 0);
    products.add(C.entries + 4 * 5, 7);
    return sum_of(products) == gram(C);
}
static_assert(tables_add_up());
static_assert(sum_of(TokenProducts<Modular, 3>{}) == zero<Modular, 3>());

}  // namespace

// SPDX-License-Identifier: MIT
// The trusted base of the exact family: sum, product and transpose of matrices, by numbers worked by hand.
#include "incontext/matrix/exact.hpp"

#include "incontext/number/dual.hpp"
#include "incontext/number/modular.hpp"
#include "incontext/number/rational.hpp"

namespace {

using namespace incontext;

template <int Rows, int Cols>
using M = ExactMatrix<Rational, Rows, Cols>;

// Column by column: A = [[1, 2, 0], [-3, 0, 5]], B = [[2, 1], [0, -1], [7, 3]].
constexpr M<2, 3> A{1, -3, 2, 0, 0, 5};
constexpr M<3, 2> B{2, 0, 7, 1, -1, 3};
static_assert(A(0, 1) == Rational(2) && A(1, 2) == Rational(5) && B(2, 0) == Rational(7));

constexpr bool an_entry_is_written_where_it_is_read() {
    M<2, 3> written{0, 0, 0, 0, 0, 0};
    written(0, 2) = Rational(1);
    written(1, 0) = Rational(2);
    return written == M<2, 3>{0, 2, 0, 0, 1, 0};
}
static_assert(an_entry_is_written_where_it_is_read());

static_assert(transpose(A) == M<3, 2>{1, 2, 0, -3, 0, 5});
static_assert(product(A, B) == M<2, 2>{2, 29, -1, 12});
static_assert(product(B, A) == M<3, 3>{-1, 3, -2, 4, 0, 14, 5, -5, 15});
static_assert(A * B == product(A, B));
static_assert(product(A, M<3, 1>{}) == M<2, 1>{} && product(M<1, 2>{}, A) == M<1, 3>{});

// Equality looks at every entry, the first and the last.
static_assert(!(A == M<2, 3>{2, -3, 2, 0, 0, 5}) && !(A == M<2, 3>{1, -3, 2, 0, 0, 6}));
static_assert(A == M<2, 3>{1, -3, 2, 0, 0, 5});

static_assert(A + transpose(B) == M<2, 3>{3, -2, 2, -1, 7, 8});
static_assert(A - transpose(B) == M<2, 3>{-1, -4, 2, 1, -7, 2} && -A == M<2, 3>{-1, 3, -2, 0, 0, -5});
static_assert(Rational(2) * A == A + A && A * Rational(2) == A + A && A / Rational(1, 2) == A + A);

constexpr bool assigning_operators_do_what_the_plain_ones_do() {
    M<2, 3> sum = A;
    sum += transpose(B);
    M<2, 3> difference = A;
    difference -= transpose(B);
    M<2, 3> doubled = A;
    doubled *= Rational(2);
    M<2, 3> halved = A;
    halved /= Rational(2);
    return sum == A + transpose(B) && difference == A - transpose(B) && doubled == A + A && halved + halved == A;
}
static_assert(assigning_operators_do_what_the_plain_ones_do());

// The product of each kind of number is the definition, entry by entry: with zeros among the entries, and more terms than are
// taken at once (64).
template <class Number, int Rows, int Inner, int Cols>
constexpr bool product_is_its_definition(auto entry) {
    auto const a = generate<Number, Rows, Inner>([&](int row, int col) { return entry(3 * row + col); });
    auto const b = generate<Number, Inner, Cols>([&](int row, int col) { return entry(5 * row - 2 * col + 3); });
    auto const result = product(a, b);
    for (int col = 0; col < Cols; ++col) {
        for (int row = 0; row < Rows; ++row) {
            Number sum(0);
            for (int i = 0; i < Inner; ++i) {
                sum += a(row, i) * b(i, col);
            }
            if (!(sum == result(row, col))) {
                return false;
            }
        }
    }
    return true;
}
constexpr auto rational = [](int i) { return Rational(i % 3 == 0 ? 0 : i % 7, 2); };
constexpr auto modular = [](int i) { return i % 3 == 0 ? Modular(0) : Modular(-i) / Modular(7); };
constexpr auto largest = [](int) { return Modular(-1); };
constexpr auto dual = [](int i) { return Dual<Modular>(modular(i), modular(i * i + 1)); };
constexpr auto still = [](int i) { return Dual<Modular>(modular(i), Modular(i == 4 ? 1 : 0)); };
static_assert(product_is_its_definition<Rational, 2, 3, 4>(rational));
static_assert(product_is_its_definition<Rational, 2, 66, 1>(rational));
static_assert(product_is_its_definition<Modular, 3, 4, 2>(modular));
static_assert(product_is_its_definition<Modular, 2, 130, 3>(modular));
static_assert(product_is_its_definition<Modular, 1, 64, 1>(largest) &&
              product_is_its_definition<Modular, 1, 65, 2>(largest));
static_assert(product_is_its_definition<Dual<Modular>, 3, 4, 2>(dual));
static_assert(product_is_its_definition<Dual<Modular>, 2, 4, 3>(still));
static_assert(product_is_its_definition<Dual<Rational>, 2, 2, 2>([](int i) {
    return Dual<Rational>(rational(i), Rational(i));
}));

}  // namespace

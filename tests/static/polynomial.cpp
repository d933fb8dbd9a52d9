// SPDX-License-Identifier: MIT
// The trusted base of proofs for all sizes: sum, product, transpose and normal form of polynomials in matrices.
#include "incontext/theorem.hpp"

namespace {

using namespace incontext;
using trusted::same;
using trusted::Terms;

constexpr Polynomial X(Letter("X", Axis::input, Axis::context));
constexpr Polynomial Y(Letter("Y", Axis::output, Axis::context));
constexpr Polynomial W(Letter("W0", Axis::output, Axis::input));
constexpr Polynomial A(Letter("A", Axis::input, Axis::input));
constexpr Polynomial B(Letter("B", Axis::input, Axis::input));
constexpr Polynomial eta(Letter("eta"));
constexpr Polynomial gamma(Letter("gamma"));
constexpr Polynomial zero_block(0);
constexpr Polynomial I(1);

// Matrices do not commute, scalars do, also past matrices.
static_assert(!same(A * B, B* A));
static_assert(same(eta * gamma, gamma* eta));
static_assert(same(A * eta, eta* A));
static_assert(same(eta * A * gamma * B, gamma* eta* A* B));

// Ring laws.
static_assert(same(A + B, B + A));
static_assert(same((A + B) + I, A + (B + I)));
static_assert(same((A * B) * A, A*(B* A)));
static_assert(same(A * (A + B), A* A + A * B));
static_assert(same((A + B) * A, A* A + B * A));
static_assert(same((A + B) * (A + B), A* A + A * B + B * A + B * B));
static_assert(same(A - A, zero_block));
static_assert(same(A + zero_block, A) && same(zero_block + A, A));
static_assert(same(A * zero_block, zero_block) && same(zero_block * A, zero_block));
static_assert(same(I * A, A) && same(A * I, A));
static_assert(same(W * I, W) && same(I * W, W));
static_assert(same(-(-A), A));
static_assert(same((I - A) * (I + A), I - A * A));
static_assert(same(A + A + A, Polynomial(3) * A));

// Terms that cancel in the middle of a sum leave the others in their normal form.
static_assert(same((A + B + A * B) - B, A + A * B));
static_assert(same((A + B + A * B) - A, B + A * B));
static_assert(same((A + B + A * B) - A * B, B + A));

// Transposes.
static_assert(same((A * B).transposed(), B.transposed() * A.transposed()));
static_assert(same((A + eta * B).transposed(), A.transposed() + eta * B.transposed()));
static_assert(same(A.transposed().transposed(), A));
static_assert(!same(A.transposed(), A));
static_assert(same(I.transposed(), I) && same(eta.transposed(), eta));
static_assert(Letter("eta").transposed().rank() == Letter("eta").rank());
static_assert(same((W * X - Y) * X.transposed(), W* X* X.transposed() - Y * X.transposed()));

// The same name on other axes is another symbol.
static_assert(!same(Polynomial(Letter("A", Axis::input, Axis::input)),
                    Polynomial(Letter("A", Axis::input, Axis::output))));
static_assert(!same(Polynomial(Letter("A")), Polynomial(Letter("A", Axis::input, Axis::input))));

// Blocks that do not fit are refused: the expression is no constant expression, which `requires` can ask.
template <auto F>
concept is_refused = !requires {
    typename std::integral_constant<bool, (F(), true)>;
};

static_assert(!is_refused<[] { return W * X; }>);
static_assert(is_refused<[] { return X * W; }>);
static_assert(is_refused<[] { return W * W; }>);
static_assert(is_refused<[] { return X * X; }>);
static_assert(is_refused<[] { return X + Y; }>);
static_assert(is_refused<[] { return W + I; }>);
static_assert(is_refused<[] { return W + W.transposed(); }>);
static_assert(!is_refused<[] { return A + A.transposed(); }>);
constexpr Polynomial square_output(Letter("S", Axis::output, Axis::output));
static_assert(is_refused<[] { return A + eta * eta * eta + square_output; }>);
static_assert(!is_refused<[] { return Polynomial::one_over_context(1); }>);
static_assert(is_refused<[] { return Polynomial::one_over_context(2); }>);
static_assert(is_refused<[] { return Polynomial(Letter("toolong")); }>);
static_assert(is_refused<[] { return Polynomial(Letter("")); }>);

// More letters than a term holds are refused, not dropped.
constexpr Polynomial power(Polynomial const& base, int exponent) {
    Polynomial result(1);
    for (int i = 0; i < exponent; ++i) {
        result = result * base;
    }
    return result;
}
static_assert(Terms::term(power(A, Term::capacity), 0).count == Term::capacity);
static_assert(is_refused<[] { return power(A, Term::capacity + 1); }>);
static_assert(Terms::count(power(A + B, 6)) == 64);
static_assert(is_refused<[] { return power(A + B, 7); }>);

// ------------------------------------------------------------------------------------------- as it is read in messages ----

constexpr bool is_spelled(Polynomial const& polynomial, char const* expected) {
    symbolic::Spelling const text = symbolic::spell(polynomial);
    for (int i = 0; i < text.length; ++i) {
        if (text.characters[i] != expected[i]) {
            return false;
        }
    }
    return expected[text.length] == 0;
}
static_assert(is_spelled(zero_block, "0"));
static_assert(is_spelled(I, "I") && is_spelled(-I, "-I") && is_spelled(Polynomial(12), "12 I"));
static_assert(is_spelled(eta, "eta I"));
static_assert(is_spelled(Polynomial(-3) * A + I + eta * Polynomial::one_over_context(1) * A * B.transposed(),
                         "I-3 A+1/N eta A B'"));
static_assert(is_spelled(Y - Polynomial(10) * W * X, "Y-10 W0 X"));
static_assert(symbolic::spell(power(A + B, 6)).length == symbolic::Spelling::capacity);

}  // namespace

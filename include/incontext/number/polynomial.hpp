// SPDX-License-Identifier: MIT
/// @file
/// Symbolic arithmetic: polynomials in letters that stand for whole matrices.
///
///     -eta 1/N W0 X X' Xq + eta 1/N Y X' Xq
///
/// A letter such as W0 is a block whose size has a name but no value (number/letter.hpp), so an identity between polynomials
/// holds for **all** sizes at once, for operators that touch their tokens only by sums, products and transposes of whole
/// blocks. Matrix letters do not commute; scalar letters (eta, 1/N) do and stand in front. A prime marks a transpose:
/// (A B)' = B' A'. Every product and sum is checked to fit, by the names of the sizes.
///
/// This is all that a proof "for all sizes" trusts: sum, product and transpose of polynomials, and that two polynomials
/// with the same normal form are equal. The converse holds too (letters are free), so a difference is a real one.
///
/// Nobody looks into a polynomial but the namespace `trusted`: an operator that could ask what a symbol is could branch on
/// it, and the proof would be about one branch.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "incontext/number/letter.hpp"
#include "incontext/number/number.hpp"
#include "incontext/number/rational.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

/// What can go wrong. At run time these throw; in a static_assert, where nothing can be thrown, both compilers print the
/// name of the function that would have been called. Test: tests/compile_fail/transposed_weights.cpp.
namespace symbolic {

[[noreturn]] inline void a_symbolic_product_has_different_inner_sizes() {
    fail<std::logic_error>("incontext::Polynomial: a product of blocks whose inner sizes differ");
}
[[noreturn]] inline void a_symbolic_sum_has_blocks_of_different_shapes() {
    fail<std::logic_error>("incontext::Polynomial: a sum of blocks of different shapes");
}
[[noreturn]] inline void the_symbolic_context_is_one_block() {
    fail<std::logic_error>(
        "incontext::Polynomial: one_over_context or context_size was asked for another count than the context's");
}
[[noreturn]] inline void a_symbolic_expression_is_divided_by_an_unknown() {
    fail<std::logic_error>(
        "incontext::Polynomial: a division by something other than a constant or the context's size");
}
[[noreturn]] inline void a_symbolic_term_has_too_many_letters() {
    fail<std::length_error>("incontext::Polynomial: a term has more than 24 letters");
}
[[noreturn]] inline void a_symbolic_block_has_too_many_terms() {
    fail<std::length_error>("incontext::Polynomial: a block has more than 64 terms");
}

/// The context's size and its inverse.
inline constexpr Letter N{"N"};
inline constexpr Letter one_over_N{"1/N"};

}  // namespace symbolic

namespace trusted {
struct Terms;
}

/// A coefficient times letters: the scalars first, sorted; then the matrices in the order of the product.
///
/// Plain integers without constructors: compilers keep the unused part of an array of them as one zero, so that a
/// polynomial costs what it holds and not what it could hold (a factor of ten in clang).
struct Term {
    static constexpr int capacity = 24;

    long long numerator;
    long long denominator;
    int count;
    std::uint64_t ranks[capacity];  // of the letters

    /// The term without letters: a multiple of the identity.
    [[nodiscard]] static constexpr Term constant(Rational coefficient) {
        return {coefficient.numerator(), coefficient.denominator(), 0, {}};
    }

    /// The factor in front of its letters.
    [[nodiscard]] constexpr Rational coefficient() const { return Rational(numerator, denominator); }
    /// Puts another factor in front of the same letters.
    constexpr void set_coefficient(Rational coefficient) {
        numerator = coefficient.numerator();
        denominator = coefficient.denominator();
    }

    /// The letters in their order, those that commute first.
    [[nodiscard]] constexpr Letter letter(int index) const { return Letter::of_rank(ranks[index]); }

    /// How many of its letters commute.
    [[nodiscard]] constexpr int scalars() const {
        int scalar = 0;
        while (scalar < count && letter(scalar).is_scalar()) {
            ++scalar;
        }
        return scalar;
    }

    /// Without a matrix letter a term is a multiple of the identity, of whatever size its neighbours need.
    [[nodiscard]] constexpr bool is_multiple_of_identity() const { return count == 0 || letter(count - 1).is_scalar(); }
    [[nodiscard]] constexpr Axis rows() const { return letter(scalars()).rows(); }
    /// The axis of the columns of the product.
    [[nodiscard]] constexpr Axis columns() const { return letter(count - 1).columns(); }

    /// Multiplies by a letter from the right. Errors: more letters than `capacity` throw, or do not compile.
    constexpr void append(Letter letter) {
        if (count == capacity) {
            symbolic::a_symbolic_term_has_too_many_letters();
        }
        ranks[count++] = letter.rank();
    }
};

namespace algebra {

/// A sum of terms in normal form: a block of a symbolic matrix.
///
/// Exactness: exact; coefficients are Rational. Cost: of a product, the product of the numbers of terms.
/// Errors: a sum or product of blocks that do not fit, and a division by anything but a constant or the context's size,
/// throws std::logic_error; more than 64 terms or 24 letters in a term throw std::length_error, and a coefficient that Rational
/// does not hold std::overflow_error (in a static_assert: they do not compile). A floating-point number, an order and
/// == do not compile. Test: tests/static/polynomial.cpp.
class Polynomial : RefusesOrder<Polynomial>, CountsByOne<Polynomial> {
  public:
    static constexpr int capacity = 64;

    constexpr Polynomial() = default;
    template <std::integral Integer>
    constexpr Polynomial(Integer multiple_of_identity) : Polynomial(Term::constant(multiple_of_identity)) {}

    template <std::floating_point Floating>
    constexpr Polynomial(Floating)
        : count_(an_exact_number_is_not_made_from_a_floating_point_number<Polynomial, Floating>::value) {}

    constexpr explicit Polynomial(Letter letter) {
        Term term = Term::constant(1);
        term.append(letter);
        append(term);
    }

    /// 1/N and N: the number of examples has no value here; the context is one block. Any other count is refused, since it
    /// would stand for another number than N. Their product is 1.
    [[nodiscard]] static constexpr Polynomial one_over_context(int context) {
        return of_context(context, symbolic::one_over_N);
    }
    /// N, the symbol. Errors: as one_over_context.
    [[nodiscard]] static constexpr Polynomial context_size(int context) { return of_context(context, symbolic::N); }

    /// (A B)' = B' A', scalars unchanged.
    [[nodiscard]] constexpr Polynomial transposed() const;

    constexpr Polynomial& operator+=(Polynomial const& b) { return *this = *this + b; }
    constexpr Polynomial& operator-=(Polynomial const& b) { return *this = *this - b; }
    constexpr Polynomial& operator*=(Polynomial const& b) { return *this = *this * b; }
    constexpr Polynomial& operator/=(Polynomial const& b) { return *this = *this / b; }
    friend constexpr Polynomial operator+(Polynomial const& a, Polynomial const& b);
    friend constexpr Polynomial operator*(Polynomial const& a, Polynomial const& b);
    friend constexpr Polynomial operator-(Polynomial a) {
        for (int i = 0; i < a.count_; ++i) {
            a.terms_[i].numerator = -a.terms_[i].numerator;
        }
        return a;
    }
    friend constexpr Polynomial operator-(Polynomial const& a, Polynomial const& b) { return a + (-b); }

    /// By a constant, 1/N or N, or a product of these.
    friend constexpr Polynomial operator/(Polynomial const& a, Polynomial const& b);

    template <std::same_as<Polynomial> Other>
    friend constexpr bool operator==(Polynomial const&, Other const&) {
        return a_symbol_is_not_compared<Other>::value;
    }

  private:
    friend struct trusted::Terms;

    constexpr explicit Polynomial(Term const& term) {
        if (term.numerator != 0) {
            append(term);
        }
    }

    static constexpr Polynomial of_context(int context, Letter letter) {
        if (context != 1) {
            symbolic::the_symbolic_context_is_one_block();
        }
        return Polynomial(letter);
    }

    constexpr void append(Term const& term);
    constexpr void add(Term const& term);

    int count_ = 0;
    Term terms_[capacity]{};  // sorted by their letters, no two alike, no coefficient zero
};

}  // namespace algebra
using algebra::Polynomial;

/// What looks into symbols: the trusted base of a proof for all sizes, its tests and its messages. Not for operators.
namespace trusted {

/// The terms of a polynomial in the order of its normal form. Test: tests/static/polynomial.cpp.
struct Terms {
    [[nodiscard]] static constexpr int count(Polynomial const& a) { return a.count_; }
    [[nodiscard]] static constexpr Term const& term(Polynomial const& a, int index) { return a.terms_[index]; }
};

/// True if two polynomials have the same normal form, which is: if they are equal whatever their letters stand for. Of
/// other numbers: ==. Exact. Test: tests/static/polynomial.cpp.
template <class Number>
[[nodiscard]] constexpr bool same(Number const& a, Number const& b) {
    return a == b;
}
[[nodiscard]] constexpr bool same(Polynomial const& a, Polynomial const& b);

}  // namespace trusted

// ------------------------------------------------------------------------------------------------------- details ----

namespace symbolic {

/// Negative, zero or positive: shorter terms first, then by the ranks of their letters.
constexpr int compared(Term const& a, Term const& b) {
    if (a.count != b.count) {
        return a.count - b.count;
    }
    for (int i = 0; i < a.count; ++i) {
        if (a.ranks[i] != b.ranks[i]) {
            return a.ranks[i] < b.ranks[i] ? -1 : 1;
        }
    }
    return 0;
}

/// Throws unless the two terms may stand in one sum.
constexpr void require_same_shape(Term const& a, Term const& b) {
    bool const a_is_identity = a.is_multiple_of_identity();
    bool const b_is_identity = b.is_multiple_of_identity();
    bool const fit = a_is_identity && b_is_identity ? true
                     : a_is_identity                ? b.rows() == b.columns()
                     : b_is_identity                ? a.rows() == a.columns()
                                                    : a.rows() == b.rows() && a.columns() == b.columns();
    if (!fit) {
        a_symbolic_sum_has_blocks_of_different_shapes();
    }
}

/// N 1/N = 1: takes out as many of one as there are of the other, of a term of scalars.
constexpr void cancel_context_sizes(Term& term) {
    int sizes = 0;
    int inverses = 0;
    for (int i = 0; i < term.count; ++i) {
        sizes += term.ranks[i] == N.rank() ? 1 : 0;
        inverses += term.ranks[i] == one_over_N.rank() ? 1 : 0;
    }
    int const pairs = sizes < inverses ? sizes : inverses;
    if (pairs == 0) {
        return;
    }
    sizes = pairs;
    inverses = pairs;
    int kept = 0;
    for (int i = 0; i < term.count; ++i) {
        if (term.ranks[i] == N.rank() && sizes > 0) {
            --sizes;
        } else if (term.ranks[i] == one_over_N.rank() && inverses > 0) {
            --inverses;
        } else {
            term.ranks[kept++] = term.ranks[i];
        }
    }
    while (term.count > kept) {
        term.ranks[--term.count] = 0;
    }
}

/// The product of two terms. Throws if the inner sizes have different names.
constexpr Term multiplied(Term const& a, Term const& b) {
    if (!a.is_multiple_of_identity() && !b.is_multiple_of_identity() && a.columns() != b.rows()) {
        a_symbolic_product_has_different_inner_sizes();
    }
    int const a_scalars = a.scalars();
    int const b_scalars = b.scalars();
    Term result = Term::constant(a.coefficient() * b.coefficient());
    int i = 0;
    int j = 0;
    while (i < a_scalars || j < b_scalars) {  // merge the sorted scalars
        bool const take_a = j == b_scalars || (i < a_scalars && a.ranks[i] <= b.ranks[j]);
        result.append(take_a ? a.letter(i++) : b.letter(j++));
    }
    cancel_context_sizes(result);
    while (i < a.count) {
        result.append(a.letter(i++));
    }
    while (j < b.count) {
        result.append(b.letter(j++));
    }
    return result;
}

}  // namespace symbolic

constexpr void Polynomial::append(Term const& term) {
    if (count_ == capacity) {
        symbolic::a_symbolic_block_has_too_many_terms();
    }
    terms_[count_++] = term;
}

/// Inserts a term at its place in the order, or adds it to the term of the same letters.
constexpr void Polynomial::add(Term const& term) {
    for (int i = 0; i < count_; ++i) {
        symbolic::require_same_shape(terms_[i], term);
    }
    int place = 0;
    while (place < count_ && symbolic::compared(terms_[place], term) < 0) {
        ++place;
    }
    if (place < count_ && symbolic::compared(terms_[place], term) == 0) {
        terms_[place].set_coefficient(terms_[place].coefficient() + term.coefficient());
        if (terms_[place].numerator == 0) {
            --count_;
            for (; place < count_; ++place) {
                terms_[place] = terms_[place + 1];
            }
        }
        return;
    }
    append(term);
    for (int i = count_ - 1; i > place; --i) {
        terms_[i] = terms_[i - 1];
    }
    terms_[place] = term;
}

namespace algebra {

constexpr Polynomial operator+(Polynomial const& a, Polynomial const& b) {
    Polynomial sum = a;
    for (int i = 0; i < b.count_; ++i) {
        sum.add(b.terms_[i]);
    }
    return sum;
}

constexpr Polynomial operator*(Polynomial const& a, Polynomial const& b) {
    Polynomial sum;
    for (int i = 0; i < a.count_; ++i) {
        for (int j = 0; j < b.count_; ++j) {
            sum.add(symbolic::multiplied(a.terms_[i], b.terms_[j]));
        }
    }
    return sum;
}

}  // namespace algebra

constexpr Polynomial Polynomial::transposed() const {
    Polynomial sum;
    for (int i = 0; i < count_; ++i) {
        Term const& term = terms_[i];
        int const scalars = term.scalars();
        Term reversed = term;
        for (int letter = scalars; letter < term.count; ++letter) {
            reversed.ranks[letter] = term.letter(scalars + term.count - 1 - letter).transposed().rank();
        }
        sum.add(reversed);
    }
    return sum;
}

namespace algebra {

constexpr Polynomial operator/(Polynomial const& a, Polynomial const& b) {
    if (b.count_ == 0) {
        an_exact_number_is_divided_by_zero();
    }
    Term const& divisor = b.terms_[0];
    Term inverse = Term::constant(Rational(1) / divisor.coefficient());
    for (int i = 0; i < divisor.count; ++i) {
        bool const is_size = divisor.ranks[i] == symbolic::N.rank();
        if (!is_size && divisor.ranks[i] != symbolic::one_over_N.rank()) {
            symbolic::a_symbolic_expression_is_divided_by_an_unknown();
        }
        inverse.append(is_size ? symbolic::one_over_N : symbolic::N);
    }
    if (b.count_ > 1) {
        symbolic::a_symbolic_expression_is_divided_by_an_unknown();
    }
    return a * Polynomial(inverse);
}

}  // namespace algebra

namespace trusted {

constexpr bool same(Polynomial const& a, Polynomial const& b) {
    if (Terms::count(a) != Terms::count(b)) {
        return false;
    }
    for (int i = 0; i < Terms::count(a); ++i) {
        Term const& of_a = Terms::term(a, i);
        Term const& of_b = Terms::term(b, i);
        if (!(of_a.coefficient() == of_b.coefficient()) || symbolic::compared(of_a, of_b) != 0) {
            return false;
        }
    }
    return true;
}

}  // namespace trusted

}  // namespace incontext

template <>
class std::numeric_limits<incontext::Polynomial> : public incontext::ExactNumbersHaveNoLimits<incontext::Polynomial> {};

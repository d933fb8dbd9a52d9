// SPDX-License-Identifier: MIT
/// @file
/// Exact arithmetic modulo the prime p = 2^61 - 1.
///
/// A field with fast exact arithmetic that never overflows. Two operators that differ as polynomials in their witnesses
/// differ at a random point of this field except with probability (degree / p) [Schwartz1980], [Zippel1979].
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

/// An element of the field of integers modulo the Mersenne prime 2^61 - 1.
///
/// Exactness: exact. Cost: a 64 x 64 -> 128 bit product and a few additions; division by exponentiation, 120 products.
/// Errors: division by zero throws std::domain_error, or does not compile in a constant expression. A floating-point number
/// and an order do not compile. Test: tests/unit/numbers.cpp (field laws).
class Modular : RefusesOrder<Modular> {
  public:
    static constexpr std::uint64_t modulus = (std::uint64_t{1} << 61) - 1;

    constexpr Modular() = default;

    /// The residue of any integer, negative ones included.
    template <std::integral Integer>
    constexpr Modular(Integer integer) : residue_(residue_of(integer)) {}

    template <std::floating_point Floating>
    constexpr Modular(Floating)
        : residue_(an_exact_number_is_not_made_from_a_floating_point_number<Modular, Floating>::value) {}

    /// The least non-negative representative.
    [[nodiscard]] constexpr std::uint64_t residue() const { return residue_; }

    // Sum and product without another call: compilers count every call of a constant evaluation, and these are most of a proof.
    friend constexpr Modular operator+(Modular a, Modular b) {
        a.residue_ += b.residue_;
        if (a.residue_ >= modulus) {
            a.residue_ -= modulus;
        }
        return a;
    }
    friend constexpr Modular operator-(Modular a, Modular b) { return reduced(a.residue_ + modulus - b.residue_); }
    friend constexpr Modular operator-(Modular a) { return reduced(modulus - a.residue_); }
    friend constexpr Modular operator*(Modular a, Modular b) {
        // 2^61 = 1 here, so the high part of the product is added to the low one.
        Wide const product = static_cast<Wide>(a.residue_) * b.residue_;
        a.residue_ = (static_cast<std::uint64_t>(product) & modulus) + static_cast<std::uint64_t>(product >> 61);
        if (a.residue_ >= modulus) {
            a.residue_ -= modulus;
        }
        return a;
    }
    friend constexpr Modular operator/(Modular a, Modular b) {
        if (b.residue_ == 0) {
            an_exact_number_is_divided_by_zero();
        }
        return a * power(b, modulus - 2);
    }
    constexpr Modular& operator+=(Modular b) { return *this = *this + b; }
    constexpr Modular& operator-=(Modular b) { return *this = *this - b; }
    constexpr Modular& operator*=(Modular b) { return *this = *this * b; }
    constexpr Modular& operator/=(Modular b) { return *this = *this / b; }
    friend constexpr bool operator==(Modular a, Modular b) { return a.residue_ == b.residue_; }

    /// For the trusted base: whether the residue is 0.
    [[nodiscard]] constexpr bool is_zero(trusted::Key) const { return residue_ == 0; }

  private:
    __extension__ using Wide = unsigned __int128;

    template <std::integral Integer>
    static constexpr std::uint64_t residue_of(Integer integer) {
        std::uint64_t const residue = magnitude_of(integer) % modulus;
        bool is_negative = false;
        if constexpr (std::is_signed_v<Integer>) {
            is_negative = integer < 0;
        }
        return is_negative && residue != 0 ? modulus - residue : residue;
    }

    static constexpr Modular reduced(std::uint64_t sum) {  // sum < 2 p
        Modular result;
        result.residue_ = sum >= modulus ? sum - modulus : sum;
        return result;
    }

    static constexpr Modular power(Modular base, std::uint64_t exponent) {
        Modular result{1};
        for (; exponent != 0; exponent >>= 1, base = base * base) {
            if (exponent & 1) {
                result = result * base;
            }
        }
        return result;
    }

    std::uint64_t residue_ = 0;
};

}  // namespace incontext

template <>
class std::numeric_limits<incontext::Modular> : public incontext::ExactNumbersHaveNoLimits<incontext::Modular> {};

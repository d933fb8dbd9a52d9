// SPDX-License-Identifier: MIT
/// @file
/// Exact arithmetic modulo the prime p = 2^61 - 1.
///
/// A field with fast exact arithmetic that never overflows. Two operators that differ as polynomials in their witnesses
/// differ at a random point of this field except with a probability of at most degree / p [Schwartz1980], [Zippel1979].
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "incontext/number/number.hpp"
#include "incontext/number/refused.hpp"

namespace incontext {

namespace algebra {

/// An element of the field of integers modulo the Mersenne prime 2^61 - 1.
///
/// Exactness: exact. Cost: a 64 x 64 -> 128 bit product and a few additions; division by Euclid's algorithm, some 36 divisions of integers.
/// Errors: division by zero throws std::domain_error, or does not compile in a constant expression. A floating-point number
/// and an order do not compile. Test: tests/unit/numbers.cpp (field laws).
class Modular : RefusesOrder<Modular>, CountsByOne<Modular> {
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
        return a * inverse(b);
    }
    constexpr Modular& operator+=(Modular b) { return *this = *this + b; }
    constexpr Modular& operator-=(Modular b) { return *this = *this - b; }
    constexpr Modular& operator*=(Modular b) { return *this = *this * b; }
    constexpr Modular& operator/=(Modular b) { return *this = *this / b; }
    friend constexpr bool operator==(Modular a, Modular b) { return a.residue_ == b.residue_; }

    /// For the trusted base: whether the residue is 0.
    [[nodiscard]] constexpr bool is_zero(trusted::IsKey auto) const { return residue_ == 0; }

    /// For products of matrices: bit i is 1 where numbers[i * stride] is not 0. As trusted::which_are_not_zero, in one call.
    [[nodiscard]] static constexpr std::uint64_t which_are_not_zero(trusted::IsKey auto, Modular const* numbers,
                                                                    std::ptrdiff_t stride, int count) {
        std::uint64_t which = 0;
        for (int i = 0; i < count; ++i) {
            if (numbers[i * stride].residue_ != 0) {
                which |= std::uint64_t{1} << i;
            }
        }
        return which;
    }
    /// sum + a_0 b_0 + a_1 b_1 + ... of the terms whose bit is 1, where a_i = a[i * stride].
    static constexpr void add_products(trusted::IsKey auto, Modular& sum, Modular const* a, std::ptrdiff_t stride,
                                       Modular const* b, std::uint64_t which) {
        Wide total = sum.residue_;  // up to 64 products of 122 bits, and a residue: below 2^128
        for (int i = 0; which != 0; ++i, which >>= 1) {
            if (which & 1) {
                total += static_cast<Wide>(a[i * stride].residue_) * b[i].residue_;
            }
        }
        sum.residue_ = static_cast<std::uint64_t>(total % modulus);
    }

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

    /// 1/b by Euclid's algorithm, without a call: `factor` b is `remainder` and `factor_before` b is `before`, modulo p.
    static constexpr Modular inverse(Modular b) {
        std::uint64_t before = modulus;
        std::uint64_t remainder = b.residue_;
        long long factor_before = 0;
        long long factor = 1;
        while (remainder > 1) {
            std::uint64_t const quotient = before / remainder;
            std::uint64_t const next = before - quotient * remainder;
            long long const next_factor = factor_before - static_cast<long long>(quotient) * factor;
            before = remainder;
            remainder = next;
            factor_before = factor;
            factor = next_factor;
        }
        b.residue_ = factor < 0 ? modulus - static_cast<std::uint64_t>(-factor) : static_cast<std::uint64_t>(factor);
        return b;
    }

    std::uint64_t residue_ = 0;
};

}  // namespace algebra
using algebra::Modular;

}  // namespace incontext

template <>
class std::numeric_limits<incontext::Modular> : public incontext::ExactNumbersHaveNoLimits<incontext::Modular> {};

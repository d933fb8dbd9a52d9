// SPDX-License-Identifier: MIT
/// @file
/// A number without a value that counts what is done with it.
///
/// A form of a layer is chosen by how many multiplications it takes. They are not derived by hand: the form itself is run on
/// these numbers, while compiling, and every operation reports to a tally (pass/operations.hpp). Their matrices have a shape
/// and no entries (matrix/counted.hpp), so that a product of any size is counted in one step.
#pragma once

#include <type_traits>

#include "incontext/number/number.hpp"

namespace incontext {

/// How many operations on numbers were done.
struct Operations {
    long long multiplications = 0;
    long long additions = 0;  // and subtractions
    long long divisions = 0;
    long long exponentials = 0;  // exp and what costs as much

    friend constexpr bool operator==(Operations const&, Operations const&) = default;
};

namespace algebra {

/// An operand: a witness of its tally, or a constant, which has none. What is done with constants alone is not counted.
///
/// Exactness: exact counts. Negation and comparison cost nothing. Errors: none. Test: tests/unit/operations.cpp (against the
/// same forms run on matrices whose every entry is counted by itself).
class Counted : CountsByOne<Counted> {
  public:
    constexpr Counted() = default;
    template <class Constant>
        requires std::is_arithmetic_v<Constant>
    constexpr Counted(Constant /*constant*/) {}

    /// An operand that reports to a tally, which must outlive it.
    constexpr explicit Counted(Operations& tally) : tally_(&tally) {}

    /// Counts `times` operations of a kind on one or two operands. The result reports to the tally of either.
    [[nodiscard]] static constexpr Counted count(long long Operations::*kind, long long times, Counted a, Counted b) {
        return count(kind, times, a.tally_ != nullptr ? a : b);
    }
    /// The same of one operand.
    [[nodiscard]] static constexpr Counted count(long long Operations::*kind, long long times, Counted a) {
        if (a.tally_ != nullptr) {
            a.tally_->*kind += times;
        }
        return a;
    }

    /// What `work()` counted, `times` times over instead of once. Returns what work returned: a Counted.
    template <class Work>
    [[nodiscard]] static constexpr Counted repeat(long long times, Work const& work) {
        Counted const once = work();
        if (once.tally_ != nullptr) {
            Operations const before = *once.tally_;
            static_cast<void>(work());
            auto const repeat_kind = [&](long long Operations::*kind) {
                once.tally_->*kind = before.*kind + (times - 1) * (once.tally_->*kind - before.*kind);
            };
            repeat_kind(&Operations::multiplications);
            repeat_kind(&Operations::additions);
            repeat_kind(&Operations::divisions);
            repeat_kind(&Operations::exponentials);
        }
        return once;
    }

    /// Whether it reports to a tally.
    [[nodiscard]] constexpr bool is_counted() const { return tally_ != nullptr; }

    friend constexpr Counted operator+(Counted a, Counted b) { return count(&Operations::additions, 1, a, b); }
    friend constexpr Counted operator-(Counted a, Counted b) { return count(&Operations::additions, 1, a, b); }
    friend constexpr Counted operator-(Counted a) { return a; }
    friend constexpr Counted operator*(Counted a, Counted b) { return count(&Operations::multiplications, 1, a, b); }
    friend constexpr Counted operator/(Counted a, Counted b) { return count(&Operations::divisions, 1, a, b); }
    constexpr Counted& operator+=(Counted b) { return *this = *this + b; }
    constexpr Counted& operator-=(Counted b) { return *this = *this - b; }
    constexpr Counted& operator*=(Counted b) { return *this = *this * b; }
    constexpr Counted& operator/=(Counted b) { return *this = *this / b; }
    friend constexpr bool operator==(Counted, Counted) { return true; }
    friend constexpr bool operator<(Counted, Counted) { return false; }
    friend constexpr Counted larger(Counted a, Counted b) { return a.tally_ != nullptr ? a : b; }
    friend constexpr Counted smaller(Counted a, Counted b) { return a.tally_ != nullptr ? a : b; }
    friend constexpr Counted exp(Counted a) { return count(&Operations::exponentials, 1, a); }

  private:
    Operations* tally_ = nullptr;
};

}  // namespace algebra
using algebra::Counted;

}  // namespace incontext
